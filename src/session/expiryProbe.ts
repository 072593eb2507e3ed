/** Learns from the server when a token ends, where the token itself does not say (SALESFORCE.md 3). */
import { introspect } from '../oauth/tokenEndpoint.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/**
 * Asks introspection about a session's access token and remembers the answer. A public client may not
 * be allowed to ask, and gets `invalid_client` or `active: false` for a token that works: then
 * nothing is known, and nothing is claimed (PROTOCOL.md 36).
 * @returns whether something was learned
 */
export async function learnExpiry(sessions: Sessions, session: Session): Promise<boolean> {
  if (session.expiry) return true;
  try {
    const answer = await introspect(sessions.endpointAccess(session), session.accessToken);
    if (!answer.active || answer.expiresAtSeconds === undefined) return false;
    await sessions.learnExpiry(session, {
      atMilliseconds: answer.expiresAtSeconds * 1000,
      source: 'introspection',
    });
    return true;
  } catch {
    return false;
  }
}
