/**
 * Every OAuth error that Salesforce is known to answer (SALESFORCE.md 1.5, 1.8, 13) in plain words: what
 * happened, and who can do what about it. First match from the top; descriptions are looked at
 * because one code stands for many causes. One table: that is why it is long.
 */
import * as l10n from '@vscode/l10n';
import type { Remedy } from './userFacingError.ts';

/** Where an error was answered: in the browser's redirect, or by an endpoint. */
export type OAuthErrorPlace =
  'authorization' | 'token' | 'refresh' | 'revocation' | 'introspection';

/**
 * What an error says about the grant that was being made or used.
 * - `refused`: the user or an admin said no
 * - `pkce`: the server could not match challenge and verifier
 * - `grantEnded`: the code or refresh token is dead; only a new sign-in helps
 * - `configuration`: the client app or the org is not set up for this
 * - `busy`: the server is refreshing the same token already; wait and look again
 * - `transient`: the server is in trouble; the grant is untouched
 * - `unknown`: a code that nobody has documented
 */
export type OAuthErrorMeaning =
  'refused' | 'pkce' | 'grantEnded' | 'configuration' | 'busy' | 'transient' | 'unknown';

export interface OAuthErrorExplanation {
  readonly meaning: OAuthErrorMeaning;
  readonly happened: string;
  readonly todo: string;
  readonly remedies: readonly Remedy[];
}

interface Row extends OAuthErrorExplanation {
  /** Codes in lower case; a redirect's upper-case codes are compared in lower case as well. */
  readonly errors: readonly string[] | '*';
  readonly description?: RegExp;
  readonly places?: readonly OAuthErrorPlace[];
}

const TRY_AGAIN = ['tryAgain'] as const;
const SIGN_IN_AGAIN = ['signInAgain'] as const;
const CHANGED_RECENTLY = l10n.t(
  'Right after a change, Salesforce needs up to 30 minutes for an external client app and 10 for a connected app.',
);

