/** Which of an app's own callback URLs brings a test sign-in back. */
import assert from 'node:assert/strict';
import type { RedirectSituation } from '../../../src/signIn/redirect.ts';
import { registeredWayOf } from '../../../src/signIn/registeredWay.ts';

const DESKTOP: RedirectSituation = {
  userInterface: 'desktop',
  runsRemotely: false,
  loginHost: 'https://acme.my.salesforce.com',
};
const OWN = 'vscode://pkce-tools.salesforce-pkce/callback';
const SERVER = 'https://app.acme.example/cb';
const LOCAL = 'http://localhost:1717/OauthRedirect';
const RELAY = 'https://relay.acme.example/redirect';
const wayIn = (situation: Partial<RedirectSituation>, ...urls: string[]): unknown =>
  registeredWayOf(urls, { ...DESKTOP, ...situation }, { uriScheme: 'vscode', relayUrl: RELAY });

describe('registered way', () => {
  it("the editor's own link, else a page of this computer, else the address is pasted", () => {
    assert.deepEqual(wayIn({}, SERVER, LOCAL, OWN), { way: 'uriHandler', callbackUrl: OWN });
    assert.deepEqual(wayIn({}, SERVER, LOCAL), { way: 'loopback', callbackUrl: LOCAL });
    assert.deepEqual(wayIn({}, SERVER), { way: 'paste', callbackUrl: SERVER });
    assert.equal(wayIn({}), undefined);
  });

  it('no page of this computer where the browser is on another one, or where no user may listen', () => {
    assert.deepEqual(wayIn({ runsRemotely: true }, LOCAL), { way: 'paste', callbackUrl: LOCAL });
    for (const url of [
      ...['http://localhost/cb', 'http://localhost:80/cb', 'https://localhost:1717/x'],
      'http://127.0.0.2:1717/cb', // where nobody listens
    ])
      assert.deepEqual(wayIn({}, url), { way: 'paste', callbackUrl: url });
  });

  it('in a browser-based editor the relay page, and its own link only for the demo org', () => {
    const web = { userInterface: 'web', runsRemotely: true } as const;
    assert.deepEqual(wayIn(web, OWN, RELAY), { way: 'relay', callbackUrl: RELAY });
    assert.deepEqual(wayIn(web, OWN, LOCAL), { way: 'paste', callbackUrl: OWN });
    assert.deepEqual(wayIn({ ...web, loginHost: 'http://127.0.0.1:1' }, OWN), {
      way: 'uriHandler',
      callbackUrl: OWN,
    });
    const here = { ...web, runsRemotely: false };
    assert.deepEqual(wayIn(here, OWN, LOCAL), { way: 'loopback', callbackUrl: LOCAL });
  });
});
