/** Whether a session's access token still works, as far as that can be known (SALESFORCE.md 3). */
import type { Secret } from '../oauth/secret.ts';
import type { ExpirySource, Session, TokenExpiry } from './session.ts';

/** The token's state. Times are in milliseconds. "unknown" is a state of its own, never a guess. */
export type TokenState =
  | {
      readonly kind: 'valid' | 'expiring';
      readonly leftMilliseconds: number;
      readonly source: ExpirySource;
    }
  | { readonly kind: 'expired'; readonly source: ExpirySource | 'server' }
  | { readonly kind: 'unknown' };

/** How each source is named to users. */
export const SOURCE_TEXT: Readonly<Record<ExpirySource, string>> = {
  jwt: 'the token itself (JWT exp)',
  tokenAnswer: 'the token answer (expires_in)',
  introspection: 'introspection (exp)',
};

/**
 * The state of a session's token.
 * @param nowMilliseconds this computer's clock
 * @param expiringBelowMilliseconds from how little time left on the token counts as expiring
 */
export function tokenStateOf(
  session: Pick<Session, 'expiry'>,
  nowMilliseconds: number,
  expiringBelowMilliseconds: number,
): TokenState {
  if (!session.expiry) return { kind: 'unknown' };
  const { atMilliseconds, source } = session.expiry;
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
 * anything else), else `expires_in`. Undefined if neither is there; introspection may know more.
 */
export function expiryFromAnswer(
  accessToken: Secret,
  expiresInSeconds: number | undefined,
  issuedAtMilliseconds: number,
): TokenExpiry | undefined {
  const exp = jwtExpirySeconds(accessToken.reveal());
  if (exp !== undefined) return { atMilliseconds: exp * 1000, source: 'jwt' };
  if (expiresInSeconds === undefined) return undefined;
  return { atMilliseconds: issuedAtMilliseconds + expiresInSeconds * 1000, source: 'tokenAnswer' };
}

function jwtExpirySeconds(token: string): number | undefined {
  const [header, payload] = token.split('.');
  if (!header?.startsWith('eyJ') || payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return undefined;
    return typeof claims.exp === 'number' && Number.isFinite(claims.exp) ? claims.exp : undefined;
  } catch {
    return undefined;
  }
}
