/** What can be done with a token: look at what is known of it, copy it, open the org with it. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fetch } from '../oauth/http.ts';
import type { Secret } from '../oauth/secret.ts';
import { isOauthClient } from '../salesforce/pkceStatus.ts';
import type { OrgCatalogs } from '../session/orgCatalogs.ts';
import { labelOf, type Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { untilAborted } from '../session/untilAborted.ts';
import { openInBrowser } from '../signIn/browser.ts';
import { FOLLOW_UP } from '../views/followUp.ts';
import type { Messages } from '../views/messages.ts';
import { showWarningMessage } from '../views/notifications.ts';
import { pickSession } from '../views/orgPicker.ts';
import { withCancel } from '../views/progress.ts';
import { unlessAborted } from './unlessAborted.ts';

export interface TokenCommandsContext {
  readonly sessions: Sessions;
  readonly catalogs: OrgCatalogs;
  readonly messages: Messages;
  readonly fetch: Fetch;
  readonly timeoutMilliseconds: () => number;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
  /** Finds out when the token of a session ends. */
  readonly learnExpiry: (session: Session) => Promise<void>;
  readonly reauthenticate: (session: Session) => Promise<unknown>;
}

const CLIPBOARD_MILLISECONDS = 60_000;

export class TokenCommands {
  readonly #context: TokenCommandsContext;
  #clearing: NodeJS.Timeout | undefined;
  #untilFocused: vscode.Disposable | undefined;
  #copied: Secret | undefined;

  constructor(context: TokenCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.showToken`: choosing a line copies its value. */
  async showToken(target?: unknown): Promise<void> {
    const { sessions, catalogs, learnExpiry, now } = this.#context;
    const picked = await pickSession(sessions, target, l10n.t('The token of which org?'));
    if (!picked) return;
    await withCancel(l10n.t`Asking about the token of ${labelOf(picked)}`, (signal) =>
      unlessAborted(signal, () => untilAborted(learnExpiry(picked), signal)),
    );
    const session = (await sessions.get(picked.id)) ?? picked;
    const { tokenFactsOf } = await import('../views/tokenFacts.ts');
    const facts = tokenFactsOf({
      session,
      expiry: sessions.expiryOf(session),
      rotates: await sessions.rotationSeen(session.id),
      trouble: sessions.troubleOf(session.id),
      clientApp: catalogs
        .apps(session.id)
        .find((app) => isOauthClient(app) && app.oauth?.consumerKey === session.clientId),
      now: now(),
    });
    const fact = await vscode.window.showQuickPick(
      facts.map(({ name, value }) => ({ label: name, detail: value, value })),
      {
        ...FOLLOW_UP,
        title: l10n.t`Token of ${labelOf(session)}`,
        placeHolder: l10n.t('Choose a line to copy it. The token itself is not shown.'),
        matchOnDetail: true,
      },
    );
    if (fact) await vscode.env.clipboard.writeText(fact.value);
  }

  /** `salesforcePkce.copyAccessToken`: after a warning, for a minute. */
  async copyAccessToken(target?: unknown): Promise<void> {
    const { sessions } = this.#context;
    const session = await pickSession(
      sessions,
      target,
      l10n.t('Copy the access token of which org?'),
    );
    if (!session) return;
    const copy = l10n.t('Copy');
    const answer = await showWarningMessage(
      l10n.t`Copy the access token of ${labelOf(session)}?`,
      {
        modal: true,
        detail: l10n.t`Whoever has it can do in ${new URL(session.instanceUrl).host} what you can (scopes: ${session.scopes.join(' ') || l10n.t('not told')}). Clipboard managers and remote desktops may keep it. It is taken off the clipboard after 60 seconds, as long as this window is open.`,
      },
      copy,
    );
    if (answer !== copy) return;
    await this.#withToken(session, async (token) => {
      clearTimeout(this.#clearing);
      this.#untilFocused?.dispose();
      this.#copied = token;
      await vscode.env.clipboard.writeText(token.reveal());
      this.#clearing = setTimeout(() => void this.clearClipboard(), CLIPBOARD_MILLISECONDS);
      vscode.window.setStatusBarMessage(
        l10n.t('Access token copied; it is taken off the clipboard after 60 seconds.'),
        5000,
      );
    });
  }

  /** Takes a copied token off the clipboard, unless something else is there by now. */
  async clearClipboard(): Promise<void> {
    clearTimeout(this.#clearing);
    this.#untilFocused?.dispose();
    const copied = this.#copied;
    if (!copied) return;
    if (vscode.env.uiKind === vscode.UIKind.Web && !vscode.window.state.focused) {
      // A page without the focus may not look at the clipboard.
      this.#clearOnceFocused();
      return;
    }
    try {
      const now = await vscode.env.clipboard.readText();
      if (now === copied.reveal()) await vscode.env.clipboard.writeText('');
      // Another one may have been copied meanwhile.
      if (this.#copied === copied) this.#copied = undefined;
    } catch (error) {
      this.#context.messages.logError(error);
      if (this.#copied === copied) this.#clearOnceFocused();
    }
  }

  #clearOnceFocused(): void {
    this.#untilFocused?.dispose();
    this.#untilFocused = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void this.clearClipboard();
    });
  }

  /** `salesforcePkce.openOrg`: by a link that works once where the scopes allow, else by the org's address. */
  async openOrg(target?: unknown): Promise<void> {
    const { sessions, fetch, timeoutMilliseconds } = this.#context;
    const session = await pickSession(sessions, target, l10n.t('Open which org?'));
    if (!session) return;
    const { singleAccessLink } = await import('../salesforce/singleAccess.ts');
    const link = await withCancel(l10n.t`Opening ${labelOf(session)}`, async (signal) => {
      const wait = untilAborted(sessions.accessToken(session.id), signal);
      const token = await wait.catch(() => undefined);
      const limits = { timeoutMilliseconds: timeoutMilliseconds(), signal };
      const found = token && (await singleAccessLink({ ...limits, fetch }, session, token));
      return signal.aborted ? undefined : (found ?? session.instanceUrl);
    });
    if (link !== undefined) await openInBrowser(link);
  }

  async #withToken(session: Session, use: (token: Secret) => Promise<void>): Promise<void> {
    const { sessions, messages, reauthenticate } = this.#context;
    try {
      // It may wait for other windows and for a refresh. That goes on after a Cancel: its answer must be stored.
      const token = await withCancel(
        l10n.t`Fetching the access token of ${labelOf(session)}`,
        (signal) =>
          unlessAborted(signal, () => untilAborted(sessions.accessToken(session.id), signal)),
      );
      if (token) await use(token);
    } catch (error) {
      void messages.showError(error, {
        tryAgain: () => this.#withToken(session, use),
        signInAgain: () => reauthenticate(session),
      });
    }
  }
}
