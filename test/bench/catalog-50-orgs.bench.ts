/**
 * Fifty orgs of 200 apps each in one window, one of them dead and one answering in 5 s. Budget: the healthy 48
 * are shown within 1.5 times their floor, which is all their requests in rounds of as many as may be in flight.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { MOST_IN_FLIGHT } from '../../src/session/orgCatalogs.ts';
import type { Bench } from './run.ts';
import { rounded } from './support.ts';
import type { ManyOrgsFigures, ManyOrgsOrders } from './workers/manyOrgs.ts';
import type { OrgHostAnswer, OrgHostOrders } from './workers/orgHost.ts';

const ROUND_TRIP_MILLISECONDS = 80;
const ORGS: OrgHostOrders = {
  orgs: 50,
  apps: 200,
  latencyMilliseconds: ROUND_TRIP_MILLISECONDS,
  slowLatencyMilliseconds: 5000,
};

export const bench: Bench = async (report) => {
  const host = worker('orgHost');
  const client = worker('manyOrgs');
  try {
    const orgs = (await ask<OrgHostAnswer>(host, ORGS)) as ManyOrgsOrders['orgs'];
    await ask(client, { orgs, timeoutMilliseconds: 30_000 } satisfies ManyOrgsOrders);
    await ask(host, 'trouble');
    const figures = await ask<ManyOrgsFigures>(client, 'read');
    const floorMs = Math.ceil(figures.requests / MOST_IN_FLIGHT) * ROUND_TRIP_MILLISECONDS;
    report('catalog-50-orgs', {
      apps: figures.apps,
      ms: rounded(figures.ms),
      namesMs: rounded(figures.namesMs),
      floorMs,
      ratioToFloor: rounded(figures.ms / floorMs, 3),
      requests: figures.requests,
      mostInFlight: MOST_IN_FLIGHT,
      cpuMs: rounded(figures.cpuMs),
      rssMb: rounded(figures.rssMb),
      deadAndSlow: figures.others,
    });
  } finally {
    host.kill();
    client.kill();
  }
};

function worker(name: string): ChildProcess {
  return fork(join(import.meta.dirname, 'workers', `${name}.ts`), { stdio: 'inherit' });
}

/** Sends a message and gives the answer. */
async function ask<T>(child: ChildProcess, message: object | string): Promise<T> {
  const answer = Promise.race([
    once(child, 'message') as Promise<[T]>,
    once(child, 'exit').then(([code]) => {
      throw new Error(`A worker ended with ${String(code)}.`);
    }),
  ]);
  child.send(message);
  return (await answer)[0];
}
