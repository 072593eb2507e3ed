/** Parts that are made when they are first asked for, such as the files of a window. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptFiles } from '../../../src/session/keptFiles.ts';
import { once } from '../../../src/session/once.ts';

describe('what is made once', () => {
  it('is made when it is first asked for, and the same for all who ask', async () => {
    let made = 0;
    const part = once(() => Promise.resolve({ number: (made += 1) }));
    assert.equal(made, 0);
    const [one, other] = await Promise.all([part(), part()]);
    assert.equal(one, other);
    assert.equal(await part(), one);
    assert.equal(made, 1);
  });

  it('is made anew after a failure, which everybody hears of who waited', async () => {
    let tries = 0;
    const part = once(() => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('the disk is full')) : Promise.resolve(tries);
    });
    for (const { status } of await Promise.allSettled([part(), part()])) {
      assert.equal(status, 'rejected');
    }
    assert.equal(await part(), 2);
  });

  it('E15: what is kept of orgs is in a folder for each kind, and none is made before it is used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pkce-kept-'));
    try {
      const kept = keptFiles(folder);
      assert.deepEqual(readdirSync(folder), []);
      for (const kind of ['catalogs', 'audits', 'proofs', 'journal', 'plans'] as const) {
        assert.equal(await kept[kind](), await kept[kind](), kind);
      }
      await (await kept.plans()).tell('00D5g0000DemoOrgEA', 'a', 'clientUpdated', '2026-11-21');
      assert.deepEqual(readdirSync(folder), ['plans']);
      const again = await keptFiles(folder).plans();
      assert.deepEqual(await again.of('00D5g0000DemoOrgEA'), {
        a: { clientUpdated: '2026-11-21' },
      });
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });
});
