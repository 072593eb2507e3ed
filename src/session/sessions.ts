/**
 * Who is signed in, as the rest of the extension sees it: the sessions of this machine, which of them is
 * active, their tokens fresh, and the way out. One event tells everyone.
 */
import type { Memento } from 'vscode';
import type { Fetch } from '../oauth/http.ts';
import type { Secret } from '../oauth/secret.ts';
import type { EndpointAccess } from '../oauth/tokenEndpoint.ts';
import type { UserFacingError } from '../oauth/userFacingError.ts';
import { Emitter } from './emitter.ts';
import { Refresher } from './refresher.ts';
import type { Session, TokenExpiry } from './session.ts';
import { endedError, noRefreshTokenError, signedOutError } from './sessionErrors.ts';
import type { SessionStore } from './sessionStore.ts';
import { SignOuts, type SignOutResult } from './signOuts.ts';
import {
  entryFor,
  isLeftBehind,
  standingOf,
  type Account,
  type LearnedExpiry,
  type TokenLedger,
} from './tokenLedger.ts';
import { isDueForRefresh } from './tokenState.ts';
import { Troubles } from './troubles.ts';
import { untilAborted } from './untilAborted.ts';

/** What the sessions need from the world. */
export interface SessionsContext {
  readonly store: SessionStore;
  readonly ledger: TokenLedger;
  /** Folder for the locks, the same for all windows of the machine. */
  readonly lockFolder: string;
  /** Whether what one window stores is what all others read; in browser-based editors it is not. */
  readonly storeIsShared: boolean;
  readonly fetch: Fetch;
  /** For which session is the active one; nothing secret goes there. */
  readonly memory: Pick<Memento, 'get' | 'update'>;
  readonly timeoutMilliseconds: () => number;
  /** How long before its known end an access token is replaced. */
  readonly refreshAheadMilliseconds: () => number;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
  /** Writes to the log what went wrong without keeping anybody from anything. */
  readonly report: (error: unknown) => void;
}

const ACTIVE_KEY = 'activeSession';

export class Sessions {
  readonly #context: SessionsContext;
  readonly #refresher: Refresher;
  readonly #signOuts: SignOuts;
  readonly #changed = new Emitter<void>();
  readonly #refreshes = new Map<string, Promise<Session>>();
  readonly #troubles = new Troubles();
  /** Ends of tokens that were found out after they were issued, for the token that each is about. */
  readonly #learned = new Map<string, LearnedExpiry>();
  /** What is being read or was read; a change makes the next caller read again. */
  #listing: Promise<Listing> | undefined;
  /** Which session was the active one when that was last told. */
  #toldActive: string | undefined;

  /** Fires when a session was added, changed or removed, in any window, and when another is active. */
  readonly onDidChange = this.#changed.event;
  readonly #refreshed = new Emitter<Session>();
  /** Fires when this window has another access token than the one that it wanted replaced. */
  readonly onDidRefresh = this.#refreshed.event;

