/** Apps that nobody wrote down: every subset of elements, in every way that XML may be written. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shownName } from '../../../../src/oauth/redact.ts';
import { AppAssembly } from '../../../../src/salesforce/catalog/appAssembly.ts';
import { recordOf, type ComponentRecord } from '../../../../src/salesforce/catalog/components.ts';
import { escapeXml } from '../../../../src/salesforce/escapeXml.ts';
import type { FileProperties } from '../../../../src/salesforce/metadataApi.ts';
import type { ComponentType } from '../../../../src/salesforce/settings/settingValues.ts';
import { settingsOf, type SettingView } from '../../../../src/salesforce/settings/settingView.ts';
import { soapResponseIn } from '../../../../src/salesforce/soap.ts';
import type { XmlElement } from '../../../../src/salesforce/xml.ts';

/** Text that XML 1.0 can hold and a parser gives back as it was: right-to-left, emoji, markup, odd blanks. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 255 }),
    fc.string({ unit: fc.constantFrom('א', 'ب', '\u202e', '\u00a0', '<', '&', ']]>', '"', "'") }),
    fc.string({
      unit: fc.constantFrom('a', 'Ω', '🔐', ' ', '-->'),
      minLength: 255,
      maxLength: 255,
    }),
  )
  .map((raw) => raw.replace(/[^\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, ''));
const url = fc.webUrl({ withQueryParameters: true });

/** How one document is written. */
const style = fc.record({
  prefix: fc.constantFrom('', 'sf:', 'ns1:'),
  cdata: fc.boolean(),
  comments: fc.boolean(),
  pretty: fc.boolean(),
});
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

/** One element; its value is a text or further elements, and one of no value is left out. */
type Part = readonly [name: string, value: string | readonly Part[] | undefined];

function written(parts: readonly Part[], { prefix, cdata, comments, pretty }: Style): string {
  const line = pretty ? '\n    ' : '';
  return parts
    .map(([name, value]) => {
      if (value === undefined) return '';
      const content =
        typeof value === 'string'
          ? cdata && !value.includes(']]>')
            ? `<![CDATA[${value}]]>`
            : escapeXml(value)
          : written(value, { prefix, cdata, comments, pretty });
      const comment = comments ? '<!-- <isPkceRequired>false</isPkceRequired> -->' : '';
      return `${line}${comment}<${prefix}${name}>${content}</${prefix}${name}>`;
    })
    .join('');
}

/** The answer of readMetadata with some components. */
function answer(components: readonly (readonly Part[])[], how: Style): string {
  const { prefix } = how;
  const namespace =
    prefix === ''
      ? 'xmlns="http://soap.sforce.com/2006/04/metadata"'
      : `xmlns:${prefix.slice(0, -1)}="http://soap.sforce.com/2006/04/metadata"`;
  const records = components.map(
    (parts) => `<${prefix}records>${written(parts, how)}</${prefix}records>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ${namespace}><soapenv:Body><${prefix}readMetadataResponse><${prefix}result>${records.join('')}</${prefix}result></${prefix}readMetadataResponse></soapenv:Body></soapenv:Envelope>`;
}

function recordsIn(type: ComponentType, xml: string): ComponentRecord[] {
  const elements: XmlElement[] = [];
  soapResponseIn(xml, 200, { name: 'records', depth: 4, take: (one) => elements.push(one) });
  return elements.map((element) => recordOf(type, element.textOf('fullName') ?? '', element));
}

const flag = fc.option(fc.boolean(), { nil: undefined });
const said = (value: boolean | undefined): string | undefined => value?.toString();

const connectedApp = fc.record({
  fullName: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,79}$/),
  namespace: fc.option(fc.stringMatching(/^[a-z][a-z0-9]{0,14}$/), { nil: undefined }),
  label: text.filter((label) => label.trim() !== ''),
  callbacks: fc.array(url, { minLength: 1, maxLength: 5 }),
  scopes: fc.array(fc.constantFrom('Api', 'Full', 'RefreshToken', 'NewScope'), { maxLength: 4 }),
  hasOauth: fc.boolean(),
  isPkceRequired: flag,
  isConsumerSecretOptional: flag,
  isRefreshTokenRotationEnabled: flag,
  description: fc.option(text, { nil: undefined }),
  secret: fc.option(fc.constant('THE-SECRET-1234567890'), { nil: undefined }),
});

