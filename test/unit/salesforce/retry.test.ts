/** What is asked again, when, and what never is. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { createAuthorizationRequest } from '../../../src/oauth/authorizationRequest.ts';
import { Secret } from '../../../src/oauth/secret.ts';
import { exchangeCode, refresh, revoke } from '../../../src/oauth/tokenEndpoint.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { createOrgClient, type OrgClient } from '../../../src/salesforce/orgClient.ts';
import { retryAfterMilliseconds } from '../../../src/salesforce/retry.ts';
import { SalesforceError } from '../../../src/salesforce/salesforceError.ts';
import { fetch } from '../support/fetch.ts';
import { json, serve, type Asked, type TestServer } from '../support/server.ts';

type Answer = (asked: Asked, response: ServerResponse) => void;

const GOOD = json(200, { fine: true });
const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (_asked, response) => {
    response.writeHead(code, { 'Content-Type': 'application/json', ...headers });
    response.end(body);
  };
const reset: Answer = (_asked, response) => response.destroy();
const FAULT =
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault><faultcode>sf:SERVER_UNAVAILABLE</faultcode><faultstring>SERVER_UNAVAILABLE: busy</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>';

describe('retries', () => {
  let server: TestServer | undefined;
  afterEach(() => server?.close());

  /** A server that gives these answers, one after the other, and the last of them for ever. */
  async function answering(...answers: readonly Answer[]): Promise<OrgClient> {
    let next = 0;
    server = await serve((asked, response) => {
      const answer = answers[Math.min(next, answers.length - 1)];
      next += 1;
      answer?.(asked, response);
    });
    return createOrgClient({
      fetch,
      instanceUrl: server.url,
      accessToken: () => Promise.resolve(new Secret('token')),
      timeoutMilliseconds: 300,
      concurrency: 1,
    });
  }
  const asked = (): number => server?.asked.length ?? 0;

  for (const [why, trouble] of [
    ['429', status(429)],
    ['502', status(502)],
    ['503', status(503)],
    ['503 in HTML', status(503, { 'Content-Type': 'text/html' }, '<h1>Maintenance</h1>')],
    ['504', status(504)],
    ['a connection that is cut', reset],
    ['a REST error SERVER_UNAVAILABLE', json(503, [{ errorCode: 'SERVER_UNAVAILABLE' }])],
    [
      'too many at a time',
      json(403, [
        {
          errorCode: 'REQUEST_LIMIT_EXCEEDED',
          message: 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
        },
      ]),
    ],
  ] as const) {
    it(`E19: ${why} is passing: the read is repeated and answered`, async () => {
      const client = await answering(trouble, GOOD);
      assert.deepEqual(await client.get('/x'), { fine: true });
      assert.equal(asked(), 2);
    });

    it(`E19: ${why} that stays is told after three attempts`, async () => {
      const client = await answering(trouble);
      await assert.rejects(client.get('/x'), UserFacingError);
      assert.equal(asked(), 3);
    });
  }

  it('too many at a time is said as such, and not that the day has used up its requests', async () => {
    for (const words of [
      'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
      'ConcurrentPerOrgLongTxn Limit exceeded.',
    ]) {
      const error = new SalesforceError('REQUEST_LIMIT_EXCEEDED', words, 403);
      assert.match(error.happened, /at the moment/);
      const fault = status(
        500,
        { 'Content-Type': 'text/xml' },
        FAULT.replaceAll('SERVER_UNAVAILABLE', `REQUEST_LIMIT_EXCEEDED: ${words}`),
      );
      const client = await answering(fault);
      await assert.rejects(client.soap('60.0', '<met:x/>'), UserFacingError);
      assert.equal(asked(), 3);
      await server?.close();
    }
    const day = new SalesforceError('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', 403);
    assert.match(day.happened, /24 hours/);
  });

  it('E19: a SOAP fault SERVER_UNAVAILABLE, which comes with status 500, is passing', async () => {
    const fault = status(500, { 'Content-Type': 'text/xml' }, FAULT);
    const client = await answering(fault);
    await assert.rejects(client.soap('60.0', '<met:x/>'), { code: 'SERVER_UNAVAILABLE' });
    assert.equal(asked(), 3);
  });

  for (const [why, answer] of [
    ['the day has used up its requests', json(403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED' }])],
    [
      'the day has used up its requests, by another status',
      json(503, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED' }]),
    ],
    ['not found', json(404, [{ errorCode: 'NOT_FOUND' }])],
    ['a plain 500', json(500, [{ errorCode: 'UNKNOWN_EXCEPTION' }])],
    ['a redirect', status(302, { Location: 'https://elsewhere.example/' })],
  ] as const) {
    it(`E19: ${why}: once is enough`, async () => {
      const client = await answering(answer);
      await assert.rejects(client.get('/x'), UserFacingError);
      assert.equal(asked(), 1);
    });
  }

  it('E19: a deadline that has passed is not repeated: the user has waited long enough', async () => {
    const client = await answering(() => undefined);
    await assert.rejects(client.get('/x'), { code: 'timeout' });
    assert.equal(asked(), 1);
  });

  it('E19: Retry-After is honoured', async () => {
    const client = await answering(status(503, { 'Retry-After': '1' }), GOOD);
    const begun = performance.now();
    await client.get('/x');
    assert.ok(performance.now() - begun >= 990); // timers may be a little early
  });

  it('E3: Cancel ends the pause between two attempts', async () => {
    const client = await answering(status(503, { 'Retry-After': '20' }));
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 50);
    const begun = performance.now();
    await assert.rejects(client.get('/x', cancel.signal));
    assert.ok(performance.now() - begun < 15_000);
    assert.equal(asked(), 1);
  });

  const NOW = Date.parse('2026-11-21T12:00:00Z');
  for (const [header, milliseconds] of [
    [null, 0],
    ['0', 0],
    ['5', 5000],
    ['86400', 20_000],
    ['Sat, 21 Nov 2026 12:00:07 GMT', 7000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
    ['1e9', 0],
  ] as const) {
    it(`Retry-After ${header ?? 'absent'} is ${milliseconds} ms`, () =>
      assert.equal(retryAfterMilliseconds(header, NOW), milliseconds));
  }

  describe('P7, P31: what may be sent once only is sent once', () => {
    const troubles: readonly (readonly [string, Answer])[] = [
      ['503', status(503)],
      ['429', status(429, { 'Retry-After': '0' })],
      ['a connection that is cut', reset],
      ['an empty answer', status(200)],
      ['an answer that never comes', () => undefined],
      ['temporarily_unavailable', json(503, { error: 'temporarily_unavailable' })],
    ];
    for (const [why, trouble] of troubles) {
      it(`${why}: code exchange, refresh, revocation`, async () => {
        await answering(trouble);
        const url = server?.url ?? '';
        const clientApp = { clientId: '3MVG9acme' };
        const access = { fetch, clientApp, timeoutMilliseconds: 200, loginHost: url };
        const request = createAuthorizationRequest({
          loginHost: url,
          clientId: clientApp.clientId,
          redirectUri: 'vscode://pkce-tools.salesforce-pkce/callback',
          scopes: [],
        });
        const { checkAuthorizationResponse } =
          await import('../../../src/oauth/authorizationResponse.ts');
        const response = await checkAuthorizationResponse(
          request,
          new URLSearchParams({ code: 'aPrx', state: request.state }),
        );
        await assert.rejects(exchangeCode(access, request, response), UserFacingError);
        assert.equal(asked(), 1);
        await assert.rejects(refresh(access, new Secret('5Aep')), UserFacingError);
        assert.equal(asked(), 2);
        await revoke(access, new Secret('5Aep')).catch(() => undefined);
        assert.equal(asked(), 3);
      });
    }
  });
});
