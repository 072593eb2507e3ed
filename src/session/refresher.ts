/**
 * One refresh of one session, safe beside all other windows of the machine: lock, re-read, make sure that
 * the copy in hand is not stale, mark, send once, store, then use (RFC 9700 section 4.14, PROTOCOL.md 28-32).
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Secret } from '../oauth/secret.ts';
import type { EndpointAccess, TokenAnswer } from '../oauth/tokenEndpoint.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { FileLock, LockBusyError, type Holding } from './fileLock.ts';
import type { Session } from './session.ts';
import {
  busyError,
  endedError,
  GRANT_LOST,
  grantLostError,
  lockError,
  noRefreshTokenError,
  signedOutError,
  staleCopyError,
} from './sessionErrors.ts';
import type { SessionStore } from './sessionStore.ts';
import { fileNameOf } from './sharedFiles.ts';
import {
  entryFor,
  fingerprintOf,
  isOutdated,
  standingOf,
  type LedgerEntry,
  type TokenLedger,
} from './tokenLedger.ts';
import { expiryFromAnswer } from './tokenState.ts';

export interface RefresherContext {
  readonly store: SessionStore;
  readonly ledger: TokenLedger;
  /** Folder for the locks, the same for all windows of the machine. */
  readonly lockFolder: string;
  /** Whether what one window stores is what all others read; in browser-based editors it is not. */
  readonly storeIsShared: boolean;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
  readonly endpointAccess: (session: Session) => EndpointAccess;
  /** Writes to the log what went wrong without keeping anybody from anything. */
  readonly report: (error: unknown) => void;
}

/** A window that dies holds up the others for less than this; a live one is waited for as long. */
export const LOCK_WAIT_MILLISECONDS = 15_000;
/** How long the server's own refresh of the same token is waited for. */
const BUSY_WAIT_MILLISECONDS = 5_000;
const BUSY_LOOK_MILLISECONDS = 250;
/**
 * How long a new token may take from the window that stored it to the others: VS Code collects changes for some 200 ms
 * before it tells them, and longer where the machine is busy.
 */
const STORE_LAG_MILLISECONDS = 3_000;
const STORE_LOOK_MILLISECONDS = 100;
/** From try to try to note what could not be noted. */
const NOTE_PAUSE_MILLISECONDS = 1_000;

interface Unwritten {
  readonly entry: LedgerEntry;
  /** What the ledger said before. */
  readonly before: Pick<LedgerEntry, 'current' | 'signedOut'>;
}

export class Refresher {
  readonly #context: RefresherContext;
  readonly #locks = new Map<string, FileLock>();
  /** What could not be written to the ledger, and must be before another window may look at it. */
  readonly #unwritten = new Map<string, Unwritten>();
  #isStopped = false;

  constructor(context: RefresherContext) {
    this.#context = context;
  }

