/** Components as plain values, whatever is in them. */
import assert from 'node:assert/strict';
import { flagIn, valuesIn } from '../../../src/salesforce/settings/settingValues.ts';
import { parseXml } from '../../../src/salesforce/xml.ts';

const valuesOf = (content: string) => valuesIn(parseXml(`<x>${content}</x>`), '');

describe('values of a component', () => {
  it('a secret stays behind also where a switch has its name', () => {
    const values = valuesOf('<appSecret>s3cret</appSecret><appSecret>true</appSecret>');
    assert.deepEqual(values, { appSecret: true });
  });

  it('a flag that is stated in parts, or twice, is neither on nor off nor absent', () => {
    for (const content of ['<f><v>true</v></f>', '<f>true</f><f>false</f>', '<f>on</f>']) {
      assert.equal(flagIn(valuesOf(content), 'f'), undefined, content);
    }
    for (const content of ['', '<f/>', '<f> </f>', '<other>true</other>']) {
      assert.equal(flagIn(valuesOf(content), 'f'), null, content);
    }
  });

  it('white space around a value is layout', () => {
    assert.deepEqual(
      valuesOf(
        '<scopes>\n  Full\n</scopes><scopes> Api </scopes><consumerKey>\t3MVG9x\n</consumerKey><description> two words </description><startUrl> </startUrl>',
      ),
      {
        scopes: ['Full', 'Api'],
        consumerKey: '3MVG9x',
        description: 'two words',
        startUrl: '',
      },
    );
  });

  it('elements of 40,000 names do not hold it up', function () {
    this.timeout(5000);
    const content = Array.from({ length: 40_000 }, (_none, index) => `<a${index}/>`).join('');
    assert.equal(Object.keys(valuesOf(content)).length, 40_000);
  });
});
