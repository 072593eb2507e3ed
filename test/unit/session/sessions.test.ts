/** Sessions as they are stored, listed, signed out and left alone. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { startDemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import { Secret } from '../../../src/oauth/secret.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { learnExpiry } from '../../../src/session/expiryProbe.ts';
import { parseSession, serialize } from '../../../src/session/session.ts';
import type { StoreTrouble } from '../../../src/session/sessionStore.ts';
import { expiryFromAnswer, tokenStateOf } from '../../../src/session/tokenState.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { fetch } from '../support/fetch.ts';
import { hasCode } from '../support/hasCode.ts';
import { json, serve } from '../support/server.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow } from '../support/window.ts';
import { newWorlds } from '../support/world.ts';

describe('sessions', () => {
  const at = newWorlds();

  /** Beside the one of the sign-in. */
  const refreshCalls = (): number => at.tokenCalls() - 1;

  it('P28, E18: with rotation the new refresh token is stored; without, the old one stays', async () => {
    const session = await signedIn(at.org, at.window);
    const kept = await at.window.sessions.refresh(session.id);
    assert.equal(kept.refreshToken?.reveal(), session.refreshToken?.reveal());
    at.org.switches.rotate = true;
    const rotated = await at.window.sessions.refresh(session.id);
    assert.notEqual(rotated.refreshToken?.reveal(), session.refreshToken?.reveal());
    assert.equal(
      (await at.window.store.get(session.id))?.refreshToken?.reveal(),
      rotated.refreshToken?.reveal(),
    );
    // The stored one works: nothing was lost on the way.
    await at.window.sessions.refresh(session.id);
  });

  it('P28: a refresh may narrow the scopes; where it names none, they stay', async () => {
    const { id } = await signedIn(at.org, at.window);
    let scope: string | undefined = 'api';
    const narrowing = openWindow(at.machine, {
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        if (!input.endsWith('/token')) return answer;
        return Response.json({ ...((await answer.json()) as object), scope });
      },
    });
    assert.deepEqual((await narrowing.sessions.refresh(id)).scopes, ['api']);
    scope = undefined;
    assert.deepEqual((await narrowing.sessions.refresh(id)).scopes, ['api']);
  });

  it('a sign-in that brings the grant that is there already revokes nothing', async () => {
    const session = await signedIn(at.org, at.window);
    await at.window.sessions.add(session);
    // It would not be waited for.
    await delay(200);
    assert.ok(!at.org.requests.some(({ path }) => path.endsWith('/revoke')));
    assert.equal((await at.window.sessions.list()).length, 1);
  });

  it('P35: a sign-in by way of another login host revokes what it replaces where that was granted', async () => {
    const before = await signedIn(at.org, at.window);
    const elsewhere = await startDemoOrg();
    try {
      assert.equal((await signedIn(elsewhere, at.window)).id, before.id);
      // It is not waited for.
      await at.untilDead(before);
      assert.equal(await at.statusOf(before.refreshToken?.reveal()), 400);
      assert.ok(!elsewhere.requests.some(({ path }) => path.endsWith('/revoke')));
    } finally {
      await elsewhere.close();
    }
  });

  it('P29: a sign-in that takes the place of an outdated copy does not send its token, which the org has replaced', async () => {
    at.org.switches.rotate = true;
    const web = newMachine(new BrowserSecrets());
    const first = openWindow(web);
    const { id } = await signedIn(at.org, first);
    const second = openWindow(web);
    await first.sessions.refresh(id);
    await signedIn(at.org, second);
    // It would not be waited for.
    await delay(200);
    assert.ok(!at.org.requests.some(({ path }) => path.endsWith('/revoke')));
  });

  it('P29: 30 calls with a refused token make one refresh', async () => {
    const session = await signedIn(at.org, at.window);
    at.org.switches.rotate = true;
    const tokens = await Promise.all(
      Array.from({ length: 30 }, () =>
        at.window.sessions.accessToken(session.id, session.accessToken),
      ),
    );
    assert.equal(refreshCalls(), 1);
    assert.equal(new Set(tokens.map((token) => token.reveal())).size, 1);
    assert.notEqual(tokens[0]?.reveal(), session.accessToken.reveal());
  });

  it('P31: a dead grant ends the session, says so, and keeps it listed', async () => {
    const session = await signedIn(at.org, at.window);
    at.org.switches.faults = [parseFault('refresh:invalid_grant:expired access/refresh token')];
    await assert.rejects(
      at.window.sessions.refresh(session.id),
      (error: Error) => error instanceof UserFacingError && error.remedies.includes('signInAgain'),
    );
    assert.ok(at.window.sessions.troubleOf(session.id));
    assert.equal((await at.window.sessions.list()).length, 1);
  });

  for (const fault of [
    'refresh:server_error',
    'refresh:rate_limit_exceeded',
    'refresh:html',
    'refresh:reset',
    'refresh:empty',
  ]) {
    it(`P31: ${fault} leaves the session alone`, async () => {
      const session = await signedIn(at.org, at.window);
      at.org.switches.faults = [parseFault(fault)];
      await assert.rejects(at.window.sessions.refresh(session.id), UserFacingError);
      assert.equal(at.window.sessions.troubleOf(session.id), undefined);
      assert.equal(
        (await at.window.store.get(session.id))?.refreshToken?.reveal(),
        session.refreshToken?.reveal(),
      );
      at.org.switches.faults = [];
      await at.window.sessions.refresh(session.id);
    });
  }

  it('P31: an invalid_grant after another window has refreshed is no end: its token is adopted', async () => {
    const session = await signedIn(at.org, at.window);
    at.org.switches.rotate = true;
    const second = openWindow(at.machine);
    const stale = { ...session };
    const fresh = await second.sessions.refresh(session.id);
    // As if this window had read the store just before the other one wrote it.
    const get = at.window.store.get.bind(at.window.store);
    let first = true;
    at.window.store.get = (id) => {
      if (!first) return get(id);
      first = false;
      return Promise.resolve(stale);
    };
    at.org.switches.faults = [parseFault('refresh:invalid_grant:expired access/refresh token*1')];
    const adopted = await at.window.sessions.refresh(session.id);
    assert.equal(adopted.accessToken.reveal(), fresh.accessToken.reveal());
  });

  it('E37: a session without a refresh token is well as long as its token lives; who wants a new one hears why not', async () => {
    const session = await signedIn(at.org, at.window, { scopes: ['api'] });
    assert.equal(session.refreshToken, undefined);
    await assert.rejects(at.window.sessions.refresh(session.id), hasCode('no_refresh_token'));
    assert.equal(at.window.sessions.troubleOf(session.id), undefined);
    const rejected = at.window.sessions.accessToken(session.id, session.accessToken);
    await assert.rejects(rejected, hasCode('no_refresh_token'));
    assert.equal(at.window.sessions.troubleOf(session.id)?.code, 'no_refresh_token');
  });

  it('P20: a refresh that is cancelled before it has begun is not sent', async () => {
    const session = await signedIn(at.org, at.window);
    at.org.switches.faults = [parseFault('refresh:invalid_grant:expired access/refresh token')];
    const get = at.window.store.get.bind(at.window.store);
    const cancel = new AbortController();
    at.window.store.get = async (id) => {
      cancel.abort(); // while the keyring takes its time
      return get(id);
    };
    await assert.rejects(at.window.sessions.refresh(session.id, cancel.signal), {
      name: 'AbortError',
    });
    await delay(300);
    assert.equal(refreshCalls(), 0);
    assert.equal(at.window.sessions.troubleOf(session.id), undefined);
  });

  it('E7: a sign-in and a sign-out in one window are heard in the other', async () => {
    const second = openWindow(at.machine);
    let heard = 0;
    second.sessions.onDidChange(() => (heard += 1));
    const session = await signedIn(at.org, at.window);
    assert.equal((await second.sessions.list()).length, 1);
    await at.window.sessions.signOut(session.id);
    assert.equal((await second.sessions.list()).length, 0);
    assert.ok(heard >= 2);
  });

  it('P36: introspection that a public client may not use means unknown, never expired', async () => {
    for (const introspectPublic of ['invalid_client', 'inactive'] as const) {
      at.org.switches.introspectPublic = introspectPublic;
      const session = await signedIn(at.org, at.window);
      at.org.switches.authSession = false;
      at.org.switches.securitySettingsReadable = false;
      assert.equal(await learnExpiry(at.window, session), undefined);
      assert.equal(
        tokenStateOf(at.window.sessions.expiryOf(session), Date.now(), 1000).kind,
        'unknown',
      );
    }
  });

  it('P36: only active decides: an end that comes with active: false is not believed', async () => {
    const session = await signedIn(at.org, at.window);
    const server = await serve(json(200, { active: false, exp: 4_000_000_000 }));
    try {
      const learned = await learnExpiry(at.window, { ...session, loginHost: server.url });
      assert.notEqual(learned?.source, 'introspection');
    } finally {
      await server.close();
    }
  });

  it('introspection that answers gives the time left', async () => {
    const session = await signedIn(at.org, at.window);
    const learned = await learnExpiry(at.window, session);
    assert.equal(learned?.source, 'introspection');
    const state = tokenStateOf(at.window.sessions.expiryOf(session), Date.now(), 1000);
    assert.equal(state.kind, 'valid');
  });

  it('a stored session that is damaged or foreign is set aside, with one message; others go on', async () => {
    const session = await signedIn(at.org, at.window);
    const good = serialize(session);
    for (const [why, text] of [
      ['not JSON', '{'],
      [
        'an instance elsewhere',
        good
          .replaceAll(at.org.url, 'https://evil.example')
          .replace('"loginHost":"https://evil.example"', `"loginHost":"${at.org.url}"`),
      ],
      [
        'a login host that is not safe',
        good.replace(`"loginHost":"${at.org.url}"`, '"loginHost":"http://evil.example"'),
      ],
      ['no token', good.replace(session.accessToken.reveal(), '')],
      ["another session's key", good.replaceAll(session.userId, '0055g0000ThirdUsAA')],
    ] as const) {
      const other = session.id.replace('DemoUsr', 'OtherUs');
      const heard: StoreTrouble[] = [];
      const second = openWindow(at.machine);
      second.store.onDidHaveTrouble((trouble) => heard.push(trouble));
      at.secrets.values.set(`session/${other}`, text);
      const listed = [...(await second.sessions.list()), ...(await second.store.list())];
      assert.deepEqual(
        listed.map(({ id }) => id),
        [session.id, session.id],
        why,
      );
      assert.equal(at.secrets.values.get(`setAside/${other}`), text);
      assert.equal(at.secrets.values.has(`session/${other}`), false);
      assert.deepEqual(heard, [{ kind: 'damaged', id: other }]);
      await second.store.delete(other);
      assert.deepEqual([...at.secrets.values.keys()], [`session/${session.id}`], why);
    }
  });

  it('a session that a newer version stored is left where it is, and named', async () => {
    const session = await signedIn(at.org, at.window);
    const text = serialize(session).replace('"version":1', '"version":2');
    at.secrets.values.set(`session/${session.id}`, text);
    const second = openWindow(at.machine);
    const heard: StoreTrouble[] = [];
    second.store.onDidHaveTrouble((trouble) => heard.push(trouble));
    assert.deepEqual(await second.sessions.list(), []);
    assert.deepEqual(heard, [{ kind: 'newer', id: session.id }]);
    assert.equal(at.secrets.values.get(`session/${session.id}`), text);
  });

  it('a stored session with a member that is no address is refused, without a throw', async () => {
    const good = serialize(await signedIn(at.org, at.window));
    for (const member of ['instanceUrl', 'loginHost']) {
      const text = good.replace(new RegExp(`"${member}":"[^"]*"`), `"${member}":""`);
      assert.equal(parseSession(text), undefined, member);
    }
  });

  it('stored text of any kind never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.equal(parseSession(text), undefined);
      }),
    );
  });
});

