/**
 * One refresh of one session, safe beside all other windows of the machine: lock, re-read, make sure that
 * the copy in hand is not stale, mark, send once, store, then use (RFC 9700 section 4.14, PROTOCOL.md 28-32).
 */
import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fetch } from '../oauth/http.ts';
import type { Secret } from '../oauth/secret.ts';
import type { EndpointAccess, TokenAnswer } from '../oauth/tokenEndpoint.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { FileLock, LockBusyError, type Holding } from './fileLock.ts';
import { labelOf, type Session } from './session.ts';
import { fileNameOf } from './sharedFiles.ts';
import {
  entryFor,
  fingerprintOf,
  standingOf,
  type LedgerEntry,
  type TokenLedger,
} from './tokenLedger.ts';
import type { SessionStore } from './sessionStore.ts';
import { expiryFromAnswer } from './tokenState.ts';

export interface RefresherContext {
  readonly store: SessionStore;
  readonly ledger: TokenLedger;
  /** Folder for the locks, the same for all windows of the machine. */
  readonly lockFolder: string;
  /** Whether what one window stores is what all others read; in browser-based editors it is not. */
  readonly storeIsShared: boolean;
  readonly fetch: Fetch;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
  readonly endpointAccess: (session: Session) => EndpointAccess;
}

/** A window that dies holds up the others for less than this; a live one is waited for as long. */
export const LOCK_WAIT_MILLISECONDS = 15_000;
/** How long the server's own refresh of the same token is waited for. */
const BUSY_WAIT_MILLISECONDS = 5_000;
const BUSY_LOOK_MILLISECONDS = 250;

export class Refresher {
  readonly #context: RefresherContext;
  readonly #locks = new Map<string, FileLock>();

  constructor(context: RefresherContext) {
    this.#context = context;
  }

  /**
   * Runs something while no other window refreshes, stores or ends this session.
   * @throws UserFacingError `refresh_busy` if another window does not let go, `lock_unavailable` if the
   *   folder cannot be used
   */
  async exclusively<T>(id: string, run: (holding: Holding) => Promise<T>): Promise<T> {
    let lock = this.#locks.get(id);
    if (!lock) {
      lock = new FileLock(join(this.#context.lockFolder, fileNameOf(id)));
      this.#locks.set(id, lock);
    }
    let holding: Holding;
    try {
      holding = await lock.acquire(LOCK_WAIT_MILLISECONDS);
    } catch (cause) {
      throw cause instanceof LockBusyError ? busyError(cause) : lockError(cause);
    }
    try {
      return await run(holding);
    } finally {
      await holding.release().catch(() => undefined); // a lock that stays is taken over by its silence
    }
  }

  /**
   * Trades the refresh token for a new access token, unless another window has done so since.
   * @param seen the access token that the caller wants replaced
   * @returns the session as it is stored now
   * @throws UserFacingError: of the codes, `stale_copy`, `grant_lost` and OAuthErrors whose meaning is
   *   `grantEnded` need the user; the others leave the session as it is. Where what all windows know
   *   cannot be read or written, nothing is sent
   */
  async refresh(id: string, seen: Secret): Promise<Session> {
    return this.exclusively(id, async (holding) => {
      const session = await this.#context.store.get(id);
      if (!session) throw signedOutError();
      if (session.accessToken.reveal() !== seen.reveal()) return session; // another window was first
      const entry = await this.#context.ledger.read(id);
      await this.#assertSpendable(session, entry);
      const { reach } = await import('../salesforce/reachability.ts');
      // Sent once, by a way that is known to work.
      await reach(this.#context.endpointAccess(session), session.loginHost);
      return this.#spend(session, entry, holding);
    });
  }

  /**
   * Stores a session that has just been made or changed, so that a window that dies at any moment leaves
   * behind which token is current. Only inside {@link exclusively}.
   */
  async keep(session: Session, entry: LedgerEntry): Promise<void> {
    const { store, ledger } = this.#context;
    const next = fingerprintOf(session, entry.salt);
    if (next !== entry.current) await ledger.write({ ...entry, next });
    await store.put(session);
    await ledger.write(entryFor(session, entry));
  }

  async #assertSpendable(session: Session, entry: LedgerEntry | undefined): Promise<void> {
    switch (standingOf(session, entry)) {
      case 'current':
        break;
      case 'signedOut':
        throw signedOutError();
      case 'stale':
        throw staleCopyError(session);
      case 'ended':
        throw await endedError(entry);
      case 'lost': {
        // A window with a copy of its own cannot tell whether the new token was stored: a reload can.
        if (!this.#context.storeIsShared) throw staleCopyError(session);
        if (entry) await this.#end(entry, GRANT_LOST, '');
        throw grantLostError(session);
      }
    }
    if (!session.refreshToken) throw noRefreshTokenError(session);
  }

  async #spend(
    session: Session,
    before: LedgerEntry | undefined,
    holding: Holding,
  ): Promise<Session> {
    const { ledger, store, endpointAccess } = this.#context;
    const [{ refresh, revoke }, { OAuthError }] = await Promise.all([
      import('../oauth/tokenEndpoint.ts'),
      import('../oauth/oauthError.ts'),
    ]);
    const refreshToken = session.refreshToken;
    if (!refreshToken) throw noRefreshTokenError(session);
    // A window that was frozen for a minute has lost the lock: it must not spend what another may spend.
    if (!(await holding.isHeld())) throw busyError();
    const entry = { ...entryFor(session, before), rotates: before?.rotates };
    await ledger.write({ ...entry, spending: true }).catch((cause: unknown) => {
      throw cause instanceof UserFacingError ? cause : lockError(cause);
    });
    let answer: TokenAnswer;
    try {
      answer = await refresh(endpointAccess(session), refreshToken);
    } catch (error) {
      // Only the server's own words say something about the grant.
      if (!(error instanceof OAuthError)) throw error;
      if (error.meaning === 'busy') return this.#afterBusy(session, error);
      if (error.meaning !== 'grantEnded') {
        await ledger.write({ ...entry, spending: before?.spending });
        throw error;
      }
      const current = await store.get(session.id);
      if (current && current.accessToken.reveal() !== session.accessToken.reveal()) return current;
      // A refresh that was cut off before this one may have spent the token.
      if (before?.spending) {
        await this.#end(entry, GRANT_LOST, '');
        throw grantLostError(session, error);
      }
      await this.#end(entry, error.error, error.errorDescription);
      throw error;
    }
    const issuedAtMilliseconds = this.#context.now();
    const refreshed: Session = {
      ...session,
      accessToken: answer.accessToken,
      refreshToken: answer.refreshToken ?? refreshToken,
      scopes: answer.scopes ?? session.scopes,
      issuedAtMilliseconds,
      expiry: expiryFromAnswer(answer.accessToken, answer.expiresInSeconds, issuedAtMilliseconds),
    };
    // Where that cannot be read, storing loses nothing.
    const known = await ledger.read(session.id).catch(() => undefined);
    if (known?.signedOut) {
      // Signed out by a window that could not wait for this one: nothing of it may live on.
      await revoke(endpointAccess(session), refreshed.refreshToken ?? refreshed.accessToken).catch(
        () => undefined,
      );
      throw signedOutError();
    }
    await this.keep(refreshed, { ...entry, rotates: answer.refreshToken !== undefined });
    return refreshed;
  }

  /** The server works on this token already: wait for what comes of it, and look again. */
  async #afterBusy(session: Session, busy: UserFacingError): Promise<Session> {
    for (let waited = 0; waited < BUSY_WAIT_MILLISECONDS; waited += BUSY_LOOK_MILLISECONDS) {
      await delay(BUSY_LOOK_MILLISECONDS);
      const current = await this.#context.store.get(session.id);
      if (!current) throw signedOutError();
      if (current.accessToken.reveal() !== session.accessToken.reveal()) return current;
    }
    throw busy;
  }

  async #end(entry: LedgerEntry, error: string, description: string): Promise<void> {
    await this.#context.ledger.write({ ...entry, ended: { error, description } });
  }
}

