/** Sessions while the editor's secret storage does not work, as a locked keyring makes it. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseFault } from '../../../src/demo/switches.ts';
import { Secret } from '../../../src/oauth/secret.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { serialize } from '../../../src/session/session.ts';
import type { Secrets } from '../../../src/session/sessionStore.ts';
import { signedIn } from '../support/signedIn.ts';
import { openWindow, type Window } from '../support/window.ts';
import { newWorlds } from '../support/world.ts';

type Call = 'keys' | 'get' | 'store' | 'delete';

describe('sessions without a secret storage', () => {
  /** Which calls the keyring refuses for sessions. */
  const locked = new Set<Call>();
  const at = newWorlds({ rotate: true });
  beforeEach(() => locked.clear());

  /** When a keyring that is locked says so. */
  let refusal: Promise<void> = Promise.resolve();
  /** How much later it is by the clock of windows than it was. */
  let later = 0;
  /** A window whose keyring may be locked, and what it tells the user of that. */
  function openLockable(): Window & { readonly heard: string[] } {
    const working = at.secrets.window();
    const unlessLocked = <T>(call: Call, key: string, run: () => Thenable<T>): Thenable<T> =>
      locked.has(call) && key.startsWith('session/')
        ? refusal.then(() => Promise.reject(new Error('The keyring is locked')))
        : run();
    const lockable: Secrets = {
      keys: () => unlessLocked('keys', 'session/', () => working.keys()),
      get: (key) => unlessLocked('get', key, () => working.get(key)),
      store: (key, value) => unlessLocked('store', key, () => working.store(key, value)),
      delete: (key) => unlessLocked('delete', key, () => working.delete(key)),
      onDidChange: working.onDidChange,
    };
    const window = openWindow(
      { secrets: { window: () => lockable }, folder: at.machine.folder },
      { monotonic: () => performance.now() + later },
    );
    const heard: string[] = [];
    window.store.onDidHaveTrouble(({ kind }) => heard.push(kind));
    return { ...window, heard };
  }
  const lock = (...calls: readonly Call[]): void => {
    for (const call of calls) locked.add(call);
  };

  it('E20: a session that cannot be stored lives in this window, the user is told, nothing is deleted', async () => {
    lock('store');
    const window = openLockable();
    const session = await signedIn(at.org, window);
    await window.sessions.refresh(session.id);
    await window.sessions.refresh(session.id);
    assert.equal((await window.sessions.list()).length, 1);
    assert.deepEqual(window.heard, ['unavailable']);
    assert.equal(
      [...at.secrets.values.keys()].filter((key) => key.startsWith('session/')).length,
      0,
    );
  });

  it('E20: a new token that the keyring did not take: other windows say to sign in, for no reload brings it', async () => {
    at.org.switches.rotate = true;
    const window = openLockable();
    const session = await signedIn(at.org, window);
    lock('store');
    await window.sessions.refresh(session.id);
    await assert.rejects(openWindow(at.machine).sessions.refresh(session.id), (error) => {
      assert.ok(error instanceof UserFacingError);
      assert.deepEqual([error.code, error.remedies], ['stale_copy', ['signInAgain']]);
      return true;
    });
  });

  for (const calls of [['get'], ['keys'], ['keys', 'get', 'store', 'delete']] as const) {
    it(`E20: where ${calls.join(', ')} fail, sessions that this window knows go on, it is told once, nothing is deleted`, async () => {
      const window = openLockable();
      const session = await signedIn(at.org, window);
      const other = await signedIn(at.org, window, { username: at.org.viewer.username });
      const stored = new Map(at.secrets.values);
      lock(...calls);
      const ids = (await window.sessions.list()).map(({ id }) => id);
      assert.deepEqual(ids, [session.id, other.id]);
      assert.equal(
        (await window.sessions.accessToken(session.id)).reveal(),
        session.accessToken.reveal(),
      );
      assert.deepEqual(at.secrets.values, stored);
      const refreshed = await window.sessions.refresh(session.id);
      await window.sessions.refresh(session.id);
      assert.equal((await window.sessions.list()).length, 2);
      assert.equal(window.sessions.troubleOf(session.id), undefined);
      assert.deepEqual(window.heard, ['unavailable']);
      assert.deepEqual([...at.secrets.values.keys()], [...stored.keys()]);
      // It is unlocked: what this window has goes back into the store with the next refresh.
      locked.clear();
      const last = await window.sessions.refresh(session.id);
      assert.notEqual(last.refreshToken?.reveal(), refreshed.refreshToken?.reveal());
      await openWindow(at.machine).sessions.refresh(session.id);
      assert.equal(at.org.replays.length, 0);
    });
  }

  it('E20: what could not be stored is stored once the keyring takes it again, without a refresh', async () => {
    const window = openLockable();
    const session = await signedIn(at.org, window);
    lock('store');
    const refreshed = await window.sessions.refresh(session.id);
    const stored = async (): Promise<string | undefined> =>
      (await openWindow(at.machine).store.get(session.id))?.accessToken.reveal();
    const look = async (): Promise<void> => {
      assert.equal(
        (await window.store.list())[0]?.accessToken.reveal(),
        refreshed.accessToken.reveal(),
      );
      await delay(50);
    };
    // Locked still, and then not tried at each look.
    later += 10_000;
    await look();
    locked.clear();
    await look();
    assert.equal(await stored(), session.accessToken.reveal());
    later += 10_000;
    await look();
    assert.equal(await stored(), refreshed.accessToken.reveal());
    await look();
    await openWindow(at.machine).sessions.refresh(session.id);
    assert.equal(at.org.replays.length, 0);
  });

  for (const [calls, ahead] of [
    [['store'], 0],
    [['store'], -3_600_000],
    [['store', 'get'], 0], // what was there before is not known: the clocks alone tell
  ] as const) {
    it(`E20: and what another window has stored while ${calls.join(', ')} failed is not overwritten by it, by a clock ${ahead} ms ahead`, async () => {
      const window = openLockable();
      const session = await signedIn(at.org, window);
      lock(...calls);
      await window.sessions.refresh(session.id);
      locked.clear();
      await delay(5);
      const other = openWindow(at.machine, { now: () => Date.now() + ahead });
      const again = await signedIn(at.org, other);
      later += 10_000;
      await window.sessions.list();
      await delay(50);
      for (const one of [window, openWindow(at.machine)]) {
        const there = await one.store.get(session.id);
        assert.equal(there?.accessToken.reveal(), again.accessToken.reveal());
      }
      await window.sessions.refresh(session.id);
      assert.equal(at.org.replays.length, 0);
    });
  }

  it('E20: nor what another window has stored while the keyring took its time to refuse', async () => {
    const window = openLockable();
    const session = await signedIn(at.org, window);
    lock('store');
    const refused = Promise.withResolvers<undefined>();
    refusal = refused.promise;
    const putting = window.store.put({ ...session, accessToken: new Secret('mine') });
    await openWindow(at.machine).store.put({ ...session, accessToken: new Secret('theirs') });
    refused.resolve(undefined);
    await putting;
    locked.clear();
    later += 10_000;
    await window.store.get(session.id);
    await delay(50);
    for (const one of [window, openWindow(at.machine)]) {
      assert.equal((await one.store.get(session.id))?.accessToken.reveal(), 'theirs');
    }
  });

  for (const rotate of [true, false]) {
    it(`P35, E20: nor is a token stored that another window has signed out of meanwhile, ${rotate ? 'with' : 'without'} rotation`, async () => {
      at.org.switches.rotate = rotate;
      const window = openLockable();
      const session = await signedIn(at.org, window);
      lock('store');
      const { accessToken } = await window.sessions.refresh(session.id);
      // With rotation the other window has not the token, and its own says nothing to an org that has replaced it.
      at.org.switches.faults = rotate ? [parseFault('revoke:invalid_token')] : [];
      await openWindow(at.machine).sessions.signOut(session.id);
      at.org.switches.faults = [];
      locked.clear();
      later += 10_000;
      assert.deepEqual(await window.sessions.list(), []);
      await delay(50);
      assert.equal(at.secrets.values.size, 0);
      assert.equal(await window.store.get(session.id), undefined);
      // Its grant is gone, also where no other window had the token.
      await at.untilDead({ accessToken });
    });
  }

  it('E20: what was stored before by the same user, and could not be read, gives way to a new sign-in', async () => {
    await signedIn(at.org, openWindow(at.machine));
    const window = openLockable();
    lock('keys', 'get', 'store', 'delete');
    await delay(5);
    const again = await signedIn(at.org, window);
    locked.clear();
    later += 10_000;
    await window.sessions.list();
    await delay(50);
    const there = await openWindow(at.machine).store.get(again.id);
    assert.equal(there?.accessToken.reveal(), again.accessToken.reveal());
  });

  it('E20: nor what a newer version of the extension has stored, which this one cannot read', async () => {
    const window = openLockable();
    lock('keys', 'get', 'store', 'delete');
    const session = await signedIn(at.org, window);
    const newer = serialize(session).replace('"version":1', '"version":2');
    at.secrets.values.set(`session/${session.id}`, newer);
    locked.clear();
    later += 10_000;
    await window.store.get(session.id);
    await delay(50);
    assert.equal(at.secrets.values.get(`session/${session.id}`), newer);
    const here = await window.store.get(session.id);
    assert.equal(here?.accessToken.reveal(), session.accessToken.reveal());
  });

  it('E20: a window that opens with a locked keyring shows what it cannot see, is told once, and sees all later', async () => {
    const session = await signedIn(at.org, openWindow(at.machine));
    lock('keys', 'get');
    const window = openLockable();
    assert.deepEqual(await window.sessions.list(), []);
    assert.deepEqual(
      (await window.sessions.missing()).map(({ id }) => id),
      [session.id],
    );
    assert.deepEqual(window.heard, ['unavailable']);
    locked.clear();
    await window.sessions.refresh(session.id);
    assert.equal((await window.sessions.list()).length, 1);
  });

  it('E20: what another window stores while the keyring is locked is neither overwritten nor called lost', async () => {
    const window = openLockable();
    const session = await signedIn(at.org, window);
    await window.sessions.list();
    // Another window dies right after it has stored the new token.
    const dying = openWindow(at.machine);
    const put = dying.store.put.bind(dying.store);
    const stored = Promise.withResolvers<undefined>();
    dying.store.put = async (one) => {
      await put(one);
      stored.resolve(undefined);
      await new Promise(() => undefined);
    };
    lock('get');
    void dying.sessions.refresh(session.id);
    await stored.promise;
    rmSync(`${at.machine.folder}/locks`, { recursive: true, force: true });
    await assert.rejects(
      window.sessions.refresh(session.id),
      (error) => error instanceof UserFacingError && error.code === 'stale_copy',
    );
    locked.clear();
    await openWindow(at.machine).sessions.refresh(session.id);
    assert.equal(at.org.replays.length, 0);
  });

  it('E20: a session that was signed out elsewhere is not kept by a window that knew it', async () => {
    const window = openLockable();
    const session = await signedIn(at.org, window);
    lock('get', 'keys');
    assert.equal((await window.sessions.list()).length, 1);
    await openWindow(at.machine).sessions.signOut(session.id);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(await window.sessions.list(), []);
  });
});
