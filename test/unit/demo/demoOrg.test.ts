/** The demo org signs in as Salesforce is known to, and offers what is not established as switches. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import fc from 'fast-check';
import * as oauth from 'oauth4webapi';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import { browse } from '../support/browser.ts';
import { INSECURE, REDIRECT, tokensOf } from '../support/foreignClient.ts';

async function errorOf(response: Response): Promise<unknown> {
  return ((await response.json()) as { error: unknown }).error;
}

describe('demo org', () => {
  let org: DemoOrg;
  before(async () => {
    org = await startDemoOrg();
  });
  after(() => org.close());
  afterEach(() => {
    org.switches.faults = [];
    org.switches.rotate = false;
  });

  it('a foreign client signs in, refreshes, introspects and revokes', async () => {
    const { as, client, exchange } = await tokensOf(org);
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, await exchange());
    assert.match(tokens.access_token, /^00D\w{12,15}![\w.]+$/);
    const refreshed = await oauth.processRefreshTokenResponse(
      as,
      client,
      await oauth.refreshTokenGrantRequest(
        as,
        client,
        oauth.None(),
        tokens.refresh_token ?? '',
        INSECURE,
      ),
    );
    assert.equal(refreshed.refresh_token, undefined);
    const seen = await oauth.processIntrospectionResponse(
      as,
      client,
      await oauth.introspectionRequest(as, client, oauth.None(), refreshed.access_token, INSECURE),
    );
    assert.equal(seen.active, true);
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, oauth.None(), tokens.refresh_token ?? '', INSECURE),
    );
    const gone = await oauth.refreshTokenGrantRequest(
      as,
      client,
      oauth.None(),
      tokens.refresh_token ?? '',
      INSECURE,
    );
    assert.equal(await errorOf(gone), 'invalid_grant');
  });

  it('verifies S256 for real, and a code works once', async () => {
    const wrong = await tokensOf(org);
    assert.equal(await errorOf(await wrong.exchange('A'.repeat(43))), 'invalid_grant');
    assert.equal(
      await errorOf(await wrong.exchange()),
      'invalid_grant',
      'a wrong verifier has spent the code',
    );
    const right = await tokensOf(org);
    assert.equal((await right.exchange()).status, 200);
    assert.equal(await errorOf(await right.exchange()), 'invalid_grant');
  });

  it('wants the same redirect_uri again', async () => {
    const { exchange } = await tokensOf(org);
    assert.equal(
      await errorOf(await exchange(undefined, 'http://localhost:5000/callback')),
      'redirect_uri_mismatch',
    );
  });

  it('rotation: a retired refresh token kills the live one', async () => {
    org.switches.rotate = true;
    const { as, client, exchange } = await tokensOf(org);
    const first = await oauth.processAuthorizationCodeResponse(as, client, await exchange());
    const refresh = (value: string) =>
      oauth.refreshTokenGrantRequest(as, client, oauth.None(), value, INSECURE);
    const second = await oauth.processRefreshTokenResponse(
      as,
      client,
      await refresh(first.refresh_token ?? ''),
    );
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal(await errorOf(await refresh(first.refresh_token ?? '')), 'invalid_grant');
    assert.equal(await errorOf(await refresh(second.refresh_token ?? '')), 'invalid_grant');
  });

  const authorize = (parameters: Record<string, string>): Promise<Response> =>
    fetch(`${org.url}/services/oauth2/authorize?${new URLSearchParams(parameters).toString()}`, {
      redirect: 'manual',
    });
  const whole = (): Record<string, string> => ({
    response_type: 'code',
    client_id: org.clientId,
    redirect_uri: REDIRECT,
    state: 's',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  });

  for (const [why, change, error] of [
    [
      'a missing challenge',
      { code_challenge: undefined, code_challenge_method: undefined },
      'invalid_request',
    ],
    ['plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['immediate', { immediate: 'true' }, 'immediate_unsuccessful'],
  ] as const) {
    it(`authorize redirects ${why} as ${error}, with the state, before any log-in`, async () => {
      const parameters: Record<string, string> = whole();
      for (const [name, value] of Object.entries(change) as [string, string | undefined][]) {
        if (value === undefined) Reflect.deleteProperty(parameters, name);
        else parameters[name] = value;
      }
      const location = new URL((await authorize(parameters)).headers.get('location') ?? '');
      assert.equal(location.searchParams.get('error'), error);
      assert.equal(location.searchParams.get('state'), 's');
    });
  }

  for (const [why, change, error] of [
    ['an unknown client', { client_id: '3MVG9nobody' }, 'invalid_client_id'],
    [
      'a foreign redirect',
      { redirect_uri: 'https://evil.example/callback' },
      'redirect_uri_mismatch',
    ],
    ['a redirect with a path more', { redirect_uri: `${REDIRECT}/x` }, 'redirect_uri_mismatch'],
    [
      'a look-alike of the editor callback',
      {
        redirect_uri:
          'http://127.0.0.1:1/x/callback?vscode-reqid=1&vscode-scheme=vscode&vscode-authority=evil.ext&vscode-path=%2Fcallback',
      },
      'redirect_uri_mismatch',
    ],
    ['no redirect', { redirect_uri: '' }, 'redirect_uri_missing'],
  ] as const) {
    it(`authorize shows ${why} as ${error} and redirects nowhere`, async () => {
      const response = await authorize({ ...whole(), ...change });
      assert.equal(response.status, 400);
      assert.match(await response.text(), new RegExp(`error=${error}`));
    });
  }

  it('every authorize error of the table can be had', async () => {
    for (const error of [
      'OAUTH_APP_BLOCKED',
      'OAUTH_APP_ACCESS_DENIED',
      'OAUTH_EC_APP_NOT_FOUND',
      'OAUTH_AUTHORIZATION_BLOCKED',
      'OAUTH_APPROVAL_ERROR_GENERIC',
      'access_denied',
    ]) {
      org.switches.faults = [parseFault(`authorize:${error}*1`)];
      const location = new URL((await authorize(whole())).headers.get('location') ?? '');
      assert.equal(location.searchParams.get('error'), error);
    }
  });

  it("the editor's own callbacks and any loopback port are accepted", async () => {
    for (const redirect of [
      'vscode://pkce-tools.salesforce-pkce/callback',
      'cursor://pkce-tools.salesforce-pkce/callback',
      'http://localhost:61234/callback',
      'http://127.0.0.1:9/callback',
      'http://127.0.0.1:8/stable-abc/callback?vscode-reqid=7&vscode-scheme=code-oss&vscode-authority=pkce-tools.salesforce-pkce&vscode-path=%2Fcallback',
    ]) {
      assert.equal((await authorize({ ...whole(), redirect_uri: redirect })).status, 200, redirect);
    }
  });

  it('a confidential client needs its secret; a secret that is sent is checked', async () => {
    const clientId = `3MVG9${'Billing_Connector'.padEnd(80, 'x')}`;
    const link = new URL(`${org.url}/services/oauth2/authorize`);
    const verifier = oauth.generateRandomCodeVerifier();
    const redirect = 'https://billing.acme.example/oauth/callback';
    link.search = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirect,
      scope: 'api',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    }).toString();
    const code = (await browse(org, link.href)).searchParams.get('code') ?? '';
    const exchange = (more: Record<string, string>) =>
      fetch(`${org.url}/services/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: clientId,
          code,
          redirect_uri: redirect,
          code_verifier: verifier,
          ...more,
        }),
      });
    assert.equal(await errorOf(await exchange({})), 'invalid_client');
    assert.equal(await errorOf(await exchange({ client_secret: 'wrong' })), 'invalid_client');
    assert.equal((await exchange({ client_secret: org.secretOf(clientId) })).status, 200);
  });

  it('id_token and JWKS fit together', async () => {
    const { as, client, exchange } = await tokensOf(org, 'api openid');
    const response = await exchange();
    await oauth.processAuthorizationCodeResponse(
      { ...as, jwks_uri: `${org.url}/id/keys` },
      client,
      response,
    );
    await oauth.validateApplicationLevelSignature(
      { ...as, jwks_uri: `${org.url}/id/keys` },
      response,
      INSECURE,
    );
  });

  it('discovery does not tell of PKCE, unless the switch says so', async () => {
    const discover = async (): Promise<object> =>
      (await fetch(`${org.url}/.well-known/openid-configuration`)).json() as Promise<object>;
    assert.ok(!('code_challenge_methods_supported' in (await discover())));
  });

  it('listens on 127.0.0.1 alone, and only under a name of its own', async () => {
    const other = await fetch(org.url, { headers: { Host: 'evil.example' } }).catch(
      () => undefined,
    );
    assert.ok(other === undefined || other.ok);
    const raw = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(org.url).port), '127.0.0.1', () =>
        socket.write('GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'),
      );
      let text = '';
      socket
        .on('data', (chunk) => (text += chunk.toString()))
        .on('end', () => resolve(text))
        .on('error', reject);
    });
    assert.match(raw, /^HTTP\/1\.1 421/);
  });

  it('pages may not be framed, cached or referred to, and load nothing', async () => {
    const response = await authorize(whole());
    assert.match(
      response.headers.get('content-security-policy') ?? '',
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
    const html = await response.text();
    assert.ok(!/<script|https?:\/\/(?!www\.w3\.org)/.test(html));
  });

  it('hostile input gets an answer below 500 (but for SOAP faults) and never ends it', async function () {
    this.timeout(30_000);
    const paths = fc.constantFrom(
      '/',
      '/services/oauth2/token',
      '/services/oauth2/authorize',
      '/services/oauth2/revoke',
      '/services/oauth2/introspect',
      '/login',
      '/approve',
      '/services/Soap/m/68.0',
      '/services/Soap/m/x',
      '/services/data/v68.0/query',
      '/id/x/y',
      '/..%2f..%2fetc/passwd',
      '/services/data/%00',
      '/%ff',
    );
    const types = fc.constantFrom(
      'application/x-www-form-urlencoded',
      'text/xml',
      'application/json',
      'multipart/form-data',
      'x/y',
    );
    const bodies = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant('<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>'),
      fc.constant('<a>'.repeat(5000)),
      fc.constant('grant_type=authorization_code&grant_type=refresh_token'),
      fc.constant('{"__proto__":1}'),
    );
    await fc.assert(
      fc.asyncProperty(
        paths,
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
        types,
        bodies,
        async (path, method, type, body) => {
          const response = await fetch(org.url + path, {
            method,
            headers: { 'Content-Type': type },
            redirect: 'manual',
            ...(method === 'GET' ? {} : { body }),
          });
          const text = await response.text();
          assert.ok(
            response.status < 500 || text.includes('faultcode'),
            `${method} ${path} ${type}: ${response.status} ${text}`,
          );
        },
      ),
      { numRuns: 300 },
    );
    const huge = await fetch(`${org.url}/services/oauth2/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'x'.repeat(5_000_000),
    });
    assert.equal(huge.status, 413);
    assert.equal((await fetch(org.url)).status, 200);
  });
});
