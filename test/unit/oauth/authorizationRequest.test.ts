/** The link to the log-in page. */
import assert from 'node:assert/strict';
import { createAuthorizationRequest } from '../../../src/oauth/authorizationRequest.ts';
import { codeChallengeOf } from '../../../src/oauth/pkce.ts';

const input = {
  loginHost: 'https://login.salesforce.com',
  clientId: '3MVG9client',
  redirectUri: 'vscode://pkce-tools.salesforce-pkce/callback',
  scopes: ['api', 'refresh_token'],
};
const parametersOf = (url: string): URLSearchParams => new URL(url).searchParams;

describe('authorization request', () => {
  it('P4: always carries the challenge and S256', () => {
    const request = createAuthorizationRequest(input);
    const parameters = parametersOf(request.url);
    assert.equal(parameters.get('code_challenge'), codeChallengeOf(request.codeVerifier));
    assert.equal(parameters.get('code_challenge_method'), 'S256');
  });

  it('P5: never says plain', () => {
    assert.ok(!createAuthorizationRequest(input).url.includes('plain'));
  });

  it('P6: the verifier is not in the link, the state or the printed request', () => {
    const request = createAuthorizationRequest(input);
    const verifier = request.codeVerifier.reveal();
    assert.ok(!request.url.includes(verifier));
    assert.ok(!request.state.includes(verifier));
    assert.ok(!JSON.stringify(request).includes(verifier));
  });

  it('P9: every parameter stands once, and the input has no way to name another', () => {
    const hostile = {
      ...input,
      clientId: 'a&state=x',
      scopes: ['api&response_type=token'],
      loginHint: 'me&code_challenge=y',
    };
    const parameters = parametersOf(createAuthorizationRequest(hostile).url);
    const names = [...parameters.keys()];
    assert.deepEqual(names.sort(), [...new Set(names)].sort());
    assert.equal(parameters.get('response_type'), 'code');
    assert.equal(parameters.get('client_id'), 'a&state=x');
    assert.equal(parameters.get('scope'), 'api&response_type=token');
  });

  it('P9: without scopes the parameter is left out', () => {
    const request = createAuthorizationRequest({ ...input, scopes: [] });
    assert.equal(parametersOf(request.url).has('scope'), false);
  });

  it('P10: the link is https on the login host', () => {
    const url = new URL(createAuthorizationRequest(input).url);
    assert.equal(
      url.origin + url.pathname,
      'https://login.salesforce.com/services/oauth2/authorize',
    );
  });

  it('P11: two requests share neither state nor verifier', () => {
    const [one, other] = [createAuthorizationRequest(input), createAuthorizationRequest(input)];
    assert.notEqual(one.state, other.state);
    assert.notEqual(one.codeVerifier.reveal(), other.codeVerifier.reveal());
  });

  it('E10: the link is percent-encoded once, also with a redirect URI that has a query', () => {
    const redirectUri = 'http://127.0.0.1:1/abc/callback?vscode-reqid=1&vscode-path=%2Fcallback';
    const { url } = createAuthorizationRequest({ ...input, redirectUri });
    assert.equal(parametersOf(url).get('redirect_uri'), redirectUri);
    assert.ok(
      url.includes(
        'redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fabc%2Fcallback%3Fvscode-reqid%3D1%26vscode-path%3D%252Fcallback',
      ),
    );
    assert.ok(!url.includes('+'));
  });

  it('P55: asks for a code, never for a token', () => {
    assert.equal(parametersOf(createAuthorizationRequest(input).url).get('response_type'), 'code');
  });

  it('prompt and login_hint are sent where they are wanted, and not at all else', () => {
    const queryOf = (more: object): URLSearchParams =>
      new URL(
        createAuthorizationRequest({
          loginHost: 'https://acme.my.salesforce.com',
          clientId: '3MVG9x',
          redirectUri: 'vscode://pkce-tools.salesforce-pkce/callback',
          scopes: [],
          ...more,
        }).url,
      ).searchParams;
    const bare = queryOf({});
    assert.deepEqual([bare.has('prompt'), bare.has('login_hint')], [false, false]);
    const full = queryOf({ prompt: 'login', loginHint: 'dana@acme.example' });
    assert.deepEqual([full.get('prompt'), full.get('login_hint')], ['login', 'dana@acme.example']);
  });
});
