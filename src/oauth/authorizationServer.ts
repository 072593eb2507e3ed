/** Where a login host's OAuth endpoints are, and with which client app we come to them. */
import type { AuthorizationServer, Client } from 'oauth4webapi';
import type { Secret } from './secret.ts';

/** The client app that we sign in with. */
export interface ClientApp {
  /** Salesforce calls it the consumer key. */
  readonly clientId: string;
  /** Only for a confidential client app; a public one sends no secret at all (RFC 8252 section 8.5). */
  readonly clientSecret?: Secret | undefined;
}

/**
 * The endpoints of a login host, built from the host alone: they are the same everywhere (SALESFORCE.md
 * 1.1), and discovery at Salesforce does not tell about PKCE.
 * @param loginHost origin such as `https://login.salesforce.com`
 */
export function authorizationServerOf(loginHost: string): AuthorizationServer {
  return {
    issuer: loginHost,
    authorization_endpoint: `${loginHost}/services/oauth2/authorize`,
    token_endpoint: `${loginHost}/services/oauth2/token`,
    revocation_endpoint: `${loginHost}/services/oauth2/revoke`,
    introspection_endpoint: `${loginHost}/services/oauth2/introspect`,
  };
}

/** The client app in the words of the protocol library. */
export function protocolClientOf(clientApp: ClientApp): Client {
  return { client_id: clientApp.clientId };
}
