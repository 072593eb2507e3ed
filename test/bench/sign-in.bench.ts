/** From the callback to the session: what it takes beyond its round trips. Budget: 30 ms. */
import { signIn } from '../../src/signIn/signIn.ts';
import { browse } from '../unit/support/browser.ts';
import { fetch } from '../unit/support/fetch.ts';
import { closeMachines, inputFor, newMachine, openWindow } from '../unit/support/window.ts';
import type { Bench } from './run.ts';
import { median, rounded, startOrg } from './support.ts';

const ROUND_TRIP_MILLISECONDS = 80;
const TIMES = 11;

export const bench: Bench = async (report) => {
  const org = await startOrg('--latency', String(ROUND_TRIP_MILLISECONDS));
  try {
    const times: number[] = [];
    let roundTrips = 0;
    for (let count = 0; count < TIMES; count += 1) {
      let requests = 0;
      const window = openWindow(newMachine(), {
        fetch: (input, init) => {
          requests += 1;
          return fetch(input, init);
        },
      });
      const opened = Promise.withResolvers<string>();
      const done = signIn(window, inputFor(org, opened.resolve));
      const callback = await browse(org, await opened.promise);
      const before = requests;
      const start = performance.now();
      await window.handOver.receive(callback.searchParams);
      await done;
      times.push(performance.now() - start);
      roundTrips = requests - before;
    }
    const ms = median(times);
    const overheadMs = ms - roundTrips * ROUND_TRIP_MILLISECONDS;
    report('sign-in', {
      ms: rounded(ms),
      roundTrips,
      overheadMs: rounded(overheadMs),
      times: TIMES,
    });
  } finally {
    closeMachines();
    await org.close();
  }
};
