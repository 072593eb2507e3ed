/** Messages with a way out: what happened, what to do, and at most three buttons. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { redact } from '../oauth/redact.ts';
import { UserFacingError, type Remedy } from '../oauth/userFacingError.ts';
import type { StoreTrouble } from '../session/sessionStore.ts';
import { showErrorMessage, showWarningMessage } from './notifications.ts';
import { OnceIn } from './onceIn.ts';
import { openPage } from './openPage.ts';

/** What each remedy's button says. */
const BUTTONS: Readonly<Record<Remedy, string>> = {
  tryAgain: l10n.t('Try Again'),
  signInAgain: l10n.t('Sign In Again'),
  signInWithoutScopes: l10n.t('Try Without Scopes'),
  copyCallbackUrls: l10n.t('Copy Callback URL'),
  openSettings: l10n.t('Open Settings'),
  startDemoOrg: l10n.t('Start Demo Org'),
  openProxySettings: l10n.t('Open Proxy Settings'),
  openCertificateSettings: l10n.t('Open Certificate Settings'),
  reloadWindow: l10n.t('Reload Window'),
  otherWay: l10n.t('Try Another Way'),
};
const STORE_TROUBLE: Readonly<Record<StoreTrouble['kind'], string>> = {
  damaged: l10n.t(
    'A stored Salesforce session could not be read and was set aside. Sign in to that org again; other sessions are not affected.',
  ),
  newer: l10n.t(
    'A Salesforce session was stored by a newer version of PKCE for Salesforce and is left alone. Update the extension to use it, or sign in again.',
  ),
  unavailable: l10n.t(
    "The editor's secret storage cannot be used. Salesforce sessions live in this window only until it works again; nothing was deleted.",
  ),
};
const KEYRING_HELP =
  'https://code.visualstudio.com/docs/configure/settings-sync#_troubleshooting-keychain-issues';
const SHOW_LOG = l10n.t('Show Log');
const COPY_DETAILS = l10n.t('Copy Details');
const MOST_BUTTONS = 3;
const UNASKED_MILLISECONDS = 10 * 60_000;

/** What to do when a remedy is picked; a remedy without a handler has no button. */
export type RemedyHandlers = Partial<Record<Remedy, () => unknown>>;

const openSettingsAt = (query: string) => (): Thenable<unknown> =>
  vscode.commands.executeCommand('workbench.action.openSettings', query);

/** Remedies that mean the same wherever the error came from. */
const EVERYWHERE: RemedyHandlers = {
  openSettings: openSettingsAt('@ext:pkce-tools.salesforce-pkce'),
  openProxySettings: openSettingsAt('http.proxy'),
  openCertificateSettings: openSettingsAt('http.systemCertificates'),
  reloadWindow: () => vscode.commands.executeCommand('workbench.action.reloadWindow'),
  startDemoOrg: () => vscode.commands.executeCommand('salesforcePkce.signInDemo'),
};

export class Messages {
  readonly #log: vscode.LogOutputChannel;
  readonly #unasked = new OnceIn(UNASKED_MILLISECONDS);

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** Shows an error once it is in the log. Resolves when the message was answered or dismissed. */
  async showError(error: unknown, handlers: RemedyHandlers = {}): Promise<void> {
    this.logError(error);
    const known = asUserFacing(error);
    const offered = { ...EVERYWHERE, ...handlers };
    const remedies = known.remedies.filter((remedy) => offered[remedy] !== undefined);
    const shown = remedies.slice(0, MOST_BUTTONS - 1);
    const buttons = shown.map((remedy) => BUTTONS[remedy]);
    if (buttons.length < MOST_BUTTONS - 1) buttons.push(COPY_DETAILS);
    const picked = await showErrorMessage(`${known.happened} ${known.todo}`, ...buttons, SHOW_LOG);
    if (picked === SHOW_LOG) this.#log.show();
    if (picked === COPY_DETAILS) await vscode.env.clipboard.writeText(detailsOf(error));
    const remedy = shown.find((candidate) => BUTTONS[candidate] === picked);
    try {
      if (remedy) await offered[remedy]?.();
    } catch (failure) {
      await this.showError(failure);
    }
  }

  /** Tells of trouble with the secret storage: the user did nothing, so it is one message and no more. */
  async showStoreTrouble(trouble: StoreTrouble): Promise<void> {
    if (trouble.kind === 'unavailable') this.logError(trouble.cause);
    else this.#log.warn(`Stored session ${trouble.id}: ${trouble.kind}`);
    const help = l10n.t('Open Help');
    const buttons = trouble.kind === 'unavailable' ? [help] : [];
    const picked = await this.warn(STORE_TROUBLE[trouble.kind], ...buttons);
    if (picked === help) await openPage(KEYRING_HELP);
  }

  /**
   * Shows a warning that has a way to the log, beside other buttons.
   * @param buttons two at most
   * @returns the button that was picked, undefined for none and for the log's
   */
  async warn(text: string, ...buttons: readonly string[]): Promise<string | undefined> {
    const picked = await showWarningMessage(text, ...buttons, SHOW_LOG);
    if (picked !== SHOW_LOG) return picked;
    this.#log.show();
    return undefined;
  }

  /** Writes an error to the log with its causes, without anything that looks like a secret. */
  logError(error: unknown): void {
    this.#log.error(detailsOf(error));
  }

  /** A warning about something that the user did not do: in the log each time, on the screen every ten minutes. */
  warnUnasked(text: string): void {
    this.#log.warn(redact(text));
    if (this.#unasked.allows(text)) void this.warn(text);
  }

  info(text: string): void {
    this.#log.info(redact(text));
  }

  showLog(): void {
    this.#log.show();
  }
}

/** An error that nobody foresaw, in words that a user can pass on. */
export function asUserFacing(error: unknown): UserFacingError {
  if (error instanceof UserFacingError) return error;
  return new UserFacingError({
    code: 'unexpected',
    happened: l10n.t('Something unexpected went wrong in PKCE for Salesforce.'),
    todo: l10n.t('Try again; if it happens again, the log says where, for a bug report.'),
    remedies: ['tryAgain'],
    cause: error,
  });
}

/** How many causes of causes are worth telling. */
const MOST_CAUSES = 4;

/** An error with its causes as text, for the log and for a bug report; secrets masked. */
function detailsOf(error: unknown): string {
  const lines: string[] = [];
  let current = error;
  while (current !== undefined && lines.length < MOST_CAUSES) {
    if (current instanceof UserFacingError) lines.push(`[${current.code}] ${current.message}`);
    else if (current instanceof Error) lines.push(current.stack ?? current.message);
    else lines.push(typeof current === 'string' ? current : 'unknown cause');
    current = current instanceof Error ? current.cause : undefined;
  }
  return redact(lines.join('\n  cause: '));
}
