/** How the user wants the apps listed: what is filtered, what comes first. The order is kept, a filter is not. */
import type { Memento } from 'vscode';
import type { App } from '../salesforce/app.ts';
import {
  APP_ORDERS,
  inOrder,
  isSelected,
  type AppFilter,
  type AppOrder,
} from '../salesforce/appSelection.ts';
import { Emitter } from './emitter.ts';

const ORDER_KEY = 'appOrder';

export class AppListing {
  readonly #memory: Pick<Memento, 'get' | 'update'>;
  readonly #now: () => number;
  readonly #changed = new Emitter<undefined>();
  #filters: readonly AppFilter[] = [];
  /** In which order the apps were when that was last told. */
  #toldOrder: AppOrder;

  readonly onDidChange = this.#changed.event;

  /** @param now this computer's clock, in milliseconds */
  constructor(memory: Pick<Memento, 'get' | 'update'>, now: () => number) {
    this.#memory = memory;
    this.#now = now;
    this.#toldOrder = this.order;
  }

  get filters(): readonly AppFilter[] {
    return this.#filters;
  }

  set filters(filters: readonly AppFilter[]) {
    this.#filters = filters;
    this.#changed.fire(undefined);
  }

  get order(): AppOrder {
    const kept = this.#memory.get<unknown>(ORDER_KEY);
    return APP_ORDERS.find((order) => order === kept) ?? 'name';
  }

  async setOrder(order: AppOrder): Promise<void> {
    await this.#memory.update(ORDER_KEY, order);
    this.#toldOrder = order;
    this.#changed.fire(undefined);
  }

  /** Tells if another window has chosen another order: windows share the memory, but no events of it. */
  lookAgain(): void {
    if (this.order === this.#toldOrder) return;
    this.#toldOrder = this.order;
    this.#changed.fire(undefined);
  }

  /** The apps to show, in order. @param apps sorted by name */
  select(apps: readonly App[]): readonly App[] {
    const now = this.#now();
    const filters = this.#filters;
    const some = filters.length === 0 ? apps : apps.filter((app) => isSelected(app, filters, now));
    return inOrder(some, this.order);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
