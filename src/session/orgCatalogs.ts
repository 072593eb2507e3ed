/**
 * What is known of each org's apps: kept from the last time, read when somebody wants to see them, one event
 * for every change. A reading that fails leaves what was known before.
 */
import { isUnreached } from '../oauth/networkError.ts';
import type { UserFacingError } from '../oauth/userFacingError.ts';
import type { App } from '../salesforce/app.ts';
import type { Catalog, CatalogSnapshot } from '../salesforce/catalog/catalog.ts';
import { FairLimit } from '../salesforce/fairLimit.ts';
import { isBeingRead } from '../salesforce/pkceStatus.ts';
import type { CatalogStore } from './catalogStore.ts';
import { Emitter } from './emitter.ts';
import { metadataAccessTo, type OrgAccessContext } from './orgAccess.ts';
import { signedOutError } from './sessionErrors.ts';
import { untilAborted } from './untilAborted.ts';

/** The latest complete reading of an org. */
export interface LastRead {
  readonly catalog: Catalog;
  readonly readAtMilliseconds: number;
  /** Kept from an earlier window; this one has not asked the org yet. */
  readonly isRemembered: boolean;
}

/** How far the reading of an org's apps is. `apps` of a running reading fill in as answers arrive. */
export type CatalogState =
  | { readonly kind: 'notRead' }
  | { readonly kind: 'reading'; readonly apps: readonly App[]; readonly namesKnown: boolean }
  | ({ readonly kind: 'ready' } & LastRead)
  | {
      readonly kind: 'failed';
      readonly error: UserFacingError;
      /** What an earlier reading found. */
      readonly before: readonly App[];
    };

export interface OrgCatalogsContext extends OrgAccessContext {
  /** Where catalogs are kept from window to window. */
  readonly store: () => Promise<CatalogStore>;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
  /** Turns anything thrown into an error that a user can act on, and writes it to the log. */
  readonly report: (error: unknown) => UserFacingError;
}

export interface ReadOptions {
  /** Leaves the reading, which ends if nobody else wants it. */
  readonly signal?: AbortSignal | undefined;
  /** Asks for everything again, also for what has not changed by the org's own dates. */
  readonly everything?: boolean;
  /** Asks the org from now on: a reading that runs already may have passed by what has just changed. */
  readonly anew?: boolean;
}

/** How a reading has ended. One that somebody has stopped leaves what was known before. */
export type ReadOutcome = CatalogState | { readonly kind: 'stopped' };

interface Reading {
  readonly everything: boolean;
  readonly cancel: AbortController;
  /** Whether it came to its end. */
  readonly done: Promise<boolean>;
  /** How many want it. */
  waiting: number;
  /** Whether it was stopped since nobody wanted it any more. */
  isLeft: boolean;
}

const NOT_READ: CatalogState = { kind: 'notRead' };
const STOPPED: ReadOutcome = { kind: 'stopped' };

/** What was read no longer ago than this is good enough for an audit. */
const MOMENT_MILLISECONDS = 5 * 60_000;

/** Most requests at a time over all orgs: a proxy or a small machine has to carry them. */
export const MOST_IN_FLIGHT = 40;

export class OrgCatalogs {
  readonly #context: OrgCatalogsContext;
  readonly #states = new Map<string, CatalogState>();
  readonly #readings = new Map<string, Reading>();
  /** What the next look goes on from, and what is shown until it has ended. */
  readonly #lastReads = new Map<string, LastRead>();
  readonly #recalled = new Map<string, Promise<void>>();
  readonly #limit = new FairLimit(MOST_IN_FLIGHT);
  readonly #changed = new Emitter<string>();

  /** Fires with the id of a session whose catalog state has changed. */
  readonly onDidChange = this.#changed.event;

  constructor(context: OrgCatalogsContext) {
    this.#context = context;
  }

  state(sessionId: string): CatalogState {
    return this.#states.get(sessionId) ?? NOT_READ;
  }

  /** The apps that are known, whatever the state. */
  apps(sessionId: string): readonly App[] {
    const state = this.state(sessionId);
    switch (state.kind) {
      case 'notRead':
        return [];
      case 'reading':
        return state.apps;
      case 'ready':
        return state.catalog.apps;
      case 'failed':
        return state.before;
    }
  }

  /** The latest complete reading, also while another one runs or has failed. */
  lastRead(sessionId: string): LastRead | undefined {
    return this.#lastReads.get(sessionId);
  }