describe('token state', () => {
  const jwt = (exp: unknown): Secret =>
    new Secret(
      `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.sig`,
    );

  it('a JWT tells its own end; expires_in is next; else it is not known', () => {
    assert.deepEqual(expiryFromAnswer(jwt(1000), 5, 0), {
      atMilliseconds: 1_000_000,
      source: 'jwt',
    });
    assert.deepEqual(expiryFromAnswer(new Secret('00D!x'), 5, 1000), {
      atMilliseconds: 6000,
      source: 'tokenAnswer',
    });
    assert.equal(expiryFromAnswer(new Secret('00D!x'), undefined, 0), undefined);
  });

  for (const exp of ['soon', null, {}, undefined, 1e308]) {
    it(`a JWT whose exp is ${JSON.stringify({ exp })} is not believed`, () =>
      assert.equal(expiryFromAnswer(jwt(exp), undefined, 0), undefined));
  }

  it('an end that no date can hold is not known', () => {
    assert.equal(expiryFromAnswer(new Secret('00D!x'), 1e15, 1000), undefined);
    const claims = { iat: -8e12, exp: 8e12 };
    const token = `eyJ.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;
    assert.equal(expiryFromAnswer(new Secret(token), undefined, 1000), undefined);
  });

  it('valid, expiring, expired', () => {
    const expiry = { atMilliseconds: 10_000, source: 'jwt' as const };
    assert.equal(tokenStateOf(expiry, 0, 5000).kind, 'valid');
    assert.equal(tokenStateOf(expiry, 5000, 5000).kind, 'expiring');
    assert.equal(tokenStateOf(expiry, 10_000, 5000).kind, 'expired');
  });
});
