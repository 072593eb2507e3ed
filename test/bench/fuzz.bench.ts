/** Hostile input: budget 100,000 inputs, 0 crashes, 0 wrongly accepted. */
import { runFuzz } from '../fuzz/run.ts';
import type { Bench } from './run.ts';

export const bench: Bench = async (report) => {
  const { findings, ...figures } = await runFuzz(100_000, Date.now() % 2 ** 31);
  report('fuzz', figures);
  for (const finding of findings) console.error(finding);
};
