/** Whose token it is, by the answer and by the org. */
import assert from 'node:assert/strict';
import { Secret } from '../../../src/oauth/secret.ts';
import type { TokenAnswer } from '../../../src/oauth/tokenEndpoint.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { confirmIdentity, orgClaimOf } from '../../../src/salesforce/identity.ts';
import { fetch } from '../support/fetch.ts';
import { hasCode } from '../support/hasCode.ts';
import { json, serve } from '../support/server.ts';

const ORG = '00D5g0000DemoOrgEA';
const USER = '0055g0000DemoUsrAA';
const token = new Secret('00D!AQtoken');
const answer = (instanceUrl: string | undefined, identityUrl: string | undefined): TokenAnswer => ({
  accessToken: token,
  refreshToken: undefined,
  scopes: undefined,
  expiresInSeconds: undefined,
  instanceUrl,
  identityUrl,
});
const access = { fetch, timeoutMilliseconds: 2000 };
const LOGIN = 'https://login.salesforce.com';
const INSTANCE = 'https://acme.my.salesforce.com';

describe('identity', () => {
  it('P47: a good answer names org and user', () => {
    const claim = orgClaimOf(answer(`${INSTANCE}/`, `${LOGIN}/id/${ORG}/${USER}`), LOGIN);
    assert.deepEqual(claim, { instanceUrl: INSTANCE, orgId: ORG, userId: USER });
  });

  for (const [why, instance, identity] of [
    ['no instance_url', undefined, `${LOGIN}/id/${ORG}/${USER}`],
    ['a foreign instance_url', 'https://evil.example', `${LOGIN}/id/${ORG}/${USER}`],
    ['an http instance_url', 'http://acme.my.salesforce.com', `${LOGIN}/id/${ORG}/${USER}`],
    ['a malformed instance_url', 'acme', `${LOGIN}/id/${ORG}/${USER}`],
    ['no id', INSTANCE, undefined],
    ['a foreign id', INSTANCE, `https://evil.example/id/${ORG}/${USER}`],
    ['an id of another form', INSTANCE, `${LOGIN}/id/../${ORG}/${USER}/x`],
    ['an id with something before it', INSTANCE, `${LOGIN}/x/id/${ORG}/${USER}`],
    ['an id with something behind it', INSTANCE, `${LOGIN}/id/${ORG}/${USER}/x`],
    ['an id of an org of 16 characters', INSTANCE, `${LOGIN}/id/${ORG.slice(0, 16)}/${USER}`],
    ['an id of a user of 16 characters', INSTANCE, `${LOGIN}/id/${ORG}/${USER.slice(0, 16)}`],
    ['ids of other things', INSTANCE, `${LOGIN}/id/${USER}/${ORG}`],
  ] as const) {
    it(`P47: ${why} is refused before any call with the token`, () => {
      assert.throws(
        () => orgClaimOf(answer(instance, identity), LOGIN),
        (error: Error) => error instanceof UserFacingError && error.code === 'foreign_answer',
      );
    });
  }

  it('P47: userinfo of another org or user is refused', async () => {
    for (const wrong of [
      { organization_id: '00D5g0000OtherOrAA' },
      { user_id: '0055g0000OtherUsAA' },
    ]) {
      const server = await serve(
        json(200, { organization_id: ORG, user_id: USER, preferred_username: 'x', ...wrong }),
      );
      const claim = { instanceUrl: server.url, orgId: ORG, userId: USER };
      await assert.rejects(
        confirmIdentity(access, claim, token),
        (error: Error) => error instanceof UserFacingError && error.code === 'identity_mismatch',
      );
      await server.close();
    }
  });

  it('P47: what comes with another status than 200 confirms nothing, whomever it names', async () => {
    const server = await serve(
      json(401, { organization_id: ORG, user_id: USER, preferred_username: 'x' }),
    );
    const claim = { instanceUrl: server.url, orgId: ORG, userId: USER };
    const confirming = confirmIdentity(access, claim, token).finally(() => server.close());
    await assert.rejects(confirming, hasCode('identity_unconfirmed'));
  });

  it('P47: 15 and 18 characters of one id are the same', async () => {
    const server = await serve(
      json(200, {
        organization_id: ORG.slice(0, 15),
        user_id: USER.slice(0, 15),
        preferred_username: 'me@x',
      }),
    );
    const identity = await confirmIdentity(
      access,
      { instanceUrl: server.url, orgId: ORG, userId: USER },
      token,
    );
    assert.equal(identity.username, 'me@x');
    await server.close();
  });

  it('P37: the token goes into the Authorization header, and a redirect is not followed with it', async () => {
    const other = await serve(json(200, { organization_id: ORG, user_id: USER }));
    const server = await serve((_asked, response) =>
      response.writeHead(302, { Location: `${other.url}/x` }).end(),
    );
    await assert.rejects(
      confirmIdentity(access, { instanceUrl: server.url, orgId: ORG, userId: USER }, token),
      UserFacingError,
    );
    assert.equal(other.asked.length, 0);
    assert.equal(server.asked[0]?.headers.authorization, `Bearer ${token.reveal()}`);
    assert.ok(server.asked.every(({ url }) => !url.includes('token')));
    await Promise.all([server.close(), other.close()]);
  });

  it('falls back to the identity URL, at the instance, where userinfo answers in plain text', async () => {
    const server = await serve((asked, response) => {
      if (asked.url.endsWith('/userinfo')) response.writeHead(403).end('Bad_OAuth_Token');
      else
        json(200, { organization_id: ORG, user_id: USER, username: 'me@x', display_name: 'Me' })(
          asked,
          response,
        );
    });
    const identity = await confirmIdentity(
      access,
      { instanceUrl: server.url, orgId: ORG, userId: USER },
      token,
    );
    assert.deepEqual([identity.username, identity.displayName], ['me@x', 'Me']);
    await server.close();
  });
});
