/** Pages that are open show what happens meanwhile, and ask for what their buttons say. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Uri } from 'vscode';
import type { Suppression } from '../../../src/audit/suppression.ts';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import type { Proof } from '../../../src/salesforce/proof.ts';
import { AuditHistory } from '../../../src/session/auditHistory.ts';
import { SharedFiles } from '../../../src/session/sharedFiles.ts';
import { openAudits, openCatalogs, withOrg } from '../support/catalogs.ts';
import { signedIn } from '../support/signedIn.ts';
import { editor, type ShownPanel } from '../support/vscodeStandIn.ts';
import { newMachine, openWindow } from '../support/window.ts';

const { Dashboard } = await import('../../../src/views/dashboard/dashboard.ts');
const { AppDetails } = await import('../../../src/views/appDetails/appDetails.ts');
const extensionUri = 'extension' as unknown as Uri;

describe('open pages', () => {
  let folder: string;
  const pages: { dispose(): void }[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-pages-'));
  });
  afterEach(() => {
    for (const page of pages.splice(0)) page.dispose();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  async function begin(org: DemoOrg) {
    const window = openWindow(newMachine());
    const session = await signedIn(org, window, { alias: 'Acme' });
    const catalogs = openCatalogs(window, folder);
    const proofs: Proof[] = [];
    const accepted: Suppression[] = [];
    const audits = openAudits(window, catalogs, {
      suppressions: () => accepted,
      proofs: () => Promise.resolve(proofs),
    });
    const history = new AuditHistory(new SharedFiles(join(folder, 'audits')));
    const { sessions } = window;
    const report = (error: unknown): void => assert.fail(String(error));
    return { window, session, sessions, catalogs, proofs, accepted, audits, history, report };
  }

  /** @returns what is put into the page next, when it has these words */
  async function hasGot(panel: ShownPanel, words: RegExp): Promise<string> {
    for (let wait = 0; wait < 200; wait += 1) {
      const text = panel.posted.map((one) => JSON.stringify(one)).join('\n');
      if (words.test(text)) return text;
      await setTimeout(20);
    }
    assert.fail(`${String(words)} never came`);
  }

  const newest = (): ShownPanel => editor.panels.at(-1) ?? assert.fail('no page');

  /** The page of an app of an org that was read. */
  async function showKiosk({
    session,
    sessions,
    catalogs,
    audits,
  }: Pick<Awaited<ReturnType<typeof begin>>, 'session' | 'sessions' | 'catalogs' | 'audits'>) {
    const app = catalogs.apps(session.id).find(({ label }) => label === 'Kiosk');
    assert.ok(app);
    const now = (): number => Date.now();
    const details = new AppDetails({ extensionUri, sessions, catalogs, audits, now });
    pages.push(details);
    await details.show(session, app);
    return { app, page: newest() };
  }

  it('what was proven and what was accepted shows in the dashboard and in the page of the app', () =>
    withOrg({}, async (org) => {
      const { proofs, accepted, ...rest } = await begin(org);
      const { catalogs, audits } = rest;
      await catalogs.read(rest.session.id);
      const dashboard = new Dashboard({ ...rest, extensionUri });
      pages.push(dashboard);
      await dashboard.open();
      const all = newest();
      const { app, page: one } = await showKiosk(rest);
      assert.match(one.webview.html, /PKCE is not required/);
      assert.doesNotMatch(one.webview.html, /Probed on/);
      assert.doesNotMatch(all.webview.html, /accepted for a time/);
      proofs.push({
        kind: 'probe',
        app: app.id,
        label: app.label,
        at: '2026-11-21T10:00:00.000Z',
        host: 'acme.my.salesforce.com',
        steps: [],
      });
      audits.tellChanged();
      const proven = await hasGot(one, /Probed on 2026-11-21 [\d:]+ UTC at acme/);
      assert.doesNotMatch(proven, /"settings"/, 'what has not changed is left alone');
      accepted.push({
        rule: 'pkce-not-required',
        app: app.id,
        reason: 'Goes in spring.',
        until: '9999-12-31',
      });
      audits.tellChanged();
      await hasGot(all, /1 accepted for a time/);
      await hasGot(one, /"findings":(?!.*PKCE is not required)/);
    }));

  it('the page of an app that is gone says so, and offers nothing that cannot be done', () =>
    withOrg({}, async (org) => {
      const known = await begin(org);
      const { window, session, sessions, catalogs } = known;
      await catalogs.read(session.id);
      const { page } = await showKiosk(known);
      assert.match(page.webview.html, /data-do="enforcePkce"/);
      org.switches.externalClientApps = false;
      await catalogs.read(session.id);
      const head = await hasGot(page, /not listed when the org was read last/);
      assert.doesNotMatch(head, /data-do|"findings"|"settings"/, 'the rest stays as it was known');
      org.switches.externalClientApps = true;
      await catalogs.read(session.id);
      await hasGot(page, /data-do=.{1,4}enforcePkce/);
      // A reading that is stopped is no sign-out, and a sign-out in another window is one.
      catalogs.forget(session.id);
      await setTimeout(50);
      assert.doesNotMatch(JSON.stringify(page.posted), /no longer signed in/);
      await sessions.signOut(session.id);
      await hasGot(page, /no longer signed in/);
      await signedIn(org, window);
      await hasGot(page, /signed in again and not read yet/);
      assert.doesNotMatch(JSON.stringify(page.posted), /now, with API/);
    }));

  it('a history that has grown shows', () =>
    withOrg({}, async (org) => {
      const { session, history, catalogs, audits, ...rest } = await begin(org);
      await catalogs.read(session.id);
      const dashboard = new Dashboard({ ...rest, extensionUri, catalogs, audits, history });
      pages.push(dashboard);
      await dashboard.open();
      const audit = await audits.of(session.id);
      assert.ok(audit);
      const { counts, posture } = audit;
      for (const at of ['2026-01-10T10:00:00.000Z', '2026-06-10T10:00:00.000Z']) {
        await history.add(session.id, {
          org: 'Acme',
          at,
          counts,
          posture,
          isWhole: true,
          isOrgRead: true,
          details: null,
        });
      }
      await hasGot(newest(), /on 2026-01-10/);
    }));

  it('an org that could not be read says what is shown of it, and has the way on that its error names', () =>
    withOrg({}, async (org) => {
      const { session, catalogs, ...rest } = await begin(org);
      const dashboard = new Dashboard({ ...rest, extensionUri, catalogs });
      pages.push(dashboard);
      const tryAgain = parseFault('list:API_DISABLED_FOR_ORG');
      org.switches.faults = [tryAgain];
      await catalogs.read(session.id);
      await dashboard.open();
      const page = newest();
      const click = async (): Promise<unknown> => {
        await page.click({ do: 'wayOn', org: session.id });
        return editor.commands.at(-1);
      };
      const row = { type: 'org', sessionId: session.id };
      assert.match(page.webview.html, /class="note">The API is .*data-do="wayOn">Try Again</);
      assert.doesNotMatch(page.webview.html, /was read before|data-do="audit"/);
      assert.deepEqual(await click(), ['salesforcePkce.refreshApps', row]);
      org.switches.faults = [];
      await catalogs.read(session.id);
      await hasGot(page, /data-do=..audit/);
      const asked = editor.commands.length;
      await click();
      assert.equal(editor.commands.length, asked, 'nothing to do');
      org.switches.faults = [
        parseFault('list:INVALID_SESSION_ID'),
        parseFault('refresh:invalid_grant:expired access/refresh token'),
      ];
      await catalogs.read(session.id);
      await hasGot(page, /What is shown was read before\..*data-do=..wayOn..>Sign In Again</);
      assert.deepEqual(await click(), ['salesforcePkce.reauthenticate', row]);
    }));

  it('an org whose reading was stopped can be read', () =>
    withOrg({}, async (org) => {
      const { session, catalogs, ...rest } = await begin(org);
      const dashboard = new Dashboard({ ...rest, extensionUri, catalogs });
      pages.push(dashboard);
      org.switches.latencyMilliseconds = 300;
      await dashboard.open();
      await hasGot(newest(), /Being read\.\.\.<\/p>/);
      catalogs.cancel();
      await hasGot(newest(), /Not read yet.*data-do=..wayOn..>Refresh Apps</);
      await newest().click({ do: 'wayOn', org: session.id });
      const row = { type: 'org', sessionId: session.id };
      assert.deepEqual(editor.commands.at(-1), ['salesforcePkce.refreshApps', row]);
    }));
});
