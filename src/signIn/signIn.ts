/** The one way in: authorization request, browser, answer, tokens, identity, session. */
import * as l10n from '@vscode/l10n';
import {
  createAuthorizationRequest,
  type AuthorizationRequest,
} from '../oauth/authorizationRequest.ts';
import type { Fetch, RequestLimits } from '../oauth/http.ts';
import { exchangeCode, type EndpointAccess, type TokenAnswer } from '../oauth/tokenEndpoint.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { confirmIdentity, orgClaimOf } from '../salesforce/identity.ts';
import { kindOfLoginHost } from '../salesforce/loginHost.ts';
import { reach } from '../salesforce/reachability.ts';
import { labelOf, type Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { expiryFromAnswer } from '../session/tokenState.ts';
import type { CallbackHandOver } from './callbackHandOver.ts';
import { giveBack, untilGranted } from './grant.ts';
import type { PendingRequests } from './pendingRequests.ts';
import type { OpenRedirect } from './redirect.ts';

/** What a sign-in needs from the world. */
export interface SignInContext {
  readonly fetch: Fetch;
  readonly pending: PendingRequests;
  readonly handOver: CallbackHandOver;
  readonly sessions: Sessions;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
  readonly timeoutMilliseconds: () => number;
  /** How long the user has in the browser. */
  readonly deadlineMilliseconds: number;
}

export interface ExpectedUser {
  /** `Session.id` of the one whom the alias belongs to. */
  readonly id: string;
  /** Whether the session of another user may be stored: without the alias. */
  readonly acceptOther: (session: Session) => Promise<boolean>;
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
  /** The way back, open. It is closed when the wait is over. */
  readonly redirect: OpenRedirect;
  /** The user's Cancel. */
  readonly signal: AbortSignal;
  /** Opens the link in the system browser. The wait goes on whether or not that worked. */
  readonly openLink: (url: string) => void;
  /** Called when the answer has come and the rest takes a moment. */
  readonly onAnswer: () => void;
  /** Who should sign in again; undefined: anybody. */
  readonly expected?: ExpectedUser | undefined;
}

/** What the browser's part of a sign-in needs from the world. */
export type BrowserContext = Pick<
  SignInContext,
  'fetch' | 'pending' | 'handOver' | 'timeoutMilliseconds' | 'deadlineMilliseconds'
>;

/**
 * The browser's part: the link, the wait, the answer.
 * @returns the request and its checked response, whose code has not been used
 */
export async function answerFromBrowser(
  context: BrowserContext,
  input: Omit<SignInInput, 'alias' | 'expected' | 'onAnswer'>,
): Promise<{ readonly request: AuthorizationRequest; readonly response: URLSearchParams }> {
  const { redirect, signal } = input;
  const waitIsOver = new AbortController();
  const over = AbortSignal.any([signal, waitIsOver.signal]);
  let announced: string | undefined;
  try {
    // A request that may be lost goes first: the code is sent once, by a way that is known to work.
    await reach({ ...limitsOf(context, signal), fetch: context.fetch }, input.loginHost);
    const request = createAuthorizationRequest({
      ...input,
      redirectUri: redirect.redirectUri,
      wrapState: redirect.wrapState,
    });
    const answer = context.pending.answerTo(request, {
      deadlineMilliseconds: context.deadlineMilliseconds,
      signal: over,
    });
    const open = async (): Promise<void> => {
      // Announced before the browser opens: the answer may come back to another window.
      if (redirect.throughEditor) {
        announced = request.state;
        await context.handOver.announce(request.state, context.deadlineMilliseconds);
        if (over.aborted) return;
      }
      redirect.begin?.((given) => context.pending.deliver(given), over);
      input.openLink(request.url);
    };
    const [response] = await Promise.all([answer, open()]);
    return { request, response };
  } finally {
    waitIsOver.abort();
    await redirect.close();
    // Not awaited: a keyring that asks the user holds nothing up.
    if (announced !== undefined) void context.handOver.withdraw(announced);
  }
}

function limitsOf(
  context: Pick<SignInContext, 'timeoutMilliseconds'>,
  signal: AbortSignal,
): RequestLimits {
  return { timeoutMilliseconds: context.timeoutMilliseconds(), signal };
}

/**
 * Signs a user in. A grant that does not become a session is revoked, where the server is reached.
 * @returns the stored session, or undefined if `acceptOther` said no and the server has confirmed that it is revoked
 * @throws the signal's reason on cancel; UserFacingError for everything that a user can act on
 */
export async function signIn(
  context: SignInContext,
  input: SignInInput,
): Promise<Session | undefined> {
  const { request, response } = await answerFromBrowser(context, input);
  const { expected } = input;
  input.onAnswer();

  const access: EndpointAccess = {
    fetch: context.fetch,
    loginHost: request.loginHost,
    clientApp: { clientId: input.clientId },
    ...limitsOf(context, input.signal),
  };
  const tokens = await untilGranted(access, (own) => exchangeCode(own, request, response));
  let session: Session;
  let isWanted = true;
  try {
    session = await sessionOf(context, access, input, request, tokens);
    const before = await signedInAs(context.sessions, session.id);
    if (before && !mayTakePlaceOf(before, session)) throw otherPlaceError(before, session);
    if (expected && expected.id !== session.id) {
      session = { ...session, alias: undefined };
      isWanted = await expected.acceptOther(session);
    }
    input.signal.throwIfAborted();
  } catch (error) {
    await giveBack(access, tokens);
    throw error;
  }
  if (!isWanted) {
    if (!(await giveBack(access, tokens))) throw unrevokedError(session);
    return undefined;
  }
  try {
    return await context.sessions.add(session, input.signal);
  } catch (error) {
    // After anything but a Cancel it may have been stored, and must not be revoked.
    if (input.signal.aborted && error === input.signal.reason) await giveBack(access, tokens);
    throw error;
  }
}

/** Of an org that is signed in elsewhere on this computer as well. */
type SignedIn = Pick<Session, 'loginHost' | 'alias' | 'username'>;

async function signedInAs(sessions: Sessions, id: string): Promise<SignedIn | undefined> {
  return (
    (await sessions.get(id)) ?? (await sessions.missing()).find((account) => account.id === id)
  );
}

/**
 * Whose org a token is for, its own host says: another host than Salesforce's may name ids that it has no right to, and
 * take the place of a session that is trusted.
 */
function mayTakePlaceOf(before: SignedIn, session: Session): boolean {
  const kind = kindOfLoginHost(session.loginHost);
  return (
    kind === 'salesforce' ||
    session.loginHost === before.loginHost ||
    (kind === 'loopback' && kindOfLoginHost(before.loginHost) === 'loopback')
  );
}

function otherPlaceError(before: SignedIn, session: Session): UserFacingError {
  const host = new URL(session.loginHost).host;
  return new UserFacingError({
    code: 'other_login_host',
    happened: l10n.t`${host} says that it is the login host of ${labelOf(before)}, where you are signed in by way of ${new URL(before.loginHost).host}.`,
    todo: l10n.t(
      "Nothing was stored. If the address is not your company's, do not log in there again. If it is, sign out of that org first.",
    ),
  });
}

/** The user was told that a grant is revoked, and it may live on. */
function unrevokedError({ username, instanceUrl }: Session): UserFacingError {
  return new UserFacingError({
    code: 'not_revoked',
    happened: l10n.t`${new URL(instanceUrl).host} did not confirm that the access of ${username} is revoked. Nothing was stored here.`,
    todo: l10n.t(
      'The grant may live on; an admin or you can revoke it under Setup > Connected Apps OAuth Usage.',
    ),
  });
}

/** The session of a token answer, once the org has said whose it is. */
async function sessionOf(
  context: Pick<SignInContext, 'now'>,
  access: EndpointAccess,
  input: SignInInput,
  request: AuthorizationRequest,
  tokens: TokenAnswer,
): Promise<Session> {
  const issuedAtMilliseconds = context.now();
  const claim = orgClaimOf(tokens, request.loginHost);
  const identity = await confirmIdentity(access, claim, tokens.accessToken);
  return {
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
}
