/** The token, revocation and introspection endpoints (RFC 6749 section 3.2, RFC 7009, RFC 7662). */
import * as l10n from '@vscode/l10n';
import type { TokenEndpointRequestOptions, TokenEndpointResponse } from 'oauth4webapi';
import type { AuthorizationRequest } from './authorizationRequest.ts';
import { authorizationServerOf, protocolClientOf, type ClientApp } from './authorizationServer.ts';
import { boundedText, signalOf, type Fetch, type RequestLimits } from './http.ts';
import { isLoopback } from './loopback.ts';
import { networkError } from './networkError.ts';
import { oauthError } from './oauthError.ts';
import type { OAuthErrorPlace } from './oauthErrorTable.ts';
import { Secret } from './secret.ts';
import { isTime } from './time.ts';
import { UserFacingError } from './userFacingError.ts';

/** How the endpoints are reached. */
export interface EndpointAccess extends RequestLimits {
  readonly fetch: Fetch;
  /** Origin of the login host that the grant belongs to. */
  readonly loginHost: string;
  readonly clientApp: ClientApp;
}

/** A successful token answer. Unknown members are left out, except Salesforce's own. */
export interface TokenAnswer {
  readonly accessToken: Secret;
  /** Absent when the scope was not granted, and on refresh without rotation: the old one stays. */
  readonly refreshToken: Secret | undefined;
  /** Granted scopes; undefined if the server did not say (RFC 6749 section 5.1: then as asked). */
  readonly scopes: readonly string[] | undefined;
  /** Rarely there at Salesforce. */
  readonly expiresInSeconds: number | undefined;
  /** Salesforce's identity URL, unchecked. */
  readonly identityUrl: string | undefined;
  /** Where the org's APIs are, unchecked. */
  readonly instanceUrl: string | undefined;
}

/** What introspection says (RFC 7662 section 2.2). Only `active` decides; all else may be missing. */
export interface IntrospectionAnswer {
  readonly active: boolean;
  readonly expiresAtSeconds: number | undefined;
  readonly issuedAtSeconds: number | undefined;
}

/** An answer of an OAuth endpoint is a few kilobytes; more than this is not one. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * The answer as the protocol library should see it. An id_token is taken out: none is asked for, and
 * one that comes anyway must not decide anything (SALESFORCE.md 16). An `error` under status 200 counts
 * as an error.
 */
async function tamed(response: Response): Promise<Response> {
  const text = await boundedText(response, MAX_BODY_BYTES);
  const headers = new Headers({ 'content-type': response.headers.get('content-type') ?? '' });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return new Response(text || null, { status: response.status, headers });
  }
  if (typeof body !== 'object' || body === null)
    return new Response(text, { status: response.status, headers });
  const members: Record<string, unknown> = { ...body };
  delete members.id_token;
  const status =
    response.status === 200 && typeof members.error === 'string' ? 400 : response.status;
  return new Response(JSON.stringify(members), { status, headers });
}

/**
 * What every call to the protocol library needs. The library is loaded when it is first used.
 * @param onStatus hears the status of the answer
 */
async function protocolFor(access: EndpointAccess, onStatus: (status: number) => void) {
  const oauth = await import('./protocolLibrary.ts');
  const options: TokenEndpointRequestOptions = {
    signal: signalOf(access),
    [oauth.allowInsecureRequests]: isLoopback(new URL(access.loginHost)),
    [oauth.customFetch]: async (url: string, init: RequestInit) => {
      const response = await access.fetch(url, init);
      onStatus(response.status);
      return tamed(response);
    },
  };
  return {
    oauth,
    server: authorizationServerOf(access.loginHost),
    client: protocolClientOf(access.clientApp),
    // A secret goes into the body (RFC 6749 section 2.3.1); without one, no empty parameter and no header.
    authentication: access.clientApp.clientSecret
      ? oauth.ClientSecretPost(access.clientApp.clientSecret.reveal())
      : oauth.None(),
    options,
  };
}

type Protocol = Awaited<ReturnType<typeof protocolFor>>;

/** Runs one exchange and turns whatever goes wrong into an error that a user can act on. */
async function exchange<T>(
  place: OAuthErrorPlace,
  access: EndpointAccess,
  run: (protocol: Protocol) => Promise<T>,
): Promise<T> {
  let status = 0;
  try {
    return await run(await protocolFor(access, (heard) => (status = heard)));
  } catch (failure) {
    throw await failureOf(place, access, failure, status);
  }
}

/**
 * The failure as an error that a user can act on. The library's errors hold whole bodies, tokens
 * included, as their cause: none of that goes on.
 */
