/** Messages with a way out: what happened, what to do, and at most three buttons. */
import * as vscode from 'vscode';
import { redact } from '../oauth/redact.ts';
import { UserFacingError, type Remedy } from '../oauth/userFacingError.ts';

/** What each remedy's button says, and the command behind it (with the arguments that the caller gives). */
const BUTTONS: Readonly<Record<Remedy, string>> = {
  tryAgain: 'Try Again',
  signInAgain: 'Sign In Again',
  signInWithoutScopes: 'Try Without Scopes',
  copyCallbackUrls: 'Copy Callback URL',
  openSettings: 'Open Settings',
  copySignInLink: 'Copy Sign-In Link',
  startDemoOrg: 'Try the Demo Org',
};
const SHOW_LOG = 'Show Log';
const MOST_BUTTONS = 3;

/** What to do when a remedy is picked; a remedy without a handler has no button. */
export type RemedyHandlers = Partial<Record<Remedy, () => unknown>>;

export class Messages {
  readonly #log: vscode.LogOutputChannel;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** Shows an error once it is in the log. Resolves when the message was answered or dismissed. */
  async showError(error: unknown, handlers: RemedyHandlers = {}): Promise<void> {
    this.logError(error);
    const known = asUserFacing(error);
    const remedies = known.remedies.filter((remedy) => handlers[remedy] !== undefined);
    const shown = remedies.slice(0, MOST_BUTTONS - 1);
    const picked = await vscode.window.showErrorMessage(
      `${known.happened} ${known.todo}`,
      ...shown.map((remedy) => BUTTONS[remedy]),
      SHOW_LOG,
    );
    if (picked === SHOW_LOG) this.#log.show();
    const remedy = shown.find((candidate) => BUTTONS[candidate] === picked);
    if (remedy) await handlers[remedy]?.();
  }

  /** Writes an error to the log with its causes, without anything that looks like a secret. */
  logError(error: unknown): void {
    const lines: string[] = [];
    for (let current = error, depth = 0; current !== undefined && depth < 4; depth += 1) {
      if (current instanceof UserFacingError) {
        lines.push(`[${current.code}] ${current.message}`);
        current = current.cause;
      } else if (current instanceof Error) {
        lines.push(current.stack ?? current.message);
        current = current.cause;
      } else {
        lines.push(typeof current === 'string' ? current : 'unknown cause');
        break;
      }
    }
    this.#log.error(redact(lines.join('\n  cause: ')));
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
    happened: 'Something unexpected went wrong in PKCE for Salesforce.',
    todo: 'Try again; if it happens again, the log says where, for a bug report.',
    remedies: ['tryAgain'],
    cause: error,
  });
}