const GRANT_LOST = 'grant_lost';

/** The error that says why a session has ended, from what the ledger keeps of it. */
export async function endedError(entry: LedgerEntry | undefined): Promise<UserFacingError> {
  const { error, description } = entry?.ended ?? { error: 'invalid_grant', description: '' };
  if (error === GRANT_LOST) return grantLostError(entry?.account);
  const { oauthError } = await import('../oauth/oauthError.ts');
  return oauthError('refresh', error, description);
}

export function signedOutError(): UserFacingError {
  return new UserFacingError({
    code: 'signed_out',
    happened: l10n.t('This org is no longer signed in.'),
    todo: l10n.t('Sign in again.'),
    remedies: ['signInAgain'],
  });
}

function busyError(cause?: unknown): UserFacingError {
  return new UserFacingError({
    code: 'refresh_busy',
    happened: l10n.t('Another window has been refreshing this session for a while.'),
    todo: l10n.t('Try again in a moment; if it stays so, close the window that hangs.'),
    remedies: ['tryAgain'],
    cause,
  });
}

function lockError(cause: unknown): UserFacingError {
  return new UserFacingError({
    code: 'lock_unavailable',
    happened: l10n.t(
      "The token was not refreshed: the editor's folder for extension data cannot be written, so other windows cannot be kept from refreshing at the same time.",
    ),
    todo: l10n.t('Check the free space and the permissions of that folder; the log names it.'),
    remedies: ['tryAgain'],
    cause,
  });
}

function staleCopyError(session: Session): UserFacingError {
  return new UserFacingError({
    code: 'stale_copy',
    happened: l10n.t`Another window has replaced the token of ${labelOf(session)}, and this editor does not hand the new one over to open windows.`,
    todo: l10n.t('Reload this window to get it; if that does not help, sign in again here.'),
    remedies: ['reloadWindow', 'signInAgain'],
  });
}

function grantLostError(
  session: Pick<Session, 'username' | 'alias'> | undefined,
  cause?: unknown,
): UserFacingError {
  return new UserFacingError({
    code: GRANT_LOST,
    happened: session
      ? l10n.t`A window was closed, or the network was cut, in the middle of a refresh of ${labelOf(session)}: Salesforce had replaced the refresh token, and the new one never arrived.`
      : l10n.t(
          'A window was closed, or the network was cut, in the middle of a refresh: Salesforce had replaced the refresh token, and the new one never arrived.',
        ),
    todo: l10n.t('Sign in again; other sessions are not affected.'),
    remedies: ['signInAgain'],
    cause,
  });
}

function noRefreshTokenError(session: Session): UserFacingError {
  return new UserFacingError({
    code: 'no_refresh_token',
    happened: l10n.t`The session of ${labelOf(session)} cannot be refreshed: no refresh token was granted.`,
    todo: l10n.t('Sign in again; ask for the scope "refresh_token" to stay signed in longer.'),
    remedies: ['signInAgain'],
  });
}