  /**
   * Whether this window has not asked the org yet, or did not reach it: whoever looks at it wants it read. What
   * the org has refused stays until it is asked for.
   */
  isDue(sessionId: string): boolean {
    const state = this.state(sessionId);
    switch (state.kind) {
      case 'notRead':
        return true;
      case 'reading':
        return false;
      case 'ready':
        return state.isRemembered;
      case 'failed':
        return isUnreached(state.error);
    }
  }

  /** Whether any org is being read. */
  get isReading(): boolean {
    return this.#readings.size > 0;
  }

  /** Shows what an earlier window has kept of an org, unless something newer is known. Asks no org. */
  recall(sessionId: string): Promise<void> {
    const recalled = this.#recalled.get(sessionId) ?? this.#recall(sessionId);
    this.#recalled.set(sessionId, recalled);
    return recalled;
  }

  /**
   * Reads an org's apps: what has changed since the last time. A reading that runs already is joined, and goes on for
   * as long as somebody wants it. Never rejects.
   */
  async read(sessionId: string, options: ReadOptions = {}): Promise<ReadOutcome> {
    const { signal, everything = false, anew = false } = options;
    const running = this.#readings.get(sessionId);
    let reading = running;
    // One that passes over what has not changed, or that began before, is not what was asked for.
    while (
      reading &&
      (reading.isLeft || (everything && !reading.everything) || (anew && reading === running))
    ) {
      const isDone = await untilAborted(reading.done, signal).catch(() => false);
      // That others no longer want theirs is no reason against one's own.
      if (signal?.aborted || (!isDone && !reading.isLeft)) return STOPPED;
      reading = this.#readings.get(sessionId);
    }
    reading ??= this.#begin(sessionId, everything);
    reading.waiting += 1;
    try {
      return (await untilAborted(reading.done, signal)) ? this.state(sessionId) : STOPPED;
    } catch {
      if (reading.waiting === 1) {
        reading.isLeft = true;
        reading.cancel.abort();
        await reading.done;
      }
      return STOPPED;
    } finally {
      reading.waiting -= 1;
    }
  }

  /**
   * What is known of an org's apps, if this window has read them a moment ago; else they are read, also where the last
   * reading failed. Never rejects.
   */
  async readIfNeeded(
    sessionId: string,
    options: Pick<ReadOptions, 'signal'> = {},
  ): Promise<ReadOutcome> {
    const state = this.state(sessionId);
    if (state.kind !== 'ready' || state.isRemembered) return this.read(sessionId, options);
    const age = this.#context.now() - state.readAtMilliseconds;
    // A clock that was set back says nothing of how long ago that was.
    const isNew = age >= 0 && age < MOMENT_MILLISECONDS;
    return isNew ? state : this.read(sessionId, options);
  }

  /** Stops all readings that run: each org is left as it was before. */
  cancel(): void {
    for (const { cancel } of this.#readings.values()) cancel.abort();
  }

  /** Forgets what is known of an org, for one that has signed out. */
  forget(sessionId: string): void {
    this.#drop(sessionId);
    void this.#context
      .store()
      .then((store) => store.forget(sessionId))
      .catch(this.#context.report);
  }

  /**
   * Lets go of orgs that have signed out in another window: that one has deleted what was kept of them.
   * @param sessionIds those that are still signed in
   */
  keepOnly(sessionIds: ReadonlySet<string>): void {
    const known = [this.#states, this.#readings, this.#lastReads].flatMap((map) => [...map.keys()]);
    for (const id of new Set(known)) if (!sessionIds.has(id)) this.#drop(id);
  }

  #drop(sessionId: string): void {
    const reading = this.#readings.get(sessionId);
    this.#readings.delete(sessionId);
    reading?.cancel.abort();
    this.#lastReads.delete(sessionId);
    this.#recalled.delete(sessionId);
    this.#set(sessionId, NOT_READ);
  }

  dispose(): void {
    this.cancel();
    this.#changed.dispose();
  }

  #begin(sessionId: string, everything: boolean): Reading {
    const cancel = new AbortController();
    const done = this.#read(sessionId, everything, cancel.signal);
    const reading: Reading = { everything, cancel, done, waiting: 0, isLeft: false };
    this.#readings.set(sessionId, reading);
    void done.finally(() => {
      if (this.#readings.get(sessionId) !== reading) return;
      this.#readings.delete(sessionId);
      this.#changed.fire(sessionId);
    });
    return reading;
  }

  #set(sessionId: string, state: CatalogState): void {
    if (state.kind === 'notRead') this.#states.delete(sessionId);
    else this.#states.set(sessionId, state);
    this.#changed.fire(sessionId);
  }

  #setReady(sessionId: string, lastRead: LastRead): void {
    this.#lastReads.set(sessionId, lastRead);
    this.#set(sessionId, { kind: 'ready', ...lastRead });
  }

