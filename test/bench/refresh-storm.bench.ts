/** Refresh under the worst of conditions: budget 0 replays, 0 failed calls, at least 5 kills, 8 windows. */
import { storm } from '../storm/storm.ts';
import type { Bench } from './run.ts';

export const bench: Bench = async (report) => {
  const conditions = { windows: 8, seconds: 120, meanLifeSeconds: 60, killEveryRefresh: 3 };
  report('refresh-storm', { ...(await storm({ ...conditions, store: 'desktop' })) });
  report('refresh-storm-stale', { ...(await storm({ ...conditions, store: 'browser' })) });
};