describe('generated apps', () => {
  it('connected apps: what was written is what is shown, whatever way it was written', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(connectedApp, {
          maxLength: 6,
          selector: ({ fullName, namespace }) => `${namespace ?? ''}__${fullName}`,
        }),
        style,
        fc.boolean(),
        (apps, how, orgWide) => {
          const nameOf = ({ fullName, namespace }: (typeof apps)[number]): string =>
            namespace === undefined ? fullName : `${namespace}__${fullName}`;
          const listed = apps.map((app): FileProperties => ({
            type: 'ConnectedApp',
            fullName: nameOf(app),
            namespacePrefix: app.namespace,
          }));
          const xml = answer(
            apps.map((app): Part[] => [
              ['fullName', nameOf(app)],
              ['contactEmail', 'a@b.example'],
              ['description', app.description],
              ['label', app.label],
              [
                'oauthConfig',
                app.hasOauth
                  ? [
                      ['callbackUrl', app.callbacks.join('\n')],
                      ['consumerKey', '3MVG9'],
                      ['consumerSecret', app.secret],
                      ['isConsumerSecretOptional', said(app.isConsumerSecretOptional)],
                      ['isPkceRequired', said(app.isPkceRequired)],
                      ['isRefreshTokenRotationEnabled', said(app.isRefreshTokenRotationEnabled)],
                      ...app.scopes.map((scope): Part => ['scopes', scope]),
                    ]
                  : undefined,
              ],
            ]),
            how,
          );
          const assembly = new AppAssembly(listed, { orgId: '00D', namespace: null }, '68.0');
          for (const record of recordsIn('ConnectedApp', xml)) assembly.take(record);
          assembly.setOrgWide(orgWide);
          assembly.finish('missing');
          assert.equal(assembly.apps().length, apps.length);
          for (const app of apps) {
            const shown = assembly.apps().find(({ fullName }) => fullName === nameOf(app));
            assert.ok(shown);
            assert.equal(shown.label, shownName(app.label));
            assert.equal(shown.origin, app.namespace === undefined ? 'local' : 'installed');
            if (!app.hasOauth) {
              assert.equal(shown.pkce, 'notApplicable');
              assert.equal(shown.oauth, null);
              continue;
            }
            const open = orgWide ? 'requiredByOrg' : 'notRequired';
            assert.equal(shown.pkce, app.isPkceRequired === true ? 'required' : open);
            assert.ok(shown.oauth);
            assert.deepEqual(shown.oauth.callbackUrl, app.callbacks);
            assert.equal(shown.oauth.isPkceRequired, app.isPkceRequired);
            assert.equal(shown.oauth.description, app.description?.trim());
            if (app.scopes.length > 0) assert.deepEqual(shown.oauth.scopes, app.scopes);
            assert.ok(!JSON.stringify(shown).includes('THE-SECRET'));
            for (const [key, value] of [
              ['isPkceRequired', app.isPkceRequired],
              ['isRefreshTokenRotationEnabled', app.isRefreshTokenRotationEnabled],
            ] as const) {
              const view: SettingView | undefined = settingsOf(shown).find(
                (setting) => setting.key === key,
              );
              assert.ok(view);
              assert.equal(view.isOn, value ?? false);
              assert.equal(view.isDefault, value === undefined);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('ECAs: parts join on the element, in any order, whatever their names; absent PKCE is on', () => {
    const eca = fc.record({
      fullName: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,39}$/),
      satelliteName: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,39}$/),
      isPkceRequired: flag,
      hasGlobal: fc.boolean(),
      scopes: fc.array(fc.constantFrom('Api', 'Web', 'RefreshToken'), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(eca, { maxLength: 5, selector: ({ fullName }) => fullName }),
        style,
        fc.boolean(),
        (apps, how, headersFirst) => {
          const listed = apps.map(({ fullName }): FileProperties => ({
            type: 'ExternalClientApplication',
            fullName,
          }));
          const parts = (make: (app: (typeof apps)[number]) => Part[]): string =>
            answer(apps.map(make), how);
          const headers = recordsIn(
            'ExternalClientApplication',
            parts(({ fullName }) => [
              ['fullName', fullName],
              ['distributionState', 'Local'],
              ['label', fullName],
            ]),
          );
          const globals = recordsIn(
            'ExtlClntAppGlobalOauthSettings',
            answer(
              apps
                .filter(({ hasGlobal }) => hasGlobal)
                .map(({ fullName, satelliteName, isPkceRequired }): Part[] => [
                  ['fullName', satelliteName],
                  ['callbackUrl', 'https://a.example/cb'],
                  ['externalClientApplication', fullName],
                  ['isPkceRequired', said(isPkceRequired)],
                ]),
              how,
            ),
          );
          const settings = recordsIn(
            'ExtlClntAppOauthSettings',
            parts(({ fullName, satelliteName, scopes }) => [
              ['fullName', satelliteName],
              ['commaSeparatedOauthScopes', scopes.join(', ')],
              ['externalClientApplication', fullName],
            ]),
          );
          const assembly = new AppAssembly(listed, { orgId: '00D', namespace: null }, '68.0');
          const all = [...headers, ...globals, ...settings];
          for (const record of headersFirst ? all : all.reverse()) assembly.take(record);
          assembly.setOrgWide(false);
          assembly.finish('There is no global part.');
          for (const app of apps) {
            const shown = assembly.apps().find(({ fullName }) => fullName === app.fullName);
            assert.ok(shown);
            const known = app.isPkceRequired === false ? 'notRequired' : 'required';
            assert.equal(shown.pkce, app.hasGlobal ? known : 'unknown');
            assert.deepEqual(shown.oauth?.commaSeparatedOauthScopes, app.scopes);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
