/** An independent client of an org: the protocol library alone and plain requests, nothing of ours. */
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseXml, type XmlElement } from '../../../src/salesforce/xml.ts';
import { browse } from './browser.ts';

export const REDIRECT = 'http://localhost:4999/callback';
export const INSECURE = { [oauth.allowInsecureRequests]: true };

/** Signs in up to the code. */
export async function tokensOf(org: DemoOrg, scope = 'api refresh_token', username?: string) {
  const as = serverOf(org);
  const client = { client_id: org.clientId };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const link = new URL(`${org.url}/services/oauth2/authorize`);
  link.search = new URLSearchParams({
    response_type: 'code',
    client_id: org.clientId,
    redirect_uri: REDIRECT,
    scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  const back = await browse(org, link.href, username === undefined ? {} : { username });
  const response = oauth.validateAuthResponse(as, client, back, state);
  const exchange = (codeVerifier = verifier, redirect = REDIRECT) =>
    oauth.authorizationCodeGrantRequest(
      as,
      client,
      oauth.None(),
      response,
      redirect,
      codeVerifier,
      INSECURE,
    );
  return { as, client, exchange };
}

const serverOf = (org: DemoOrg): oauth.AuthorizationServer => ({
  issuer: org.url,
  token_endpoint: `${org.url}/services/oauth2/token`,
  revocation_endpoint: `${org.url}/services/oauth2/revoke`,
  introspection_endpoint: `${org.url}/services/oauth2/introspect`,
});

export async function soap(
  org: DemoOrg,
  token: string,
  body: string,
  version = '68.0',
): Promise<{ status: number; content: XmlElement }> {
  const response = await fetch(`${org.url}/services/Soap/m/${version}`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml', SOAPAction: '""' },
    body: `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Header><m:SessionHeader><m:sessionId>${token}</m:sessionId></m:SessionHeader></e:Header><e:Body>${body}</e:Body></e:Envelope>`,
  });
  const content = parseXml(await response.text()).child('Body')?.children[0];
  assert.ok(content);
  return { status: response.status, content };
}

/** Signs in, for an access token. */
export async function accessTokenOf(
  org: DemoOrg,
  username?: string,
  scope = 'api refresh_token',
): Promise<string> {
  const { as, client, exchange } = await tokensOf(org, scope, username);
  return (await oauth.processAuthorizationCodeResponse(as, client, await exchange())).access_token;
}
