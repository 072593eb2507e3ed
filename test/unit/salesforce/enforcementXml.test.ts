/** Components on their way to an org and back: the flag, the order, what an org says of a change. */
import assert from 'node:assert/strict';
import {
  canHoldFlag,
  differences,
  flagOf,
  meaningOf,
  othersIn,
  updateXml,
} from '../../../src/salesforce/enforcement/componentXml.ts';
import { eligibilityIn } from '../../../src/salesforce/enforcement/eligibility.ts';
import {
  refusalOf,
  refusalWords,
  saveResultsIn,
} from '../../../src/salesforce/enforcement/saveResult.ts';
import { appSetupLink } from '../../../src/salesforce/setupLinks.ts';
import { parseXml } from '../../../src/salesforce/xml.ts';
import { catalogWith, someApp } from '../support/apps.ts';

const app = (content: string) => parseXml(`<ConnectedApp>${content}</ConnectedApp>`);

describe('components', () => {
  for (const [text, flag] of [
    ['<isPkceRequired>true</isPkceRequired>', true],
    ['<isPkceRequired> false </isPkceRequired>', false],
    ['<isPkceRequired>maybe</isPkceRequired>', undefined],
    ['<isPkceRequired></isPkceRequired>', null],
    ['<isPkceRequired><v>true</v></isPkceRequired>', undefined],
    ['<isPkceRequired>false</isPkceRequired><isPkceRequired>true</isPkceRequired>', undefined],
    ['', null],
  ] as const) {
    it(`the flag of "${text}" is ${String(flag)}`, () => {
      assert.equal(flagOf('ConnectedApp', app(`<oauthConfig>${text}</oauthConfig>`)), flag);
      assert.equal(flagOf('OauthOidcSettings', parseXml(`<x>${text}</x>`)), flag);
    });
  }

  it('a flag that is neither true nor false means nothing, where an absent one means its default', () => {
    const odd = '<isPkceRequired>maybe</isPkceRequired>';
    const types = ['ConnectedApp', 'ExtlClntAppGlobalOauthSettings', 'OauthOidcSettings'] as const;
    for (const type of types) {
      const part = (text: string) =>
        type === 'ConnectedApp'
          ? app(`<oauthConfig>${text}</oauthConfig>`)
          : parseXml(`<x>${text}</x>`);
      assert.equal(typeof meaningOf(type, part('')), 'boolean');
      assert.equal(meaningOf(type, part(odd)), undefined, type);
    }
  });

  it('an app for SAML alone has no part for the flag, and is not sent', () => {
    const saml = app('<samlConfig/>');
    assert.equal(canHoldFlag('ConnectedApp', saml), false);
    assert.equal(canHoldFlag('OauthOidcSettings', saml), true);
    assert.equal(flagOf('ConnectedApp', saml), null);
    assert.throws(() => updateXml('ConnectedApp', 'A', saml, true), /no part with the flag/);
  });

  it('is sent by the alphabet, the name first, repeated elements in their own order, nil as nil', () => {
    const component = app(
      '<zebra>z</zebra><fullName>Old</fullName><label>A &amp; B</label>' +
        '<contactPhone xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>' +
        '<oauthConfig><scopes>Web</scopes><scopes>Api</scopes><consumerKey>k</consumerKey>' +
        '<consumerSecret>s</consumerSecret><shouldRotateConsumerKey>true</shouldRotateConsumerKey>' +
        '<callbackUrl>u</callbackUrl></oauthConfig>',
    );
    assert.equal(
      updateXml('ConnectedApp', 'New', component, true),
      '<met:metadata xsi:type="met:ConnectedApp"><met:fullName>New</met:fullName>' +
        '<met:contactPhone xsi:nil="true"/><met:label>A &amp; B</met:label>' +
        '<met:oauthConfig><met:callbackUrl>u</met:callbackUrl>' +
        '<met:isPkceRequired>true</met:isPkceRequired><met:scopes>Web</met:scopes>' +
        '<met:scopes>Api</met:scopes>' +
        '<met:shouldRotateConsumerKey>false</met:shouldRotateConsumerKey></met:oauthConfig>' +
        '<met:zebra>z</met:zebra></met:metadata>',
    );
    const withKey = updateXml('ConnectedApp', 'New', component, false, { withKey: true });
    assert.match(withKey, /<met:consumerKey>k<\/met:consumerKey>/);
    assert.doesNotMatch(withKey, /consumerSecret/);
  });

  it('what differs beside the flag is named, and a secret is never looked at', () => {
    const before = app(
      '<label>A</label><contactEmail>a@b.c</contactEmail><oauthConfig><isPkceRequired>false</isPkceRequired><scopes>Api</scopes><scopes>Web</scopes><consumerSecret>one</consumerSecret></oauthConfig>',
    );
    const after = app(
      '<label>B</label><oauthConfig><isPkceRequired>true</isPkceRequired><scopes>Web</scopes><consumerSecret>two</consumerSecret><callbackUrl>u</callbackUrl></oauthConfig>',
    );
    assert.deepEqual(differences('ConnectedApp', before, after).toSorted(), [
      'contactEmail',
      'label',
      'oauthConfig.callbackUrl',
      'oauthConfig.scopes',
    ]);
    assert.deepEqual(differences('ConnectedApp', before, before), []);
    assert.doesNotMatch(JSON.stringify([...othersIn('ConnectedApp', before)]), /one/);
  });
});

