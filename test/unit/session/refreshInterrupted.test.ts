/** Windows that die in the middle of a refresh, and what becomes of the session. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { parseFault } from '../../../src/demo/switches.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import type { Session } from '../../../src/session/session.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { fetch } from '../support/fetch.ts';
import { hasCode } from '../support/hasCode.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow } from '../support/window.ts';
import { newWorlds } from '../support/world.ts';

describe('P32, E18: a window that dies', () => {
  const at = newWorlds({ rotate: true });

  /** A window refreshes, and its store or network ends it at a certain moment, as SIGKILL would: it does nothing more. */
  async function dieIn(
    session: Session,
    when: 'before sending' | 'while the server works' | 'before storing' | 'after storing',
    of = at.machine,
  ): Promise<void> {
    const dead = Promise.withResolvers<undefined>();
    const die = (): Promise<never> => {
      dead.resolve(undefined);
      return new Promise<never>(() => undefined);
    };
    const dying = openWindow(of, {
      fetch: async (input, init) => {
        const isToken = input.endsWith('/token');
        if (isToken && when === 'before sending') return die();
        const answer = await fetch(input, init);
        return isToken && when === 'while the server works' ? die() : answer;
      },
    });
    const put = dying.store.put.bind(dying.store);
    if (when === 'before storing') dying.store.put = die;
    if (when === 'after storing') dying.store.put = (one) => put(one).then(die);
    void dying.sessions.refresh(session.id);
    await dead.promise;
    // Its lock is taken over: the process that it names lives on here.
    rmSync(`${of.folder}/locks`, { recursive: true, force: true });
  }

  it('before it sent the token costs nothing', async () => {
    const session = await signedIn(at.org, at.window);
    await dieIn(session, 'before sending');
    const refreshed = await at.window.sessions.refresh(session.id);
    assert.notEqual(refreshed.accessToken.reveal(), session.accessToken.reveal());
    assert.equal(at.org.replays.length, 0);
  });

  it('after the org rotated costs this session a new sign-in, said plainly, after one attempt', async () => {
    const session = await signedIn(at.org, at.window);
    const other = await signedIn(at.org, at.window, { username: at.org.viewer.username });
    await dieIn(session, 'while the server works');
    const before = at.tokenCalls();
    await assert.rejects(at.window.sessions.refresh(session.id), (error) => {
      assert.ok(error instanceof UserFacingError);
      assert.equal(error.code, 'grant_lost');
      assert.match(error.message, /in the middle of a refresh/);
      assert.deepEqual(error.remedies, ['signInAgain']);
      return true;
    });
    assert.equal(at.tokenCalls(), before + 1);
    // No second attempt, also not by a window that opens later.
    const later = openWindow(at.machine);
    await assert.rejects(later.sessions.refresh(session.id), hasCode('grant_lost'));
    await later.sessions.list();
    assert.equal(later.sessions.troubleOf(session.id)?.code, 'grant_lost');
    assert.equal(at.tokenCalls(), before + 1);
    // Nobody else's session suffers.
    await at.window.sessions.refresh(other.id);
    // A new sign-in mends it.
    await signedIn(at.org, at.window);
    assert.equal(at.window.sessions.troubleOf(session.id), undefined);
    await later.sessions.refresh(session.id);
  });

  it('a network that is cut off before the answer is here leaves it as open, and what that cost is said as plainly', async () => {
    const session = await signedIn(at.org, at.window);
    const cut = openWindow(at.machine, {
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        if (input.endsWith('/token')) throw new TypeError('fetch failed');
        return answer;
      },
    });
    await assert.rejects(cut.sessions.refresh(session.id), UserFacingError);
    assert.equal((await at.window.ledger.read(session.id))?.spending, true);
    await assert.rejects(at.window.sessions.refresh(session.id), hasCode('grant_lost'));
  });

  it('where the org does not rotate, a grant that ends later was not lost by it, and nobody says so', async () => {
    at.org.switches.rotate = false;
    const session = await signedIn(at.org, at.window);
    await at.window.sessions.refresh(session.id);
    await dieIn(session, 'while the server works');
    at.org.switches.faults = [parseFault('refresh:invalid_grant:expired access/refresh token')];
    await assert.rejects(at.window.sessions.refresh(session.id), hasCode('invalid_grant'));
    const later = openWindow(at.machine);
    await later.sessions.list();
    assert.equal(later.sessions.troubleOf(session.id)?.code, 'invalid_grant');
  });

  it('between the answer and the store is known for lost without an attempt', async () => {
    const session = await signedIn(at.org, at.window);
    await dieIn(session, 'before storing');
    const before = at.tokenCalls();
    await assert.rejects(at.window.sessions.refresh(session.id), hasCode('grant_lost'));
    assert.equal(at.tokenCalls(), before);
    assert.equal(at.org.replays.length, 0);
  });

  for (const when of ['while the server works', 'before storing'] as const) {
    it(`P35: ${when}, and a sign-out does not say that what nobody saw is revoked`, async () => {
      for (const isRefreshed of [false, true]) {
        const session = await signedIn(at.org, at.window);
        await dieIn(session, when);
        if (isRefreshed) await assert.rejects(at.window.sessions.refresh(session.id));
        at.org.switches.faults = [parseFault('revoke:invalid_token')];
        const { revoked } = await at.window.sessions.signOut(session.id);
        assert.equal(revoked, false, isRefreshed ? 'after another refresh' : 'at once');
        at.org.switches.faults = [];
      }
    });
  }

  it('P35: where the org does not rotate, what it does not know is gone, whatever was cut off', async () => {
    at.org.switches.rotate = false;
    const session = await signedIn(at.org, at.window);
    await at.window.sessions.refresh(session.id);
    await dieIn(session, 'while the server works');
    at.org.switches.faults = [parseFault('revoke:invalid_token')];
    assert.deepEqual(await at.window.sessions.signOut(session.id), { revoked: true });
  });

  it('after it stored, before it had said so, costs nothing', async () => {
    const session = await signedIn(at.org, at.window);
    await dieIn(session, 'after storing');
    await at.window.sessions.refresh(session.id);
    assert.equal(at.org.replays.length, 0);
  });

  it('P32: after it stored, in a browser-based editor, ends nothing for windows with old copies', async () => {
    const web = newMachine(new BrowserSecrets());
    const first = openWindow(web);
    const session = await signedIn(at.org, first);
    const second = openWindow(web);
    await dieIn(session, 'after storing', web);
    await assert.rejects(second.sessions.refresh(session.id), hasCode('stale_copy'));
    await openWindow(web).sessions.refresh(session.id);
    assert.equal(at.org.replays.length, 0);
  });

  for (const when of ['before it has asked', 'just before it sends'] as const) {
    it(`P32: that is closed in good order ${when} does not send what it could not store the answer to`, async () => {
      const session = await signedIn(at.org, at.window);
      const [asking, gate] = [
        Promise.withResolvers<undefined>(),
        Promise.withResolvers<undefined>(),
      ];
      const wait = async (): Promise<void> => {
        asking.resolve(undefined);
        await gate.promise;
      };
      const closing = openWindow(at.machine, {
        fetch: async (input, init) => {
          if (when === 'before it has asked' && input.endsWith('/services/data')) await wait();
          return fetch(input, init);
        },
      });
      const write = closing.ledger.write.bind(closing.ledger);
      closing.ledger.write = async (entry) => {
        await write(entry);
        if (when === 'just before it sends') await wait();
      };
      const before = at.tokenCalls();
      const refreshing = closing.sessions.refresh(session.id);
      refreshing.catch(() => undefined);
      await asking.promise;
      // The editor takes SecretStorage away first.
      closing.store.put = () => Promise.reject(new Error('Canceled'));
      closing.sessions.stop();
      gate.resolve(undefined);
      await assert.rejects(refreshing, hasCode('refresh_busy'));
      assert.equal(at.tokenCalls(), before);
      assert.equal((await at.window.ledger.read(session.id))?.spending, undefined);
      await at.window.sessions.refresh(session.id);
      assert.equal(at.org.replays.length, 0);
    });
  }
});
