/** What will break, for whom, when, and what ISVs attest. */
import assert from 'node:assert/strict';
import { contextOf } from '../../../src/audit/context.ts';
import { impactsOf, isvControlsOf } from '../../../src/audit/impact.ts';
import { SOURCE_VERSION, type App } from '../../../src/salesforce/app.ts';
import { catalogWith, someApp, someUsage } from '../support/apps.ts';

const contextWith = (...apps: App[]) => contextOf(catalogWith(apps), Date.parse('2026-11-21'));
const open = (name: string, parts: Partial<App> = {}): App =>
  someApp({ id: `connectedApp:${name}`, label: name, pkce: 'notRequired', ...parts });

const NO_TOKENS = someUsage({ tokens: 0, users: 0 });
const REFRESHED = { scopes: ['Api', 'RefreshToken'] };
/** Of an app with refresh tokens, of which there are none. */
const useOf = (parts: Partial<App>) =>
  impactsOf(contextWith(open('A', { usage: NO_TOKENS, oauth: REFRESHED, ...parts })))[0]?.isInUse;

describe('impact', () => {
  it('apps that are not ready, those in use first; apps that are ready are no matter', () => {
    const impacts = impactsOf(
      contextWith(
        open('Unused', { usage: NO_TOKENS, oauth: REFRESHED }),
        open('Unknown use'),
        open('Used', { usage: someUsage({}) }),
        someApp({ pkce: 'required' }),
        someApp({ id: 'connectedApp:Saml', pkce: 'notApplicable', oauth: null }),
      ),
    );
    assert.deepEqual(
      impacts.map(({ label, isInUse }) => [label, isInUse]),
      [
        ['Used', true],
        ['Unknown use', null],
        ['Unused', false],
      ],
    );
    assert.match(impacts[0]?.use ?? '', /^2 refresh tokens of 1 user, last used 2026-11-20\.$/);
  });

  it('apps of one label are told apart, in what is asked before a change as well', () => {
    const twin = { label: ' kiosk', fullName: 'Kiosk' };
    const impacts = impactsOf(
      contextWith(
        open('A'),
        open('Kiosk', { fullName: 'Kiosk_1' }),
        open('B', { ...twin, kind: 'externalClientApp' }),
      ),
    );
    assert.deepEqual(impacts.map(({ label }) => label).toSorted(), [
      ' kiosk (External client app: Kiosk)',
      'A',
      'Kiosk (Connected app: Kiosk_1)',
    ]);
  });

  it('no tokens are no proof of no use where not all could be counted', () => {
    for (const limit of [{ isOnlyOwn: true }, { isOnlyOwn: null }, { isIncomplete: true }]) {
      assert.equal(useOf({ usage: { ...NO_TOKENS, ...limit } }), null);
    }
  });

  it('nor of an app whose use leaves no tokens that are counted, or leaves them in other orgs', () => {
    const packaged = { ...REFRESHED, 'app.distributionState': 'Packaged' };
    assert.equal(useOf({ oauth: {} }), null, 'no scopes are known');
    assert.equal(useOf({ oauth: { scopes: ['Api', 'Web'] } }), null, 'no refresh tokens');
    assert.equal(useOf({ oauth: { ...REFRESHED, certificate: 'Jwt' } }), null, 'signed JWT');
    assert.equal(useOf({ oauth: packaged }), null, 'an external client app to be packaged');
    assert.equal(useOf({ namespace: 'own' }), null, "the org's own package");
    assert.equal(useOf({ namespace: 'theirs', origin: 'installed', oauth: packaged }), false);
  });

  it('who acts: the org for its own, the author for what is installed, else it is not known', () => {
    const impacts = impactsOf(
      contextWith(
        open('A'),
        open('B', { origin: 'installed', originReason: 'Only its author can change it.' }),
        open('C', { origin: 'unknown', originReason: 'Not known.', pkce: 'unknown', oauth: null }),
        open('D', { pkce: 'requiredByOrg' }),
      ),
    );
    assert.deepEqual(
      impacts.map(({ actor }) => actor),
      ['org', 'author', 'unknown', 'org'],
    );
    assert.match(impacts[1]?.what ?? '', /since 25 June 2026/);
    assert.match(impacts[2]?.what ?? '', /Not known/);
    assert.match(impacts[3]?.what ?? '', /fail today/);
  });

  it('an own app whose settings could not be read is there, and nothing is known of it', () => {
    const unread = { pkce: 'unknown', oauth: null } as const;
    const [controls] = isvControlsOf(contextWith(open('A', unread)));
    const { app, label, ...states } = controls ?? {};
    assert.deepEqual([app, label], ['connectedApp:A', 'A']);
    assert.deepEqual(new Set(Object.values(states)), new Set(['unknown']));
  });

  it('where the org requires PKCE of every app, the flag of an app may be off, or not known', () => {
    const controls = isvControlsOf(
      contextWith(
        ...[{ isPkceRequired: false }, {}].map((settings, index) =>
          someApp({
            id: `externalClientApp:App_${index}`,
            kind: 'externalClientApp',
            pkce: 'requiredByOrg',
            // Its policies could be read.
            oauth: { 'oauthPolicy.isClientCredentialsFlowEnabled': false, ...settings },
          }),
        ),
        someApp({
          id: 'externalClientApp:File',
          pkce: 'requiredByOrg',
          apiVersion: SOURCE_VERSION,
        }),
      ),
    );
    assert.deepEqual(
      controls.map(({ pkce }) => pkce),
      ['no', 'unknown', 'unknown'],
    );
  });

  it("the four controls of own apps: the flag of the org is not the app's, unknown stays unknown", () => {
    const controls = isvControlsOf(
      contextWith(
        open('A', {
          pkce: 'requiredByOrg',
          oauth: {
            isRefreshTokenRotationEnabled: true,
            isEnforceRefreshTokenTTL: true,
          },
        }),
        open('C', {
          oauth: {
            isEnforceRefreshTokenTTL: false,
            'oauthPolicy.refreshTokenPolicy': 'specific_inactivity:24:MONTHS',
          },
        }),
        open('B', { origin: 'installed' }),
        someApp({
          id: 'externalClientApp:E',
          kind: 'externalClientApp',
          oauth: { 'security.tokenIpRanges': [{ startIpAddress: '1.2.3.4' }] },
        }),
      ),
    );
    assert.deepEqual(controls, [
      {
        app: 'connectedApp:A',
        label: 'A',
        pkce: 'no',
        rotation: 'yes',
        idleLimit: 'yes',
        allowlist: 'unknown',
      },
      {
        app: 'connectedApp:C',
        label: 'C',
        pkce: 'no',
        rotation: 'no',
        idleLimit: 'no',
        allowlist: 'unknown',
      },
      {
        app: 'externalClientApp:E',
        label: 'Some App',
        pkce: 'yes',
        rotation: 'unknown',
        idleLimit: 'unknown',
        allowlist: 'yes',
      },
    ]);
  });
});
