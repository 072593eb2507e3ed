/** What there is to say of a session's token, without the token. Pure, so that every state can be tested. */
import * as l10n from '@vscode/l10n';
import { locale } from '../oauth/language.ts';
import type { UserFacingError } from '../oauth/userFacingError.ts';
import type { App } from '../salesforce/app.ts';
import { settingsOf } from '../salesforce/settings/settingView.ts';
import type { Session, TokenExpiry } from '../session/session.ts';
import { isEstimate, SOURCE_TEXT } from '../session/tokenState.ts';
import { shortDuration } from './duration.ts';

export interface TokenFact {
  readonly name: string;
  readonly value: string;
}

export interface TokenKnowledge {
  readonly session: Session;
  readonly expiry: TokenExpiry | undefined;
  /** Whether refreshes bring new refresh tokens; undefined before the first. */
  readonly rotates: boolean | undefined;
  readonly trouble: UserFacingError | undefined;
  /** The client app that the session signed in with, where the org's apps have been read. */
  readonly clientApp: App | undefined;
  /** This computer's clock, in milliseconds. */
  readonly now: number;
}

/** The settings of a client app that decide how long its sessions live. */
const POLICIES = [
  'isPkceRequired',
  'isRefreshTokenRotationEnabled',
  'refreshTokenPolicy',
  'refreshTokenPolicyType',
  'refreshTokenValidityPeriod',
  'refreshTokenValidityUnit',
  'isEnforceRefreshTokenTTL',
  'ipRelaxation',
  'ipRelaxationPolicyType',
  'sessionTimeoutInMinutes',
];

/** User, org, scopes, client app, times and how they are known, rotation, policies; never the token. */
export function tokenFactsOf(known: TokenKnowledge): readonly TokenFact[] {
  const { session, trouble } = known;
  const missing = session.requestedScopes.filter((scope) => !session.scopes.includes(scope));
  return [
    ...(trouble ? [{ name: l10n.t('State'), value: trouble.message }] : []),
    { name: l10n.t('User'), value: `${session.username} (${session.displayName})` },
    ...(session.alias ? [{ name: l10n.t('Alias'), value: session.alias }] : []),
    {
      name: l10n.t('Org'),
      value: l10n.t`${session.orgId} at ${new URL(session.instanceUrl).host}`,
    },
    { name: l10n.t('Expires'), value: expiryText(known) },
    { name: l10n.t('Issued'), value: dateText(session.issuedAtMilliseconds) },
    { name: l10n.t('Refresh token'), value: refreshText(known) },
    { name: l10n.t('Login host'), value: session.loginHost },
    { name: l10n.t('Client app'), value: session.clientId },
    { name: l10n.t('Scopes'), value: session.scopes.join(' ') || l10n.t('not told by the server') },
    ...(missing.length > 0
      ? [{ name: l10n.t('Asked for, not granted'), value: missing.join(' ') }]
      : []),
    { name: l10n.t('Token format'), value: formatOf(session) },
    ...policiesOf(known.clientApp),
  ];
}

function formatOf(session: Session): string {
  return session.accessToken.reveal().startsWith('eyJ') ? 'JWT' : l10n.t('opaque');
}

function expiryText({ session, expiry, now }: TokenKnowledge): string {
  if (!expiry) {
    return session.refreshToken
      ? l10n.t(
          'unknown: the org does not tell this client app. It is refreshed when the org refuses it.',
        )
      : l10n.t('unknown: the org does not tell this client app. It cannot be refreshed.');
  }
  const left = expiry.atMilliseconds - now;
  const source = SOURCE_TEXT[expiry.source];
  const how = isEstimate(expiry.source)
    ? l10n.t`an estimate from ${source}`
    : l10n.t`known from ${source}`;
  const when = dateText(expiry.atMilliseconds);
  return left > 0
    ? l10n.t`${when}, in ${shortDuration(left)}; ${how}`
    : l10n.t`${when}, which has passed; ${how}`;
}

function refreshText({ session, rotates }: TokenKnowledge): string {
  if (!session.refreshToken) return l10n.t('none: the scope refresh_token was not granted');
  if (rotates === undefined)
    return l10n.t('granted; rotation not seen yet, since there was no refresh');
  return rotates
    ? l10n.t('granted; the org rotates it: each refresh brings a new one')
    : l10n.t('granted; not rotated at the last refresh');
}

function policiesOf(app: App | undefined): readonly TokenFact[] {
  if (!app) {
    return [
      {
        name: l10n.t('Policies'),
        value: l10n.t("unknown: the client app is not among the org's apps that were read"),
      },
    ];
  }
  const settings = settingsOf(app).filter(({ key }) => POLICIES.includes(key));
  if (settings.length === 0)
    return [{ name: l10n.t('Policies'), value: l10n.t`unknown: ${app.pkceReason}` }];
  return settings.map(({ label, valueText, isDefault }) => ({
    name: label,
    value: isDefault ? l10n.t`${valueText} (default)` : valueText,
  }));
}

function dateText(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString(locale());
}
