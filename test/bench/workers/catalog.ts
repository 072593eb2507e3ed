/**
 * One reading of an org's apps in a process of its own, so that its memory and processor time are its alone:
 * by this extension, or by jsforce. Orders come by IPC, figures go back.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Connection } from '@jsforce/jsforce-node';
import pLimit from 'p-limit';
import { Secret } from '../../../src/oauth/secret.ts';
import { negotiateApiVersion } from '../../../src/salesforce/apiVersion.ts';
import { readCatalog, type CatalogSnapshot } from '../../../src/salesforce/catalog/catalog.ts';
import { componentTypes } from '../../../src/salesforce/catalog/components.ts';
import { createOrgClient } from '../../../src/salesforce/orgClient.ts';

export interface CatalogOrders {
  readonly who: 'extension' | 'jsforce' | 'jsforceParallel';
  readonly url: string;
  readonly orgId: string;
  readonly accessToken: string;
  readonly concurrency: number;
  /** Look a second time, with what the first look has left. */
  readonly twice: boolean;
}

export interface CatalogFigures {
  readonly apps: number;
  readonly ms: number;
  readonly requests: number;
  readonly cpuMs: number;
  /** Peak of the whole process, in MB. */
  readonly peakMb: number;
  /** What is kept when all is read and the rest has been thrown away, in MB. */
  readonly liveMb: number;
  /** Of the second look. */
  readonly secondMs: number;
  readonly secondRequests: number;
}

const NAMES_PER_READ = 10;
const TYPES_PER_LIST = 3;
const VERSION = '68.0';

let requests = 0;

async function byExtension(orders: CatalogOrders, before?: CatalogSnapshot) {
  const client = createOrgClient({
    // As in the extension host: Node's own, with its pool of connections.
    fetch: (input, init) => {
      requests += 1;
      return globalThis.fetch(input, init);
    },
    instanceUrl: orders.url,
    accessToken: () => Promise.resolve(new Secret(orders.accessToken)),
    timeoutMilliseconds: 60_000,
    concurrency: orders.concurrency,
  });
  return readCatalog(client, {
    apiVersion: await negotiateApiVersion(client, 'auto'),
    orgId: orders.orgId,
    signal: new AbortController().signal,
    before,
    onApps: () => undefined,
  });
}

/** List and read: one call after the other, as people write it, or as many at a time as the extension. */
async function byJsforce(orders: CatalogOrders): Promise<number> {
  const connection = new Connection({
    instanceUrl: orders.url,
    accessToken: orders.accessToken,
    version: VERSION,
  });
  const limit = pLimit(orders.who === 'jsforce' ? 1 : orders.concurrency);
  const types = componentTypes(VERSION);
  const lists = [];
  for (let start = 0; start < types.length; start += TYPES_PER_LIST) {
    const queries = types.slice(start, start + TYPES_PER_LIST).map((type) => ({ type }));
    lists.push(limit(() => connection.metadata.list(queries, VERSION)));
  }
  const listed = (await Promise.all(lists)).flat();
  const reads = [];
  for (const type of types) {
    const names = listed.filter((one) => one.type === type).map((one) => one.fullName);
    for (let start = 0; start < names.length; start += NAMES_PER_READ) {
      const batch = names.slice(start, start + NAMES_PER_READ);
      // Its types end at API 47; the calls do not.
      reads.push(limit(() => connection.metadata.read(type as 'ConnectedApp', batch)));
    }
  }
  const records = (await Promise.all(reads)).flat();
  return records.filter((record) => record.fullName).length;
}

async function run(orders: CatalogOrders): Promise<CatalogFigures> {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  let apps: number;
  let before: CatalogSnapshot | undefined;
  if (orders.who === 'extension') {
    const catalog = await byExtension(orders);
    apps = catalog.apps.length;
    before = catalog.snapshot;
  } else {
    apps = await byJsforce(orders);
  }
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  const firstRequests = requests;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const liveMb = process.memoryUsage().heapUsed / 2 ** 20;
  const again = performance.now();
  if (orders.twice) {
    if (orders.who === 'extension') await byExtension(orders, before);
    else await byJsforce(orders);
  }
  return {
    apps,
    ms,
    requests: firstRequests,
    cpuMs: (user + system) / 1000,
    peakMb,
    liveMb,
    secondMs: performance.now() - again,
    secondRequests: requests - firstRequests,
  };
}

process.once('message', (orders: CatalogOrders) => {
  void run(orders).then(
    (figures) => process.send?.(figures, () => process.disconnect()),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
