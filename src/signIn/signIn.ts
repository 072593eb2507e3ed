/** The one way in: authorization request, browser, answer, tokens, identity, session. */
import { createAuthorizationRequest } from '../oauth/authorizationRequest.ts';
import type { Fetch } from '../oauth/http.ts';
import { exchangeCode, revoke } from '../oauth/tokenEndpoint.ts';
import { confirmIdentity, orgClaimOf } from '../salesforce/identity.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { expiryFromAnswer } from '../session/tokenState.ts';
import type { CallbackRelay } from './callbackRelay.ts';
import type { PendingRequests } from './pendingRequests.ts';

/** What a sign-in needs from the world. */
export interface SignInContext {
  readonly fetch: Fetch;
  readonly pending: PendingRequests;
  readonly relay: CallbackRelay;
  readonly sessions: Sessions;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
  readonly timeoutMilliseconds: () => number;
  /** How long the user has in the browser. */
  readonly deadlineMilliseconds: number;
}

export interface SignInInput {
  /** Origin of the login host. */
  readonly loginHost: string;
  readonly clientId: string;
  /** Empty: the parameter is left out, and Salesforce grants all of the app's scopes. */
  readonly scopes: readonly string[];
  readonly alias?: string | undefined;
  readonly loginHint?: string | undefined;
  readonly prompt?: string | undefined;
  /** Byte for byte what goes into the request, and again into the token request. */
  readonly redirectUri: string;
  /** The user's Cancel. */
  readonly signal: AbortSignal;
  /** Opens the link in the system browser. The wait goes on whether or not that worked. */
  readonly openLink: (url: string) => void;
  /** Called when the answer has come and the rest takes a moment. */
  readonly onAnswer: () => void;
  /** Whether a session may be stored; asked where another user than expected has signed in. */
  readonly accept?: ((session: Session) => Promise<boolean>) | undefined;
}

/**
 * Signs a user in.
 * @returns the stored session, or undefined if `accept` said no: then the grant was revoked again
 * @throws the signal's reason on cancel; UserFacingError for everything that a user can act on
 */
export async function signIn(
  context: SignInContext,
  input: SignInInput,
): Promise<Session | undefined> {
  const request = createAuthorizationRequest(input);
  const waitIsOver = new AbortController();
  let response: URLSearchParams;
  try {
    [response] = await Promise.all([
      context.pending.answerTo(request, {
        deadlineMilliseconds: context.deadlineMilliseconds,
        signal: AbortSignal.any([input.signal, waitIsOver.signal]),
      }),
      // Announced before the browser opens: the answer may come back to another window.
      context.relay.announce(request.state, context.deadlineMilliseconds).then(() => {
        input.openLink(request.url);
      }),
    ]);
  } finally {
    waitIsOver.abort();
    await context.relay.withdraw(request.state);
  }
  input.onAnswer();

  const clientApp = { clientId: input.clientId };
  const limits = { timeoutMilliseconds: context.timeoutMilliseconds(), signal: input.signal };
  const access = { fetch: context.fetch, clientApp, ...limits };
  const tokens = await exchangeCode(access, request, response);
  const issuedAtMilliseconds = context.now();
  const claim = orgClaimOf(tokens, request.loginHost);
  const identity = await confirmIdentity(access, claim, tokens.accessToken);
  const session: Session = {
    id: `${identity.orgId}/${identity.userId}`,
    orgId: identity.orgId,
    userId: identity.userId,
    loginHost: request.loginHost,
    instanceUrl: identity.instanceUrl,
    clientId: request.clientId,
    username: identity.username,
    displayName: identity.displayName,
    alias: input.alias,
    scopes: tokens.scopes ?? request.scopes,
    requestedScopes: request.scopes,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    addedAtMilliseconds: issuedAtMilliseconds,
    issuedAtMilliseconds,
    expiry: expiryFromAnswer(tokens.accessToken, tokens.expiresInSeconds, issuedAtMilliseconds),
  };
  if (input.accept && !(await input.accept(session))) {
    await revoke(
      { ...access, loginHost: request.loginHost },
      tokens.refreshToken ?? tokens.accessToken,
    ).catch(() => undefined); // best effort: nothing of it is kept here
    return undefined;
  }
  return context.sessions.add(session);
}
