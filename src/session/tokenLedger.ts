/**
 * What all windows of a machine know of each session beside its tokens: a fingerprint of the refresh token
 * that is current, whether a refresh is under way, and whether the session has ended. SecretStorage alone
 * cannot tell: in browser-based editors a window goes on with the copy that it read at its start. One
 * small file per session, in a folder that all windows share; never a token in it.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { watch, type FSWatcher } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import * as v from 'valibot';
import type { Secret } from '../oauth/secret.ts';
import { isLoginHost } from '../salesforce/loginHost.ts';
import { Emitter } from './emitter.ts';
import type { Session, TokenExpiry } from './session.ts';
import { fileNameOf, jsonNameOf, SharedFiles } from './sharedFiles.ts';

/** Who a session belongs to and how to sign in to it again: nothing of it is secret. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly alias: string | undefined;
  readonly loginHost: string;
  readonly clientId: string;
  readonly requestedScopes: readonly string[];
}

export interface LedgerEntry {
  readonly account: Account;
  /** Makes the fingerprints of this file comparable with nothing else. */
  readonly salt: string;
  /** Fingerprint of the refresh token that may be spent; of the access token where there is no other. */
  readonly current: string;
  /** Fingerprint of the current access token; none while a refresh is under way, and in entries of earlier versions. */
  readonly access?: string | undefined;
  /** Fingerprint of the token that the server gave in exchange, while it is being stored. */
  readonly next?: string | undefined;
  /** Written before the current token is sent: a window that dies leaves it behind (PROTOCOL.md 32). */
  readonly spending?: boolean | undefined;
  /** Whether a refresh has brought a new refresh token; undefined before the first. */
  readonly rotates?: boolean | undefined;
  /** The server's words with which it ended the grant. */
  readonly ended?: { readonly error: string; readonly description: string } | undefined;
  /** A window has signed out: copies elsewhere are of a session that is gone. */
  readonly signedOut?: boolean | undefined;
  /** The window that signed out had not the current token: one that has it revokes it. */
  readonly unrevoked?: boolean | undefined;
}

/**
 * How a window's copy of a session relates to what all windows know.
 * - `current`: its refresh token may be spent
 * - `stale`: another window has a newer one; spending this one would end the session for all
 * - `lost`: the server has replaced it, and the window that knew the new one died before storing it
 * - `ended`, `signedOut`: over
 */
export type Standing = 'current' | 'stale' | 'lost' | 'ended' | 'signedOut';

/** The most characters of a text that somebody else has chosen: an entry with more of them is not read. */
const MOST = {
  username: 400,
  alias: 200,
  clientId: 300,
  scope: 200,
  error: 200,
  description: 2000,
};

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const fingerprint = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

const StoredEntry = v.object({
  version: v.literal(1),
  account: v.object({
    id: v.pipe(v.string(), v.regex(/^00D\w{12,15}\/005\w{12,15}$/)),
    username: text(MOST.username),
    alias: v.optional(text(MOST.alias)),
    loginHost: v.pipe(text(300), v.check(isLoginHost)),
    clientId: text(MOST.clientId),
    requestedScopes: v.array(text(MOST.scope)),
  }),
  salt: text(100),
  current: fingerprint,
  access: v.optional(fingerprint),
  next: v.optional(fingerprint),
  spending: v.optional(v.boolean()),
  rotates: v.optional(v.boolean()),
  ended: v.optional(v.object({ error: text(MOST.error), description: text(MOST.description) })),
  signedOut: v.optional(v.boolean()),
  unrevoked: v.optional(v.boolean()),
});

/** When a token ends, and which token: the one that was issued then. */
export interface LearnedExpiry {
  readonly issuedAtMilliseconds: number;
  readonly expiry: TokenExpiry;
}

const StoredExpiry = v.object({
  issuedAtMilliseconds: v.number(),
  expiry: v.object({
    atMilliseconds: v.number(),
    source: v.picklist(['introspection', 'authSession', 'sessionTimeout']),
  }),
});

