/**
 * What the audit says of an org with an app for every fact that a rule may see, byte by byte: findings, reports,
 * comparison, plan, journal. `UPDATE_GOLDEN=1` writes the files anew; read what has changed.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, type Audit } from '../../../src/audit/audit.ts';
import { pastOf } from '../../../src/audit/history.ts';
import type { JournalEntry } from '../../../src/audit/changes.ts';
import { plansOf } from '../../../src/audit/migration.ts';
import { comparisonMarkdown } from '../../../src/audit/reports/comparison.ts';
import { journalFile, journalMarkdown, RESULT_TEXTS } from '../../../src/audit/reports/journal.ts';
import { planCsv, planMarkdown } from '../../../src/audit/reports/plan.ts';
import { postureBar } from '../../../src/audit/reports/postureBar.ts';
import { EXTENSIONS, FORMATS, report } from '../../../src/audit/reports/reports.ts';
import type { App, AppKind, SettingValue } from '../../../src/salesforce/app.ts';
import type { Proof } from '../../../src/salesforce/proof.ts';
import { catalogWith, someApp, someUsage } from '../support/apps.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const FOLDER = 'test/fixtures/golden';

function golden(name: string, text: string): void {
  const file = join(FOLDER, name);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, text);
  }
  assert.equal(text, readFileSync(file, 'utf8'));
}

type Values = Readonly<Record<string, SettingValue>>;

/** An app with nothing to find, but that it is a connected app: confidential, PKCE, rotation, limits. */
const SOUND: Readonly<Record<AppKind, Values>> = {
  connectedApp: {
    isPkceRequired: true,
    isConsumerSecretOptional: false,
    isSecretRequiredForRefreshToken: true,
    isRefreshTokenRotationEnabled: true,
    isEnforceRefreshTokenTTL: true,
    isIntrospectAllTokens: false,
    isDeviceFlowEnabled: false,
    isClientCredentialEnabled: false,
    isTokenExchangeEnabled: false,
    scopes: ['Api', 'RefreshToken'],
    callbackUrl: ['https://app.acme.example/cb'],
    'oauthPolicy.refreshTokenPolicy': 'specific_inactivity:7:DAYS',
    'oauthPolicy.ipRelaxation': 'ENFORCE',
  },
  externalClientApp: {
    isPkceRequired: true,
    isConsumerSecretOptional: false,
    isSecretRequiredForRefreshToken: true,
    isRefreshTokenRotationEnabled: true,
    isEnforceRefreshTokenTTL: true,
    isIntrospectAllTokens: false,
    isDeviceFlowEnabled: false,
    isClientCredentialsFlowEnabled: false,
    isTokenExchangeEnabled: false,
    commaSeparatedOauthScopes: ['Api', 'RefreshToken'],
    callbackUrl: ['https://app.acme.example/cb'],
    'oauthPolicy.refreshTokenPolicyType': 'SpecificInactivity',
    'oauthPolicy.ipRelaxationPolicyType': 'Enforce',
    'security.tokenIpRanges': [{ startIpAddress: '10.0.0.1', endIpAddress: '10.0.0.9' }],
  },
};

const PUBLIC = { isConsumerSecretOptional: true, isSecretRequiredForRefreshToken: false };
const RANGES = [{ startIpAddress: '10.0.0.1', endIpAddress: '10.0.0.9' }];