  constructor(context: SessionsContext) {
    this.#context = context;
    const endpointAccess = this.endpointAccess.bind(this);
    this.#refresher = new Refresher({ ...context, endpointAccess });
    this.#signOuts = new SignOuts({ ...context, refresher: this.#refresher, endpointAccess });
    context.store.onDidChange((id) => {
      this.#troubles.forget(id);
      this.#tellChanged();
    });
    context.ledger.onDidChange(() => this.#tellChanged());
    this.#toldActive = context.memory.get(ACTIVE_KEY);
  }

  /** All sessions, oldest first. */
  async list(): Promise<readonly Session[]> {
    return (await this.#list()).sessions;
  }

  /**
   * Accounts that are signed in on this machine, but whose tokens this window cannot see: another window
   * of a browser-based editor signed in, or SecretStorage was emptied or is locked.
   */
  async missing(): Promise<readonly Account[]> {
    return (await this.#list()).missing;
  }

  async get(id: string): Promise<Session | undefined> {
    return (await this.list()).find((session) => session.id === id);
  }

  /** The session that commands and the status bar mean when nothing else was picked. */
  async active(): Promise<Session | undefined> {
    const sessions = await this.list();
    const id = this.#context.memory.get<string>(ACTIVE_KEY);
    return sessions.find((session) => session.id === id) ?? sessions[0];
  }

  async setActive(id: string): Promise<void> {
    await this.#context.memory.update(ACTIVE_KEY, id);
    this.#toldActive = id;
    this.#changed.fire();
  }

  /** Tells if another window has made another org the active one: windows share the memory, but no events of it. */
  lookAgain(): void {
    const id = this.#context.memory.get<string>(ACTIVE_KEY);
    if (id === this.#toldActive) return;
    this.#toldActive = id;
    this.#changed.fire();
  }

  /** Why a session cannot go on without the user, as far as that is known. */
  troubleOf(id: string): UserFacingError | undefined {
    return this.#troubles.of(id);
  }

  /**
   * Stores a session that has just signed in and makes it the active one. The same user of the same
   * org is replaced: alias and place in the tree stay, and the grant that was there is revoked, since
   * Salesforce keeps only five per user and app.
   * @param signal ends the waiting for other windows
   * @throws the signal's reason; then nothing was stored
   */
  async add(session: Session, signal?: AbortSignal): Promise<Session> {
    const { store, ledger, report } = this.#context;
    const keep = async (): Promise<Added> => {
      const before = await store.get(session.id);
      const kept = inPlaceOf(before, session);
      const known = await ledger.read(session.id);
      const entry = known ?? entryFor(kept);
      const over = { ended: undefined, signedOut: undefined, unrevoked: undefined };
      // Of another client app it is not known.
      const rotates = entry.account.clientId === kept.clientId ? entry.rotates : undefined;
      await this.#refresher.keep(kept, { ...entry, ...over, rotates }, entry);
      const mayRevoke = before !== undefined && standingOf(before, known) === 'current';
      return { kept, replaced: mayRevoke ? before : undefined };
    };
    const { kept, replaced } = await this.#refresher
      .exclusively(session.id, keep, signal)
      .catch(async (error: unknown): Promise<Added> => {
        signal?.throwIfAborted();
        // Another window hangs, or a folder cannot be used: a user who has signed in is signed in.
        report(error);
        return keep().catch(async () => {
          const kept = inPlaceOf(await store.get(session.id), session);
          await store.put(kept);
          return { kept, replaced: undefined };
        });
      });
    this.#troubles.forget(session.id);
    this.#listing = undefined;
    await this.setActive(kept.id);
    const old = replaced?.refreshToken ?? replaced?.accessToken;
    const isKept = [kept.refreshToken, kept.accessToken].some(
      (own) => own?.reveal() === old?.reveal(),
    );
    if (replaced && old && !isKept) {
      const { revoke } = await import('../oauth/tokenEndpoint.ts');
      void revoke(this.endpointAccess(replaced), old).catch(() => undefined); // best effort
    }
    return kept;
  }

  /** When a session's access token ends, as far as that is known. */
  expiryOf(session: Session): TokenExpiry | undefined {
    if (session.expiry) return session.expiry;
    const learned = this.#learned.get(session.id);
    return learned?.issuedAtMilliseconds === session.issuedAtMilliseconds
      ? learned.expiry
      : undefined;
  }

  /**
   * Remembers what was found out about a session's token, until it has another one, for all windows. Never in the
   * session itself: writing that takes the lock.
   */
  async learnExpiry(session: Session, expiry: TokenExpiry): Promise<void> {
    const { id, issuedAtMilliseconds, accessToken } = session;
    const there = await this.#context.store.get(id);
    // An answer that took its time says nothing of a token that has come meanwhile.
    if (there?.accessToken.reveal() !== accessToken.reveal()) return;
    this.#learned.set(id, { issuedAtMilliseconds, expiry });
    await this.#context.ledger.noteExpiry(id, { issuedAtMilliseconds, expiry });
    this.#changed.fire();
  }

  /**
   * Whether refreshes of a session bring a new refresh token; undefined before the first.
   * @throws UserFacingError `unreadable_file`
   */
  async rotationSeen(id: string): Promise<boolean | undefined> {
    return (await this.#context.ledger.read(id))?.rotates;
  }

  /**
   * The access token of a session, for one request; one that is about to end is replaced first.
   * @param rejected a token that the org has just refused; another one is found or made
   * @throws UserFacingError if the session is gone, has ended, or cannot be refreshed now
   */
  async accessToken(id: string, rejected?: Secret): Promise<Secret> {
    const session = await this.#context.store.get(id);
    if (!session) throw signedOutError();
    const { accessToken } = session;
    if (rejected?.reveal() === accessToken.reveal()) {
      return (await this.#replace(id, accessToken)).accessToken;
    }
    const expiry = this.expiryOf(session);
    const { now, refreshAheadMilliseconds } = this.#context;
    if (!isDueForRefresh(session, expiry, now(), refreshAheadMilliseconds())) return accessToken;
    try {
      return (await this.#replace(id, accessToken)).accessToken;
    } catch (error) {
      if (expiry && expiry.atMilliseconds > now()) return accessToken; // it still has a little time
      throw error;
    }
  }

  /**
   * Replaces the access token now. Callers at the same time, in all windows, share one exchange; the
   * answer is stored before anyone uses it.
   * @param signal ends the waiting, not an exchange that has begun: its answer must be stored
   */
  async refresh(id: string, signal?: AbortSignal): Promise<Session> {
    const session = await this.#context.store.get(id);
    if (!session) throw signedOutError();
    // Nothing is the matter with a token that lives: that it cannot be replaced is for who asked to hear.
    if (!session.refreshToken) throw noRefreshTokenError(session);
    signal?.throwIfAborted();
    this.#troubles.forget(id);
    return untilAborted(this.#replace(id, session.accessToken), signal);
  }

  /**
   * Revokes the grant at the server (the refresh token, which takes its access tokens along), then
   * forgets the session here, whether or not the server could be reached.
   * @param signal ends the waiting for other windows and for the server; the session is forgotten all the same, hidden
   * by what the windows know of the sign-out where SecretStorage does not delete it
   */
  async signOut(id: string, signal?: AbortSignal): Promise<SignOutResult> {
    try {
      return await this.#signOuts.signOut(id, signal);
    } finally {
      this.#troubles.forget(id);
      this.#learned.delete(id);
      this.#tellChanged();
    }
  }

  /** The window is being closed: no refresh begins, since its answer could not be stored any more. */
  stop(): void {
    this.#refresher.stop();
  }

  /** How to reach the OAuth endpoints of a session's login host. */
  endpointAccess(
    session: Pick<Session, 'loginHost' | 'clientId'>,
    signal?: AbortSignal,
  ): EndpointAccess {
    return {
      fetch: this.#context.fetch,
      loginHost: session.loginHost,
      clientApp: { clientId: session.clientId },
      timeoutMilliseconds: this.#context.timeoutMilliseconds(),
      signal,
    };
  }

  #tellChanged(): void {
    this.#listing = undefined;
    this.#changed.fire();
  }

  #list(): Promise<Listing> {
    this.#listing ??= this.#read().catch((error: unknown) => {
      this.#listing = undefined; // a store that fails once may work the next time
      throw error;
    });
    return this.#listing;
  }

  async #read(): Promise<Listing> {
    const { store, ledger } = this.#context;
    await ledger.follow();
    const [entries, stored] = await Promise.all([ledger.list(), store.list()]);
    const known = new Map(entries.map((entry) => [entry.account.id, entry]));
    const sessions: Session[] = [];
    for (const session of stored) {
      const entry = known.get(session.id);
      const standing = standingOf(session, entry);
      if (standing === 'signedOut') {
        if (isLeftBehind(session, entry)) void this.#signOuts.revokeLeftBehind(session);
        continue;
      }
      const { accessToken } = session;
      if (standing === 'ended') {
        this.#troubles.set(session.id, accessToken, await endedError(entry));
      } else this.#troubles.keepOnlyOf(session.id, accessToken);
      sessions.push(session);
      const end = this.expiryOf(session)?.atMilliseconds ?? 0;
      if (!session.expiry && end <= this.#context.now()) {
        const noted = await ledger.notedExpiry(session.id);
        if (noted) this.#learned.set(session.id, noted);
      }
    }
    const here = new Set(stored.map(({ id }) => id));
    const missing = entries
      .filter((entry) => !entry.signedOut && !here.has(entry.account.id))
      .map(({ account }) => account);
    return { sessions, missing };
  }

  /** One refresh per session and window at a time; the lock sees to the other windows. */
  async #replace(id: string, seen: Secret): Promise<Session> {
    this.#troubles.assertWorthRefreshing(id, seen);
    const running = this.#refreshes.get(id);
    if (running) return running;
    const started = this.#refresher
      .refresh(id, seen)
      .then(
        (session) => {
          this.#troubles.forget(id);
          this.#listing = undefined;
          this.#refreshed.fire(session);
          return session;
        },
        (error: unknown) => {
          if (this.#troubles.noteFailure(id, seen, error)) this.#tellChanged();
          throw error;
        },
      )
      .finally(() => this.#refreshes.delete(id));
    this.#refreshes.set(id, started);
    return started;
  }
}

interface Listing {
  readonly sessions: readonly Session[];
  readonly missing: readonly Account[];
}

/** A session as it was stored, and the one whose grant it replaces. */
interface Added {
  readonly kept: Session;
  readonly replaced: Session | undefined;
}

/** A session as its user and org have it here already: alias and place in the tree stay. */
function inPlaceOf(before: Session | undefined, session: Session): Session {
  if (!before) return session;
  const { addedAtMilliseconds } = before;
  return { ...session, alias: session.alias ?? before.alias, addedAtMilliseconds };
}