const FILE = /^[0-9a-f]{32}\.json$/;
const EXPIRY_FILE = /^[0-9a-f]{32}\.expiry\.json$/;

/** The account of a session. */
function accountOf(session: Session): Account {
  const { id, username, alias, loginHost, clientId, requestedScopes } = session;
  return { id, username, alias, loginHost, clientId, requestedScopes };
}

/** An entry that can be read again, however long its texts: one that cannot keeps no stale copy from being spent. */
function readable(entry: LedgerEntry): LedgerEntry {
  const { account, ended } = entry;
  return {
    ...entry,
    account: {
      ...account,
      username: account.username.slice(0, MOST.username),
      alias: account.alias?.slice(0, MOST.alias),
      clientId: account.clientId.slice(0, MOST.clientId),
      requestedScopes: account.requestedScopes.map((scope) => scope.slice(0, MOST.scope)),
    },
    ended: ended && {
      error: ended.error.slice(0, MOST.error),
      description: ended.description.slice(0, MOST.description),
    },
  };
}

/** An entry for a session whose tokens are current; what is known of the session's rotation stays. */
export function entryFor(session: Session, before?: LedgerEntry): LedgerEntry {
  const salt = before?.salt ?? randomBytes(16).toString('base64url');
  return {
    account: accountOf(session),
    salt,
    current: fingerprintOf(session, salt),
    access: hashOf(session.accessToken, salt),
    rotates: before?.rotates,
  };
}

/** Keyed hash of the token that a session lives by. */
export function fingerprintOf(
  session: Pick<Session, 'accessToken' | 'refreshToken'>,
  salt: string,
): string {
  return hashOf(session.refreshToken ?? session.accessToken, salt);
}

function hashOf(token: Secret, salt: string): string {
  return createHmac('sha256', salt).update(token.reveal()).digest('base64url');
}

/** Whether another refresh token than a copy's is the current one. */
export function isStale(session: Session, entry: LedgerEntry | undefined): boolean {
  return ['stale', 'lost'].includes(standingOf(session, entry));
}

/**
 * Whether a copy is not the newest that any window has: another refresh token is the current one, or, where the org
 * does not rotate them, another access token.
 */
export function isOutdated(session: Session, entry: LedgerEntry | undefined): boolean {
  if (standingOf(session, entry) !== 'current') return isStale(session, entry);
  // One that the ledger has not heard of is newer than what it knows.
  if (!entry?.access || fingerprintOf(session, entry.salt) !== entry.current) return false;
  return hashOf(session.accessToken, entry.salt) !== entry.access;
}

/** Judges a copy; without an entry there is nothing that speaks against it. */
export function standingOf(
  session: Pick<Session, 'accessToken' | 'refreshToken' | 'follows'>,
  entry: LedgerEntry | undefined,
): Standing {
  if (!entry) return 'current';
  // Made when the ledger could not be written: what it says is of the token before.
  if (entry.next === undefined && session.follows === entry.current) return 'current';
  if (entry.signedOut) return 'signedOut';
  if (entry.ended) return 'ended';
  const own = fingerprintOf(session, entry.salt);
  if (own === (entry.next ?? entry.current)) return 'current';
  return own === entry.current ? 'lost' : 'stale';
}

/** Whether a copy has the token of a session that was signed out elsewhere, by a window that could not revoke it. */
export function isLeftBehind(
  session: Pick<Session, 'accessToken' | 'refreshToken'>,
  entry: LedgerEntry | undefined,
): boolean {
  if (!entry?.signedOut || !entry.unrevoked) return false;
  return fingerprintOf(session, entry.salt) === entry.current;
}

export class TokenLedger {
  readonly #folder: string;
  readonly #files: SharedFiles;
  readonly #changed = new Emitter<void>();
  #watcher: FSWatcher | undefined;
  /** What was told last of each session, by its id or its file: only news are worth an event. */
  readonly #told = new Map<string, string>();

