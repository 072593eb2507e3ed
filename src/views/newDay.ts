/** Whether another day has begun since somebody looked: times of today, and what is accepted until a day, look otherwise. */
import { dayOf } from '../audit/day.ts';

export class NewDay {
  readonly #now: () => number;
  #day: string;

  constructor(now: () => number) {
    this.#now = now;
    this.#day = this.#today();
  }

  /** True once for each new day. */
  hasBegun(): boolean {
    const day = this.#today();
    const isNew = day !== this.#day;
    this.#day = day;
    return isNew;
  }

  /** By the user's clock, as times are shown, and in UTC, as findings are accepted. */
  #today(): string {
    const now = this.#now();
    return `${new Date(now).toDateString()} ${dayOf(now)}`;
  }
}