async function failureOf(
  place: OAuthErrorPlace,
  access: EndpointAccess,
  failure: unknown,
  status: number,
): Promise<Error> {
  const { ResponseBodyError, OperationProcessingError, UnsupportedOperationError } =
    await import('./protocolLibrary.ts');
  const host = new URL(access.loginHost).host;
  if (access.signal?.aborted)
    return access.signal.reason instanceof Error ? access.signal.reason : new Error('Cancelled');
  if (failure instanceof ResponseBodyError) {
    // The library vouches for the type of `error` alone.
    const description: unknown = failure.error_description;
    return oauthError(place, failure.error, typeof description === 'string' ? description : '');
  }
  if (failure instanceof OperationProcessingError || failure instanceof UnsupportedOperationError) {
    const cause = `${place}: ${failure.code}: ${failure.message}`;
    // Whatever a server in trouble says, as OAuth or not: it says nothing about the grant or the settings.
    if (status >= 500) {
      return new UserFacingError({
        code: 'unusable_answer',
        happened: l10n.t`${host} could not answer just now (HTTP ${status}).`,
        todo: l10n.t('Try again in a minute.'),
        remedies: ['tryAgain'],
        cause,
      });
    }
    return new UserFacingError({
      code: 'unusable_answer',
      happened: l10n.t`${host} gave an answer that is not an OAuth answer.`,
      todo: l10n.t(
        'Check the login host; a proxy, a maintenance page or a redirect may have answered in its place.',
      ),
      remedies: ['tryAgain', 'openSettings'],
      cause,
    });
  }
  return networkError(host, failure, access.timeoutMilliseconds, place);
}

function answerOf(response: TokenEndpointResponse, oauth: Protocol['oauth']): TokenAnswer {
  // The library takes DPoP as well, whose tokens are not for an Authorization header of ours (RFC 6749 section 7.1).
  if (response.token_type !== 'bearer')
    throw new oauth.UnsupportedOperationError('token_type is not Bearer');
  const text = (name: string): string | undefined => {
    const value = response[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    accessToken: new Secret(response.access_token),
    refreshToken: response.refresh_token ? new Secret(response.refresh_token) : undefined,
    scopes: response.scope?.split(' ').filter((scope) => scope !== ''),
    expiresInSeconds: response.expires_in,
    identityUrl: text('id'),
    instanceUrl: text('instance_url'),
  };
}

/**
 * Exchanges the code of a checked response for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5). The
 * code goes to the host that was asked, whatever the response says (RFC 9700 section 4.4).
 * @param response what `checkAuthorizationResponse` returned
 */
export function exchangeCode(
  access: Omit<EndpointAccess, 'loginHost'>,
  request: AuthorizationRequest,
  response: URLSearchParams,
): Promise<TokenAnswer> {
  const bound = { ...access, loginHost: request.loginHost };
  return exchange('token', bound, async ({ oauth, server, client, authentication, options }) => {
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      response,
      request.redirectUri,
      request.codeVerifier.reveal(),
      options,
    );
    return answerOf(await oauth.processAuthorizationCodeResponse(server, client, answer), oauth);
  });
}

/** Trades the refresh token for a new access token; never asks for more scope (RFC 6749 section 6). */
export function refresh(access: EndpointAccess, refreshToken: Secret): Promise<TokenAnswer> {
  return exchange('refresh', access, async ({ oauth, server, client, authentication, options }) => {
    const token = refreshToken.reveal();
    const answer = await oauth.refreshTokenGrantRequest(
      server,
      client,
      authentication,
      token,
      options,
    );
    return answerOf(await oauth.processRefreshTokenResponse(server, client, answer), oauth);
  });
}

/** Revokes a token; a refresh token takes its access tokens with it (RFC 7009 section 2.1, SALESFORCE.md 1.9). */
export function revoke(access: EndpointAccess, token: Secret): Promise<void> {
  return exchange(
    'revocation',
    access,
    async ({ oauth, server, client, authentication, options }) => {
      await oauth.processRevocationResponse(
        await oauth.revocationRequest(server, client, authentication, token.reveal(), options),
      );
    },
  );
}

/** Asks the server about an access token (RFC 7662 section 2). */
export function introspect(access: EndpointAccess, token: Secret): Promise<IntrospectionAnswer> {
  return exchange(
    'introspection',
    access,
    async ({ oauth, server, client, authentication, options }) => {
      const answer = await oauth.introspectionRequest(
        server,
        client,
        authentication,
        token.reveal(),
        { ...options, additionalParameters: { token_type_hint: 'access_token' } },
      );
      const response = await oauth.processIntrospectionResponse(server, client, answer);
      return {
        active: response.active,
        // The library vouches for `active` alone.
        expiresAtSeconds: isTime(response.exp) ? response.exp : undefined,
        issuedAtSeconds: isTime(response.iat) ? response.iat : undefined,
      };
    },
  );
}
