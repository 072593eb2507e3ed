/**
 * Loading and activating the packaged bundle, beside an extension that registers one command and does nothing
 * else. Budget: 1.5 times as long.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './run.ts';
import { median, rounded, runWorker } from './support.ts';
import { unpackedVsix } from './vsix.ts';
import type { ActivationFigures, ActivationOrders } from './workers/activation.ts';

const RUNS = 20;

const EMPTY = `import * as vscode from 'vscode';
export function activate(context) {
  context.subscriptions.push(vscode.commands.registerCommand('empty.nothing', () => undefined));
}
`;

export const bench: Bench = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'pkce-activation-'));
  try {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    await writeFile(join(empty, 'package.json'), '{"type":"module","main":"./extension.js"}');
    await writeFile(join(empty, 'extension.js'), EMPTY);
    const own = await unpackedVsix(folder);
    const storage = join(folder, 'storage');
    const times = { own: [] as number[], empty: [] as number[] };
    // In turns, so that what the machine does beside it strikes both.
    for (let count = 0; count < RUNS; count += 1) {
      for (const [name, extension] of [
        ['own', own],
        ['empty', empty],
      ] as const) {
        const orders: ActivationOrders = { extension, storage };
        times[name].push((await runWorker<ActivationFigures>('activation', orders)).ms);
      }
    }
    const [ms, emptyMs] = [median(times.own), median(times.empty)];
    report('activation', {
      ms: rounded(ms, 2),
      emptyMs: rounded(emptyMs, 2),
      ratioToEmpty: rounded(ms / emptyMs, 2),
      runs: RUNS,
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
};
