/** Which login hosts are offered again. */
import assert from 'node:assert/strict';
import { recentLoginHosts } from '../../../src/signIn/recentLoginHosts.ts';
import { memento } from '../support/memento.ts';

const host = (name: string): string => `https://${name}.my.salesforce.com`;

describe('recent login hosts', () => {
  it('what is stored and is no host is left out', async () => {
    const memory = memento();
    await memory.update('recentLoginHosts', ['', 'acme', 7, null, `${host('a')}/x`, host('b')]);
    assert.deepEqual(recentLoginHosts(memory), [host('b')]);
    await memory.update('recentLoginHosts', 'acme');
    assert.deepEqual(recentLoginHosts(memory), []);
  });
});
