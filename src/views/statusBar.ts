/** The status bar item: the active org and how its token stands. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { escapeMarkdown } from '../salesforce/escapeMarkdown.ts';
import { labelOf, type Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { tokenStateOf } from '../session/tokenState.ts';
import { lookOf, type StatusBarLook } from './statusBarLook.ts';

/** Less than this left counts as expiring. */
const EXPIRING_BELOW_MILLISECONDS = 5 * 60_000;
const TICK_MILLISECONDS = 60_000;

export class StatusBar {
  readonly #item: vscode.StatusBarItem;
  readonly #sessions: Sessions;
  readonly #disposables: { dispose(): unknown }[];
  #timer: NodeJS.Timeout | undefined;
  #drawn = 0;

  /** @param command what a click runs */
  constructor(sessions: Sessions, command: string) {
    this.#sessions = sessions;
    this.#item = vscode.window.createStatusBarItem(
      'salesforcePkce.token',
      vscode.StatusBarAlignment.Left,
      20,
    );
    this.#item.name = l10n.t('Salesforce Org and Token');
    this.#item.command = command;
    this.#disposables = [
      this.#item,
      sessions.onDidChange(() => void this.draw()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('salesforcePkce.statusBar')) void this.draw();
      }),
      // After sleep, or when the clock was set, the timer comes late or never.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) void this.draw();
      }),
    ];
  }

  /** Draws the active session, or hides the item where there is none or the user does not want it. */
  async draw(): Promise<void> {
    const drawing = (this.#drawn += 1);
    const wanted = vscode.workspace
      .getConfiguration('salesforcePkce')
      .get<boolean>('statusBar', true);
    const session = wanted ? await this.#sessions.active() : undefined;
    if (drawing !== this.#drawn) return; // a later change is being drawn already
    clearTimeout(this.#timer);
    if (!session) {
      this.#item.hide();
      return;
    }
    const trouble = this.#sessions.troubleOf(session.id);
    const expiry = this.#sessions.expiryOf(session);
    const state = tokenStateOf(expiry, Date.now(), EXPIRING_BELOW_MILLISECONDS);
    const look = lookOf(labelOf(session), state, trouble, session.refreshToken !== undefined);
    this.#item.text = look.text;
    this.#item.tooltip = tooltipOf(session, look);
    this.#item.accessibilityInformation = { label: look.spoken, role: 'button' };
    this.#item.backgroundColor = look.warning
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.show();
    // Only a clock that runs needs another look, once a minute.
    if (!trouble && (state.kind === 'valid' || state.kind === 'expiring')) {
      this.#timer = setTimeout(() => void this.draw(), TICK_MILLISECONDS);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

/** User, org, scopes, client app and how the token stands; never the token. */
function tooltipOf(session: Session, look: StatusBarLook): vscode.MarkdownString {
  const facts = [
    [l10n.t('User'), session.username],
    [l10n.t('Org'), l10n.t`${session.orgId} at ${new URL(session.instanceUrl).host}`],
    [l10n.t('Scopes'), session.scopes.join(' ') || l10n.t('not told by the server')],
    [l10n.t('Client app'), session.clientId],
  ] as const;
  const lines = facts.map(([name, value]) => `**${name}:** ${escapeMarkdown(value)}`);
  return new vscode.MarkdownString(`${escapeMarkdown(look.detail)}\n\n${lines.join('  \n')}`);
}
