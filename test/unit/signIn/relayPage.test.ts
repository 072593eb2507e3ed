/** The relay page sends on to the editor that asked, and to no other address. */
import assert from 'node:assert/strict';
import { EDITORS, targetOf } from '../../../docs/relay/relay.js';
import { relayState } from '../../../src/signIn/redirect.ts';

const STATE = 'S'.repeat(43);
const search = (state: string, more = 'code=aPrx%3D%3D'): string =>
  `?${more}&state=${encodeURIComponent(state)}`;

/** As VS Code for the web asks for a link of the extension. */
const ASKED = 'vscode-reqid=1&vscode-authority=pkce-tools.salesforce-pkce&vscode-path=%2Fcallback';

describe('relay page', () => {
  it('ships without any editor but those on the own computer', () => assert.deepEqual(EDITORS, []));

  for (const [callback, goes] of [
    [`https://code.acme.example/x/callback?${ASKED}`, true],
    [`https://code.acme.example/callback?${ASKED}`, true],
    [`https://acme.example/code/callback?${ASKED}`, true],
    [`https://acme.example/code/stable-1/callback?${ASKED}`, true],
    [`http://127.0.0.1:8080/stable/callback?${ASKED}`, true],
    [`https://acme.example/callback?${ASKED}`, false],
    [`https://acme.example/codes/callback?${ASKED}`, false],
    [`https://code.acme.example/proxy/3000/callback?${ASKED}`, false],
    [`https://code.acme.example/x?${ASKED}`, false],
    ['https://name.github.example/extension-auth-callback?state=x', true],
    ['https://name.github.example/extension-auth-callback/x', false],
    ['https://name.github.example/extension-auth-callback?vscode-authority=other.extension', false],
    ['https://code.acme.example/callback', false],
    [`https://code.acme.example/callback?${ASKED.replace('salesforce-pkce', 'other')}`, false],
    [`https://code.acme.example/callback?${ASKED.replace('Fcallback', 'Fother')}`, false],
    ['http://127.0.0.1:8080/stable/callback?vscode-reqid=1', false],
    ['vscode://pkce-tools.salesforce-pkce/callback', true],
    ['vscode://other.extension/callback', false],
    ['vscode://pkce-tools.salesforce-pkce/callback/x', false],
    ['https://evil.example/callback', false],
    ['https://code.acme.example.evil.example/callback', false],
    ['https://user@code.acme.example/callback', false],
    ['http://code.acme.example/callback', false],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
  ] as const) {
    it(`P13: the state ${callback} is ${goes ? 'followed' : 'not followed'}`, () => {
      const target = targetOf(search(relayState(callback, STATE)), [
        'https://code.acme.example',
        'https://acme.example/code',
        'https://name.github.example/extension-auth-callback',
        'no address',
      ]);
      if (!goes) {
        assert.equal(target, undefined);
        return;
      }
      assert.ok(target?.startsWith(callback));
      const back = new URL(target ?? '').searchParams;
      assert.equal(back.get('code'), 'aPrx==');
      assert.equal(back.get('nonce'), STATE);
    });
  }

  it('P16: an error is passed on, and nothing that does not belong there', () => {
    const state = relayState('vscode://pkce-tools.salesforce-pkce/callback', STATE);
    const target = targetOf(
      search(state, 'error=access_denied&error_description=end-user+denied&sid=x'),
      [],
    );
    const back = new URL(target ?? '').searchParams;
    assert.deepEqual([...back.keys()], ['nonce', 'error', 'error_description']);
    assert.equal(back.get('error_description'), 'end-user denied');
  });

  for (const [why, text] of [
    ['no state', '?code=c'],
    ['two states', `${search('vscode://pkce-tools.salesforce-pkce/callback')}&state=x`],
    ['a state that is no address', search('hello')],
    ['a state that cannot be decoded', search('%')],
    [
      'a state that is too long',
      search(`vscode://pkce-tools.salesforce-pkce/callback?${'x'.repeat(5000)}`),
    ],
  ] as const) {
    it(`P13: ${why} leads nowhere`, () => assert.equal(targetOf(text, []), undefined));
  }
});
