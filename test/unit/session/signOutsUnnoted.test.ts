/** Sign-outs where the ledger does not know the newest token, or the sign-in, since that could not be noted. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '../../../src/session/session.ts';
import { failFiles, isLedger, mendFiles } from '../support/brokenFiles.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow, type Machine } from '../support/window.ts';
import { newWorlds } from '../support/world.ts';

describe('sign-outs of what could not be noted', () => {
  const at = newWorlds({ rotate: true });
  afterEach(mendFiles);

  /** Something of which the ledger takes but the first notes. */
  async function unnoted(noted: number, run: () => Promise<Session>): Promise<Session> {
    let notes = 0;
    const isTooMany = (path: string): boolean => {
      if (!isLedger(path)) return false;
      notes += 1;
      return notes > noted;
    };
    failFiles('rename', 'ENOSPC', isTooMany);
    return run();
  }
  /** Its windows are gone, and their locks with them. */
  function leave(machine: Machine): void {
    rmSync(join(machine.folder, 'locks'), { recursive: true });
    mendFiles();
  }
  const web = (): Machine => newMachine(new BrowserSecrets());

  for (const [noted, what] of [
    [0, 'nothing'],
    [1, 'but that it would come'],
  ] as const) {
    it(`P35: a sign-in after a sign-out, of which ${what} was noted, can be signed out`, async () => {
      const { id } = await signedIn(at.org, at.window);
      await at.window.sessions.signOut(id);
      const again = await unnoted(noted, () => signedIn(at.org, at.window));
      leave(at.machine);
      const later = openWindow(at.machine);
      assert.equal((await later.sessions.list()).length, 1);
      assert.deepEqual(await later.sessions.signOut(id), { revoked: true });
      assert.deepEqual(await later.sessions.list(), []);
      assert.equal(await later.store.get(id), undefined);
      assert.equal(await at.isAlive(again), false);
    });

    it(`P35: the late note of a sign-in after a sign-out, of which ${what} was noted, does not undo its own sign-out`, async () => {
      const machine = web();
      const first = openWindow(machine);
      const { id } = await signedIn(at.org, first);
      await first.sessions.signOut(id);
      await unnoted(noted, () => signedIn(at.org, first));
      const other = openWindow(machine);
      mendFiles();
      await other.sessions.signOut(id, AbortSignal.abort());
      await delay(1500);
      for (const one of [first, openWindow(machine)]) {
        assert.deepEqual([await one.sessions.list(), await one.sessions.missing()], [[], []]);
      }
    });
  }

  it('P35: a sign-in over what was signed out elsewhere revokes it', async () => {
    const machine = web();
    const { id } = await signedIn(at.org, openWindow(machine));
    const one = openWindow(machine);
    const refreshed = await unnoted(1, () => one.sessions.refresh(id));
    leave(machine);
    const blind = openWindow({ ...machine, secrets: new BrowserSecrets() });
    await blind.sessions.signOut(id);
    const again = await signedIn(at.org, openWindow(newMachine()));
    await one.sessions.add(again);
    await at.untilDead(refreshed);
    assert.equal((await one.sessions.list()).length, 1);
    await one.sessions.refresh(id);
  });
});
