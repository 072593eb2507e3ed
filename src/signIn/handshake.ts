/**
 * A test sign-in with an app's own client id, then what must fail: a wrong verifier, a refresh token that was
 * replaced, a code that was used. Nothing of it becomes a session, and what was granted is revoked at the end.
 */
import * as l10n from '@vscode/l10n';
import type { AuthorizationRequest } from '../oauth/authorizationRequest.ts';
import { OAuthError } from '../oauth/oauthError.ts';
import { createCodeVerifier } from '../oauth/pkce.ts';
import type { Secret } from '../oauth/secret.ts';
import {
  exchangeCode,
  refresh,
  type EndpointAccess,
  type TokenAnswer,
} from '../oauth/tokenEndpoint.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { requestText, type HandshakeCheck, type ProofStep } from '../salesforce/proof.ts';
import { giveBack, untilGranted } from './grant.ts';
import type { OpenRedirect } from './redirect.ts';
import { answerFromBrowser, type BrowserContext, type SignInInput } from './signIn.ts';

export interface HandshakeInput extends Pick<SignInInput, 'loginHost' | 'clientId' | 'signal'> {
  /** Of a confidential client; kept nowhere. */
  readonly clientSecret: Secret | undefined;
  /** Opens the way back; called once for each trip to the browser. */
  readonly openRedirect: () => Promise<OpenRedirect>;
  /** Opens a link; `trip` is 2 where the first code was spent on the wrong verifier. */
  readonly openLink: (url: string, trip: number) => void;
  readonly report: (message: string) => void;
}

export interface HandshakeResult {
  /** In the order in which they were made. */
  readonly steps: readonly ProofStep[];
  /** Whether all that was granted is known to be revoked. */
  readonly isRevoked: boolean;
}

interface Answer {
  readonly request: AuthorizationRequest;
  readonly response: URLSearchParams;
}

/**
 * @throws what a sign-in throws if the browser's part fails; what the token endpoint refuses is in the steps
 */
export async function handshake(
  context: BrowserContext,
  input: HandshakeInput,
): Promise<HandshakeResult> {
  const grants: Grants = { known: [], mayBeMore: false };
  let steps: readonly ProofStep[];
  const access: EndpointAccess = {
    fetch: context.fetch,
    loginHost: input.loginHost,
    clientApp: { clientId: input.clientId, clientSecret: input.clientSecret },
    timeoutMilliseconds: context.timeoutMilliseconds(),
    signal: input.signal,
  };
  try {
    steps = await stepsOf(context, input, access, grants);
  } finally {
    input.report(l10n.t('Revoking what was granted'));
    for (const grant of grants.known.toReversed()) {
      if (!(await giveBack(access, grant))) grants.mayBeMore = true;
    }
  }
  return { steps, isRevoked: !grants.mayBeMore };
}

/** What was granted on the way, and is to be revoked. */
interface Grants {
  readonly known: TokenAnswer[];
  /** An answer was lost that may have brought more, or a revocation was not confirmed. */
  mayBeMore: boolean;
}

async function stepsOf(
  context: BrowserContext,
  input: HandshakeInput,
  access: EndpointAccess,
  grants: Grants,
): Promise<readonly ProofStep[]> {
  let answer = await authorize(context, input, 1);
  input.report(l10n.t('Trying a wrong verifier'));
  const wrong = await attempt(access, grants, (own) => exchangeWithWrongVerifier(own, answer));
  input.report(l10n.t('Exchanging the code'));
  const exchange = (own: EndpointAccess): Promise<TokenAnswer> =>
    exchangeCode(own, answer.request, answer.response);
  let right = await attempt(access, grants, exchange);
  const codeWasGood = right.value !== undefined;
  if (!right.value && isRefusal(right.error)) {
    // The wrong verifier has spent the code: RFC 7636 leaves that to the server, and one that takes any does so.
    answer = await authorize(context, input, 2);
    input.report(l10n.t('Exchanging the code'));
    right = await attempt(access, grants, exchange);
  }
  const steps: ProofStep[] = [
    {
      check: 'authorization',
      verdict: 'proven',
      sent: requestText(new URL(answer.request.url)),
      seen: l10n.t('A code, with the state that was sent.'),
    },
    wrongVerifierStep(input, wrong, codeWasGood),
    exchangeStep(input, right),
  ];
  if (right.value) {
    // Before the used code: presenting that may end the grant (RFC 6749 section 4.1.2).
    input.report(l10n.t('Refreshing, and presenting the replaced refresh token'));
    steps.push(await rotationStep(access, right.value, grants));
    input.report(l10n.t('Presenting the code once more'));
    const again = await attempt(access, grants, exchange);
    steps.push(refusedStep('usedCode', exchangeText(input, 'the same code'), again));
  }
  return steps;
}

async function authorize(
  context: BrowserContext,
  input: HandshakeInput,
  trip: number,
): Promise<Answer> {
  const redirect = await input.openRedirect();
  return answerFromBrowser(context, {
    loginHost: input.loginHost,
    clientId: input.clientId,
    scopes: [], // all that the app has
    redirect,
    signal: input.signal,
    openLink: (url) => input.openLink(url, trip),
  });
}

