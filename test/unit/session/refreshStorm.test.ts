/** The short version of the bench `refresh-storm`. */
import assert from 'node:assert/strict';
import { storm } from '../../storm/storm.ts';
import { closeMachines } from '../support/window.ts';

/** What a storm has to have in it to show anything. */
const LEAST = { calls: 200, refreshes: 4, kills: 2, bystanderCalls: 200 };

describe('refresh storm', () => {
  afterEach(closeMachines);

  for (const store of ['desktop', 'browser'] as const) {
    it(`P29, P32, E17, E18: ${store}: windows that are killed in the middle of refreshes cost nobody else anything`, async function () {
      this.timeout(180_000);
      const figures = await storm({
        windows: 4,
        seconds: 14,
        least: LEAST,
        store,
        meanLifeSeconds: 30,
        killEveryRefresh: 2,
      });
      const told = JSON.stringify(figures);
      assert.equal(figures.replays, 0, told);
      assert.equal(figures.failedCalls, 0, told);
      assert.equal(figures.bystanderFailures, 0, told);
      for (const [name, least] of Object.entries(LEAST)) {
        assert.ok(figures[name as keyof typeof LEAST] >= least, `${name}: ${told}`);
      }
      // A window that cannot get the new token says so, where windows have copies of their own.
      assert.equal(figures.staleCopies > 0, store === 'browser', told);
    });
  }
});
