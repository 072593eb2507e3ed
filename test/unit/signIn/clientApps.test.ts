/** The setting with the client apps, as users write it. */
import assert from 'node:assert/strict';
import { clientAppsFor, clientAppsIn } from '../../../src/signIn/clientApps.ts';

describe('client apps of the settings', () => {
  it('normalises hosts and keeps order', () => {
    const { apps, problems } = clientAppsIn([
      { name: 'Acme', clientId: '3MVG9acme', loginHost: 'acme' },
      { name: 'Any', clientId: '3MVG9anyhost', scopes: ['api'] },
    ]);
    assert.deepEqual(problems, []);
    assert.equal(apps[0]?.loginHost, 'https://acme.my.salesforce.com');
    assert.deepEqual(
      clientAppsFor(apps, 'https://acme.my.salesforce.com').map(({ name }) => name),
      ['Acme', 'Any'],
    );
    assert.deepEqual(
      clientAppsFor(apps, 'https://login.salesforce.com').map(({ name }) => name),
      ['Any'],
    );
  });

  for (const [why, entry] of [
    ['no name', { clientId: '3MVG9acme' }],
    ['no consumer key', { name: 'x' }],
    ['a consumer key with a space', { name: 'x', clientId: '3MVG9 acme' }],
    ['a bad host', { name: 'x', clientId: '3MVG9acme', loginHost: 'http://acme.example' }],
    ['a scope with a space', { name: 'x', clientId: '3MVG9acme', scopes: ['api full'] }],
    ['not an object', 'x'],
  ] as const) {
    it(`names an entry with ${why}, and uses the others`, () => {
      const { apps, problems } = clientAppsIn([entry, { name: 'ok', clientId: '3MVG9okay' }]);
      assert.deepEqual(
        apps.map(({ name }) => name),
        ['ok'],
      );
      assert.equal(problems.length, 1);
    });
  }

  it('a setting that is no list is a problem, an absent one is not', () => {
    assert.equal(clientAppsIn('x').problems.length, 1);
    assert.equal(clientAppsIn(undefined).problems.length, 0);
  });
});
