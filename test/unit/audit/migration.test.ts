/** The plan of each app: what the org tells is taken from the org, the rest from what was said. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { doneIn, plansOf } from '../../../src/audit/migration.ts';
import { planCsv, planMarkdown } from '../../../src/audit/reports/plan.ts';
import type { App } from '../../../src/salesforce/app.ts';
import type { Catalog } from '../../../src/salesforce/catalog/catalog.ts';
import type { Proof } from '../../../src/salesforce/proof.ts';
import { PlanStore } from '../../../src/session/planStore.ts';
import { fileNameOf, SharedFiles } from '../../../src/session/sharedFiles.ts';
import { catalogWith, someApp } from '../support/apps.ts';

const app = (name: string, parts: Partial<App> = {}): App =>
  someApp({ id: `connectedApp:${name}`, label: name, pkce: 'notRequired', ...parts });
/** The same, where one kind of app could not be listed. */
const notAllListed = (catalog: Catalog): Catalog => ({
  ...catalog,
  snapshot: { ...catalog.snapshot, unavailable: ['ExternalClientApplication'] },
});
const PROOF: Proof = {
  kind: 'handshake',
  app: 'connectedApp:A',
  label: 'A',
  at: '2026-11-20T10:00:00.000Z',
  host: 'h',
  steps: [
    { check: 'exchange', verdict: 'proven', sent: '', seen: '' },
    { check: 'wrongVerifier', verdict: 'proven', sent: '', seen: '' },
  ],
};

