/** What other extensions get: orgs, apps, audits, and why there are none. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DemoOrg } from '../../src/demo/demoOrg.ts';
import { parseFault } from '../../src/demo/switches.ts';
import { exportedApi, type ExportedApi } from '../../src/exportedApi.ts';
import type { OrgCatalogs } from '../../src/session/orgCatalogs.ts';
import type { Session } from '../../src/session/session.ts';
import { openCatalogs, withOrg } from './support/catalogs.ts';
import { signedIn } from './support/signedIn.ts';
import { newMachine, openWindow, type Window } from './support/window.ts';

describe('exported API', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-api-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  async function start(
    org: DemoOrg,
  ): Promise<{ api: ExportedApi; session: Session; catalogs: OrgCatalogs; window: Window }> {
    const window = openWindow(newMachine());
    const session = await signedIn(org, window, { alias: 'Acme' });
    const catalogs = openCatalogs(window, folder);
    const auditOf = (): Promise<never> => Promise.reject(new Error('nothing was asked for'));
    return {
      api: exportedApi({ sessions: window.sessions, catalogs, auditOf }),
      session,
      catalogs,
      window,
    };
  }

  it('P52: the orgs, by what people call them, and never a token', () =>
    withOrg({}, async (org) => {
      const { api, session } = await start(org);
      const { id, username, instanceUrl } = session;
      assert.deepEqual(await api.listOrgs(), [{ id, label: 'Acme', username, instanceUrl }]);
    }));

  it('the apps: the org is asked once, and again where that is wanted', () =>
    withOrg({}, async (org) => {
      const { api, session } = await start(org);
      const apps = await api.listApps(session.id);
      assert.ok(apps.some(({ fullName }) => fullName === 'Warehouse_Sync'));
      const asked = org.requests.length;
      assert.deepEqual(await api.listApps(session.id), apps);
      assert.equal(org.requests.length, asked);
      // What somebody does to the list is theirs alone.
      const count = apps.length;
      (apps as unknown[]).length = 0;
      assert.equal((await api.listApps(session.id)).length, count);
      await api.listApps(session.id, { refresh: true });
      assert.ok(org.requests.length > asked);
    }));

  it("an org by its own id: of 15 or 18 characters, by the active one of several users' sessions", async () => {
    await withOrg({}, async (org) => {
      const { api, session, catalogs, window } = await start(org);
      const apps = await api.listApps(session.id);
      const asked = org.requests.length;
      assert.deepEqual(await api.listApps(session.orgId), apps);
      assert.equal(org.requests.length, asked);
      assert.deepEqual(await api.listApps(session.orgId.slice(0, 15)), apps);
      const another = `${session.orgId}/005000000000000AAA`;
      for (const id of [another, session.orgId.slice(0, 14), `${session.orgId}/`, session.userId])
        await assert.rejects(api.listApps(id), { message: /^No org is signed in with the id/ });
      const active = await signedIn(org, window, { username: org.viewer.username });
      // Who may not see the apps is told so.
      await api.listApps(session.orgId).catch(() => undefined);
      assert.notEqual(catalogs.state(active.id).kind, 'notRead');
    });
  });

  it('why there are none: not signed in, cancelled, refused', () =>
    withOrg({}, async (org) => {
      const { api, session, catalogs } = await start(org);
      const notSignedIn = { message: 'No org is signed in with the id 00D.' };
      await assert.rejects(api.listApps('00D'), notSignedIn);
      await assert.rejects(api.audit('00D'), notSignedIn);
      await assert.rejects(api.audit(session.id), { message: 'nothing was asked for' });
      const listed = api.listApps(session.id);
      while (!catalogs.isReading) await setImmediate();
      catalogs.cancel();
      await assert.rejects(listed, { message: 'The reading was cancelled.' });
      org.switches.faults.push(parseFault('soap:API_DISABLED_FOR_ORG'));
      await assert.rejects(api.listApps(session.id), /API/);
    }));
});
