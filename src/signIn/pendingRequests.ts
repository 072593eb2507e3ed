/**
 * The authorization requests that wait for their answer, each found by its state alone: one answer, one
 * use, one deadline, one way to cancel (RFC 6749 section 10.12).
 */
import * as l10n from '@vscode/l10n';
import type { AuthorizationRequest } from '../oauth/authorizationRequest.ts';
import {
  checkAuthorizationResponse,
  MalformedResponseError,
  stateOf,
} from '../oauth/authorizationResponse.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';

/** What became of an answer that arrived. Only `accepted` changes anything. */
export type Delivery =
  | { readonly outcome: 'accepted' | 'finished' | 'unknown' }
  | { readonly outcome: 'malformed'; readonly error: MalformedResponseError };

interface Waiting {
  readonly request: AuthorizationRequest;
  readonly resolve: (response: URLSearchParams) => void;
  readonly reject: (reason: unknown) => void;
  /** An answer is being checked; another one with the same state is a copy. */
  checking: boolean;
}

export interface WaitOptions {
  readonly deadlineMilliseconds: number;
  readonly signal: AbortSignal;
}

/** How many ended sign-ins are remembered, to tell their late answers from foreign ones. */
const REMEMBERED = 100;

export class PendingRequests {
  readonly #waiting = new Map<string, Waiting>();
  readonly #finished = new Set<string>();

  /**
   * Waits for the answer to a request.
   * @returns the checked response, its code in it
   * @throws the signal's reason on cancel, OAuthError if the server refused, UserFacingError at the deadline
   */
  async answerTo(request: AuthorizationRequest, options: WaitOptions): Promise<URLSearchParams> {
    options.signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<URLSearchParams>();
    const cancel = (): void => reject(options.signal.reason);
    const deadline = setTimeout(
      () => reject(timeoutError(request.loginHost, options.deadlineMilliseconds)),
      options.deadlineMilliseconds,
    );
    options.signal.addEventListener('abort', cancel, { once: true });
    this.#waiting.set(request.state, { request, resolve, reject, checking: false });
    try {
      return await promise;
    } finally {
      clearTimeout(deadline);
      options.signal.removeEventListener('abort', cancel);
      this.#waiting.delete(request.state);
      this.#remember(request.state);
    }
  }

  /** Gives an answer to the request that it belongs to. A damaged or foreign one leaves every request waiting. */
  async deliver(response: URLSearchParams): Promise<Delivery> {
    const state = stateOf(response);
    const waiting = state === undefined ? undefined : this.#waiting.get(state);
    if (state === undefined || !waiting) {
      return { outcome: state !== undefined && this.#finished.has(state) ? 'finished' : 'unknown' };
    }
    if (waiting.checking) return { outcome: 'finished' };
    waiting.checking = true;
    try {
      waiting.resolve(await checkAuthorizationResponse(waiting.request, response));
    } catch (error) {
      if (error instanceof MalformedResponseError) {
        waiting.checking = false;
        return { outcome: 'malformed', error };
      }
      waiting.reject(error);
    }
    return { outcome: 'accepted' };
  }

  #remember(state: string): void {
    this.#finished.add(state);
    const [oldest] = this.#finished;
    if (this.#finished.size > REMEMBERED && oldest !== undefined) this.#finished.delete(oldest);
  }
}

function timeoutError(loginHost: string, deadlineMilliseconds: number): UserFacingError {
  const minutes = Math.round(deadlineMilliseconds / 60_000);
  return new UserFacingError({
    code: 'sign_in_timeout',
    happened: l10n.t`No answer came back from ${new URL(loginHost).host} within ${minutes} minutes.`,
    todo: l10n.t(
      'Look at the browser page: "redirect_uri_mismatch" means that the callback URL is not registered, "invalid_client_id" that the consumer key or login host is wrong, an internal error after Allow that the app or a proxy broke the request. If the page shows nothing, the browser may not know how to open this editor.',
    ),
    remedies: ['tryAgain', 'otherWay', 'copyCallbackUrls'],
  });
}
