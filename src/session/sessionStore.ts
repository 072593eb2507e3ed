/**
 * Sessions in SecretStorage, one secret each, so that two windows never overwrite each other's. Nothing of
 * a token is kept anywhere else; while SecretStorage cannot be used, this window's memory takes its place.
 */
import type { Disposable, SecretStorage } from 'vscode';
import { Emitter } from './emitter.ts';
import { isOfNewerVersion, parseSession, serialize, type Session } from './session.ts';

/** What is needed of VS Code's SecretStorage. `keys` came with VS Code 1.105. */
export type Secrets = Pick<SecretStorage, 'get' | 'store' | 'delete' | 'keys' | 'onDidChange'>;

/**
 * What users should hear of the store, once.
 * - `damaged`: a session could not be read and was set aside
 * - `newer`: a session was stored by a newer version; it is left alone
 * - `unavailable`: SecretStorage failed; sessions live in this window only
 */
export type StoreTrouble =
  | { readonly kind: 'damaged' | 'newer'; readonly id: string }
  | { readonly kind: 'unavailable'; readonly cause: unknown };

const PREFIX = 'session/';
/** Where damaged sessions go: not read again, not lost. */
const SET_ASIDE = 'setAside/';
/** From try to try to store what SecretStorage would not take. */
const STORE_PAUSE_MILLISECONDS = 5_000;

/** A session that SecretStorage would not take. */
interface Unstored {
  readonly session: Session;
  /** What it held instead: whatever else it holds later is of another window. Undefined if that cannot be read. */
  readonly held: Promise<{ readonly text: string | undefined } | undefined>;
}

export class SessionStore {
  readonly #secrets: Secrets;
  readonly #changed = new Emitter<string>();
  readonly #trouble = new Emitter<StoreTrouble>();
  readonly #subscription: Disposable;
  readonly #monotonic: () => number;
  /** Sessions that this window alone has. It is tried again now and then to store them. */
  readonly #memory = new Map<string, Unstored>();
  /** When that was tried last. */
  readonly #tried = new Map<string, number>();
  /** Sessions that are being stored. */
  readonly #storing = new Set<string>();
  /** Sessions as they were last read or stored, for while SecretStorage cannot be read. */
  readonly #known = new Map<string, Session>();
  readonly #told = new Set<string>();
  #isReadable = true;

  /** Fires with the id of a session that any window has stored or deleted. */
  readonly onDidChange = this.#changed.event;
  /** Fires once for each trouble. */
  readonly onDidHaveTrouble = this.#trouble.event;

