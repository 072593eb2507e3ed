/** The audit of each org is made anew when there is something new, and not before. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Suppression } from '../../../src/audit/suppression.ts';
import type { Proof } from '../../../src/salesforce/proof.ts';
import { OrgAudits } from '../../../src/session/orgAudits.ts';
import { openCatalogs, withOrg } from '../support/catalogs.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow } from '../support/window.ts';

describe('audits of orgs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-audits-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  it('proofs are read again after a proof and after a reading; who shows audits is told of proofs', () =>
    withOrg({}, async (org) => {
      const window = openWindow(newMachine());
      const session = await signedIn(org, window);
      const catalogs = openCatalogs(window, folder);
      const proofs: Proof[] = [];
      let accepted: readonly Suppression[] = [];
      let asked = 0;
      let laterMilliseconds = 0;
      const kept: string[] = [];
      const audits = new OrgAudits({
        sessions: window.sessions,
        catalogs,
        suppressions: () => accepted,
        proofs: () => ((asked += 1), Promise.resolve([...proofs])),
        onAudit: (_id, { auditedAt }) => kept.push(auditedAt),
        now: () => Date.now() + laterMilliseconds,
      });
      let told = 0;
      audits.onDidChange(() => (told += 1));
      assert.equal(await audits.of(session.id), undefined);
      await catalogs.read(session.id);
      const [first, beside] = await Promise.all([audits.of(session.id), audits.of(session.id)]);
      assert.ok(first);
      assert.equal(beside, first, 'made once for all who show it');
      assert.equal(await audits.of(session.id), first);
      assert.deepEqual([asked, told], [1, 0]);
      const app = catalogs.apps(session.id).find(({ label }) => label === 'Kiosk');
      assert.ok(app);
      proofs.push({
        kind: 'handshake',
        app: app.id,
        label: app.label,
        at: '2026-11-21T10:00:00.000Z',
        host: 'acme.my.salesforce.com',
        steps: [],
      });
      assert.equal((await audits.of(session.id))?.proofs.length, 0, 'of another window');
      await catalogs.read(session.id);
      assert.equal((await audits.of(session.id))?.proofs.length, 1);
      proofs.length = 0;
      audits.tellChanged();
      assert.equal((await audits.of(session.id))?.proofs.length, 0);
      assert.deepEqual([asked, told], [3, 1]);
      const found = first.findings.find(({ rule }) => rule === 'pkce-not-required');
      assert.ok(found?.subject.kind === 'app');
      accepted = [
        { rule: found.rule, app: found.subject.id, reason: 'Goes in spring.', until: '9999-12-31' },
      ];
      assert.equal((await audits.of(session.id))?.suppressed.length, 1);
      assert.deepEqual([...audits.acceptedApps(session.orgId)], [found.subject.id]);
      const [one] = accepted;
      assert.ok(one);
      accepted = [
        { ...one, until: '2026-11-20' },
        { ...one, rule: 'pkce-by-org-only' },
        { ...one, app: undefined },
        { ...one, org: '00D000000000000EAA' },
      ];
      assert.deepEqual([...audits.acceptedApps(session.orgId)], [], 'over, not of this app here');
      assert.equal((await audits.of(session.id))?.suppressed.length, 0);
      // The id has 15 or 18 characters.
      accepted = [{ ...one, org: session.orgId.slice(0, 15) }];
      assert.equal((await audits.of(session.id))?.suppressed.length, 1);
      // A window may stay open for days: an audit is of the day that the org was read.
      const today = (await audits.of(session.id))?.auditedAt;
      laterMilliseconds = 4 * 86_400_000;
      assert.equal((await audits.of(session.id))?.auditedAt, today);
      assert.equal(kept.at(-1), today);
      const before = asked;
      audits.keepOnly(new Set([session.id]));
      await audits.of(session.id);
      assert.equal(asked, before);
      audits.keepOnly(new Set());
      await audits.of(session.id);
      assert.equal(asked, before + 1, 'what has signed out is not kept');
    }));
});
