/**
 * Judging an authorization response (RFC 6749 section 4.1.2, RFC 9207, RFC 9700 section 4.4). The caller
 * finds the request by the response's state first; nothing else of a response is looked at before that.
 */
import * as l10n from '@vscode/l10n';
import type { AuthorizationRequest } from './authorizationRequest.ts';
import { authorizationServerOf, protocolClientOf } from './authorizationServer.ts';
import { oauthError } from './oauthError.ts';
import { UserFacingError } from './userFacingError.ts';

/** Names that may stand in a response once at most (RFC 6749 section 3.1). */
const SINGLE = ['state', 'code', 'error', 'error_description', 'iss'];

/**
 * The response's state, if it has exactly one that could be ours: 43 base64url characters.
 * @returns undefined for a response that belongs to nobody
 */
export function stateOf(response: URLSearchParams): string | undefined {
  const [state, ...others] = response.getAll('state');
  return state !== undefined && others.length === 0 && /^[\w-]{43}$/.test(state)
    ? state
    : undefined;
}

/** The response is damaged or was tampered with: it is refused, and the request goes on waiting. */
export class MalformedResponseError extends UserFacingError {
  constructor(detail: string) {
    super({
      code: 'malformed_response',
      happened: l10n.t`The answer that came back from the browser cannot be used: ${detail}.`,
      todo: l10n.t(
        'Finish the sign-in in the browser page that was opened for it, or start again.',
      ),
    });
  }
}

/**
 * Checks a response against the request that it answers.
 * @returns the response in the form that the token request takes; its `code` is a secret
 * @throws MalformedResponseError if the response is to be refused without ending the request
 * @throws OAuthError if the server says that the authorization failed: the request is over
 */
export async function checkAuthorizationResponse(
  request: AuthorizationRequest,
  response: URLSearchParams,
): Promise<URLSearchParams> {
  for (const name of SINGLE) {
    if (response.getAll(name).length > 1) {
      throw new MalformedResponseError(l10n.t`it has "${name}" more than once`);
    }
  }
  const code = response.get('code');
  const error = response.get('error');
  if (code !== null && error !== null) {
    throw new MalformedResponseError(l10n.t('it has a code and an error at once'));
  }
  if (code === '') throw new MalformedResponseError(l10n.t('its code is empty'));
  if (code === null && !error)
    throw new MalformedResponseError(l10n.t('it has neither a code nor an error'));

  // The library takes an empty issuer for none.
  if (response.get('iss') === '') throw new MalformedResponseError(l10n.t('its issuer is empty'));

  const { validateAuthResponse, AuthorizationResponseError } = await import('./protocolLibrary.ts');
  try {
    return validateAuthResponse(
      authorizationServerOf(request.loginHost),
      protocolClientOf(request),
      response,
      request.state,
    );
  } catch (failure) {
    if (failure instanceof AuthorizationResponseError) {
      throw oauthError('authorization', failure.error, response.get('error_description') ?? '');
    }
    // State, issuer, or the tokens of a flow that we never use. The library's error holds the
    // parameters as its cause, so it is not passed on.
    throw new MalformedResponseError(l10n.t('it does not belong to this sign-in'));
  }
}
