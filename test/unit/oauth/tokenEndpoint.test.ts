/** Token, refresh, revocation and introspection against servers that answer well, badly and not at all. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { createAuthorizationRequest } from '../../../src/oauth/authorizationRequest.ts';
import { checkAuthorizationResponse } from '../../../src/oauth/authorizationResponse.ts';
import { OAuthError } from '../../../src/oauth/oauthError.ts';
import { Secret } from '../../../src/oauth/secret.ts';
import {
  exchangeCode,
  introspect,
  refresh,
  revoke,
  type TokenAnswer,
} from '../../../src/oauth/tokenEndpoint.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { fetch } from '../support/fetch.ts';
import { json, serve, type TestServer } from '../support/server.ts';

const CODE = 'aPrxSecretCode_123456==';
const ACCESS = '00D5g0000DemoOrgEA!AQsecretAccess.Token';
const REFRESH = '5Aep861secretRefreshToken.abc';
const REDIRECT = 'vscode://pkce-tools.salesforce-pkce/callback';

const access = { fetch, clientApp: { clientId: '3MVG9client' }, timeoutMilliseconds: 2000 };

/** Exchanges a code at a server; `extra` goes into the callback. */
async function exchangeAt(
  server: Pick<TestServer, 'url'>,
  more: Partial<typeof access> & { clientApp?: { clientId: string; clientSecret?: Secret } } = {},
): Promise<{ answer: TokenAnswer; verifier: string }> {
  const request = createAuthorizationRequest({
    loginHost: server.url,
    clientId: '3MVG9client',
    redirectUri: REDIRECT,
    scopes: ['api'],
  });
  const query = new URLSearchParams({ state: request.state, code: CODE });
  const response = await checkAuthorizationResponse(request, query);
  return {
    answer: await exchangeCode({ ...access, ...more }, request, response),
    verifier: request.codeVerifier.reveal(),
  };
}

const GOOD = {
  access_token: ACCESS,
  refresh_token: REFRESH,
  token_type: 'Bearer',
  scope: 'api refresh_token',
  instance_url: 'https://acme.my.salesforce.com',
  id: 'https://login.salesforce.com/id/00D/005',
  issued_at: '1',
  signature: 'x',
};

/** Fails if an error shows anything secret, however deep somebody looks. */
function assertSilent(error: unknown): void {
  const seen = inspect(error, { depth: 12, showHidden: true });
  for (const secret of [CODE, ACCESS, REFRESH]) assert.ok(!seen.includes(secret), seen);
}

