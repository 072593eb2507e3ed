/** What can be done with a session: sign out, make it the active one, refresh its token. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { firstOf } from '../salesforce/appNames.ts';
import { labelOf } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { SignOutResult } from '../session/signOuts.ts';
import type { Account } from '../session/tokenLedger.ts';
import { FOLLOW_UP } from '../views/followUp.ts';
import type { Messages } from '../views/messages.ts';
import { showWarningMessage } from '../views/notifications.ts';
import { openPage } from '../views/openPage.ts';
import { pickAccounts, pickSession, sessionsHere } from '../views/orgPicker.ts';
import { isNode, nodesOf, sessionIdOf, type Node } from '../views/orgsTree/nodes.ts';
import { withCancel } from '../views/progress.ts';
import { unlessAborted } from './unlessAborted.ts';

export interface SessionCommandsContext {
  readonly sessions: Sessions;
  /** Forgets what was read of an org. */
  readonly forget: (sessionId: string) => void;
  readonly messages: Messages;
  readonly reauthenticate: (account: Account) => Promise<unknown>;
}

export class SessionCommands {
  readonly #context: SessionCommandsContext;

  constructor(context: SessionCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.signOut`: of the rows it was called on, else of one or all that are picked; asks once. */
  async signOut(target?: unknown, targets?: unknown): Promise<void> {
    const accounts = await this.#accountsToSignOut(target, targets);
    if (accounts.length > 0 && (await confirmSignOut(accounts))) await this.signOutOf(accounts);
  }

  /** `salesforcePkce.setActiveOrg` */
  async setActiveOrg(target?: unknown): Promise<void> {
    const { sessions } = this.#context;
    const session = await pickSession(
      sessions,
      target,
      l10n.t('Which org should be the active one?'),
      FOLLOW_UP, // of the question about a session
    );
    if (session) await sessions.setActive(session.id);
  }

  /** `salesforcePkce.reauthenticate` */
  async reauthenticate(target?: unknown): Promise<void> {
    const { sessions, reauthenticate } = this.#context;
    const [account] = isNode(target)
      ? [await accountOf(target, sessions)]
      : await pickAccounts(sessions, l10n.t('Sign in again to which org?'));
    if (account) await reauthenticate(account);
  }

  /** `salesforcePkce.refreshToken`: the active org's, unless a row says otherwise. */
  async refreshToken(target?: unknown): Promise<void> {
    const { sessions, messages, reauthenticate } = this.#context;
    const here = await sessionsHere(sessions); // where there is none, that is said
    const session = isNode(target)
      ? here.find(({ id }) => id === sessionIdOf(target))
      : await sessions.active();
    if (!session) return;
    try {
      const refreshed = await withCancel(
        l10n.t`Refreshing the token of ${labelOf(session)}`,
        (signal) => unlessAborted(signal, () => sessions.refresh(session.id, signal)),
      );
      if (!refreshed) return;
      vscode.window.setStatusBarMessage(l10n.t`Token of ${labelOf(session)} refreshed.`, 4000);
    } catch (error) {
      void messages.showError(error, {
        tryAgain: () => this.refreshToken(target),
        signInAgain: () => reauthenticate(session),
      });
    }
  }

  async #accountsToSignOut(target: unknown, targets: unknown): Promise<readonly Account[]> {
    const { sessions } = this.#context;
    const rows = nodesOf(target, targets);
    if (rows.length > 0) {
      // Other rows may be selected beside those of orgs: they are no wish to sign out.
      const orgs = rows.filter(({ type }) => type === 'org' || type === 'missing');
      const accounts = await Promise.all(orgs.map((row) => accountOf(row, sessions)));
      return accounts.filter((account) => account !== undefined);
    }
    return pickAccounts(
      sessions,
      l10n.t('Sign out of which org?'),
      (orgs) => `$(sign-out) ${l10n.t`All ${orgs} Orgs`}`,
    );
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
        ? [{ label: `$(target) ${l10n.t('Set Active Org...')}`, run: () => this.setActiveOrg() }]
        : []),
      {
        label: `$(list-tree) ${l10n.t('Show Apps')}`,
        run: () => vscode.commands.executeCommand('salesforcePkce.orgs.focus'),
      },
      { label: `$(sign-out) ${l10n.t('Sign Out')}`, run: () => this.signOut(row) },
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

  /** Revokes and forgets, side by side, and says where something of it did not succeed. */
  async signOutOf(accounts: readonly Account[]): Promise<void> {
    const { sessions, forget, messages } = this.#context;
    const unconfirmed: Unconfirmed[] = [];
    const undeleted: Account[] = [];
    const [only] = accounts.length === 1 ? accounts : [];
    // Cancel ends the wait for the servers; the tokens here go all the same.
    const results = await withCancel(
      only
        ? l10n.t`Signing out of ${nameWithHost(only)}`
        : l10n.t`Signing out of ${accounts.length} orgs`,
      (signal) =>
        Promise.all(
          accounts.map(async (account) => {
            const session = await sessions.get(account.id);
            const result = await sessions
              .signOut(account.id, signal)
              .catch((reason: unknown): SignOutResult => ({ revoked: false, reason })); // the others go on
            // At once: another server may take long, and the user may sign in here again meanwhile.
            if (!result.replaced) forget(account.id);
            return { account, session, result };
          }),
        ),
    );
    for (const { account, session, result } of results) {
      if ('undeleted' in result) {
        messages.logError(result.undeleted);
        undeleted.push(account);
      }
      if (result.revoked) continue;
      messages.logError(result.reason);
      unconfirmed.push({ account, setupHost: session?.instanceUrl ?? account.loginHost });
    }
    // Not waited for: nothing depends on the answers.
    if (unconfirmed.length > 0) void this.#tellUnconfirmed(unconfirmed);
    if (undeleted.length > 0) {
      void messages.warn(
        l10n.t`The editor's secret storage did not delete the tokens of ${namesOf(undeleted)}. Once it works again, sign in there and out again.`,
      );
    }
    if (unconfirmed.length + undeleted.length === 0) {
      vscode.window.setStatusBarMessage(l10n.t`Signed out of ${namesOf(accounts)}.`, 4000);
    }
  }

  async #tellUnconfirmed(unconfirmed: readonly Unconfirmed[]): Promise<void> {
    const openSetup = l10n.t('Open Setup');
    const names = namesOf(unconfirmed.map(({ account }) => account));
    const picked = await this.#context.messages.warn(
      l10n.t`Salesforce did not confirm the sign-out of ${names}. The grant may live on; an admin or you can revoke it under Setup > Connected Apps OAuth Usage.`,
      ...(unconfirmed.length === 1 ? [openSetup] : []),
    );
    if (picked !== openSetup) return;
    const { setupLink } = await import('../salesforce/setupLinks.ts');
    for (const { setupHost } of unconfirmed) {
      await openPage(setupLink(setupHost, 'connectedAppsUsage'));
    }
  }
}

