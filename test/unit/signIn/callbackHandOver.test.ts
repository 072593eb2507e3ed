/** How an answer finds the window that asked, and what is left of it in the secret storage. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import type { Delivery } from '../../../src/signIn/pendingRequests.ts';
import { signIn } from '../../../src/signIn/signIn.ts';
import { browse } from '../support/browser.ts';
import { SharedSecrets } from '../support/sharedSecrets.ts';
import { beginSignIn, cancelSignIns, signedIn } from '../support/signedIn.ts';
import {
  closeMachines,
  inputFor,
  newMachine,
  openWindow,
  REDIRECT_URI,
  type Machine,
  type Window,
} from '../support/window.ts';

describe('callback hand-over', () => {
  let org: DemoOrg;
  let secrets: SharedSecrets;
  let machine: Machine;
  let window: Window;

  before(async () => {
    org = await startDemoOrg();
  });
  after(() => org.close());
  beforeEach(() => {
    secrets = new SharedSecrets();
    machine = newMachine(secrets);
    window = openWindow(machine);
    org.switches.latencyMilliseconds = 0;
  });
  afterEach(() => {
    cancelSignIns();
    closeMachines();
  });

  const deliver = (to: Window, url: URL) => to.handOver.receive(url.searchParams);

  it('E7, E8: a damaged answer that is handed over is taken and refused, and that is said; the sign-in waits on', async () => {
    const second = openWindow(machine);
    const taken: string[] = [];
    const onTakenOver = ({ outcome }: Delivery): void => void taken.push(outcome);
    const keys: string[] = [];
    secrets.window().onDidChange(({ key }) => keys.push(key));
    const { link, done } = await beginSignIn(org, openWindow(machine, { onTakenOver }));
    const back = await browse(org, link);
    const damaged = new URL(`${back.href}&error=access_denied`);
    assert.equal((await deliver(second, damaged)).outcome, 'handedOver');
    assert.ok([...secrets.values.keys()].every((key) => !key.startsWith('answer/')));
    assert.equal((await deliver(second, back)).outcome, 'handedOver');
    assert.ok(await done);
    assert.deepEqual(taken, ['malformed', 'accepted']);
    // A key may be listed or logged where a value may not: none says what to answer with.
    const state = back.searchParams.get('state') ?? '';
    for (const kind of ['waiting/', 'answer/']) assert.ok(keys.some((key) => key.startsWith(kind)));
    assert.ok(keys.every((key) => !key.includes(state)));
  });

  it('E7: an answer for a window that is gone is deleted, and that is said', async () => {
    const closed = openWindow(machine);
    const { link } = await beginSignIn(org, closed);
    closed.handOver.dispose();
    assert.equal((await deliver(window, await browse(org, link))).outcome, 'unclaimed');
    assert.ok([...secrets.values.keys()].every((key) => !key.startsWith('answer/')));
  });

  it('E7: what a closed window left behind is forgotten after its minutes, and its answer is not handed over', async () => {
    let now = Date.now();
    const later = openWindow(machine, { now: () => now });
    const { link } = await beginSignIn(org, openWindow(machine));
    const back = await browse(org, link);
    const [waiting = ''] = secrets.values.keys();
    const answer = waiting.replace('waiting/', 'answer/');
    secrets.values.set(answer, back.search);
    const keysAfterAnother = async (): Promise<readonly string[]> => {
      await later.handOver.announce('another', 60_000);
      await later.handOver.withdraw('another');
      return [...secrets.values.keys()];
    };
    assert.deepEqual(await keysAfterAnother(), [waiting, answer], 'it may still wait');
    now += 2 * later.deadlineMilliseconds;
    assert.equal((await deliver(later, back)).outcome, 'unknown');
    assert.deepEqual(await keysAfterAnother(), []);
  });

  it('P52: an answer that a closed window has left goes with the sign-in that did not take it', async () => {
    const { done, cancel } = await beginSignIn(org, window);
    const [waiting = ''] = secrets.values.keys();
    secrets.values.set(waiting.replace('waiting/', 'answer/'), 'code=c');
    cancel.abort();
    await assert.rejects(done, { name: 'AbortError' });
    await setImmediate();
    assert.equal(secrets.values.size, 0);
  });

  it('P20: a Cancel while the keyring still asks: no browser is opened, and nothing stays in the store', async () => {
    const allowed = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<undefined>();
    const storage = secrets.window();
    const slow = newMachine({
      window: () => ({
        ...storage,
        store: async (key, value) => {
          asked.resolve(undefined);
          await allowed.promise;
          await storage.store(key, value);
        },
      }),
    });
    const cancel = new AbortController();
    const opened: string[] = [];
    const input = inputFor(org, (url) => opened.push(url), { signal: cancel.signal });
    const done = signIn(openWindow(slow), input);
    await asked.promise;
    cancel.abort();
    await assert.rejects(done, { name: 'AbortError' });
    allowed.resolve(undefined);
    await setImmediate();
    assert.deepEqual(opened, []);
    assert.equal(secrets.values.size, 0);
  });

  for (const broken of ['keys', 'get', 'store', 'delete'] as const) {
    it(`E20: a secret storage whose ${broken} fails does not keep anybody from signing in`, async () => {
      const locked = (): Promise<never> => Promise.reject(new Error('the keyring is locked'));
      const troubles: unknown[] = [];
      const machineOf = { window: () => ({ ...secrets.window(), [broken]: locked }) };
      const report = (error: unknown): void => void troubles.push(error);
      const one = openWindow(newMachine(machineOf), { report });
      assert.equal((await signedIn(org, one)).username, org.username);
      const foreign = new URL(`${REDIRECT_URI}?code=c&state=${'D'.repeat(43)}`);
      assert.equal((await deliver(one, foreign)).outcome, 'unknown');
      assert.ok(troubles.length > 0, 'it is told');
    });
  }

  it('E3: a keyring that never answers holds no Cancel up', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const stuck = newMachine({ window: () => ({ ...secrets.window(), delete: never }) });
    const { done, cancel } = await beginSignIn(org, openWindow(stuck));
    cancel.abort();
    await assert.rejects(done, { name: 'AbortError' });
  });
});