describe('token endpoint', () => {
  let server: TestServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it('P21: POST, form-encoded, redirect_uri byte for byte; P6: with the verifier; P17: with the code', async () => {
    server = await serve(json(200, GOOD));
    const { verifier } = await exchangeAt(server);
    const [asked] = server.asked;
    assert.equal(asked?.method, 'POST');
    assert.match(asked.headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/);
    const form = new URLSearchParams(asked.body);
    assert.equal(form.get('redirect_uri'), REDIRECT);
    assert.equal(form.get('code_verifier'), verifier);
    assert.equal(form.get('code'), CODE);
    assert.ok(asked.body.includes('code=aPrxSecretCode_123456%3D%3D'));
  });

  it('P22: a public client sends no secret, not even an empty one, and no Authorization header', async () => {
    server = await serve(json(200, GOOD));
    await exchangeAt(server);
    const [asked] = server.asked;
    assert.equal(new URLSearchParams(asked?.body).has('client_secret'), false);
    assert.equal(asked?.headers.authorization, undefined);
  });

  it('P22: a secret goes into the body, never into the URL', async () => {
    server = await serve(json(200, GOOD));
    await exchangeAt(server, {
      clientApp: { clientId: '3MVG9client', clientSecret: new Secret('S3CRET') },
    });
    const [asked] = server.asked;
    assert.equal(new URLSearchParams(asked?.body).get('client_secret'), 'S3CRET');
    assert.equal(asked?.headers.authorization, undefined);
    assert.equal(asked?.url, '/services/oauth2/token');
  });

  for (const tokenType of ['Bearer', 'bearer', 'BEARER']) {
    it(`P23: token_type ${tokenType}, no expires_in, no scope and unknown members are accepted`, async () => {
      server = await serve(
        json(200, { access_token: ACCESS, token_type: tokenType, whatever: { deep: 1 } }),
      );
      const { answer } = await exchangeAt(server);
      assert.equal(answer.accessToken.reveal(), ACCESS);
      assert.equal(answer.scopes, undefined);
      assert.equal(answer.expiresInSeconds, undefined);
    });
  }

  it('P24: a smaller scope is taken as it is', async () => {
    server = await serve(json(200, { ...GOOD, scope: 'id' }));
    assert.deepEqual((await exchangeAt(server)).answer.scopes, ['id']);
  });

  const BAD: readonly (readonly [string, Parameters<typeof serve>[0], string])[] = [
    [
      'P23: another token type is refused',
      json(200, { ...GOOD, token_type: 'mac' }),
      'unusable_answer',
    ],
    [
      'P23: DPoP is another token type',
      json(200, { ...GOOD, token_type: 'DPoP' }),
      'unusable_answer',
    ],
    [
      'P23: no access token',
      json(200, { token_type: 'Bearer', refresh_token: REFRESH }),
      'unusable_answer',
    ],
    [
      'P25: an HTML page',
      (_asked, response) =>
        response.writeHead(503, { 'Content-Type': 'text/html' }).end(`<h1>${ACCESS}</h1>`),
      'unusable_answer',
    ],
    [
      'P25: HTML with status 200',
      (_asked, response) =>
        response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>hi</h1>'),
      'unusable_answer',
    ],
    ['P25: an empty body', (_asked, response) => response.writeHead(200).end(), 'unusable_answer'],
    ['P25: an empty 400', (_asked, response) => response.writeHead(400).end(), 'unusable_answer'],
    [
      'P25: 200 with an error',
      json(200, {
        error: 'invalid_grant',
        error_description: `expired authorization code ${CODE}`,
      }),
      'invalid_grant',
    ],
    [
      'P25: an error with tokens in it',
      json(400, { error: 'server_error', error_description: REFRESH, access_token: ACCESS }),
      'server_error',
    ],
    // A server in trouble says nothing about a grant: nobody is signed out for it.
    ['P25: 500 with an error', json(500, { error: 'invalid_grant' }), 'unusable_answer'],
    ['P25: JSON that is no object', json(200, ['x', ACCESS]), 'unusable_answer'],
    ['P25: JSON that is a word', json(400, 'invalid_grant'), 'unusable_answer'],
    ['P25: JSON that is null', json(400, null), 'unusable_answer'],
    [
      'P25: a body without end',
      (_asked, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end(`{"access_token":"${'x'.repeat(600_000)}"}`);
      },
      'answer_too_long',
    ],
    ['P25: a connection that breaks', (_asked, response) => response.destroy(), 'network'],
  ];
  for (const [title, answer, code] of BAD) {
    it(title, async () => {
      server = await serve(answer);
      await assert.rejects(exchangeAt(server), (error: Error) => {
        assert.ok(error instanceof UserFacingError);
        assert.equal(error.code, code);
        assertSilent(error);
        return true;
      });
    });
  }

  it('P25: a server that never answers ends at the deadline, with the host named', async () => {
    server = await serve(() => undefined);
    await assert.rejects(exchangeAt(server, { timeoutMilliseconds: 150 }), (error: Error) => {
      assert.ok(error instanceof UserFacingError);
      assert.equal(error.code, 'timeout');
      assert.match(error.happened, /^127\.0\.0\.1:\d+ did not answer/);
      return true;
    });
  });

  it('P26: a redirect of the token endpoint is not followed with the body', async () => {
    const other = await serve(json(200, GOOD));
    server = await serve((_asked, response) =>
      response.writeHead(307, { Location: `${other.url}/services/oauth2/token` }).end(),
    );
    try {
      await assert.rejects(exchangeAt(server), UserFacingError);
      assert.equal(other.asked.length, 0);
    } finally {
      await other.close();
    }
  });

  for (const error_description of [[], {}, 5, null]) {
    it(`P25: an error whose description is ${JSON.stringify(error_description)} is an error all the same`, async () => {
      server = await serve(json(400, { error: 'invalid_grant', error_description }));
      await assert.rejects(exchangeAt(server), OAuthError);
    });
  }

  it('P7: a verifier mismatch is not tried again with the same code', async () => {
    server = await serve(
      json(400, { error: 'invalid_grant', error_description: 'invalid code verifier' }),
    );
    await assert.rejects(
      exchangeAt(server),
      (error: Error) => error instanceof OAuthError && error.meaning === 'pkce',
    );
    assert.equal(server.asked.length, 1);
  });

  it('P48, P44: no discovery is asked; the code goes to the host of its own request', async () => {
    server = await serve(json(200, GOOD));
    await exchangeAt(server);
    assert.deepEqual(
      server.asked.map(({ url }) => url),
      ['/services/oauth2/token'],
    );
  });

  it('P23: members that are no text are as good as missing', async () => {
    server = await serve(
      json(200, { ...GOOD, id: { a: 1 }, instance_url: ['https://evil.example'] }),
    );
    const { answer } = await exchangeAt(server);
    assert.deepEqual([answer.identityUrl, answer.instanceUrl], [undefined, undefined]);
  });

  it('P50, P51: an id_token decides nothing, whatever it says', async () => {
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"iss":"https://evil.example","aud":"x","sub":"y","exp":1,"iat":1}').toString('base64url')}.`;
    server = await serve(json(200, { ...GOOD, id_token: none }));
    assert.equal((await exchangeAt(server)).answer.accessToken.reveal(), ACCESS);
  });

  it('P27: a server with a certificate that nobody has signed is refused', async () => {
    const tls = createTlsServer(
      {
        key: readFileSync('test/fixtures/tls/key.pem'),
        cert: readFileSync('test/fixtures/tls/cert.pem'),
      },
      (_request, response) => response.end('{}'),
    );
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    try {
      const url = `https://127.0.0.1:${(tls.address() as AddressInfo).port}`;
      await assert.rejects(
        exchangeAt({ url }),
        (error: Error) => error instanceof UserFacingError && error.code === 'certificate',
      );
    } finally {
      await new Promise((resolve) => tls.close(resolve));
    }
  });

  it('P34: refresh asks for no scope', async () => {
    server = await serve(json(200, GOOD));
    await refresh({ ...access, loginHost: server.url }, new Secret(REFRESH));
    const form = new URLSearchParams(server.asked[0]?.body);
    assert.equal(form.get('grant_type'), 'refresh_token');
    assert.equal(form.has('scope'), false);
  });

  it('P35: revoke posts the token, never in a query, and takes an empty 200', async () => {
    server = await serve((_asked, response) => response.writeHead(200).end());
    await revoke({ ...access, loginHost: server.url }, new Secret(REFRESH));
    const [asked] = server.asked;
    assert.equal(asked?.url, '/services/oauth2/revoke');
    assert.equal(new URLSearchParams(asked.body).get('token'), REFRESH);
  });

  it('P36: introspection: only active decides, other members may be missing', async () => {
    server = await serve(json(200, { active: true }));
    const answer = await introspect({ ...access, loginHost: server.url }, new Secret(ACCESS));
    assert.deepEqual(answer, {
      active: true,
      expiresAtSeconds: undefined,
      issuedAtSeconds: undefined,
    });
  });

  it('P36: introspection: times that a date can hold are known', async () => {
    server = await serve(json(200, { active: true, exp: 1_764_003_600, iat: 1_764_000_000 }));
    const answer = await introspect({ ...access, loginHost: server.url }, new Secret(ACCESS));
    assert.deepEqual(answer, {
      active: true,
      expiresAtSeconds: 1_764_003_600,
      issuedAtSeconds: 1_764_000_000,
    });
  });

  for (const time of [null, '', 'soon', '4000000000', 1e14, {}]) {
    it(`P36: introspection: a time of ${JSON.stringify(time)} is not known`, async () => {
      server = await serve(json(200, { active: true, exp: time, iat: time }));
      const answer = await introspect({ ...access, loginHost: server.url }, new Secret(ACCESS));
      assert.deepEqual(answer, {
        active: true,
        expiresAtSeconds: undefined,
        issuedAtSeconds: undefined,
      });
    });
  }

  it("E3: a cancel is passed on as the signal's own reason", async () => {
    server = await serve(() => undefined);
    const cancel = new AbortController();
    const running = refresh(
      { ...access, loginHost: server.url, signal: cancel.signal },
      new Secret(REFRESH),
    );
    const reason = new Error('user cancelled');
    setTimeout(() => cancel.abort(reason), 30);
    await assert.rejects(running, (error: unknown) => error === reason);
  });

  const failing = async (
    status: number,
    body: string,
    headers: Readonly<Record<string, string>> = { 'Content-Type': 'application/json' },
  ): Promise<unknown> => {
    server = await serve((_asked, response) => response.writeHead(status, headers).end(body));
    return exchangeAt(server).then(
      () => assert.fail('it was accepted'),
      (error: unknown) => error,
    );
  };

  for (const [what, status, body] of [
    ['a list', 200, '[]'],
    ['null', 200, 'null'],
    ['a number', 200, '7'],
    ['nothing', 200, ''],
    ['a page', 200, '<html></html>'],
    ['an answer without a token', 200, '{}'],
  ] as const) {
    it(`P23: ${what} is no answer, and the log says of which request`, async () => {
      const error = await failing(status, body);
      assert.ok(
        error instanceof UserFacingError && error.code === 'unusable_answer',
        String(error),
      );
      assert.deepEqual(error.remedies, ['tryAgain', 'openSettings']);
      assert.match(String(error.cause), /^token: OAUTH_\w+: /);
    });
  }

  for (const [what, status, body] of [
    ['that says so', 503, '{"error":"temporarily_unavailable"}'],
    ['that blames the grant', 500, '{"error":"invalid_grant"}'],
    ['behind a maintenance page', 502, '<html></html>'],
  ] as const) {
    it(`P25: a server in trouble ${what} is to be asked again, and nothing to be set`, async () => {
      const error = await failing(status, body);
      assert.ok(error instanceof UserFacingError);
      assert.match(
        error.message,
        /could not answer just now \(HTTP 50\d\)\. Try again in a minute\.$/,
      );
      assert.equal(error.code, 'unusable_answer');
      assert.deepEqual(error.remedies, ['tryAgain']);
      assert.match(String(error.cause), /^token: OAUTH_\w+: /);
    });
  }

  it('P16: an error under status 200 is one; without words it has none', async () => {
    const error = await failing(200, '{"error":"invalid_grant"}');
    assert.ok(error instanceof OAuthError);
    assert.deepEqual([error.error, error.errorDescription], ['invalid_grant', '']);
  });

  it('a challenge in the headers alone is no answer of an OAuth server', async () => {
    const error = await failing(401, '', { 'WWW-Authenticate': 'Basic realm="x"' });
    assert.ok(error instanceof UserFacingError && error.code === 'unusable_answer');
  });

  it('P24: scopes are words between spaces, whatever spaces there are; none told is not none', async () => {
    for (const [scope, scopes] of [
      [' api  refresh_token ', ['api', 'refresh_token']],
      [undefined, undefined],
    ] as const) {
      server = await serve(json(200, { ...GOOD, scope }));
      assert.deepEqual((await exchangeAt(server)).answer.scopes, scopes);
      await server.close();
    }
    server = undefined;
  });

  it('P36: introspection says what kind of token it asks about', async () => {
    server = await serve(json(200, { active: true }));
    await introspect({ ...access, loginHost: server.url }, new Secret(ACCESS));
    assert.equal(new URLSearchParams(server.asked[0]?.body).get('token_type_hint'), 'access_token');
  });

  for (const [what, call] of [
    ['refresh', (at: string) => refresh({ ...access, loginHost: at }, new Secret(REFRESH))],
    ['revocation', (at: string) => revoke({ ...access, loginHost: at }, new Secret(REFRESH))],
    ['introspection', (at: string) => introspect({ ...access, loginHost: at }, new Secret(ACCESS))],
  ] as const) {
    it(`an error of ${what} says that it is one`, async () => {
      server = await serve(json(400, { error: 'invalid_request', error_description: 'no' }));
      await assert.rejects(
        call(server.url),
        (error) => error instanceof OAuthError && error.cause === `${what}: invalid_request: no`,
      );
    });

    it(`P27: ${what} sends no token without https to another computer`, () =>
      assert.rejects(call('http://acme.example'), (error: Error) =>
        error.cause?.toString().includes('OAUTH_HTTP_REQUEST_FORBIDDEN'),
      ));
  }

  it('P20: a Cancel that is no error is one all the same', async () => {
    server = await serve(json(200, GOOD));
    await assert.rejects(
      refresh(
        { ...access, loginHost: server.url, signal: AbortSignal.abort('enough') },
        new Secret(REFRESH),
      ),
      /Cancelled/,
    );
  });
});
