/**
 * Listing and reading the apps of one org, beside jsforce with the same org in the same run. Budgets at 1,000
 * apps: 1.25 x the floor, 7 x faster than jsforce, a second look 50 x faster; at 5,000 less than 100 MB
 * more than with none.
 */
import type { Bench } from './run.ts';
import { median, rounded, runWorker, startBenchOrg } from './support.ts';
import type { CatalogFigures, CatalogOrders } from './workers/catalog.ts';

const ROUND_TRIP_MILLISECONDS = 80;
const CONCURRENCY = 10;
const SIZES = [10, 100, 1000, 5000];
const RUNS = 3;

/** Rounds that nobody can save: the versions, the lists with what goes along, then the rest ten at a time. */
function floorOf(requests: number): number {
  const first = 1 + CONCURRENCY;
  const rounds = 2 + Math.ceil(Math.max(0, requests - first) / CONCURRENCY);
  return rounds * ROUND_TRIP_MILLISECONDS;
}

export const lines = SIZES.map((apps) => `catalog-${apps}`);

export const bench: Bench = async (report, isWanted) => {
  const none = await startBenchOrg('--apps', '0');
  const orders = {
    orgId: none.orgId,
    concurrency: CONCURRENCY,
    twice: true,
    who: 'extension',
  } as const;
  const bare = await runWorker<CatalogFigures>('catalog', {
    ...orders,
    url: none.url,
    accessToken: none.accessToken.reveal(),
  } satisfies CatalogOrders);
  await none.close();
  for (const apps of SIZES.filter((size) => isWanted(`catalog-${size}`))) {
    const org = await startBenchOrg(
      '--apps',
      String(apps),
      '--latency',
      String(ROUND_TRIP_MILLISECONDS),
    );
    const run = (who: CatalogOrders['who'], twice: boolean): Promise<CatalogFigures> =>
      runWorker('catalog', {
        ...orders,
        who,
        twice,
        url: org.url,
        accessToken: org.accessToken.reveal(),
      } satisfies CatalogOrders);
    const own: CatalogFigures[] = [];
    for (let count = 0; count < RUNS; count += 1) own.push(await run('extension', true));
    const parallel = await run('jsforceParallel', false);
    const jsforce = await run('jsforce', false);
    await org.close();
    const ms = median(own.map((figures) => figures.ms));
    const secondLookMs = median(own.map((figures) => figures.secondMs));
    const [first] = own;
    const floorMs = floorOf(first?.requests ?? 0);
    report(`catalog-${apps}`, {
      apps: first?.apps,
      ms: rounded(ms),
      requests: first?.requests,
      floorMs,
      ratioToFloor: rounded(ms / floorMs, 3),
      jsforceMs: rounded(jsforce.ms),
      timesFasterThanJsforce: rounded(jsforce.ms / ms),
      jsforceParallelMs: rounded(parallel.ms),
      secondLookMs: rounded(secondLookMs),
      secondLookRequests: first?.secondRequests,
      secondLookTimesFaster: rounded(jsforce.ms / secondLookMs),
      cpuMs: rounded(median(own.map((figures) => figures.cpuMs))),
      jsforceCpuMs: rounded(jsforce.cpuMs),
      rssMb: rounded(median(own.map((figures) => figures.peakMb)) - bare.peakMb),
      liveMb: rounded(median(own.map((figures) => figures.liveMb)) - bare.liveMb),
      jsforceRssMb: rounded(jsforce.peakMb - bare.peakMb),
    });
  }
};