/** The account of a row, also of one without a token here. */
async function accountOf(row: Node, sessions: Sessions): Promise<Account | undefined> {
  return row.type === 'missing' ? row.account : sessions.get(sessionIdOf(row));
}

/** An org whose server did not confirm that the grant is revoked. */
interface Unconfirmed {
  readonly account: Account;
  /** Origin of the org's Setup. */
  readonly setupHost: string;
}

function nameWithHost(account: Account): string {
  return l10n.t`${labelOf(account)} at ${new URL(account.loginHost).host}`;
}

/** More names than that nobody reads. */
const MOST_NAMES = 10;

/** `Acme at acme.my.salesforce.com, ...`; the rest of many as a number. */
function namesOf(accounts: readonly Account[]): string {
  return firstOf(accounts.map(nameWithHost), MOST_NAMES).join(', ');
}

/** Grants are revoked after a question that says so (EXPECTATIONS.md 21, 43). */
async function confirmSignOut(accounts: readonly Account[]): Promise<boolean> {
  const go = l10n.t('Sign Out');
  const [only] = accounts.length === 1 ? accounts : [];
  const effect = l10n.t(
    'Access is revoked at Salesforce. The tokens, and what was kept here of apps and audits, are deleted.',
  );
  const picked = await showWarningMessage(
    only
      ? l10n.t`Sign out of ${nameWithHost(only)}?`
      : l10n.t`Sign out of ${accounts.length} orgs?`,
    { modal: true, detail: only ? effect : `${effect}\n\n${namesOf(accounts)}` },
    go,
  );
  return picked === go;
}
