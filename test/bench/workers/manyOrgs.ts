/**
 * One window with many orgs, one of them dead and one slow, in a process of its own. Signs in first, then reads
 * all of them at once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CatalogStore } from '../../../src/session/catalogStore.ts';
import { OrgCatalogs } from '../../../src/session/orgCatalogs.ts';
import { SharedFiles } from '../../../src/session/sharedFiles.ts';
import { signedIn, type DemoUserOf } from '../../unit/support/signedIn.ts';
import { closeMachines, newMachine, openWindow } from '../../unit/support/window.ts';

export interface ManyOrgsOrders {
  /** The first is dead and the second slow as soon as all are signed in. */
  readonly orgs: readonly DemoUserOf[];
  readonly timeoutMilliseconds: number;
}

export interface ManyOrgsFigures {
  /** Until all others were complete. */
  readonly ms: number;
  /** Until every name of the others was shown. */
  readonly namesMs: number;
  /** That it took until then, over all orgs. */
  readonly requests: number;
  readonly apps: number;
  readonly cpuMs: number;
  /** More than before the reading, in MB. */
  readonly rssMb: number;
  /** Of those two. */
  readonly others: readonly string[];
}

async function run({ orgs, timeoutMilliseconds }: ManyOrgsOrders): Promise<ManyOrgsFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'pkce-many-'));
  const window = openWindow(newMachine());
  let requests = 0;
  const store = new CatalogStore(new SharedFiles(folder));
  const catalogs = new OrgCatalogs({
    fetch: (input, init) => {
      requests += 1;
      return globalThis.fetch(input, init);
    },
    sessions: window.sessions,
    store: () => Promise.resolve(store),
    timeoutMilliseconds: () => timeoutMilliseconds,
    concurrency: () => 10,
    apiVersion: () => 'auto',
    now: () => Date.now(),
    report: (error) => {
      throw error;
    },
  });
  const ids = [];
  for (const org of orgs) ids.push((await signedIn(org, window)).id);
  const [dead = '', slow = '', ...healthy] = ids;
  if (new Set(ids).size !== orgs.length) throw new Error('Orgs are not told apart');
  process.send?.('signedIn');
  await new Promise((resolve) => process.once('message', resolve));

  const { rss } = process.memoryUsage();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const unnamed = new Set(healthy);
  let namesMs = 0;
  catalogs.onDidChange((id) => {
    const state = catalogs.state(id);
    if (state.kind === 'notRead' || (state.kind === 'reading' && !state.namesKnown)) return;
    if (unnamed.delete(id) && unnamed.size === 0) namesMs = performance.now() - start;
  });
  // In the order of the tree: the dead one first.
  const readings = ids.map((id) => catalogs.read(id));
  await Promise.all(readings.slice(2));
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  const figures = {
    ms,
    namesMs,
    requests,
    apps: healthy.reduce((sum, id) => sum + catalogs.apps(id).length, 0),
    cpuMs: (user + system) / 1000,
    rssMb: process.resourceUsage().maxRSS / 1024 - rss / 2 ** 20,
    others: [dead, slow].map((id) => catalogs.state(id).kind),
  };
  catalogs.dispose();
  closeMachines();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  return figures;
}

process.once('message', (orders: ManyOrgsOrders) => {
  void run(orders).then(
    (figures) => process.send?.(figures, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
