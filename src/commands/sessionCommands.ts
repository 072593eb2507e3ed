/** What can be done with a session: sign out, make it the active one, refresh its token. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { labelOf, type Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Account } from '../session/tokenLedger.ts';
import type { Messages } from '../views/messages.ts';
import { sessionIdOf, type Node } from '../views/orgsTree/nodes.ts';
import { openPage } from '../views/openPage.ts';
import { withCancel } from '../views/progress.ts';

export interface SessionCommandsContext {
  readonly sessions: Sessions;
  /** Forgets what was read of an org. */
  readonly forget: (sessionId: string) => void;
  readonly messages: Messages;
  /** Finds out when the token of a session ends. */
  readonly learnExpiry: (session: Session) => Promise<void>;
  readonly reauthenticate: (account: Account) => Promise<unknown>;
}

/** The session that a command is about: that of the row it was called on, the only one, or one that is picked. */
export async function pickSession(
  sessions: Sessions,
  target: unknown,
  placeHolder: string,
): Promise<Session | undefined> {
  if (isNode(target)) return sessions.get(sessionIdOf(target));
  const all = await sessions.list();
  if (all.length <= 1) return all[0];
  const active = await sessions.active();
  const items = all.map((session) => ({
    label: labelOf(session),
    description: `${session.alias ? `${session.username} · ` : ''}${new URL(session.instanceUrl).host}`,
    detail: session.id === active?.id ? l10n.t('active') : '',
    session,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder,
    matchOnDescription: true,
  });
  return picked?.session;
}

/** Whether an argument is a row of the org tree; a key binding may pass anything. */
export function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    ('sessionId' in value || 'parent' in value)
  );
}

/** The rows that a command was called on: with several selected VS Code passes them all, the one it was called on too. */
export function nodesOf(target: unknown, targets: unknown): readonly Node[] {
  const all = Array.isArray(targets) && targets.length > 0 ? (targets as unknown[]) : [target];
  return all.filter(isNode);
}

export class SessionCommands {
  readonly #context: SessionCommandsContext;

