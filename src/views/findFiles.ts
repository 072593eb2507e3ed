/** Files of the workspace by a pattern; the search ends with a Cancel. */
import * as vscode from 'vscode';
import { IGNORED_FOLDERS } from '../salesforce/sourceFiles.ts';

const IGNORED = `**/{${IGNORED_FOLDERS.join(',')}}/**`;

/**
 * Looks outside of the folders that tools make.
 * @param most no more than that many are found
 * @returns none if the user has cancelled
 */
export async function findFiles(
  pattern: string,
  most: number,
  signal: AbortSignal,
): Promise<readonly vscode.Uri[]> {
  const cancellation = new vscode.CancellationTokenSource();
  const cancel = (): void => cancellation.cancel();
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  try {
    return await vscode.workspace.findFiles(pattern, IGNORED, most, cancellation.token);
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    cancellation.dispose();
  }
}
