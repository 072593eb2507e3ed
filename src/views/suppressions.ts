/** Findings that the settings accept for a time. A workspace may say so: entries of another shape are passed over. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { UserFacingError } from '../oauth/userFacingError.ts';
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
 * @throws UserFacingError if the settings cannot be changed, or hold something else
 */
export async function addSuppression(suppression: Suppression): Promise<'workspace' | 'user'> {
  const configuration = vscode.workspace.getConfiguration('salesforcePkce');
  const inWorkspace = vscode.workspace.name !== undefined && vscode.workspace.isTrusted;
  const known = configuration.inspect('suppressions');
  // What is there stays as it is, also what is not understood.
  const before: unknown = inWorkspace ? known?.workspaceValue : known?.globalValue;
  if (before !== undefined && !Array.isArray(before)) throw notChangedError();
  const { Workspace, Global } = vscode.ConfigurationTarget;
  await configuration
    .update(
      'suppressions',
      [...((before ?? []) as unknown[]), suppression],
      inWorkspace ? Workspace : Global,
    )
    .then(undefined, (cause: unknown) => {
      throw notChangedError(cause);
    });
  return inWorkspace ? 'workspace' : 'user';
}

function notChangedError(cause?: unknown): UserFacingError {
  return new UserFacingError({
    code: 'settings_not_changed',
    happened: l10n.t('The setting salesforcePkce.suppressions could not be changed.'),
    todo: l10n.t('Mend the settings file: it must have no errors, and the setting must be a list.'),
    remedies: ['openSettings'],
    cause,
  });
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
