/** Settings as people read them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ts from 'typescript';
import type { App } from '../../../src/salesforce/app.ts';
import { APP_TEXTS } from '../../../src/salesforce/settings/appTexts.ts';
import { ORG_TEXTS } from '../../../src/salesforce/settings/orgTexts.ts';
import { POLICY_TEXTS } from '../../../src/salesforce/settings/policyTexts.ts';
import { orgSettingsOf, settingsOf } from '../../../src/salesforce/settings/settingView.ts';

/** Parts of a connected app that are not about OAuth: canvas, SAML and mobile apps are shown by their names. */
const NOT_ABOUT_OAUTH = ['canvas', 'canvasConfig', 'mobileAppConfig', 'samlConfig'];
/** No settings: names, links between components, and the secret, which is dropped. */
const NO_SETTINGS = ['label', 'externalClientApplication', 'consumerSecret'];
/** Switches of other plugins of an ECA. */
const OTHER_PLUGINS = /^is(Attest|Canvas|Mobile|Notification|Push|Saml)PluginEnabled$/;

const METADATA_TYPES = [
  'ConnectedApp',
  'ExternalClientApplication',
  'ExtlClntAppGlobalOauthSettings',
  'ExtlClntAppOauthSettings',
  'ExtlClntAppOauthSecuritySettings',
  'ExtlClntAppOauthConfigurablePolicies',
  'ExtlClntAppConfigurablePolicies',
  'OauthOidcSettings',
  'ConnectedAppSettings',
  'ExternalClientAppSettings',
];

/** Paths of all fields that Salesforce's own types know, containers resolved. */
function pathsInTypes(): string[] {
  const file = createRequire(import.meta.url)
    .resolve('@salesforce/types/metadata')
    .replace(/\.js$/, '.d.ts');
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const fields = new Map<string, { name: string; type: string; isList: boolean }[]>();
  source.forEachChild((node) => {
    if (!ts.isTypeAliasDeclaration(node)) return;
    const literals = ts.isIntersectionTypeNode(node.type) ? node.type.types : [node.type];
    const own = literals.flatMap((type) => (ts.isTypeLiteralNode(type) ? [...type.members] : []));
    fields.set(
      node.name.text,
      own.filter(ts.isPropertySignature).map((member) => ({
        name: member.name.getText(source),
        type: member.type?.getText(source).replace(/\[\]$/, '') ?? '',
        isList: member.type !== undefined && ts.isArrayTypeNode(member.type),
      })),
    );
  });
  const walk = (type: string, prefix: string): string[] =>
    (fields.get(type) ?? []).flatMap(({ name, type: inner, isList }) => {
      if ([...NOT_ABOUT_OAUTH, ...NO_SETTINGS].includes(name) || OTHER_PLUGINS.test(name))
        return [];
      const path = `${prefix}.${name}`;
      return !isList && (fields.get(inner)?.length ?? 0) > 0 ? walk(inner, path) : [path];
    });
  return METADATA_TYPES.flatMap((type) => walk(type, type));
}

const tablePaths = [...APP_TEXTS, ...POLICY_TEXTS, ...ORG_TEXTS].flatMap(({ elements }) =>
  elements.map(({ path }) => path),
);

const app: App = {
  id: 'connectedApp:X',
  kind: 'connectedApp',
  fullName: 'X',
  label: 'X',
  namespace: null,
  origin: 'local',
  originReason: '',
  apiVersion: '68.0',
  componentId: null,
  lastModified: null,
  usage: null,
  pkce: 'notRequired',
  pkceReason: '',
  oauth: { callbackUrl: ['https://x'] },
};

