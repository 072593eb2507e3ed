/** Sign-outs: what is revoked, by which window, what is forgotten, and what is said where a server does not confirm. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseFault } from '../../../src/demo/switches.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import type { Session } from '../../../src/session/session.ts';
import { until } from '../../harness/until.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { fetch } from '../support/fetch.ts';
import { SharedSecrets } from '../support/sharedSecrets.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow, type Window } from '../support/window.ts';
import { newWorlds } from '../support/world.ts';

describe('sign-outs', () => {
  const at = newWorlds();

  /** Beside the one of the sign-in. */
  const refreshCalls = (): number => at.tokenCalls() - 1;

  it('P35: sign-out revokes the refresh token, and its access token with it, and forgets', async () => {
    const session = await signedIn(at.org, at.window);
    assert.deepEqual(await at.window.sessions.signOut(session.id), { revoked: true });
    assert.equal(at.secrets.values.size, 0);
    assert.equal(await at.isAlive(session), false);
    assert.equal(await at.statusOf(session.refreshToken?.reveal()), 400);
  });

  it('P35: offline it forgets all the same and says that the grant may live on', async () => {
    const session = await signedIn(at.org, at.window);
    at.org.switches.faults = [parseFault('revoke:reset')];
    const result = await at.window.sessions.signOut(session.id);
    assert.equal(result.revoked, false);
    assert.equal(at.secrets.values.size, 0);
  });

  it('P35: a demo org that has ended has taken its grants along: nothing lives on', async () => {
    const session = await signedIn(at.org, at.window);
    await at.org.close();
    await assert.rejects(
      at.window.sessions.refresh(session.id),
      (error) => error instanceof UserFacingError && error.code === 'demo_org_ended',
    );
    assert.equal(at.window.sessions.troubleOf(session.id), undefined);
    assert.deepEqual(await at.window.sessions.signOut(session.id), { revoked: true });
  });

  it('P35, P20: Cancel ends the wait for a window that hangs; the session is forgotten, unconfirmed', async () => {
    const session = await signedIn(at.org, at.window);
    const goesOn = Promise.withResolvers<undefined>();
    const hasLock = Promise.withResolvers<undefined>();
    const hanging = openWindow(at.machine, {
      fetch: async (input, init) => {
        hasLock.resolve(undefined);
        await goesOn.promise;
        return at.window.fetch(input, init);
      },
    });
    const refreshing = hanging.sessions.refresh(session.id);
    refreshing.catch(() => undefined);
    await hasLock.promise;
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 200);
    const begun = performance.now();
    const result = await at.window.sessions.signOut(session.id, cancel.signal);
    assert.ok(performance.now() - begun < 12_000);
    assert.equal(result.revoked, false);
    // The other window wakes up: nothing comes back to life.
    goesOn.resolve(undefined);
    await assert.rejects(
      refreshing,
      (error) => error instanceof UserFacingError && error.code === 'signed_out',
    );
    assert.equal(refreshCalls(), 0);
    assert.equal(at.secrets.values.size, 0);
    const later = openWindow(at.machine);
    assert.deepEqual([await later.sessions.list(), await later.sessions.missing()], [[], []]);
  });

  it('P35, P20: Cancel ends the wait for a secret storage that does not answer: the tokens are not said to be deleted', async () => {
    const session = await signedIn(at.org, at.window);
    const asked = Promise.withResolvers<undefined>();
    at.window.store.delete = () => {
      asked.resolve(undefined);
      return new Promise(() => undefined);
    };
    const cancel = new AbortController();
    const ending = at.window.sessions.signOut(session.id, cancel.signal);
    await asked.promise;
    cancel.abort();
    assert.deepEqual(await ending, { revoked: true, undeleted: cancel.signal.reason as unknown });
    for (const window of [at.window, openWindow(at.machine)]) {
      assert.deepEqual(await window.sessions.list(), []);
    }
  });

  it('P35, P20: and where it takes but a moment, a Cancel that came before leaves nothing undeleted', async () => {
    const session = await signedIn(at.org, at.window);
    const remove = at.window.store.delete.bind(at.window.store);
    at.window.store.delete = async (id) => {
      await delay(100);
      await remove(id);
    };
    const result = await at.window.sessions.signOut(session.id, AbortSignal.abort());
    assert.equal('undeleted' in result, false);
    assert.equal(at.secrets.values.size, 0);
  });

  it('P35, P20: a refresh that is still being stored when another window has signed out leaves nothing alive', async () => {
    at.org.switches.rotate = true;
    const session = await signedIn(at.org, at.window);
    const slow = openWindow(at.machine);
    const put = slow.store.put.bind(slow.store);
    const answered = Promise.withResolvers<Session>();
    const goesOn = Promise.withResolvers<undefined>();
    slow.store.put = async (refreshed) => {
      answered.resolve(refreshed);
      await goesOn.promise; // a keyring that asks its user first
      await put(refreshed);
    };
    const refreshing = slow.sessions.refresh(session.id);
    refreshing.catch(() => undefined);
    const { accessToken, refreshToken } = await answered.promise;
    const result = await at.window.sessions.signOut(session.id, AbortSignal.timeout(100));
    assert.equal(result.revoked, false);
    goesOn.resolve(undefined);
    await assert.rejects(
      refreshing,
      (error) => error instanceof UserFacingError && error.code === 'signed_out',
    );
    assert.equal(at.secrets.values.size, 0);
    for (const window of [at.window, slow, openWindow(at.machine)]) {
      assert.deepEqual([await window.sessions.list(), await window.sessions.missing()], [[], []]);
    }
    assert.equal(await at.isAlive({ accessToken }), false);
    assert.equal(await at.statusOf(refreshToken?.reveal()), 400);
  });

  describe('P35: signed out by a window that has not the token that is current', () => {
    /** Two windows of a browser-based editor that know nothing of each other's sign-ins. */
    const twoWindows = (): readonly [Window, Window] => {
      const web = newMachine(new BrowserSecrets());
      return [openWindow(web), openWindow(web)];
    };
    async function untilGone(session: Session): Promise<void> {
      await at.untilDead(session);
      assert.equal(await at.statusOf(session.refreshToken?.reveal()), 400);
    }

    it('it says that the grant may live on', async () => {
      const [first, second] = twoWindows();
      const session = await signedIn(at.org, first);
      await signedIn(at.org, second);
      const result = await first.sessions.signOut(session.id);
      assert.equal(result.revoked, false);
      assert.match(String(result.reason), /not in this window/);
    });

    for (const has of ['an older one', 'none'] as const) {
      it(`the window that has it revokes it, where the other had ${has}; a later sign-in stays`, async () => {
        const [first, second] = twoWindows();
        if (has === 'an older one') await signedIn(at.org, first);
        const current = await signedIn(at.org, second);
        assert.equal((await second.sessions.list()).length, 1);
        second.sessions.onDidChange(() => void second.sessions.list());
        await first.sessions.signOut(current.id);
        await untilGone(current);
        const again = await signedIn(at.org, first);
        await second.sessions.list();
        await delay(100);
        assert.ok(await at.isAlive(again));
        assert.equal((await first.sessions.list()).length, 1);
      });
    }

    it('a revocation that fails is tried again by the next window that sees the token', async () => {
      const reported: unknown[] = [];
      const web = newMachine(new BrowserSecrets());
      const first = openWindow(web);
      const second = openWindow(web, { report: (error) => reported.push(error) });
      const current = await signedIn(at.org, second);
      const [third, fourth] = [openWindow(web), openWindow(web)] as const;
      at.org.switches.faults = [parseFault('revoke:server_error')];
      await first.sessions.signOut(current.id);
      await second.sessions.list();
      for (let look = 0; look < 100 && reported.length === 0; look += 1) await delay(10);
      await signedIn(at.org, second, { username: at.org.viewer.username });
      assert.equal((await second.sessions.list()).length, 1); // looked at anew
      await delay(100);
      assert.equal(reported.length, 1, 'not again and again by the same window');
      at.org.switches.faults = [];
      assert.ok(await at.isAlive(current));
      assert.deepEqual(await third.sessions.list(), []);
      await untilGone(current);
      const revocations = (): number =>
        at.org.requests.filter(({ path }) => path.endsWith('/revoke')).length;
      await delay(200);
      const before = revocations();
      assert.deepEqual(await fourth.sessions.list(), []);
      await delay(100);
      assert.equal(revocations(), before);
    });
  });

  it('P35: what another window could not revoke is, and is forgotten where windows share a store', async () => {
    const session = await signedIn(at.org, at.window);
    await signOutWithout(session);
    assert.deepEqual(await at.window.sessions.list(), []);
    const stored = (): number => at.secrets.values.size;
    assert.equal(await until(stored, (size) => size === 0), 0);
    assert.equal(await at.statusOf(session.refreshToken?.reveal()), 400);
  });

  /** As a window signs out that has not the current token. */
  async function signOutWithout({ id }: Session): Promise<void> {
    const entry = await at.window.ledger.read(id);
    assert.ok(entry);
    await at.window.ledger.write({ ...entry, signedOut: true, unrevoked: true });
  }

  it('P35: a sign-in that comes before a window can revoke what another one could not stays', async () => {
    const session = await signedIn(at.org, at.window);
    const again = await signedIn(at.org, openWindow(newMachine()));
    await signOutWithout(session);
    const hasLock = Promise.withResolvers<undefined>();
    const goesOn = Promise.withResolvers<undefined>();
    const other = openWindow(at.machine);
    const get = other.store.get.bind(other.store);
    other.store.get = async (id) => {
      hasLock.resolve(undefined);
      await goesOn.promise;
      return get(id);
    };
    const adding = other.sessions.add(again);
    await hasLock.promise;
    const read = at.window.ledger.read.bind(at.window.ledger);
    const looked = Promise.withResolvers<undefined>();
    at.window.ledger.read = (id) => {
      looked.resolve(undefined); // it has the lock
      return read(id);
    };
    assert.deepEqual(await at.window.sessions.list(), []);
    goesOn.resolve(undefined);
    await adding;
    await looked.promise;
    // This waits for the lock in turn.
    await other.sessions.refresh(session.id);
    assert.equal((await at.window.sessions.list()).length, 1);
  });

  it('P35: a token that is on its way from the window that refreshed it is the one that is revoked', async () => {
    at.org.switches.rotate = true;
    const late = newMachine(new SharedSecrets(400));
    const [first, second] = [openWindow(late), openWindow(late)] as const;
    const session = await signedIn(at.org, first);
    await delay(450);
    const refreshed = await first.sessions.refresh(session.id);
    const revoked = await second.sessions.signOut(session.id);
    assert.deepEqual(revoked, { revoked: true });
    assert.equal(await at.isAlive(refreshed), false);
    await delay(450);
    assert.equal(await first.store.get(session.id), undefined);
  });

  for (const [error, revoked] of [
    ['invalid_token', true],
    ['invalid_grant:expired access/refresh token', true],
    ['invalid_grant:inactive user', false],
    ['invalid_grant:ip restricted', false],
    ['invalid_grant:token request is already being processed', false],
    ['inactive_user', false],
    ['inactive_org', false],
    ['unsupported_token_type', false],
    ['server_error', false],
  ] as const) {
    it(`P35: ${error} ${revoked ? 'says that there is no grant' : 'does not say that the grant is gone'}`, async () => {
      const session = await signedIn(at.org, at.window);
      at.org.switches.faults = [parseFault(`revoke:${error}`)];
      assert.equal((await at.window.sessions.signOut(session.id)).revoked, revoked);
      assert.equal(at.secrets.values.size, 0);
    });
  }

  describe('P35: a sign-in that comes while the server takes its time', () => {
    /** Begins to sign out; the server's answer comes when it is let go on. */
    async function slowSignOut(session: Session, isTold: boolean) {
      const sent = Promise.withResolvers<undefined>();
      const gate = Promise.withResolvers<undefined>();
      const slow = openWindow(at.machine, {
        fetch: async (input, init) => {
          if (!input.endsWith('/revoke')) return fetch(input, init);
          sent.resolve(undefined);
          await gate.promise;
          return fetch(input, init);
        },
      });
      if (!isTold) slow.ledger.write = () => Promise.reject(new Error('ENOSPC'));
      const ending = slow.sessions.signOut(session.id);
      await sent.promise;
      rmSync(`${at.machine.folder}/locks`, { recursive: true }); // as after 15 s of waiting
      return () => {
        gate.resolve(undefined);
        return ending;
      };
    }

    for (const ledger of [
      'works',
      'cannot be written',
      'could not be written by the sign-out',
    ] as const) {
      it(`stays, where what all windows know ${ledger}`, async () => {
        const session = await signedIn(at.org, at.window);
        const goOn = await slowSignOut(session, ledger !== 'could not be written by the sign-out');
        const other = openWindow(at.machine);
        if (ledger === 'cannot be written') {
          other.ledger.write = () => Promise.reject(new Error('ENOSPC'));
        }
        const again = await signedIn(at.org, other);
        assert.deepEqual(await goOn(), { revoked: true, replaced: true });
        for (const window of [at.window, other, openWindow(at.machine)]) {
          const [there] = await window.sessions.list();
          assert.equal(there?.refreshToken?.reveal(), again.refreshToken?.reveal());
        }
        await at.window.sessions.refresh(session.id);
      });
    }

    it('does not stay where the grant is the same: another window had but refreshed it', async () => {
      const session = await signedIn(at.org, at.window);
      const goOn = await slowSignOut(session, false);
      await at.window.sessions.refresh(session.id);
      assert.deepEqual(await goOn(), { revoked: true });
      assert.deepEqual(await openWindow(at.machine).sessions.list(), []);
    });
  });
});
