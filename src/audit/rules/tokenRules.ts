/** Refresh tokens, secrets and what tokens tell: per app (SALESFORCE.md 2, 14). */
import * as l10n from '@vscode/l10n';
import { hasRefreshScope } from '../../salesforce/settings/scopeTexts.ts';
import type { AppFacts } from '../appFacts.ts';
import { REFERENCES, type AppRule } from '../rule.ts';
import { controlOf, controlWithoutBand } from './words.ts';

/** Whether the app hands out refresh tokens; not known counts as yes. */
function issuesRefreshTokens({ scopes, refreshPolicy }: AppFacts): boolean {
  const hasScope = scopes === undefined || hasRefreshScope(scopes);
  return hasScope && refreshPolicy !== 'zero';
}

export const rotationOff: AppRule = {
  id: 'refresh-token-rotation-off',
  title: l10n.t('Refresh tokens are not rotated'),
  why: l10n.t(
    'A stolen refresh token works beside the real one, and nobody notices. With rotation, the second use of a token ends the session.',
  ),
  remedy: l10n.t(
    'Make sure that the client keeps the new refresh token of each answer, then switch on Enable Refresh Token Rotation.',
  ),
  reference: REFERENCES.oauthSecurity,
  judge: (facts) => {
    if (facts.isRotationEnabled !== false || !issuesRefreshTokens(facts)) return null;
    return {
      severity: facts.client === 'public' ? 'high' : 'medium',
      evidence: [
        l10n.t('Enable Refresh Token Rotation is off.'),
        facts.client === 'public'
          ? l10n.t('It is a public client: a refresh token needs no secret beside it.')
          : l10n.t('A refresh needs more than the token only if the secret is required.'),
      ],
      control: controlOf('Refresh token rotation', facts.app.kind),
    };
  },
};

export const secretNotRequiredForRefresh: AppRule = {
  id: 'refresh-without-secret',
  title: l10n.t('A confidential client refreshes without its secret'),
  why: l10n.t(
    'The app has a secret for the exchange of codes, yet a stolen refresh token works without it.',
  ),
  remedy: l10n.t(
    'Make sure that the client sends its secret when it refreshes, then switch on Require Secret for Refresh Token Flow.',
  ),
  reference: REFERENCES.oauthSecurity,
  judge: (facts) =>
    facts.client === 'confidential' &&
    facts.isSecretRequiredForRefresh === false &&
    issuesRefreshTokens(facts)
      ? {
          severity: 'high',
          evidence: [
            l10n.t('Require Secret for Web Server Flow is on.'),
            l10n.t('Require Secret for Refresh Token Flow is off.'),
          ],
          control: controlOf('Require secret for the refresh token flow', facts.app.kind),
        }
      : null,
};

export const secretRequiredOfPublicClient: AppRule = {
  id: 'secret-required-of-public-client',
  title: l10n.t('A public client must bring a secret to refresh'),
  why: l10n.t(
    "A program on a user's computer or phone cannot keep a secret: either its refresh fails, or the secret is in everybody's hands.",
  ),
  remedy: l10n.t('Switch off Require Secret for Refresh Token Flow, and switch on rotation.'),
  reference: REFERENCES.nativeApps,
  judge: (facts) =>
    facts.client === 'public' &&
    facts.isSecretRequiredForRefresh === true &&
    issuesRefreshTokens(facts)
      ? {
          severity: 'medium',
          evidence: [
            l10n.t('Require Secret for Web Server Flow is off.'),
            l10n.t('Require Secret for Refresh Token Flow is on.'),
          ],
        }
      : null,
};

export const refreshTokenUnlimited: AppRule = {
  id: 'refresh-token-unlimited',
  title: l10n.t('Refresh tokens live until somebody revokes them'),
  why: l10n.t('A token that was forgotten on an old machine, or stolen, works for ever.'),
  remedy: l10n.t(
    'Switch on Limit Idle Refresh Token TTL, or give the refresh token policy a time of inactivity.',
  ),
  reference: REFERENCES.oauthSecurity,
  judge: (facts) => {
    const isEndless = facts.refreshPolicy === 'infinite' && facts.isIdleLimited === false;
    if (!isEndless || !issuesRefreshTokens(facts)) return null;
    return {
      severity: 'medium',
      evidence: [
        l10n.t('The refresh token policy is infinite.'),
        l10n.t('Limit Idle Refresh Token TTL is off.'),
      ],
    };
  },
};

export const noAllowlist: AppRule = {
  id: 'no-ip-allowlist',
  title: l10n.t('A server client has no IP allowlist for refresh tokens'),
  why: l10n.t(
    'A server has few addresses. Without a list, a stolen refresh token works from anywhere.',
  ),
  remedy: l10n.t(
    'Switch on Enforce Refresh Token IP Allowlist and list the addresses of the server. Desktop and mobile clients have no addresses to list.',
  ),
  reference: REFERENCES.healthReviewExternalClientApps,
  judge: (facts) =>
    facts.client === 'confidential' && facts.allowlistCount === 0 && issuesRefreshTokens(facts)
      ? {
          severity: 'low',
          evidence: [
            l10n.t('It is a confidential client that gets refresh tokens.'),
            l10n.t('No address is on its refresh token IP allowlist.'),
          ],
        }
      : null,
};

export const introspectsAllTokens: AppRule = {
  id: 'introspects-all-tokens',
  title: l10n.t('The app may ask about every token of the org'),
  why: l10n.t('Whoever has its credentials can learn who uses which app, and test stolen tokens.'),
  remedy: l10n.t('Switch off Introspect All Tokens unless the app is your API gateway.'),
  reference: REFERENCES.oauthSecurity,
  judge: ({ introspectsAll }) =>
    introspectsAll === true
      ? { severity: 'low', evidence: [l10n.t('Introspect All Tokens is on.')] }
      : null,
};

/** Half an hour: what Salesforce gives JWT access tokens at most in its short steps. */
const LONG_ID_TOKEN_MINUTES = 30;

export const longIdToken: AppRule = {
  id: 'id-token-long',
  title: l10n.t('ID tokens are valid for long'),
  why: l10n.t(
    'An ID token proves a log-in of just now. One that is valid for hours proves less, and can be shown by whoever found it.',
  ),
  remedy: l10n.t('Set the token duration near the default of 2 minutes.'),
  reference: REFERENCES.healthReviewExternalClientApps,
  judge: ({ app, idTokenMinutes }) =>
    idTokenMinutes !== undefined && idTokenMinutes > LONG_ID_TOKEN_MINUTES
      ? {
          severity: 'low',
          evidence: [l10n.t`ID tokens are valid for ${idTokenMinutes} minutes; the default is 2.`],
          control: controlWithoutBand('ID token', app.kind),
        }
      : null,
};

export const refreshScopeWithoutTokens: AppRule = {
  id: 'refresh-scope-with-zero-policy',
  title: l10n.t('The app asks for refresh tokens that die at once'),
  why: l10n.t(
    'Two settings contradict each other: users are asked for lasting access, and the client has to send them to the log-in again each time.',
  ),
  remedy: l10n.t('Take the scope refresh_token away, or give the refresh token policy a life.'),
  reference: REFERENCES.oauthSecurity,
  judge: ({ scopes = [], refreshPolicy }) =>
    refreshPolicy === 'zero' && hasRefreshScope(scopes)
      ? {
          severity: 'info',
          evidence: [
            l10n.t('The scopes include refresh_token.'),
            l10n.t('The refresh token policy is zero.'),
          ],
        }
      : null,
};