  /**
   * No token is sent from now on: in a window that is being closed SecretStorage fails before files and network do, and
   * what the server gave would be lost.
   */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Runs something while no other window refreshes, stores or ends this session. Others may have to wait
   * until what came of it is in the ledger; the caller does not.
   * @param signal ends the waiting for the others
   * @throws UserFacingError `refresh_busy` if another window does not let go, `lock_unavailable` if the
   *   folder cannot be used; the signal's reason
   */
  async exclusively<T>(
    id: string,
    run: (holding: Holding) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    let lock = this.#locks.get(id);
    if (!lock) {
      lock = new FileLock(join(this.#context.lockFolder, fileNameOf(id)));
      this.#locks.set(id, lock);
    }
    let holding: Holding;
    try {
      holding = await lock.acquire(LOCK_WAIT_MILLISECONDS, signal);
    } catch (cause) {
      signal?.throwIfAborted();
      throw cause instanceof LockBusyError ? busyError(cause) : lockError(cause);
    }
    this.#unwritten.delete(id); // of a time without the lock: others may have been here since
    try {
      return await run(holding);
    } finally {
      const gone = this.#letGo(id, holding);
      if (!this.#unwritten.has(id)) await gone;
    }
  }

  /**
   * Trades the refresh token for a new access token, unless another window has done so since.
   * @param seen the access token that the caller wants replaced
   * @returns the session as it is stored now
   * @throws UserFacingError; what does not need the user (`needsUser`) leaves the session as it is. Where
   *   what all windows know cannot be read or written, nothing is sent
   */
  async refresh(id: string, seen: Secret): Promise<Session> {
    return this.exclusively(id, async (holding) => {
      const session = await this.#context.store.get(id);
      if (!session) throw signedOutError();
      if (session.accessToken.reveal() !== seen.reveal()) return session; // another window was first
      const entry = await this.#context.ledger.read(id);
      const newer = await this.arriving(session, entry);
      if (newer) return newer;
      await this.#spendable(session, entry);
      const { reach } = await import('../salesforce/reachability.ts');
      // Sent once, by a way that is known to work.
      await reach(this.#context.endpointAccess(session), session.loginHost);
      return this.#spend(session, holding, entry);
    });
  }

  /**
   * Stores a session that has just been made or changed, so that a window that dies at any moment leaves
   * behind which token is current. Inside {@link exclusively}, wherever that can be had.
   * @param before what the ledger says until then, where it says something else than `entry`
   */
  async keep(session: Session, entry: LedgerEntry, before = entry): Promise<void> {
    await this.#put(session, entry, before);
    await this.#note(entryFor(session, entry), before);
  }

  /** The first half of {@link keep}: until the rest is noted, the windows know the session as the next one. */
  async #put(session: Session, entry: LedgerEntry, before = entry): Promise<void> {
    const next = fingerprintOf(session, entry.salt);
    const follows = next === entry.current ? undefined : entry.current;
    if (follows !== undefined) await this.#note({ ...entry, next }, before);
    await this.#context.store.put({ ...session, follows });
  }

  /**
   * What another window has stored in place of a copy that the ledger calls outdated: it may be on its way to this
   * window, which waits a moment for it. Undefined if nothing comes, or if this window cannot see it.
   */
  async arriving(
    session: Session,
    entry: LedgerEntry | undefined,
    signal?: AbortSignal,
  ): Promise<Session | undefined> {
    const { store } = this.#context;
    if (!isOutdated(session, entry) || !this.#seesOthers()) return undefined;
    for (let waited = 0; waited < STORE_LAG_MILLISECONDS; waited += STORE_LOOK_MILLISECONDS) {
      const copy = await store.get(session.id);
      if (!copy) throw signedOutError();
      if (!isOutdated(copy, entry)) return copy;
      await delay(STORE_LOOK_MILLISECONDS, undefined, { signal });
    }
    return undefined;
  }

  /** Whether this window reads what others store. */
  #seesOthers(): boolean {
    return this.#context.storeIsShared && this.#context.store.isReadable;
  }

  /** Notes what has happened. That it cannot be written keeps nobody from anything. */
  async #note(entry: LedgerEntry, before: Unwritten['before'] = entry): Promise<void> {
    const { ledger, report } = this.#context;
    const { id } = entry.account;
    try {
      await ledger.write(entry);
      this.#unwritten.delete(id);
    } catch (error) {
      if (!this.#unwritten.has(id)) report(error);
      const isNewer = error instanceof UserFacingError && error.code === 'newer_version';
      // Other windows judge their copies by the ledger, also while a new token is on its way to them.
      if (!isNewer) this.#unwritten.set(id, { entry, before });
    }
  }

  /** A sign-out or a sign-in that could not wait for the lock may have come meanwhile: what it has noted stays. */
  async #noteLate(late: Unwritten): Promise<void> {
    const { entry, before } = late;
    const { id } = entry.account;
    let known: LedgerEntry | undefined;
    try {
      known = await this.#context.ledger.read(id);
    } catch {
      return; // nor could it be written
    }
    if (this.#unwritten.get(id) !== late) return;
    const current = known?.next ?? known?.current ?? before.current;
    const isOurs = [before.current, entry.current, entry.next].includes(current);
    const isEndedSince = known?.signedOut === true && before.signedOut !== true;
    if (isOurs && !isEndedSince) await this.#note(entry, before);
    else this.#unwritten.delete(id);
  }

  async #letGo(id: string, holding: Holding): Promise<void> {
    const { storeIsShared } = this.#context;
    let held = 0;
    for (let late; (late = this.#unwritten.get(id)); held += NOTE_PAUSE_MILLISECONDS) {
      // By now the others have found the new token in the store, where they share one.
      if (storeIsShared && held >= STORE_LAG_MILLISECONDS) break;
      await delay(NOTE_PAUSE_MILLISECONDS, undefined, { ref: false });
      if (!(await holding.isHeld().catch(() => false))) break; // overtaken: others know better
      await this.#noteLate(late);
    }
    await holding.release().catch(() => undefined); // a lock that stays is taken over by its silence
  }

  /** The refresh token, if this copy's may be spent. */
  async #spendable(session: Session, entry: LedgerEntry | undefined): Promise<Secret> {
    switch (standingOf(session, entry)) {
      case 'current':
        break;
      case 'signedOut':
        throw signedOutError();
      case 'stale':
        throw staleCopyError(session, this.#seesOthers());
      case 'ended':
        throw await endedError(entry);
      case 'lost': {
        // A window with a copy of its own cannot tell whether the new token was stored: a reload can.
        if (!this.#seesOthers()) throw staleCopyError(session, false);
        if (entry) await this.#end(entry, GRANT_LOST, '');
        throw grantLostError(session);
      }
    }
    if (!session.refreshToken) throw noRefreshTokenError(session);
    return session.refreshToken;
  }

  /** @param seen what all windows knew when it was waited for a newer copy, in vain */
  async #spend(
    session: Session,
    holding: Holding,
    seen: LedgerEntry | undefined,
  ): Promise<Session> {
    const { ledger, store, endpointAccess } = this.#context;
    const [{ refresh, revoke }, { OAuthError }] = await Promise.all([
      import('../oauth/tokenEndpoint.ts'),
      import('../oauth/oauthError.ts'),
    ]);
    // A window that was frozen for a minute has lost the lock: it must not spend what another may spend.
    if (!(await holding.isHeld())) throw busyError();
    // A sign-out that could not wait for the lock may have come since.
    const before = await ledger.read(session.id);
    const isNews = (['current', 'next', 'access'] as const).some(
      (of) => before?.[of] !== seen?.[of],
    );
    const newer = isNews ? await this.arriving(session, before) : undefined;
    if (newer) return newer;
    const refreshToken = await this.#spendable(session, before);
    const entry = entryFor(session, before);
    const wasSpending = before?.current === entry.current ? before.spending : undefined;
    // Which access token is current is not known from here until the new one is stored.
    await ledger.write({ ...entry, access: undefined, spending: true }).catch((cause: unknown) => {
      throw cause instanceof UserFacingError ? cause : lockError(cause);
    });
    if (this.#isStopped) {
      await this.#note({ ...entry, spending: wasSpending }); // files still work
      throw busyError();
    }
    let answer: TokenAnswer;
    try {
      answer = await refresh(endpointAccess(session), refreshToken);
    } catch (error) {
      // Only the server's own words say something about the grant.
      if (!(error instanceof OAuthError)) throw error;
      if (error.meaning === 'busy') return this.#afterBusy(session, error);
      if (await this.#isOvertaken(session, entry)) return this.#whatIsThere(session);
      if (error.meaning !== 'grantEnded') {
        await this.#note({ ...entry, spending: wasSpending });
        throw error;
      }
      // A refresh that was cut off before this one may have spent the token, where refreshes do.
      if (wasSpending && entry.rotates !== false) {
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
    const issued = refreshed.refreshToken ?? refreshed.accessToken;
    if (await this.#isOvertaken(session, entry)) {
      const there = await store.get(session.id);
      // Nothing of a session that was signed out or replaced may live on.
      if (there?.refreshToken?.reveal() !== issued.reveal()) {
        await revoke(endpointAccess(session), issued).catch(() => undefined);
      }
      return this.#whatIsThere(session);
    }
    const known = { ...entry, rotates: answer.refreshToken !== undefined };
    await this.#put(refreshed, known);
    // A keyring may take its time as well.
    if ((await ledger.read(session.id).catch(() => undefined))?.signedOut) {
      await revoke(endpointAccess(session), issued).catch(() => undefined);
      await store.delete(session.id);
      throw signedOutError();
    }
    await this.#note(entryFor(refreshed, known), known);
    return refreshed;
  }

  /**
   * Whether the session was signed out, or replaced by a new sign-in, while the server was asked: by a window that
   * could not wait for the lock. What was known before must not be written over that.
   */
  async #isOvertaken(session: Session, entry: LedgerEntry): Promise<boolean> {
    const { ledger, store } = this.#context;
    // Where that cannot be read, the store still tells.
    const known = await ledger.read(session.id).catch(() => undefined);
    if (known?.signedOut) return true;
    if (known && (known.next !== undefined || known.current !== entry.current)) return true;
    const there = await store.get(session.id);
    return there?.accessToken.reveal() !== session.accessToken.reveal();
  }

  /** What was made of a session meanwhile. */
  async #whatIsThere(session: Session): Promise<Session> {
    const { ledger, store } = this.#context;
    const known = await ledger.read(session.id).catch(() => undefined);
    const there = await store.get(session.id);
    if (!there || standingOf(there, known) === 'signedOut') throw signedOutError();
    if (there.accessToken.reveal() !== session.accessToken.reveal()) return there;
    const newer = await this.arriving(there, known);
    if (newer) return newer;
    throw staleCopyError(session, this.#seesOthers());
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
    await this.#note({ ...entry, ended: { error, description } });
  }
}
