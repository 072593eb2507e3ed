/** Which way back fits which editor, and its callback URL. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import {
  callbackUrlFor,
  callbackUrlsToRegister,
  REDIRECT_WAYS,
  registeredRedirectUri,
  relayState,
  relayUrlOf,
  responseIn,
  responseInPasted,
  wayFor,
  waysFor,
  type RedirectWay,
} from '../../../src/signIn/redirect.ts';

const uri = { authority: 'pkce-tools.salesforce-pkce', path: '/callback' };

describe('redirect', () => {
  const LOGIN = 'https://login.salesforce.com';
  const MY_DOMAIN = 'https://acme.my.salesforce.com';
  const CUSTOM = 'https://login.acme.example';
  const LOOPBACK = 'http://127.0.0.1:4711';
  for (const [why, userInterface, runsRemotely, loginHost, expected] of [
    ['desktop window', 'desktop', false, LOGIN, 'uriHandler loopback paste'],
    ['desktop, My Domain', 'desktop', false, MY_DOMAIN, 'uriHandler loopback paste'],
    ['desktop, org on loopback', 'desktop', false, LOOPBACK, 'uriHandler loopback paste'],
    // The browser is not where the extension could listen.
    ['desktop window, extension on the remote side', 'desktop', true, LOGIN, 'uriHandler paste'],
    ['browser-based editor, demo org', 'web', true, LOOPBACK, 'uriHandler relay paste'],
    ['browser-based editor, real org', 'web', true, LOGIN, 'relay paste'],
    ['browser-based editor, custom domain', 'web', true, CUSTOM, 'relay paste'],
    ['the same, of this computer', 'web', false, LOGIN, 'relay loopback paste'],
    ['the same, demo org', 'web', false, LOOPBACK, 'uriHandler relay loopback paste'],
  ] as const) {
    it(`E11: ${why}: ${expected}`, () => {
      const situation = { userInterface, runsRemotely, loginHost };
      assert.equal(waysFor(situation).join(' '), expected);
      assert.equal(wayFor(situation, 'auto'), waysFor(situation)[0]);
      for (const way of waysFor(situation)) assert.equal(wayFor(situation, way), way);
    });
  }

  for (const [why, userInterface, runsRemotely, loginHost, refused] of [
    ['desktop window', 'desktop', false, LOGIN, { relay: 'relay_on_desktop' }],
    // VS Code may forward the port.
    ['desktop window, remote extension', 'desktop', true, LOGIN, { relay: 'relay_on_desktop' }],
    [
      'browser-based editor',
      'web',
      true,
      LOGIN,
      { uriHandler: 'no_redirect_in_browser', loopback: 'loopback_elsewhere' },
    ],
    ['the same, demo org', 'web', true, LOOPBACK, { loopback: 'loopback_elsewhere' }],
    ['the same, of this computer', 'web', false, LOGIN, { uriHandler: 'no_redirect_in_browser' }],
    ['the same, demo org', 'web', false, LOOPBACK, {}],
  ] as const) {
    it(`E11: ${why}: what cannot work is refused before the browser opens, with another way to try`, () => {
      const found: Record<string, string> = {};
      for (const way of REDIRECT_WAYS) {
        try {
          assert.equal(wayFor({ userInterface, runsRemotely, loginHost }, way), way);
        } catch (error) {
          assert.ok(error instanceof UserFacingError && error.remedies.includes('otherWay'));
          assert.match(error.todo, /paste the callback URL|loopback/);
          found[way] = error.code;
        }
      }
      assert.deepEqual(found, refused);
    });
  }

  const SETTINGS = { loopbackPort: 27417, relayUrl: 'https://vscode.dev/redirect' };

  it('P40: the callback URL of each way, as it must be registered', () => {
    const of = (way: RedirectWay, settings = SETTINGS): string =>
      callbackUrlFor(way, 'vscode', settings);
    assert.equal(of('loopback'), 'http://localhost:27417/callback');
    assert.equal(of('paste'), 'http://localhost:27417/callback');
    assert.equal(of('paste', { ...SETTINGS, loopbackPort: 0 }), 'http://localhost:27417/callback');
    assert.equal(of('relay'), 'https://vscode.dev/redirect');
    assert.equal(of('uriHandler'), 'vscode://pkce-tools.salesforce-pkce/callback');
  });

  for (const [setting, good] of [
    ['https://vscode.dev/redirect', true],
    ['https://code.acme.example/pkce/?x=1', true],
    ['http://127.0.0.1:8080/relay/', true],
    ['http://code.acme.example/relay', false],
    ['ftp://127.0.0.1/relay', false],
    [' https://code.acme.example/pkce/ ', true],
    ['https://user:pass@acme.example/', false],
    ['https://user@acme.example/', false],
    ['https://:pass@acme.example/', false],
    ['https://acme.example/#relay', false],
    ['javascript:alert(1)', false],
    ['', false],
  ] as const) {
    it(`P10: relay page "${setting}" is ${good ? 'taken' : 'refused'}`, () => {
      if (good) assert.equal(relayUrlOf(setting), setting.trim());
      else assert.throws(() => relayUrlOf(setting), UserFacingError);
    });
  }

  it('P11: through a relay page our state comes back as its nonce, and nothing else counts', () => {
    const state = 'S'.repeat(43);
    const wrapped = relayState('https://code.acme.example/x/callback?vscode-reqid=1', state);
    const back = new URL(decodeURIComponent(wrapped));
    assert.equal(back.origin, 'https://code.acme.example');
    assert.equal(back.searchParams.get('nonce'), state);
    const query = `nonce=${state}&code=aPrx%3D%3D&state=${encodeURIComponent(wrapped)}`;
    const response = responseIn({ ...uri, query });
    assert.deepEqual(response?.getAll('state'), [state]);
    assert.equal(response.get('code'), 'aPrx==');
    const two = responseIn({ ...uri, query: `nonce=${state}&nonce=${'T'.repeat(43)}&code=c` });
    assert.equal(two?.getAll('state').length, 2);
  });

  for (const [pasted, found] of [
    ['http://localhost:27417/callback?code=aPrx%3D%3D&state=s', true],
    ['  vscode://pkce-tools.salesforce-pkce/callback?state=s&code=aPrx%3D%3D \n', true],
    ['?code=aPrx%3D%3D&state=s', true],
    ['code=aPrx%3D%3D&state=s', true],
    ['http://localhost:27417/callback?error=access_denied&state=s', true],
    ['http://localhost:27417/callback', false],
    ['http://localhost:27417/callback?code=x', false],
    ['https://login.salesforce.com/services/oauth2/authorize?client_id=x&state=s', false],
    ['hello', false],
    ['', false],
  ] as const) {
    it(`E8: pasted "${pasted.trim()}" ${found ? 'has' : 'has no'} answer in it`, () => {
      const response = responseInPasted(pasted);
      assert.equal(response !== undefined, found);
      if (response?.has('code')) assert.equal(response.get('code'), 'aPrx==');
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
      const urls = callbackUrlsToRegister('uriHandler', scheme, SETTINGS);
      assert.equal(urls[0], registeredRedirectUri(scheme));
      assert.equal(new Set(urls).size, urls.length);
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
