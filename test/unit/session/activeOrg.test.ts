/** Which of several orgs is meant, and those that are signed in elsewhere. */
import assert from 'node:assert/strict';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { signedIn } from '../support/signedIn.ts';
import { closeMachines, newMachine, openWindow } from '../support/window.ts';

describe('the active org', () => {
  const orgs: DemoOrg[] = [];
  before(async () => {
    orgs.push(await startDemoOrg(), await startDemoOrg({ orgId: '00D5g0000OtherOrAA' }));
  });
  after(() => Promise.all(orgs.map((org) => org.close())));
  afterEach(closeMachines);

  it('is the one that was chosen, else the first; each choice is told', async () => {
    const window = openWindow(newMachine());
    assert.equal(await window.sessions.active(), undefined);
    const ids: string[] = [];
    for (const org of orgs) ids.push((await signedIn(org, window)).id);
    const [first, second] = ids;
    assert.ok(first !== undefined && second !== undefined);
    let told = 0;
    window.sessions.onDidChange(() => (told += 1));
    for (const id of [first, second, first]) {
      const before = told;
      await window.sessions.setActive(id);
      assert.equal((await window.sessions.active())?.id, id);
      assert.ok(told > before);
    }
    await window.sessions.setActive(second);
    await window.sessions.signOut(second);
    assert.equal((await window.sessions.active())?.id, first);
    assert.equal((await window.sessions.get(first))?.id, first);
    assert.equal(await window.sessions.get(second), undefined);
  });

  it('another window may have chosen it: that is told once, at the next look', async () => {
    const { sessions, memory } = openWindow(newMachine());
    let told = 0;
    sessions.onDidChange(() => (told += 1));
    sessions.lookAgain();
    assert.equal(told, 0);
    // The editor hands what another window has stored to this one's memory, without an event.
    await memory.update('activeSession', 'another');
    sessions.lookAgain();
    sessions.lookAgain();
    assert.equal(told, 1);
    await sessions.setActive('mine');
    sessions.lookAgain();
    assert.equal(told, 2, 'told as it was chosen');
  });

  it('whether refreshes rotate is known after the first', async () => {
    const [org] = orgs;
    assert.ok(org);
    const window = openWindow(newMachine());
    assert.equal(await window.sessions.rotationSeen('nobody'), undefined);
    const { id } = await signedIn(org, window);
    for (const rotate of [true, false]) {
      org.switches.rotate = rotate;
      await window.sessions.refresh(id);
      assert.equal(await window.sessions.rotationSeen(id), rotate);
    }
    const again = await signedIn(org, window);
    assert.equal(await window.sessions.rotationSeen(id), false, 'of the same client app');
    await window.sessions.add({ ...again, clientId: 'another' });
    assert.equal(await window.sessions.rotationSeen(id), undefined);
  });

  it('P35: an org whose token is in another window is signed out of here, and its grant may live on', async () => {
    const [org] = orgs;
    assert.ok(org);
    const machine = newMachine(new BrowserSecrets());
    const blind = openWindow(machine);
    assert.deepEqual(await blind.sessions.list(), []);
    const { id } = await signedIn(org, openWindow(machine));
    const later = openWindow({ ...machine, secrets: new BrowserSecrets() });
    assert.deepEqual(
      (await later.sessions.missing()).map((account) => account.id),
      [id],
    );
    const result = await later.sessions.signOut(id);
    assert.ok(!result.revoked);
    assert.match(String(result.reason), /not in this window/);
    assert.deepEqual(await later.sessions.missing(), []);
    assert.deepEqual(await later.sessions.signOut(id), { revoked: true }, 'nothing is left to do');
  });
});
