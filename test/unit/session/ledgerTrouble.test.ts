/** Sessions where the file that all windows share cannot be read or written, or is of a newer version. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseFault } from '../../../src/demo/switches.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import type { Session } from '../../../src/session/session.ts';
import { entryFor, type LedgerEntry } from '../../../src/session/tokenLedger.ts';
import { until } from '../../harness/until.ts';
import { failFiles, isLedger, mendFiles } from '../support/brokenFiles.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { hasCode } from '../support/hasCode.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow, type Machine, type Window } from '../support/window.ts';
import { newWorlds } from '../support/world.ts';

describe('the ledger in trouble', () => {
  afterEach(mendFiles);
  const at = newWorlds({ rotate: true });

  function ledgerFile(of = at.machine): string {
    const folder = join(of.folder, 'sessions');
    const [name = ''] = readdirSync(folder).filter((one) => /^\w{32}\.json$/.test(one));
    return join(folder, name);
  }

  it('P29, E17: a stale copy is not spent where the ledger cannot be read: that is said, and nothing sent', async () => {
    const web = newMachine(new BrowserSecrets());
    const first = openWindow(web);
    const session = await signedIn(at.org, first);
    const second = openWindow(web);
    await first.sessions.refresh(session.id);
    const before = at.tokenCalls();
    failFiles('readFile', 'EMFILE', isLedger);
    await assert.rejects(second.sessions.refresh(session.id), (error) => {
      assert.ok(error instanceof UserFacingError);
      assert.deepEqual([error.code, error.remedies], ['unreadable_file', ['tryAgain']]);
      return true;
    });
    assert.equal(at.tokenCalls(), before);
    assert.equal(second.sessions.troubleOf(session.id), undefined, 'it does not need the user');
    mendFiles();
    await assert.rejects(second.sessions.refresh(session.id), hasCode('stale_copy'));
    assert.equal(at.org.replays.length, 0);
  });

  it('P29: a token is not sent where that cannot be noted first', async () => {
    const session = await signedIn(at.org, at.window);
    const before = at.tokenCalls();
    failFiles('rename', 'ENOSPC', isLedger);
    await assert.rejects(at.window.sessions.refresh(session.id), hasCode('lock_unavailable'));
    assert.equal(at.tokenCalls(), before);
    mendFiles();
    await at.window.sessions.refresh(session.id);
    assert.equal(at.org.replays.length, 0);
  });

  describe('after the org has answered', () => {
    const reported: unknown[] = [];
    beforeEach(() => reported.splice(0));

    /** A window that finds the ledger in trouble as soon as the new token has arrived. */
    function unlucky(of: Machine, trouble: () => void): Window {
      return openWindow(of, {
        fetch: async (input, init) => {
          const answer = await at.window.fetch(input, init);
          if (input.endsWith('/token')) trouble();
          return answer;
        },
        report: (error) => reported.push(error),
      });
    }
    const full = (times?: number) => (): void => failFiles('rename', 'ENOSPC', isLedger, times);
    const unreadable = (): void => failFiles('readFile', 'EIO', isLedger);

    for (const [what, trouble] of [
      ['be written the first time', full(1)],
      ['be written at all', full()],
      ['be read', unreadable],
    ] as const) {
      it(`P28, P32, E18: the new token is stored, though the ledger cannot ${what}; the old one is never sent again`, async () => {
        const session = await signedIn(at.org, at.window);
        const refreshed = await unlucky(at.machine, trouble).sessions.refresh(session.id);
        mendFiles();
        const stored = await at.window.store.get(session.id);
        assert.equal(stored?.refreshToken?.reveal(), refreshed.refreshToken?.reveal());
        assert.notEqual(stored?.refreshToken?.reveal(), session.refreshToken?.reveal());
        assert.ok(reported.length > 0, 'it is in the log');
        // What is in the store is neither stale nor lost, in this window and in later ones.
        for (const one of [at.window, openWindow(at.machine)]) {
          assert.equal((await one.sessions.list()).length, 1);
          await one.sessions.refresh(session.id);
          assert.equal(one.sessions.troubleOf(session.id), undefined);
        }
        assert.equal(at.org.replays.length, 0);
      });
    }

    /** A browser-based editor where one window has refreshed and cannot note it, and the other has the older copy. */
    async function refreshedUnnoted(): Promise<{
      web: Machine;
      session: Session;
      first: Window;
      other: Window;
    }> {
      const web = newMachine(new BrowserSecrets());
      const session = await signedIn(at.org, openWindow(web));
      const other = openWindow(web);
      const first = unlucky(web, full());
      await first.sessions.refresh(session.id);
      return { web, session, first, other };
    }

    it('P29, E17: in a browser-based editor others wait until the ledger says that their copies are stale', async () => {
      const { session, first, other } = await refreshedUnnoted();
      const before = at.tokenCalls();
      const waiting = other.sessions.refresh(session.id);
      waiting.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      mendFiles();
      await assert.rejects(waiting, hasCode('stale_copy'));
      assert.equal(at.tokenCalls(), before);
      await first.sessions.refresh(session.id);
      assert.equal(at.org.replays.length, 0);
    });

    for (const has of ['an older token', 'no token'] as const) {
      it(`P35: what is noted late undoes no sign-out that came before, by a window with ${has}`, async () => {
        const { web, session, first, other } = await refreshedUnnoted();
        const blind = openWindow({ ...web, secrets: new BrowserSecrets() });
        mendFiles();
        const by = has === 'no token' ? blind : other;
        await by.sessions.signOut(session.id, AbortSignal.abort());
        await delay(1500);
        assert.ok((await other.ledger.read(session.id))?.signedOut);
        for (const one of has === 'no token' ? [other, blind] : [first, other, openWindow(web)]) {
          assert.deepEqual([await one.sessions.list(), await one.sessions.missing()], [[], []]);
        }
      });
    }

    it('P28: what is noted late takes no place of a sign-in that came before', async () => {
      const web = newMachine(new BrowserSecrets());
      const session = await signedIn(at.org, openWindow(web));
      const first = unlucky(web, full());
      await first.sessions.refresh(session.id);
      mendFiles();
      const other = openWindow(web);
      // As `Sessions.add` does it that has waited 15 s for the lock.
      const again = await signedIn(at.org, openWindow(newMachine()));
      const before = await other.ledger.read(session.id);
      assert.ok(before);
      await other.store.put({ ...again, follows: before.current });
      const known = entryFor(again, before);
      await other.ledger.write(known);
      await delay(1500);
      assert.equal((await other.ledger.read(session.id))?.current, known.current);
      await other.sessions.refresh(session.id);
    });

    it('P32: a new token that the ledger never heard of outlives its window in a browser-based editor', async () => {
      const web = newMachine(new BrowserSecrets());
      const session = await signedIn(at.org, openWindow(web));
      await unlucky(web, full()).sessions.refresh(session.id);
      // The window is gone, and its lock with it.
      rmSync(join(web.folder, 'locks'), { recursive: true });
      mendFiles();
      const later = openWindow(web);
      const other = openWindow(web);
      await later.sessions.refresh(session.id);
      await assert.rejects(other.sessions.refresh(session.id), hasCode('stale_copy'));
      await later.sessions.signOut(session.id);
      assert.deepEqual(await other.sessions.list(), []);
      assert.equal(at.org.replays.length, 0);
    });

    it('P35: signing out of a session that the ledger never heard of is heard by windows with copies of it', async () => {
      const web = newMachine(new BrowserSecrets());
      const session = await signedIn(at.org, openWindow(web));
      await unlucky(web, full()).sessions.refresh(session.id);
      rmSync(join(web.folder, 'locks'), { recursive: true });
      mendFiles();
      const [one, other] = [openWindow(web), openWindow(web)];
      assert.equal((await other.sessions.list()).length, 1);
      assert.deepEqual(await one.sessions.signOut(session.id), { revoked: true });
      for (let look = 0; look < 40 && (await other.sessions.list()).length > 0; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      assert.deepEqual(await other.sessions.list(), []);
    });

    it('P35: signing out with the token that the ledger knows ends a copy that the ledger never heard of; a sign-in after that is none', async () => {
      const web = newMachine(new BrowserSecrets());
      const session = await signedIn(at.org, openWindow(web));
      const one = openWindow(web);
      await unlucky(web, full()).sessions.refresh(session.id);
      rmSync(join(web.folder, 'locks'), { recursive: true });
      mendFiles();
      const other = openWindow(web);
      assert.equal((await other.sessions.list()).length, 1);
      await one.sessions.signOut(session.id);
      for (const window of [other, openWindow(web)]) {
        assert.deepEqual(await window.sessions.list(), []);
      }
      failFiles('rename', 'EPERM', isLedger);
      await signedIn(at.org, other);
      mendFiles();
      assert.equal((await other.sessions.list()).length, 1);
      // It is noted as soon as that can be done: that sign-out was before it.
      const noted = (): Promise<LedgerEntry | undefined> => other.ledger.read(session.id);
      assert.ok(await until(noted, (entry) => entry !== undefined && !entry.signedOut));
    });

    it('E19: a grant that has ended is said to have, though that cannot be noted', async () => {
      const session = await signedIn(at.org, at.window);
      at.org.switches.faults = [parseFault('refresh:invalid_grant:expired access/refresh token')];
      const late = unlucky(at.machine, full());
      await assert.rejects(late.sessions.refresh(session.id), hasCode('invalid_grant'));
      const before = at.tokenCalls();
      await assert.rejects(
        late.sessions.accessToken(session.id, session.accessToken),
        hasCode('invalid_grant'),
      );
      assert.equal(at.tokenCalls(), before);
    });
  });

  describe('a sign-in that is finished', () => {
    for (const [what, trouble] of [
      ['written', () => failFiles('rename', 'EPERM', isLedger)],
      ['read', () => failFiles('readFile', 'EIO', isLedger)],
    ] as const) {
      it(`is kept, though the ledger cannot be ${what}, with the alias that it had`, async () => {
        const first = await signedIn(at.org, at.window, { alias: 'Acme' });
        trouble();
        const again = await signedIn(at.org, at.window);
        assert.equal(again.alias, 'Acme');
        const [listed] = await openWindow(at.machine).sessions.list();
        assert.equal(listed?.accessToken.reveal(), again.accessToken.reveal());
        assert.deepEqual(
          [listed.alias, listed.addedAtMilliseconds],
          ['Acme', first.addedAtMilliseconds],
        );
      });
    }

    for (const [what, end] of [
      ['another', () => Promise.resolve()],
      [
        'one that has ended',
        async (id: string) => {
          at.org.switches.faults = [
            parseFault('refresh:invalid_grant:expired access/refresh token'),
          ];
          await assert.rejects(at.window.sessions.refresh(id));
          at.org.switches.faults = [];
        },
      ],
      [
        'one that was signed out',
        async (id: string) => {
          await at.window.sessions.signOut(id);
        },
      ],
    ] as const) {
      it(`in place of ${what} is not taken for it, though the ledger could not be written`, async () => {
        const { id } = await signedIn(at.org, at.window);
        await end(id);
        failFiles('rename', 'EPERM', isLedger);
        const session = await signedIn(at.org, at.window);
        mendFiles();
        for (const one of [at.window, openWindow(at.machine)]) {
          assert.equal((await one.sessions.list()).length, 1);
          assert.equal(one.sessions.troubleOf(id), undefined);
        }
        const refreshed = await at.window.sessions.refresh(id);
        assert.notEqual(refreshed.refreshToken?.reveal(), session.refreshToken?.reveal());
        assert.equal(at.org.replays.length, 0);
      });
    }
  });

  it('P35: signing out of a sign-in that was never noted is heard by windows with copies of it', async () => {
    const web = newMachine(new BrowserSecrets());
    failFiles('rename', 'EPERM', isLedger);
    const { id } = await signedIn(at.org, openWindow(web));
    rmSync(join(web.folder, 'locks'), { recursive: true }); // the window is gone
    mendFiles();
    const [one, other] = [openWindow(web), openWindow(web)];
    assert.equal((await other.sessions.list()).length, 1);
    assert.deepEqual(await one.sessions.signOut(id), { revoked: true });
    assert.deepEqual(await openWindow(web).sessions.list(), []);
    assert.ok(
      await until(
        () => other.sessions.list(),
        (sessions) => sessions.length === 0,
      ),
    );
  });

  it('a file that cannot be read hides no session, and keeps nobody from signing out', async () => {
    const session = await signedIn(at.org, at.window);
    failFiles('readFile', 'EIO', isLedger);
    const second = openWindow(at.machine);
    assert.equal((await second.sessions.list()).length, 1);
    assert.deepEqual(await second.sessions.signOut(session.id), { revoked: true });
    assert.deepEqual(await at.window.sessions.list(), []);
  });

  for (const loginHost of ['x', 'http://evil.example', 'https://login.salesforce.com/path']) {
    it(`an entry with ${loginHost} in place of a login host is not one of ours`, async () => {
      await signedIn(at.org, at.window);
      at.secrets.values.clear();
      const file = ledgerFile();
      writeFileSync(file, readFileSync(file, 'utf8').replace(at.org.url, loginHost));
      assert.deepEqual(await openWindow(at.machine).sessions.missing(), []);
    });
  }

  it('an entry of a newer version is left alone: no token is spent past it, and the user hears why', async () => {
    const session = await signedIn(at.org, at.window);
    const file = ledgerFile();
    const newer = readFileSync(file, 'utf8').replace('"version":1', '"version":2,"more":1');
    writeFileSync(file, newer);
    const before = at.tokenCalls();
    await assert.rejects(at.window.sessions.refresh(session.id), hasCode('newer_version'));
    assert.equal(at.tokenCalls(), before);
    await at.window.sessions.signOut(session.id);
    assert.equal(readFileSync(file, 'utf8'), newer);
  });
});
