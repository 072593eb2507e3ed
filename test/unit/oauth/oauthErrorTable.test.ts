/** OAuth errors in words. */
import assert from 'node:assert/strict';
import { oauthError, saysNoSuchGrant } from '../../../src/oauth/oauthError.ts';
import {
  codeBehind,
  explainOAuthError,
  isKnownOAuthError,
  type OAuthErrorPlace,
} from '../../../src/oauth/oauthErrorTable.ts';

/** SALESFORCE.md 1.8, the table: where, code, description. */
const TABLE: readonly (readonly [OAuthErrorPlace, string, string])[] = [
  ['authorization', 'invalid_client_id', 'client identifier invalid'],
  ['authorization', 'redirect_uri_mismatch', 'redirect_uri must match configuration'],
  ['authorization', 'redirect_uri_missing', ''],
  ['authorization', 'invalid_request', 'missing required code challenge'],
  ['authorization', 'access_denied', 'end-user denied authorization'],
  ['authorization', 'immediate_unsuccessful', ''],
  ['authorization', 'unsupported_response_type', 'response type is not supported'],
  ['authorization', 'OAUTH_APP_BLOCKED', 'this app is blocked by admin'],
  ['authorization', 'OAUTH_APP_ACCESS_DENIED', 'user is not admin approved to access this app'],
  ['authorization', 'OAUTH_EC_APP_NOT_FOUND', 'External client app is not installed in this org'],
  [
    'authorization',
    'OAUTH_AUTHORIZATION_BLOCKED',
    'Cross-org OAuth flows are not supported for this external client app',
  ],
  [
    'authorization',
    'OAUTH_APPROVAL_ERROR_GENERIC',
    'An unexpected error has occurred during authentication. Please try again.',
  ],
  ['token', 'invalid_grant', 'expired authorization code'],
  ['token', 'invalid_grant', 'invalid code verifier'],
  ['token', 'invalid_grant', 'authentication failure'],
  ['token', 'invalid_grant', 'ip restricted'],
  ['token', 'invalid_grant', 'inactive user'],
  ['token', 'invalid_grant', "user hasn't approved this consumer"],
  ['token', 'invalid_grant', 'activation secret invalid'],
  ['refresh', 'invalid_grant', 'expired access/refresh token'],
  ['token', 'invalid_client_id', 'client identifier invalid'],
  ['token', 'invalid_client', 'invalid client credentials'],
  ['token', 'redirect_uri_mismatch', 'redirect_uri must match configuration'],
  ['token', 'invalid_app_access', 'user is not admin approved to access this app'],
  ['token', 'unsupported_grant_type', 'grant type not supported'],
  ['token', 'inactive_user', ''],
  ['token', 'inactive_org', ''],
  ['token', 'rate_limit_exceeded', ''],
  ['token', 'unknown_error', 'retry your request'],
];

/** SALESFORCE.md 1.8, the complete list of server codes. */
const CODES =
  'access_denied app_blocked app_not_found authorization_pending bad_jti_claim app_attest_failed ecapp_policy_not_found exceeded_registration_limit fail_close_app_blocked failed_registration immediate_unsuccessful installation_error invalid_app_access invalid_assertion_type invalid_basic_auth_header invalid_dpop_proof invalid_client invalid_client_id invalid_distribution_state invalid_expid invalid_grant invalid_otp invalid_request invalid_scope invalid_session_level invalid_token login_error oauth_flow_disabled oauth_policy_not_found otp_error redirect_uri_missing redirect_uri_mismatch registration_error server_error service_unavailable slow_down system_down unknown_error unsupported_expid unsupported_grant_type unsupported_response_type unsupported_token_type use_dpop_nonce inactive_user inactive_org rate_limit_exceeded'.split(
    ' ',
  );

