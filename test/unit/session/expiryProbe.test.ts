/** When a token ends, and how that is known. */
import assert from 'node:assert/strict';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import { learnExpiry } from '../../../src/session/expiryProbe.ts';
import { isEstimate } from '../../../src/session/tokenState.ts';
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

  it('other windows know what one has found out, but not its estimates', async () => {
    const session = await signedIn(at.org, at.window);
    for (const introspectPublic of ['allow', 'inactive'] as const) {
      at.org.switches.introspectPublic = introspectPublic;
      const { source } = (await learnExpiry(
        at.window,
        await at.window.sessions.refresh(session.id),
      )) ?? {
        source: 'jwt',
      };
      const second = openWindow(at.machine);
      const [seen] = await second.sessions.list();
      assert.ok(seen);
      assert.equal(second.sessions.expiryOf(seen)?.source, isEstimate(source) ? undefined : source);
    }
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