/** One thing at a time, by the names of either kind. */
const VARIATIONS: readonly (readonly [name: string, oauth: Values, parts?: Partial<App>])[] = [
  ['Sound', {}],
  ['Sound used', {}, { usage: someUsage({}) }],
  ['Public', PUBLIC],
  ['Public secret for refresh', { ...PUBLIC, isSecretRequiredForRefreshToken: true }],
  ['Client unknown', { isConsumerSecretOptional: 'x' }],
  ['No secret for refresh', { isSecretRequiredForRefreshToken: false }],
  ['Open', { isPkceRequired: false }, { pkce: 'notRequired', pkceReason: 'Off.' }],
  [
    'Open public',
    { ...PUBLIC, isPkceRequired: false },
    { pkce: 'notRequired', pkceReason: 'Off.', usage: someUsage({ tokens: 1, users: 1 }) },
  ],
  [
    'Open unknown client',
    { isConsumerSecretOptional: 'x', isPkceRequired: false },
    {
      pkce: 'notRequired',
      pkceReason: 'Off.',
      usage: someUsage({ isOnlyOwn: null, isIncomplete: true }),
    },
  ],
  [
    'Open with ranges',
    { isPkceRequired: false, ipRanges: RANGES, trustedIpRanges: RANGES },
    {
      pkce: 'notRequired',
      pkceReason: 'Off.',
      usage: someUsage({ isOnlyOwn: true, isShared: true }),
    },
  ],
  [
    'By the org',
    { isPkceRequired: false },
    {
      pkce: 'requiredByOrg',
      pkceReason: 'Off, but the org requires it.',
      usage: someUsage({ lastUsed: null }),
    },
  ],
  ['Unreadable', {}, { pkce: 'unknown', pkceReason: 'It could not be read.', oauth: null }],
  ['No OAuth', {}, { pkce: 'notApplicable', pkceReason: 'None.', oauth: null }],
  [
    'Installed',
    { isPkceRequired: false },
    {
      pkce: 'notRequired',
      pkceReason: 'Off.',
      origin: 'installed',
      originReason: 'Installed from the package acme: only its author can change it.',
      namespace: 'acme',
    },
  ],
  [
    'Origin unknown',
    { isPkceRequired: false },
    { pkce: 'notRequired', pkceReason: 'Off.', origin: 'unknown', originReason: 'Not known.' },
  ],
  ['No rotation', { isRefreshTokenRotationEnabled: false }],
  ['No rotation public', { ...PUBLIC, isRefreshTokenRotationEnabled: false }],
  [
    'No rotation, no refresh',
    { isRefreshTokenRotationEnabled: false, scopes: ['Api'], commaSeparatedOauthScopes: ['Api'] },
  ],
  [
    'Infinite',
    {
      isEnforceRefreshTokenTTL: false,
      'oauthPolicy.refreshTokenPolicy': 'infinite',
      'oauthPolicy.refreshTokenPolicyType': 'Infinite',
    },
  ],
  [
    'Infinite but limited',
    {
      'oauthPolicy.refreshTokenPolicy': 'infinite',
      'oauthPolicy.refreshTokenPolicyType': 'Infinite',
    },
  ],
  [
    'Zero',
    { 'oauthPolicy.refreshTokenPolicy': 'zero', 'oauthPolicy.refreshTokenPolicyType': 'Zero' },
  ],
  ['Zero with a time', { 'oauthPolicy.refreshTokenPolicy': 'zero:0:DAYS' }],
  [
    'Lifetime',
    {
      isEnforceRefreshTokenTTL: false,
      'oauthPolicy.refreshTokenPolicy': 'specific_lifetime:12:HOURS',
      'oauthPolicy.refreshTokenPolicyType': 'SpecificLifetime',
    },
  ],
  [
    'Policy unknown',
    {
      'oauthPolicy.refreshTokenPolicy': 'sometimes',
      'oauthPolicy.refreshTokenPolicyType': 'Sometimes',
    },
  ],
  ['Introspects', { isIntrospectAllTokens: true }],
  [
    'Long ID tokens',
    { 'idTokenConfig.idTokenValidity': 600, 'idTokenConfig.idTokenValidityInMinutes': 600 },
  ],
  [
    'Short ID tokens',
    { 'idTokenConfig.idTokenValidity': 2, 'idTokenConfig.idTokenValidityInMinutes': 2 },
  ],
  ['Device', { isDeviceFlowEnabled: true }],
  [
    'Credentials',
    { isClientCredentialEnabled: true, isClientCredentialsFlowEnabled: true },
    { usage: someUsage({ tokens: 0, users: 0, uses: 0, lastUsed: null }) },
  ],
  [
    'Exchange',
    {
      isTokenExchangeEnabled: true,
      'oauthPolicy.isTokenExchangeFlowEnabled': false,
      'oauthPolicy.isClientCredentialsFlowEnabled': false,
    },
  ],
  [
    'Exchange by policy',
    {
      'oauthPolicy.isTokenExchangeFlowEnabled': true,
      'oauthPolicy.isClientCredentialsFlowEnabled': true,
    },
  ],
  [
    'Relaxed ranges',
    {
      ipRanges: RANGES,
      trustedIpRanges: RANGES,
      'oauthPolicy.ipRelaxation': 'BYPASS',
      'oauthPolicy.ipRelaxationPolicyType': 'Bypass',
    },
  ],
  [
    'Relaxed, no ranges',
    { 'oauthPolicy.ipRelaxation': 'BYPASS', 'oauthPolicy.ipRelaxationPolicyType': 'Bypass' },
  ],
  ['No allowlist', { 'security.tokenIpRanges': [] }],
  [
    'Full',
    { scopes: ['Full', 'RefreshToken'], commaSeparatedOauthScopes: ['Full', 'RefreshToken'] },
  ],
  ['One scope', { scopes: 'Api', commaSeparatedOauthScopes: 'Api' }],
  ['No scope', { scopes: '', commaSeparatedOauthScopes: [] }],
  ['Wildcard', { callbackUrl: ['https://*.acme.example/cb', 'https://app.acme.example/cb'] }],
  ['Plain http', { callbackUrl: ['http://app.acme.example/cb'] }],
  [
    'Loopback',
    { callbackUrl: ['http://localhost:8080/cb', 'http://127.0.0.1/cb', 'http://[::1]/cb'] },
  ],
  ['Custom scheme', { callbackUrl: 'acme://cb' }],
  ['No URL', { callbackUrl: ['nonsense'] }],
  ['Catcher', { callbackUrl: ['https://oauth.pstmn.io/v1/callback', 'https://x.ngrok.io/cb'] }],
  ['Same key one', { consumerKey: '3MVG9same' }],
  ['Same key two', { consumerKey: '3MVG9same' }],
  ['Unused', {}, { usage: someUsage({ lastUsed: '2026-01-05T08:00:00.000Z' }) }],
  [
    'Never used',
    {},
    {
      usage: someUsage({ tokens: 0, users: 0, uses: 0, lastUsed: null }),
      lastModified: '2026-01-05T08:00:00.000Z',
    },
  ],
  [
    'Unused, own tokens only',
    {},
    { usage: someUsage({ lastUsed: '2026-01-05T08:00:00.000Z', isOnlyOwn: true }) },
  ],
  ['Nothing known', {}, { oauth: {} }],
  ['=Formula', {}, { pkce: 'notRequired', pkceReason: '<b>Off</b> | `x`' }],
];

