/** One event with its listeners, usable where VS Code's own emitter is not: this floor runs under plain Node. */

/** Subscribes a listener; disposing what comes back ends it. Fits wherever a `vscode.Event` is wanted. */
export type Event<T> = (listener: (value: T) => void) => { dispose(): void };

export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    // A wrapper each time: the same function may subscribe twice and is then called twice.
    const own = (value: T): void => listener(value);
    this.#listeners.add(own);
    return { dispose: () => this.#listeners.delete(own) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
