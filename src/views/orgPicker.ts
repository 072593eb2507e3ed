/** The box that picks an org, and what is said where none can be picked. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { labelOf, type Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Account } from '../session/tokenLedger.ts';
import { showWarningMessage } from './notifications.ts';
import { isNode, sessionIdOf } from './orgsTree/nodes.ts';

/** A row of the box. */
type OrgItem<T> = vscode.QuickPickItem & { readonly org: T };

/**
 * The session that a command is about: that of the row it was called on, the only one, or one that is picked.
 * @param options of the box, beside its text
 * @returns undefined if the user left, and where no org's token is in this window, which is said
 */
export async function pickSession(
  sessions: Sessions,
  target: unknown,
  placeHolder: string,
  options: vscode.QuickPickOptions = {},
): Promise<Session | undefined> {
  if (isNode(target)) return sessions.get(sessionIdOf(target));
  const all = await sessionsHere(sessions);
  if (all.length <= 1) return all[0];
  const active = (await sessions.active())?.id;
  return pickFrom(
    all.map((session) => sessionItem(session, active)),
    { ...options, placeHolder },
  );
}

/**
 * The accounts that a command is about, also those without a token in this window.
 * @param all the label of a row for all of them; without it, one is picked
 * @returns none if the user left
 */
export async function pickAccounts(
  sessions: Sessions,
  placeHolder: string,
  all?: (orgs: number) => string,
): Promise<readonly Account[]> {
  const [here, missing] = await Promise.all([sessions.list(), sessions.missing()]);
  const accounts: readonly Account[] = [...here, ...missing];
  if (accounts.length <= 1) return accounts;
  const active = (await sessions.active())?.id;
  const items: OrgItem<readonly Account[]>[] = [
    ...here.map((session) => ({ ...sessionItem(session, active), org: [session] })),
    ...missing.map((account) => ({
      label: labelOf(account),
      description: new URL(account.loginHost).host,
      detail: l10n.t('not in this window'),
      org: [account],
    })),
  ];
  if (all) items.push({ label: all(accounts.length), org: accounts });
  return (await pickFrom(items, { placeHolder })) ?? [];
}

function sessionItem(session: Session, active: string | undefined): OrgItem<Session> {
  return {
    label: labelOf(session),
    description: `${session.alias ? `${session.username} · ` : ''}${new URL(session.instanceUrl).host}`,
    detail: session.id === active ? l10n.t('active') : '',
    org: session,
  };
}

async function pickFrom<T>(
  items: readonly OrgItem<T>[],
  options: vscode.QuickPickOptions,
): Promise<T | undefined> {
  const picked = await vscode.window.showQuickPick(items, {
    ...options,
    matchOnDescription: true,
  });
  return picked?.org;
}

/** The sessions of this window. Where there is none, a browser-based editor may have lost the tokens, which is said. */
export async function sessionsHere(sessions: Sessions): Promise<readonly Session[]> {
  const all = await sessions.list();
  if (all.length === 0 && (await sessions.missing()).length > 0) void tellNoneHere();
  return all;
}

async function tellNoneHere(): Promise<void> {
  const reload = l10n.t('Reload Window');
  const again = l10n.t('Sign In Again');
  const picked = await showWarningMessage(
    l10n.t('No token of your orgs is in this window. Reload the window, or sign in again.'),
    reload,
    again,
  );
  if (picked === reload) {
    await vscode.commands.executeCommand('workbench.action.reloadWindow');
  } else if (picked === again) {
    await vscode.commands.executeCommand('salesforcePkce.reauthenticate');
  }
}
