/** Windows that die in the middle of a refresh, and what becomes of the session. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import type { Session } from '../../../src/session/session.ts';
import { fetch } from '../support/fetch.ts';
import { hasCode } from '../support/hasCode.ts';
import { signedIn } from '../support/signedIn.ts';
import { openWindow, type Window } from '../support/window.ts';
import { newWorlds } from '../support/world.ts';

describe('P32, E18: a window that dies', () => {
  const at = newWorlds({ rotate: true });

  /** A window whose store or network ends it at a certain moment, as SIGKILL would: it does nothing more. */
  function dyingWindow(
    when: 'before sending' | 'while the server works' | 'before storing',
  ): Window {
    const dies = new Promise<never>(() => undefined);
    const dying = openWindow(at.machine, {
      fetch: async (input, init) => {
        const isToken = input.endsWith('/token');
        if (isToken && when === 'before sending') return dies;
        const answer = await fetch(input, init);
        return isToken && when === 'while the server works' ? dies : answer;
      },
    });
    if (when === 'before storing') dying.store.put = () => dies;
    return dying;
  }
  /** Takes over from a window that is gone: its lock file names a process that lives, this one. */
  async function letGo(session: Session): Promise<void> {
    rmSync(`${at.machine.folder}/locks`, { recursive: true, force: true });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(session);
  }
  async function dieIn(session: Session, when: Parameters<typeof dyingWindow>[0]): Promise<void> {
    void dyingWindow(when).sessions.refresh(session.id);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await letGo(session);
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

  it('between the answer and the store is known for lost without an attempt', async () => {
    const session = await signedIn(at.org, at.window);
    await dieIn(session, 'before storing');
    const before = at.tokenCalls();
    await assert.rejects(at.window.sessions.refresh(session.id), hasCode('grant_lost'));
    assert.equal(at.tokenCalls(), before);
    assert.equal(at.org.replays.length, 0);
  });

  it('after it stored, before it had said so, costs nothing', async () => {
    const session = await signedIn(at.org, at.window);
    const dying = openWindow(at.machine);
    const put = dying.store.put.bind(dying.store);
    dying.store.put = async (one) => {
      await put(one);
      await new Promise(() => undefined);
    };
    void dying.sessions.refresh(session.id);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await letGo(session);
    await at.window.sessions.refresh(session.id);
    assert.equal(at.org.replays.length, 0);
  });
});
