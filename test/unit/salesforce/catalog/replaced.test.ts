/** A connected app that Setup's migration has made an external client app of (SALESFORCE.md 13.8). */
import assert from 'node:assert/strict';
import { audit } from '../../../../src/audit/audit.ts';
import { plansOf } from '../../../../src/audit/migration.ts';
import { SOURCE_VERSION, type App } from '../../../../src/salesforce/app.ts';
import { AppAssembly } from '../../../../src/salesforce/catalog/appAssembly.ts';
import { catalogOf, type CatalogSnapshot } from '../../../../src/salesforce/catalog/catalog.ts';
import type { ComponentRecord } from '../../../../src/salesforce/catalog/components.ts';
import { hasNoUse, isSelected } from '../../../../src/salesforce/appSelection.ts';
import { eligibilityIn } from '../../../../src/salesforce/enforcement/eligibility.ts';
import { pkceLookOf } from '../../../../src/views/pkceLook.ts';
import { someUsage } from '../../support/apps.ts';

const OLD: ComponentRecord = {
  type: 'ConnectedApp',
  fullName: 'Portal',
  label: 'Portal',
  app: null,
  hasOauth: true,
  values: { consumerKey: '3MVG9one', isPkceRequired: false },
};
const HEADER: ComponentRecord = {
  type: 'ExternalClientApplication',
  fullName: 'Portal_ECA',
  label: 'Portal 2',
  app: null,
  hasOauth: true,
  values: {},
};
const SETTINGS: ComponentRecord = {
  type: 'ExtlClntAppGlobalOauthSettings',
  fullName: 'Portal_glbloauth',
  label: null,
  app: 'Portal_ECA',
  hasOauth: true,
  values: { consumerKey: '3MVG9one', isPkceRequired: true },
};

function snapshotOf(
  records: readonly ComponentRecord[],
  some: Partial<CatalogSnapshot> = {},
): CatalogSnapshot {
  return {
    apiVersion: '66.0',
    own: { orgId: '00D000000000001AAA', namespace: null },
    listed: [OLD, HEADER, SETTINGS].map(({ type, fullName }) => ({ type, fullName })),
    records,
    unread: {},
    orgWide: { isPkceRequired: false, values: {} },
    usage: { kind: 'known', counts: [], withMenuItem: [], isOnlyOwn: false, isIncomplete: false },
    problems: [],
    unavailable: [],
    ...some,
  };
}

const oldIn = (snapshot: CatalogSnapshot): App => {
  const found = catalogOf(snapshot).apps.find(({ kind }) => kind === 'connectedApp');
  assert.ok(found);
  return found;
};