  constructor(context: SessionCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.signOut`: several rows at once are signed out one after the other. */
  async signOut(target?: unknown, targets?: unknown): Promise<void> {
    const nodes: readonly unknown[] =
      Array.isArray(targets) && targets.length > 1 ? targets : [target];
    const accounts = new Map<string, Account>();
    for (const node of nodes) {
      const account = await this.#pickAccount(node, l10n.t('Sign out of which org?'));
      if (account) accounts.set(account.id, account);
    }
    if (accounts.size > 1 && !(await confirmSignOut([...accounts.values()]))) return;
    for (const account of accounts.values()) await this.signOutOf(account);
  }

  /** `salesforcePkce.setActiveOrg` */
  async setActiveOrg(target?: unknown): Promise<void> {
    const { sessions } = this.#context;
    const session = await pickSession(
      sessions,
      target,
      l10n.t('Which org should be the active one?'),
    );
    if (session) await sessions.setActive(session.id);
  }

  /** `salesforcePkce.reauthenticate` */
  async reauthenticate(target?: unknown): Promise<void> {
    const account = await this.#pickAccount(target, l10n.t('Sign in again to which org?'));
    if (account) await this.#context.reauthenticate(account);
  }

  /** `salesforcePkce.refreshToken`: the active org's, unless a row says otherwise. */
  async refreshToken(target?: unknown): Promise<void> {
    const { sessions, messages, learnExpiry, reauthenticate } = this.#context;
    const session = isNode(target)
      ? await sessions.get(sessionIdOf(target))
      : await sessions.active();
    if (!session) return;
    let cancelled: AbortSignal | undefined;
    try {
      const refreshed = await withCancel(
        l10n.t`Refreshing the token of ${labelOf(session)}`,
        async (signal) => {
          cancelled = signal;
          return sessions.refresh(session.id, signal);
        },
      );
      await learnExpiry(refreshed);
      vscode.window.setStatusBarMessage(l10n.t`Token of ${labelOf(session)} refreshed.`, 4000);
    } catch (error) {
      if (cancelled?.aborted) return;
      void messages.showError(error, {
        tryAgain: () => this.refreshToken(target),
        signInAgain: () => reauthenticate(session),
      });
    }
  }

  /** The account of the row, of the only session, or one that is picked; also one without a token here. */
  async #pickAccount(target: unknown, placeHolder: string): Promise<Account | undefined> {
    if (isNode(target) && target.type === 'missing') return target.account;
    return pickSession(this.#context.sessions, target, placeHolder);
  }

  /** What a click on the status bar offers. */
  async tokenActions(): Promise<void> {
    const { sessions } = this.#context;
    const session = await sessions.active();
    if (!session) return;
    const several = (await sessions.list()).length > 1;
    const row: Node = { type: 'org', sessionId: session.id };
    const reload = sessions.troubleOf(session.id)?.remedies.includes('reloadWindow') ?? false;
    const actions = [
      ...(reload
        ? [
            {
              label: `$(debug-restart) ${l10n.t('Reload Window')}`,
              run: () => vscode.commands.executeCommand('workbench.action.reloadWindow'),
            },
          ]
        : []),
      { label: `$(sync) ${l10n.t('Refresh Token Now')}`, run: () => this.refreshToken() },
      {
        label: `$(info) ${l10n.t('Show Token Details')}`,
        run: () => vscode.commands.executeCommand('salesforcePkce.showToken', row),
      },
      {
        label: `$(link-external) ${l10n.t('Open Org in Browser')}`,
        run: () => vscode.commands.executeCommand('salesforcePkce.openOrg', row),
      },
      {
        label: `$(key) ${l10n.t('Sign In Again...')}`,
        run: () => this.#context.reauthenticate(session),
      },
      ...(several
        ? [{ label: `$(target) ${l10n.t('Switch Active Org...')}`, run: () => this.setActiveOrg() }]
        : []),
      {
        label: `$(list-tree) ${l10n.t('Show Apps')}`,
        run: () => vscode.commands.executeCommand('salesforcePkce.orgs.focus'),
      },
      { label: `$(sign-out) ${l10n.t('Sign Out')}`, run: () => this.signOutOf(session) },
      {
        label: `$(eye-closed) ${l10n.t('Hide This Item')}`,
        run: () =>
          vscode.workspace
            .getConfiguration('salesforcePkce')
            .update('statusBar', false, vscode.ConfigurationTarget.Global),
      },
    ];
    const picked = await vscode.window.showQuickPick(actions, {
      title: l10n.t`${labelOf(session)} at ${new URL(session.instanceUrl).host}`,
      placeHolder: l10n.t('What should happen with this session?'),
    });
    await picked?.run();
  }

  /** Signs out of one org: revokes, forgets, and says so where the server did not confirm. */
  async signOutOf(account: Account): Promise<void> {
    const { sessions, forget, messages } = this.#context;
    const host = new URL(account.loginHost).host;
    const session = await sessions.get(account.id);
    // Cancel ends the wait for the server; the tokens here go all the same.
    const result = await withCancel(
      l10n.t`Signing out of ${labelOf(account)} at ${host}`,
      (signal) => sessions.signOut(account.id, signal),
    );
    forget(account.id);
    if (result.revoked) {
      vscode.window.setStatusBarMessage(l10n.t`Signed out of ${labelOf(account)}.`, 4000);
      return;
    }
    messages.logError(result.reason);
    const openSetup = l10n.t('Open Setup');
    const picked = await vscode.window.showWarningMessage(
      l10n.t`${labelOf(account)} is forgotten here, but ${host} did not confirm: the grant may live on. An admin or you can revoke it under Setup > Connected Apps OAuth Usage.`,
      openSetup,
    );
    if (picked === openSetup) {
      const { setupLink } = await import('../salesforce/setupLinks.ts');
      await openPage(setupLink(session?.instanceUrl ?? account.loginHost, 'connectedAppsUsage'));
    }
  }
}

function nameWithHost(account: Account): string {
  return l10n.t`${labelOf(account)} at ${new URL(account.loginHost).host}`;
}

/** Several orgs at once are signed out after one question (EXPECTATIONS.md 21). */
async function confirmSignOut(accounts: readonly Account[]): Promise<boolean> {
  const go = l10n.t('Sign Out');
  const picked = await vscode.window.showWarningMessage(
    l10n.t`Sign out of ${accounts.length} orgs?`,
    {
      modal: true,
      detail: l10n.t`${accounts.map(nameWithHost).join(', ')}: their tokens are revoked and forgotten.`,
    },
    go,
  );
  return picked === go;
}
