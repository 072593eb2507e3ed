/** The same message once in ten minutes. */
import assert from 'node:assert/strict';
import { OnceIn } from '../../../src/views/onceIn.ts';

describe('messages that nobody asked for', () => {
  it('E41: the same one comes once in ten minutes, another one at once', () => {
    let now = 0;
    const once = new OnceIn(600_000, () => now);
    assert.equal(once.allows('a'), true);
    now = 599_999;
    assert.equal(once.allows('a'), false);
    assert.equal(once.allows('b'), true);
    now = 600_000;
    assert.equal(once.allows('a'), true);
    assert.equal(once.allows('a'), false);
  });
});