describe('what an org says of a change', () => {
  it('results with all, some and none of their parts', () => {
    const results = saveResultsIn(
      parseXml(
        '<r><result><fullName>A</fullName><success> true </success></result>' +
          '<result><errors><statusCode> X </statusCode><message>No.</message></errors><errors/></result></r>',
      ),
    );
    assert.deepEqual(results, [
      { fullName: 'A', success: true, errors: [] },
      {
        fullName: '',
        success: false,
        errors: [
          { statusCode: 'X', message: 'No.' },
          { statusCode: '', message: '' },
        ],
      },
    ]);
  });

  for (const [code, words] of [
    ['CANNOT_MODIFY_MANAGED_OBJECT', /belongs to a package: only its author/],
    ['INSUFFICIENT_ACCESS', /or your user may not change it/],
    ['INVALID_CROSS_REFERENCE_KEY', /does not have it any more/],
    ['UNABLE_TO_LOCK_ROW', /Somebody else is changing it/],
    ['toString', /refused the change \(toString: Words\)/],
  ] as const) {
    it(`${code} in words`, () =>
      assert.match(refusalWords([{ statusCode: code, message: 'Words' }]), words));
  }

  it('what the org says is shown without what is secret, or turns the text around', () => {
    const [token, turned] = ['00D5g0000DemoOrgEA!AQEAQ.secret.token.of.the.org', '\u202eegassem'];
    for (const error of [
      { statusCode: token, message: turned },
      { statusCode: turned, message: token },
    ]) {
      const words = refusalWords([error]);
      assert.match(words, /egassem/);
      assert.doesNotMatch(words, /secret\.token|\u202e/);
    }
  });

  it('an error of no known kind is not shown as it is', () =>
    assert.equal(refusalOf(new Error('raw')), 'The answer of the org could not be read.'));

  it('several refusals are several sentences; none is said to be none', () => {
    assert.match(refusalWords([]), /without saying why/);
    const both = refusalWords([
      { statusCode: 'A', message: '' },
      { statusCode: '', message: 'B' },
    ]);
    assert.match(both, /\(A\).*\(B\)/);
  });
});

describe('which apps an org may change', () => {
  const eligible = (parts: Parameters<typeof someApp>[0]) => {
    const one = someApp({ pkce: 'notRequired', ...parts });
    return eligibilityIn(catalogWith([one]))(one);
  };

  it('its own that do not require PKCE; of the others it says why not', () => {
    assert.deepEqual(eligible({}), { target: { type: 'ConnectedApp', fullName: 'Some_App' } });
    assert.match(JSON.stringify(eligible({ pkce: 'required' })), /already/);
    assert.match(JSON.stringify(eligible({ pkce: 'notApplicable', oauth: null })), /reason/);
    assert.match(
      JSON.stringify(eligible({ origin: 'installed', originReason: 'Of a package.' })),
      /Of a package/,
    );
    assert.match(
      JSON.stringify(eligible({ kind: 'externalClientApp', id: 'externalClientApp:X' })),
      /no global OAuth settings/,
    );
  });
});

describe('links into Setup', () => {
  it('lead to the app where its id is known, else to the list', () => {
    const url = 'https://acme.my.salesforce.com';
    const setup = 'https://acme.lightning.force.com/lightning/setup/';
    const linkOf = (kind: 'connectedApp' | 'externalClientApp', componentId: string | null) =>
      appSetupLink(url, someApp({ kind, componentId }));
    assert.equal(linkOf('connectedApp', '0H4000000000001AAA'), `${url}/0H4000000000001AAA`);
    assert.ok(linkOf('connectedApp', null).startsWith(setup));
    assert.ok(linkOf('connectedApp', 'javascript:').startsWith(setup));
    assert.match(linkOf('externalClientApp', '0xI000000000001'), /\/0xI000000000001\/detail$/);
    assert.match(linkOf('externalClientApp', '0H4000000000001AAA'), /\/home$/);
    assert.match(linkOf('externalClientApp', null), /\/home$/);
  });
});
