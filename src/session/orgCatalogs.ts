/**
 * What is known of each org's apps: read when somebody wants to see them, kept while the window lives,
 * one event for every change. A reading that fails leaves what was known before.
 */
import type { Fetch } from '../oauth/http.ts';
import type { UserFacingError } from '../oauth/userFacingError.ts';
import type { App } from '../salesforce/app.ts';
import type { Catalog } from '../salesforce/catalog.ts';
import { isBeingRead } from '../salesforce/pkceStatus.ts';
import { Emitter } from './emitter.ts';
import type { Sessions } from './sessions.ts';

/** How far the reading of an org's apps is. `apps` of a running reading fill in as answers arrive. */
export type CatalogState =
  | { readonly kind: 'notRead' }
  | { readonly kind: 'reading'; readonly apps: readonly App[]; readonly namesKnown: boolean }
  | { readonly kind: 'ready'; readonly catalog: Catalog; readonly readAtMilliseconds: number }
  | {
      readonly kind: 'failed';
      readonly error: UserFacingError;
      /** What an earlier reading found. */
      readonly before: readonly App[];
    };

export interface OrgCatalogsContext {
  readonly fetch: Fetch;
  readonly sessions: Sessions;
  readonly timeoutMilliseconds: () => number;
  readonly concurrency: () => number;
  /** `auto`, or a version such as `66.0`. */
  readonly apiVersion: () => string;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
  /** Turns anything thrown into an error that a user can act on, and writes it to the log. */
  readonly report: (error: unknown) => UserFacingError;
}

interface Reading {
  readonly cancel: AbortController;
  readonly done: Promise<void>;
}

const NOT_READ: CatalogState = { kind: 'notRead' };

export class OrgCatalogs {
  readonly #context: OrgCatalogsContext;
  readonly #states = new Map<string, CatalogState>();
  readonly #readings = new Map<string, Reading>();
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

  /**
   * Reads an org's apps. A reading that runs already is joined. Never rejects: the state says how it ended.
   * @param signal cancels the reading for everyone who waits for it
   */
  async read(sessionId: string, signal?: AbortSignal): Promise<CatalogState> {
    let reading = this.#readings.get(sessionId);
    if (!reading) {
      const cancel = new AbortController();
      reading = { cancel, done: this.#read(sessionId, cancel.signal) };
      this.#readings.set(sessionId, reading);
      const own = reading;
      void own.done.finally(() => {
        if (this.#readings.get(sessionId) === own) this.#readings.delete(sessionId);
      });
    }
    const { cancel, done } = reading;
    const stop = (): void => cancel.abort();
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    await done;
    signal?.removeEventListener('abort', stop);
    return this.state(sessionId);
  }

  /** Forgets what is known of an org, for one that has signed out. */
  forget(sessionId: string): void {
    const reading = this.#readings.get(sessionId);
    this.#readings.delete(sessionId);
    reading?.cancel.abort();
    this.#set(sessionId, NOT_READ);
  }

  dispose(): void {
    for (const { cancel } of this.#readings.values()) cancel.abort();
    this.#changed.dispose();
  }

  #set(sessionId: string, state: CatalogState): void {
    if (state.kind === 'notRead') this.#states.delete(sessionId);
    else this.#states.set(sessionId, state);
    this.#changed.fire(sessionId);
  }

  async #read(sessionId: string, signal: AbortSignal): Promise<void> {
    const before = this.state(sessionId);
    const known = this.apps(sessionId);
    this.#set(sessionId, { kind: 'reading', apps: known, namesKnown: known.length > 0 });
    try {
      const catalog = await this.#fetchCatalog(sessionId, signal);
      this.#set(sessionId, {
        kind: 'ready',
        catalog,
        readAtMilliseconds: this.#context.now(),
      });
    } catch (error) {
      if (!signal.aborted) {
        this.#set(sessionId, { kind: 'failed', error: this.#context.report(error), before: known });
      } else if (this.#readings.get(sessionId)?.cancel.signal === signal) {
        // Cancelled by the user: as before. Where the org was forgotten, it stays so.
        this.#set(sessionId, before.kind === 'reading' ? NOT_READ : before);
      }
    }
  }

  async #fetchCatalog(sessionId: string, signal: AbortSignal): Promise<Catalog> {
    const { fetch, sessions, timeoutMilliseconds, concurrency, apiVersion } = this.#context;
    const session = await sessions.get(sessionId);
    if (!session) throw new Error('The session is gone');
    const [{ createOrgClient }, { negotiateApiVersion }, { readCatalog }] = await Promise.all([
      import('../salesforce/orgClient.ts'),
      import('../salesforce/apiVersion.ts'),
      import('../salesforce/catalog.ts'),
    ]);
    const known = new Map(this.apps(sessionId).map((app) => [app.id, app]));
    const client = createOrgClient({
      fetch,
      instanceUrl: session.instanceUrl,
      accessToken: (rejected) => sessions.accessToken(sessionId, rejected),
      timeoutMilliseconds: timeoutMilliseconds(),
      concurrency: concurrency(),
    });
    return readCatalog(client, {
      apiVersion: await negotiateApiVersion(client, apiVersion(), signal),
      signal,
      onApps: (apps) => {
        if (signal.aborted) return;
        // What an earlier reading found stays until the new answer is there.
        const shown = apps.map((app) => (isBeingRead(app) ? (known.get(app.id) ?? app) : app));
        this.#set(sessionId, { kind: 'reading', apps: shown, namesKnown: true });
      },
    });
  }
}
