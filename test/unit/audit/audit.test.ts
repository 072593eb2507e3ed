/** What the rules find, each with what it rests on, and what they do not say of what is not known. */
import assert from 'node:assert/strict';
import { ownPkceFlagOf } from '../../../src/audit/appFacts.ts';
import { APP_RULES, audit, ORG_RULES } from '../../../src/audit/audit.ts';
import type { Finding } from '../../../src/audit/finding.ts';
import { SOURCE_RULES } from '../../../src/audit/rules/sourceRules.ts';
import { ofOrg, type Suppression } from '../../../src/audit/suppression.ts';
import { SOURCE_VERSION, type App } from '../../../src/salesforce/app.ts';
import type { Catalog } from '../../../src/salesforce/catalog/catalog.ts';
import { catalogWith, someApp, someUsage } from '../support/apps.ts';
import { clientOf, read, withOrg } from '../support/catalogs.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

type Oauth = NonNullable<App['oauth']>;

/** A confidential connected app in which every rule is content. */
const GOOD: Oauth = {
  callbackUrl: ['https://app.acme.example/callback'],
  consumerKey: '3MVG9good',
  isConsumerSecretOptional: false,
  isEnforceRefreshTokenTTL: true,
  isPkceRequired: true,
  isRefreshTokenRotationEnabled: true,
  isSecretRequiredForRefreshToken: true,
  scopes: ['Api', 'RefreshToken'],
  'oauthPolicy.ipRelaxation': 'ENFORCE',
  'oauthPolicy.refreshTokenPolicy': 'specific_lifetime:12:HOURS',
};
const GOOD_ECA: Oauth = {
  callbackUrl: ['https://app.acme.example/callback'],
  consumerKey: '3MVG9goodeca',
  isConsumerSecretOptional: false,
  isEnforceRefreshTokenTTL: true,
  isRefreshTokenRotationEnabled: true,
  isSecretRequiredForRefreshToken: true,
  commaSeparatedOauthScopes: ['Api', 'RefreshToken'],
  'security.tokenIpRanges': [{ startIpAddress: '10.0.0.1', endIpAddress: '10.0.0.9' }],
  'oauthPolicy.refreshTokenPolicyType': 'SpecificLifetime',
};

const RANGES = [{ start: '10.0.0.1', end: '10.0.0.9' }];

const connected = (oauth: Partial<Oauth>, parts: Partial<App> = {}): App =>
  someApp({ oauth: { ...GOOD, ...oauth } as Oauth, usage: someUsage({}), ...parts });
const eca = (oauth: Partial<Oauth>, parts: Partial<App> = {}): App =>
  someApp({
    id: 'externalClientApp:Some_Eca',
    kind: 'externalClientApp',
    fullName: 'Some_Eca',
    oauth: { ...GOOD_ECA, ...oauth } as Oauth,
    usage: someUsage({}),
    ...parts,
  });
const findingsOf = (
  catalog: Catalog,
  suppressions: readonly Suppression[] = [],
): readonly Finding[] =>
  audit(catalog, { org: 'acme', nowMilliseconds: NOW, suppressions }).findings;
const rulesOf = (...apps: App[]): readonly string[] => [
  ...new Set(
    findingsOf(catalogWith(apps))
      .filter(({ subject }) => subject.kind === 'app')
      .map(({ rule }) => rule),
  ),
];
const found = (rule: string, ...apps: App[]): Finding => {
  const finding = findingsOf(catalogWith(apps)).find((one) => one.rule === rule);
  assert.ok(finding, `${rule} was not found`);
  return finding;
};

