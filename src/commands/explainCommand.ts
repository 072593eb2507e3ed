/** `salesforcePkce.explainError`: what an error means that the user has seen somewhere. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { explainPastedError } from '../salesforce/pastedError.ts';
import { showInformationMessage } from '../views/notifications.ts';

/** @param given an error to explain without asking, for key bindings and tests */
export async function explainError(given?: unknown): Promise<void> {
  const pasted =
    typeof given === 'string'
      ? given
      : await vscode.window.showInputBox({
          title: l10n.t('Explain Error'),
          prompt: l10n.t(
            'Paste a Salesforce OAuth error: a callback URL, the text of an error page, an answer of the token endpoint, a line of a log.',
          ),
          placeHolder: 'error=redirect_uri_mismatch&error_description=...',
          ignoreFocusOut: true,
        });
  if (pasted === undefined || pasted.trim() === '') return;
  const explained = explainPastedError(pasted);
  if (!explained) {
    await showInformationMessage(l10n.t('No known error was found in the pasted text.'), {
      modal: true,
      detail: l10n.t(
        "Paste the whole address, page or answer. Known are the errors of Salesforce's OAuth endpoints and of its APIs.",
      ),
    });
    return;
  }
  const { code, happened, todo, who } = explained;
  const copy = l10n.t('Copy Explanation');
  const detail = [
    todo,
    l10n.t`Who can mend it: ${who}`,
    ...(code === '' ? [] : [l10n.t`Error: ${code}`]),
  ].join('\n\n');
  const picked = await showInformationMessage(happened, { modal: true, detail }, copy);
  if (picked === copy) await vscode.env.clipboard.writeText(`${happened}\n${detail}`);
}
