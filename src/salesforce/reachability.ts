/** Whether an org can be reached, found out by a request that may be lost: before one that may not. */
import * as l10n from '@vscode/l10n';
import { signalOf, type Fetch, type RequestLimits } from '../oauth/http.ts';
import { isLoopback } from '../oauth/loopback.ts';
import { networkError, proxyRefusal } from '../oauth/networkError.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';

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
    throw unreachable(loginHost, failure, access.timeoutMilliseconds, 'versions');
  }
  if (response.status === PROXY_AUTHENTICATION_REQUIRED) {
    throw proxyRefusal(new URL(loginHost).host, response.status);
  }
}

/**
 * The error for a request to an org that failed without an answer. A demo org lives as long as its window, its session
 * longer: no network and no proxy helps then.
 * @param origin of the org's APIs or of its login host
 * @param failure what fetch threw
 * @param place names the request in the log
 */
export function unreachable(
  origin: string,
  failure: unknown,
  timeoutMilliseconds: number,
  place?: string,
): UserFacingError {
  const error = networkError(new URL(origin).host, failure, timeoutMilliseconds, place);
  if (!isEndOfDemoOrg(error, origin)) return error;
  return new UserFacingError({
    code: 'demo_org_ended',
    happened: l10n.t('The demo org ended with its window.'),
    todo: l10n.t('Start it again and log in; it begins as new.'),
    remedies: ['startDemoOrg'],
    cause: error.cause,
  });
}

/**
 * Whether a request failed because a demo org has ended: nothing listens at an address on loopback.
 * @param error what a request to `origin` threw
 */
export function isEndOfDemoOrg(error: unknown, origin: string): boolean {
  if (!(error instanceof UserFacingError) || !isLoopback(new URL(origin))) return false;
  // In the words of Node and of Chromium.
  return /ECONNREFUSED|CONNECTION_REFUSED/.test(String(error.cause));
}
