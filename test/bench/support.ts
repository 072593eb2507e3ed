/** What benches share: demo orgs and workers in processes of their own, and plain statistics. */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Secret } from '../../src/oauth/secret.ts';
import { ROOT } from '../harness/paths.ts';
import { signedIn, type DemoUserOf } from '../unit/support/signedIn.ts';
import { closeMachines, newMachine, openWindow } from '../unit/support/window.ts';

export interface RunningOrg extends DemoUserOf {
  close(): Promise<void>;
}

export interface BenchOrg {
  readonly url: string;
  readonly orgId: string;
  readonly accessToken: Secret;
  close(): Promise<void>;
}

/** A demo org in a process of its own. */
export async function startOrg(...args: readonly string[]): Promise<RunningOrg> {
  const main = join(ROOT, 'src', 'demo', 'main.ts');
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    ...(JSON.parse(line) as DemoUserOf),
    close: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** The same, with a user who has signed in. */
export async function startBenchOrg(...args: readonly string[]): Promise<BenchOrg> {
  const org = await startOrg(...args);
  const { orgId, accessToken } = await signedIn(org, openWindow(newMachine()));
  closeMachines();
  return { url: org.url, orgId, accessToken, close: () => org.close() };
}

/** Runs a worker of the folder workers once and gives its answer. */
export async function runWorker<Figures>(name: string, orders: object): Promise<Figures> {
  const child = fork(join(import.meta.dirname, 'workers', `${name}.ts`), { stdio: 'inherit' });
  const answer = new Promise<Figures>((resolve, reject) => {
    child.once('message', (figures) => resolve(figures as Figures));
    child.once('exit', (code) => reject(new Error(`The worker ended with ${code ?? 'a signal'}.`)));
  });
  child.send(orders);
  return answer;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
