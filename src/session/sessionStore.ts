/**
 * Sessions in SecretStorage, one secret each, so that two windows never overwrite each other's. Nothing of
 * a token is kept anywhere else.
 */
import type { Disposable, SecretStorage } from 'vscode';
import { Emitter } from './emitter.ts';
import { parseSession, serialize, type Session } from './session.ts';

/** What is needed of VS Code's SecretStorage. `keys` came with VS Code 1.105. */
export type Secrets = Pick<SecretStorage, 'get' | 'store' | 'delete' | 'keys' | 'onDidChange'>;

const PREFIX = 'session/';

export class SessionStore {
  readonly #secrets: Secrets;
  readonly #changed = new Emitter<string>();
  readonly #subscription: Disposable;

  /** Fires with the id of a session that any window has stored or deleted. */
  readonly onDidChange = this.#changed.event;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
    this.#subscription = secrets.onDidChange(({ key }) => {
      if (key.startsWith(PREFIX)) this.#changed.fire(key.slice(PREFIX.length));
    });
  }

  /**
   * All sessions that can be read, oldest first, and the ids of those that cannot. An unreadable one is
   * left where it is: a newer version may know it.
   */
  async list(): Promise<{
    readonly sessions: readonly Session[];
    readonly unreadable: readonly string[];
  }> {
    const keys = (await this.#secrets.keys()).filter((key) => key.startsWith(PREFIX));
    const ids = keys.map((key) => key.slice(PREFIX.length));
    const found = await Promise.all(ids.map((id) => this.get(id)));
    const sessions = found
      .filter((session) => session !== undefined)
      .sort((a, b) => a.addedAtMilliseconds - b.addedAtMilliseconds || (a.id < b.id ? -1 : 1));
    return { sessions, unreadable: ids.filter((_, index) => found[index] === undefined) };
  }

  /** One session, read afresh; undefined if it is gone or cannot be read. */
  async get(id: string): Promise<Session | undefined> {
    const text = await this.#secrets.get(PREFIX + id);
    const session = text === undefined ? undefined : parseSession(text);
    return session?.id === id ? session : undefined;
  }

  async put(session: Session): Promise<void> {
    await this.#secrets.store(PREFIX + session.id, serialize(session));
  }

  async delete(id: string): Promise<void> {
    await this.#secrets.delete(PREFIX + id);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