const ROWS: readonly Row[] = [
  // PKCE: two codes are in use for the same thing, so the description decides (SALESFORCE.md 1.5).
  {
    errors: ['invalid_request'],
    description: /code challenge/i,
    places: ['authorization'],
    meaning: 'pkce',
    happened: l10n.t(
      'Salesforce says that the app demands PKCE and that the request had no code challenge.',
    ),
    todo: l10n.t(
      'This extension always sends one, so something between here and Salesforce has changed the link: make another browser the default one. Or start the sign-in again, leave the page that opens alone, and after 20 seconds choose "Copy Sign-In Link" for another browser.',
    ),
    remedies: TRY_AGAIN,
  },
  {
    errors: ['invalid_grant', 'invalid_request'],
    description: /code (challenge|verifier)/i,
    meaning: 'pkce',
    happened: l10n.t(
      'The PKCE check failed: Salesforce could not match the code verifier with the code challenge.',
    ),
    todo: l10n.t('Start the sign-in again and finish it in the browser page that it opens.'),
    remedies: TRY_AGAIN,
  },
  // Somebody said no.
  {
    errors: ['access_denied', 'access-denied'],
    meaning: 'refused',
    happened: l10n.t('Access was not allowed on the approval page.'),
    todo: l10n.t('Sign in again and choose Allow if that was a mistake.'),
    remedies: TRY_AGAIN,
  },
  {
    errors: ['oauth_app_blocked', 'app_blocked', 'fail_close_app_blocked'],
    meaning: 'refused',
    happened: l10n.t('An admin of the org has blocked this client app.'),
    todo: l10n.t('Ask the admin to unblock it under Setup > Connected Apps OAuth Usage.'),
    remedies: [],
  },
  {
    errors: ['oauth_app_access_denied', 'invalid_app_access'],
    meaning: 'refused',
    happened: l10n.t(
      'Only users that an admin has approved may use this client app, and you are not one of them.',
    ),
    todo: l10n.t(
      "Ask an admin to add your profile or a permission set of yours to the app's policies.",
    ),
    remedies: [],
  },
  {
    errors: '*',
    description: /hasn't approved|has not approved|not approved this consumer/i,
    meaning: 'grantEnded',
    happened: l10n.t('The approval of this client app for your user no longer exists.'),
    todo: l10n.t('Sign in again and choose Allow.'),
    remedies: SIGN_IN_AGAIN,
  },
  // The client app or its place.
  {
    errors: [
      'oauth_ec_app_not_found',
      'app_not_found',
      'ecapp_policy_not_found',
      'oauth_policy_not_found',
    ],
    meaning: 'configuration',
    happened: l10n.t('The external client app is not installed in this org.'),
    todo: l10n.t(
      "Use the org's own My Domain and a client app of that org, or ask an admin to install the app's package.",
    ),
    remedies: ['openSettings'],
  },
  {
    errors: ['oauth_authorization_blocked', 'invalid_distribution_state'],
    meaning: 'configuration',
    happened: l10n.t(
      'The client app belongs to another org, and a local external client app works only in its own.',
    ),
    todo: l10n.t(
      "Sign in through the My Domain of the app's org, or configure a client app for the org you want.",
    ),
    remedies: ['openSettings'],
  },
  {
    errors: ['oauth_approval_error_generic'],
    meaning: 'configuration',
    happened: l10n.t('Salesforce stopped after the log-in with "an unexpected error".'),
    todo: l10n.t(
      "Usual causes: a scope that the app does not have (often refresh_token), an app that is not installed or is blocked, a user without API access. Try once without asking for scopes, and check the app's scopes.",
    ),
    remedies: ['signInWithoutScopes', 'openSettings'],
  },
  {
    errors: ['invalid_scope'],
    meaning: 'configuration',
    happened: l10n.t('The client app does not have one of the scopes that were asked for.'),
    todo: l10n.t(
      "Add the scope to the app's OAuth settings, or ask for fewer in the setting salesforcePkce.scopes.",
    ),
    remedies: ['signInWithoutScopes', 'openSettings'],
  },
  {
    errors: ['invalid_client_id', 'invalid_client'],
    description: /credential|secret/i,
    meaning: 'configuration',
    happened: l10n.t(
      'Salesforce did not accept how the client app identified itself: it wants a client secret.',
    ),
    todo: l10n.t(
      'Clear "Require Secret for Web Server Flow" and "Require Secret for Refresh Token Flow" in the client app: an editor cannot keep a secret.',
    ),
    remedies: ['openSettings'],
  },
  {
    errors: ['invalid_client_id', 'invalid_client', 'unsupported_expid', 'invalid_expid'],
    meaning: 'configuration',
    happened: l10n.t('This login host does not know the client app.'),
    todo: l10n.t`Check the consumer key and the login host in salesforcePkce.clients. ${CHANGED_RECENTLY}`,
    remedies: ['openSettings'],
  },
  {
    errors: ['redirect_uri_mismatch', 'redirect_uri_missing'],
    meaning: 'configuration',
    happened: l10n.t("This editor's callback URL is not registered at the client app."),
    todo: l10n.t`Add it to the app's Callback URL field, letter by letter, on a line of its own. ${CHANGED_RECENTLY}`,
    remedies: ['copyCallbackUrls'],
  },
  {
    errors: ['oauth_flow_disabled', 'unsupported_grant_type', 'unsupported_response_type'],
    meaning: 'configuration',
    happened: l10n.t('The org or the client app has the web server flow switched off.'),
    todo: l10n.t('Ask an admin to allow the authorization code flow for this client app.'),
    remedies: [],
  },
  {
    errors: ['invalid_dpop_proof', 'use_dpop_nonce'],
    meaning: 'configuration',
    happened: l10n.t('The client app demands DPoP-bound tokens, which this extension cannot make.'),
    todo: l10n.t('Switch off "Require DPoP" in the client app that you sign in with.'),
    remedies: ['openSettings'],
  },
  {
    errors: ['app_attest_failed', 'app_attest_failed_retry'],
    meaning: 'configuration',
    happened: l10n.t('The client app demands app attestation, which only mobile apps can give.'),
    todo: l10n.t('Sign in with another client app.'),
    remedies: ['openSettings'],
  },
  {
    errors: ['immediate_unsuccessful'],
    meaning: 'refused',
    happened: l10n.t('Salesforce could not sign you in without showing a page.'),
    todo: l10n.t('Sign in again; the log-in page will be shown.'),
    remedies: TRY_AGAIN,
  },
  {
    errors: ['invalid_session_level'],
    meaning: 'refused',
    happened: l10n.t('The client app wants a higher session security level than this log-in gave.'),
    todo: l10n.t(
      "Sign in again with multi-factor authentication, or ask an admin about the app's session policy.",
    ),
    remedies: TRY_AGAIN,
  },
  // Busy is neither dead nor broken.
  {
    errors: '*',
    description: /already being processed/i,
    meaning: 'busy',
    happened: l10n.t('Salesforce is refreshing this session for another window right now.'),
    todo: l10n.t('Wait a few seconds and try again.'),
    remedies: TRY_AGAIN,
  },
  // The grant.
  {
    errors: ['invalid_grant'],
    description: /ip restricted|ip address/i,
    meaning: 'refused',
    happened: l10n.t(
      'Your network address is not in the IP ranges that the org or the client app allows.',
    ),
    todo: l10n.t(
      "Connect through your company's network or VPN, or ask an admin about the IP ranges.",
    ),
    remedies: TRY_AGAIN,
  },
  {
    errors: ['inactive_user'],
    meaning: 'grantEnded',
    happened: l10n.t('The user is inactive.'),
    todo: l10n.t('Ask an admin of the org to activate the user.'),
    remedies: [],
  },
  {
    errors: ['invalid_grant'],
    description: /inactive user/i,
    meaning: 'grantEnded',
    happened: l10n.t('The user is inactive.'),
    todo: l10n.t('Ask an admin of the org to activate the user.'),
    remedies: [],
  },
  {
    errors: ['inactive_org'],
    meaning: 'grantEnded',
    happened: l10n.t('The org is locked, closed or suspended.'),
    todo: l10n.t('Ask the owner of the org, or Salesforce support.'),
    remedies: [],
  },
  {
    errors: ['invalid_grant'],
    description: /expired authorization code|invalid authorization code/i,
    meaning: 'grantEnded',
    happened: l10n.t(
      'The authorization code was no longer valid: it lives 15 minutes and works once.',
    ),
    todo: l10n.t('Sign in again.'),
    remedies: SIGN_IN_AGAIN,
  },
  {
    errors: ['invalid_grant'],
    description: /activation secret/i,
    meaning: 'configuration',
    happened: l10n.t('Salesforce asked for an activation secret, which this flow does not use.'),
    todo: l10n.t('Sign in with another client app.'),
    remedies: ['openSettings'],
  },
  {
    errors: ['invalid_grant', 'invalid_token'],
    places: ['refresh'],
    meaning: 'grantEnded',
    happened: l10n.t('The session has ended: Salesforce no longer accepts its refresh token.'),
    todo: l10n.t('Sign in again.'),
    remedies: SIGN_IN_AGAIN,
  },
  {
    errors: ['invalid_grant'],
    meaning: 'grantEnded',
    happened: l10n.t('Salesforce did not accept the authorization.'),
    todo: l10n.t(
      'Sign in again; if it happens each time, ask an admin to look at Login History for the reason.',
    ),
    remedies: SIGN_IN_AGAIN,
  },
  {
    errors: ['invalid_token', 'unsupported_token_type'],
    meaning: 'grantEnded',
    happened: l10n.t('Salesforce does not know the token any more.'),
    todo: l10n.t('Sign in again.'),
    remedies: SIGN_IN_AGAIN,
  },
  {
    errors: ['login_error', 'otp_error', 'invalid_otp'],
    meaning: 'refused',
    happened: l10n.t('The log-in failed.'),
    todo: l10n.t('Sign in again and check user name, password and verification code.'),
    remedies: TRY_AGAIN,
  },
  // The server.
  {
    errors: ['rate_limit_exceeded', 'login_rate_exceeded', 'slow_down'],
    meaning: 'transient',
    happened: l10n.t('There were too many log-ins in a short time.'),
    todo: l10n.t('Wait a while: Salesforce allows 3,600 log-ins per user and hour.'),
    remedies: TRY_AGAIN,
  },
  {
    errors: [
      'server_error',
      'service_unavailable',
      'temporarily_unavailable',
      'system_down',
      'unknown_error',
    ],
    meaning: 'transient',
    happened: l10n.t('Salesforce could not answer just now.'),
    todo: l10n.t('Try again in a minute; status.salesforce.com tells about known trouble.'),
    remedies: TRY_AGAIN,
  },
  {
    errors: ['invalid_request'],
    description: /https required|must use http get/i,
    meaning: 'configuration',
    happened: l10n.t('Salesforce accepts this request only over https.'),
    todo: l10n.t('Check the login host: it must start with https.'),
    remedies: ['openSettings'],
  },
  {
    errors: ['invalid_request'],
    meaning: 'configuration',
    happened: l10n.t('Salesforce found the request incomplete or wrong.'),
    todo: l10n.t("Check the client app's settings; the log has Salesforce's own words."),
    remedies: ['openSettings'],
  },
];

