/** Findings that the settings accept for a time. A workspace may say so: entries of another shape are passed over. */
import * as vscode from 'vscode';
import type { Suppression } from '../audit/suppression.ts';

/** Those of the user and those of the workspace: the editor itself would let one list hide the other. */
export function suppressions(): readonly Suppression[] {
  const known = vscode.workspace.getConfiguration('salesforcePkce').inspect('suppressions');
  return [known?.globalValue, vscode.workspace.isTrusted ? known?.workspaceValue : undefined]
    .flatMap((list: unknown) => (Array.isArray(list) ? (list as unknown[]) : []))
    .filter(isSuppression);
}

/**
 * Adds one to the settings: of the workspace, where there is one; else of the user.
 * @returns where it is now
 */
export async function addSuppression(suppression: Suppression): Promise<'workspace' | 'user'> {
  const configuration = vscode.workspace.getConfiguration('salesforcePkce');
  const inWorkspace = vscode.workspace.name !== undefined && vscode.workspace.isTrusted;
  const known = configuration.inspect('suppressions');
  // What is there stays as it is, also what is not understood.
  const before: unknown = inWorkspace ? known?.workspaceValue : known?.globalValue;
  const { Workspace, Global } = vscode.ConfigurationTarget;
  await configuration.update(
    'suppressions',
    [...(Array.isArray(before) ? (before as unknown[]) : []), suppression],
    inWorkspace ? Workspace : Global,
  );
  return inWorkspace ? 'workspace' : 'user';
}

function isSuppression(value: unknown): value is Suppression {
  if (typeof value !== 'object' || value === null) return false;
  const { rule, app, org, reason, until } = value as Record<string, unknown>;
  return (
    typeof rule === 'string' &&
    (app === undefined || typeof app === 'string') &&
    (org === undefined || typeof org === 'string') &&
    typeof reason === 'string' &&
    reason.trim() !== '' &&
    typeof until === 'string' &&
    /^\d{4}-\d\d-\d\d$/.test(until)
  );
}
