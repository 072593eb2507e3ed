/** Everything there is to say of a token, but the token. */
import assert from 'node:assert/strict';
import { oauthError } from '../../../src/oauth/oauthError.ts';
import { Secret } from '../../../src/oauth/secret.ts';
import type { App } from '../../../src/salesforce/app.ts';
import type { Session } from '../../../src/session/session.ts';
import { tokenFactsOf, type TokenKnowledge } from '../../../src/views/tokenFacts.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const session: Session = {
  id: '00D5g0000DemoOrgEA/0055g0000DemoUsrAA',
  orgId: '00D5g0000DemoOrgEA',
  userId: '0055g0000DemoUsrAA',
  loginHost: 'https://acme.my.salesforce.com',
  instanceUrl: 'https://acme.my.salesforce.com',
  clientId: '3MVG9acme',
  username: 'dana@acme.example',
  displayName: 'Dana',
  alias: 'Acme',
  scopes: ['api', 'refresh_token'],
  requestedScopes: ['api', 'refresh_token', 'web'],
  accessToken: new Secret('00D5g0000DemoOrg!MARKEDACCESS'),
  refreshToken: new Secret('5AepMARKEDREFRESH'),
  addedAtMilliseconds: NOW - 3_600_000,
  issuedAtMilliseconds: NOW - 3_600_000,
  expiry: undefined,
};
const app: App = {
  id: 'externalClientApp:PKCE',
  kind: 'externalClientApp',
  fullName: 'PKCE',
  label: 'PKCE',
  namespace: null,
  origin: 'local',
  originReason: 'Made in this org.',
  apiVersion: '66.0',
  componentId: null,
  lastModified: null,
  usage: null,
  pkce: 'required',
  pkceReason: "Required by the app's own setting.",
  oauth: {
    consumerKey: '3MVG9acme',
    isPkceRequired: true,
    isRefreshTokenRotationEnabled: true,
    refreshTokenPolicyType: 'SpecificLifetime',
  },
};
const known: TokenKnowledge = {
  session,
  expiry: undefined,
  rotates: undefined,
  trouble: undefined,
  clientApp: undefined,
  now: NOW,
};
const fact = (name: string, more: Partial<TokenKnowledge> = {}): string =>
  tokenFactsOf({ ...known, ...more }).find((one) => one.name === name)?.value ?? '';

describe('token details', () => {
  it('P52: no line holds anything of a token', () => {
    for (const clientApp of [undefined, app]) {
      const text = JSON.stringify(tokenFactsOf({ ...known, clientApp }));
      assert.doesNotMatch(text, /MARKED/);
    }
  });

  it('user, org, client app and scopes, and what was asked for in vain (P24)', () => {
    assert.equal(fact('User'), 'dana@acme.example (Dana)');
    assert.equal(fact('Org'), '00D5g0000DemoOrgEA at acme.my.salesforce.com');
    assert.equal(fact('Client app'), '3MVG9acme');
    assert.equal(fact('Scopes'), 'api refresh_token');
    assert.equal(fact('Asked for, not granted'), 'web');
  });

  for (const [source, words] of [
    ['jwt', /in 1 h 0 min; known from the token itself/],
    ['tokenAnswer', /known from the token answer/],
    ['introspection', /known from introspection/],
    ['authSession', /an estimate from the org's session record/],
    ['sessionTimeout', /an estimate from the org's session timeout/],
  ] as const) {
    it(`E38: the end by ${source} says how it is known`, () => {
      const expiry = { atMilliseconds: NOW + 3_600_000, source };
      assert.match(fact('Expires', { expiry }), words);
    });
  }

  it('E38: an end that is not known is said to be unknown', () =>
    assert.match(fact('Expires'), /^unknown: /));

  it('rotation: not seen yet, seen, not seen at the last refresh, no refresh token', () => {
    assert.match(fact('Refresh token'), /not seen yet/);
    assert.match(fact('Refresh token', { rotates: true }), /the org rotates it/);
    assert.match(fact('Refresh token', { rotates: false }), /not rotated/);
    const without = { ...session, refreshToken: undefined };
    assert.match(fact('Refresh token', { session: without }), /^none/);
  });

  it('policies come from the client app, where it was read; else they are unknown', () => {
    assert.match(fact('Policies'), /^unknown/);
    const names = tokenFactsOf({ ...known, clientApp: app }).map(({ name }) => name);
    assert.ok(names.some((name) => name.includes('Rotation')));
    assert.ok(!names.includes('Policies'));
    const unread = { ...app, oauth: null, pkceReason: 'It belongs to a package.' };
    assert.equal(fact('Policies', { clientApp: unread }), 'unknown: It belongs to a package.');
  });

  it('a session in trouble says so first', () => {
    const trouble = oauthError('refresh', 'invalid_grant', '');
    assert.equal(tokenFactsOf({ ...known, trouble })[0]?.value, trouble.message);
  });
});
