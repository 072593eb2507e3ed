/** XML of an org: what is read, and what no honest server sends. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escapeXml } from '../../../src/salesforce/escapeXml.ts';
import { settingValuesOf } from '../../../src/salesforce/settings/settingValues.ts';
import { parseXml, XmlError } from '../../../src/salesforce/xml.ts';

describe('XML', () => {
  it('decodes entities, numeric references and CDATA, keeps white space, drops comments and prefixes', () => {
    const root = parseXml(
      '<a:r xmlns:a="u"> <b>x &amp; y &#246; <![CDATA[<z>]]><!-- no --></b><c/></a:r>',
    );
    assert.equal(root.name, 'r');
    assert.equal(root.textOf('b'), 'x & y ö <z>');
    assert.equal(root.textOf('c'), '');
  });

  for (const [why, text] of [
    ['a DOCTYPE', '<!DOCTYPE r [<!ENTITY a "aaaa">]><r>&a;</r>'],
    ['a harmless DOCTYPE', '<!DOCTYPE r><r/>'],
    ['an unclosed element', '<r><b></r>'],
    ['two roots', '<r/><r/>'],
    ['an unknown entity', '<r>&nbsp;</r>'],
    ['nothing', ''],
    ['HTML', '<html><body><br></body></html>'],
    ['half a million elements', `<r>${'<a/>'.repeat(500_000)}</r>`],
    ['deep nesting', '<a>'.repeat(50) + '</a>'.repeat(50)],
  ] as const) {
    it(`refuses ${why}`, () => assert.throws(() => parseXml(text), XmlError));
  }

  it('any text survives the way into XML and back', () => {
    const legal = fc
      .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('\r', '\n', 'a') }))
      .map((text) =>
        text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, ''),
      );
    fc.assert(
      fc.property(legal, (text) => {
        assert.equal(parseXml(`<r>${escapeXml(text)}</r>`).text, text);
      }),
    );
  });

  it('hostile text throws nothing but XmlError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseXml(text);
        } catch (error) {
          assert.ok(error instanceof XmlError);
        }
      }),
    );
  });

  it('one element or many: a list is a list', () => {
    const one = settingValuesOf(
      'ConnectedApp',
      parseXml('<ConnectedApp><oauthConfig><scopes>Api</scopes></oauthConfig></ConnectedApp>'),
    );
    assert.deepEqual(one.scopes, ['Api']);
    const two = settingValuesOf(
      'ConnectedApp',
      parseXml(
        '<ConnectedApp><oauthConfig><scopes>Api</scopes><scopes>Full</scopes></oauthConfig></ConnectedApp>',
      ),
    );
    assert.deepEqual(two.scopes, ['Api', 'Full']);
  });

  it('elements that nobody here has heard of are kept', () => {
    const values = settingValuesOf(
      'ConnectedApp',
      parseXml(
        '<ConnectedApp><oauthConfig><isNewIn70>true</isNewIn70><deep><er>1</er></deep></oauthConfig></ConnectedApp>',
      ),
    );
    assert.deepEqual(values, { isNewIn70: true, 'deep.er': '1' });
  });

  it('an element named __proto__ changes nothing', () => {
    const values = settingValuesOf(
      'ConnectedApp',
      parseXml(
        '<ConnectedApp><oauthConfig><__proto__><x>1</x></__proto__></oauthConfig></ConnectedApp>',
      ),
    );
    assert.deepEqual(values, {});
    assert.equal(Object.getPrototypeOf(values), Object.prototype);
  });

  it('P53: whatever is called secret and holds a value is dropped', () => {
    const values = settingValuesOf(
      'ConnectedApp',
      parseXml(
        '<ConnectedApp><oauthConfig><consumerSecret>S</consumerSecret><otherSecretText>T</otherSecretText><isSecretRequiredForRefreshToken>false</isSecretRequiredForRefreshToken></oauthConfig></ConnectedApp>',
      ),
    );
    assert.deepEqual(values, { isSecretRequiredForRefreshToken: false });
  });
});
