/** A callback link that the system gave to this window. */
import * as vscode from 'vscode';
import type { CallbackRelay } from '../signIn/callbackRelay.ts';
import { responseIn } from '../signIn/redirect.ts';
import type { Messages } from '../views/messages.ts';

/**
 * Takes a callback in. Only the answer to a waiting sign-in does anything; what is foreign, late or
 * copied is named in the log, without its contents, and a user who may wonder is told.
 */
export async function receiveCallback(
  uri: vscode.Uri,
  relay: CallbackRelay,
  messages: Messages,
): Promise<void> {
  const response = responseIn(uri);
  if (!response) {
    messages.info('A link for another path than /callback was ignored.');
    return;
  }
  const reception = await relay.receive(response);
  switch (reception.outcome) {
    case 'accepted':
    case 'handedOver':
      return;
    case 'finished':
      messages.info('A second answer to a sign-in that has ended was ignored.');
      return;
    case 'malformed':
      void messages.showError(reception.error);
      return;
    case 'unknown':
      messages.info('An answer that belongs to no sign-in of this editor was refused.');
      void vscode.window.showWarningMessage(
        'A sign-in answer arrived that this editor did not ask for, or no longer waits for. Nothing was changed. If it was yours, start the sign-in again.',
      );
      return;
    case 'unclaimed':
      void vscode.window.showWarningMessage(
        'The window that started this sign-in is gone. Start the sign-in again here.',
      );
  }
}
