/** When a token ends, and how that is known. */
import assert from 'node:assert/strict';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import type { Fetch } from '../../../src/oauth/http.ts';
import { learnExpiry } from '../../../src/session/expiryProbe.ts';
import { json, serve } from '../support/server.ts';
import { signedIn } from '../support/signedIn.ts';
import { openWindow } from '../support/window.ts';
import { newWorlds } from '../support/world.ts';

const MINUTE = 60_000;

describe('the end of a token', () => {
  const at = newWorlds({ tokenLifetimeSeconds: 3600 });

  /** In the order of SALESFORCE.md 3; each step takes away what came before. */
  const STEPS: readonly (readonly [string, (org: DemoOrg) => void, number | undefined])[] = [
    ['jwt', ({ switches }) => (switches.jwtAccessTokens = true), 60],
    ['introspection', () => undefined, 60],
    ['authSession', ({ switches }) => (switches.introspectPublic = 'inactive'), 60],
    [
      'sessionTimeout',
      ({ switches }) => {
        switches.introspectPublic = 'invalid_client';
        switches.authSession = false;
      },
      // The org's setting says two hours.
      120,
    ],
    [
      'unknown',
      ({ switches }) => {
        switches.introspectPublic = 'invalid_client';
        switches.authSession = false;
        switches.securitySettingsReadable = false;
      },
      undefined,
    ],
  ];
  for (const [source, prepare, minutes] of STEPS) {
    it(`E38: ${source}: ${minutes === undefined ? 'nothing is claimed' : `about ${minutes} minutes`}`, async () => {
      prepare(at.org);
      const session = await signedIn(at.org, at.window);
      const expiry = await learnExpiry(at.window, session);
      assert.deepEqual(at.window.sessions.expiryOf(session), expiry);
      if (minutes === undefined) {
        assert.equal(expiry, undefined);
        return;
      }
      assert.equal(expiry?.source, source);
      const left = (expiry.atMilliseconds - Date.now()) / MINUTE;
      assert.ok(Math.abs(left - minutes) < 1, `${left} minutes`);
    });
  }

  it('what was found out of one token says nothing of the next', async () => {
    const session = await signedIn(at.org, at.window);
    await learnExpiry(at.window, session);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const refreshed = await at.window.sessions.refresh(session.id);
    assert.equal(at.window.sessions.expiryOf(refreshed), undefined);
  });

  it('E38: a late answer about a token that was replaced meanwhile takes nothing from the new one', async () => {
    const session = await signedIn(at.org, at.window);
    const gate = Promise.withResolvers<undefined>();
    const fetch: Fetch = async (input, init) => {
      const token = new URLSearchParams(init?.body as string).get('token');
      if (token === session.accessToken.reveal()) await gate.promise;
      return at.window.fetch(input, init);
    };
    const slow = openWindow(at.machine, { fetch });
    const late = learnExpiry(slow, session);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const refreshed = await slow.sessions.refresh(session.id);
    const expiry = await learnExpiry(slow, refreshed);
    assert.ok(expiry);
    gate.resolve(undefined);
    await late;
    assert.deepEqual(slow.sessions.expiryOf(refreshed), expiry);
    const later = openWindow(at.machine);
    const [seen] = await later.sessions.list();
    assert.ok(seen);
    assert.deepEqual(later.sessions.expiryOf(seen), expiry);
  });

  for (const introspectPublic of ['allow', 'inactive'] as const) {
    it(`E38: all windows know what one has found out, open ones as well: introspection ${introspectPublic}`, async () => {
      at.org.switches.introspectPublic = introspectPublic;
      const session = await signedIn(at.org, at.window);
      const open = openWindow(at.machine);
      await open.sessions.list();
      const told = new Promise((resolve) => open.sessions.onDidChange(() => resolve(undefined)));
      const expiry = await learnExpiry(at.window, session);
      assert.equal(expiry?.source, introspectPublic === 'allow' ? 'introspection' : 'authSession');
      await told;
      for (const window of [open, openWindow(at.machine)]) {
        const [seen] = await window.sessions.list();
        assert.ok(seen);
        assert.deepEqual(window.sessions.expiryOf(seen), expiry);
      }
    });
  }

  it('E38: a refresh that the org made necessary is told to whoever finds out when the new token ends', async () => {
    const session = await signedIn(at.org, at.window);
    await learnExpiry(at.window, session);
    const learned: Promise<unknown>[] = [];
    at.window.sessions.onDidRefresh((refreshed) => learned.push(learnExpiry(at.window, refreshed)));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await at.window.sessions.accessToken(session.id, session.accessToken);
    assert.equal(learned.length, 1);
    await Promise.all(learned);
    const refreshed = await at.window.sessions.get(session.id);
    assert.ok(refreshed && refreshed.accessToken.reveal() !== session.accessToken.reveal());
    assert.equal(at.window.sessions.expiryOf(refreshed)?.source, 'introspection');
  });

  it('to find out when a token ends makes no other one, also where the org refuses it', async () => {
    at.org.switches.introspectPublic = 'inactive';
    const session = await signedIn(at.org, at.window);
    at.org.switches.faults = [parseFault('query:INVALID_SESSION_ID')];
    const before = at.tokenCalls();
    await learnExpiry(at.window, session);
    assert.equal(at.tokenCalls(), before);
  });

  it('use prolongs what introspection tells of: where nothing can replace the token, the org is asked again', async () => {
    let skew = 0;
    const clocked = openWindow(at.machine, { now: () => Date.now() + skew });
    const { refreshToken: _, ...session } = await signedIn(at.org, clocked);
    await clocked.store.put({ ...session, refreshToken: undefined });
    const [kept] = await clocked.sessions.list();
    assert.ok(kept);
    await learnExpiry(clocked, kept);
    skew = 61 * MINUTE;
    assert.equal(
      (await clocked.sessions.accessToken(kept.id)).reveal(),
      session.accessToken.reveal(),
    );
    const asked = (): number =>
      at.org.requests.filter(({ path }) => path.endsWith('/introspect')).length;
    const before = asked();
    await learnExpiry(clocked, kept);
    assert.equal(asked(), before + 1);
  });

  it('an estimate never makes a refresh', async () => {
    at.org.switches.introspectPublic = 'inactive';
    let skew = 0;
    const clocked = openWindow(at.machine, { now: () => Date.now() + skew });
    const session = await signedIn(at.org, clocked);
    assert.equal((await learnExpiry(clocked, session))?.source, 'authSession');
    skew = 2 * 60 * MINUTE;
    const before = at.org.requests.length;
    await clocked.sessions.accessToken(session.id);
    assert.equal(at.org.requests.length, before);
  });

  it('P36: an end that no date can hold is not known, whoever tells it', async () => {
    const session = await signedIn(at.org, at.window);
    const record = { NumSecondsValid: 1e15, LastModifiedDate: new Date().toISOString() };
    const server = await serve((asked, response) => {
      const times = { active: true, iat: -8e12, exp: 8e12 };
      const isIntrospection = asked.url.endsWith('/introspect');
      json(200, isIntrospection ? times : { records: [record] })(asked, response);
    });
    try {
      const lying = { ...session, loginHost: server.url, instanceUrl: server.url };
      assert.equal(await learnExpiry(at.window, lying), undefined);
      assert.ok(server.asked.some(({ url }) => url.includes('AuthSession')));
    } finally {
      await server.close();
    }
  });

  for (const fault of ['rest:html', 'rest:INVALID_SESSION_ID', 'soap:INSUFFICIENT_ACCESS:no']) {
    it(`${fault} leaves the end unknown, or to what else tells it`, async () => {
      at.org.switches.introspectPublic = 'inactive';
      at.org.switches.securitySettingsReadable = false;
      const session = await signedIn(at.org, at.window);
      at.org.switches.faults = [parseFault(fault)];
      const source = (await learnExpiry(at.window, session))?.source;
      assert.equal(source, fault.startsWith('soap') ? 'authSession' : undefined);
    });
  }
});
