/** What no honest org says: settings that hold nothing, and two answers to one question. The status is unknown then. */
import assert from 'node:assert/strict';
import { AppAssembly } from '../../../../src/salesforce/catalog/appAssembly.ts';
import { recordOf, type ComponentRecord } from '../../../../src/salesforce/catalog/components.ts';
import { parseXml } from '../../../../src/salesforce/xml.ts';

const LISTED = [
  { type: 'ConnectedApp', fullName: 'Portal' },
  { type: 'ExternalClientApplication', fullName: 'Kiosk' },
];

function appIn(kind: string, records: readonly ComponentRecord[]) {
  const assembly = new AppAssembly(LISTED, { orgId: '00D', namespace: null }, '68.0');
  assembly.setOrgWide(false);
  for (const record of records) assembly.take(record);
  assembly.finish('not read');
  const app = assembly.apps().find((one) => one.kind === kind);
  assert.ok(app);
  return app;
}

describe('an org that contradicts itself', () => {
  for (const oauthConfig of [
    '<oauthConfig/>',
    '<oauthConfig> </oauthConfig>',
    '<oauthConfig xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>',
  ]) {
    it(`OAuth settings that hold nothing tell nothing: ${oauthConfig}`, () => {
      const element = parseXml(`<records><label>Portal</label>${oauthConfig}</records>`);
      const { pkce, pkceReason } = appIn('connectedApp', [
        recordOf('ConnectedApp', 'Portal', element),
      ]);
      assert.equal(pkce, 'unknown');
      assert.match(pkceReason, /hold nothing/);
    });
  }

  const settings = (fullName: string, isPkceRequired: boolean): ComponentRecord => ({
    type: 'ExtlClntAppGlobalOauthSettings',
    fullName,
    label: null,
    app: 'Kiosk',
    hasOauth: true,
    values: { isPkceRequired },
  });

  for (const order of [
    [settings('Kiosk_1', true), settings('Kiosk_2', false)],
    [settings('Kiosk_2', false), settings('Kiosk_1', true)],
  ]) {
    it(`two global settings of one app, ${order[0]?.fullName} first: which holds is not known`, () => {
      const { pkce, pkceReason } = appIn('externalClientApp', order);
      assert.equal(pkce, 'unknown');
      assert.match(pkceReason, /two components/);
    });
  }

  it('the same settings once more are no second ones', () => {
    const twice = [settings('Kiosk_1', false), settings('Kiosk_1', true)];
    assert.equal(appIn('externalClientApp', twice).pkce, 'required');
  });
});
