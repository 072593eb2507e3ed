/** The dashboard's page: no value is markup, nothing remote, figures that do not flatter. */
import assert from 'node:assert/strict';
import { audit } from '../../../src/audit/audit.ts';
import { pastOf } from '../../../src/audit/history.ts';
import { postureBar } from '../../../src/audit/reports/postureBar.ts';
import type { App } from '../../../src/salesforce/app.ts';
import { percentText, trendLine } from '../../../src/views/dashboard/charts.ts';
import type { DashboardOrg } from '../../../src/views/dashboard/dashboardOrg.ts';
import { dashboardContent, MOST_ROWS } from '../../../src/views/dashboard/html.ts';
import { pageHtml } from '../../../src/views/pageHtml.ts';
import { catalogWith, someApp } from '../support/apps.ts';
import { assertAccessible, RESOURCES } from '../support/pages.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOSTILE = '"><img src=x onerror=alert(1)> &';
const app = (index: number, parts: Partial<App> = {}): App =>
  someApp({
    id: `connectedApp:${index}`,
    label: `${HOSTILE}${index}`,
    pkce: 'notRequired',
    ...parts,
  });

function orgWith(apps: readonly App[], parts: Partial<DashboardOrg> = {}): DashboardOrg {
  const catalog = catalogWith(apps);
  const made = audit(catalog, { org: HOSTILE, nowMilliseconds: NOW });
  return {
    sessionId: HOSTILE,
    label: HOSTILE,
    host: HOSTILE,
    audit: made,
    note: HOSTILE,
    wayOn: HOSTILE,
    history: [pastOf(made, catalog)],
    isWhole: true,
    ...parts,
  };
}
const html = (...orgs: DashboardOrg[]): string => pageHtml(RESOURCES, dashboardContent(orgs));

