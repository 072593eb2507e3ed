/** The page of this computer that the browser comes back to. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { openLoopback } from '../../../src/signIn/loopbackServer.ts';
import type { OpenRedirect } from '../../../src/signIn/redirect.ts';
import { signIn } from '../../../src/signIn/signIn.ts';
import { browse } from '../support/browser.ts';
import { closeMachines, inputFor, newMachine, openWindow } from '../support/window.ts';

interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** One request to the loopback page, with any host header and method. */
async function ask(
  port: number,
  options: { address?: string; path?: string; host?: string; method?: string } = {},
): Promise<Page> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: options.address ?? '127.0.0.1',
        port,
        path: options.path ?? '/callback?code=c&state=s',
        method: options.method ?? 'GET',
        headers: { Host: options.host ?? `localhost:${port}` },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
            headers: response.headers,
          }),
        );
      },
    );
    sent.once('error', reject);
    sent.end();
  });
}

async function listens(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('loopback redirect', () => {
  const open: OpenRedirect[] = [];
  const held: Socket[] = [];
  afterEach(async () => {
    for (const socket of held.splice(0)) socket.destroy();
    for (const redirect of open.splice(0)) await redirect.close();
    closeMachines();
  });
  const opened = async (port = 0): Promise<{ redirect: OpenRedirect; port: number }> => {
    const redirect = await openLoopback(port);
    open.push(redirect);
    return { redirect, port: Number(new URL(redirect.redirectUri).port) };
  };

  it("a test handshake comes back to the app's own page: its port and path, byte for byte, and no other", async () => {
    const { port, redirect: first } = await opened();
    await first.close();
    const registered = `http://127.0.0.1:${port}/OauthRedirect`;
    const redirect = await openLoopback(port, registered);
    open.push(redirect);
    assert.equal(redirect.redirectUri, registered);
    redirect.begin?.(() => Promise.resolve({ outcome: 'accepted' }), new AbortController().signal);
    assert.equal((await ask(port, { path: '/OauthRedirect?code=c&state=s' })).status, 200);
    assert.equal((await ask(port)).status, 404);
  });

  it('P40: it listens on 127.0.0.1 and [::1] alone, and says localhost', async () => {
    const { redirect, port } = await opened();
    assert.equal(redirect.redirectUri, `http://localhost:${port}/callback`);
    assert.ok(await listens(port));
    assert.ok(await listens(port, '::1'));
    assert.equal(await listens(port, '127.0.0.2'), false);
    await redirect.close();
    assert.equal(await listens(port), false);
    assert.equal(await listens(port, '::1'), false);
  });

  it('P40, P42: other paths, methods and hosts are turned away, and the sign-in goes on', async () => {
    const { redirect, port } = await opened();
    let delivered = 0;
    redirect.begin?.(() => {
      delivered += 1;
      return Promise.resolve({ outcome: 'accepted' });
    }, new AbortController().signal);
    for (const [options, status] of [
      [{ path: '/favicon.ico' }, 404],
      [{ path: '/callback/x?code=c&state=s' }, 404],
      [{ method: 'POST' }, 405],
      [{ method: 'HEAD' }, 405],
      [{ host: `evil.example:${port}` }, 404],
      [{ host: 'localhost' }, 404],
      [{ host: `127.0.0.1.evil.example:${port}` }, 404],
    ] as const) {
      assert.equal((await ask(port, options)).status, status, JSON.stringify(options));
    }
    assert.equal(delivered, 0);
    assert.equal((await ask(port, { address: '::1', host: `[::1]:${port}` })).status, 200);
    assert.equal(delivered, 1);
  });

  it('P41: the page repeats nothing, loads nothing, is not kept, and tells nobody where it came from', async () => {
    const { redirect, port } = await opened();
    redirect.begin?.(() => Promise.resolve({ outcome: 'accepted' }), new AbortController().signal);
    const page = await ask(port, { path: '/callback?code=aPrxSECRET&state=STATE<script>' });
    assert.equal(page.status, 200);
    assert.doesNotMatch(page.text, /aPrx|STATE|<script|https?:|src=|href=/);
    assert.match(page.text, /You can close this tab/);
    assert.equal(page.headers['cache-control'], 'no-store');
    assert.equal(page.headers['referrer-policy'], 'no-referrer');
    assert.equal(page.headers['x-content-type-options'], 'nosniff');
    assert.equal(
      page.headers['content-security-policy'],
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
  });

  /** A connection whose request does not end. */
  async function heldOpen(port: number): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    held.push(socket);
    socket.write('GET /callback HTTP/1.1\r\n');
    return socket;
  }

  it('P40: a connection that is held open does not outlive the sign-in', async () => {
    const { redirect, port } = await opened();
    const socket = await heldOpen(port);
    const ended = new Promise((resolve) => socket.once('close', () => resolve(true)));
    await ask(port); // connections are taken in turn
    await redirect.close();
    assert.ok(await Promise.race([ended, delay(5000, false, { ref: false })]));
  });

  it('P40: connections that are held open are 20 at most', async () => {
    const { port } = await opened();
    await Promise.all(Array.from({ length: 20 }, () => heldOpen(port)));
    await assert.rejects(ask(port), ({ code }: NodeJS.ErrnoException) =>
      ['ECONNRESET', 'EPIPE'].includes(code ?? ''),
    );
  });

  it('P40: an answer that is not waited for is told so, and the right one is still taken', async () => {
    const { redirect, port } = await opened();
    assert.equal((await ask(port)).status, 400);
    redirect.begin?.(
      (response) =>
        Promise.resolve({ outcome: response.get('state') === 'mine' ? 'accepted' : 'unknown' }),
      new AbortController().signal,
    );
    assert.equal((await ask(port)).status, 400);
    assert.equal((await ask(port, { path: '/callback?code=c&state=mine' })).status, 200);
  });

  it('P40: a port that is taken is named, with another way to go', async () => {
    for (const host of ['127.0.0.1', '::1']) {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen({ host, port: 0 }, resolve));
      const { port } = other.address() as AddressInfo;
      await assert.rejects(
        openLoopback(port),
        (error) =>
          error instanceof UserFacingError &&
          error.code === 'port_in_use' &&
          error.remedies.includes('otherWay'),
      );
      await new Promise((resolve) => other.close(resolve));
      assert.equal(await listens(port), false, 'nothing is left listening');
    }
  });

  describe('a whole sign-in', () => {
    let org: DemoOrg;
    before(async () => {
      org = await startDemoOrg();
    });
    after(() => org.close());

    it('P40, E11: it ends with a session, the last page is whole, and nothing listens any more', async () => {
      const window = openWindow(newMachine());
      const { redirect, port } = await opened();
      const link = Promise.withResolvers<string>();
      const done = signIn(window, inputFor(org, link.resolve, { redirect }));
      const back = await browse(org, await link.promise);
      assert.equal(back.origin, `http://localhost:${port}`);
      const page = await ask(port, { path: back.pathname + back.search });
      assert.match(page.text, /You can close this tab[\s\S]*<\/html>/);
      const session = await done;
      assert.equal(session?.username, org.username);
      assert.equal(await listens(port), false);
    });

    for (const how of ['cancelled', 'timed out'] as const) {
      it(`P20, P40: a sign-in that is ${how} leaves nothing listening`, async () => {
        const window = openWindow(newMachine(), { deadlineMilliseconds: 200 });
        const { redirect, port } = await opened();
        const cancel = new AbortController();
        const done = signIn(
          window,
          inputFor(org, () => how === 'cancelled' && cancel.abort(), {
            redirect,
            signal: cancel.signal,
          }),
        );
        await assert.rejects(
          done,
          how === 'cancelled' ? { name: 'AbortError' } : { code: 'sign_in_timeout' },
        );
        assert.equal(await listens(port), false);
      });
    }

    it('a login host that cannot be reached is said before the browser opens, and nothing listens', async () => {
      const window = openWindow(newMachine());
      const { redirect, port } = await opened();
      let linked = false;
      const gone = { url: 'http://127.0.0.1:9', clientId: org.clientId };
      await assert.rejects(
        signIn(
          window,
          inputFor(gone, () => (linked = true), { redirect }),
        ),
        (error) => error instanceof UserFacingError && error.remedies.includes('openProxySettings'),
      );
      assert.equal(linked, false);
      assert.equal(await listens(port), false);
    });
  });
});
