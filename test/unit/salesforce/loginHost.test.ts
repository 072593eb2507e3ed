/** What people type or paste as an org, as an origin or an error in words. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import {
  isLoginHost,
  kindOfLoginHost,
  loginHostOf,
  mayHoldOrg,
} from '../../../src/salesforce/loginHost.ts';
import { hasCode } from '../support/hasCode.ts';

const GOOD: readonly (readonly [string, string])[] = [
  ['acme', 'https://acme.my.salesforce.com'],
  ['  ACME ', 'https://acme.my.salesforce.com'],
  ['acme--uat', 'https://acme--uat.sandbox.my.salesforce.com'],
  ['acme--uat.sandbox', 'https://acme--uat.sandbox.my.salesforce.com'],
  ['acme-dev-ed.develop', 'https://acme-dev-ed.develop.my.salesforce.com'],
  ['production', 'https://login.salesforce.com'],
  ['Sandbox', 'https://test.salesforce.com'],
  ['login.salesforce.com', 'https://login.salesforce.com'],
  ['test.salesforce.com/', 'https://test.salesforce.com'],
  ['acme.my.salesforce.com', 'https://acme.my.salesforce.com'],
  ['https://acme.my.salesforce.com/home/home.jsp?x=1#y', 'https://acme.my.salesforce.com'],
  [
    'https://acme.lightning.force.com/lightning/setup/SetupOneHome/home',
    'https://acme.my.salesforce.com',
  ],
  ['https://acme--uat.sandbox.lightning.force.com/', 'https://acme--uat.sandbox.my.salesforce.com'],
  ['https://acme.my.salesforce-setup.com/lightning/setup/X/home', 'https://acme.my.salesforce.com'],
  [
    'https://acme--uat.sandbox.my.salesforce-setup.com',
    'https://acme--uat.sandbox.my.salesforce.com',
  ],
  ['https://acme--c.vf.force.com/apex/Page', 'https://acme.my.salesforce.com'],
  ['https://acme.lightning.crmforce.mil/x', 'https://acme.my.salesforce.mil'],
  ['https://acme.scratch.my.salesforce.com', 'https://acme.scratch.my.salesforce.com'],
  ['https://portal.my.site.com/login', 'https://portal.my.site.com'],
  ['https://login.acme.example:8443/x', 'https://login.acme.example:8443'],
  ['http://127.0.0.1:4711/services', 'http://127.0.0.1:4711'],
  ['http://localhost:4711', 'http://localhost:4711'],
];
const BAD: readonly (readonly [string, string])[] = [
  ['', 'empty_host'],
  ['   ', 'empty_host'],
  ['http://acme.my.salesforce.com', 'not_https'],
  ['ftp://acme.my.salesforce.com', 'not_https'],
  ['javascript://alert(1)', 'not_https'],
  ['https://user:pass@acme.my.salesforce.com', 'host_with_credentials'],
  ['https://login.salesforce.com@evil.example', 'host_with_credentials'],
  ['https://acme.my.salesforce.com:8443', 'host_with_port'],
  ['https://intranet', 'bad_host'],
  ['not a host', 'bad_host'],
  ['__proto__', 'bad_host'],
  ['https://', 'bad_host'],
];

describe('login host', () => {
  for (const [input, expected] of GOOD) {
    it(`E13: "${input}" means ${expected}`, () => assert.equal(loginHostOf(input), expected));
  }
  for (const [input, code] of BAD) {
    it(`E13: "${input}" is refused: ${code}`, () => {
      assert.throws(() => loginHostOf(input), hasCode(code));
    });
  }

  it('E13: look-alikes are not Salesforce', () => {
    for (const host of [
      'login.salesforce.com.evil.example',
      'xsalesforce.com',
      'login-salesforce.com',
      'lоgin.salesforce.com.evil.example',
    ]) {
      assert.equal(kindOfLoginHost(loginHostOf(`https://${host}`)), 'custom');
    }
  });

  it('E13: whatever is typed becomes an origin, https or loopback, or an error in words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.domain()), (input) => {
        let loginHost;
        try {
          loginHost = loginHostOf(input);
        } catch (error) {
          assert.ok(error instanceof UserFacingError);
          return;
        }
        const url = new URL(loginHost);
        assert.equal(url.origin, loginHost);
        assert.ok(isLoginHost(loginHost));
        assert.ok(url.protocol === 'https:' || kindOfLoginHost(loginHost) === 'loopback');
      }),
    );
  });

  const HOLDS: readonly (readonly [string, string, boolean])[] = [
    ['https://login.salesforce.com', 'https://acme.my.salesforce.com', true],
    ['https://login.salesforce.com', 'https://acme.my.salesforce.mil', true],
    ['https://login.salesforce.com', 'http://acme.my.salesforce.com', false],
    ['https://login.salesforce.com', 'https://acme.my.salesforce.com.evil.example', false],
    ['https://login.salesforce.com', 'https://evilsalesforce.com', false],
    ['https://login.salesforce.com', 'https://acme.my.salesforce.com:8443', false],
    ['https://login.salesforce.com', 'https://a:b@acme.my.salesforce.com', false],
    ['https://login.salesforce.com', 'http://127.0.0.1:80', false],
    ['https://login.salesforce.com', 'https://localhost', false],
    ['https://login.acme.example', 'https://login.acme.example', true],
    ['https://login.acme.example', 'https://other.acme.example', false],
    ['https://login.acme.example', 'https://acme.my.salesforce.com', true],
    ['http://127.0.0.1:4711', 'http://127.0.0.1:4712', true],
    ['http://127.0.0.1:4711', 'https://acme.my.salesforce.com', false],
    ['http://127.0.0.1:4711', 'http://acme.my.salesforce.com', false],
    ['https://localhost:4711', 'https://acme.my.salesforce.com', false],
    ['https://localhost:4711', 'http://localhost:4711', false],
  ];
  for (const [loginHost, instance, expected] of HOLDS) {
    it(`P47: after a log-in at ${loginHost}, ${instance} ${expected ? 'may' : 'may not'} get the token`, () => {
      assert.equal(mayHoldOrg(new URL(instance), loginHost), expected);
    });
  }
});