describe('the table of settings', () => {
  it("has every field of Salesforce's own types, so that a new version's fields are noticed", () => {
    const paths = pathsInTypes();
    assert.ok(paths.length > 120, String(paths.length));
    assert.deepEqual(
      paths.filter((path) => !tablePaths.includes(path)),
      [],
    );
  });

  it('names no field that these types do not know, and none twice', () => {
    // In the WSDL, and missing in the types.
    const known = [...pathsInTypes(), 'ConnectedApp.pluginExecutionUser'];
    assert.deepEqual(
      tablePaths.filter((path) => !known.includes(path)),
      [],
    );
    assert.equal(new Set(tablePaths).size, tablePaths.length);
  });

  it('every setting has a label and a whole sentence', () => {
    for (const { label, explanation } of [...APP_TEXTS, ...POLICY_TEXTS, ...ORG_TEXTS]) {
      assert.match(label, /^[A-Z]/);
      assert.match(explanation, /^(?=[A-Z"]).{10,}\.$/, label);
    }
  });
});

describe('settings of an app', () => {
  const find = (key: string, of: App = app): ReturnType<typeof settingsOf>[number] | undefined =>
    settingsOf(of).find((setting) => setting.key === key);

  it('an absent element shows its documented default, marked as such; it differs by kind', () => {
    const { isOn, isDefault } = find('isPkceRequired') ?? {};
    assert.deepEqual([isOn, isDefault], [false, true]);
    const eca = { ...app, kind: 'externalClientApp' } as const;
    assert.equal(find('isPkceRequired', eca)?.isOn, true);
    assert.equal(find('oauthPolicy.refreshTokenPolicy')?.valueText, 'infinite');
    assert.equal(find('idTokenConfig.idTokenValidity'), undefined);
    const withIdToken = { ...app, oauth: { 'idTokenConfig.idTokenAudience': 'https://y' } };
    assert.equal(find('idTokenConfig.idTokenValidity', withIdToken)?.valueText, '2');
  });

  it('an element that is newer than the API version is not known, not off', () => {
    const old = { ...app, apiVersion: '66.0' };
    const limit = find('isEnforceRefreshTokenTTL', old);
    assert.equal(limit?.isOn, undefined);
    assert.equal(limit?.isDefault, false);
    assert.match(limit.valueText, /not known: API 66\.0 does not tell/);
    assert.equal(find('isEnforceRefreshTokenTTL')?.isOn, false);
  });

  it('of a component that could not be read no default is shown', () => {
    const eca: App = {
      ...app,
      kind: 'externalClientApp',
      oauth: { 'policy.isEnabled': true, commaSeparatedOauthScopes: ['Api'] },
    };
    assert.deepEqual(
      settingsOf(eca).map(({ key }) => key),
      ['commaSeparatedOauthScopes', 'policy.isEnabled'],
    );
  });

  it('says where it is set, in Setup and in metadata, and since which version', () => {
    assert.equal(
      find('isPkceRequired')?.place,
      'Setup > App Manager > (the app) > Edit. In metadata: ConnectedApp.oauthConfig.isPkceRequired, since API 59.',
    );
    assert.match(find('oauthPolicy.refreshTokenPolicy')?.place ?? '', /Edit Policies/);
  });

  it('a connected app shows the flows that only the org can block, beside its own', () => {
    const org = {
      'OauthOidcSettings.blockOAuthUnPwFlow': true,
      'OauthOidcSettings.blockOAuthUsrAgtFlow': false,
    };
    const flows = (of: App): string[] =>
      settingsOf(of, org)
        .filter(({ group }) => group === 'Flows')
        .map(({ label, valueText }) => `${label}: ${valueText}`);
    assert.deepEqual(flows(app).slice(-2), [
      'Username-Password Flow Blocked by the Org: yes',
      'User-Agent Flow Blocked by the Org: no',
    ]);
    assert.ok(
      !flows({ ...app, kind: 'externalClientApp' })
        .join()
        .includes('by the Org'),
    );
  });

  it("an org's settings: those that were read, defaults of what was read, nothing else", () => {
    const shown = orgSettingsOf({ 'OauthOidcSettings.blockOAuthUnPwFlow': true }, '66.0');
    assert.deepEqual(
      shown.map(({ label, valueText, isDefault }) => [label, valueText, isDefault]),
      [
        ['Require PKCE for Supported Authorization Flows', 'no', true],
        ['Username-Password Flow Blocked by the Org', 'yes', false],
      ],
    );
    assert.deepEqual(orgSettingsOf({}, '66.0'), []);
  });
});
