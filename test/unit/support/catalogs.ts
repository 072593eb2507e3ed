/** Reading the apps of a demo org, with all that it takes for real. */
import assert from 'node:assert/strict';
import { startDemoOrg, type DemoOrg, type DemoOrgOptions } from '../../../src/demo/demoOrg.ts';
import type { Fetch } from '../../../src/oauth/http.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { negotiateApiVersion } from '../../../src/salesforce/apiVersion.ts';
import type { App } from '../../../src/salesforce/app.ts';
import {
  readCatalog,
  type Catalog,
  type CatalogSnapshot,
} from '../../../src/salesforce/catalog/catalog.ts';
import { createOrgClient, type OrgClient } from '../../../src/salesforce/orgClient.ts';
import { CatalogStore } from '../../../src/session/catalogStore.ts';
import { OrgAudits, type OrgAuditsContext } from '../../../src/session/orgAudits.ts';
import { OrgCatalogs } from '../../../src/session/orgCatalogs.ts';
import { SharedFiles } from '../../../src/session/sharedFiles.ts';
import { fetch } from './fetch.ts';
import { signedIn } from './signedIn.ts';
import { closeMachines, newMachine, openWindow, type Window } from './window.ts';

/** A demo org while something runs. */
export async function withOrg<T>(
  options: DemoOrgOptions,
  run: (org: DemoOrg) => Promise<T>,
): Promise<T> {
  const org = await startDemoOrg(options);
  try {
    return await run(org);
  } finally {
    closeMachines();
    await org.close();
  }
}

/** The requests by which an org was to be changed. */
export const updatesOf = (org: DemoOrg): DemoOrg['requests'] =>
  org.requests.filter(({ operation }) => operation === 'updateMetadata');

/**
 * A demo org in which somebody else is at work as well.
 * @param meddle happens as soon as a change was worked on, before anybody hears of it; `change` counts them from 1
 */
export async function withMeddler(
  switches: NonNullable<DemoOrgOptions['switches']>,
  meddle: (org: DemoOrg, change: number) => void,
  run: (org: DemoOrg) => Promise<void>,
): Promise<void> {
  let at: DemoOrg | undefined;
  let changes = 0;
  const observe = (moment: string): void => {
    if (moment === 'answered' && at?.requests.at(-1)?.operation === 'updateMetadata') {
      changes += 1;
      meddle(at, changes);
    }
  };
  await withOrg({ switches, observe }, (org) => {
    at = org;
    return run(org);
  });
}

/** Signs in, and gives what talks to the org with the session's token. */
export async function clientOf(
  org: DemoOrg,
  options: {
    readonly username?: string;
    readonly timeoutMilliseconds?: number;
    readonly fetch?: Fetch;
  } = {},
): Promise<OrgClient> {
  const window = openWindow(newMachine());
  const session = await signedIn(
    org,
    window,
    options.username === undefined ? {} : { username: options.username },
  );
  return createOrgClient({
    fetch: options.fetch ?? fetch,
    instanceUrl: session.instanceUrl,
    accessToken: (rejected) => window.sessions.accessToken(session.id, rejected),
    timeoutMilliseconds: options.timeoutMilliseconds ?? 5000,
    concurrency: 10,
  });
}

/**
 * What a window knows of its orgs' apps.
 * @param folder shared with the other windows of the machine
 * @param reported errors that are told to the user
 */
export function openCatalogs(
  window: Window,
  folder: string,
  reported: unknown[] = [],
  now = () => Date.now(),
): OrgCatalogs {
  const store = new CatalogStore(new SharedFiles(folder));
  return new OrgCatalogs({
    fetch: window.fetch,
    sessions: window.sessions,
    store: () => Promise.resolve(store),
    timeoutMilliseconds: () => 6000,
    concurrency: () => 10,
    apiVersion: () => 'auto',
    now,
    report: (error) => {
      reported.push(error);
      assert.ok(error instanceof UserFacingError, String(error));
      return error;
    },
  });
}

export interface ReadOptions {
  readonly username?: string;
  readonly client?: OrgClient;
  readonly before?: CatalogSnapshot;
  readonly beforeReadAtMilliseconds?: number;
  readonly onApps?: (apps: readonly App[]) => void;
  readonly signal?: AbortSignal;
}

/** Reads the apps, after a sign-in unless a client is given. */
export async function read(org: DemoOrg, options: ReadOptions = {}): Promise<Catalog> {
  const client = options.client ?? (await clientOf(org, options));
  return readCatalog(client, {
    apiVersion: await negotiateApiVersion(client, 'auto'),
    orgId: org.orgId,
    signal: options.signal ?? new AbortController().signal,
    before: options.before,
    beforeReadAtMilliseconds: options.beforeReadAtMilliseconds,
    onApps: options.onApps ?? (() => undefined),
  });
}

/** The audits of a window's orgs, with nothing proven and nothing accepted where a test does not say otherwise. */
export function openAudits(
  window: Window,
  catalogs: OrgCatalogs,
  parts: Partial<OrgAuditsContext> = {},
): OrgAudits {
  return new OrgAudits({
    sessions: window.sessions,
    catalogs,
    suppressions: () => [],
    proofs: () => Promise.resolve([]),
    onAudit: () => undefined,
    now: () => Date.now(),
    ...parts,
  });
}