  /**
   * Fires when a session has begun, ended or gone, in any window, and when one has found out when a token ends. Only
   * after {@link follow}.
   */
  readonly onDidChange = this.#changed.event;

  /** @param folder absolute path, the same for all windows of the machine; made when needed */
  constructor(folder: string) {
    this.#folder = folder;
    this.#files = new SharedFiles(folder);
  }

  /** Begins to hear of other windows' changes. Where the system cannot watch, SecretStorage still tells. */
  async follow(): Promise<void> {
    if (this.#watcher) return;
    try {
      await mkdir(this.#folder, { recursive: true });
      for (const entry of await this.list()) this.#isNews(entry);
      this.#watcher ??= watch(this.#folder, { persistent: false }, (_event, name) => {
        if (name === null) return;
        if (FILE.test(name)) void this.#look(name);
        if (EXPIRY_FILE.test(name)) void this.#lookAtExpiry(name);
      });
      this.#watcher.on('error', () => {
        this.#watcher?.close();
        this.#watcher = undefined; // the next caller tries again
      });
    } catch {
      // Nothing to hear from: what this window does itself is told by SecretStorage.
    }
  }

  /**
   * @returns undefined if nothing is known of the session, or if the file is not one of ours
   * @throws UserFacingError `unreadable_file`: what is known must not be taken for nothing
   */
  async read(id: string): Promise<LedgerEntry | undefined> {
    const entry = await this.#entryIn(jsonNameOf(id));
    return entry?.account.id === id ? entry : undefined;
  }

  /** All entries that can be read. */
  async list(): Promise<readonly LedgerEntry[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const entries = await Promise.all(
      names
        .filter((name) => FILE.test(name))
        .map((name) => this.#entryIn(name).catch(() => undefined)),
    );
    return entries.filter((entry) => entry !== undefined);
  }

  /**
   * Replaces an entry: whole, or not at all. That of a newer version of the extension stays.
   * @throws what {@link SharedFiles.update} throws; then nothing was changed
   */
  async write(entry: LedgerEntry): Promise<void> {
    await this.#files.update(jsonNameOf(entry.account.id), { version: 1, ...readable(entry) });
  }

  /** Notes when a token ends, for all windows; without that they ask again, so failing is no harm. */
  async noteExpiry(id: string, learned: LearnedExpiry): Promise<void> {
    await this.#files.replace(`${fileNameOf(id)}.expiry.json`, learned).catch(() => undefined);
  }

  /** What any window has noted of a session's token, if that can be read; it may be of an earlier token. */
  async notedExpiry(id: string): Promise<LearnedExpiry | undefined> {
    const noted = await this.#files.read(`${fileNameOf(id)}.expiry.json`).catch(() => undefined);
    const result = v.safeParse(StoredExpiry, noted);
    return result.success ? result.output : undefined;
  }

  dispose(): void {
    this.#watcher?.close();
    this.#changed.dispose();
  }

  async #entryIn(name: string): Promise<LedgerEntry | undefined> {
    const result = v.safeParse(StoredEntry, await this.#files.read(name));
    if (!result.success) return undefined;
    const { account, ...rest } = result.output;
    return { ...rest, account: { ...account, alias: account.alias } };
  }

  async #look(name: string): Promise<void> {
    const entry = await this.#entryIn(name).catch(() => undefined);
    if (entry && this.#isNews(entry)) this.#changed.fire();
  }

  async #lookAtExpiry(name: string): Promise<void> {
    const noted = (await this.#files.read(name).catch(() => undefined)) ?? null;
    const news = JSON.stringify(noted);
    if (noted === null || this.#told.get(name) === news) return;
    this.#told.set(name, news);
    this.#changed.fire();
  }

  /** Which token is current is no news to views: it changes with each refresh. */
  #isNews(entry: LedgerEntry): boolean {
    const news = JSON.stringify([entry.signedOut, entry.ended]);
    const before = this.#told.get(entry.account.id);
    this.#told.set(entry.account.id, news);
    return before !== news;
  }
}
