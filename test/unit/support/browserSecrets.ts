/**
 * SecretStorage as browser-based editors have it: each window reads all secrets once, at its start, goes on
 * with its own copy, and writes all that it knows with each change; nobody else hears of it.
 */
import { Emitter } from '../../../src/session/emitter.ts';
import type { Secrets } from '../../../src/session/sessionStore.ts';

export class BrowserSecrets {
  kept: ReadonlyMap<string, string> = new Map();

  window(): Secrets {
    const own = new Map(this.kept);
    const changed = new Emitter<{ readonly key: string }>();
    const save = (key: string): Promise<void> => {
      this.kept = new Map(own);
      queueMicrotask(() => changed.fire({ key }));
      return Promise.resolve();
    };
    return {
      keys: () => Promise.resolve([...own.keys()]),
      get: (key) => Promise.resolve(own.get(key)),
      store: (key, value) => save((own.set(key, value), key)),
      delete: (key) => save((own.delete(key), key)),
      onDidChange: changed.event,
    };
  }
}
