/** What differs between two audits, and what is kept of earlier ones. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit } from '../../../src/audit/audit.ts';
import { compare, hasDetails, pastOf, type PastAudit } from '../../../src/audit/history.ts';
import { comparisonMarkdown } from '../../../src/audit/reports/comparison.ts';
import type { App } from '../../../src/salesforce/app.ts';
import { AuditHistory } from '../../../src/session/auditHistory.ts';
import { fileNameOf, SharedFiles } from '../../../src/session/sharedFiles.ts';
import { catalogWith, someApp, someUsage } from '../support/apps.ts';

const DAY = 24 * 60 * 60_000;
const NOW = Date.parse('2026-11-21T12:00:00Z');
const app = (name: string, pkce: App['pkce'], isPublic = false): App =>
  someApp({
    id: `connectedApp:${name}`,
    fullName: name,
    label: name,
    pkce,
    oauth: { isConsumerSecretOptional: isPublic },
  });
function past(apps: readonly App[], org = 'acme', nowMilliseconds = NOW, most?: number): PastAudit {
  const catalog = catalogWith(apps);
  return pastOf(audit(catalog, { org, nowMilliseconds }), catalog, most);
}

describe('history', () => {
  it('a comparison names what appeared, went, changed, and which apps only one of them has', () => {
    const first = past([app('A', 'notRequired'), app('B', 'required'), app('<img>', 'required')]);
    const second = past(
      [app('A', 'notRequired', true), app('B', 'notRequired'), app('D', 'required')],
      'uat',
    );
    assert.ok(hasDetails(first) && hasDetails(second));
    const { changed, statuses, ...surplus } = compare(first, second);
    const appeared = surplus.second.findings;
    const gone = surplus.first.findings;
    assert.ok(appeared.some(({ rule, label }) => rule === 'pkce-not-required' && label === 'B'));
    assert.ok(gone.every(({ label }) => ['<img>', 'A', ''].includes(label)));
    const worse = changed.find(({ finding }) => finding.rule === 'pkce-not-required');
    assert.deepEqual([worse?.before, worse?.finding.severity], ['high', 'critical']);
    assert.deepEqual(statuses, [{ label: 'B', before: 'required', after: 'notRequired' }]);
    assert.deepEqual([surplus.first.apps, surplus.second.apps], [['<img>'], ['D']]);
    const markdown = comparisonMarkdown(first, second, ['acme', 'uat']) ?? '';
    assert.match(markdown, /^# acme and uat$/m);
    assert.match(markdown, /\| PKCE not required \| 1 \| 2 \|/);
    assert.doesNotMatch(markdown, /(?<!\\)<img/);
  });

  it('an audit differs from itself in nothing', () => {
    const one = past([app('A', 'notRequired')]);
    assert.match(comparisonMarkdown(one, one, ['a', 'b']) ?? '', /Nothing differs/);
    assert.equal(comparisonMarkdown(one, { ...one, details: null }, ['a', 'b']), undefined);
  });

  const ACCEPTED = [
    { rule: 'pkce-not-required', app: 'connectedApp:A', until: '2027-01-01', reason: 'Soon.' },
  ];
  function accepting(apps: readonly App[]): PastAudit {
    const catalog = catalogWith(apps);
    const options = { org: 'acme', nowMilliseconds: NOW, suppressions: ACCEPTED };
    return pastOf(audit(catalog, options), catalog);
  }

  it('what was accepted is not gone, and what was accepted and is gone is told', () => {
    const open = past([app('A', 'notRequired')]);
    const accepted = accepting([app('A', 'notRequired')]);
    const then = comparisonMarkdown(open, accepted, ['then', 'now']) ?? '';
    assert.match(
      then,
      /^## Accepted in now, open in then\n\n- High: \*\*A\*\*: PKCE is not required$/m,
    );
    assert.doesNotMatch(then, /Found in|could be listed/);
    const back = comparisonMarkdown(accepted, open, ['then', 'now']) ?? '';
    assert.match(back, /^## Accepted in then, open in now$/m);
    assert.doesNotMatch(back, /Found in|Nothing differs/);
    const mended = comparisonMarkdown(accepted, past([app('A', 'required')]), ['then', 'now']);
    assert.match(mended ?? '', /^## Found in then alone\n\n- High: \*\*A\*\*: PKCE/m);
    assert.match(
      comparisonMarkdown(accepted, accepted, ['then', 'now']) ?? '',
      /Nothing differs\.$/m,
    );
  });

  it('what could not be listed or read is not gone', () => {
    const plain = past([app('A', 'notRequired')]);
    const { snapshot } = catalogWith([]);
    const without = (type: string): PastAudit =>
      pastOf(audit(catalogWith([]), { org: 'acme', nowMilliseconds: NOW }), {
        ...catalogWith([]),
        snapshot: { ...snapshot, unavailable: [type] },
      });
    for (const type of ['ConnectedApp', 'ExtlClntAppOauthSettings']) {
      const markdown = comparisonMarkdown(plain, without(type), ['then', 'now']) ?? '';
      assert.match(markdown, /^Not all could be listed or read in now: /m);
      assert.match(markdown, /^## Found in then, not known in now\n\n- High: \*\*A\*\*/m);
      assert.doesNotMatch(markdown, /^## Found in then alone/m);
    }
    // Its flag is the one part that makes an app unknown by itself.
    assert.ok(without('ExtlClntAppGlobalOauthSettings').isWhole);
    const unknown = past([app('A', 'unknown')]);
    assert.ok(unknown.details);
    // Earlier versions of the extension have kept no list of them.
    const earlier = { ...unknown, details: { ...unknown.details, unknown: [] } };
    for (const now of [unknown, earlier]) {
      const markdown = comparisonMarkdown(plain, now, ['then', 'now']) ?? '';
      assert.match(markdown, /^## Found in then, not known in now\n\n- High: \*\*A\*\*/m);
      assert.doesNotMatch(markdown, /^Not all could/m);
    }
  });

  it('nor is what a right that was lost has hidden: of the org, of use, of apps under an org that requires PKCE', () => {
    type Parts = Parameters<typeof catalogWith>[1];
    const of = (apps: readonly App[], parts: Parts = {}): PastAudit => {
      const catalog = catalogWith(apps, parts);
      return pastOf(audit(catalog, { org: 'acme', nowMilliseconds: NOW }), catalog);
    };
    const told = (first: PastAudit, second: PastAudit): string =>
      comparisonMarkdown(first, second, ['then', 'now']) ?? '';
    const orgWide = { isPkceRequired: true, values: {} };
    const problems = [{ happened: 'It could not be read.', todo: 'Ask an admin.' }];
    const usage = { kind: 'unknown', reason: '' } as const;
    for (const [element, words] of [
      ['blockOAuthUsrAgtFlow', 'user-agent'],
      ['blockOAuthUnPwFlow', 'username-password'],
    ] as const) {
      const flow = (isBlocked: boolean) => ({
        ...orgWide,
        values: { [`OauthOidcSettings.${element}`]: isBlocked },
      });
      const settings = told(of([], { orgWide: flow(false) }), of([], { orgWide, problems }));
      assert.match(settings, /^Not all could be listed or read in now: /m);
      assert.match(settings, /^## Found in then, not known in now\n\n- Medium: /m);
      assert.doesNotMatch(settings, /^## Found in then alone/m);

      // Who uses the apps may be hidden for ever: what the org says of itself is known all the same.
      const mended = told(
        of([], { orgWide: flow(false), usage, problems }),
        of([], { orgWide: flow(true), usage, problems }),
      );
      const alone = `^## Found in then alone\\n\\n- Medium: \\*\\*The org\\*\\*: .*${words}`;
      assert.match(mended, new RegExp(alone, 'm'));
    }

    const inUse = { appId: null, name: 'Postman', tokens: 1, users: 1, uses: 1, lastUsed: null };
    const ownOnly = {
      kind: 'known',
      counts: [],
      withMenuItem: [],
      isOnlyOwn: true,
      isIncomplete: false,
    } as const;
    const use = told(of([], { unlisted: [inUse] }), of([], { usage: ownOnly }));
    assert.match(use, /^## Found in then, not known in now\n\n- \w+: .*use/m);
    assert.doesNotMatch(use, /^## Found in then alone/m);

    const ready = app('A', 'required');
    const byProgram = {
      ...ready,
      usage: someUsage({ tokens: 0, users: 0 }),
      oauth: { isClientCredentialEnabled: true, scopes: ['Api', 'RefreshToken'] },
    };
    const ownTokens = someUsage({ tokens: 0, users: 0, isOnlyOwn: true });
    const off = { isPkceRequired: false, values: {} };
    for (const now of [
      of([ready], { orgWide: { isPkceRequired: undefined, values: {} } }),
      of([app('A', 'unknown')], { orgWide: off }),
    ]) {
      const hidden = told(of([ready], { orgWide: off }), now);
      assert.match(
        hidden,
        /^## Found in then, not known in now\n\n- Medium: .*all of its apps do/m,
      );
      assert.doesNotMatch(hidden, /^## Found in then alone/m);
    }
    const switchedOn = told(of([ready], { orgWide: off }), of([ready], { orgWide }));
    assert.match(switchedOn, /^## Found in then alone\n\n- Medium: .*all of its apps do/m);
    const rights = told(
      of([byProgram], { orgWide: off }),
      of([{ ...byProgram, usage: ownTokens }], { orgWide: off, usage: ownOnly }),
    );
    assert.match(rights, /^## Found in then, not known in now\n\n- Medium: .*all of its apps do/m);
    assert.match(rights, /no flow in use needs/);
    assert.doesNotMatch(rights, /^## Found in then alone/m);

    const unread = { pkce: 'requiredByOrg', oauth: null } as const;
    const apps = told(
      of([app('A', 'requiredByOrg', true)], { orgWide }),
      of([{ ...app('A', 'requiredByOrg'), ...unread }], { orgWide }),
    );
    assert.match(apps, /^## Found in then, not known in now\n\n- \w+: \*\*A\*\*/m);
    assert.doesNotMatch(apps, /^## Found in then alone/m);
  });

  it('one audit a day, details of the last ones, nothing of a file that is not ours', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pkce-history-'));
    try {
      const history = new AuditHistory(new SharedFiles(folder));
      for (let day = 0; day < 6; day += 1) {
        await history.add('s', past([app('A', 'notRequired')], 'acme', NOW + day * DAY));
        await history.add('s', past([app('A', 'required')], 'acme', NOW + day * DAY + 1000));
      }
      const kept = await history.of('s');
      assert.equal(kept.length, 6);
      assert.deepEqual(
        kept.map(({ details }) => details !== null),
        [false, false, false, true, true, true],
      );
      assert.equal(kept[0]?.posture.required, 1, 'the last of the day');
      await history.add('other', past([app('A', 'required')], 'acme', NOW + 100 * DAY));
      await history.add('other', past([app('A', 'required')], 'acme', NOW));
      assert.deepEqual(
        (await history.of('other')).map(({ at }) => Date.parse(at)),
        [NOW, NOW + 100 * DAY],
        'in order, though the clock was wrong',
      );
      assert.deepEqual(await history.of('a third'), []);
      writeFileSync(join(folder, `${fileNameOf('s')}.json`), '{"version":1,"sessionId":"s"}');
      assert.deepEqual(await new AuditHistory(new SharedFiles(folder)).of('s'), []);
      await history.forget('s');
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });

  it('what was read is not read again until there is more; whoever shows it is told', async () => {
    let reads = 0;
    const contents = new Map<string, unknown>();
    const history = new AuditHistory({
      read: (name: string) => ((reads += 1), Promise.resolve(contents.get(name))),
      update: (name: string, content: unknown) => Promise.resolve(void contents.set(name, content)),
      remove: (name: string) => Promise.resolve(void contents.delete(name)),
    } as unknown as SharedFiles);
    const told: string[] = [];
    history.onDidChange((id) => told.push(id));
    for (let draw = 0; draw < 3; draw += 1) assert.deepEqual(await history.of('s'), []);
    assert.equal(reads, 1);
    await history.add('s', past([app('A', 'notRequired')]));
    assert.equal((await history.of('s')).length, 1);
    await history.forget('s');
    assert.deepEqual(await history.of('s'), []);
    assert.deepEqual(told, ['s', 's']);
  });

  it('of very many findings only the figures are kept', () => {
    assert.equal(past([app('A', 'notRequired')], 'acme', NOW, 0).details, null);
  });
});
