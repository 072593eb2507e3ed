/** Windows that share SecretStorage and no files do not see each other's sessions. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scopedSecrets } from '../../../src/session/scopedSecrets.ts';
import { SessionStore } from '../../../src/session/sessionStore.ts';
import { SharedFiles } from '../../../src/session/sharedFiles.ts';
import { SharedSecrets } from '../support/sharedSecrets.ts';
import { signedIn } from '../support/signedIn.ts';
import { newWorlds } from '../support/world.ts';

describe('secrets of a remote side', () => {
  const at = newWorlds();
  const folder = mkdtempSync(join(tmpdir(), 'pkce-scopes-'));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  it('P29: a session is there for windows of the same files alone, and so is what is told of it', async () => {
    const session = await signedIn(at.org, at.window);
    const secrets = new SharedSecrets();
    const stores = ['', 'one', 'other', 'other'].map((name) => {
      const window = secrets.window();
      const files = new SharedFiles(join(folder, name));
      return new SessionStore(name === '' ? window : scopedSecrets(window, files));
    });
    const heard: number[] = [];
    for (const [index, store] of stores.entries()) store.onDidChange(() => heard.push(index));
    // All at once: two windows of one folder find one name.
    const whoHasIt = async (): Promise<readonly string[][]> =>
      Promise.all(stores.map(async (store) => (await store.list()).map(({ id }) => id)));
    assert.deepEqual(await whoHasIt(), [[], [], [], []]);

    await stores[2]?.put(session);
    assert.deepEqual(await whoHasIt(), [[], [], [session.id], [session.id]]);
    assert.deepEqual(heard, [2, 3]);
    const files = new SharedFiles(join(folder, 'one'));
    assert.deepEqual(await scopedSecrets(secrets.window(), files).keys(), []);

    await stores[0]?.put(session);
    await stores[0]?.delete(session.id);
    assert.deepEqual(await whoHasIt(), [[], [], [session.id], [session.id]]);
    await stores[3]?.delete(session.id);
    assert.deepEqual(await whoHasIt(), [[], [], [], []]);
    assert.equal(secrets.values.size, 0);
    for (const store of stores) store.dispose();
  });
});