describe('dashboard', () => {
  it('no value is markup, one script by nonce, nothing remote', () => {
    const page = html(orgWith([app(1)]), orgWith([], { audit: undefined }));
    assert.doesNotMatch(page, /<img|style="|onerror=alert\(1\)>/);
    assert.equal(page.match(/<script/g)?.length, 1);
    assert.match(
      page,
      /default-src &apos;none&apos;; style-src vscode-resource:; script-src &apos;nonce-abc&apos;/,
    );
    assert.doesNotMatch(page, /https?:/);
  });

  it('E45, E46: headings in order, every table and control has a name, every chart its words beside it', () => {
    const one = orgWith([app(1), app(2, { pkce: 'required' })], { sessionId: 'one' });
    const other = orgWith([app(2)], {
      sessionId: 'other',
      history: [...one.history, ...one.history],
    });
    const page = html(one, other, orgWith([], { sessionId: 'dead', audit: undefined }));
    assertAccessible(page);
    assertAccessible(html());
    assert.match(page, /of 2 OAuth apps are known to require PKCE/);
    assert.match(page, /class="trend"/);
    // Every org has such buttons: each says of which it is.
    for (const action of ['audit', 'export', 'enforce']) {
      assert.match(page, new RegExp(`id="${action}-one" aria-describedby="name-one"`));
    }
  });

  it('a long list says what is not in it and what the filter searches; an empty one and no org at all say so', () => {
    const many = Array.from({ length: 1500 }, (_, index) => app(index));
    const one = orgWith(many);
    const rest = (one.audit?.findings.length ?? 0) - MOST_ROWS;
    assert.ok(rest > 1000);
    const page = html(one);
    assert.equal(page.match(/<tr data-severity/g)?.length, MOST_ROWS);
    const inReport = `Not shown, but in the full report: ${rest.toLocaleString('en')}.`;
    assert.ok(
      page.includes(`The worst 300 are shown, and the filter searches these alone. ${inReport}`),
    );
    assert.match(page, /hidden>None of the 300 that are shown passes the filter\.</);
    assert.doesNotMatch(page, /No finding passes/);
    assert.ok(page.includes('<p>Not shown, but in the full report: 1,200.</p></details>'));
    const few = html(orgWith([app(1)]));
    assert.doesNotMatch(few, /Not shown|None of the/);
    assert.match(few, /hidden>No finding passes the filter\.</);
    assert.match(html(), /No org is signed in/);
    assert.match(html(orgWith([])), /Nothing was found\. No rule has anything to report/);
    assert.match(html(orgWith([], { history: [] })), /No audit was kept so far/);
  });

  it('what could not be judged or was accepted is not called content', () => {
    const unread = orgWith([{ ...app(1), pkce: 'unknown', oauth: null }]);
    assert.match(html(unread), /Nothing was found in what could be read\. Not known: 1 app\./);
    assert.match(html(unread, { ...orgWith([]), sessionId: 'other' }), /<td>none known<\/td>/);
    const { audit: made } = orgWith([]);
    assert.ok(made);
    const [finding] = orgWith([app(1)]).audit?.findings ?? [];
    assert.ok(finding);
    const suppression = { rule: finding.rule, until: '2027-01-01', reason: 'Soon.' };
    const accepted = { ...made, suppressed: [{ finding, suppression }] };
    assert.match(
      html(orgWith([], { audit: accepted })),
      /Nothing was found that is not accepted\. Accepted for a time: 1\./,
    );
  });

  it('orgs whose tokens are in another window are named, not called signed out', () => {
    const page = pageHtml(RESOURCES, dashboardContent([], ['Acme']));
    assert.doesNotMatch(page, /No org is signed in/);
    assert.match(page, /their tokens are not in this window: Acme\./);
  });

  it('where not all apps could be listed nobody says that there are none, or how many of all', () => {
    assert.match(html(orgWith([])), /There are no OAuth apps\./);
    const page = html(orgWith([], { isWhole: false }));
    assert.doesNotMatch(page, /There are no OAuth apps/);
    assert.match(page, /Not all apps could be listed: whether there are OAuth apps is not known\./);
    assert.match(
      html(orgWith([app(1, { pkce: 'required' })], { isWhole: false })),
      /of the 1 OAuth app that could be listed is known to require PKCE/,
    );
    const both = html(
      orgWith([], { sessionId: 'part', isWhole: false }),
      orgWith([], { sessionId: 'whole' }),
      orgWith([], { sessionId: 'dead', isWhole: false, audit: undefined }),
    );
    const rows = [...both.matchAll(/<tr data-org="(\w+)">(.*?)<\/tr>/gs)];
    const partly = rows.filter(([, , row = '']) => row.includes('Not all apps could be listed.'));
    assert.deepEqual(
      [rows.length, partly.map(([, name]) => name)],
      [3, ['part']],
      'the table of all orgs says it of each',
    );
  });

  it('several orgs are in one table, the worst first, those that are not known last; each leads to its part', () => {
    const named = (name: string, apps: readonly App[], parts: Partial<DashboardOrg> = {}) =>
      orgWith(apps, { sessionId: name, label: `Org ${name}`, note: '', ...parts });
    const isPublic = { isConsumerSecretOptional: true };
    const orgs = [
      named('dead', [], { audit: undefined, note: 'The org does not answer.' }),
      named('good', []),
      named('bad', [app(1), app(2, { pkce: 'unknown', oauth: null })]),
      named('worst', [
        app(1, { oauth: isPublic }),
        app(2, { pkce: 'required' }),
        app(3, { pkce: 'requiredByOrg' }),
      ]),
    ];
    const page = html(...orgs);
    const rows = [...page.matchAll(/<tr data-org="(\w+)">(.*?)<\/tr>/gs)];
    const words = rows.map(([, name, cells = '']) => [
      name,
      ...[...cells.matchAll(/<td.*?>(.*?)<\/td>/g)].map(([, cell = '']) =>
        cell.replaceAll(/<[^>]+>/g, ''),
      ),
    ]);
    assert.deepEqual(words, [
      ['worst', '2', '1', '0', 'Critical 1'],
      ['bad', '0', '1', '1', 'High 1'],
      ['good', '0', '0', '0', 'none'],
      ['dead', 'Not known'],
    ]);
    for (const { sessionId, label } of orgs) {
      assert.ok(page.includes(`href="#org-${sessionId}">${label}</a>`));
      assert.ok(page.includes(`<div id="org-${sessionId}">`));
    }
    assert.match(rows.at(-1)?.[2] ?? '', /The org does not answer\./);
    assert.doesNotMatch(html(orgWith([app(1)])), /<tr data-org/, 'one org has no table');
  });

  it('never 100 % where one is missing, never 0 % where there is one', () => {
    const posture = { required: 0, requiredByOrg: 0, notRequired: 0, unknown: 0 };
    assert.equal(percentText({ ...posture, required: 999, notRequired: 1 }), '99 %');
    assert.equal(percentText({ ...posture, required: 1, notRequired: 999 }), '1 %');
    assert.equal(percentText({ ...posture, required: 3 }), '100 %');
    assert.equal(percentText({ ...posture, unknown: 3 }), '0 %');
    assert.equal(postureBar(posture), '');
  });

  it('a trend needs two audits, and stays within its picture', () => {
    const past = orgWith([app(1)]).history;
    assert.equal(trendLine(past), '');
    const [one] = past;
    assert.ok(one);
    const line = trendLine([one, { ...one, at: '2026-12-01T00:00:00Z' }]);
    assert.match(line, /points="0\.0,60\.0 300\.0,60\.0"/);
  });
});
