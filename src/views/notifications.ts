/**
 * Notifications and dialogs. VS Code makes a link of `[words](address)` in them, also of a command's: what an org or a
 * folder is called must not become one.
 */
import * as vscode from 'vscode';

type Show = typeof vscode.window.showInformationMessage;

/** The same text, without anything that VS Code makes a link of. */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

const plainly = (show: (message: string, ...rest: readonly never[]) => unknown): Show =>
  ((message: string, ...rest: readonly never[]) => show(withoutLinks(message), ...rest)) as Show;

export const showInformationMessage = plainly((...given) =>
  vscode.window.showInformationMessage(...given),
);
export const showWarningMessage = plainly((...given) => vscode.window.showWarningMessage(...given));
export const showErrorMessage = plainly((...given) => vscode.window.showErrorMessage(...given));