describe('OAuth errors in words', () => {
  for (const [place, error, description] of TABLE) {
    it(`E9: ${place} ${error} ${description}`, () => {
      const { meaning, happened, todo } = explainOAuthError(place, error, description);
      assert.notEqual(meaning, 'unknown');
      for (const sentence of [happened, todo]) assert.match(sentence, /^[A-Z].*[.]$/s);
      assert.ok(!happened.includes('_'), 'one sentence for people, not a code');
    });
  }

  for (const code of CODES) {
    it(`E9: ${code} is named`, () => {
      assert.ok(!explainOAuthError('token', code, '').happened.includes('not documented'));
    });
  }

  it('P7: a verifier mismatch is a PKCE failure under both codes', () => {
    for (const code of ['invalid_grant', 'invalid_request']) {
      const error = oauthError('token', code, 'invalid code verifier');
      assert.equal(error.meaning, 'pkce');
      assert.match(error.happened, /PKCE/);
    }
  });

  it('P30: "already being processed" is busy, not dead', () => {
    assert.equal(
      explainOAuthError('refresh', 'invalid_grant', 'Token request is already being processed')
        .meaning,
      'busy',
    );
  });

  it('P31: server trouble and rate limits leave the grant alone', () => {
    for (const code of [
      'server_error',
      'service_unavailable',
      'unknown_error',
      'rate_limit_exceeded',
    ]) {
      assert.equal(explainOAuthError('refresh', code, '').meaning, 'transient');
    }
  });

  it('E9: an unknown code is shown as unknown, with what to do', () => {
    const { meaning, todo } = explainOAuthError('token', 'brand_new', 'x');
    assert.equal(meaning, 'unknown');
    assert.match(todo, /log/);
  });

  it("E9: the server's own words are the cause, for the log", () => {
    const error = oauthError('token', 'invalid_grant', 'expired authorization code');
    assert.equal(error.cause, 'token: invalid_grant: expired authorization code');
  });

  for (const [error, description, known] of [
    ['invalid_client_id', '', true],
    ['INVALID_CLIENT_ID', '', true],
    ['authorization_pending', '', true],
    ['nonsense', '', false],
    ['nonsense', 'missing required code challenge', false],
    ['nonsense', 'ip restricted', false],
    ['nonsense', "user hasn't approved this consumer", true],
    ['nonsense', 'the token is already being processed', true],
    ['', '', false],
  ] as const) {
    it(`${error || 'no code'}, "${description}" is ${known ? '' : 'not '}known`, () =>
      assert.equal(isKnownOAuthError(error, description), known));
  }

  it('words lead to a code that comes with them', () => {
    assert.equal(codeBehind('missing required code challenge'), 'invalid_request');
    assert.equal(codeBehind('expired authorization code'), 'invalid_grant');
    assert.equal(codeBehind('already being processed'), '');
    assert.equal(codeBehind('nothing that anybody knows'), undefined);
    assert.equal(codeBehind(''), undefined);
  });

  it('a code that belongs to one place is not explained so at another', () => {
    const refreshed = explainOAuthError('refresh', 'invalid_grant', 'expired access/refresh token');
    const authorized = explainOAuthError('authorization', 'invalid_grant', 'x');
    assert.notEqual(refreshed.happened, authorized.happened);
    const challenge = explainOAuthError('authorization', 'invalid_request', 'code challenge');
    const elsewhere = explainOAuthError('introspection', 'invalid_request', 'code challenge');
    assert.match(challenge.happened, /demands PKCE/);
    assert.doesNotMatch(elsewhere.happened, /demands PKCE/);
  });

  it('an error keeps where it came from, its code and its words for the log', () => {
    const error = oauthError('token', 'invalid_grant', 'ip restricted');
    assert.equal(error.cause, 'token: invalid_grant: ip restricted');
    assert.equal(oauthError('token', 'invalid_grant', '').cause, 'token: invalid_grant');
    assert.equal(oauthError('token', '', '').error, 'unknown_error');
  });

  for (const [error, description, isGone] of [
    ['invalid_token', '', true],
    ['invalid_grant', 'token not found', true],
    ['unsupported_token_type', 'this token type is not supported', false],
    ['invalid_grant', 'inactive user', false],
    ['invalid_grant', 'ip restricted', false],
    ['invalid_grant', 'token is already being processed', false],
    ['invalid_client', 'invalid client credentials', false],
  ] as const) {
    it(`P35: a revocation that answers ${error}, "${description}" has ${isGone ? 'no grant left' : 'a grant that may live on'}`, () =>
      assert.equal(saysNoSuchGrant(oauthError('revocation', error, description)), isGone));
  }

  it('P35: a revocation without an answer tells nothing of the grant', () => {
    for (const error of [new TypeError('fetch failed'), undefined])
      assert.equal(saysNoSuchGrant(error), false);
  });
});