  /** @param monotonic milliseconds of a clock that never jumps */
  constructor(secrets: Secrets, monotonic: () => number = () => performance.now()) {
    this.#secrets = secrets;
    this.#monotonic = monotonic;
    this.#subscription = secrets.onDidChange(({ key }) => {
      if (key.startsWith(PREFIX)) this.#changed.fire(key.slice(PREFIX.length));
    });
  }

  /** All sessions that can be read or that this window knows, oldest first. */
  async list(): Promise<readonly Session[]> {
    let stored: readonly string[];
    try {
      const keys = (await this.#secrets.keys()).filter((key) => key.startsWith(PREFIX));
      stored = keys.map((key) => key.slice(PREFIX.length));
    } catch (cause) {
      this.#tell({ kind: 'unavailable', cause });
      stored = [...this.#known.keys()];
    }
    const ids = new Set([...stored, ...this.#memory.keys()]);
    const found = await Promise.all([...ids].map((id) => this.get(id)));
    return found
      .filter((session) => session !== undefined)
      .sort((a, b) => a.addedAtMilliseconds - b.addedAtMilliseconds || (a.id < b.id ? -1 : 1));
  }

  /** Whether SecretStorage could be read the last time: else a session is what this window knows of it. */
  get isReadable(): boolean {
    return this.#isReadable;
  }

  /**
   * One session, read afresh, or as this window knows it while SecretStorage fails; undefined if it is gone or
   * cannot be read.
   */
  async get(id: string): Promise<Session | undefined> {
    const remembered = this.#memory.get(id);
    if (remembered) {
      void this.#tryAgain(remembered); // not waited for: a keyring may ask the user
      return remembered.session;
    }
    let text: string | undefined;
    try {
      text = await this.#secrets.get(PREFIX + id);
      this.#isReadable = true;
    } catch (cause) {
      this.#isReadable = false;
      this.#tell({ kind: 'unavailable', cause });
      return this.#known.get(id);
    }
    this.#known.delete(id);
    if (text === undefined) return undefined;
    const session = parseSession(text);
    if (session?.id === id) {
      this.#known.set(id, session);
      return session;
    }
    if (isOfNewerVersion(text)) this.#tell({ kind: 'newer', id });
    else await this.#setAside(id, text);
    return undefined;
  }

  /** Stores a session. Where SecretStorage fails it lives on in this window, and the user is told. */
  async put(session: Session): Promise<void> {
    const { id } = session;
    // Asked for first: what another window stores while this one fails is not what was there.
    const held = this.#held(id);
    this.#storing.add(id);
    try {
      await this.#secrets.store(PREFIX + id, serialize(session));
      this.#memory.delete(id);
      this.#known.set(id, session);
    } catch (cause) {
      this.#memory.set(id, { session, held });
      this.#tried.set(id, this.#monotonic());
      this.#tell({ kind: 'unavailable', cause });
      this.#changed.fire(id);
    } finally {
      this.#storing.delete(id);
    }
  }

  /** @throws what SecretStorage throws; what this window remembers is gone in any case */
  async delete(id: string): Promise<void> {
    this.#known.delete(id);
    if (this.#memory.delete(id)) this.#changed.fire(id);
    await this.#secrets.delete(PREFIX + id);
    await this.#secrets.delete(SET_ASIDE + id);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#trouble.dispose();
  }

  /** What SecretStorage holds of a session; undefined if that cannot be read. */
  async #held(id: string): Promise<{ readonly text: string | undefined } | undefined> {
    try {
      return { text: await this.#secrets.get(PREFIX + id) };
    } catch {
      return undefined;
    }
  }

  /** Stores a session that SecretStorage would not take; no more, if another window has stored or deleted it since. */
  async #tryAgain(unstored: Unstored): Promise<void> {
    const { session } = unstored;
    const { id } = session;
    const now = this.#monotonic();
    if (now - (this.#tried.get(id) ?? 0) < STORE_PAUSE_MILLISECONDS) return;
    this.#tried.set(id, now);
    const [before, there] = await Promise.all([unstored.held, this.#held(id)]);
    if (!there) return; // later, then
    if (this.#memory.get(id) !== unstored || this.#storing.has(id)) return;
    const { text } = there;
    if (text !== undefined && isOfNewerVersion(text)) return;
    const isAsBefore = before ? before.text === text : !isNewer(text, session);
    try {
      if (isAsBefore) await this.#secrets.store(PREFIX + id, serialize(session));
    } catch {
      return; // later, then
    }
    if (this.#memory.get(id) !== unstored) return;
    this.#memory.delete(id);
    this.#changed.fire(id);
  }

  async #setAside(id: string, text: string): Promise<void> {
    try {
      await this.#secrets.store(SET_ASIDE + id, text);
      await this.#secrets.delete(PREFIX + id);
    } catch {
      // Left where it is, then: it does no harm there.
    }
    this.#tell({ kind: 'damaged', id });
  }

  #tell(trouble: StoreTrouble): void {
    const key = trouble.kind + ('id' in trouble ? trouble.id : '');
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#trouble.fire(trouble);
  }
}

/** Whether a stored text is a session with a newer token, as far as the clocks of the windows tell. */
function isNewer(text: string | undefined, session: Session): boolean {
  const stored = text === undefined ? undefined : parseSession(text);
  return stored !== undefined && stored.issuedAtMilliseconds > session.issuedAtMilliseconds;
}
