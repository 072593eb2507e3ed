/**
 * Who is signed in, as the rest of the extension sees it: the sessions of this machine, which of them is
 * active, their tokens fresh, and the way out. One event tells everyone.
 */
import type { Memento } from 'vscode';
import type { Fetch } from '../oauth/http.ts';
import type { Secret } from '../oauth/secret.ts';
import type { EndpointAccess } from '../oauth/tokenEndpoint.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { Emitter } from './emitter.ts';
import { labelOf, type Session } from './session.ts';
import type { SessionStore } from './sessionStore.ts';
import { expiryFromAnswer } from './tokenState.ts';

/** What the sessions need from the world. */
export interface SessionsContext {
  readonly store: SessionStore;
  readonly fetch: Fetch;
  /** For which session is the active one; nothing secret goes there. */
  readonly memory: Pick<Memento, 'get' | 'update'>;
  readonly timeoutMilliseconds: () => number;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

/** How a sign-out ended: `unconfirmed` says why the server's grant may live on. */
export type SignOutResult =
  { readonly revoked: true } | { readonly revoked: false; readonly reason: unknown };

const ACTIVE_KEY = 'activeSession';

export class Sessions {
  readonly #context: SessionsContext;
  readonly #changed = new Emitter<void>();
  readonly #refreshes = new Map<string, Promise<Session>>();
  /** Sessions whose grant the server has declared dead, with its words, until a new sign-in. */
  readonly #ended = new Map<string, UserFacingError>();
  /** What is being read or was read; a change makes the next caller read again. */
  #listing: Promise<readonly Session[]> | undefined;

  /** Fires when a session was added, changed or removed, in any window, and when another is active. */
  readonly onDidChange = this.#changed.event;

  constructor(context: SessionsContext) {
    this.#context = context;
    context.store.onDidChange(() => {
      this.#listing = undefined;
      this.#changed.fire();
    });
  }

  /** All sessions, oldest first. */
  async list(): Promise<readonly Session[]> {
    this.#listing ??= this.#context.store.list().then(
      ({ sessions }) => sessions,
      (error: unknown) => {
        this.#listing = undefined; // a store that fails once may work the next time
        throw error;
      },
    );
    return this.#listing;
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
    this.#changed.fire();
  }

  /** Why the server ended a session's grant, if it has. */
  endedReason(id: string): UserFacingError | undefined {
    return this.#ended.get(id);
  }

  /**
   * Stores a session that has just signed in and makes it the active one. The same user of the same
   * org is replaced: alias and place in the tree stay.
   */
  async add(session: Session): Promise<Session> {
    const before = await this.#context.store.get(session.id);
    const kept: Session = before
      ? {
          ...session,
          alias: session.alias ?? before.alias,
          addedAtMilliseconds: before.addedAtMilliseconds,
        }
      : session;
    this.#ended.delete(session.id);
    await this.#context.store.put(kept);
    this.#listing = undefined;
    await this.setActive(kept.id);
    return kept;
  }

  /** Writes what was learned about a session's token end, unless the token has changed meanwhile. */
  async learnExpiry(session: Session, expiry: Session['expiry']): Promise<void> {
    const current = await this.#context.store.get(session.id);
    if (current?.accessToken.reveal() !== session.accessToken.reveal()) return;
    await this.#context.store.put({ ...current, expiry });
  }

  /**
   * The access token of a session, for one request.
   * @param rejected a token that the org has just refused; another one is found or made
   * @throws UserFacingError if the session is gone, has ended, or cannot be refreshed now
   */
  async accessToken(id: string, rejected?: Secret): Promise<Secret> {
    const session = await this.#context.store.get(id);
    if (!session) throw signedOut();
    if (session.accessToken.reveal() !== rejected?.reveal()) return session.accessToken;
    return (await this.refresh(id)).accessToken;
  }

  /**
   * Trades the refresh token for a new access token. Callers at the same time share one exchange; the
   * answer is stored before anyone uses it.
   */
  async refresh(id: string): Promise<Session> {
    const running = this.#refreshes.get(id);
    if (running) return running;
    const started = this.#refresh(id).finally(() => this.#refreshes.delete(id));
    this.#refreshes.set(id, started);
    return started;
  }

  /**
   * Revokes the grant at the server (the refresh token, which takes its access tokens along), then
   * forgets the session here, whether or not the server could be reached.
   */
  async signOut(id: string, signal?: AbortSignal): Promise<SignOutResult> {
    const session = await this.#context.store.get(id);
    let result: SignOutResult = { revoked: true };
    if (session) {
      const { revoke } = await import('../oauth/tokenEndpoint.ts');
      try {
        await revoke(
          this.endpointAccess(session, signal),
          session.refreshToken ?? session.accessToken,
        );
      } catch (reason) {
        result = { revoked: false, reason };
      }
    }
    this.#ended.delete(id);
    await this.#context.store.delete(id);
    this.#listing = undefined;
    return result;
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

  async #refresh(id: string): Promise<Session> {
    const session = await this.#context.store.get(id);
    if (!session) throw signedOut();
    if (!session.refreshToken) {
      throw new UserFacingError({
        code: 'no_refresh_token',
        happened: `The session of ${labelOf(session)} cannot be refreshed: no refresh token was granted.`,
        todo: 'Sign in again; ask for the scope "refresh_token" to stay signed in longer.',
        remedies: ['signInAgain'],
      });
    }
    const [{ refresh }, { OAuthError }] = await Promise.all([
      import('../oauth/tokenEndpoint.ts'),
      import('../oauth/oauthError.ts'),
    ]);
    let answer;
    try {
      answer = await refresh(this.endpointAccess(session), session.refreshToken);
    } catch (error) {
      const current = await this.#context.store.get(id);
      const spent = session.refreshToken.reveal();
      // Another window may have refreshed between our reading and the server's answer: adopt its token.
      if (current?.refreshToken && current.refreshToken.reveal() !== spent) return current;
      if (error instanceof OAuthError && error.meaning === 'grantEnded') {
        this.#ended.set(id, error);
        this.#changed.fire();
      }
      throw error;
    }
    const issuedAtMilliseconds = this.#context.now();
    const refreshed: Session = {
      ...session,
      accessToken: answer.accessToken,
      refreshToken: answer.refreshToken ?? session.refreshToken,
      scopes: answer.scopes ?? session.scopes,
      issuedAtMilliseconds,
      expiry: expiryFromAnswer(answer.accessToken, answer.expiresInSeconds, issuedAtMilliseconds),
    };
    this.#ended.delete(id);
    await this.#context.store.put(refreshed);
    this.#listing = undefined;
    return refreshed;
  }
}

function signedOut(): UserFacingError {
  return new UserFacingError({
    code: 'signed_out',
    happened: 'This org is no longer signed in.',
    todo: 'Sign in again.',
    remedies: ['signInAgain'],
  });
}