function appsOf(kind: AppKind): App[] {
  return VARIATIONS.map(([label, oauth, parts = {}]) => {
    const fullName = label.replaceAll(/\W+/g, '_');
    return someApp({
      kind,
      id: `${kind}:${fullName}`,
      fullName,
      label,
      oauth: { ...SOUND[kind], ...oauth },
      ...parts,
    });
  });
}

const APPS = [...appsOf('connectedApp'), ...appsOf('externalClientApp')];

const PROOFS: readonly Proof[] = [
  {
    kind: 'probe',
    app: 'connectedApp:Open',
    label: 'Open',
    at: '2026-11-19T10:00:00.000Z',
    host: 'acme.my.salesforce.com',
    steps: [
      { check: 'noChallenge', verdict: 'refuted', sent: 'GET', seen: 'HTTP 200: a log-in page' },
      { check: 'plain', verdict: 'unknown', sent: 'GET', seen: 'HTTP 500' },
    ],
  },
  {
    kind: 'handshake',
    app: 'externalClientApp:Open',
    label: 'Open',
    at: '2026-11-20T10:00:00.000Z',
    host: 'acme.my.salesforce.com',
    steps: [
      { check: 'authorization', verdict: 'proven', sent: 'GET', seen: 'A code.' },
      { check: 'exchange', verdict: 'proven', sent: 'POST', seen: 'Tokens.' },
      { check: 'wrongVerifier', verdict: 'proven', sent: 'POST', seen: 'Refused.' },
    ],
  },
  {
    kind: 'handshake',
    app: 'connectedApp:Open',
    label: 'Open',
    at: '2026-11-18T10:00:00.000Z',
    host: 'acme.my.salesforce.com',
    steps: [{ check: 'exchange', verdict: 'refuted', sent: 'POST', seen: 'Refused.' }],
  },
];

function auditOf(org: string, apps: readonly App[], orgWide: boolean | undefined): Audit {
  const catalog = catalogWith(apps, {
    orgWide: {
      isPkceRequired: orgWide,
      values: {
        'OauthOidcSettings.blockOAuthUnPwFlow': false,
        'OauthOidcSettings.blockOAuthUsrAgtFlow': orgWide === true,
      },
    },
    unlisted: [
      { name: 'Postman', appId: null, tokens: 3, users: 2, uses: 9, lastUsed: null },
      { name: '', appId: null, tokens: 1, users: 1, uses: 0, lastUsed: null },
    ],
    problems: [{ happened: 'Something could not be read.', todo: 'Ask for a permission.' }],
  });
  return audit(catalog, {
    org,
    nowMilliseconds: NOW,
    proofs: PROOFS,
    suppressions: [
      {
        rule: 'pkce-not-required',
        app: 'connectedApp:Open',
        reason: 'In spring.',
        until: '2027-01-01',
      },
      {
        rule: 'pkce-not-required',
        app: 'connectedApp:Open_public',
        reason: 'Over.',
        until: '2026-01-01',
      },
      { rule: 'username-password-flow', reason: 'Old.', until: '2026-11-21' },
    ],
  });
}

