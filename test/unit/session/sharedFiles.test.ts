/** Files that all windows share, on disks that are busy, full or forbidding. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { SharedFiles } from '../../../src/session/sharedFiles.ts';
import { failFiles, mendFiles } from '../support/brokenFiles.ts';

describe('shared files', () => {
  let folder: string;
  let files: SharedFiles;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-files-'));
    files = new SharedFiles(folder);
  });
  afterEach(() => {
    mendFiles();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  const isMeant = (path: string): boolean => path.startsWith(folder);

  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    it(`a file that another program has open for a moment (${code}) is replaced all the same`, async () => {
      await files.replace('x.json', 1);
      failFiles('rename', code, isMeant, 3);
      await files.replace('x.json', 2);
      assert.equal(await files.read('x.json'), 2);
      assert.deepEqual(readdirSync(folder), ['x.json']);
    });

    it(`one that stays so (${code}) is an error; what was there stays, and nothing is left beside it`, async () => {
      await files.replace('x.json', 1);
      failFiles('rename', code, isMeant);
      await assert.rejects(files.replace('x.json', 2), { code });
      assert.equal(await files.read('x.json'), 1);
      assert.deepEqual(readdirSync(folder), ['x.json']);
    });
  }

  it('nobody else on the computer reads what is written', async function () {
    if (process.platform === 'win32') this.skip(); // rights come with the folder there
    await files.replace('x.json', 1);
    await files.append('x.jsonl', 1);
    for (const name of ['x.json', 'x.jsonl']) {
      assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
    }
  });

  it('a full disk is an error at once', async () => {
    failFiles('rename', 'ENOSPC', isMeant, 1);
    await assert.rejects(files.replace('x.json', 2), { code: 'ENOSPC' });
  });

  it('what is not there or is no JSON holds nothing', async () => {
    writeFileSync(join(folder, 'x.json'), '{"version":');
    assert.equal(await files.read('x.json'), undefined);
    assert.equal(await files.read('y.json'), undefined);
    assert.deepEqual(await files.lines('y.jsonl'), []);
  });

  for (const code of ['EMFILE', 'EACCES', 'EBUSY', 'EIO']) {
    it(`what cannot be read (${code}) is not nothing: an error that says so, and no writing over it`, async () => {
      await files.replace('x.json', { version: 2 });
      await files.append('x.jsonl', 1);
      failFiles('readFile', code, isMeant);
      for (const run of [
        () => files.read('x.json'),
        () => files.lines('x.jsonl'),
        () => files.update('x.json', { version: 1 }),
      ]) {
        await assert.rejects(run(), (error) => {
          assert.ok(error instanceof UserFacingError);
          assert.deepEqual([error.code, error.remedies], ['unreadable_file', ['tryAgain']]);
          assert.equal((error.cause as NodeJS.ErrnoException).code, code);
          return true;
        });
      }
      mendFiles();
      assert.deepEqual(await files.read('x.json'), { version: 2 });
    });
  }
});
