/** Keeps messages that nobody asked for from coming again and again (EXPECTATIONS.md 41). */

export class OnceIn {
  readonly #milliseconds: number;
  readonly #now: () => number;
  readonly #last = new Map<string, number>();

  /**
   * @param milliseconds how long the same thing is not said again
   * @param now milliseconds of a clock that never jumps
   */
  constructor(milliseconds: number, now: () => number = () => performance.now()) {
    this.#milliseconds = milliseconds;
    this.#now = now;
  }

  /** Whether it may be said now; if so, it has been said. */
  allows(what: string): boolean {
    const last = this.#last.get(what);
    const now = this.#now();
    if (last !== undefined && now - last < this.#milliseconds) return false;
    this.#last.set(what, now);
    return true;
  }
}
