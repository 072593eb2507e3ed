/** A refresh that is overtaken: by a sign-out, a new sign-in or another window that could not wait for the lock. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '../../../src/session/session.ts';
import { entryFor, fingerprintOf } from '../../../src/session/tokenLedger.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { fetch } from '../support/fetch.ts';
import { hasCode } from '../support/hasCode.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow, type Machine } from '../support/window.ts';
import { newWorlds } from '../support/world.ts';

describe('a refresh that is overtaken', () => {
  const at = newWorlds({ rotate: true });

  /** A refresh that stays at the token endpoint until it is let go on, whatever the answer; it is there already. */
  async function slowRefresh(
    { id }: Session,
    of = at.machine,
    answer?: () => Response,
  ): Promise<{ refreshing: Promise<Session>; goOn: () => void }> {
    const sent = Promise.withResolvers<undefined>();
    const gate = Promise.withResolvers<undefined>();
    const slow = openWindow(of, {
      fetch: async (input, init) => {
        if (!input.endsWith('/token')) return fetch(input, init);
        const given = answer?.() ?? (await fetch(input, init));
        sent.resolve(undefined);
        await gate.promise;
        return given;
      },
    });
    const refreshing = slow.sessions.refresh(id);
    refreshing.catch(() => undefined); // looked at by the tests
    await sent.promise;
    return { refreshing, goOn: () => gate.resolve(undefined) };
  }
  /** From here on the windows' locks hold nobody up, as after 15 s of waiting. */
  const unlock = (of: Machine): void =>
    rmSync(`${of.folder}/locks`, { recursive: true, force: true });
  const failure = (error: string) => (): Response =>
    Response.json({ error, error_description: 'expired access/refresh token' }, { status: 400 });

  for (const rotate of [true, false]) {
    it(`P28, P35: a sign-in that came during a slow refresh stays, ${rotate ? 'with' : 'without'} rotation; what the refresh brought is given back`, async () => {
      at.org.switches.rotate = rotate;
      const session = await signedIn(at.org, at.window);
      const { refreshing, goOn } = await slowRefresh(session);
      unlock(at.machine);
      const again = await signedIn(at.org, openWindow(at.machine));
      goOn();
      const refreshed = await refreshing;
      assert.equal(refreshed.refreshToken?.reveal(), again.refreshToken?.reveal());
      const stored = await at.window.store.get(session.id);
      assert.equal(stored?.refreshToken?.reveal(), again.refreshToken?.reveal());
      const [old, ...rest] = at.org.refreshTokens();
      assert.deepEqual(rest, [again.refreshToken?.reveal()]);
      assert.equal(await at.statusOf(old), 400);
      await at.window.sessions.refresh(session.id);
      assert.equal(at.org.replays.length, 0);
    });
  }

  it('P35: another refresh that came meanwhile without rotation stays: the refresh token that both share is not given back', async () => {
    at.org.switches.rotate = false;
    const session = await signedIn(at.org, at.window);
    const { refreshing, goOn } = await slowRefresh(session);
    unlock(at.machine);
    const refreshed = await at.window.sessions.refresh(session.id);
    goOn();
    assert.equal((await refreshing).accessToken.reveal(), refreshed.accessToken.reveal());
    assert.equal(await at.statusOf(session.refreshToken?.reveal()), 200);
  });

  it('P28: a sign-in that is being stored just when the refresh would begin is waited for, not declared lost', async () => {
    const session = await signedIn(at.org, at.window);
    const [reaching, gate] = [
      Promise.withResolvers<undefined>(),
      Promise.withResolvers<undefined>(),
    ];
    const slow = openWindow(at.machine, {
      fetch: async (input, init) => {
        reaching.resolve(undefined);
        if (!input.endsWith('/token')) await gate.promise;
        return fetch(input, init);
      },
    });
    const refreshing = slow.sessions.refresh(session.id);
    await reaching.promise;
    // As `Sessions.add` does it that has waited 15 s for the lock.
    const again = await signedIn(at.org, openWindow(newMachine()));
    const { ledger, store } = openWindow(at.machine);
    const entry = await ledger.read(session.id);
    assert.ok(entry);
    await ledger.write({ ...entry, next: fingerprintOf(again, entry.salt) });
    gate.resolve(undefined);
    await delay(300);
    await store.put({ ...again, follows: entry.current });
    await ledger.write(entryFor(again, entry));
    const refreshed = await refreshing;
    assert.equal(refreshed.refreshToken?.reveal(), again.refreshToken?.reveal());
    assert.equal(slow.sessions.troubleOf(session.id), undefined);
  });

  it('P28: and so it does where the ledger knows nothing of it', async () => {
    const session = await signedIn(at.org, at.window);
    const { refreshing, goOn } = await slowRefresh(session);
    unlock(at.machine);
    const other = openWindow(at.machine);
    other.ledger.write = () => Promise.reject(new Error('ENOSPC'));
    const again = await signedIn(at.org, other);
    goOn();
    await refreshing;
    const stored = await at.window.store.get(session.id);
    assert.equal(stored?.refreshToken?.reveal(), again.refreshToken?.reveal());
  });

  it('P28: in a browser-based editor the window says that it has an old copy', async () => {
    const web = newMachine(new BrowserSecrets());
    const session = await signedIn(at.org, openWindow(web));
    const { refreshing, goOn } = await slowRefresh(session, web);
    unlock(web);
    const other = openWindow(web);
    await signedIn(at.org, other);
    goOn();
    await assert.rejects(refreshing, hasCode('stale_copy'));
    await other.sessions.refresh(session.id);
    assert.equal(at.org.replays.length, 0);
  });

  for (const error of ['invalid_grant', 'rate_limit_exceeded']) {
    it(`P31, P35: ${error} undoes neither a sign-out that came meanwhile nor a sign-in`, async () => {
      for (const what of ['sign-out', 'sign-in']) {
        const session = await signedIn(at.org, at.window);
        const { refreshing, goOn } = await slowRefresh(session, at.machine, failure(error));
        unlock(at.machine);
        if (what === 'sign-in') await signedIn(at.org, openWindow(at.machine));
        else await at.window.sessions.signOut(session.id);
        const known = await at.window.ledger.read(session.id);
        goOn();
        if (what === 'sign-in') await refreshing;
        else await assert.rejects(refreshing, hasCode('signed_out'));
        assert.deepEqual(await at.window.ledger.read(session.id), known);
        const later = openWindow(at.machine);
        assert.equal((await later.sessions.list()).length, what === 'sign-in' ? 1 : 0);
        assert.deepEqual(await later.sessions.missing(), []);
      }
    });
  }

  it('P35: a sign-out while another window refreshes leaves nothing alive and nothing stored', async () => {
    const session = await signedIn(at.org, at.window);
    const second = openWindow(at.machine);
    at.org.switches.latencyMilliseconds = 150;
    const refreshing = second.sessions.refresh(session.id).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await at.window.sessions.signOut(session.id);
    const refreshed = await refreshing;
    at.org.switches.latencyMilliseconds = 0;
    assert.equal(
      [...at.secrets.values.keys()].filter((key) => key.startsWith('session/')).length,
      0,
    );
    assert.equal(await at.isAlive(refreshed ?? session), false);
  });

  for (const still of ['lets go', 'has not let go']) {
    it(`P35: a window that was signed out behind its back in the middle of a refresh stores nothing and revokes, where the store ${still} of the session`, async () => {
      const session = await signedIn(at.org, at.window);
      const { refreshing, goOn } = await slowRefresh(session);
      // What a sign-out does that could not wait for the lock.
      const entry = await at.window.ledger.read(session.id);
      assert.ok(entry?.spending);
      await at.window.ledger.write({ ...entry, spending: undefined, signedOut: true });
      const key = `session/${session.id}`;
      if (still === 'lets go') at.secrets.values.delete(key);
      const stored = at.secrets.values.get(key);
      goOn();
      await assert.rejects(refreshing, hasCode('signed_out'));
      assert.equal(at.secrets.values.get(key), stored);
      assert.equal(
        await at.statusOf(at.org.refreshTokens().at(-1)),
        400,
        'with all that it brought',
      );
    });
  }

  it('P29: a window that was overtaken while it was frozen does not spend the token any more', async () => {
    const session = await signedIn(at.org, at.window);
    const before = at.tokenCalls();
    const frozen = openWindow(at.machine, {
      fetch: async (input, init) => {
        // It wakes up in the middle: meanwhile somebody has taken the lock over.
        if (input.endsWith('/services/data')) {
          const [folder = ''] = readdirSync(`${at.machine.folder}/locks`);
          writeFileSync(`${at.machine.folder}/locks/${folder}/99.held`, '');
        }
        return fetch(input, init);
      },
    });
    await assert.rejects(frozen.sessions.refresh(session.id), hasCode('refresh_busy'));
    assert.equal(at.tokenCalls(), before);
  });
});