  async #recall(sessionId: string): Promise<void> {
    try {
      const stored = await (await this.#context.store()).load(sessionId);
      const { catalogOf } = await import('../salesforce/catalog/catalog.ts');
      // Read or forgotten meanwhile: that is newer.
      if (!stored || !this.#recalled.has(sessionId) || this.#states.has(sessionId)) return;
      this.#setReady(sessionId, {
        catalog: catalogOf(stored.snapshot),
        readAtMilliseconds: stored.readAtMilliseconds,
        isRemembered: true,
      });
    } catch (error) {
      this.#context.report(error);
    }
  }

  /** @returns whether it came to its end, good or bad */
  async #read(sessionId: string, everything: boolean, signal: AbortSignal): Promise<boolean> {
    // What is kept on disk counts as read before; with a running recall, both would be under way.
    await this.recall(sessionId);
    const isCancelled = (): boolean => signal.aborted;
    if (isCancelled()) return false;
    const before = this.state(sessionId);
    const known = this.apps(sessionId);
    this.#set(sessionId, { kind: 'reading', apps: known, namesKnown: known.length > 0 });
    try {
      const catalog = await this.#fetchCatalog(sessionId, everything, signal);
      // Signed out of meanwhile, or left with the last answer.
      signal.throwIfAborted();
      const readAtMilliseconds = this.#context.now();
      this.#setReady(sessionId, { catalog, readAtMilliseconds, isRemembered: false });
      await this.#keep(sessionId, readAtMilliseconds, catalog.snapshot);
      return true;
    } catch (error) {
      if (!isCancelled()) {
        this.#set(sessionId, { kind: 'failed', error: this.#context.report(error), before: known });
        return true;
      }
      if (this.#readings.get(sessionId)?.cancel.signal === signal) {
        // Cancelled by the user: as before. Where the org was forgotten, it stays so.
        this.#set(sessionId, before.kind === 'reading' ? NOT_READ : before);
      }
      return false;
    }
  }

  /** Without it the next window has to read everything again, which is no harm. */
  async #keep(
    sessionId: string,
    readAtMilliseconds: number,
    snapshot: CatalogSnapshot,
  ): Promise<void> {
    try {
      const store = await this.#context.store();
      await store.save(sessionId, { readAtMilliseconds, snapshot });
      // Signed out meanwhile: nothing is kept.
      if (!this.#lastReads.has(sessionId)) await store.forget(sessionId);
    } catch (error) {
      this.#context.report(error);
    }
  }

  async #fetchCatalog(
    sessionId: string,
    everything: boolean,
    signal: AbortSignal,
  ): Promise<Catalog> {
    const session = await this.#context.sessions.get(sessionId);
    if (!session) throw signedOutError();
    const { readCatalog } = await import('../salesforce/catalog/catalog.ts');
    const known = new Map(this.apps(sessionId).map((app) => [app.id, app]));
    const lastRead = this.#lastReads.get(sessionId);
    const access = await metadataAccessTo(this.#context, session, signal, this.#limit.lane());
    return readCatalog(access.client, {
      apiVersion: access.apiVersion,
      orgId: session.orgId,
      signal,
      before: everything ? undefined : lastRead?.catalog.snapshot,
      beforeReadAtMilliseconds: lastRead?.readAtMilliseconds,
      known: lastRead?.catalog.snapshot,
      onError: this.#context.report,
      onApps: (apps) => {
        if (signal.aborted) return;
        // What an earlier reading found stays until the new answer is there; who uses an app comes last.
        const shown = apps.map((app) => {
          const before = known.get(app.id);
          if (!before) return app;
          // Whether it is replaced still shows when the other app has arrived.
          const waits =
            isBeingRead(app) || before.replacedBy !== undefined || before.isMaybeReplaced;
          return waits ? before : { ...app, usage: app.usage ?? before.usage };
        });
        this.#set(sessionId, { kind: 'reading', apps: shown, namesKnown: true });
      },
    });
  }
}