describe('migration plan', () => {
  it('apps that are not ready, and those that somebody has begun with', () => {
    const catalog = catalogWith([
      app('A'),
      app('B', { pkce: 'required' }),
      app('C', { pkce: 'required' }),
      app('D', { pkce: 'notApplicable', oauth: null }),
    ]);
    const plans = plansOf(catalog, { 'connectedApp:C': { testedInSandbox: '2026-11-01' } }, []);
    assert.deepEqual(
      plans.map(({ label, next }) => [label, next]),
      [
        ['A', 'clientUpdated'],
        ['C', 'clientUpdated'],
      ],
    );
  });

  it('a proven handshake, what was said, and what the org shows are each told as what they are', () => {
    const told = {
      'connectedApp:A': { clientUpdated: '2026-11-18', testedInSandbox: '2026-11-19' },
    };
    const [begun] = plansOf(catalogWith([app('A')]), {}, [PROOF]);
    assert.equal(begun?.next, 'clientUpdated', 'a handshake of ours is not one of the client');
    assert.match(begun.steps.clientUpdated.words, /proven on 2026-11-20 shows that the app takes/);
    const [plan] = plansOf(catalogWith([app('A')]), told, [PROOF]);
    assert.ok(plan);
    assert.match(plan.steps.clientUpdated.words, /Said on 2026-11-18/);
    assert.match(plan.steps.testedInSandbox.words, /Said on 2026-11-19/);
    assert.equal(plan.next, 'requiredOnApp');
    assert.equal(doneIn(plan), 2);
    const orgWide = { isPkceRequired: true, values: {} };
    const [after] = plansOf(catalogWith([app('A', { pkce: 'required' })], { orgWide }), told, [
      PROOF,
    ]);
    assert.equal(after?.steps.requiredOnApp.state, 'done');
    assert.equal(after.steps.requiredOrgWide.state, 'done');
    assert.equal(after.next, 'reauthenticated');
  });

  it("unknown stays unknown, and an installed app is its author's", () => {
    const [unknown, installed] = plansOf(
      catalogWith(
        [
          app('A', { pkce: 'unknown', pkceReason: 'Not read.' }),
          app('B', { origin: 'installed', originReason: 'Only its author can change it.' }),
        ],
        { orgWide: { values: {} } },
      ),
      {},
      [],
    );
    assert.equal(unknown?.steps.requiredOnApp.state, 'unknown');
    const [byOrg] = plansOf(
      catalogWith([
        app('C', { pkce: 'requiredByOrg', pkceReason: 'Its own is not known.', oauth: null }),
      ]),
      {},
      [],
    );
    assert.deepEqual(byOrg?.steps.requiredOnApp, {
      state: 'unknown',
      words: 'Its own is not known.',
    });
    assert.equal(unknown.steps.requiredOrgWide.state, 'unknown');
    assert.match(installed?.steps.requiredOnApp.words ?? '', /author/);
    assert.match(installed?.steps.clientUpdated.words ?? '', /author/);
  });

  it('to read and to keep: no markup, no formulas', () => {
    const catalog = catalogWith([app('=1+1 <img> | x')]);
    const plans = plansOf(catalog, {}, []);
    assert.doesNotMatch(planMarkdown('o', plans, catalog), /(?<!\\)<img/);
    const unlisted = notAllListed(catalog);
    for (const some of [plans, []]) {
      const text = planMarkdown('o', some, unlisted);
      assert.match(text, /could be listed: whether every OAuth app requires PKCE is not known\./);
      assert.doesNotMatch(text, /Every OAuth app|last step is left/);
      assert.doesNotMatch(planMarkdown('o', some, catalog), /not known/);
    }
    const [row] = parse<Record<string, string>>(planCsv('=o', plans), { columns: true });
    assert.match(row?.App ?? '', /^'=/);
    assert.match(row?.Org ?? '', /^'=/);
  });

  it('where no app has a plan, the page tells how the apps stand, and whether the last step is left', () => {
    const pageOf = (apps: readonly App[], isPkceRequired: boolean | undefined): string => {
      const catalog = catalogWith(apps, { orgWide: { isPkceRequired, values: {} } });
      return planMarkdown('o', plansOf(catalog, {}, []), catalog);
    };
    const ready = [app('A', { pkce: 'required' }), app('B', { pkce: 'notApplicable' })];
    const none = [app('B', { pkce: 'notApplicable' })];
    for (const [apps, words] of [
      [ready, 'Every OAuth app requires PKCE.'],
      [none, 'The org has no OAuth apps.'],
      [[], 'The org has no OAuth apps.'],
    ] as const) {
      const lines = (isOrgWide: boolean | undefined): string | undefined =>
        pageOf(apps, isOrgWide).split('\n\n').at(-1);
      assert.equal(lines(true), `${words} The org requires PKCE of every app.\n`);
      assert.equal(
        lines(false),
        `${words} Only the last step is left: require PKCE of the whole org.\n`,
      );
      assert.equal(
        lines(undefined),
        `${words} Whether the org requires PKCE of every app is not known.\n`,
      );
    }
  });

  it('an app that is not ours to change is tested in a sandbox that requires PKCE of every app', () => {
    const [own, installed] = plansOf(
      catalogWith([app('A'), app('B', { origin: 'installed' })]),
      {},
      [],
    );
    assert.match(own?.steps.testedInSandbox.words ?? '', /^Require PKCE in a sandbox first,/);
    assert.match(
      installed?.steps.testedInSandbox.words ?? '',
      /^Require PKCE of a whole sandbox org first/,
    );
  });

  it('columns of the file are named in English in every language, as those of the other files', async () => {
    const program = `
      const { speak } = await import('./src/oauth/language.ts');
      speak('da', JSON.parse((await import('node:fs')).readFileSync('l10n/bundle.l10n.da.json')));
      const { planCsv, planMarkdown } = await import('./src/audit/reports/plan.ts');
      const { catalogWith, someApp } = await import('./test/unit/support/apps.ts');
      console.log(planCsv('o', []), planMarkdown('o', [], catalogWith([someApp({})])));`;
    const code = ['--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, code);
    assert.equal(stdout.split('\r\n')[0], planCsv('o', []).trim());
    assert.match(stdout, /Alle OAuth-apps kræver PKCE/);
  });

  it('what was said is kept, taken back, and never taken from a file that is not ours', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pkce-plans-'));
    try {
      const store = new PlanStore(new SharedFiles(folder));
      await store.tell('o', 'a', 'clientUpdated', '2026-11-20');
      await store.tell('o', 'a', 'reauthenticated', '2026-11-21');
      await store.tell('o', 'b', 'testedInSandbox', '2026-11-21');
      await store.tell('o', 'b', 'testedInSandbox', undefined);
      assert.deepEqual(await store.of('o'), {
        a: { clientUpdated: '2026-11-20', reauthenticated: '2026-11-21' },
      });
      assert.deepEqual(await store.of('other'), {});
      writeFileSync(
        join(folder, `${fileNameOf('o')}.json`),
        '{"version":1,"orgId":"o","apps":{"a":{"clientUpdated":"yesterday"}}}',
      );
      assert.deepEqual(await store.of('o'), {});
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });
});
