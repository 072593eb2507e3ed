/** Refresh beside other windows, beside trouble, and beside the ends of windows. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseFault } from '../../../src/demo/switches.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { createOrgClient } from '../../../src/salesforce/orgClient.ts';
import type { Session } from '../../../src/session/session.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { fetch } from '../support/fetch.ts';
import { hasCode } from '../support/hasCode.ts';
import { SharedSecrets } from '../support/sharedSecrets.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow, type Window } from '../support/window.ts';
import { newWorlds } from '../support/world.ts';

const QUERY = '/services/data/v60.0/query?q=SELECT+Id+FROM+Organization';

describe('refresh', () => {
  const at = newWorlds({ rotate: true });

  const client = (of: Window, session: Session) =>
    createOrgClient({
      fetch,
      instanceUrl: session.instanceUrl,
      accessToken: (rejected) => of.sessions.accessToken(session.id, rejected),
      timeoutMilliseconds: 5000,
      concurrency: 30,
    });

  it('P29, E17: 30 calls on an expired token, spread over three windows, make exactly one refresh', async () => {
    const session = await signedIn(at.org, at.window);
    const windows = [at.window, openWindow(at.machine), openWindow(at.machine)];
    at.org.expireAccessTokens();
    const before = at.tokenCalls();
    await Promise.all(
      windows.flatMap((of) => {
        const calls = client(of, session);
        return Array.from({ length: 10 }, () => calls.get(QUERY));
      }),
    );
    assert.equal(at.tokenCalls(), before + 1);
    assert.equal(at.org.replays.length, 0);
  });

  it('P33: a call whose new token is refused as well fails, without a third try', async () => {
    const session = await signedIn(at.org, at.window);
    at.org.switches.tokenLifetimeSeconds = 0;
    at.org.expireAccessTokens();
    const before = at.tokenCalls();
    await assert.rejects(client(at.window, session).get(QUERY), hasCode('INVALID_SESSION_ID'));
    assert.equal(at.tokenCalls(), before + 1);
    const queries = at.org.requests.filter(({ path }) => path.endsWith('/query'));
    assert.equal(queries.length, 2);
  });

  it('P33: a refusal of a token that was replaced meanwhile makes no refresh of the new one', async () => {
    const session = await signedIn(at.org, at.window);
    const { accessToken } = await at.window.sessions.refresh(session.id);
    const before = at.tokenCalls();
    const given = await at.window.sessions.accessToken(session.id, session.accessToken);
    assert.equal(given.reveal(), accessToken.reveal());
    assert.equal(at.tokenCalls(), before);
  });

  it('P33: a 401 that is no expiry is not answered with a refresh', async () => {
    const session = await signedIn(at.org, at.window, { scopes: ['refresh_token', 'id'] });
    const before = at.tokenCalls();
    await assert.rejects(client(at.window, session).get(QUERY));
    assert.equal(at.tokenCalls(), before);
  });

  it('P28, E18: the new token is stored before anybody gets it', async () => {
    const session = await signedIn(at.org, at.window);
    const second = openWindow(at.machine);
    let stored = false;
    const put = second.store.put.bind(second.store);
    second.store.put = async (one) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await put(one);
      stored = true;
    };
    const token = await second.sessions.accessToken(session.id, session.accessToken);
    assert.equal(stored, true);
    assert.equal((await at.window.store.get(session.id))?.accessToken.reveal(), token.reveal());
  });

  it('P30: "already being processed" is waited for and looked at again; nobody is signed out', async () => {
    const session = await signedIn(at.org, at.window);
    at.org.switches.faults = [
      parseFault('refresh:invalid_grant:Token request is already being processed*1'),
    ];
    const waiting = at.window.sessions.refresh(session.id);
    // What the other refresh brings arrives in the store meanwhile.
    const fresh: Session = { ...session, issuedAtMilliseconds: Date.now() };
    const { Secret } = await import('../../../src/oauth/secret.ts');
    setTimeout(
      () =>
        void at.window.store.put({ ...fresh, accessToken: new Secret('00D5g0000DemoOr!other') }),
      400,
    );
    assert.equal((await waiting).accessToken.reveal(), '00D5g0000DemoOr!other');
    assert.equal(at.window.sessions.troubleOf(session.id), undefined);
  });

  it('P30: and if nothing comes of it, the session stays and the next refresh works', async function () {
    this.timeout(10_000);
    const session = await signedIn(at.org, at.window);
    at.org.switches.faults = [
      parseFault('refresh:invalid_grant:Token request is already being processed*1'),
    ];
    await assert.rejects(
      at.window.sessions.refresh(session.id),
      (error) => error instanceof UserFacingError && error.remedies.includes('tryAgain'),
    );
    assert.equal(at.window.sessions.troubleOf(session.id), undefined);
    await at.window.sessions.refresh(session.id);
  });

  it('E19: a server in trouble is not asked again at once, and not the user either', async () => {
    const session = await signedIn(at.org, at.window);
    at.org.switches.faults = [parseFault('refresh:server_error')];
    const before = at.tokenCalls();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await assert.rejects(at.window.sessions.accessToken(session.id, session.accessToken));
    }
    assert.equal(at.tokenCalls(), before + 1);
    assert.equal(at.window.sessions.troubleOf(session.id), undefined);
    at.org.switches.faults = [];
    // The user's own wish goes through; and so does everything after the pause.
    await at.window.sessions.refresh(session.id);
  });

  it('E44, P31: an org that cannot be reached is found out before the token is sent', async () => {
    const session = await signedIn(at.org, at.window);
    const asked: string[] = [];
    const offline = openWindow(at.machine, {
      fetch: (input) => {
        asked.push(input);
        return Promise.reject(new TypeError('fetch failed'));
      },
    });
    await assert.rejects(offline.sessions.refresh(session.id), hasCode('network'));
    assert.deepEqual(asked, [`${at.org.url}/services/data`]);
    await at.window.sessions.refresh(session.id);
    assert.equal(at.org.replays.length, 0);
  });

  it('E19: a session that has ended is said to have, once, in all windows and for good', async () => {
    const session = await signedIn(at.org, at.window);
    const second = openWindow(at.machine);
    await second.sessions.list();
    at.org.switches.faults = [parseFault('refresh:invalid_grant:expired access/refresh token')];
    await assert.rejects(at.window.sessions.refresh(session.id));
    const before = at.tokenCalls();
    await assert.rejects(at.window.sessions.accessToken(session.id, session.accessToken));
    for (let look = 0; look < 40 && !second.sessions.troubleOf(session.id); look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await second.sessions.list();
    }
    assert.equal(second.sessions.troubleOf(session.id)?.code, 'invalid_grant');
    assert.equal(at.tokenCalls(), before);
  });

  for (const [fault, code] of [
    ['invalid_grant:expired access/refresh token', 'invalid_grant'],
    ['inactive_user', 'inactive_user'],
    ['inactive_org', 'inactive_org'],
  ] as const) {
    it(`E19: ${code} ends the session: asked once, told once, and no loop with views that look at each change`, async () => {
      const session = await signedIn(at.org, at.window);
      const call = (): Promise<unknown> =>
        at.window.sessions.accessToken(session.id, session.accessToken);
      let told = 0;
      at.window.sessions.onDidChange(() => {
        told += at.window.sessions.troubleOf(session.id) ? 1 : 0;
        call().catch(() => undefined);
      });
      at.org.switches.faults = [parseFault(`refresh:${fault}`)];
      const before = at.tokenCalls();
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await assert.rejects(call(), hasCode(code));
        // The pause after a passing failure would be over by now.
        await new Promise((resolve) => setTimeout(resolve, 1100));
      }
      assert.equal(at.tokenCalls(), before + 1);
      assert.equal(at.window.sessions.troubleOf(session.id)?.code, code);
      // By this window itself, and by the news of the file that all windows watch, which may come before or after.
      assert.ok(told === 1 || told === 2, String(told));
    });
  }

  it('E19: what was the matter with an old token does not keep a new one from being refreshed', async () => {
    const shared = at.secrets.window();
    // News of the store are late here.
    const late = {
      window: () => ({
        ...shared,
        onDidChange: (listener: (event: { readonly key: string }) => void) =>
          shared.onDidChange((event) => void setTimeout(() => listener(event), 2000)),
      }),
    };
    const slow = openWindow({ secrets: late, folder: at.machine.folder });
    const session = await signedIn(at.org, at.window);
    at.org.switches.faults = [parseFault('refresh:invalid_grant:expired access/refresh token*1')];
    await assert.rejects(slow.sessions.refresh(session.id));
    const again = await signedIn(at.org, at.window);
    await slow.sessions.accessToken(session.id, again.accessToken);
    await slow.sessions.list();
    assert.equal(slow.sessions.troubleOf(session.id), undefined);
  });

  describe('ahead of time', () => {
    beforeEach(() => {
      at.org.switches.jwtAccessTokens = true;
    });

    it('a token that is about to end is replaced before it is used', async () => {
      at.org.switches.tokenLifetimeSeconds = 200;
      let skew = 0;
      const clocked = openWindow(at.machine, { now: () => Date.now() + skew });
      const session = await signedIn(at.org, clocked);
      const before = at.tokenCalls();
      await clocked.sessions.accessToken(session.id);
      assert.equal(at.tokenCalls(), before);
      skew = 170_000; // 30 s left, of which a fifth of its life is ahead
      const token = await clocked.sessions.accessToken(session.id);
      assert.equal(at.tokenCalls(), before + 1);
      assert.notEqual(token.reveal(), session.accessToken.reveal());
    });

    it('E40: clock jumps of a day make one refresh at most, never a loop', async () => {
      at.org.switches.tokenLifetimeSeconds = 600;
      for (const jump of [24 * 3_600_000, -24 * 3_600_000]) {
        let skew = 0;
        const clocked = openWindow(at.machine, { now: () => Date.now() + skew });
        const session = await signedIn(at.org, clocked);
        skew = jump;
        const before = at.tokenCalls();
        for (let call = 0; call < 5; call += 1) await clocked.sessions.accessToken(session.id);
        assert.ok(at.tokenCalls() - before <= 1, `${at.tokenCalls() - before} refreshes`);
      }
    });

    it('a token that lives for less than the setting says is used all the same', async () => {
      at.org.switches.tokenLifetimeSeconds = 20;
      const session = await signedIn(at.org, at.window);
      const before = at.tokenCalls();
      for (let call = 0; call < 5; call += 1) await at.window.sessions.accessToken(session.id);
      assert.equal(at.tokenCalls(), before);
    });

    it('a refresh ahead that fails leaves the token that still works', async () => {
      at.org.switches.tokenLifetimeSeconds = 200;
      let skew = 0;
      const clocked = openWindow(at.machine, { now: () => Date.now() + skew });
      const session = await signedIn(at.org, clocked);
      skew = 170_000;
      at.org.switches.faults = [parseFault('refresh:server_error')];
      const token = await clocked.sessions.accessToken(session.id);
      assert.equal(token.reveal(), session.accessToken.reveal());
    });
  });

  describe('where windows read a little later what another has stored', () => {
    const LAG = 400;

    for (const rotate of [true, false]) {
      it(`P29, E17: windows that meet an expired token wait for the one that refreshes it, ${rotate ? 'with' : 'without'} rotation; nobody is sent to a reload`, async () => {
        at.org.switches.rotate = rotate;
        const late = newMachine(new SharedSecrets(LAG));
        const windows = [openWindow(late), openWindow(late), openWindow(late)] as const;
        const session = await signedIn(at.org, windows[0]);
        await delay(LAG + 50);
        at.org.expireAccessTokens();
        const before = at.tokenCalls();
        await Promise.all(windows.map((of) => client(of, session).get(QUERY)));
        assert.equal(at.tokenCalls(), before + 1);
        assert.equal(at.org.replays.length, 0);
      });
    }

    for (const failing of [1, 2]) {
      it(`P29, P32: and not even where ${failing} of the notes after the answer cannot be written is the old token sent again`, async () => {
        const late = newMachine(new SharedSecrets(LAG));
        const [first, second] = [openWindow(late), openWindow(late)] as const;
        const session = await signedIn(at.org, first);
        await delay(LAG + 50);
        const before = at.tokenCalls();
        let notes = 0;
        for (const { ledger } of [first, second]) {
          const write = ledger.write.bind(ledger);
          ledger.write = (entry) => {
            notes += 1;
            const fails = notes > 1 && notes <= 1 + failing;
            return fails ? Promise.reject(new Error('ENOSPC')) : write(entry);
          };
        }
        await Promise.all([first, second].map((of) => of.sessions.refresh(session.id)));
        assert.equal(at.tokenCalls(), before + 1);
        await first.sessions.refresh(session.id);
        assert.equal(at.org.replays.length, 0);
      });
    }

    it('P32: a window that dies right after it has stored the new token costs the others nothing', async () => {
      const late = newMachine(new SharedSecrets(LAG));
      const [dying, other] = [openWindow(late), openWindow(late)] as const;
      const session = await signedIn(at.org, dying);
      await delay(LAG + 50);
      const stored = Promise.withResolvers<undefined>();
      const put = dying.store.put.bind(dying.store);
      dying.store.put = async (one) => {
        await put(one);
        stored.resolve(undefined);
        await new Promise(() => undefined);
      };
      void dying.sessions.refresh(session.id);
      await stored.promise;
      rmSync(`${late.folder}/locks`, { recursive: true, force: true });
      await other.sessions.refresh(session.id);
      assert.equal(other.sessions.troubleOf(session.id), undefined);
      assert.equal(at.org.replays.length, 0);
    });
  });

  describe('in a browser-based editor', () => {
    for (const scopes of [
      ['api', 'refresh_token'],
      ['api', 'refresh_token', 'x'.repeat(201)],
    ])
      it(`P29, E17: a stale copy is never spent, ${scopes.length} scopes; the window says so, and a reload helps`, async () => {
        const web = newMachine(new BrowserSecrets());
        const first = openWindow(web);
        const session = await signedIn(at.org, first, { scopes });
        const second = openWindow(web);
        assert.equal((await second.sessions.list()).length, 1);
        await first.sessions.refresh(session.id);
        const before = at.tokenCalls();
        await assert.rejects(second.sessions.refresh(session.id), (error) => {
          assert.ok(error instanceof UserFacingError);
          assert.equal(error.code, 'stale_copy');
          assert.deepEqual(error.remedies, ['reloadWindow', 'signInAgain']);
          return true;
        });
        assert.equal(at.tokenCalls(), before);
        assert.equal(second.sessions.troubleOf(session.id)?.code, 'stale_copy');
        await first.sessions.refresh(session.id);
        await openWindow(web).sessions.refresh(session.id);
        assert.equal(at.org.replays.length, 0);
      });

    it('E16: a session that another window made is named, one that it ended is gone', async () => {
      const web = newMachine(new BrowserSecrets());
      const [first, second] = [openWindow(web), openWindow(web)];
      assert.deepEqual(await second.sessions.missing(), []);
      let heard = Promise.withResolvers<unknown>();
      second.sessions.onDidChange(() => heard.resolve(true));
      const session = await signedIn(at.org, first);
      await heard.promise;
      const [missing] = await second.sessions.missing();
      assert.equal(missing?.username, at.org.username);
      assert.equal(missing.id, session.id);
      assert.deepEqual(await second.sessions.list(), []);

      const third = openWindow(web);
      assert.equal((await third.sessions.list()).length, 1);
      heard = Promise.withResolvers<unknown>();
      await first.sessions.signOut(session.id);
      await heard.promise;
      for (const one of [second, third]) {
        assert.deepEqual(await one.sessions.list(), []);
        assert.deepEqual(await one.sessions.missing(), []);
      }
      await assert.rejects(third.sessions.refresh(session.id), hasCode('signed_out'));
    });
  });

  it('a folder that cannot be written keeps nobody from signing in; a refresh is not risked', async () => {
    writeFileSync(`${at.machine.folder}/file`, '');
    const readOnly = openWindow({ secrets: at.secrets, folder: `${at.machine.folder}/file` });
    const session = await signedIn(at.org, readOnly);
    assert.equal((await readOnly.sessions.list()).length, 1);
    const before = at.tokenCalls();
    await assert.rejects(readOnly.sessions.refresh(session.id), hasCode('lock_unavailable'));
    assert.equal(at.tokenCalls(), before);
    assert.deepEqual(await readOnly.sessions.signOut(session.id), { revoked: true });
  });

  for (const scopes of [['api', 'refresh_token'], ['api']]) {
    it(`a new sign-in of the same user revokes the grant that it replaces, and no other: ${scopes.join(' ')}`, async () => {
      const first = await signedIn(at.org, at.window, { scopes });
      const other = await signedIn(at.org, at.window, { username: at.org.viewer.username });
      const second = await signedIn(at.org, at.window, { scopes });
      // It is not waited for.
      await at.untilDead(first);
      assert.deepEqual(await Promise.all([other, second].map(at.isAlive)), [true, true]);
    });
  }
});
