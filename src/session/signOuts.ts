/**
 * The way out, safe beside all other windows of the machine: the windows are told first, then the grant is revoked
 * at the server (RFC 7009, PROTOCOL.md 35), then the session is forgotten here.
 */
import type { EndpointAccess } from '../oauth/tokenEndpoint.ts';
import type { Refresher } from './refresher.ts';
import type { Session } from './session.ts';
import { GRANT_LOST, isLockError } from './sessionErrors.ts';
import type { SessionStore } from './sessionStore.ts';
import {
  entryFor,
  isLeftBehind,
  isStale,
  standingOf,
  type LedgerEntry,
  type TokenLedger,
} from './tokenLedger.ts';
import { aMomentAfter, untilAborted } from './untilAborted.ts';

/**
 * How a sign-out ended.
 * - `reason`: why the server's grant may live on
 * - `undeleted`: what SecretStorage threw, where it did not delete the tokens; where it did not end, the signal's
 *   reason
 * - `replaced`: a sign-in came meanwhile; what is stored is of it, or not this window's to delete, and stays
 */
export type SignOutResult = (
  { readonly revoked: true } | { readonly revoked: false; readonly reason: unknown }
) & { readonly undeleted?: unknown; readonly replaced?: true };

export interface SignOutsContext {
  readonly store: SessionStore;
  readonly ledger: TokenLedger;
  /** Whether what one window stores is what all others read; in browser-based editors it is not. */
  readonly storeIsShared: boolean;
  /** Who holds the lock of a session, and knows of refreshes under way. */
  readonly refresher: Pick<Refresher, 'arriving' | 'exclusively'>;
  readonly endpointAccess: (session: Session, signal?: AbortSignal) => EndpointAccess;
  /** Writes to the log what went wrong without keeping anybody from anything. */
  readonly report: (error: unknown) => void;
}

export class SignOuts {
  readonly #context: SignOutsContext;
  /** Access tokens of sessions that were signed out elsewhere and are being revoked here, or were. */
  readonly #leftBehind = new Set<string>();

  constructor(context: SignOutsContext) {
    this.#context = context;
  }

  /**
   * Revokes the grant of a session at the server and forgets the session here, whether or not the server
   * could be reached.
   * @param signal ends the waiting for other windows, for the server and for a SecretStorage that does not delete; the
   * session is forgotten all the same
   */
  async signOut(id: string, signal?: AbortSignal): Promise<SignOutResult> {
    try {
      return await this.#context.refresher.exclusively(id, () => this.#end(id, signal), signal);
    } catch (error) {
      if (!isLockError(error) && !signal?.aborted) throw error;
      return this.#end(id, signal); // a window that hangs keeps nobody signed in
    }
  }

