/** The short version of the bench `refresh-storm`. */
import assert from 'node:assert/strict';
import { storm } from '../../storm/storm.ts';
import { closeMachines } from '../support/window.ts';

describe('refresh storm', () => {
  afterEach(closeMachines);

  for (const store of ['desktop', 'browser'] as const) {
    it(`P29, P32, E17, E18: ${store}: windows that are killed in the middle of refreshes cost nobody else anything`, async function () {
      this.timeout(60_000);
      const figures = await storm({
        windows: 4,
        seconds: 14,
        store,
        meanLifeSeconds: 30,
        killEveryRefresh: 2,
      });
      const told = JSON.stringify(figures);
      assert.equal(figures.replays, 0, told);
      assert.equal(figures.failedCalls, 0, told);
      assert.equal(figures.bystanderFailures, 0, told);
      assert.ok(figures.kills >= 2, told);
      assert.ok(figures.refreshes >= 4, told);
      // A window that cannot get the new token says so, where windows have copies of their own.
      assert.equal(figures.staleCopies > 0, store === 'browser', told);
      assert.ok(figures.calls > 200 && figures.bystanderCalls > 200, told);
    });
  }
});
