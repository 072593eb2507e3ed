/** Sessions where the file that all windows share cannot be read or written, or is of a newer version. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { failFiles, mendFiles } from '../support/brokenFiles.ts';
import { signedIn } from '../support/signedIn.ts';
import {
  closeMachines,
  newMachine,
  openWindow,
  type Machine,
  type Window,
} from '../support/window.ts';

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof UserFacingError && error.code === code;
}

describe('the ledger in trouble', () => {
  let org: DemoOrg;
  let machine: Machine;
  let window: Window;
  beforeEach(async () => {
    org = await startDemoOrg({ switches: { rotate: true } });
    machine = newMachine();
    window = openWindow(machine);
  });
  afterEach(async () => {
    mendFiles();
    closeMachines();
    await org.close();
  });

  const isLedger = (path: string): boolean => /sessions.[0-9a-f]{32}\.json/.test(path);
  const tokenCalls = (): number =>
    org.requests.filter(({ path }) => path.endsWith('/token')).length;
  function ledgerFile(of = machine): string {
    const folder = join(of.folder, 'sessions');
    const [name = ''] = readdirSync(folder).filter((one) => /^\w{32}\.json$/.test(one));
    return join(folder, name);
  }

  it('P29, E17: a stale copy is not spent where the ledger cannot be read: that is said, and nothing sent', async () => {
    const web = newMachine(new BrowserSecrets());
    const first = openWindow(web);
    const session = await signedIn(org, first);
    const second = openWindow(web);
    await first.sessions.refresh(session.id);
    const before = tokenCalls();
    failFiles('readFile', 'EMFILE', isLedger);
    await assert.rejects(second.sessions.refresh(session.id), (error) => {
      assert.ok(error instanceof UserFacingError);
      assert.deepEqual([error.code, error.remedies], ['unreadable_file', ['tryAgain']]);
      return true;
    });
    assert.equal(tokenCalls(), before);
    assert.equal(second.sessions.troubleOf(session.id), undefined, 'it does not need the user');
    mendFiles();
    await assert.rejects(second.sessions.refresh(session.id), hasCode('stale_copy'));
    assert.equal(org.replays.length, 0);
  });

  it('P29: a token is not sent where that cannot be noted first', async () => {
    const session = await signedIn(org, window);
    const before = tokenCalls();
    failFiles('rename', 'ENOSPC', isLedger);
    await assert.rejects(window.sessions.refresh(session.id), hasCode('lock_unavailable'));
    assert.equal(tokenCalls(), before);
    mendFiles();
    await window.sessions.refresh(session.id);
    assert.equal(org.replays.length, 0);
  });

  it('a file that cannot be read hides no session, and keeps nobody from signing out', async () => {
    const session = await signedIn(org, window);
    failFiles('readFile', 'EIO', isLedger);
    const second = openWindow(machine);
    assert.equal((await second.sessions.list()).length, 1);
    assert.deepEqual(await second.sessions.signOut(session.id), { revoked: true });
    assert.deepEqual(await window.sessions.list(), []);
  });

  it('an entry of a newer version is left alone: no token is spent past it, and the user hears why', async () => {
    const session = await signedIn(org, window);
    const file = ledgerFile();
    const newer = readFileSync(file, 'utf8').replace('"version":1', '"version":2,"more":1');
    writeFileSync(file, newer);
    const before = tokenCalls();
    await assert.rejects(window.sessions.refresh(session.id), hasCode('newer_version'));
    assert.equal(tokenCalls(), before);
    await window.sessions.signOut(session.id);
    assert.equal(readFileSync(file, 'utf8'), newer);
  });
});
