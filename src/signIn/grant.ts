/** Grants on their way: none is left behind at the server by a Cancel. */
import { saysNoSuchGrant } from '../oauth/oauthError.ts';
import { revoke, type EndpointAccess, type TokenAnswer } from '../oauth/tokenEndpoint.ts';
import { untilAborted } from '../session/untilAborted.ts';

/** A user who has cancelled waits no longer than this. */
const GIVE_BACK_MILLISECONDS = 3_000;

/**
 * Asks the token endpoint for a grant. A Cancel ends the waiting, not the request, which the server may have worked on
 * already: what it brings all the same is revoked.
 * @throws what `ask` throws; the signal's reason
 */
export async function untilGranted(
  access: EndpointAccess,
  ask: (access: EndpointAccess) => Promise<TokenAnswer>,
): Promise<TokenAnswer> {
  const { signal } = access;
  signal?.throwIfAborted();
  const asked = ask({ ...access, signal: undefined });
  try {
    return await untilAborted(asked, signal);
  } catch (error) {
    if (signal?.aborted) {
      // Nobody waits for that: a server that is slow gets its time.
      void asked.then(
        (tokens) => giveBack(access, tokens, access.timeoutMilliseconds),
        () => undefined,
      );
    }
    throw error;
  }
}

/**
 * Revokes what was granted and is not kept. Best effort, in a short time of its own: also after a Cancel, and where
 * something else has gone wrong that the user should hear of.
 * @returns whether the server has said that the grant is gone
 */
export async function giveBack(
  access: EndpointAccess,
  { refreshToken, accessToken }: TokenAnswer,
  timeoutMilliseconds = GIVE_BACK_MILLISECONDS,
): Promise<boolean> {
  const own = { ...access, timeoutMilliseconds, signal: undefined };
  return revoke(own, refreshToken ?? accessToken).then(() => true, saysNoSuchGrant);
}
