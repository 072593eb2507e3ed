/** A page in the system's browser. */
import * as vscode from 'vscode';

/** @param url of ours or of an org's Setup, never with a token in it */
export async function openPage(url: string): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}
