/**
 * SecretStorage as desktop VS Code has it: one store for all windows, and every window hears of every
 * change. Each `window()` is one window's view of it. The real one tells the other windows of a change some 200
 * ms after `store` has returned.
 */
import { Emitter } from '../../../src/session/emitter.ts';
import type { Secrets } from '../../../src/session/sessionStore.ts';

/** What one window reads, and what tells it of changes. */
interface View {
  readonly seen: Map<string, string>;
  readonly changed: Emitter<{ readonly key: string }>;
}

export class SharedSecrets {
  /** What was stored, whether or not all windows read it yet. */
  readonly values = new Map<string, string>();
  readonly #lagMilliseconds: number;
  readonly #views: View[] = [];

  /** @param lagMilliseconds how much later than the window that stores the others read what it has stored */
  constructor(lagMilliseconds = 0) {
    this.#lagMilliseconds = lagMilliseconds;
  }

  window(): Secrets {
    const seen = this.#lagMilliseconds > 0 ? new Map(this.values) : this.values;
    const own: View = { seen, changed: new Emitter() };
    this.#views.push(own);
    return {
      keys: () => Promise.resolve([...seen.keys()]),
      get: (key) => Promise.resolve(seen.get(key)),
      store: (key, value) => this.#change(own, key, value),
      delete: (key) => this.#change(own, key, undefined),
      onDidChange: own.changed.event,
    };
  }

  #change(own: View, key: string, value: string | undefined): Promise<void> {
    put(this.values, key, value);
    put(own.seen, key, value);
    for (const view of this.#views) {
      if (view === own || this.#lagMilliseconds === 0) {
        queueMicrotask(() => view.changed.fire({ key }));
      } else {
        setTimeout(() => {
          put(view.seen, key, value);
          view.changed.fire({ key });
        }, this.#lagMilliseconds);
      }
    }
    return Promise.resolve();
  }
}

function put(values: Map<string, string>, key: string, value: string | undefined): void {
  if (value === undefined) values.delete(key);
  else values.set(key, value);
}
