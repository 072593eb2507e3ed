/** The authorization request: the link that the browser opens (RFC 6749 section 4.1.1, RFC 7636 section 4.3). */
import { authorizationServerOf } from './authorizationServer.ts';
import { CODE_CHALLENGE_METHOD, codeChallengeOf, createCodeVerifier, createState } from './pkce.ts';
import type { Secret } from './secret.ts';

/** What Salesforce may be asked beside the protocol's own parameters (SALESFORCE.md 1.3). */
export interface AuthorizationOptions {
  /** `login` makes the user log in again, `consent` approve again; both may be given. */
  readonly prompt?: string | undefined;
  /** User name to fill in on the log-in page. */
  readonly loginHint?: string | undefined;
}

export interface AuthorizationRequestInput extends AuthorizationOptions {
  /** Origin of the login host. */
  readonly loginHost: string;
  readonly clientId: string;
  /** Exactly as registered at the client app; the token request repeats it byte by byte. */
  readonly redirectUri: string;
  /** Scopes to ask for. Empty: the parameter is left out, and Salesforce grants all of the app's scopes. */
  readonly scopes: readonly string[];
  /**
   * What goes into the link for the state, where a page on the way has to find something in it; the answer
   * that comes back is judged by the state itself.
   */
  readonly wrapState?: ((state: string) => string) | undefined;
}

/** One authorization request with all that is needed to judge its answer. Lives in memory only. */
export interface AuthorizationRequest {
  readonly loginHost: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly codeVerifier: Secret;
  /** The link for the browser. It holds the challenge, never the verifier. */
  readonly url: string;
}

/**
 * A new authorization request with its own verifier and state. PKCE with S256 is always asked for,
 * whatever the server or the app demands. Each parameter appears once: the options have no way to
 * name another.
 */
export function createAuthorizationRequest(input: AuthorizationRequestInput): AuthorizationRequest {
  const codeVerifier = createCodeVerifier();
  const state = createState();
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: input.clientId,
    redirect_uri: input.redirectUri,
    code_challenge: codeChallengeOf(codeVerifier),
    code_challenge_method: CODE_CHALLENGE_METHOD,
    state: input.wrapState?.(state) ?? state,
  });
  if (input.scopes.length > 0) parameters.set('scope', input.scopes.join(' '));
  if (input.prompt) parameters.set('prompt', input.prompt);
  if (input.loginHint) parameters.set('login_hint', input.loginHint);
  const endpoint = authorizationServerOf(input.loginHost).authorization_endpoint ?? '';
  return {
    loginHost: input.loginHost,
    clientId: input.clientId,
    redirectUri: input.redirectUri,
    scopes: input.scopes,
    state,
    codeVerifier,
    // %20 for a space: older Salesforce pages and VS Code's link handling do not all read "+" so.
    url: `${endpoint}?${parameters.toString().replaceAll('+', '%20')}`,
  };
}
