/** Where an app was made, and what its PKCE status is, by every combination of what is known. */
import assert from 'node:assert/strict';
import { originOf } from '../../../../src/salesforce/catalog/origin.ts';
import {
  isBeingRead,
  mayRequirePkce,
  pkceStatusOf,
} from '../../../../src/salesforce/pkceStatus.ts';
import { someApp } from '../../support/apps.ts';

const OWN = '00D000000000001AAA';
const OTHER = '00D000000000002AAA';

describe('where an app was made', () => {
  const origin = (
    properties: { namespacePrefix?: string; manageableState?: string },
    parts: {
      namespace?: string | null;
      orgId?: string;
      header?: Record<string, string>;
      unreadable?: boolean;
    } = {},
    kind: 'connectedApp' | 'externalClientApp' = 'connectedApp',
  ) =>
    originOf(
      kind,
      { type: 'ConnectedApp', fullName: 'A', ...properties },
      {
        own: {
          orgId: parts.orgId ?? OWN,
          ...('namespace' in parts ? { namespace: parts.namespace } : {}),
        },
        header: parts.header ?? {},
        isUnreadable: parts.unreadable ?? false,
      },
    );

  it('here, where nothing speaks against it', () => {
    assert.equal(origin({}).origin, 'local');
    assert.equal(origin({ manageableState: 'unmanaged' }).origin, 'local');
  });

  it('here, where the namespace is the own one', () =>
    assert.equal(origin({ namespacePrefix: 'own' }, { namespace: 'own' }).origin, 'local'));

  it('in a package, where the namespace is another one', () => {
    const found = origin({ namespacePrefix: 'quotely' }, { namespace: null });
    assert.equal(found.origin, 'installed');
    assert.match(found.originReason, /package quotely/);
  });

  it('not known, where the org did not tell its own namespace', () =>
    assert.equal(origin({ namespacePrefix: 'quotely' }).origin, 'unknown'));

  it('in a package, where it is installed under a namespace, whatever that of the org is', () => {
    // Packages of one publisher may share a namespace, also that of an org to develop in.
    for (const parts of [{}, { namespace: 'quotely' }, { namespace: null }]) {
      const found = origin({ namespacePrefix: 'quotely', manageableState: 'installed' }, parts);
      assert.equal(found.origin, 'installed', JSON.stringify(parts));
      assert.match(found.originReason, /package quotely/);
    }
  });

  it('beta and deprecated are also what an org has packaged itself', () => {
    for (const manageableState of ['beta', 'deprecated', 'released']) {
      const properties = { namespacePrefix: 'acme', manageableState };
      assert.equal(origin(properties).origin, 'unknown', manageableState);
      assert.equal(origin(properties, { namespace: 'acme' }).origin, 'local', manageableState);
      assert.equal(origin(properties, { namespace: null }).origin, 'installed', manageableState);
    }
  });

  for (const state of ['installed', 'beta', 'deprecated']) {
    it(`in a package, where its state is ${state}`, () =>
      assert.equal(origin({ manageableState: state }).origin, 'installed'));
  }

  for (const state of ['installedEditable', 'deprecatedEditable']) {
    it(`in an unlocked package, which this org can change, where its state is ${state}`, () => {
      const header = {
        'app.distributionState': 'Packaged',
        'app.orgScopedExternalApp': `${OTHER}:A`,
      };
      for (const [parts, more] of [
        [{}, {}],
        [{ namespacePrefix: 'acme' }, {}],
        [{}, { header }],
      ] as const) {
        const found = origin({ ...parts, manageableState: state }, { namespace: null, ...more });
        assert.equal(found.origin, 'unknown');
        assert.match(found.originReason, /unlocked package .* can change it/);
      }
    });
  }

  it('not known, where it is for one org alone and names another: that may be a copy of it', () => {
    const header = { 'app.orgScopedExternalApp': `${OTHER}:A` };
    const copied = origin({}, { header: { ...header, 'app.distributionState': 'Local' } });
    assert.equal(copied.origin, 'unknown');
    assert.match(copied.originReason, /copy of that org/);
    assert.equal(origin({}, { header }).origin, 'installed');
  });

  it('by Salesforce itself, where its header says so', () =>
    assert.match(
      origin({}, { header: { 'app.distributionState': 'AutoInstalled' } }).originReason,
      /by Salesforce/,
    ));

  it('in a package, where its header says managed', () =>
    assert.equal(
      origin({}, { header: { 'app.distributionState': 'Managed' } }).origin,
      'installed',
    ));

  it('in another org, where its header names one; its own org is none', () => {
    const scoped = (org: string) => ({ header: { 'app.orgScopedExternalApp': `${org}:Kiosk` } });
    assert.match(origin({}, scoped(OTHER)).originReason, /another org \(00D000000000002AAA\)/);
    assert.equal(origin({}, scoped(OWN)).origin, 'local');
    assert.equal(origin({}, scoped('nonsense')).origin, 'local');
    assert.equal(origin({}, { ...scoped(OTHER), orgId: '' }).origin, 'local', 'nothing to compare');
  });

  it('an app that cannot be read is not known', () => {
    assert.match(origin({}, { unreadable: true }).originReason, /does not let it be read/);
    assert.match(
      origin({}, { unreadable: true }, 'externalClientApp').originReason,
      /header of the app, which tells who made it/,
    );
  });
});

