/**
 * The network as companies have it, in a real extension host: a proxy with and without a password, a way that
 * is blocked, a certificate authority of the company's own. What is called is the product's own code, with
 * VS Code's fetch, as extension.ts has it.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { throughProxy } from '../../src/oauth/proxyTunnel.ts';
import { Secret } from '../../src/oauth/secret.ts';
import { refresh } from '../../src/oauth/tokenEndpoint.ts';
import { UserFacingError } from '../../src/oauth/userFacingError.ts';
import { reach } from '../../src/salesforce/reachability.ts';
import { proxySettings } from '../../src/views/proxySettings.ts';
import { startProxy, type Proxy } from '../harness/proxy.ts';

/** Known to the proxy alone. */
const LOGIN_HOST = 'https://acme.my.salesforce.com';
const FIXTURES = process.env.PKCE_TLS_FIXTURES ?? '';
const fetch = throughProxy((input, init) => globalThis.fetch(input, init), proxySettings);
const access = { fetch, timeoutMilliseconds: 5000 };

const pem = (name: string): Buffer => readFileSync(`${FIXTURES}/${name}.pem`);

async function startOrg(certificate: string, key: string): Promise<Server> {
  const server = createServer({ cert: pem(certificate), key: pem(key) }, (asked, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(
      asked.url?.endsWith('/token')
        ? JSON.stringify({ access_token: '00D5g0000DemoOr!new', token_type: 'Bearer' })
        : '[]',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function hasCode(code: string, remedy: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof UserFacingError, String(error));
    assert.equal(error.code, code, String(error.cause));
    assert.ok((error.remedies as readonly string[]).includes(remedy), error.remedies.join());
    return true;
  };
}

describe('network', () => {
  let org: Server;
  let proxy: Proxy | undefined;
  const http = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('http');
  const changed = new Set<string>();

  async function set(name: string, value: unknown): Promise<void> {
    changed.add(name);
    await http().update(name, value, vscode.ConfigurationTarget.Global);
  }
  /** A changed setting reaches the network a moment later. */
  async function eventually(run: () => Promise<unknown>): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await run();
        return;
      } catch (error) {
        if (attempt === 30) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  before(async () => {
    org = await startOrg('org', 'org-key');
  });
  after(() => {
    org.closeAllConnections();
    org.close();
  });
  afterEach(async () => {
    for (const name of changed) await set(name, undefined);
    changed.clear();
    await proxy?.close();
    proxy = undefined;
  });

  if (process.env.PKCE_PROXY !== undefined) {
    it('E53: the proxy of the environment is used, and left out where NO_PROXY says', async () => {
      await reach(access, LOGIN_HOST);
      await reach(access, `https://localhost:${portOf(org)}`);
      const told = (await (await fetch(process.env.PKCE_PROXY_REPORT ?? '')).json()) as string[];
      const ours = told.filter((line) => /salesforce|localhost/.test(line));
      assert.deepEqual(ours, ['CONNECT acme.my.salesforce.com:443']);
    });
    return;
  }

  it('E53: the direct way is blocked: said with the setting that may help, before anything is sent', async () => {
    await assert.rejects(reach(access, LOGIN_HOST), hasCode('unknown_host', 'openProxySettings'));
  });

  it("E53, P27: a certificate of the company's own authority, which only the system knows, is trusted", async () => {
    await reach(access, `https://127.0.0.1:${portOf(org)}`);
  });

  it('E53, P27: a certificate that nobody vouches for is refused, with the setting that may help', async () => {
    const other = await startOrg('cert', 'key');
    try {
      await assert.rejects(
        reach(access, `https://127.0.0.1:${portOf(other)}`),
        hasCode('certificate', 'openCertificateSettings'),
      );
    } finally {
      other.close();
    }
  });

  it('E53: http.proxy: reaching and refreshing go through it', async () => {
    proxy = await startProxy({ upstreamPort: portOf(org) });
    await set('proxy', `http://127.0.0.1:${proxy.port}`);
    await eventually(() => reach(access, LOGIN_HOST));
    const answer = await refresh(
      { ...access, loginHost: LOGIN_HOST, clientApp: { clientId: '3MVG9acme' } },
      new Secret('5Aep861x'),
    );
    assert.equal(answer.accessToken.reveal(), '00D5g0000DemoOr!new');
    assert.ok(proxy.passed.every((line) => line === 'CONNECT acme.my.salesforce.com:443'));
    assert.ok(proxy.passed.length > 0);
  });

  it('E53: http.proxy with user and password in its address', async () => {
    proxy = await startProxy({ upstreamPort: portOf(org), credentials: 'dana:secret' });
    await set('proxy', `http://dana:secret@127.0.0.1:${proxy.port}`);
    await eventually(() => reach(access, LOGIN_HOST));
    assert.ok(proxy.passed.length > 0);
  });

  // Measured in 1.139.1: VS Code sends it with its own requests, not with those of extensions.
  it('E53: http.proxyAuthorization: reaching and refreshing go through a tunnel of ours', async () => {
    proxy = await startProxy({ upstreamPort: portOf(org), credentials: 'dana:secret' });
    await set('proxyAuthorization', `Basic ${Buffer.from('dana:secret').toString('base64')}`);
    await set('proxy', `http://127.0.0.1:${proxy.port}`);
    await eventually(() => reach(access, LOGIN_HOST));
    const answer = await refresh(
      { ...access, loginHost: LOGIN_HOST, clientApp: { clientId: '3MVG9acme' } },
      new Secret('5Aep861x'),
    );
    assert.equal(answer.accessToken.reveal(), '00D5g0000DemoOr!new');
    assert.deepEqual(new Set(proxy.passed), new Set(['CONNECT acme.my.salesforce.com:443']));
    const open = proxy;
    await eventually(async () => assert.equal(await open.connections(), 0, 'tunnels are closed'));
  });

  for (const [where, isInUrl] of [
    ['http.proxyAuthorization', false],
    ['http.proxy', true],
  ] as const) {
    it(`E53: wrong credentials in ${where} are named, with the setting that may help, and nothing gets through`, async () => {
      const strict = await startProxy({ upstreamPort: portOf(org), credentials: 'dana:secret' });
      proxy = strict;
      const wrong = Buffer.from('dana:wrong').toString('base64');
      if (!isInUrl) await set('proxyAuthorization', `Basic ${wrong}`);
      await set('proxy', `http://${isInUrl ? 'dana:wrong@' : ''}127.0.0.1:${strict.port}`);
      await eventually(async () => {
        await reach(access, LOGIN_HOST).catch(() => undefined);
        assert.ok(strict.refused() > 0);
      });
      await assert.rejects(reach(access, LOGIN_HOST), hasCode('proxy', 'openProxySettings'));
      assert.deepEqual(strict.passed, []);
    });
  }

  it('E53, P27: through the tunnel, a certificate that nobody vouches for is refused as well', async () => {
    const other = await startOrg('cert', 'key');
    try {
      proxy = await startProxy({ upstreamPort: portOf(other), credentials: 'dana:secret' });
      await set('proxyAuthorization', `Basic ${Buffer.from('dana:secret').toString('base64')}`);
      await set('proxy', `http://127.0.0.1:${proxy.port}`);
      await eventually(() =>
        assert.rejects(
          reach(access, LOGIN_HOST),
          hasCode('certificate', 'openCertificateSettings'),
        ),
      );
    } finally {
      other.close();
    }
  });

  it('E53: http.noProxy leaves a host out', async () => {
    proxy = await startProxy({ upstreamPort: portOf(org) });
    await set('noProxy', ['localhost']);
    await set('proxy', `http://127.0.0.1:${proxy.port}`);
    await eventually(() => reach(access, LOGIN_HOST));
    const through = proxy.passed.length;
    await reach(access, `https://localhost:${portOf(org)}`);
    assert.equal(proxy.passed.length, through);
  });

  it('E53, P27: with http.proxyStrictSSL off, requests of extensions are as strict as ever', async () => {
    const other = await startOrg('cert', 'key');
    try {
      await set('proxyStrictSSL', false);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const outcome = await reach(access, `https://127.0.0.1:${portOf(other)}`).then(
        () => 'let through',
        (error: unknown) => (error instanceof UserFacingError ? error.code : 'other'),
      );
      assert.equal(outcome, 'certificate');
    } finally {
      other.close();
    }
  });

  it('E53: the dispatcher that all extensions share stays as it is', async () => {
    const key = Symbol.for('undici.globalDispatcher.1');
    const shared = (globalThis as Record<symbol, unknown>)[key];
    const extension = vscode.extensions.getExtension('pkce-tools.salesforce-pkce');
    await extension?.activate();
    await reach(access, `https://127.0.0.1:${portOf(org)}`);
    assert.equal((globalThis as Record<symbol, unknown>)[key], shared);
  });
});
