/** `salesforcePkce.explainError`: what an error means that the user has seen somewhere. */
import * as vscode from 'vscode';
import { explainPastedError } from '../salesforce/pastedError.ts';

/** @param given an error to explain without asking, for key bindings and tests */
export async function explainError(given?: unknown): Promise<void> {
  const pasted =
    typeof given === 'string'
      ? given
      : await vscode.window.showInputBox({
          title: 'Explain Error',
          prompt:
            'Paste a Salesforce OAuth error: a callback URL, the text of an error page, an answer of the token endpoint, a line of a log.',
          placeHolder: 'error=redirect_uri_mismatch&error_description=...',
          ignoreFocusOut: true,
        });
  if (pasted === undefined || pasted.trim() === '') return;
  const explained = explainPastedError(pasted);
  if (!explained) {
    await vscode.window.showInformationMessage('No error that is known here was found in it.', {
      modal: true,
      detail:
        "Paste the whole address, page or answer. Known are the errors of Salesforce's OAuth endpoints and of its APIs.",
    });
    return;
  }
  const { code, happened, todo, who } = explained;
  const copy = 'Copy Explanation';
  const detail = `${todo}\n\nWho can mend it: ${who}${code === '' ? '' : `\n\nError: ${code}`}`;
  const picked = await vscode.window.showInformationMessage(
    happened,
    { modal: true, detail },
    copy,
  );
  if (picked === copy) await vscode.env.clipboard.writeText(`${happened}\n${detail}`);
}
