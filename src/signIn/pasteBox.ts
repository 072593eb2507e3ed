/** The way that always works: the user pastes the address that the browser ended at. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Delivery } from './pendingRequests.ts';
import { responseInPasted } from './redirect.ts';

const NO_ANSWER = l10n.t(
  'There is no answer in this. Copy the whole address from the browser\'s address bar: it has "code=" and "state=" in it.',
);
const NOT_WAITED_FOR = l10n.t(
  'This is the answer of another sign-in. Finish the log-in page that was opened last, and paste the address it ends at.',
);

/**
 * Asks until an answer is pasted that belongs to the sign-in, or the user leaves, or the wait is over.
 * Leaving the box does not end the sign-in.
 */
export async function askForPastedAnswer(
  deliver: (response: URLSearchParams) => Promise<Delivery>,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const box = vscode.window.createInputBox();
  box.title = l10n.t('Sign In: Paste the Callback URL');
  box.prompt = l10n.t(
    'Log in and allow access in the browser. The page it ends at may say that it cannot be reached: copy its address and paste it here.',
  );
  box.placeholder = 'http://localhost:.../callback?code=...&state=...';
  // What is pasted is worth a token for a moment: it is not shown.
  box.password = true;
  box.ignoreFocusOut = true;
  const accept = async (): Promise<void> => {
    const response = responseInPasted(box.value);
    if (!response) {
      box.validationMessage = NO_ANSWER;
      return;
    }
    box.busy = true;
    const delivery = await deliver(response);
    box.busy = false;
    if (delivery.outcome === 'accepted') box.hide();
    else if (delivery.outcome === 'malformed') box.validationMessage = delivery.error.happened;
    else box.validationMessage = NOT_WAITED_FOR;
  };
  const hide = (): void => box.hide();
  signal.addEventListener('abort', hide, { once: true });
  const subscriptions = [
    box.onDidAccept(() => void accept()),
    box.onDidChangeValue(() => (box.validationMessage = undefined)),
  ];
  await new Promise<void>((resolve) => {
    subscriptions.push(box.onDidHide(() => resolve()));
    box.show();
  });
  signal.removeEventListener('abort', hide);
  for (const subscription of subscriptions) subscription.dispose();
  box.dispose();
}
