/**
 * SecretStorage as desktop VS Code has it: one store for all windows, and every window hears of every
 * change. Each `window()` is one window's view of it.
 */
import { Emitter } from '../../../src/session/emitter.ts';
import type { Secrets } from '../../../src/session/sessionStore.ts';

export class SharedSecrets {
  readonly values = new Map<string, string>();
  readonly #changed = new Emitter<{ readonly key: string }>();

  window(): Secrets {
    return {
      keys: () => Promise.resolve([...this.values.keys()]),
      get: (key) => Promise.resolve(this.values.get(key)),
      store: (key, value) => {
        this.values.set(key, value);
        queueMicrotask(() => this.#changed.fire({ key }));
        return Promise.resolve();
      },
      delete: (key) => {
        this.values.delete(key);
        queueMicrotask(() => this.#changed.fire({ key }));
        return Promise.resolve();
      },
      onDidChange: this.#changed.event,
    };
  }
}
