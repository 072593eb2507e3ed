/** The demo org does what Salesforce is known to do, and offers what is not established as switches. One suite for one server: that is why it is long. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { connect } from 'node:net';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import * as oauth from 'oauth4webapi';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import { parseXml, type XmlElement } from '../../../src/salesforce/xml.ts';
import { browse } from '../support/browser.ts';

const REDIRECT = 'http://localhost:4999/callback';
const INSECURE = { [oauth.allowInsecureRequests]: true };

/** An independent client: the protocol library alone, nothing of ours. */
async function tokensOf(org: DemoOrg, scope = 'api refresh_token', username?: string) {
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

async function errorOf(response: Response): Promise<unknown> {
  return ((await response.json()) as { error: unknown }).error;
}

async function soap(
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

  const token = async (username?: string): Promise<string> => {
    const { as, client, exchange } = await tokensOf(org, 'api refresh_token', username);
    return (await oauth.processAuthorizationCodeResponse(as, client, await exchange()))
      .access_token;
  };

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

  it('SOAP: limits and faults', async () => {
    const session = await token();
    const list = (types: string[]) =>
      soap(
        org,
        session,
        `<m:listMetadata>${types.map((type) => `<m:queries><m:type>${type}</m:type></m:queries>`).join('')}</m:listMetadata>`,
      );
    const code = async (call: Promise<{ status: number; content: XmlElement }>) => {
      const { status, content } = await call;
      assert.equal(status, 500);
      return content.textOf('faultcode');
    };
    assert.equal(
      await code(list(['ConnectedApp', 'ConnectedApp', 'ConnectedApp', 'ConnectedApp'])),
      'sf:EXCEEDED_ID_LIMIT',
    );
    assert.equal(await code(list(['NoSuchType'])), 'sf:INVALID_TYPE');
    const names = Array.from(
      { length: 11 },
      (_, index) => `<m:fullNames>A${index}</m:fullNames>`,
    ).join('');
    assert.equal(
      await code(
        soap(
          org,
          session,
          `<m:readMetadata><m:type>ConnectedApp</m:type>${names}</m:readMetadata>`,
        ),
      ),
      'sf:EXCEEDED_ID_LIMIT',
    );
    assert.equal(
      await code(soap(org, '00D!nobody', '<m:describeMetadata/>')),
      'sf:INVALID_SESSION_ID',
    );
    assert.equal(
      await code(soap(org, await token(org.viewer.username), '<m:describeMetadata/>')),
      'sf:INSUFFICIENT_ACCESS',
    );
    assert.equal(
      await code(soap(org, session, '<m:describeMetadata/>', '99.0')),
      'sf:UNSUPPORTED_API_VERSION',
    );
    const components = Array.from(
      { length: 11 },
      () => '<m:metadata xsi:type="m:ConnectedApp"><m:fullName>X</m:fullName></m:metadata>',
    ).join('');
    assert.equal(
      await code(soap(org, session, `<m:updateMetadata>${components}</m:updateMetadata>`)),
      'sf:EXCEEDED_ID_LIMIT',
    );
    const mixed = ['ConnectedApp', 'OauthOidcSettings'].map(
      (type) => `<m:metadata xsi:type="m:${type}"><m:fullName>X</m:fullName></m:metadata>`,
    );
    assert.equal(
      await code(soap(org, session, `<m:updateMetadata>${mixed.join('')}</m:updateMetadata>`)),
      'sf:UNKNOWN_EXCEPTION',
    );
  });

  it('SOAP: an update changes what a read gives, drops what is out of order, leaves packages alone', async () => {
    const session = await token();
    const update = async (fullName: string, inner: string) =>
      (
        await soap(
          org,
          session,
          `<m:updateMetadata><m:metadata xsi:type="m:ConnectedApp"><m:fullName>${fullName}</m:fullName>${inner}</m:metadata></m:updateMetadata>`,
        )
      ).content.child('result');
    const flag = async (fullName: string) =>
      (
        await soap(
          org,
          session,
          `<m:readMetadata><m:type>ConnectedApp</m:type><m:fullNames>${fullName}</m:fullNames></m:readMetadata>`,
        )
      ).content
        .child('result')
        ?.child('records')
        ?.child('oauthConfig')
        ?.textOf('isPkceRequired');
    const config =
      '<m:contactEmail>a@b</m:contactEmail><m:label>L</m:label><m:oauthConfig><m:callbackUrl>https://x.example</m:callbackUrl><m:isPkceRequired>true</m:isPkceRequired></m:oauthConfig>';
    assert.equal((await update('Legacy_Portal', config))?.textOf('success'), 'true');
    assert.equal(await flag('Legacy_Portal'), 'true');
    await update(
      'Legacy_Portal',
      '<m:oauthConfig><m:isPkceRequired>false</m:isPkceRequired><m:callbackUrl>https://x.example</m:callbackUrl></m:oauthConfig>',
    );
    assert.equal(await flag('Legacy_Portal'), 'false');
    assert.equal(
      (await update('quotely__Quotely', config))?.child('errors')?.textOf('statusCode'),
      'CANNOT_MODIFY_MANAGED_OBJECT',
    );
    assert.match(
      (
        await update(
          'Warehouse_Sync',
          config.replace('<m:callbackUrl>', '<m:consumerKey>k</m:consumerKey><m:callbackUrl>'),
        )
      )
        ?.child('errors')
        ?.textOf('message') ?? '',
      /already taken/,
    );
  });

  it('SOAP: elements newer than the asked version are withheld', async () => {
    const body =
      '<m:readMetadata><m:type>ConnectedApp</m:type><m:fullNames>Warehouse_Sync</m:fullNames></m:readMetadata>';
    const config = async (version: string) =>
      (await soap(org, await token(), body, version)).content
        .child('result')
        ?.child('records')
        ?.child('oauthConfig');
    assert.equal((await config('58.0'))?.child('isPkceRequired'), undefined);
    assert.equal((await config('59.0'))?.textOf('isPkceRequired'), 'true');
  });

  it('SOAP: retrieve gives a zip with the same', async () => {
    const session = await token();
    const started = await soap(
      org,
      session,
      '<m:retrieve><m:retrieveRequest><m:unpackaged><m:types><m:members>*</m:members><m:name>ExtlClntAppGlobalOauthSettings</m:name></m:types></m:unpackaged></m:retrieveRequest></m:retrieve>',
    );
    const id = started.content.child('result')?.textOf('id') ?? '';
    const status = await soap(
      org,
      session,
      `<m:checkRetrieveStatus><m:asyncProcessId>${id}</m:asyncProcessId><m:includeZip>true</m:includeZip></m:checkRetrieveStatus>`,
    );
    const files = unzipSync(
      Buffer.from(status.content.child('result')?.textOf('zipFile') ?? '', 'base64'),
    );
    assert.ok(Object.keys(files).some((name) => name.endsWith('Kiosk_glbloauth.ecaGlblOauth')));
  });

  it('REST: versions without a token; queries with pages, limits and faults', async () => {
    const versions = (await (await fetch(`${org.url}/services/data`)).json()) as {
      version: string;
    }[];
    assert.equal(versions.at(-1)?.version, '68.0');
    const session = await token();
    const query = (soql: string, tooling = '') =>
      fetch(`${org.url}/services/data/v68.0${tooling}/query?q=${encodeURIComponent(soql)}`, {
        headers: { Authorization: `Bearer ${session}` },
      });
    const good = await query('SELECT Id, NamespacePrefix FROM Organization');
    assert.match(good.headers.get('sforce-limit-info') ?? '', /^api-usage=\d+\/15000$/);
    for (const object of [
      'ConnectedApplication',
      'ExternalClientApplication',
      'OauthToken',
      'AuthSession',
    ])
      assert.equal((await query(`SELECT Id FROM ${object}`)).status, 200, object);
    assert.equal(
      (await query('SELECT IsPkceRequired FROM OauthOidcSettings', '/tooling')).status,
      200,
    );
    for (const [soql, code] of [
      ['SELECT Id FROM Nothing', 'INVALID_TYPE'],
      ['SELECT Nope FROM Organization', 'INVALID_FIELD'],
      ['DROP TABLE x', 'MALFORMED_QUERY'],
    ] as const) {
      const [error] = (await (await query(soql)).json()) as { errorCode: string }[];
      assert.equal(error?.errorCode, code);
    }
    org.switches.faults = [
      parseFault('rest:REQUEST_LIMIT_EXCEEDED:TotalRequests Limit exceeded.*1'),
    ];
    assert.equal((await query('SELECT Id FROM Organization')).status, 403);
  });

  it('serves every element of every file of a source tree', async () => {
    const folder = 'test/fixtures/metadata-cases';
    const real = await startDemoOrg({ appsDir: folder });
    try {
      const { as, client, exchange } = await tokensOf(real);
      const session = (await oauth.processAuthorizationCodeResponse(as, client, await exchange()))
        .access_token;
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
        file.endsWith('.xml'),
      );
      assert.equal(files.length, 25);
      for (const file of files) {
        const source = parseXml(readFileSync(join(folder, file), 'utf8'));
        const fullName = basename(file).replace(/\.\w+-meta\.xml$/, '');
        const { content } = await soap(
          real,
          session,
          `<m:readMetadata><m:type>${source.name}</m:type><m:fullNames>${fullName}</m:fullNames></m:readMetadata>`,
        );
        const served = content.child('result')?.child('records');
        assert.deepEqual(
          served?.children.filter(({ name }) => name !== 'fullName'),
          source.children,
          file,
        );
      }
    } finally {
      await real.close();
    }
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

describe('npm run demo-org', () => {
  const run = (args: string[]) =>
    promisify(execFile)(process.execPath, ['src/demo/main.ts', ...args], { timeout: 20_000 }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );

  for (const args of [
    ['--port', 'x'],
    ['--nope'],
    ['--fail', 'nowhere:x'],
    ['--introspect-public', 'maybe'],
    ['--apps-dir', '/does/not/exist'],
    ['--switch', 'x=1'],
  ]) {
    it(`${args.join(' ')} is refused in words, with code 2`, async () => {
      const { code, stderr } = await run(args);
      assert.equal(code, 2);
      assert.match(stderr, /--help/);
    });
  }

  it('--help explains the options', async () => {
    const { code, stdout } = await run(['--help']);
    assert.equal(code, 0);
    assert.match(stdout, /--apps-dir/);
  });
});
