/** A callback link that the system gave to this window. */
import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { CallbackHandOver, Reception } from '../signIn/callbackHandOver.ts';
import { responseIn } from '../signIn/redirect.ts';
import type { Messages } from '../views/messages.ts';

/** Takes a callback in. Only the answer to a waiting sign-in does anything. */
export async function receiveCallback(
  uri: vscode.Uri,
  handOver: CallbackHandOver,
  messages: Messages,
): Promise<void> {
  const response = responseIn(uri);
  if (!response) {
    messages.info('A link for another path than /callback was ignored.');
    return;
  }
  tellOfCallback(await handOver.receive(response), messages);
}

/**
 * Says what became of a callback: what is foreign, late or copied is named in the log, without its contents,
 * and a user who may wonder is told.
 */
export function tellOfCallback(reception: Reception, messages: Messages): void {
  switch (reception.outcome) {
    case 'accepted':
    case 'handedOver':
      return;
    case 'finished':
      messages.info('A second answer to a sign-in that has ended was ignored.');
      return;
    case 'malformed':
      messages.warnUnasked(`${reception.error.happened} ${reception.error.todo}`);
      return;
    case 'unknown':
      // Any page can open such a link: it must not be able to fill the screen.
      messages.warnUnasked(
        l10n.t(
          'A sign-in answer arrived that this editor did not ask for, or no longer waits for. Nothing was changed. If it was yours, start the sign-in again.',
        ),
      );
      return;
    case 'unclaimed':
      messages.warnUnasked(
        l10n.t('The window that started this sign-in is gone. Start the sign-in again here.'),
      );
  }
}
