import assert from 'node:assert/strict';
import { isLeftOut, throughProxy } from '../../../src/oauth/proxyTunnel.ts';

describe('the tunnel of http.proxyAuthorization', () => {
  for (const [host, list, out] of [
    ['acme.my.salesforce.com', [], false],
    ['acme.my.salesforce.com', ['acme.my.salesforce.com'], true],
    ['acme.my.salesforce.com', ['.salesforce.com'], true],
    ['acme.my.salesforce.com', ['*.salesforce.com'], true],
    ['acme.my.salesforce.com', ['salesforce.com'], true],
    ['acme.my.salesforce.com', ['force.com'], false],
    ['acme.my.salesforce.com', ['*'], true],
    ['acme.my.salesforce.com', ['salesforce.com:443'], true],
    ['acme.my.salesforce.com', ['salesforce.com:8443'], false],
    ['acme.my.salesforce.com', [' ACME.my.salesforce.com '], true],
  ] as const) {
    it(`E53: http.noProxy ${JSON.stringify(list)} ${out ? 'leaves out' : 'does not leave out'} ${host}`, () =>
      assert.equal(isLeftOut(new URL(`https://${host}/`), list), out));
  }

  const SETTINGS = {
    proxy: 'http://127.0.0.1:9',
    authorization: 'Basic x',
    noProxy: ['left.example'],
  };
  for (const [why, settings, url, ours] of [
    ['all of it is set', SETTINGS, 'https://acme.example/', true],
    ['no authorization', { ...SETTINGS, authorization: undefined }, 'https://acme.example/', false],
    ['no proxy', { ...SETTINGS, proxy: undefined }, 'https://acme.example/', false],
    [
      'a user in the address',
      { ...SETTINGS, proxy: 'http://u:p@h:9' },
      'https://acme.example/',
      false,
    ],
    [
      'a proxy that is no http',
      { ...SETTINGS, proxy: 'socks://h:9' },
      'https://acme.example/',
      false,
    ],
    [
      'a proxy that is no address',
      { ...SETTINGS, proxy: 'nonsense' },
      'https://acme.example/',
      false,
    ],
    ['a host that is left out', SETTINGS, 'https://left.example/', false],
    ['plain http', SETTINGS, 'http://127.0.0.1:1/', false],
  ] as const) {
    it(`E53: ${why}: ${ours ? 'our tunnel' : "VS Code's way"}`, async () => {
      let usual = 0;
      const fetch = throughProxy(
        () => {
          usual += 1;
          return Promise.resolve(new Response(''));
        },
        () => settings,
      );
      // Nobody listens at port 9: the tunnel fails, as fetch does.
      await fetch(url).catch((error: unknown) => assert.ok(error instanceof TypeError));
      assert.equal(usual, ours ? 0 : 1);
    });
  }
});
