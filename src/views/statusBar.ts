/** The status bar item: the active org and how its token stands. */
import * as vscode from 'vscode';
import { labelOf, type Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { SOURCE_TEXT, tokenStateOf, type TokenState } from '../session/tokenState.ts';
import { shortDuration } from './duration.ts';

/** Less than this left counts as expiring. */
const EXPIRING_BELOW_MILLISECONDS = 5 * 60_000;
const TICK_MILLISECONDS = 60_000;

/** What the item shows for a session. Pure, so that every state can be tested. */
export interface StatusBarLook {
  readonly text: string;
  readonly spoken: string;
  /** One line for the tooltip: state, time, and how it is known. */
  readonly detail: string;
  /** Only where work is blocked until the user acts. */
  readonly warning: boolean;
}

/**
 * @param ended whether the server has said that the session is over
 */
export function lookOf(label: string, state: TokenState, ended: boolean): StatusBarLook {
  const look = (icon: string, short: string, detail: string, warning = false): StatusBarLook => ({
    text: `$(${icon}) ${label}${short === '' ? '' : `: ${short}`}`,
    spoken: `Salesforce org ${label}. ${detail}`,
    detail,
    warning,
  });
  if (ended) {
    return look('key', 'sign in again', 'The session has ended. Sign in again.', true);
  }
  switch (state.kind) {
    case 'valid':
    case 'expiring': {
      const left = shortDuration(state.leftMilliseconds);
      const word = state.kind === 'valid' ? 'valid' : 'expiring';
      const how = `Token ${word}, ${left} left, known from ${SOURCE_TEXT[state.source]}.`;
      return state.kind === 'valid' ? look('key', left, how) : look('clock', `${left} left`, how);
    }
    case 'expired':
      return look(
        'clock',
        'token expired',
        'Token expired. It is refreshed when it is next needed.',
      );
    case 'unknown':
      return look(
        'key',
        '',
        'How long the token lives is not known: the org does not tell this client app. It is refreshed when the org refuses it.',
      );
  }
}

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
    this.#item.name = 'Salesforce Org and Token';
    this.#item.command = command;
    this.#disposables = [
      this.#item,
      sessions.onDidChange(() => void this.draw()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('salesforcePkce.statusBar')) void this.draw();
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
    const ended = this.#sessions.endedReason(session.id) !== undefined;
    const state = tokenStateOf(session, Date.now(), EXPIRING_BELOW_MILLISECONDS);
    const look = lookOf(labelOf(session), state, ended);
    this.#item.text = look.text;
    this.#item.tooltip = tooltipOf(session, look);
    this.#item.accessibilityInformation = { label: look.spoken, role: 'button' };
    this.#item.backgroundColor = look.warning
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.show();
    // Only a clock that runs needs another look, once a minute.
    if (!ended && (state.kind === 'valid' || state.kind === 'expiring')) {
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
  const text = new vscode.MarkdownString();
  const line = (name: string, value: string): void => {
    text.appendMarkdown(`**${name}:** `).appendText(value).appendMarkdown('  \n');
  };
  text.appendText(look.detail).appendMarkdown('\n\n');
  line('User', session.username);
  line('Org', `${session.orgId} at ${new URL(session.instanceUrl).host}`);
  line('Scopes', session.scopes.join(' ') || 'not told by the server');
  line('Client app', session.clientId);
  return text;
}
