/** Refresh under the worst of conditions: budget 0 replays, 0 failed calls, at least 5 kills, 8 windows. */
import { storm } from '../storm/storm.ts';
import type { Bench } from './run.ts';

const STORES = { 'refresh-storm': 'desktop', 'refresh-storm-stale': 'browser' } as const;

export const lines = Object.keys(STORES);

export const bench: Bench = async (report, isWanted) => {
  const conditions = { windows: 8, seconds: 120, meanLifeSeconds: 60, killEveryRefresh: 3 };
  for (const [line, store] of Object.entries(STORES)) {
    if (isWanted(line)) report(line, { ...(await storm({ ...conditions, store })) });
  }
};