describe('audit', () => {
  it('nothing is found in apps that have it all', () => {
    assert.deepEqual(rulesOf(eca({})), []);
    // A local connected app should become an ECA, however well it is set.
    assert.deepEqual(rulesOf(connected({})), ['connected-app-to-migrate']);
  });

  it('ids are all different, and every rule has whole sentences and a reference', () => {
    const rules = [...APP_RULES, ...ORG_RULES, ...SOURCE_RULES];
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
    for (const { id, title, why, remedy, reference } of rules) {
      assert.match(id, /^[a-z]+(-[a-z]+)*$/);
      assert.match(title, /^[A-Z].*[^.]$/, id);
      for (const text of [why, remedy]) assert.match(text, /^[A-Z].*\.$/, id);
      assert.match(reference.url, /^https:\/\//);
    }
  });

  it('PKCE: high; critical for public clients, medium for confidential ones behind an allowlist; with control and range', () => {
    const open = { pkce: 'notRequired', pkceReason: 'Off.' } as const;
    const severity = (app: App): string => found('pkce-not-required', app).severity;
    assert.equal(severity(connected({ isPkceRequired: false }, open)), 'high');
    assert.equal(severity(connected({ isConsumerSecretOptional: true }, open)), 'critical');
    for (const ipRelaxation of ['ENFORCE', 'ENFORCE_RELAXREFRESH', 'BYPASS_2FACTOR', 'BYPASS']) {
      const app = connected({ ipRanges: RANGES, 'oauthPolicy.ipRelaxation': ipRelaxation }, open);
      assert.equal(severity(app), 'high', `${ipRelaxation}: ranges of its own are no fence`);
    }
    assert.equal(severity(eca({}, open)), 'medium', 'its allowlist fences it');
    assert.equal(severity(eca({ 'security.tokenIpRanges': [] }, open)), 'high');
    const { control, cvss } = found('pkce-not-required', eca({}, open));
    assert.match(control ?? '', /^External Client Apps: .*PKCE.*band High \(7\.0-8\.9\)$/);
    assert.deepEqual(cvss, { from: 7, to: 8.9 });
    assert.match(
      found('pkce-not-required', connected({}, open)).control ?? '',
      /Critical \(9\.0-10\.0\)/,
    );
  });

  it('what is unknown is listed, never found', () => {
    const unknown = connected({}, { pkce: 'unknown', pkceReason: 'No permission.', oauth: null });
    const result = audit(catalogWith([unknown]), { org: 'acme', nowMilliseconds: NOW });
    assert.ok(!result.findings.some(({ subject }) => subject.kind === 'app'));
    assert.deepEqual(result.unknown, [
      { app: 'connectedApp:Some_App', label: 'Some App', reason: 'No permission.' },
    ]);
    assert.equal(result.posture.unknown, 1);
  });

  it('an app that could not be read is not judged where the org requires PKCE, either', () => {
    const apps = [
      connected({}, { pkce: 'requiredByOrg', pkceReason: 'Not read.', oauth: null }),
      // A file need not say it of the app, and says the rest.
      connected(
        { callbackUrl: ['https://a.example'] },
        { id: 'connectedApp:File', pkce: 'requiredByOrg', apiVersion: SOURCE_VERSION },
      ),
      eca(
        {},
        {
          id: 'externalClientApp:Part',
          pkce: 'requiredByOrg',
          apiVersion: SOURCE_VERSION,
          oauth: { 'oauthPolicy.isClientCredentialsFlowEnabled': false },
        },
      ),
      connected({ isPkceRequired: false }, { id: 'connectedApp:Off', pkce: 'requiredByOrg' }),
    ];
    const { unknown, posture } = audit(catalogWith(apps), { org: 'acme', nowMilliseconds: NOW });
    assert.deepEqual(
      unknown.map(({ app, reason }) => [app, reason]),
      [
        ['connectedApp:Some_App', 'Not read.'],
        ['externalClientApp:Part', "Required by the app's own setting."],
      ],
    );
    assert.deepEqual([posture.requiredByOrg, posture.unknown], [4, 0]);
  });

  for (const [rule, ...apps] of [
    ['pkce-by-org-only', connected({ isPkceRequired: false }, { pkce: 'requiredByOrg' })],
    [
      'refresh-token-rotation-off',
      connected({ isRefreshTokenRotationEnabled: false }),
      eca({ isRefreshTokenRotationEnabled: false }),
    ],
    [
      'refresh-without-secret',
      connected({ isSecretRequiredForRefreshToken: false }),
      eca({ isSecretRequiredForRefreshToken: false }),
    ],
    [
      'secret-required-of-public-client',
      connected({ isConsumerSecretOptional: true }),
      eca({ isConsumerSecretOptional: true }),
    ],
    [
      'refresh-token-unlimited',
      connected({ isEnforceRefreshTokenTTL: false, 'oauthPolicy.refreshTokenPolicy': 'infinite' }),
      eca({ isEnforceRefreshTokenTTL: false, 'oauthPolicy.refreshTokenPolicyType': 'Infinite' }),
    ],
    ['no-ip-allowlist', eca({ 'security.tokenIpRanges': [] })],
    [
      'introspects-all-tokens',
      connected({ isIntrospectAllTokens: true }),
      eca({ isIntrospectAllTokens: true }),
    ],
    [
      'id-token-long',
      connected({ 'idTokenConfig.idTokenValidity': 720 }),
      eca({ 'idTokenConfig.idTokenValidityInMinutes': 31 }),
    ],
    [
      'refresh-scope-with-zero-policy',
      connected({ 'oauthPolicy.refreshTokenPolicy': 'zero' }),
      eca({ 'oauthPolicy.refreshTokenPolicyType': 'Zero' }),
    ],
    [
      'scope-full',
      connected({ scopes: ['Full'] }),
      eca({ commaSeparatedOauthScopes: ['Full', 'Api'] }),
    ],
    [
      'scopes-beyond-flows',
      connected(
        { isClientCredentialEnabled: true },
        { usage: someUsage({ tokens: 0, lastUsed: null }) },
      ),
    ],
    [
      'callback-url-dangerous',
      connected({ callbackUrl: ['http://app.acme.example/cb'] }),
      connected({ callbackUrl: ['https://*.acme.example/cb'] }),
      connected({ callbackUrl: ['https://oauth.pstmn.io/v1/callback'] }),
      eca({ callbackUrl: ['https://x.ngrok-free.app/cb'] }),
    ],
    [
      'app-unused',
      connected({}, { usage: someUsage({ lastUsed: '2026-01-01T00:00:00.000Z' }) }),
      connected(
        {},
        {
          usage: someUsage({ tokens: 0, lastUsed: null }),
          lastModified: '2026-01-01T00:00:00.000Z',
        },
      ),
    ],
    ['connected-app-to-migrate', connected({})],
    [
      'device-flow-on',
      connected({ isDeviceFlowEnabled: true }),
      eca({ isDeviceFlowEnabled: true }),
    ],
    [
      'flow-off-by-policy',
      eca({
        isClientCredentialsFlowEnabled: true,
        'oauthPolicy.isClientCredentialsFlowEnabled': false,
      }),
    ],
    [
      'flow-on-by-policy-only',
      eca({ isTokenExchangeEnabled: false, 'oauthPolicy.isTokenExchangeFlowEnabled': true }),
    ],
    [
      'ip-ranges-relaxed',
      connected({ ipRanges: RANGES, 'oauthPolicy.ipRelaxation': 'BYPASS' }),
      eca({ trustedIpRanges: RANGES, 'oauthPolicy.ipRelaxationPolicyType': 'Bypass' }),
    ],
  ] as const satisfies readonly (readonly [string, ...App[]])[]) {
    it(`${rule}: found where it is so`, () => {
      for (const app of apps) {
        const { evidence, severity } = found(rule, app);
        assert.ok(evidence.length > 0 && evidence.every((one) => /^\S.*\.$/.test(one)), rule);
        assert.ok(severity);
      }
    });
  }

  it('what speaks against a finding keeps it from being made, or makes it less', () => {
    const idle = { usage: someUsage({ tokens: 0, lastUsed: null }) };
    const machine = { isClientCredentialEnabled: true };
    const offByPolicy = {
      isClientCredentialsFlowEnabled: true,
      'oauthPolicy.isClientCredentialsFlowEnabled': false,
    };
    for (const [rule, app] of [
      ['scopes-beyond-flows', connected({ ...machine, certificate: 'MIIC' }, idle)],
      ['scopes-beyond-flows', connected({ ...machine, isTokenExchangeEnabled: true }, idle)],
      ['scopes-beyond-flows', eca(offByPolicy, idle)],
      ['scopes-beyond-flows', connected(machine)],
      ['scopes-beyond-flows', connected({ ...machine, scopes: ['Api', 'Web'] }, idle)],
      [
        'scopes-beyond-flows',
        connected({ ...machine, 'oauthPolicy.refreshTokenPolicy': 'zero' }, idle),
      ],
      [
        'refresh-token-rotation-off',
        connected({ isRefreshTokenRotationEnabled: false, scopes: ['Api'] }),
      ],
      ['connected-app-to-migrate', connected({}, { namespace: 'acme' })],
      ['pkce-by-org-only', connected({ isPkceRequired: undefined }, { pkce: 'requiredByOrg' })],
    ] as const) {
      assert.ok(!rulesOf(app).includes(rule), rule);
    }
    const wildcard = connected({ callbackUrl: ['https://*.acme.example/cb'] });
    assert.equal(found('callback-url-dangerous', wildcard).severity, 'info');
    for (const callbackUrl of [
      ['https://*.a.example/', 'http://a.example/'],
      ['http://a.example/*'],
      ['https://webhook.site/*'],
    ]) {
      const { severity } = found('callback-url-dangerous', connected({ callbackUrl }));
      assert.notEqual(severity, 'info', callbackUrl.join());
    }
  });

  it('every rule of apps has a test that finds it', async () => {
    const { readFileSync } = await import('node:fs');
    const tests = readFileSync(new URL(import.meta.url), 'utf8');
    for (const { id } of [...APP_RULES, ...ORG_RULES]) assert.ok(tests.includes(`'${id}'`), id);
  });

  it('a callback to this computer, an own scheme, and https elsewhere are no danger', () => {
    const callbackUrl = [
      'http://localhost:1717/OauthRedirect',
      'vscode://pkce-tools.salesforce-pkce/callback',
      'https://app.acme.example/cb',
    ];
    assert.ok(!rulesOf(eca({ callbackUrl })).includes('callback-url-dangerous'));
  });

  it('a callback that others can look into is found by its whole host, and weighs less behind PKCE', () => {
    const rule = 'callback-url-dangerous';
    for (const host of [
      'oauth.pstmn.io',
      'x.beeceptor.com',
      'httpbin.org',
      'OAuthDebugger.com',
      'jwt.io',
    ]) {
      const app = connected({ callbackUrl: [`https://${host}/cb`] });
      assert.ok(rulesOf(app).includes(rule), host);
    }
    for (const host of ['notjwt.io', 'my-oauth.pstmn.io', 'jwt.io.acme.example']) {
      const app = connected({ callbackUrl: [`https://${host}/cb`] });
      assert.ok(!rulesOf(app).includes(rule), host);
    }
    const callbackUrl = ['https://jwt.io/cb'];
    for (const [pkce, severity] of [
      ['required', 'medium'],
      ['requiredByOrg', 'medium'],
      ['notRequired', 'high'],
      ['unknown', 'high'],
    ] as const) {
      assert.equal(found(rule, connected({ callbackUrl }, { pkce })).severity, severity, pkce);
    }
  });

  it('what is not known of a client or its tokens keeps nothing from being found, and makes nothing of it', () => {
    const rule = 'refresh-token-rotation-off';
    const off = { isRefreshTokenRotationEnabled: false };
    assert.ok(rulesOf(connected({ ...off, scopes: undefined })).includes(rule));
    assert.ok(
      !rulesOf(connected({ ...off, 'oauthPolicy.refreshTokenPolicy': 'zero' })).includes(rule),
    );
    assert.equal(found(rule, connected(off)).severity, 'medium');
    assert.equal(
      found(rule, connected({ ...off, isConsumerSecretOptional: undefined })).severity,
      'medium',
    );
    assert.equal(
      found(rule, connected({ ...off, isConsumerSecretOptional: true })).severity,
      'high',
    );
    const endless = { 'oauthPolicy.refreshTokenPolicy': 'infinite' };
    const idle = (isEnforceRefreshTokenTTL: boolean | undefined): readonly string[] =>
      rulesOf(connected({ ...endless, isEnforceRefreshTokenTTL }));
    assert.ok(idle(false).includes('refresh-token-unlimited'));
    for (const known of [true, undefined]) {
      assert.ok(!idle(known).includes('refresh-token-unlimited'), String(known));
    }
    assert.ok(rulesOf(connected({ scopes: ['Api', 'Full'] })).includes('scope-full'));
  });

  it('trusted IP ranges that bind on activated devices are not said to be relaxed', () => {
    for (const ipRelaxation of ['BYPASS_2FACTOR', 'ENFORCE', 'ENFORCE_RELAXREFRESH']) {
      const app = connected({ ipRanges: RANGES, 'oauthPolicy.ipRelaxation': ipRelaxation });
      assert.ok(!rulesOf(app).includes('ip-ranges-relaxed'), ipRelaxation);
    }
  });

  it('an allowlist that could not be read is not said to be missing', () => {
    const catalog = catalogWith([eca({ 'security.tokenIpRanges': [] })]);
    const { 'security.tokenIpRanges': _ranges, ...without } = GOOD_ECA;
    const app = { ...eca({}), oauth: without };
    assert.ok(findingsOf(catalogWith([app])).some(({ rule }) => rule === 'no-ip-allowlist'));
    const blind = {
      ...catalogWith([app]),
      snapshot: { ...catalog.snapshot, unavailable: ['ExtlClntAppOauthSecuritySettings'] },
    };
    assert.ok(!findingsOf(blind).some(({ rule }) => rule === 'no-ip-allowlist'));
  });

  it('consumer-key-shared: two apps with one key are both found, and name each other', () => {
    const other = connected({}, { id: 'connectedApp:Other', label: 'Other', fullName: 'Other' });
    const shared = findingsOf(catalogWith([connected({}), other])).filter(
      ({ rule }) => rule === 'consumer-key-shared',
    );
    assert.deepEqual(
      shared.map(({ evidence }) => evidence[0]),
      ['The same key has: Some App.', 'The same key has: Other.'],
    );
  });

  it('consumer-key-shared: keys in files may be placeholders, and are not said to be shared', () => {
    const inFile = { apiVersion: SOURCE_VERSION };
    const apps = [connected({}, inFile), eca({ consumerKey: GOOD.consumerKey }, inFile)];
    assert.ok(!rulesOf(...apps).includes('consumer-key-shared'));
  });

  it('apps of one label are told apart where a finding names several', () => {
    const twins = [connected({}), eca({ consumerKey: GOOD.consumerKey }, { label: 'Some App' })];
    assert.deepEqual(
      findingsOf(catalogWith(twins))
        .filter(({ rule }) => rule === 'consumer-key-shared')
        .map(({ evidence }) => evidence[0]),
      [
        'The same key has: Some App (External client app: Some_Eca).',
        'The same key has: Some App (Connected app: Some_App).',
      ],
    );
    const orgWide = { isPkceRequired: true, values: {} };
    const behind = twins.map((app): App => ({ ...app, pkce: 'requiredByOrg' }));
    const [ahead] = findingsOf(catalogWith(behind, { orgWide })).filter(
      ({ rule }) => rule === 'org-pkce-ahead-of-apps',
    );
    assert.match(
      ahead?.evidence[0] ?? '',
      /: Some App \(Connected app: Some_App\), Some App \(External client app: Some_Eca\)\.$/,
    );
  });

  it('the secret is demanded after the client sends it: else its refresh fails', () => {
    const { remedy } = found(
      'refresh-without-secret',
      connected({ isSecretRequiredForRefreshToken: false }),
    );
    assert.match(remedy, /^Make sure that the client sends its secret .*, then switch on /);
  });

  describe('of the org', () => {
    const orgRules = (catalog: Catalog): readonly string[] =>
      findingsOf(catalog)
        .filter(({ subject }) => subject.kind === 'org')
        .map(({ rule }) => rule);
    const values = (flags: Record<string, boolean>): Record<string, boolean> =>
      Object.fromEntries(
        Object.entries(flags).map(([name, value]) => [`OauthOidcSettings.${name}`, value]),
      );

    it("'org-pkce-off': only where all apps are ready, and it is known to be off", () => {
      assert.deepEqual(orgRules(catalogWith([connected({})])), ['org-pkce-off']);
      // The switch would hit the clients of apps that are not installed too.
      const ghost = { name: 'Ghost', appId: null, tokens: 1, users: 1, uses: 1, lastUsed: null };
      assert.ok(
        !orgRules(catalogWith([connected({})], { unlisted: [ghost] })).includes('org-pkce-off'),
      );
      const open = connected({}, { pkce: 'notRequired' });
      assert.deepEqual(orgRules(catalogWith([connected({}), open])), []);
      const unknown = { isPkceRequired: undefined, values: {} };
      assert.deepEqual(orgRules(catalogWith([connected({})], { orgWide: unknown })), []);
      assert.deepEqual(orgRules(catalogWith([])), []);
      // Apps without OAuth do not count.
      const saml = someApp({ id: 'connectedApp:Saml', pkce: 'notApplicable', oauth: null });
      const only = found('org-pkce-off', connected({}), saml);
      assert.deepEqual(only.evidence, ['Its only OAuth app requires PKCE itself.']);
      const { evidence } = found('org-pkce-off', connected({}), eca({}), saml);
      assert.deepEqual(evidence, ['All 2 OAuth apps require PKCE themselves.']);
    });

    it("'org-pkce-off': not where apps that are not installed may be in use unseen", () => {
      const known = {
        kind: 'known',
        counts: [],
        withMenuItem: [],
        isOnlyOwn: false,
        isIncomplete: false,
      } as const;
      const ready = (parts: Parameters<typeof catalogWith>[1]): boolean =>
        orgRules(catalogWith([connected({})], parts)).includes('org-pkce-off');
      assert.ok(ready({ usage: known }));
      const ghost = { name: 'Ghost', appId: null, tokens: 1, users: 1, uses: 1, lastUsed: null };
      for (const parts of [
        { usage: { kind: 'unknown', reason: '' } as const },
        { usage: { ...known, isOnlyOwn: true } },
        { usage: { ...known, isOnlyOwn: null } },
        { usage: { ...known, isIncomplete: true } },
        { unclear: [ghost] },
      ]) {
        assert.ok(!ready(parts), JSON.stringify(parts));
      }
    });

    it("'org-pkce-off', 'uninstalled-apps-in-use': not where a kind of app could not be listed", () => {
      const unlisted = [
        { name: 'Ghost', appId: null, tokens: 1, users: 1, uses: 1, lastUsed: null },
      ];
      const listed = [{ type: 'ConnectedApp', fullName: 'Some_App' }];
      const without = (type: string, parts = {}): Catalog => {
        const catalog = catalogWith([connected({})], parts);
        return { ...catalog, snapshot: { ...catalog.snapshot, listed, unavailable: [type] } };
      };
      for (const parts of [{}, { unlisted }]) {
        assert.deepEqual(orgRules(without('ExternalClientApplication', parts)), []);
      }
      // Listed, with apps among them that could not be read; satellites are no apps.
      for (const type of ['ConnectedApp', 'ExtlClntAppOauthSettings']) {
        assert.deepEqual(orgRules(without(type)), ['org-pkce-off']);
        assert.deepEqual(orgRules(without(type, { unlisted })), ['uninstalled-apps-in-use']);
      }
      // A source tree is never all of an org.
      const source = catalogWith([connected({})]);
      const snapshot = { ...source.snapshot, apiVersion: SOURCE_VERSION };
      assert.deepEqual(orgRules({ ...source, snapshot }), []);
    });

    it('what the org lacks in one kind of app is not said of an org that does not list it', () =>
      withOrg({}, async (org) => {
        const client = await clientOf(org);
        const ruled = async (): Promise<readonly string[]> => orgRules(await read(org, { client }));
        assert.ok((await ruled()).includes('uninstalled-apps-in-use'));
        org.switches.externalClientApps = false;
        assert.ok(!(await ruled()).includes('uninstalled-apps-in-use'));
      }));

    it("'org-pkce-ahead-of-apps': on, while apps say otherwise", () => {
      const orgWide = { isPkceRequired: true, values: {} };
      const behind = connected({}, { pkce: 'requiredByOrg' });
      assert.deepEqual(orgRules(catalogWith([behind], { orgWide })), ['org-pkce-ahead-of-apps']);
      assert.deepEqual(orgRules(catalogWith([connected({})], { orgWide })), []);
    });

    it("'username-password-flow-allowed', 'user-agent-flow-allowed': only where it is known", () => {
      const orgWide = {
        isPkceRequired: true,
        values: values({ blockOAuthUnPwFlow: false, blockOAuthUsrAgtFlow: false }),
      };
      assert.deepEqual(orgRules(catalogWith([], { orgWide })), [
        'user-agent-flow-allowed',
        'username-password-flow-allowed',
      ]);
    });

    it("'uninstalled-apps-in-use'", () => {
      const count = { name: 'Ghost', appId: null, tokens: 1, users: 1, uses: 1, lastUsed: null };
      const rules = orgRules(
        catalogWith([connected({}, { pkce: 'notRequired' })], { unlisted: [count] }),
      );
      assert.deepEqual(rules, ['uninstalled-apps-in-use']);
    });
  });

  it('a suppression counts apart until its day has passed, for its app and rule alone', () => {
    const open = connected({}, { pkce: 'notRequired' });
    const other = connected({ consumerKey: 'x' }, { id: 'connectedApp:O', pkce: 'notRequired' });
    const suppression = {
      rule: 'pkce-not-required',
      app: open.id,
      reason: 'Client is being rebuilt.',
      until: '2026-11-21',
    };
    const judge = (until: string): ReturnType<typeof audit> =>
      audit(catalogWith([open, other]), {
        org: 'acme',
        nowMilliseconds: NOW,
        suppressions: [{ ...suppression, until }],
      });
    const today = judge('2026-11-21');
    assert.deepEqual(
      today.suppressed.map(({ finding }) => finding.rule),
      ['pkce-not-required'],
    );
    assert.equal(today.findings.filter(({ rule }) => rule === 'pkce-not-required').length, 1);
    assert.equal(today.counts.high, 1);
    assert.equal(judge('2026-11-20').suppressed.length, 0);
  });

  it('a suppression of the org as a whole hides nothing of its apps', () => {
    const open = connected({}, { pkce: 'notRequired' });
    const suppression = { rule: 'pkce-not-required', reason: 'Known.', until: '2026-12-31' };
    assert.ok(
      findingsOf(catalogWith([open]), [suppression]).some(({ rule }) => rule === suppression.rule),
    );
  });

  it('a suppression of one org holds in no other, by ids of either length', () => {
    const acme = { rule: 'app-unused', reason: 'Once a year.', until: '2027-01-31' };
    const org = '00D5g0000001234';
    const all = [acme, { ...acme, org }, { ...acme, org: '00D5g0000009999EAA' }];
    assert.deepEqual(ofOrg(all, `${org}EAA`), all.slice(0, 2));
    assert.deepEqual(ofOrg(all, '00D5g0000009999'), [all[0], all[2]]);
    assert.deepEqual(ofOrg(all, ''), [all[0]]);
  });

  it('a file that says no is found out, though the org of it is not known', () => {
    const inSource = { pkce: 'unknown', apiVersion: SOURCE_VERSION } as const;
    const rule = 'pkce-not-required';
    assert.ok(rulesOf(connected({ isPkceRequired: false }, inSource)).includes(rule));
    assert.ok(!rulesOf(connected({}, inSource)).includes(rule));
    const inOrg = connected({ isPkceRequired: false }, { pkce: 'unknown' });
    assert.ok(!rulesOf(inOrg).includes(rule));
  });

  it('of an app that may have been replaced nobody knows whether it requires PKCE', () => {
    const app = connected({ isPkceRequired: true }, { pkce: 'unknown' });
    assert.equal(ownPkceFlagOf(app), true);
    assert.equal(ownPkceFlagOf({ ...app, isMaybeReplaced: true }), undefined);
  });

  it('worst first; the same catalog and time give the same audit', () =>
    withOrg({ apps: 60 }, async (org) => {
      const catalog = await read(org);
      const options = { org: 'demo', nowMilliseconds: NOW };
      const one = audit(catalog, options);
      assert.ok(one.findings.length > 60);
      const order = ['critical', 'high', 'medium', 'low', 'info'];
      const places = one.findings.map(({ severity }) => order.indexOf(severity));
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
      );
      const shuffled = { ...catalog, apps: catalog.apps.toReversed() };
      assert.deepEqual(audit(shuffled, options).findings, one.findings);
      assert.equal(
        Object.values(one.counts).reduce((sum, count) => sum + count),
        one.findings.length,
      );
    }));
});
