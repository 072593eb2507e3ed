/** Findings that the settings accept for a time. A workspace may say so: entries of another shape are passed over. */
import * as vscode from 'vscode';
import type { Suppression } from '../audit/audit.ts';

export function suppressions(): readonly Suppression[] {
  const setting: unknown = vscode.workspace.getConfiguration('salesforcePkce').get('suppressions');
  return Array.isArray(setting) ? setting.filter(isSuppression) : [];
}

function isSuppression(value: unknown): value is Suppression {
  if (typeof value !== 'object' || value === null) return false;
  const { rule, app, reason, until } = value as Record<string, unknown>;
  return (
    typeof rule === 'string' &&
    (app === undefined || typeof app === 'string') &&
    typeof reason === 'string' &&
    reason.trim() !== '' &&
    typeof until === 'string' &&
    /^\d{4}-\d\d-\d\d$/.test(until)
  );
}