// Made in each test: mutation testing knows only then which test it is that looks.
const acme = (): Audit => auditOf('Acme', APPS, false);
const strict = (): Audit => auditOf('Strict & Sons', APPS.slice(0, 12), true);
const bare = (): Audit => auditOf('Bare', APPS.slice(0, 3), undefined);

describe('golden', () => {
  for (const format of FORMATS) {
    it(`the report as ${format}`, () =>
      golden(
        `report.${EXTENSIONS[format]}`,
        report(format, [acme(), strict(), bare()], {
          version: '1.2.3',
          locate: ({ subject }) =>
            subject.kind === 'app' && subject.id === 'connectedApp:Open'
              ? { path: 'force-app/Open app.xml', line: 7 }
              : undefined,
        }),
      ));
  }

  it('the comparison of two orgs, of an org with itself, and without details', () => {
    const past = (one: Audit, apps: readonly App[]) => pastOf(one, catalogWith(apps));
    const [one, other] = [past(acme(), APPS), past(strict(), APPS.slice(0, 12))];
    golden('comparison.md', comparisonMarkdown(one, other, ['Acme', 'Strict']) ?? '');
    golden('comparison-same.md', comparisonMarkdown(one, one, ['then', 'now']) ?? '');
    const milder = {
      ...other,
      details: other.details && {
        ...other.details,
        apps: other.details.apps.map((app) => ({ ...app, pkce: 'required' as const })),
        findings: other.details.findings.map((found) => ({ ...found, severity: 'low' as const })),
      },
    };
    golden('comparison-changed.md', comparisonMarkdown(other, milder, ['then', 'now']) ?? '');
    assert.equal(
      comparisonMarkdown(pastOf(acme(), catalogWith(APPS), 1), other, ['a', 'b']),
      undefined,
    );
    assert.equal(
      comparisonMarkdown(other, pastOf(acme(), catalogWith(APPS), 1), ['a', 'b']),
      undefined,
    );
  });

  it('the migration plan', () => {
    const told = {
      'connectedApp:Open': { clientUpdated: '2026-11-01', testedInSandbox: '2026-11-02' },
      'connectedApp:Sound': {
        clientUpdated: '2026-11-01',
        testedInSandbox: '2026-11-02',
        reauthenticated: '2026-11-03',
      },
    };
    for (const [name, orgWide] of [
      ['open', false],
      ['done', true],
      ['unknown', undefined],
    ] as const) {
      const catalog = catalogWith(APPS.slice(0, 16), {
        orgWide: { isPkceRequired: orgWide, values: {} },
      });
      const plans = plansOf(catalog, told, PROOFS);
      golden(`plan-${name}.md`, planMarkdown('Acme | Sons', plans, catalog));
      golden(`plan-${name}.csv`, planCsv('=Acme', plans));
    }
    golden('plan-none.md', planMarkdown('Acme', [], catalogWith(APPS.slice(0, 1))));
  });

  it('the journal', () => {
    const results = Object.keys(RESULT_TEXTS) as JournalEntry['result'][];
    const entries = results.map((result, index): JournalEntry => ({
      id: String(index),
      at: `2026-11-2${index}T10:00:00.000Z`,
      by: 'dana@acme.example',
      org: { id: '00D000000000001AAA', label: '=Acme', instanceUrl: 'https://acme.example' },
      subject: { type: 'ConnectedApp', fullName: `App_${index}`, label: `App | ${index}` },
      before: [true, false, null][index % 3] ?? null,
      after: index % 2 === 0,
      result,
      words: `Words ${index}.`,
    }));
    golden('journal.md', journalMarkdown(entries));
    golden('journal-empty.md', journalMarkdown([]));
    for (const format of ['csv', 'json'] as const)
      golden(`journal.${format}`, journalFile(format, entries));
  });

  it('the bar of the posture', () => {
    const posture = { required: 3, requiredByOrg: 1, notRequired: 2, unknown: 4 };
    golden('bar.svg', `${postureBar(posture)}\n${postureBar(posture, 'posture')}\n`);
    const none = { required: 0, requiredByOrg: 0, notRequired: 0, unknown: 0 };
    assert.equal(postureBar(none), '');
  });
});
