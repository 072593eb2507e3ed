/** A server in trouble, at every kind of call: a clear state, nothing wrong kept, no token spent. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDemoOrg, type DemoOrg } from '../../../../src/demo/demoOrg.ts';
import { parseFault, WIRE_FAULTS } from '../../../../src/demo/switches.ts';
import type { App } from '../../../../src/salesforce/app.ts';
import { GLOBAL } from '../../../../src/salesforce/catalog/components.ts';
import type { OrgCatalogs } from '../../../../src/session/orgCatalogs.ts';
import { openCatalogs, read, withOrg } from '../../support/catalogs.ts';
import { signedIn } from '../../support/signedIn.ts';
import { newMachine, openWindow } from '../../support/window.ts';

const FAULTS = [
  ...WIRE_FAULTS,
  'REQUEST_LIMIT_EXCEEDED',
  'SERVER_UNAVAILABLE',
  'API_DISABLED_FOR_ORG',
  'INSUFFICIENT_ACCESS',
  'INVALID_TYPE',
  'UNKNOWN_EXCEPTION',
] as const;

/** Calls without which nothing can be shown. */
const INDISPENSABLE = ['versions', 'list'];
const PLACES = [...INDISPENSABLE, 'read', 'query'];
/** Where this fault strikes, another way leads to the same answer. */
const IS_RETRIEVED = /^read:(INVALID_TYPE|UNKNOWN_EXCEPTION)/;

describe('a server in trouble', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-trouble-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  /** A window that knows nothing of an earlier time: to it, a part is better than nothing. */
  async function start(org: DemoOrg): Promise<{ id: string; catalogs: OrgCatalogs; kept: string }> {
    const window = openWindow(newMachine());
    const { id } = await signedIn(org, window);
    const kept = mkdtempSync(join(folder, 'window-'));
    return { id, catalogs: openCatalogs(window, kept), kept };
  }

  const tokenRequests = (org: DemoOrg): number =>
    org.requests.filter(({ path }) => path === '/services/oauth2/token').length;
  const statuses = (apps: readonly App[]): [string, string][] =>
    apps.map((app) => [app.id, app.pkce]);

  for (const place of PLACES) {
    for (const error of FAULTS) {
      const fault = `${place}:${error}`;
      it(`${fault}: what is not known is said to be unknown, and all is well when it has passed`, async function () {
        this.timeout(60_000);
        await withOrg({}, async (org) => {
          const { id, catalogs } = await start(org);
          await catalogs.read(id);
          const right = statuses(catalogs.apps(id));
          await catalogs.read(id, { everything: true });
          assert.deepEqual(statuses(catalogs.apps(id)), right);
          const spent = tokenRequests(org);

          const another = await start(org);
          const signIns = tokenRequests(org) - spent;
          org.switches.faults = [parseFault(fault)];
          const state = await another.catalogs.read(another.id, { everything: true });
          if (state.kind === 'failed') {
            assert.ok(INDISPENSABLE.includes(place), `${fault} made all of it fail`);
            assert.ok(state.error.happened.length > 10 && state.error.todo.length > 10);
          } else {
            assert.equal(state.kind, 'ready');
            if (!IS_RETRIEVED.test(fault)) assert.ok(state.catalog.problems.length > 0);
          }
          const known = new Map(right);
          for (const { id: app, pkce, pkceReason } of another.catalogs.apps(another.id)) {
            assert.ok(pkce === 'unknown' || pkce === known.get(app), `${app} ${pkce}`);
            assert.ok(pkceReason.length > 10);
          }
          assert.equal(tokenRequests(org) - spent, signIns, 'a token was spent');

          org.switches.faults = [];
          await another.catalogs.read(another.id);
          assert.deepEqual(statuses(another.catalogs.apps(another.id)), right);
          const later = openCatalogs(openWindow(newMachine()), another.kept);
          await later.recall(another.id);
          assert.deepEqual(statuses(later.apps(another.id)), right);
        });
      });
    }
  }

  it('E23: what is just missing does not hide that the org refused the rest', async () => {
    const missing = 'App_0004_glbloauth';
    const observe = async (moment: string, request: Request): Promise<void> => {
      if (moment !== 'arrived' || !request.url.includes('/Soap/')) return;
      const asked = await request.clone().text();
      if (!asked.includes('readMetadata') || !asked.includes(GLOBAL)) return;
      if (asked.includes(missing)) {
        org.remove(GLOBAL, missing);
      } else {
        // Refused when the first ten have been answered.
        await delay(500);
        org.switches.faults.push(parseFault('read:REQUEST_LIMIT_EXCEEDED*1'));
      }
    };
    const org = await startDemoOrg({ apps: 80, observe });
    try {
      const { apps, problems } = await read(org);
      assert.deepEqual(
        problems.map(({ todo }) => todo.includes('24 hours')),
        [true],
      );
      const last = apps.find(({ fullName }) => fullName === 'App_0080');
      assert.equal(last?.pkce, 'unknown');
      assert.match(last.pkceReason, /24 hours/);
    } finally {
      await org.close();
    }
  });

  it('a retrieval in trouble leaves what cannot be read unknown', async function () {
    this.timeout(60_000);
    for (const error of ['reset', 'truncated', 'page', 'forbidden', 'REQUEST_LIMIT_EXCEEDED']) {
      await withOrg({ switches: { globalOauthRead: 'INVALID_TYPE' } }, async (org) => {
        const { id, catalogs } = await start(org);
        org.switches.faults = [parseFault(`retrieve:${error}`)];
        const state = await catalogs.read(id);
        assert.equal(state.kind, 'ready', error);
        for (const app of catalogs.apps(id).filter(({ kind }) => kind === 'externalClientApp')) {
          assert.equal(app.pkce, 'unknown');
        }
      });
    }
  });
});
