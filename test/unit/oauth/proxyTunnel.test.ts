/** Which requests go through the tunnel, and the tunnel through a real proxy to a real server with TLS. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { isLeftOut, throughProxy } from '../../../src/oauth/proxyTunnel.ts';
import { startProxy, type Proxy } from '../../harness/proxy.ts';

describe('the tunnel of http.proxyAuthorization', () => {
  for (const [host, list, out] of [
    ['acme.my.salesforce.com', [], false],
    ['acme.my.salesforce.com', ['acme.my.salesforce.com'], true],
    ['acme.my.salesforce.com', ['.salesforce.com'], true],
    ['acme.my.salesforce.com', ['*.salesforce.com'], true],
    ['acme.my.salesforce.com', ['salesforce.com'], true],
    ['acme.my.salesforce.com', ['force.com'], false],
    ['acme.my.salesforce.com', ['*'], true],
    ['acme.my.salesforce.com', ['salesforce.com:443'], true],
    ['acme.my.salesforce.com', ['salesforce.com:8443'], false],
    ['acme.my.salesforce.com', [' ACME.my.salesforce.com '], true],
  ] as const) {
    it(`E53: http.noProxy ${JSON.stringify(list)} ${out ? 'leaves out' : 'does not leave out'} ${host}`, () =>
      assert.equal(isLeftOut(new URL(`https://${host}/`), list), out));
  }

  const SETTINGS = {
    proxy: 'http://127.0.0.1:9',
    authorization: 'Basic x',
    noProxy: ['left.example'],
  };
  for (const [why, settings, url, ours] of [
    ['all of it is set', SETTINGS, 'https://acme.example/', true],
    ['no authorization', { ...SETTINGS, authorization: undefined }, 'https://acme.example/', false],
    ['no proxy', { ...SETTINGS, proxy: undefined }, 'https://acme.example/', false],
    [
      'a user in the address',
      { ...SETTINGS, proxy: 'http://u:p@h:9' },
      'https://acme.example/',
      false,
    ],
    [
      'a proxy that is no http',
      { ...SETTINGS, proxy: 'socks://h:9' },
      'https://acme.example/',
      false,
    ],
    [
      'a proxy that is no address',
      { ...SETTINGS, proxy: 'nonsense' },
      'https://acme.example/',
      false,
    ],
    ['a host that is left out', SETTINGS, 'https://left.example/', false],
    ['plain http', SETTINGS, 'http://127.0.0.1:1/', false],
  ] as const) {
    it(`E53: ${why}: ${ours ? 'our tunnel' : "VS Code's way"}`, async () => {
      let usual = 0;
      const fetch = throughProxy(
        () => {
          usual += 1;
          return Promise.resolve(new Response(''));
        },
        () => settings,
      );
      // Nobody listens at port 9: the tunnel fails, as fetch does.
      await fetch(url).catch((error: unknown) => assert.ok(error instanceof TypeError));
      assert.equal(usual, ours ? 0 : 1);
    });
  }

  describe('for real', () => {
    const pem = (name: string): string => readFileSync(`test/fixtures/tls/${name}.pem`, 'utf8');
    const trusted = getCACertificates('default');
    const seen: { method?: string; url?: string; headers: IncomingHttpHeaders; body: string }[] =
      [];
    let answer: (response: ServerResponse) => void = (response) => response.end('ok');
    const server = createServer({ key: pem('org-key'), cert: pem('org') }, (request, response) => {
      void text(request).then((body) => {
        const { method = '', url = '', headers } = request;
        seen.push({ method, url, headers, body });
        answer(response);
      });
    });
    let proxy: Proxy;
    before(async () => {
      setDefaultCACertificates([...trusted, pem('ca')]);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      proxy = await startProxy({ upstreamPort: port, credentials: 'dana:secret' });
    });
    after(async () => {
      setDefaultCACertificates(trusted);
      await proxy.close();
      server.close();
    });
    beforeEach(() => {
      seen.length = 0;
      answer = (response) => response.end('ok');
    });
    const fetchBy = (credentials = 'dana:secret') =>
      throughProxy(
        () => Promise.reject(new Error('not ours')),
        () => ({
          proxy: `http://127.0.0.1:${proxy.port}`,
          authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
          noProxy: [],
        }),
      );
    const URL_ = 'https://acme.my.salesforce.com/services/data?x=1';

    it('a GET arrives with its headers, and the answer comes back with its own', async () => {
      answer = (response) => {
        response.setHeader('Set-Cookie', ['a=1', 'b=2']);
        response.writeHead(201, { 'X-Test': 'yes' }).end('body');
      };
      const response = await fetchBy()(URL_, { headers: { Accept: 'application/json' } });
      assert.equal(response.status, 201);
      assert.equal(response.headers.get('x-test'), 'yes');
      assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2']);
      assert.equal(await response.text(), 'body');
      assert.deepEqual(
        seen.map(({ method, url, headers }) => [method, url, headers.host, headers.accept]),
        [['GET', '/services/data?x=1', 'acme.my.salesforce.com', 'application/json']],
      );
      assert.equal(seen[0]?.headers['proxy-authorization'], undefined);
      assert.deepEqual(proxy.passed, ['CONNECT acme.my.salesforce.com:443']);
    });

    it('a form is sent as one, a text as it is, with the signal of the caller', async () => {
      const { signal } = new AbortController();
      await fetchBy()(URL_, { method: 'POST', body: new URLSearchParams({ a: 'b c' }), signal });
      await fetchBy()(URL_, {
        method: 'POST',
        body: '<x/>',
        headers: { 'Content-Type': 'text/xml' },
      });
      assert.deepEqual(
        seen.map(({ body, headers }) => [body, headers['content-type']]),
        [
          ['a=b+c', 'application/x-www-form-urlencoded;charset=UTF-8'],
          ['<x/>', 'text/xml'],
        ],
      );
    });

    it('an answer without a body is one', async () => {
      answer = (response) => response.writeHead(204).end();
      const response = await fetchBy()(URL_);
      assert.deepEqual([response.status, await response.text()], [204, '']);
    });

    it('a wrong password is refused by the proxy, and nothing arrives', async () => {
      await assert.rejects(
        fetchBy('dana:wrong')(URL_),
        (error: unknown) =>
          error instanceof TypeError && String(error.cause).includes('Proxy response (407)'),
      );
      assert.equal(seen.length, 0);
    });

    it('a host that the certificate does not name is not talked to', async () => {
      await assert.rejects(
        fetchBy()('https://other.example/'),
        (error: unknown) =>
          error instanceof TypeError &&
          (error.cause as NodeJS.ErrnoException).code === 'ERR_TLS_CERT_ALTNAME_INVALID',
      );
      assert.equal(seen.length, 0);
    });

    it('a Cancel ends it, before the tunnel and while the answer is waited for', async () => {
      await assert.rejects(
        fetchBy()(URL_, { signal: AbortSignal.abort(new Error('enough')) }),
        /enough/,
      );
      const cancel = new AbortController();
      answer = () => cancel.abort(new Error('enough'));
      await assert.rejects(fetchBy()(URL_, { signal: cancel.signal }), /enough/);
    });

    it('an org that hangs up is an error', async () => {
      answer = (response) => void response.destroy();
      await assert.rejects(fetchBy()(URL_), TypeError);
    });
  });
});
