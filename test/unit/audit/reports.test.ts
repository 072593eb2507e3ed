/** Reports of hostile names: valid by their formats, and nothing in them is more than text. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import AjvDraft04 from 'ajv-draft-04';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'csv-parse/sync';
import { audit, type Audit } from '../../../src/audit/audit.ts';
import { FORMATS, report, type Format } from '../../../src/audit/reports/reports.ts';
import { nothingFound, nothingText } from '../../../src/audit/reports/words.ts';
import type { App } from '../../../src/salesforce/app.ts';
import { catalogWith, someApp } from '../support/apps.ts';
import { read, withOrg } from '../support/catalogs.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOSTILE = "=cmd|'/c calc'!A1 <img src=x onerror=alert(1)> [x](javascript:alert(1)) |a|\n# b";

const open = (label: string, parts: Partial<App> = {}): App =>
  someApp({
    id: `connectedApp:${label}`,
    label,
    fullName: label,
    pkce: 'notRequired',
    pkceReason: `Off in ${label}.`,
    oauth: { callbackUrl: [`http://${label}`], consumerKey: label },
    ...parts,
  });

function auditOf(...apps: App[]): Audit {
  const [first] = apps;
  return audit(
    catalogWith(
      [
        ...apps,
        someApp({ id: 'connectedApp:U', pkce: 'unknown', pkceReason: HOSTILE, oauth: null }),
      ],
      {
        problems: [{ happened: HOSTILE, todo: HOSTILE }],
      },
    ),
    {
      org: HOSTILE,
      nowMilliseconds: NOW,
      proofs: [
        {
          kind: 'handshake',
          app: first?.id ?? '',
          label: HOSTILE,
          at: '2026-11-20T10:00:00.000Z',
          host: HOSTILE,
          steps: [{ check: 'exchange', verdict: 'proven', sent: HOSTILE, seen: HOSTILE }],
        },
      ],
      suppressions: [
        { rule: 'connected-app-to-migrate', app: first?.id, reason: HOSTILE, until: '2027-01-01' },
      ],
    },
  );
}

const SCORE = 'security-severity';

const write = (format: Format, ...audits: Audit[]): string =>
  report(format, audits, { version: '1.2.3' });
const hostile = auditOf(open(HOSTILE), open('-1+1'), open('@SUM(A1)'));

describe('reports', () => {
  for (const format of FORMATS) {
    it(`${format}: the same audits give the same bytes, whatever order the apps came in`, () =>
      withOrg({}, async (org) => {
        const catalog = await read(org);
        const options = { org: 'demo', nowMilliseconds: NOW };
        const one = write(format, audit(catalog, options));
        const other = { ...catalog, apps: catalog.apps.toReversed() };
        assert.equal(write(format, audit(other, options)), one);
        assert.equal(write(format, audit(catalog, options)), one);
        assert.ok(one.includes('Legacy Portal') || one.includes('Legacy_Portal'));
      }));

    it(`${format}: no audit, and one without findings, are reports too`, () => {
      assert.ok(write(format).length > 0);
      assert.ok(
        write(format, audit(catalogWith([]), { org: 'x', nowMilliseconds: NOW })).length > 0,
      );
    });
  }

  it('that nothing was found is said without limits only where all was judged', () => {
    const options = { org: 'x', nowMilliseconds: NOW };
    const whole = audit(catalogWith([]), options);
    assert.equal(nothingText(whole), 'Nothing was found.');
    assert.equal(nothingFound(whole).text, 'Nothing was found');
    const unread = someApp({ pkce: 'unknown', pkceReason: 'No permission.', oauth: null });
    const problems = [{ happened: 'Not all was read.', todo: 'Ask.' }];
    for (const [catalog, detail] of [
      [catalogWith([unread]), 'Not known: 1 app.'],
      [catalogWith([], { problems }), 'Not all was read.'],
    ] as const) {
      const limited = audit(catalog, options);
      assert.equal(nothingText(limited), 'Nothing was found in what could be read.');
      assert.deepEqual(nothingFound(limited), {
        text: 'Nothing was found in what could be read',
        detail,
      });
    }
    const { suppressed } = hostile;
    assert.deepEqual(nothingFound({ ...whole, suppressed }), {
      text: 'Nothing was found that is not accepted',
      detail: 'Accepted for a time: 1.',
    });
  });

  it('CSV: formulas stay text, and nothing of a row is another row', () => {
    const rows = parse<Record<string, string>>(write('csv', hostile), {
      columns: true,
      // As spreadsheets do, which end a row at any of them.
      record_delimiter: ['\r\n', '\n', '\r'],
    });
    assert.equal(rows.length, hostile.findings.length + hostile.suppressed.length);
    for (const row of rows) {
      for (const cell of Object.values(row)) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
    }
    assert.ok(rows.some((row) => row.App?.includes('=cmd')));
    assert.equal(rows.filter((row) => row['Suppressed until'] === '2027-01-01').length, 1);
  });

  it('nothing that an app or a user wrote begins a line of a report', () => {
    const order = '\r\n::error::x\r::error::y\u2028::error::z';
    const scopes = { oauth: { scopes: ['Full', order], callbackUrl: [`http://a${order}`] } };
    const one = audit(catalogWith([open('A', scopes)]), {
      org: 'o',
      nowMilliseconds: NOW,
      suppressions: [
        { rule: 'scope-full', app: 'connectedApp:A', reason: order, until: '2027-01-01' },
      ],
    });
    assert.equal(one.suppressed.length, 1);
    for (const format of FORMATS) {
      const text = write(format, one);
      assert.ok(text.includes('::error::'), format);
      assert.doesNotMatch(text, /^::/m, format);
    }
  });

  it('HTML: no value is markup, no script, nothing remote', () => {
    const html = write('html', hostile);
    assert.doesNotMatch(html, /<img|<script|javascript:alert\(1\)"|style="/);
    assert.match(
      html,
      /Content-Security-Policy" content="default-src &apos;none&apos;; style-src &apos;sha256-/,
    );
    assert.doesNotMatch(
      html,
      /(src|href)="(?!https:\/\/(help\.salesforce\.com|www\.rfc-editor\.org)\/)/,
    );
  });

  it('SARIF: no value is a link in a message', () => {
    const messages = write('sarif', hostile).match(/"message": \{\s+"text": .*/g) ?? [];
    assert.ok(messages.some((text) => text.includes('(javascript:alert')));
    for (const text of messages) assert.doesNotMatch(text, /\]\(/);
  });

  it('SARIF: braces of a name are no placeholders in a message, and stay as they are elsewhere', () => {
    const { runs } = JSON.parse(write('sarif', auditOf(open('A {0} {b}')))) as {
      runs: {
        results: {
          message: { text: string };
          locations: { logicalLocations: { fullyQualifiedName: string }[] }[];
        }[];
      }[];
    };
    const results = runs.flatMap((one) => one.results);
    const texts = results.map(({ message }) => message.text);
    assert.ok(texts.some((text) => text.includes('Off in A {{0}} {{b}}.')));
    for (const text of texts) assert.doesNotMatch(text.replace(/\{\{|\}\}/g, ''), /[{}]/);
    const names = results.flatMap(({ locations }) => locations[0]?.logicalLocations ?? []);
    assert.ok(names.some((name) => name.fullyQualifiedName === 'connectedApp:A {0} {b}'));
  });

  it('Markdown: no value is markup, and nothing begins a line that should not', () => {
    const markdown = write('markdown', hostile);
    assert.doesNotMatch(markdown, /(?<!\\)<img/);
    assert.doesNotMatch(markdown, /\]\(javascript/);
    assert.doesNotMatch(markdown, /^# b/m);
  });

  it('SARIF: valid by its schema, with a level, a fingerprint and a score for each result', () => {
    const schema = JSON.parse(
      readFileSync('test/fixtures/schemas/sarif-2.1.0.json', 'utf8'),
    ) as object;
    const ajv = new AjvDraft04({
      strict: false,
      allErrors: true,
      validateFormats: false,
      // One of its patterns is none with the flag u.
      unicodeRegExp: false,
    });
    const validate = ajv.compile(schema);
    const text = report('sarif', [hostile, auditOf()], {
      version: '1.2.3',
      locate: () => ({ path: 'force-app/main/a b.xml', line: 3 }),
    });
    assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors?.slice(0, 3)));
    assert.ok(validate(JSON.parse(write('sarif', hostile))), JSON.stringify(validate.errors));
    const { runs } = JSON.parse(text) as {
      runs: { results: { partialFingerprints: object; suppressions?: object[] }[] }[];
    };
    const [run] = runs;
    assert.equal(run?.results.length, hostile.findings.length + hostile.suppressed.length);
    assert.equal(run.results.filter(({ suppressions }) => suppressions).length, 1);
    const prints = run.results.map(({ partialFingerprints }) =>
      JSON.stringify(partialFingerprints),
    );
    assert.equal(new Set(prints).size, prints.length);
    // The schema is no rubber stamp.
    assert.ok(!validate({ version: '2.1.0', runs: [{}] }));
  });

  it('SARIF: code scanning takes scores from rules, those of their worst finding; a result has its own', () => {
    const parts: Partial<App> = { oauth: { isConsumerSecretOptional: true } };
    const fenced: Partial<App> = {
      kind: 'externalClientApp',
      oauth: {
        isConsumerSecretOptional: false,
        'security.tokenIpRanges': [{ startIpAddress: '10.0.0.1' }],
      },
    };
    const { runs } = JSON.parse(
      write('sarif', auditOf(open('A', parts), open('B', fenced)), auditOf(open('B', fenced))),
    ) as {
      runs: {
        tool: {
          driver: { rules: { id: string; properties: { tags: string[]; [SCORE]?: string } }[] };
        };
        results: { ruleId: string; properties: { severity: string; [SCORE]: string } }[];
      }[];
    };
    const scores = runs.map(({ tool, results }) => {
      const { rules } = tool.driver;
      assert.ok(rules.every(({ properties }) => properties.tags.includes('security')));
      assert.equal(rules.find(({ id }) => id === 'id-token-long')?.properties[SCORE], undefined);
      return [
        rules.find(({ id }) => id === 'pkce-not-required')?.properties[SCORE],
        results
          .filter(({ ruleId }) => ruleId === 'pkce-not-required')
          .map(({ properties }) => `${properties.severity} ${properties[SCORE]}`),
      ];
    });
    assert.deepEqual(scores, [
      ['9.5', ['critical 9.5', 'medium 5.5']],
      ['5.5', ['medium 5.5']],
    ]);
  });

  it('JSON: valid by the schema in docs', () => {
    const schema = JSON.parse(readFileSync('docs/audit.schema.json', 'utf8')) as object;
    const ajv = new Ajv2020({ allErrors: true, validateFormats: false });
    const validate = ajv.compile(schema);
    assert.ok(validate(JSON.parse(write('json', hostile))), JSON.stringify(validate.errors));
    const broken = JSON.parse(write('json', hostile)) as {
      audits: { findings: { severity: string }[] }[];
    };
    const [finding] = broken.audits[0]?.findings ?? [];
    assert.ok(finding);
    finding.severity = 'awful';
    assert.ok(!validate(broken));
  });
});
