/** Puts off what many events ask for, so that it is done once for all of them. */
export class Soon {
  readonly #run: () => void;
  readonly #milliseconds: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param milliseconds between the first event and the run */
  constructor(run: () => void, milliseconds: number) {
    this.#run = run;
    this.#milliseconds = milliseconds;
  }

  /** Asks for a run, unless one is coming. */
  ask(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#run();
    }, this.#milliseconds);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
