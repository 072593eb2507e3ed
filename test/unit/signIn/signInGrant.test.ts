/** A grant that does not become a session is given back. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import type { Session } from '../../../src/session/session.ts';
import type { SignInInput } from '../../../src/signIn/signIn.ts';
import { browse } from '../support/browser.ts';
import { beginSignIn } from '../support/signedIn.ts';
import { closeMachines, newMachine, openWindow, type Window } from '../support/window.ts';

describe('grant of a sign-in', () => {
  let org: DemoOrg;
  let window: Window;

  before(async () => {
    org = await startDemoOrg();
  });
  after(() => org.close());
  beforeEach(() => {
    window = openWindow(newMachine());
    org.switches.faults = [];
  });
  afterEach(closeMachines);

  /** Signs in up to the answer that the browser brings; what was asked of the org after that. */
  async function failing(
    more: Partial<SignInInput> = {},
  ): Promise<{ done: Promise<Session | undefined>; asked: (path: string) => boolean }> {
    const before = org.requests.length;
    const { link, done } = await beginSignIn(org, window, more);
    await window.handOver.receive((await browse(org, link)).searchParams);
    const asked = (path: string): boolean =>
      org.requests.slice(before).some((request) => request.path.endsWith(path));
    return { done, asked };
  }

  it('P35: a grant whose user is not confirmed is revoked; its own error is told', async () => {
    for (const faults of [['userinfo:reset'], ['userinfo:reset', 'revoke:server_error']]) {
      org.switches.faults = faults.map(parseFault);
      const { done, asked } = await failing();
      await assert.rejects(done, { code: 'network' });
      assert.ok(asked('/revoke'));
      assert.deepEqual(await window.sessions.list(), []);
    }
  });

  it('P20, P35, E3: a Cancel after the exchange revokes the grant, and waits 5 s at most for that', async () => {
    org.switches.faults = ['userinfo:hang', 'revoke:hang'].map(parseFault);
    window = openWindow(newMachine(), { timeoutMilliseconds: 60_000 });
    const cancel = new AbortController();
    const { done, asked } = await failing({ signal: cancel.signal });
    while (!asked('/userinfo')) await delay(5);
    const cancelledAt = performance.now();
    cancel.abort();
    await assert.rejects(done, { name: 'AbortError' });
    assert.ok(asked('/revoke'));
    assert.ok(performance.now() - cancelledAt < 20_000);
  });

  it('P20, P35, E3: a Cancel while the code is exchanged ends it at once; what is granted all the same is revoked', async () => {
    const goesOn = Promise.withResolvers<undefined>();
    const other = openWindow(newMachine());
    window = openWindow(newMachine(), {
      fetch: async (input, init) => {
        const answer = await other.fetch(input, init);
        if (input.endsWith('/token')) await goesOn.promise;
        return answer;
      },
    });
    const cancel = new AbortController();
    const { done, asked } = await failing({ signal: cancel.signal });
    while (!asked('/token')) await delay(5);
    cancel.abort();
    await assert.rejects(done, { name: 'AbortError' });
    assert.ok(!asked('/revoke'));
    goesOn.resolve(undefined);
    for (let look = 0; look < 400 && !asked('/revoke'); look += 1) await delay(25);
    assert.ok(asked('/revoke'));
    assert.deepEqual(await window.sessions.list(), []);
  });

  it('P20, P35, E3: a Cancel while another window holds the lock stores nothing, and at once', async () => {
    const machine = newMachine();
    window = openWindow(machine);
    const { done } = await failing();
    const session = await done;
    assert.ok(session);
    const refreshIsSent = Promise.withResolvers<undefined>();
    const goesOn = Promise.withResolvers<undefined>();
    const hanging = openWindow(machine, {
      fetch: async (input, init) => {
        if (input.endsWith('/token')) {
          refreshIsSent.resolve(undefined);
          await goesOn.promise;
        }
        return window.fetch(input, init);
      },
    });
    const refreshing = hanging.sessions.refresh(session.id);
    await refreshIsSent.promise;
    const cancel = new AbortController();
    const again = await failing({ signal: cancel.signal });
    while (!again.asked('/userinfo')) await delay(5);
    await delay(200);
    const cancelledAt = performance.now();
    cancel.abort();
    await assert.rejects(again.done, { name: 'AbortError' });
    assert.ok(performance.now() - cancelledAt < 12_000);
    assert.ok(again.asked('/revoke'));
    goesOn.resolve(undefined);
    await refreshing;
    const [stored] = await window.sessions.list();
    assert.equal(stored?.refreshToken?.reveal(), session.refreshToken?.reveal());
  });

  it('P35: what goes wrong once the session is stored gives nothing back: the session works', async () => {
    window.memory.update = () => Promise.reject(new Error('the disk is full'));
    const { done, asked } = await failing();
    await assert.rejects(done, /the disk is full/);
    assert.ok(!asked('/revoke'));
    const [stored] = await window.sessions.list();
    assert.ok(stored);
    await window.sessions.refresh(stored.id);
  });

  it('P35, P49: a grant that the user does not want, and that the server does not confirm to be revoked, is told', async () => {
    org.switches.faults = [parseFault('revoke:reset')];
    const expected = { id: 'another', acceptOther: () => Promise.resolve(false) };
    const { done, asked } = await failing({ expected });
    await assert.rejects(done, (error) => {
      assert.ok(error instanceof UserFacingError);
      assert.equal(error.code, 'not_revoked');
      assert.match(error.message, /may live on/);
      return true;
    });
    assert.ok(asked('/revoke'));
    assert.deepEqual(await window.sessions.list(), []);
  });

  it('P20, P35: a Cancel while it is asked whether another user is wanted stores nothing', async () => {
    const cancel = new AbortController();
    const acceptOther = (): Promise<boolean> => {
      cancel.abort();
      return Promise.resolve(true);
    };
    const { done, asked } = await failing({
      signal: cancel.signal,
      expected: { id: 'another', acceptOther },
    });
    await assert.rejects(done, { name: 'AbortError' });
    assert.ok(asked('/revoke'));
    assert.deepEqual(await window.sessions.list(), []);
  });
});
