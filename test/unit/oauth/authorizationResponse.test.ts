/** What comes back from the browser: what is taken, and all that is not. */
import assert from 'node:assert/strict';
import { createAuthorizationRequest } from '../../../src/oauth/authorizationRequest.ts';
import {
  checkAuthorizationResponse,
  MalformedResponseError,
  stateOf,
} from '../../../src/oauth/authorizationResponse.ts';
import { OAuthError } from '../../../src/oauth/oauthError.ts';

const request = createAuthorizationRequest({
  loginHost: 'https://acme.my.salesforce.com',
  clientId: '3MVG9client',
  redirectUri: 'vscode://pkce-tools.salesforce-pkce/callback',
  scopes: ['api'],
});
const state = request.state;
const check = (query: string): Promise<URLSearchParams> =>
  checkAuthorizationResponse(request, new URLSearchParams(query));

describe('authorization response', () => {
  for (const name of ['code', 'state', 'error', 'iss', 'error_description']) {
    it(`P14: refuses ${name} given twice`, async () => {
      const value = name === 'state' ? state : 'x';
      const query = `state=${state}&code=c&${name}=${value}&${name}=${value}`;
      await assert.rejects(check(query), MalformedResponseError);
    });
  }

  it('P14: a state given twice belongs to nobody', () => {
    assert.equal(stateOf(new URLSearchParams(`state=${state}&state=${state}`)), undefined);
  });

  for (const [what, given] of [
    ['none', ''],
    ['an empty one', 'state='],
    ['one that is too short', `state=${state.slice(1)}`],
    ['one that is too long', `state=${state}A`],
    ['one with something before it', `state=%20${state}`],
    ['one with another alphabet', `state=${state.slice(1)}.`],
  ] as const) {
    it(`P13: a state that cannot be ours belongs to nobody: ${what}`, () =>
      assert.equal(stateOf(new URLSearchParams(given)), undefined));
  }

  it('P13: one that could be ours is taken as it is', () =>
    assert.equal(stateOf(new URLSearchParams(`state=${state}`)), state));

  it('P16: an error without words has none, and an answer that is damaged has its own code', async () => {
    await assert.rejects(
      check(`state=${state}&error=access_denied`),
      (error) => error instanceof OAuthError && error.errorDescription === '',
    );
    await assert.rejects(
      check(`state=${state}`),
      (error) => error instanceof MalformedResponseError && error.code === 'malformed_response',
    );
  });

  it('P14: unknown parameters are passed over', async () => {
    const checked = await check(`state=${state}&code=c&sfdc_community_url=x&foo=1&foo=2`);
    assert.equal(checked.get('code'), 'c');
  });

  for (const [why, query] of [
    ['code and error at once', `code=c&error=access_denied`],
    ['an empty code', `code=`],
    ['neither code nor error', `foo=1`],
    ['an empty error', `error=`],
  ] as const) {
    it(`P15: refuses ${why}, in words`, async () => {
      await assert.rejects(check(`state=${state}&${query}`), (error: Error) => {
        assert.ok(error instanceof MalformedResponseError);
        assert.match(error.happened, /code|error/);
        return true;
      });
    });
  }

  it('P11: refuses a wrong or missing state', async () => {
    await assert.rejects(check(`state=${'A'.repeat(43)}&code=c`), MalformedResponseError);
    await assert.rejects(check('code=c'), MalformedResponseError);
  });

  it('P12: a foreign error= is refused by its state before it is looked at', async () => {
    await assert.rejects(
      check(`state=${'A'.repeat(43)}&error=access_denied`),
      MalformedResponseError,
    );
  });

  it('P13: state is compared exactly', async () => {
    await assert.rejects(check(`state=${state.toLowerCase()}x&code=c`), MalformedResponseError);
    await assert.rejects(check(`state=${state}%20&code=c`), MalformedResponseError);
  });

  it('P8: a missing code challenge is explained as PKCE', async () => {
    const query = `state=${state}&error=invalid_request&error_description=missing+required+code+challenge`;
    await assert.rejects(check(query), (error: Error) => {
      assert.ok(error instanceof OAuthError);
      assert.equal(error.meaning, 'pkce');
      assert.match(error.happened, /demands PKCE/);
      return true;
    });
  });

  it('P16: errors of both spellings surface code and description, decoded once, without control characters', async () => {
    const cases = [
      ['access_denied', 'end-user+denied+authorization', 'end-user denied authorization'],
      ['OAUTH_APP_BLOCKED', 'this%20app%0D%0Ais%20blocked', 'this app is blocked'],
      ['OAUTH_EC_APP_NOT_FOUND', '%3Cb%3Enot%20installed%3C%2Fb%3E', '<b>not installed</b>'],
    ] as const;
    for (const [code, encoded, decoded] of cases) {
      await assert.rejects(
        check(`state=${state}&error=${code}&error_description=${encoded}`),
        (error: Error) => {
          assert.ok(error instanceof OAuthError);
          assert.equal(error.error, code);
          assert.equal(error.errorDescription, decoded);
          return true;
        },
      );
    }
  });

  it('P45: an iss that comes must be the expected one, letter by letter', async () => {
    const good = await check(`state=${state}&code=c&iss=https%3A%2F%2Facme.my.salesforce.com`);
    assert.equal(good.get('code'), 'c');
    for (const iss of [
      '',
      'https://login.salesforce.com',
      'https://acme.my.salesforce.com/',
      'https://evil.example',
    ]) {
      await assert.rejects(
        check(`state=${state}&code=c&iss=${encodeURIComponent(iss)}`),
        MalformedResponseError,
      );
    }
  });

  it('P55: tokens of an implicit flow are refused', async () => {
    await assert.rejects(
      check(`state=${state}&code=c&id_token=eyJx.eyJx.x`),
      MalformedResponseError,
    );
  });
});
