/** Hostile input by the ten thousand: the bench of the same name has the figures. */
import assert from 'node:assert/strict';
import { runFuzz } from './run.ts';

describe('fuzzing', () => {
  it('E8, P14, P15, P16, P23, P25, P36, P47: 100,000 hostile inputs: no crash, no hang, nothing accepted that should not be', async function () {
    this.timeout(600_000);
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const { findings, inputs } = await runFuzz(100_000, seed);
    assert.ok(inputs >= 100_000);
    assert.deepEqual(findings, []);
  });
});
