/** Watches documents by their names alone: what looks into them is loaded when the first one of interest is there. */
import * as vscode from 'vscode';
import { isCode, isSourceFile } from '../audit/checkedFiles.ts';
import type { SourceDiagnostics } from './sourceDiagnostics.ts';

/** Code without these words is not looked into. */
const ENDPOINTS = /\/services\/oauth2\/(authorize|pkce)/;

/** Not another version of a file, as a comparison shows it under the same name. */
function isOfUser(uri: vscode.Uri): boolean {
  return (
    ['file', 'untitled'].includes(uri.scheme) ||
    vscode.workspace.getWorkspaceFolder(uri) !== undefined // such as that of a virtual workspace
  );
}

/**
 * @param diagnostics is loaded when it is first needed
 * @param isOn whether the user wants it
 */
export function watchSource(
  diagnostics: () => Promise<SourceDiagnostics>,
  isOn: () => boolean,
  report: (error: unknown) => void,
): vscode.Disposable {
  const seen = new Set<string>();
  const look = (document: vscode.TextDocument, isEdit: boolean): void => {
    const { path } = document.uri;
    if (!isOfUser(document.uri)) return;
    const isMetadata = isSourceFile(path);
    if (!isOn() || (!isMetadata && !isCode(path))) return;
    const key = document.uri.toString();
    if (!isMetadata && !seen.has(key)) {
      // The text of code is searched when it is opened and saved, not at every key.
      if (isEdit || !ENDPOINTS.test(document.getText())) return;
    }
    // From now on it is looked at, also when the words are gone.
    seen.add(key);
    diagnostics()
      .then((loaded) => {
        if (isEdit) loaded.checkSoon(document);
        else loaded.check(document);
      })
      .catch(report);
  };
  for (const document of vscode.workspace.textDocuments) look(document, false);
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument((document) => look(document, false)),
    vscode.workspace.onDidSaveTextDocument((document) => look(document, false)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => look(document, true)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('salesforcePkce.sourceDiagnostics')) return;
      if (isOn()) for (const document of vscode.workspace.textDocuments) look(document, false);
      else if (seen.size > 0) void diagnostics().then((loaded) => loaded.clear(), report);
    }),
  );
}
