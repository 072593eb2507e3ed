/** The link that works once. */
import assert from 'node:assert/strict';
import { Secret } from '../../../src/oauth/secret.ts';
import { singleAccessLink } from '../../../src/salesforce/singleAccess.ts';
import { fetch } from '../support/fetch.ts';
import { json, serve } from '../support/server.ts';

const TOKEN = '00D5g0000DemoOrg!AQtoken.value';

async function linkFor(
  answer: (url: string) => Parameters<typeof serve>[0],
  scopes: readonly string[] = ['web'],
): Promise<{ link: string | undefined; asked: number; url: string }> {
  let url = '';
  const server = await serve((asked, response) => answer(url)(asked, response));
  url = server.url;
  try {
    const link = await singleAccessLink(
      { fetch, timeoutMilliseconds: 500 },
      { instanceUrl: server.url, loginHost: server.url, scopes },
      new Secret(TOKEN),
    );
    return { link, asked: server.asked.length, url };
  } finally {
    await server.close();
  }
}

describe('single access', () => {
  const good = (url: string) => json(200, { frontdoor_uri: `${url}/secur/frontdoor.jsp?otp=once` });

  it('P37: a link that works once, asked for at the org with the token in the header alone', async () => {
    const { link, url } = await linkFor(good);
    assert.equal(link, `${url}/secur/frontdoor.jsp?otp=once`);
  });

  it('without the scope web nothing is asked: the plain address will do', async () => {
    const { link, asked } = await linkFor(good, ['api', 'refresh_token']);
    assert.deepEqual([link, asked], [undefined, 0]);
  });

  for (const [why, answer] of [
    ['on another host', () => json(200, { frontdoor_uri: 'https://evil.example/?otp=x' })],
    ['with the token in it', (url: string) => json(200, { frontdoor_uri: `${url}/x?y=${TOKEN}` })],
    [
      'with the token encoded in it',
      (url: string) => json(200, { frontdoor_uri: `${url}/x?y=${encodeURIComponent(TOKEN)}` }),
    ],
    ['with a session id in it', (url: string) => json(200, { frontdoor_uri: `${url}/x?sid=z` })],
    ['that is no address', () => json(200, { frontdoor_uri: 'javascript:alert(1)' })],
    ['that is an error', () => json(403, { error: 'invalid_scope' })],
    ['that is missing', () => json(200, {})],
  ] as const) {
    it(`P37, P47: an answer ${why} is not opened`, async () => {
      assert.equal((await linkFor(answer)).link, undefined);
    });
  }

  it('an answer that never comes ends at the deadline', async () => {
    assert.equal((await linkFor(() => () => undefined)).link, undefined);
  });
});
