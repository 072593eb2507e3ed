/**
 * How many requests are in flight at a time, over all orgs: an org that is slow or dead holds few of them,
 * since the next free one goes to the org that has the fewest.
 */

/** The share of one org. */
export interface Lane {
  /**
   * Runs a task as soon as it is this org's turn.
   * @throws the signal's reason if it is aborted before that
   */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface LaneState {
  running: number;
  readonly waiting: (() => void)[];
  /** Number of the turn that it had last: among equals, the one that waited longest is next. */
  turn: number;
}

export class FairLimit {
  readonly #most: number;
  readonly #lanes = new Set<LaneState>();
  #running = 0;
  #turns = 0;

  /** @param most tasks that run at a time, over all lanes */
  constructor(most: number) {
    this.#most = most;
  }

  lane(): Lane {
    const lane: LaneState = { running: 0, waiting: [], turn: 0 };
    return {
      run: async (task, signal) => {
        await this.#turn(lane, signal);
        try {
          return await task();
        } finally {
          this.#running -= 1;
          lane.running -= 1;
          this.#next();
        }
      },
    };
  }

  async #turn(lane: LaneState, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const start = (): void => resolve(undefined);
    const leave = (): void => {
      const place = lane.waiting.indexOf(start);
      // Not waiting any more: it is running, and ends by itself.
      if (place < 0) return;
      lane.waiting.splice(place, 1);
      reject(signal?.reason as Error);
    };
    lane.waiting.push(start);
    this.#lanes.add(lane);
    signal?.addEventListener('abort', leave, { once: true });
    this.#next();
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  #next(): void {
    while (this.#running < this.#most) {
      let next: LaneState | undefined;
      for (const lane of this.#lanes) {
        if (lane.waiting.length === 0) this.#lanes.delete(lane);
        else if (!next || isBefore(lane, next)) next = lane;
      }
      const start = next?.waiting.shift();
      if (!next || !start) return;
      this.#turns += 1;
      next.turn = this.#turns;
      next.running += 1;
      this.#running += 1;
      start();
    }
  }
}

function isBefore(one: LaneState, other: LaneState): boolean {
  return one.running === other.running ? one.turn < other.turn : one.running < other.running;
}
