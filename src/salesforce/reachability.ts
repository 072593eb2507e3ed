/** Whether an org can be reached, found out by a request that may be lost: before one that may not. */
import { signalOf, type Fetch, type RequestLimits } from '../oauth/http.ts';
import { networkError, proxyRefusal } from '../oauth/networkError.ts';

const PROXY_AUTHENTICATION_REQUIRED = 407;

/**
 * Asks a login host for its API versions, which needs no token and changes nothing (SALESFORCE.md 8). Any
 * answer of the host will do; what comes next goes the same way.
 * @throws UserFacingError that says what is in the way, or the signal's reason on cancel
 */
export async function reach(
  access: RequestLimits & { readonly fetch: Fetch },
  loginHost: string,
): Promise<void> {
  const host = new URL(loginHost).host;
  let response: Response;
  try {
    response = await access.fetch(`${loginHost}/services/data`, {
      headers: { Accept: 'application/json' },
      redirect: 'manual',
      signal: signalOf(access),
    });
    await response.body?.cancel();
  } catch (failure) {
    access.signal?.throwIfAborted();
    throw networkError(host, failure, access.timeoutMilliseconds, 'versions');
  }
  if (response.status === PROXY_AUTHENTICATION_REQUIRED) throw proxyRefusal(host, response.status);
}