describe('the PKCE status', () => {
  const flag = (value: boolean, stated = true) => ({ kind: 'flag' as const, value, stated });
  for (const [what, reading, orgWide, pkce] of [
    ['the app requires it', flag(true), false, 'required'],
    ['the app requires it by default', flag(true, false), 'unknown', 'required'],
    ['only the org requires it', flag(false), true, 'requiredByOrg'],
    ['neither requires it', flag(false), false, 'notRequired'],
    ['off, and the org could not be read', flag(false), 'unknown', 'unknown'],
    ['off, and the org is being read', flag(false), 'reading', 'unknown'],
    ['no OAuth', { kind: 'noOauth' }, true, 'notApplicable'],
    ['being read', { kind: 'reading' }, true, 'unknown'],
    ['not stated', { kind: 'notStated' }, false, 'unknown'],
    ['not stated, and the org requires it', { kind: 'notStated' }, true, 'requiredByOrg'],
    ['unreadable', { kind: 'unreadable', reason: 'No.' }, false, 'unknown'],
    [
      'unreadable, and the org requires it',
      { kind: 'unreadable', reason: 'No.' },
      true,
      'requiredByOrg',
    ],
  ] as const) {
    it(`${what}: ${pkce}`, () => {
      const status = pkceStatusOf(reading, orgWide);
      assert.equal(status.pkce, pkce);
      assert.match(status.pkceReason, /\.$/);
    });
  }

  it('what is being read is told apart from what is not known', () => {
    assert.ok(isBeingRead(pkceStatusOf({ kind: 'reading' }, 'unknown')));
    assert.ok(isBeingRead(pkceStatusOf(flag(false), 'reading')));
    assert.ok(!isBeingRead(pkceStatusOf(flag(false), 'unknown')));
    // By what happens, not by what is said of it.
    const reason = pkceStatusOf({ kind: 'reading' }, 'unknown').pkceReason;
    assert.ok(!isBeingRead(pkceStatusOf({ kind: 'unreadable', reason }, false)));
  });

  it('PKCE may be required of apps whose own flag is off, and that can be changed here', () => {
    const may = (...[reading, orgWide]: Parameters<typeof pkceStatusOf>): boolean =>
      mayRequirePkce({ ...someApp({}), ...pkceStatusOf(reading, orgWide) });
    for (const orgWide of [true, false, 'unknown'] as const) assert.ok(may(flag(false), orgWide));
    assert.ok(!may(flag(false), 'reading'), 'what decides has not arrived');
    assert.ok(!may(flag(true), false));
    assert.ok(!may({ kind: 'unreadable', reason: 'Why.' }, true), 'nothing is known of its flag');
    assert.ok(!may({ kind: 'maybeReplaced' }, true));
    const installed = someApp({ ...pkceStatusOf(flag(false), false), origin: 'installed' });
    assert.ok(!mayRequirePkce(installed));
  });
});
