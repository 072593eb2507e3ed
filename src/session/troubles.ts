/** What is the matter with sessions, and which refreshes are therefore not tried, or not yet. */
import type { Secret } from '../oauth/secret.ts';
import type { UserFacingError } from '../oauth/userFacingError.ts';
import { needsUser } from './sessionErrors.ts';

/** What is the matter, and with which access token: a newer one is another matter. */
interface Trouble {
  readonly error: UserFacingError;
  readonly token: string;
}

interface BackOff {
  readonly error: unknown;
  /** By a clock that never jumps, in milliseconds. */
  readonly until: number;
  readonly pauseMilliseconds: number;
}

const FIRST_PAUSE_MILLISECONDS = 1_000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

export class Troubles {
  /** Sessions that need the user: ended by the server, or newer in another window. */
  readonly #needUser = new Map<string, Trouble>();
  /** After a refresh that failed for a passing reason: not again at once. */
  readonly #backOffs = new Map<string, BackOff>();

  /** Why a session cannot go on without the user, as far as that is known. */
  of(id: string): UserFacingError | undefined {
    return this.#needUser.get(id)?.error;
  }

  /** @throws why a token is not worth a refresh: what ended it, or what failed a moment ago */
  assertWorthRefreshing(id: string, token: Secret): void {
    const trouble = this.#needUser.get(id);
    if (trouble?.token === token.reveal()) throw trouble.error;
    const backOff = this.#backOffs.get(id);
    if (backOff && backOff.until > performance.now()) throw backOff.error;
  }

  /**
   * Notes a refresh that failed: for good, or for a pause that grows from failure to failure.
   * @returns whether the session needs the user
   */
  noteFailure(id: string, token: Secret, error: unknown): boolean {
    if (needsUser(error)) {
      this.set(id, token, error);
      return true;
    }
    const before = this.#backOffs.get(id);
    const pauseMilliseconds = before
      ? Math.min(before.pauseMilliseconds * 2, LONGEST_PAUSE_MILLISECONDS)
      : FIRST_PAUSE_MILLISECONDS;
    const until = performance.now() + pauseMilliseconds;
    this.#backOffs.set(id, { error, until, pauseMilliseconds });
    return false;
  }

  /** A session needs the user as long as this is its token. */
  set(id: string, token: Secret, error: UserFacingError): void {
    this.#needUser.set(id, { error, token: token.reveal() });
  }

  /** Forgets what was the matter with another token than the one that a session has. */
  keepOnlyOf(id: string, token: Secret): void {
    if (this.#needUser.get(id)?.token !== token.reveal()) this.#needUser.delete(id);
  }

  /** A session has changed, was signed in or out, or is wanted by the user: all may be well. */
  forget(id: string): void {
    this.#needUser.delete(id);
    this.#backOffs.delete(id);
  }
}