describe('a connected app that was replaced', () => {
  for (const [order, records] of [
    ['before', [OLD, HEADER, SETTINGS]],
    ['after', [SETTINGS, HEADER, OLD]],
  ] as const) {
    it(`names the external client app that decides, read ${order} it`, () => {
      const app = oldIn(snapshotOf(records));
      assert.equal(app.pkce, 'notApplicable');
      assert.match(app.pkceReason, /^Replaced by the external client app Portal 2,/);
      assert.equal(pkceLookOf(app).short, 'replaced');
      assert.equal(app.replacedBy, 'externalClientApp:Portal_ECA');
    });
  }

  it('has no findings, no plan and nothing to be changed, and keeps nobody from the last step', () => {
    const catalog = catalogOf(snapshotOf([OLD, HEADER, SETTINGS]));
    const { findings, impacts, isvControls, posture } = audit(catalog, {
      org: 'Acme',
      nowMilliseconds: 0,
    });
    assert.ok(findings.some(({ rule }) => rule === 'org-pkce-off'));
    const subjects = findings.map(({ subject }) => (subject.kind === 'app' ? subject.id : ''));
    assert.ok(!subjects.includes('connectedApp:Portal'));
    assert.ok(!findings.some(({ rule }) => rule === 'consumer-key-shared'));
    assert.deepEqual(impacts, []);
    assert.deepEqual(
      isvControls.map(({ app }) => app),
      ['externalClientApp:Portal_ECA'],
    );
    assert.deepEqual(posture, { required: 1, requiredByOrg: 0, notRequired: 0, unknown: 0 });
    assert.deepEqual(plansOf(catalog, {}, []), []);
    const [old] = catalog.apps.filter(({ kind }) => kind === 'connectedApp');
    assert.match(JSON.stringify(old && eligibilityIn(catalog)(old)), /"reason":"Replaced/);
  });

  it('is one only where both were made here', () => {
    const header = { ...HEADER, values: { 'app.distributionState': 'Managed' } };
    assert.equal(oldIn(snapshotOf([OLD, header, SETTINGS])).pkce, 'notRequired');
    const listed = snapshotOf([]).listed.map((one) =>
      one.type === 'ConnectedApp' ? { ...one, manageableState: 'installed' } : one,
    );
    assert.equal(oldIn(snapshotOf([OLD, HEADER, SETTINGS], { listed })).pkce, 'notRequired');
  });

  it('is none as soon as the late header tells that a package has brought the other', () => {
    const { own, listed } = snapshotOf([]);
    const assembly = new AppAssembly(listed, own, '66.0');
    const status = () => assembly.apps().find(({ kind }) => kind === 'connectedApp')?.pkce;
    assembly.setOrgWide(false);
    assembly.take(OLD);
    assert.equal(status(), 'notRequired');
    assembly.take(SETTINGS);
    assert.equal(status(), 'notApplicable');
    assembly.take({ ...HEADER, values: { 'app.distributionState': 'Managed' } });
    assert.equal(status(), 'notRequired');
  });

  it('may be one, where the other app is not listed', () => {
    const listed = snapshotOf([]).listed.filter(({ type }) => type === 'ConnectedApp');
    for (const records of [
      [OLD, SETTINGS],
      [SETTINGS, OLD],
    ]) {
      const app = oldIn(snapshotOf(records, { listed }));
      assert.equal(app.pkce, 'unknown');
      assert.match(app.pkceReason, /whether it has replaced this app/);
    }
  });

  it('may be one, where too little of either app is known', () => {
    const listed = snapshotOf([]).listed.map((one) =>
      one.type === 'ConnectedApp' ? { ...one, namespacePrefix: 'own' } : one,
    );
    for (const snapshot of [
      // Without its header nobody knows where the other app was made.
      snapshotOf([OLD, SETTINGS]),
      // An org that did not tell its namespace.
      snapshotOf([OLD, HEADER, SETTINGS], {
        listed,
        own: { orgId: '00D000000000001AAA', namespace: undefined },
      }),
    ]) {
      const catalog = catalogOf(snapshot);
      const app = oldIn(snapshot);
      assert.equal(app.pkce, 'unknown');
      assert.match(app.pkceReason, /whether it has replaced this app/);
      const result = audit(catalog, { org: 'Acme', nowMilliseconds: 0 });
      assert.ok(!JSON.stringify(result.findings).includes('"connectedApp:Portal"'));
      assert.ok(result.unknown.some(({ app: id }) => id === app.id));
      assert.match(JSON.stringify(eligibilityIn(catalog)(app)), /"reason":"An external client app/);
      const idle = {
        ...app,
        usage: someUsage({ tokens: 0, users: 0 }),
        lastModified: '2020-01-01',
      };
      assert.ok(!isSelected(idle, ['unused'], Date.now()));
      assert.equal(hasNoUse({ ...idle, oauth: { scopes: ['Api', 'RefreshToken'] } }), false);
    }
  });

  it('attests nothing where it may be one, whatever its own flag says', () => {
    const old = { ...OLD, values: { consumerKey: '3MVG9one', isPkceRequired: true } };
    const listed = snapshotOf([]).listed.filter(({ type }) => type === 'ConnectedApp');
    for (const isPkceRequired of [false, true]) {
      const orgWide = { isPkceRequired, values: {} };
      const catalog = catalogOf(snapshotOf([old, SETTINGS], { listed, orgWide }));
      const { isvControls, unknown } = audit(catalog, { org: 'Acme', nowMilliseconds: 0 });
      assert.deepEqual([isvControls[0]?.pkce, isvControls[0]?.rotation], ['unknown', 'unknown']);
      assert.equal(unknown.length, 1);
    }
  });

  it('has clients that are now those of the other app, each counted once', () => {
    const counts = [
      { name: 'Portal', appId: '0H4000000000001AAA', tokens: 3, users: 2, uses: 9, lastUsed: null },
      { name: 'Portal', appId: null, tokens: 4, users: 1, uses: 4, lastUsed: null },
    ];
    const listed = snapshotOf([]).listed.map((one) => ({
      ...one,
      id: one.type === 'ConnectedApp' ? '0H4000000000001' : '1HB000000000001',
    }));
    const usage = {
      kind: 'known',
      counts,
      withMenuItem: [],
      isOnlyOwn: false,
      isIncomplete: false,
    } as const;
    const header = { ...HEADER, label: 'Portal' };
    const { apps } = catalogOf(snapshotOf([OLD, header, SETTINGS], { listed, usage }));
    const eca = apps.find(({ kind }) => kind === 'externalClientApp');
    assert.equal(eca?.usage?.tokens, 7);
    assert.equal(eca.usage.isShared, false);
    const old = apps.find(({ kind }) => kind === 'connectedApp');
    assert.ok(old && !isSelected(old, ['unused'], Date.now()));
  });

  it('is one only where the key is the same, and no placeholder of a file', () => {
    const other = { ...SETTINGS, values: { consumerKey: '3MVG9two', isPkceRequired: true } };
    assert.equal(oldIn(snapshotOf([OLD, HEADER, other])).pkce, 'notRequired');
    const withoutKey = { ...OLD, values: { isPkceRequired: false } };
    assert.equal(oldIn(snapshotOf([withoutKey, HEADER, SETTINGS])).pkce, 'notRequired');
    const empty = (record: ComponentRecord): ComponentRecord => ({
      ...record,
      values: { ...record.values, consumerKey: '' },
    });
    assert.equal(oldIn(snapshotOf([empty(OLD), HEADER, empty(SETTINGS)])).pkce, 'notRequired');
    assert.equal(oldIn(snapshotOf([withoutKey, HEADER, empty(SETTINGS)])).pkce, 'notRequired');
    const source = snapshotOf([OLD, HEADER, SETTINGS], { apiVersion: SOURCE_VERSION });
    assert.equal(oldIn(source).pkce, 'notRequired');
  });
});
