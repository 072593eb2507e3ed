/** When a token ends, and how that is known. */
import assert from 'node:assert/strict';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import { learnExpiry } from '../../../src/session/expiryProbe.ts';
import { isEstimate } from '../../../src/session/tokenState.ts';
import { json, serve } from '../support/server.ts';
import { signedIn } from '../support/signedIn.ts';
import {
  closeMachines,
  newMachine,
  openWindow,
  type Machine,
  type Window,
} from '../support/window.ts';

const MINUTE = 60_000;

describe('the end of a token', () => {
  let org: DemoOrg;
  let machine: Machine;
  let window: Window;
  beforeEach(async () => {
    org = await startDemoOrg({ switches: { tokenLifetimeSeconds: 3600 } });
    machine = newMachine();
    window = openWindow(machine);
  });
  afterEach(async () => {
    closeMachines();
    await org.close();
  });

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
      prepare(org);
      const session = await signedIn(org, window);
      const expiry = await learnExpiry(window, session);
      assert.deepEqual(window.sessions.expiryOf(session), expiry);
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
    const session = await signedIn(org, window);
    await learnExpiry(window, session);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const refreshed = await window.sessions.refresh(session.id);
    assert.equal(window.sessions.expiryOf(refreshed), undefined);
  });

  it('other windows know what one has found out, but not its estimates', async () => {
    const session = await signedIn(org, window);
    for (const introspectPublic of ['allow', 'inactive'] as const) {
      org.switches.introspectPublic = introspectPublic;
      const { source } = (await learnExpiry(window, await window.sessions.refresh(session.id))) ?? {
        source: 'jwt',
      };
      const second = openWindow(machine);
      const [seen] = await second.sessions.list();
      assert.ok(seen);
      assert.equal(second.sessions.expiryOf(seen)?.source, isEstimate(source) ? undefined : source);
    }
  });

  it('an estimate never makes a refresh', async () => {
    org.switches.introspectPublic = 'inactive';
    let skew = 0;
    const clocked = openWindow(machine, { now: () => Date.now() + skew });
    const session = await signedIn(org, clocked);
    assert.equal((await learnExpiry(clocked, session))?.source, 'authSession');
    skew = 2 * 60 * MINUTE;
    const before = org.requests.length;
    await clocked.sessions.accessToken(session.id);
    assert.equal(org.requests.length, before);
  });

  it('P36: an end that no date can hold is not known, whoever tells it', async () => {
    const session = await signedIn(org, window);
    const record = { NumSecondsValid: 1e15, LastModifiedDate: new Date().toISOString() };
    const server = await serve((asked, response) => {
      const times = { active: true, iat: -8e12, exp: 8e12 };
      const isIntrospection = asked.url.endsWith('/introspect');
      json(200, isIntrospection ? times : { records: [record] })(asked, response);
    });
    try {
      const lying = { ...session, loginHost: server.url, instanceUrl: server.url };
      assert.equal(await learnExpiry(window, lying), undefined);
      assert.ok(server.asked.some(({ url }) => url.includes('AuthSession')));
    } finally {
      await server.close();
    }
  });

  for (const fault of ['rest:html', 'rest:INVALID_SESSION_ID', 'soap:INSUFFICIENT_ACCESS:no']) {
    it(`${fault} leaves the end unknown, or to what else tells it`, async () => {
      org.switches.introspectPublic = 'inactive';
      org.switches.securitySettingsReadable = false;
      const session = await signedIn(org, window);
      org.switches.faults = [parseFault(fault)];
      const source = (await learnExpiry(window, session))?.source;
      assert.equal(source, fault.startsWith('soap') ? 'authSession' : undefined);
    });
  }
});
