/** Whether a session's access token still works, as far as that can be known (SALESFORCE.md 3). */
import * as l10n from '@vscode/l10n';
import type { Secret } from '../oauth/secret.ts';
import { isTime } from '../oauth/time.ts';
import type { ExpirySource, Session, TokenExpiry } from './session.ts';

/** The token's state. Times are in milliseconds. "unknown" is a state of its own, never a guess. */
export type TokenState =
  | {
      readonly kind: 'valid' | 'expiring';
      readonly leftMilliseconds: number;
      readonly source: ExpirySource;
    }
  | { readonly kind: 'expired'; readonly source: ExpirySource }
  | { readonly kind: 'unknown' };

/** How each source is named to users. */
export const SOURCE_TEXT: Readonly<Record<ExpirySource, string>> = {
  jwt: l10n.t('the token itself (JWT exp)'),
  tokenAnswer: l10n.t('the token answer (expires_in)'),
  introspection: l10n.t('introspection (exp)'),
  authSession: l10n.t("the org's session record (AuthSession); use prolongs it"),
  sessionTimeout: l10n.t(
    "the org's session timeout setting; a profile or app may set another, and use prolongs it",
  ),
};

/** Sources that tell an estimate only: the token may well live longer. */
const ESTIMATES: ReadonlySet<ExpirySource> = new Set(['authSession', 'sessionTimeout']);

/** Whether a source gives an estimate. */
export function isEstimate(source: ExpirySource): boolean {
  return ESTIMATES.has(source);
}

/** A token that lives for a minute is not refreshed a minute ahead: at most this share of its life. */
const MOST_AHEAD = 0.2;

/**
 * Whether an access token should be replaced before it is used. Only where its end is known, not
 * estimated, and where something can replace it or it is over for sure: use prolongs the life of one that
 * introspection told of (SALESFORCE.md 3).
 */
export function isDueForRefresh(
  session: Pick<Session, 'issuedAtMilliseconds' | 'refreshToken'>,
  expiry: TokenExpiry | undefined,
  nowMilliseconds: number,
  aheadMilliseconds: number,
): boolean {
  if (!expiry || isEstimate(expiry.source)) return false;
  const left = expiry.atMilliseconds - nowMilliseconds;
  if (left <= 0) return session.refreshToken !== undefined || expiry.source !== 'introspection';
  const life = Math.max(0, expiry.atMilliseconds - session.issuedAtMilliseconds);
  return (
    session.refreshToken !== undefined && left <= Math.min(aheadMilliseconds, life * MOST_AHEAD)
  );
}

/**
 * The state of a token.
 * @param expiry when it ends, if that is known
 * @param nowMilliseconds this computer's clock
 * @param expiringBelowMilliseconds from how little time left on the token counts as expiring
 */
export function tokenStateOf(
  expiry: TokenExpiry | undefined,
  nowMilliseconds: number,
  expiringBelowMilliseconds: number,
): TokenState {
  if (!expiry) return { kind: 'unknown' };
  const { atMilliseconds, source } = expiry;
  const leftMilliseconds = atMilliseconds - nowMilliseconds;
  if (leftMilliseconds <= 0) return { kind: 'expired', source };
  return {
    kind: leftMilliseconds <= expiringBelowMilliseconds ? 'expiring' : 'valid',
    leftMilliseconds,
    source,
  };
}

/**
 * When a token ends, by what came with it: the `exp` of a JWT access token (read, not trusted for
 * anything else), else `expires_in`. Undefined if neither is there or can be; introspection may know more.
 */
export function expiryFromAnswer(
  accessToken: Secret,
  expiresInSeconds: number | undefined,
  issuedAtMilliseconds: number,
): TokenExpiry | undefined {
  const jwt = jwtTimes(accessToken.reveal());
  if (jwt) return expiryAt(localEnd(jwt.exp, jwt.iat, issuedAtMilliseconds), 'jwt');
  if (expiresInSeconds === undefined) return undefined;
  return expiryAt(issuedAtMilliseconds + expiresInSeconds * 1000, 'tokenAnswer');
}

/** An end that was worked out of a server's figures; undefined if no date can hold it. */
export function expiryAt(atMilliseconds: number, source: ExpirySource): TokenExpiry | undefined {
  return isTime(atMilliseconds / 1000) ? { atMilliseconds, source } : undefined;
}

/**
 * The end of a token by this computer's clock. Where the server's clock differs, the token's length of
 * life is right and its times are not.
 * @param expSeconds end by the server's clock
 * @param iatSeconds issue by the server's clock, if it is told
 * @param issuedAtMilliseconds issue by this computer's clock
 */
export function localEnd(
  expSeconds: number,
  iatSeconds: number | undefined,
  issuedAtMilliseconds: number,
): number {
  if (iatSeconds === undefined || iatSeconds > expSeconds) return expSeconds * 1000;
  return issuedAtMilliseconds + (expSeconds - iatSeconds) * 1000;
}

function jwtTimes(token: string): { exp: number; iat: number | undefined } | undefined {
  const [header, payload] = token.split('.');
  if (!header?.startsWith('eyJ') || payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return undefined;
    const { exp } = claims;
    const iat = 'iat' in claims ? claims.iat : undefined;
    if (!isTime(exp)) return undefined;
    return { exp, iat: isTime(iat) ? iat : undefined };
  } catch {
    return undefined;
  }
}
