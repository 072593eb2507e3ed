/** What a source tree tells of its apps, and what it cannot tell. */
import assert from 'node:assert/strict';
import { audit } from '../../../../src/audit/audit.ts';
import { catalogOfSource } from '../../../../src/salesforce/catalog/sourceCatalog.ts';
import { componentIn } from '../../../../src/salesforce/sourceFiles.ts';

describe('the apps of a source tree', () => {
  it("are the reader's own, whichever org they were retrieved from; a namespace may be", () => {
    const { apps } = catalogOfSource([
      componentIn(
        'Mine.eca-meta.xml',
        '<ExternalClientApplication><orgScopedExternalApp>00D5g00000AbCdEfGH:Mine</orgScopedExternalApp></ExternalClientApplication>',
      ),
      componentIn('acme__Own.connectedApp-meta.xml', '<ConnectedApp><oauthConfig/></ConnectedApp>'),
    ]);
    assert.deepEqual(
      apps.map(({ fullName, origin }) => [fullName, origin]),
      [
        ['Mine', 'local'],
        ['acme__Own', 'unknown'],
      ],
    );
    assert.match(apps[1]?.originReason ?? '', /^Not known: .*acme/);
  });

  it('a flag that is off is a finding of the file, whether or not the settings of an org stand beside it', () => {
    const app = componentIn(
      'A.connectedApp-meta.xml',
      '<ConnectedApp><label>A</label><oauthConfig><isConsumerSecretOptional>true</isConsumerSecretOptional><isPkceRequired>false</isPkceRequired></oauthConfig></ConnectedApp>',
    );
    const org = (flag: boolean) =>
      componentIn(
        'OauthOidc.settings-meta.xml',
        `<OauthOidcSettings><isPkceRequired>${flag}</isPkceRequired></OauthOidcSettings>`,
      );
    const found = (...around: (typeof app)[]) => {
      const catalog = catalogOfSource([app, ...around]);
      const { findings } = audit(catalog, { org: '', nowMilliseconds: 0 });
      const pkce = findings.filter(({ rule }) => rule === 'pkce-not-required');
      return [catalog.apps[0]?.pkce, pkce.map(({ severity }) => severity)];
    };
    assert.deepEqual(found(), ['unknown', ['critical']]);
    assert.deepEqual(found(org(false)), ['notRequired', ['critical']]);
    assert.deepEqual(found(org(true)), ['requiredByOrg', []]);
    assert.match(catalogOfSource([app]).apps[0]?.pkceReason ?? '', /is not in the source\.$/);
  });

  it('an app without OAuth settings that has a policy for them is not known, not "no OAuth app"', () => {
    const withPolicy =
      '<ConnectedApp><label>A</label><oauthPolicy><ipRelaxation>ENFORCE</ipRelaxation></oauthPolicy></ConnectedApp>';
    const saml = '<ConnectedApp><label>B</label><samlConfig/></ConnectedApp>';
    const { apps } = catalogOfSource([
      componentIn('A.connectedApp-meta.xml', withPolicy),
      componentIn('B.connectedApp-meta.xml', saml),
    ]);
    assert.deepEqual(
      apps.map(({ pkce }) => pkce),
      ['unknown', 'notApplicable'],
    );
    assert.match(apps[0]?.pkceReason ?? '', /what is not shown is not known/);
  });
});
