/** Which login hosts are offered again. */
import assert from 'node:assert/strict';
import { recentLoginHosts, rememberLoginHost } from '../../../src/signIn/recentLoginHosts.ts';
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

  it('the last five, the newest first; none that everybody has, and none of this computer', async () => {
    const memory = memento();
    const common = ['https://login.salesforce.com', 'https://test.salesforce.com'];
    for (const name of ['x', 'a', 'b', 'c', 'd', 'c', 'e']) {
      await rememberLoginHost(memory, host(name));
      for (const other of [...common, 'http://127.0.0.1:4711']) {
        await rememberLoginHost(memory, other);
      }
    }
    assert.deepEqual(recentLoginHosts(memory), ['e', 'c', 'd', 'b', 'a'].map(host));
  });
});