function exchangeWithWrongVerifier(
  access: EndpointAccess,
  { request, response }: Answer,
): Promise<TokenAnswer> {
  return exchangeCode(access, { ...request, codeVerifier: createCodeVerifier() }, response);
}

interface Attempt {
  readonly value?: TokenAnswer;
  readonly error?: UserFacingError;
}

/** @throws anything that is no answer to be judged, the user's Cancel among it */
async function attempt(
  access: EndpointAccess,
  grants: Grants,
  ask: (access: EndpointAccess) => Promise<TokenAnswer>,
): Promise<Attempt> {
  try {
    const value = await untilGranted(access, ask);
    grants.known.push(value);
    return { value };
  } catch (error) {
    if (!(error instanceof OAuthError)) grants.mayBeMore = true;
    if (error instanceof UserFacingError) return { error };
    throw error;
  }
}

/** Whether the server has judged the request, and not put it off: it is busy, or had too many of them. */
function isJudged(error: UserFacingError | undefined): error is OAuthError {
  return error instanceof OAuthError && !['busy', 'transient'].includes(error.meaning);
}

/** Whether the server took offence at the code, its verifier or the refresh token, not at the client. */
function isRefusal(error: UserFacingError | undefined): error is OAuthError {
  return isJudged(error) && /^invalid_(grant|request|token)$/.test(error.error);
}

function exchangeStep(input: HandshakeInput, { value, error }: Attempt): ProofStep {
  const sent = exchangeText(input, 'the right verifier');
  if (value) {
    const parts = [
      'access_token=***',
      ...(value.refreshToken ? ['refresh_token=***'] : []),
      ...(value.scopes ? [`scope=${value.scopes.join(' ')}`] : []),
    ];
    return {
      check: 'exchange',
      verdict: 'proven',
      sent,
      seen: l10n.t`Tokens: ${parts.join(', ')}.`,
    };
  }
  // Who has had the code before, such as the client itself, nobody knows.
  const isOfCode = isRefusal(error) && /authorization code/i.test(error.errorDescription);
  return {
    check: 'exchange',
    verdict: isJudged(error) && !isOfCode ? 'refuted' : 'unknown',
    sent,
    seen: wordsOf(error),
  };
}

/** @param codeWasGood the same code gave a token with the right verifier: only that was wrong */
function wrongVerifierStep(
  input: HandshakeInput,
  { value, error }: Attempt,
  codeWasGood: boolean,
): ProofStep {
  const sent = exchangeText(input, 'a wrong verifier');
  if (value) {
    return {
      check: 'wrongVerifier',
      verdict: 'refuted',
      sent,
      seen: l10n.t('Tokens came: the verifier is not checked.'),
    };
  }
  const isAboutVerifier = isRefusal(error) && (codeWasGood || error.meaning === 'pkce');
  return {
    check: 'wrongVerifier',
    verdict: isAboutVerifier ? 'proven' : 'unknown',
    sent,
    seen: isAboutVerifier ? wordsOf(error) : unclear(error),
  };
}

async function rotationStep(
  access: EndpointAccess,
  { refreshToken }: TokenAnswer,
  grants: Grants,
): Promise<ProofStep> {
  const check = 'rotatedToken';
  const sent = `POST ${access.loginHost}/services/oauth2/token with grant_type=refresh_token, client_id=${access.clientApp.clientId}, refresh_token=***, twice`;
  const unknown = (seen: string): ProofStep => ({ check, verdict: 'unknown', sent, seen });
  if (!refreshToken)
    return unknown(l10n.t('The app gives no refresh token: there is nothing to replace.'));
  const spend = (own: EndpointAccess): Promise<TokenAnswer> => refresh(own, refreshToken);
  const first = await attempt(access, grants, spend);
  if (!first.value) return unknown(l10n.t`The refresh failed: ${wordsOf(first.error)}`);
  if (!first.value.refreshToken) {
    return unknown(l10n.t('The refresh gave no new refresh token: rotation is off for this app.'));
  }
  const replay = await attempt(access, grants, spend);
  return refusedStep(check, sent, replay);
}

/** A request that must be refused. */
function refusedStep(check: HandshakeCheck, sent: string, { value, error }: Attempt): ProofStep {
  if (value)
    return { check, verdict: 'refuted', sent, seen: l10n.t('Tokens came: it was accepted.') };
  return isRefusal(error)
    ? { check, verdict: 'proven', sent, seen: wordsOf(error) }
    : { check, verdict: 'unknown', sent, seen: unclear(error) };
}

function wordsOf(error: UserFacingError | undefined): string {
  if (error instanceof OAuthError) {
    return l10n.t`Refused: ${[error.error, error.errorDescription].filter(Boolean).join(', ')}.`;
  }
  return error?.happened ?? '';
}

/** The words for an answer that tells nothing of what was tried. */
function unclear(error: UserFacingError | undefined): string {
  return `${wordsOf(error)} ${l10n.t('It may have another reason.')}`;
}

function exchangeText({ loginHost, clientId, clientSecret }: HandshakeInput, what: string): string {
  const secret = clientSecret ? ', client_secret=***' : '';
  return `POST ${loginHost}/services/oauth2/token with grant_type=authorization_code, client_id=${clientId}${secret}, code=***, redirect_uri, code_verifier=*** (${what})`;
}
