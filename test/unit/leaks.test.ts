/** What goes to the log and to files, while everything is done and everything goes wrong: nothing of a secret. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { startDemoOrg, type DemoOrg } from '../../src/demo/demoOrg.ts';
import { parseFault } from '../../src/demo/switches.ts';
import { traced } from '../../src/oauth/trace.ts';
import { readCatalog } from '../../src/salesforce/catalog/catalog.ts';
import { createOrgClient } from '../../src/salesforce/orgClient.ts';
import { learnExpiry } from '../../src/session/expiryProbe.ts';
import { fetch } from './support/fetch.ts';
import { signedIn } from './support/signedIn.ts';
import {
  closeMachines,
  newMachine,
  openWindow,
  type Machine,
  type Window,
} from './support/window.ts';

const MARKS = [
  /00D5g0000DemoOr!/,
  /5Aep861/,
  /aPrx[\w.]{10}/,
  /eyJ[\w-]{20}/,
  /[?&](code|state|token|access_token|refresh_token)=/,
  /code_verifier/,
];

describe('leaks', () => {
  let org: DemoOrg;
  let machine: Machine;
  let window: Window;
  const lines: string[] = [];
  const errors: string[] = [];

  beforeEach(async () => {
    lines.length = 0;
    errors.length = 0;
    org = await startDemoOrg({ switches: { rotate: true } });
    machine = newMachine();
    window = openWindow(machine, {
      fetch: traced(
        fetch,
        (line) => lines.push(line),
        () => true,
      ),
    });
  });
  afterEach(async () => {
    closeMachines();
    await org.close();
  });

  /** Whatever is thrown, with all its causes and members, as an inspector would print it. */
  async function trying(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      errors.push(inspect(error, { depth: 10, showHidden: true, getters: true }));
    }
  }

  function assertClean(): void {
    const files = readdirSync(machine.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    for (const [where, texts] of [
      ['trace', lines],
      ['error', errors],
      ['file', files],
    ] as const) {
      for (const text of texts) {
        for (const mark of MARKS) assert.ok(!mark.test(text), `${where}: ${String(mark)}: ${text}`);
      }
    }
  }

  for (const jwt of [false, true]) {
    it(`E15, P19, P52: ${jwt ? 'JWT' : 'opaque'} tokens: at trace level, through a whole life of a session`, async () => {
      org.switches.jwtAccessTokens = jwt;
      const session = await signedIn(org, window, {
        scopes: ['api', 'refresh_token', 'openid', 'web'],
      });
      await learnExpiry(window, session);
      await window.sessions.refresh(session.id);
      const client = createOrgClient({
        fetch: window.fetch,
        instanceUrl: session.instanceUrl,
        accessToken: (rejected) => window.sessions.accessToken(session.id, rejected),
        timeoutMilliseconds: 5000,
        concurrency: 10,
      });
      await readCatalog(client, {
        apiVersion: '68.0',
        orgId: org.orgId,
        signal: new AbortController().signal,
        onApps: () => undefined,
      });
      await window.sessions.signOut(session.id);
      assert.ok(
        lines.some((line) => /^POST http.*\/services\/oauth2\/token 200 \d+ ms$/.test(line)),
      );
      assert.ok(lines.length > 10);
      assertClean();
      assert.doesNotMatch(inspect([session, window.sessions], { depth: 10 }), MARKS[0] ?? /x/);
    });
  }

  for (const fault of [
    'token:invalid_grant:expired authorization code',
    'token:html',
    'token:empty',
    'token:reset',
    'token:redirect',
    'userinfo:html',
    'userinfo:reset',
    'refresh:invalid_grant:expired access/refresh token',
    'refresh:server_error',
    'refresh:html',
    'refresh:reset',
    'revoke:reset',
    'introspect:html',
    'rest:INVALID_SESSION_ID',
    'rest:html',
  ]) {
    it(`E15, P25: ${fault}: neither in the error nor in the trace`, async () => {
      const early = /^(token|userinfo)/.test(fault);
      if (early) org.switches.faults = [parseFault(fault)];
      let id = '';
      await trying(async () => {
        id = (await signedIn(org, window)).id;
      });
      org.switches.faults = [parseFault(fault)];
      const session = await window.sessions.get(id);
      if (session) {
        await trying(() => learnExpiry(window, session));
        await trying(() => window.sessions.refresh(id));
        await trying(() => window.sessions.accessToken(id, session.accessToken));
        await trying(async () => {
          const result = await window.sessions.signOut(id);
          if (!result.revoked) throw result.reason;
        });
      }
      assert.equal(errors.length > 0, /^(token|userinfo:reset|refresh|revoke)/.test(fault));
      assertClean();
    });
  }
});
