import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import {
  chooseRedirect,
  redirectUrisToRegister,
  registeredRedirectUri,
  responseIn,
} from '../../../src/signIn/redirect.ts';

const uri = { authority: 'pkce-tools.salesforce-pkce', path: '/callback' };

describe('redirect', () => {
  const LOGIN = 'https://login.salesforce.com';
  const LOOPBACK = 'http://127.0.0.1:4711';
  for (const [why, userInterface, loginHost, expected] of [
    ['desktop window', 'desktop', LOGIN, 'registeredUri'],
    [
      'desktop window with a remote workspace',
      'desktop',
      'https://acme.my.salesforce.com',
      'registeredUri',
    ],
    ['desktop window, org on loopback', 'desktop', LOOPBACK, 'registeredUri'],
    ['browser-based editor, org on loopback', 'web', LOOPBACK, 'externalUri'],
    ['browser-based editor, real org', 'web', LOGIN, 'error'],
    ['browser-based editor, custom domain', 'web', 'https://login.acme.example', 'error'],
  ] as const) {
    it(`E11: ${why}: ${expected}`, () => {
      const choose = (): string => chooseRedirect({ userInterface, loginHost });
      if (expected === 'error') assert.throws(choose, UserFacingError);
      else assert.equal(choose(), expected);
    });
  }

  for (const scheme of [
    'vscode',
    'vscode-insiders',
    'vscodium',
    'cursor',
    'windsurf',
    'code-oss',
  ]) {
    it(`P38, E11: the redirect URI of ${scheme} is exactly the registered one`, () => {
      assert.equal(
        registeredRedirectUri(scheme),
        `${scheme}://pkce-tools.salesforce-pkce/callback`,
      );
      assert.equal(redirectUrisToRegister(scheme)[0], registeredRedirectUri(scheme));
    });
  }

  it('P38: a callback for another path or authority is ignored', () => {
    assert.equal(responseIn({ ...uri, path: '/callback/x', query: 'code=c' }), undefined);
    assert.equal(responseIn({ ...uri, path: '/', query: 'code=c' }), undefined);
    assert.equal(responseIn({ ...uri, authority: 'evil.extension', query: 'code=c' }), undefined);
  });

  it('P17: a query that the editor has decoded is decoded no further', () => {
    const response = responseIn({
      ...uri,
      query: 'code=aPrx.a+b==&state=s&error_description=so+it+is',
    });
    assert.equal(response?.get('code'), 'aPrx.a+b==');
    assert.equal(response.get('error_description'), 'so it is');
  });

  it('P17: a query that the editor has left encoded is decoded once', () => {
    const response = responseIn({ ...uri, query: 'code=aPrx.a%2Bb%3D%3D&state=s' });
    assert.equal(response?.get('code'), 'aPrx.a+b==');
  });

  it('P14: repeated names stay repeated, so that they can be refused', () => {
    assert.deepEqual(responseIn({ ...uri, query: 'code=a&code=b' })?.getAll('code'), ['a', 'b']);
  });

  it('E8: no query can make it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        assert.ok(responseIn({ ...uri, query }));
      }),
    );
  });
});