/** Codes of flows and of app registration that this extension never starts; they are named all the same. */
const OTHER_FLOWS = [
  'authorization_pending',
  'bad_jti_claim',
  'exceeded_registration_limit',
  'failed_registration',
  'installation_error',
  'invalid_assertion_type',
  'invalid_basic_auth_header',
  'registration_error',
];

function matches(row: Row, place: OAuthErrorPlace, error: string, description: string): boolean {
  return (
    (row.errors === '*' || row.errors.includes(error)) &&
    (row.places === undefined || row.places.includes(place)) &&
    (row.description === undefined || row.description.test(description))
  );
}

/**
 * What an OAuth error means and what to do about it.
 * @param error the server's `error`, any case
 * @param description the server's `error_description`, decoded once
 */
export function explainOAuthError(
  place: OAuthErrorPlace,
  error: string,
  description: string,
): OAuthErrorExplanation {
  const code = error.toLowerCase();
  const row = ROWS.find((candidate) => matches(candidate, place, code, description));
  if (row) return row;
  return {
    meaning: 'unknown',
    happened: OTHER_FLOWS.includes(code)
      ? l10n.t`Salesforce answered with an error of another OAuth flow (${code}).`
      : l10n.t`Salesforce answered with an error that is not documented (${error}).`,
    todo: l10n.t(
      "Try again; if it stays, the log has Salesforce's own words for an admin or a bug report.",
    ),
    remedies: TRY_AGAIN,
  };
}

/** Whether there is more to say of an error than that nobody knows it. */
export function isKnownOAuthError(error: string, description: string): boolean {
  const code = error.toLowerCase();
  return (
    OTHER_FLOWS.includes(code) ||
    ROWS.some(({ errors, description: words }) =>
      errors === '*' ? words?.test(description) === true : errors.includes(code),
    )
  );
}

/** @returns a code that comes with words like these; undefined if they are not known */
export function codeBehind(description: string): string | undefined {
  const row = ROWS.find(({ description: words }) => words?.test(description) === true);
  return row && (row.errors === '*' ? '' : row.errors[0]);
}