  /** Another window has signed out and could not revoke this token: this one can, once. */
  async revokeLeftBehind(seen: Session): Promise<void> {
    const { ledger, store, storeIsShared, refresher, endpointAccess, report } = this.#context;
    const { id, accessToken } = seen;
    if (this.#leftBehind.has(accessToken.reveal())) return;
    this.#leftBehind.add(accessToken.reveal());
    const look = async (): Promise<[Session | undefined, LedgerEntry | undefined]> => {
      const [there, entry] = await Promise.all([store.get(id), ledger.read(id)]);
      const session = there ?? seen; // the store lets go of what it could not store
      return isLeftBehind(session, entry) ? [session, entry] : [undefined, undefined];
    };
    try {
      await refresher.exclusively(id, async () => {
        const [session] = await look();
        if (!session) return;
        const { revoke } = await import('../oauth/tokenEndpoint.ts');
        await revoke(endpointAccess(session), session.refreshToken ?? session.accessToken);
        // A sign-in that could not wait for the lock may have come meanwhile.
        const [, entry] = await look();
        if (!entry) return;
        await ledger.write({ ...entry, unrevoked: undefined });
        // A window with copies of its own would write outdated ones of other sessions as well.
        if (storeIsShared) await store.delete(id);
      });
    } catch (error) {
      report(error);
    }
  }

  async #end(id: string, signal?: AbortSignal): Promise<SignOutResult> {
    const { store, ledger, refresher } = this.#context;
    // What cannot be read keeps nobody signed in.
    const known = ledger.read(id).catch(() => undefined);
    const [copy, entry] = await Promise.all([store.get(id), known]);
    // Where it is stale, the current one may be on its way.
    const newer =
      copy && isStale(copy, entry)
        ? refresher.arriving(copy, entry, signal).catch(() => undefined)
        : undefined;
    const session = (await newer) ?? copy;
    const standing = session && standingOf(session, entry);
    const isStaleCopy = session !== undefined && isStale(session, entry);
    // With a salt of its own: what follows the token of this entry is of a sign-in to come, and no copy made before.
    const base = session && standing === 'current' ? entryFor(session) : entry;
    let isTold = false;
    if (base) {
      // First, so that a window in the middle of a refresh stores nothing. Of the account, id, login host and client
      // app stay.
      const account = { ...base.account, username: '', alias: undefined, requestedScopes: [] };
      const { salt, current } = base;
      const unrevoked = (!session || isStaleCopy) && !base.ended && !base.signedOut;
      isTold = await ledger
        .write({ account, salt, current, signedOut: true, unrevoked: unrevoked || base.unrevoked })
        .then(
          () => true,
          () => false, // without it, SecretStorage still tells the windows of this editor
        );
    }
    let result: SignOutResult = { revoked: true };
    if (session) {
      result = await this.#revoke(session, isStaleCopy, mayBeReplaced(entry), signal);
    } else if (entry && !entry.signedOut) {
      result = { revoked: false, reason: notHereError() };
    }
    const isReplaced = isTold ? this.#isReplaced(id) : this.#isOfAnotherGrant(id, session);
    if (await isReplaced) return { ...result, replaced: true };
    try {
      await untilAborted(store.delete(id), aMomentAfter(signal));
    } catch (undeleted) {
      return { ...result, undeleted };
    }
    return result;
  }

  /** Whether, while the server took its time, a sign-in came that could not wait for the lock. */
  async #isReplaced(id: string): Promise<boolean> {
    const { store, ledger } = this.#context;
    const entry = await ledger.read(id).catch(() => undefined);
    if (!entry) return false;
    const there = await store.get(id);
    // Where it could not be written that somebody signed in, what they stored tells.
    return !entry.signedOut || (there !== undefined && standingOf(there, entry) === 'current');
  }

  /** The same where the windows could not be told, so that they know nothing: what is stored tells. */
  async #isOfAnotherGrant(id: string, session: Session | undefined): Promise<boolean> {
    const there = await this.#context.store.get(id);
    return there !== undefined && grantTokenOf(there) !== (session && grantTokenOf(session));
  }

  /**
   * @param isStaleCopy the copy in hand is not the one that is current
   * @param isMaybeReplaced what the server gave for it may have been lost
   */
  async #revoke(
    session: Session,
    isStaleCopy: boolean,
    isMaybeReplaced: boolean,
    signal?: AbortSignal,
  ): Promise<SignOutResult> {
    const [{ revoke }, { saysNoSuchGrant }, { isEndOfDemoOrg }] = await Promise.all([
      import('../oauth/tokenEndpoint.ts'),
      import('../oauth/oauthError.ts'),
      import('../salesforce/reachability.ts'),
    ]);
    const access = this.#context.endpointAccess(session, signal);
    try {
      await revoke(access, session.refreshToken ?? session.accessToken);
    } catch (reason) {
      // An outdated copy's grant lives on by another. A demo org takes its grants along.
      const isDead =
        (saysNoSuchGrant(reason) && !isMaybeReplaced) || isEndOfDemoOrg(reason, session.loginHost);
      return isDead && !isStaleCopy ? { revoked: true } : { revoked: false, reason };
    }
    // The current token may be of another grant, of a sign-in that this window does not know.
    return isStaleCopy ? { revoked: false, reason: notHereError() } : { revoked: true };
  }
}

/** Whether a refresh has been cut off, so that the server may hold a token of the grant that nobody here has seen. */
function mayBeReplaced(entry: LedgerEntry | undefined): boolean {
  return (
    entry?.ended?.error === GRANT_LOST || (entry?.spending === true && entry.rotates !== false)
  );
}

/** The token that a session lives by: a refresh without rotation does not change it, a sign-in does. */
function grantTokenOf({ refreshToken, accessToken }: Session): string {
  return (refreshToken ?? accessToken).reveal();
}

function notHereError(): Error {
  return new Error('The token that is current is not in this window');
}
