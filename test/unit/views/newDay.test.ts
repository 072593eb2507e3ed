/** A window that stays open over midnight. */
import assert from 'node:assert/strict';
import { NewDay } from '../../../src/views/newDay.ts';

describe('a new day', () => {
  it('E34: begins once, by the clock of the user or in UTC', () => {
    let now = Date.parse('2026-11-26T14:05:00Z');
    const day = new NewDay(() => now);
    assert.equal(day.hasBegun(), false);
    now += 60_000;
    assert.equal(day.hasBegun(), false);
    now += 26 * 3_600_000;
    assert.deepEqual([day.hasBegun(), day.hasBegun()], [true, false]);
  });
});
