/** The rows of an org with thousands of apps, built in a real extension host. Figures go to a file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Memento } from 'vscode';
import { Secret } from '../../../src/oauth/secret.ts';
import { readCatalog } from '../../../src/salesforce/catalog/catalog.ts';
import { createOrgClient } from '../../../src/salesforce/orgClient.ts';
import { AppListing } from '../../../src/session/appListing.ts';
import { CatalogStore } from '../../../src/session/catalogStore.ts';
import { OrgAudits } from '../../../src/session/orgAudits.ts';
import { OrgCatalogs } from '../../../src/session/orgCatalogs.ts';
import type { Sessions } from '../../../src/session/sessions.ts';
import { SharedFiles } from '../../../src/session/sharedFiles.ts';
import { idOf, type KindNode } from '../../../src/views/orgsTree/nodes.ts';
import { childrenOf } from '../../../src/views/orgsTree/rows.ts';
import { treeItemOf } from '../../../src/views/orgsTree/treeItems.ts';

export interface TreeFigures {
  readonly rows: number;
  /** Of each time. */
  readonly ms: readonly number[];
  /** Most memory of the extension host while it read and showed the apps, beyond what it had before; in MB. */
  readonly hostRssMb: number;
}

const TIMES = 21;
const SESSION_ID = 'bench';

export async function run(): Promise<void> {
  const { PKCE_BENCH_ORG: url = '', PKCE_BENCH_TOKEN: token = '' } = process.env;
  const folder = await mkdtemp(join(tmpdir(), 'pkce-tree-'));
  const { rss } = process.memoryUsage();
  let mostRss = rss;
  const look = setInterval(() => (mostRss = Math.max(mostRss, process.memoryUsage().rss)), 20);
  try {
    const client = createOrgClient({
      fetch: (input, init) => globalThis.fetch(input, init),
      instanceUrl: url,
      accessToken: () => Promise.resolve(new Secret(token)),
      timeoutMilliseconds: 60_000,
      concurrency: 10,
    });
    const { snapshot } = await readCatalog(client, {
      apiVersion: '68.0',
      orgId: '00D5g0000DemoOrgEA',
      signal: new AbortController().signal,
      onApps: () => undefined,
    });
    const store = new CatalogStore(new SharedFiles(folder));
    await store.save(SESSION_ID, { readAtMilliseconds: Date.now(), snapshot });
    const figures: TreeFigures = {
      ...(await figuresOf(store)),
      hostRssMb: (Math.max(mostRss, process.memoryUsage().rss) - rss) / 2 ** 20,
    };
    await writeFile(process.env.PKCE_BENCH_FILE ?? '', JSON.stringify(figures));
  } finally {
    clearInterval(look);
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function figuresOf(store: CatalogStore): Promise<Pick<TreeFigures, 'rows' | 'ms'>> {
  const now = (): number => Date.now();
  const catalogs = new OrgCatalogs({
    fetch: () => Promise.reject(new Error('Nothing is read from an org here')),
    // Never asked: what was kept is all that is shown.
    sessions: undefined as unknown as Sessions,
    store: () => Promise.resolve(store),
    timeoutMilliseconds: () => 1000,
    concurrency: () => 1,
    apiVersion: () => 'auto',
    now,
    report: (error) => {
      throw error;
    },
  });
  await catalogs.recall(SESSION_ID);
  const memory: Pick<Memento, 'get' | 'update'> = {
    get: () => undefined,
    update: () => Promise.resolve(),
  };
  const listing = new AppListing(memory, now);
  const known = {
    catalogs,
    listing,
    now,
    session: () => Promise.resolve(undefined),
    isActive: () => Promise.resolve(true),
    wasOpened: () => true,
    troubleOf: () => undefined,
  };
  // All pages are open: the worst that a user can do.
  const audits = new OrgAudits({
    sessions: undefined as unknown as Sessions,
    catalogs,
    suppressions: () => [],
    proofs: () => Promise.resolve([]),
    onAudit: () => undefined,
    now,
  });
  const context = { catalogs, audits, listing, now, pagesOf: () => Number.POSITIVE_INFINITY };
  const org = { type: 'org', sessionId: SESSION_ID } as const;
  const kinds = (['externalClientApp', 'connectedApp'] as const).map((kind): KindNode => ({
    type: 'kind',
    parent: org,
    kind,
  }));
  const ms: number[] = [];
  let rows = 0;
  for (let count = 0; count < TIMES; count += 1) {
    rows = 0;
    const start = performance.now();
    for (const kind of kinds) {
      for (const node of await childrenOf(kind, context)) {
        const item = await treeItemOf(node, known);
        item.id = idOf(node);
        rows += 1;
      }
    }
    ms.push(performance.now() - start);
  }
  return { rows, ms };
}
