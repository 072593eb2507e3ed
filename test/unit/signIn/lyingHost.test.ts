/** A login host that lies: refused with a clear error, and the token has gone nowhere. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import type { Session } from '../../../src/session/session.ts';
import { signIn } from '../../../src/signIn/signIn.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { fetch } from '../support/fetch.ts';
import { json, serve, type Asked, type TestServer } from '../support/server.ts';
import { closeMachines, inputFor, newMachine, openWindow, type Window } from '../support/window.ts';

const TOKEN = '00D5g0000DemoOr!AQmarked.access.token';
const IDS = '00D5g0000DemoOrgEA/0055g0000DemoUsrAA';

type Handler = (asked: Asked, response: ServerResponse, own: string) => void;

describe('a login host that lies', () => {
  const servers: TestServer[] = [];
  afterEach(async () => {
    closeMachines();
    for (const server of servers.splice(0)) await server.close();
  });

  async function server(handler: Handler): Promise<TestServer> {
    let own = '';
    const made = await serve((asked, response) => handler(asked, response, own));
    own = made.url;
    servers.push(made);
    return made;
  }

  /** Signs in at a host whose pages are skipped: its answer comes back with the right state. */
  async function signInAt(
    host: Pick<TestServer, 'url'>,
    more: Record<string, string> = {},
    window: Window = openWindow(newMachine()),
  ): Promise<unknown> {
    const opened = Promise.withResolvers<string>();
    const done = signIn(window, inputFor({ url: host.url, clientId: '3MVG9acme' }, opened.resolve));
    const state = new URL(await opened.promise).searchParams.get('state') ?? '';
    await window.handOver.receive(new URLSearchParams({ code: 'aPrx==', state, ...more }));
    return done;
  }

  const tokens = (changes: Record<string, unknown> = {}) => ({
    access_token: TOKEN,
    refresh_token: '5Aep861marked',
    token_type: 'Bearer',
    scope: 'api refresh_token',
    ...changes,
  });
  const answers =
    (changes: (own: string) => Record<string, unknown>): Handler =>
    (asked, response, own) => {
      if (asked.url.endsWith('/token')) {
        const honest = { instance_url: own, id: `${own}/id/${IDS}` };
        json(200, tokens({ ...honest, ...changes(own) }))(asked, response);
      } else if (asked.url.endsWith('/userinfo')) {
        const [organization_id, user_id] = IDS.split('/');
        json(200, { organization_id, user_id, preferred_username: 'dana@acme.example' })(
          asked,
          response,
        );
      } else json(200, [])(asked, response);
    };
  const withToken = (host: TestServer): readonly Asked[] =>
    host.asked.filter(({ headers }) => headers.authorization?.includes(TOKEN));

  it('the same host tells the truth: signed in', async () => {
    const host = await server(answers(() => ({})));
    assert.ok(await signInAt(host));
    assert.ok(withToken(host).length > 0);
  });

  it('P35: so does one whose org lives at another host: the token goes there, its revocation to where the user logged in', async () => {
    const instance = await server(answers(() => ({})));
    const host = await server(answers(() => ({ instance_url: instance.url })));
    const window = openWindow(newMachine());
    const { id } = (await signInAt(host, {}, window)) as Session;
    assert.deepEqual([withToken(host).length, withToken(instance).length], [0, 1]);
    assert.deepEqual(await window.sessions.signOut(id), { revoked: true });
    const revocations = [host, instance].map(
      ({ asked }) => asked.filter(({ url }) => url.endsWith('/revoke')).length,
    );
    assert.deepEqual(revocations, [1, 0]);
  });

  for (const [why, changes] of [
    ['a foreign instance_url', () => ({ instance_url: 'https://evil.example' })],
    ['an instance_url without https', () => ({ instance_url: 'http://acme.my.salesforce.com' })],
    [
      'an instance_url that only looks right',
      () => ({ instance_url: 'https://evilsalesforce.com' }),
    ],
    [
      'an instance_url with a user in it',
      (own: string) => ({ instance_url: own.replace('//', '//x@') }),
    ],
    ['an id of another host', () => ({ id: `https://evil.example/id/${IDS}` })],
    ['no id', () => ({ id: undefined })],
    ['an id that is none', (own: string) => ({ id: `${own}/id/../../x` })],
    [
      'the id of another org',
      (own: string) => ({ id: `${own}/id/00D000000000000AAA/${IDS.split('/')[1] ?? ''}` }),
    ],
    ['a token type that is no Bearer', () => ({ token_type: 'mac' })],
    ['no access token', () => ({ access_token: undefined })],
    ['an empty access token', () => ({ access_token: '' })],
  ] as const) {
    it(`P23, P47: ${why} is refused, and nothing is stored`, async () => {
      const host = await server(answers(changes));
      const window = openWindow(newMachine());
      await assert.rejects(signInAt(host, {}, window), UserFacingError);
      assert.deepEqual(await window.sessions.list(), []);
      if (why !== 'the id of another org') assert.deepEqual(withToken(host), []);
    });
  }

  /** A window for which a host of the web is a server of this computer. */
  const windowWhere = (address: string, { url: own }: TestServer): Window =>
    openWindow(newMachine(), {
      fetch: (url, init) => fetch(url.replace(address, own), init),
    });

  it("P47: a sign-in by way of a host of Salesforce's goes on as the session that is there", async () => {
    const address = 'https://acme.my.salesforce.com';
    const host = await server(
      answers(() => ({ instance_url: address, id: `${address}/id/${IDS}` })),
    );
    const window = windowWhere(address, host);
    const real = (await signInAt({ url: address }, {}, window)) as Session;
    await window.sessions.add({ ...real, loginHost: 'https://sso.acme.example', alias: 'Acme' });
    const again = (await signInAt({ url: address }, {}, window)) as Session;
    assert.deepEqual([again.loginHost, again.alias], [address, 'Acme']);
  });

  for (const [where, address] of [
    ['on this computer', undefined],
    ['of the web', 'https://sso.evil.example'],
  ] as const) {
    it(`P47: a host ${where} that names the ids of an org that is signed in elsewhere does not take its place`, async () => {
      const liar = await server(
        answers((own) => ({ instance_url: address ?? own, id: `${address ?? own}/id/${IDS}` })),
      );
      const window = windowWhere(address ?? liar.url, liar);
      const host = await server(answers(() => ({})));
      const real = { ...((await signInAt(host, {}, window)) as Session), alias: 'Acme Prod' };
      await window.sessions.add({
        ...real,
        loginHost: 'https://acme.my.salesforce.com',
        instanceUrl: 'https://acme.my.salesforce.com',
      });
      await assert.rejects(signInAt({ url: address ?? liar.url }, {}, window), (error) => {
        assert.ok(error instanceof UserFacingError);
        assert.equal(error.code, 'other_login_host');
        assert.match(error.message, /login host of Acme Prod.*acme\.my\.salesforce\.com/);
        return true;
      });
      const [kept] = await window.sessions.list();
      assert.equal(kept?.loginHost, 'https://acme.my.salesforce.com');
      assert.ok(
        liar.asked.some(({ url }) => url.endsWith('/revoke')),
        'what was granted is given back',
      );
    });
  }

  it('P47: nor where its tokens are in another window alone', async () => {
    const machine = newMachine(new BrowserSecrets());
    const [first, second] = [openWindow(machine), openWindow(machine)];
    assert.deepEqual(await second.sessions.list(), []);
    const host = await server(answers(() => ({})));
    const real = (await signInAt(host, {}, first)) as Session;
    await first.sessions.add({
      ...real,
      loginHost: 'https://acme.my.salesforce.com',
      instanceUrl: 'https://acme.my.salesforce.com',
    });
    const liar = await server(answers(() => ({})));
    await assert.rejects(signInAt(liar, {}, second), /Nothing was stored/);
    assert.deepEqual(await second.sessions.list(), []);
  });

  it('P45: another issuer in the answer is refused, and the code is not sent', async () => {
    const host = await server(answers(() => ({})));
    const window = openWindow(newMachine(), { deadlineMilliseconds: 300 });
    await assert.rejects(signInAt(host, { iss: 'https://evil.example' }, window), {
      code: 'sign_in_timeout',
    });
    assert.equal(host.asked.filter(({ url }) => url.endsWith('/token')).length, 0);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`P26, P37: a ${status} of the token endpoint or of userinfo to another host is not followed`, async () => {
      const elsewhere = await server((asked, response) => json(200, tokens())(asked, response));
      for (const path of ['/token', '/userinfo']) {
        const host = await server((asked, response, own) => {
          if (asked.url.endsWith(path) || asked.url.includes('/id/')) {
            response.writeHead(status, { Location: `${elsewhere.url}/x` }).end();
          } else answers(() => ({}))(asked, response, own);
        });
        await assert.rejects(signInAt(host), UserFacingError);
      }
      assert.deepEqual(elsewhere.asked, []);
    });
  }

  for (const path of ['/token', '/userinfo', '/services/data']) {
    it(`P25: 50 MB from ${path} are left early`, async () => {
      let sent = 0;
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const host = await server((asked, response, own) => {
        if (!asked.url.endsWith(path)) {
          answers(() => ({}))(asked, response, own);
          return;
        }
        response.writeHead(200, { 'Content-Type': 'application/json' });
        const more = (): void => {
          while (sent < 50 * 1024 * 1024 && !response.destroyed) {
            sent += chunk.length;
            if (!response.write(chunk)) {
              response.once('drain', more);
              return;
            }
          }
          response.end();
        };
        more();
      });
      const outcome = await signInAt(host).catch((error: unknown) => error);
      // The versions are asked for only to see whether somebody is there.
      const code = outcome instanceof UserFacingError ? outcome.code : undefined;
      assert.equal(code, path === '/services/data' ? undefined : 'answer_too_long');
      assert.ok(sent < 10 * 1024 * 1024, `${sent} bytes were taken`);
    });
  }

  for (const path of ['/token', '/userinfo']) {
    it(`P25: ${path} that drips for ever ends at the deadline`, async function () {
      this.timeout(60_000);
      const host = await server((asked, response, own) => {
        if (!asked.url.endsWith(path)) {
          answers(() => ({}))(asked, response, own);
          return;
        }
        response.writeHead(200, { 'Content-Type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 50);
        response.once('close', () => clearInterval(drip));
      });
      await assert.rejects(signInAt(host), UserFacingError);
    });
  }
});
