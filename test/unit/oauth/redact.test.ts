/** What is masked of texts, and what becomes of a server's words. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainLine, printable, redact, serverWords } from '../../../src/oauth/redact.ts';
import { SalesforceError } from '../../../src/salesforce/salesforceError.ts';

const TOKENS = [
  '00D5g0000DemoOrgEA!AQabc.def_ghi',
  '00D5g0000DemoOrgEA%21AQabc.def_ghi',
  'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln',
  '5Aep861abcdefghijklmnop.qrs',
  'aPrxZabcdef_ghijkl==',
];

describe('words of others', () => {
  for (const token of TOKENS) {
    it(`P19: ${token.slice(0, 4)}... never survives, wherever it stands`, () => {
      for (const text of [
        token,
        `before ${token} after`,
        `x=${token}&y`,
        `"access_token":"${token}"`,
        `(${token})`,
        `word-${token}`,
        `word-${token.replace(/^eyJ/, 'eyJ-eyJ')}`,
      ]) {
        assert.ok(!redact(text).includes(token.slice(0, 20)), redact(text));
      }
    });
  }

  it('P16: one short line without control characters, and the same again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const words = serverWords(text);
        assert.ok(!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(words));
        assert.ok(words.length <= 301);
        assert.equal(serverWords(words), words);
      }),
    );
  });

  for (const name of [
    'code',
    'code_verifier',
    'access_token',
    'refresh_token',
    'id_token',
    'client_secret',
    'assertion',
    'password',
    'state',
    'sid',
    'signature',
  ]) {
    it(`P19: what is called ${name} is masked, however it is written`, () => {
      const written = [
        `?${name}=s3cr3t&x=1`,
        `${name.toUpperCase()}: s3cr3t`,
        `{"${name}": "S3CR3T"}`,
      ];
      for (const text of written) assert.doesNotMatch(redact(text), /s3cr3t/i);
    });
  }

  it('P16: a terminal gets lines and no orders, a name is one line', () => {
    const hostile = 'Kiosk\u001b[31m\u0007\n\tPKCE\r\u009b2J';
    assert.equal(printable(hostile), 'Kiosk [31m \n\tPKCE\r 2J');
    assert.equal(plainLine(`${hostile}\u202egnp\u2066\u2069.`), 'Kiosk [31m PKCE 2J gnp .');
  });

  it('P25: however long they are and whatever they repeat, they are read at once', () => {
    // Tried at every part of it, this would take minutes.
    assert.equal(redact('eyJ-'.repeat(200_000)), 'eyJ-'.repeat(200_000));
    assert.ok(serverWords('eyJ-'.repeat(8_000_000)).length <= 301);
    const { code, words } = new SalesforceError(`A\n${'B'.repeat(1000)}`, 'x'.repeat(1000), 400);
    for (const text of [code, words]) assert.match(text, /^.{301}$/);
  });

  it('E8: a callback in a text loses its code and state', () => {
    const text = redact('vscode://x/callback?code=abcDEF123&state=s3cr3t');
    assert.ok(!text.includes('abcDEF123'));
    assert.ok(!text.includes('s3cr3t'));
  });
});
