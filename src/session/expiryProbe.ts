/**
 * Finds out when a session's token ends, where neither the token nor the answer that brought it says so:
 * introspection, then the org's estimates (SALESFORCE.md 3, in that order). What cannot be found out
 * stays unknown.
 */
import type { Fetch } from '../oauth/http.ts';
import { introspect } from '../oauth/tokenEndpoint.ts';
import type { Session, TokenExpiry } from './session.ts';
import type { Sessions } from './sessions.ts';
import { expiryAt, localEnd } from './tokenState.ts';

export interface ExpiryProbeContext {
  readonly sessions: Sessions;
  readonly fetch: Fetch;
  readonly timeoutMilliseconds: () => number;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

/** Every supported org knows this one, and what is asked for is older. */
const API_VERSION = '60.0';

/**
 * Asks about a session's access token and remembers the answer until the token changes.
 * @returns the end, or undefined if nothing was learned
 */
export async function learnExpiry(
  context: ExpiryProbeContext,
  session: Session,
): Promise<TokenExpiry | undefined> {
  const { sessions } = context;
  const known = sessions.expiryOf(session);
  // One that has passed may have been put off by use, where it did not come with the token.
  if (known && (known === session.expiry || known.atMilliseconds > context.now())) return known;
  const expiry = (await byIntrospection(context, session)) ?? (await byEstimate(context, session));
  if (expiry) await sessions.learnExpiry(session, expiry);
  return expiry;
}

/**
 * A public client may not be allowed to ask, and gets `invalid_client` or `active: false` for a token
 * that works: then nothing is known, and nothing is claimed (PROTOCOL.md 36).
 */
async function byIntrospection(
  { sessions }: ExpiryProbeContext,
  session: Session,
): Promise<TokenExpiry | undefined> {
  try {
    const answer = await introspect(sessions.endpointAccess(session), session.accessToken);
    if (!answer.active || answer.expiresAtSeconds === undefined) return undefined;
    const { expiresAtSeconds, issuedAtSeconds } = answer;
    const end = localEnd(expiresAtSeconds, issuedAtSeconds, session.issuedAtMilliseconds);
    return expiryAt(end, 'introspection');
  } catch {
    return undefined;
  }
}

async function byEstimate(
  { fetch, timeoutMilliseconds, now }: ExpiryProbeContext,
  session: Session,
): Promise<TokenExpiry | undefined> {
  const [{ createOrgClient }, { authSessionEnd, orgSessionTimeout }] = await Promise.all([
    import('../salesforce/orgClient.ts'),
    import('../salesforce/sessionLength.ts'),
  ]);
  const client = createOrgClient({
    fetch,
    instanceUrl: session.instanceUrl,
    // Of this token: another one is no answer, and to make one would ask for its end in turn.
    accessToken: (rejected) =>
      rejected
        ? Promise.reject(new Error('The token was not accepted'))
        : Promise.resolve(session.accessToken),
    timeoutMilliseconds: timeoutMilliseconds(),
    concurrency: 1,
  });
  const access = { client, apiVersion: API_VERSION, signal: new AbortController().signal };
  try {
    const end = await authSessionEnd(access);
    const expiry = end !== undefined && end > now() && expiryAt(end, 'authSession');
    if (expiry) return expiry;
  } catch {
    // The setting may still be readable.
  }
  try {
    const timeout = await orgSessionTimeout(access);
    if (timeout === undefined) return undefined;
    return {
      atMilliseconds: session.issuedAtMilliseconds + timeout,
      source: 'sessionTimeout',
    };
  } catch {
    return undefined;
  }
}
