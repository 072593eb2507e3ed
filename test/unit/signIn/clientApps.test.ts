/** The setting with the client apps, as users write it. */
import assert from 'node:assert/strict';
import {
  clientAppAt,
  clientAppsFor,
  clientAppsIn,
  clientAppsOfOtherHosts,
  withClientApp,
} from '../../../src/signIn/clientApps.ts';

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

  it('those of other hosts are listed apart, each consumer key once', () => {
    const { apps } = clientAppsIn([
      { name: 'Acme', clientId: '3MVG9acme', loginHost: 'acme' },
      { name: 'Acme UAT', clientId: '3MVG9acme', loginHost: 'acme--uat' },
      { name: 'Packaged', clientId: '3MVG9package', loginHost: 'one' },
      { name: 'Packaged', clientId: '3MVG9package', loginHost: 'two' },
      { name: 'Any', clientId: '3MVG9anyhost' },
    ]);
    const others = (loginHost: string): string[] =>
      clientAppsOfOtherHosts(apps, loginHost).map(({ name }) => name);
    assert.deepEqual(others('https://acme.my.salesforce.com'), ['Packaged']);
    assert.deepEqual(others('https://two.my.salesforce.com'), ['Acme']);
    assert.deepEqual(others('https://new.my.salesforce.com'), ['Acme', 'Packaged']);
  });

  it('one of another host keeps its name and scopes, unless it bears the name of that host', () => {
    const loginHost = 'https://acme--uat.sandbox.my.salesforce.com';
    const app = {
      name: 'Packaged',
      clientId: '3MVG9package',
      loginHost: 'https://acme.my.salesforce.com',
      scopes: ['api'],
    };
    assert.deepEqual(clientAppAt(app, loginHost), { ...app, loginHost });
    const named = { ...app, name: 'acme.my.salesforce.com' };
    assert.equal(clientAppAt(named, loginHost).name, 'acme--uat.sandbox.my.salesforce.com');
  });

  describe('one that has worked', () => {
    const PRODUCTION = 'https://acme.my.salesforce.com';
    const app = { name: 'acme', clientId: '3MVG9acme', loginHost: PRODUCTION, scopes: undefined };
    const entry = { name: 'acme', clientId: '3MVG9acme', loginHost: PRODUCTION };

    it('is kept behind the others, also behind those that cannot be read', () => {
      assert.deepEqual(withClientApp(undefined, app), [entry]);
      assert.deepEqual(withClientApp(['?', { name: 'x' }], app), ['?', { name: 'x' }, entry]);
    });

    it('is kept with its scopes', () => {
      assert.deepEqual(withClientApp([], { ...app, scopes: ['api'] }), [
        { ...entry, scopes: ['api'] },
      ]);
    });

    it('is kept for each host: a refreshed sandbox has the consumer keys of production', () => {
      const loginHost = 'https://acme--uat.sandbox.my.salesforce.com';
      assert.deepEqual(withClientApp([entry], { ...app, loginHost }), [
        entry,
        { ...entry, loginHost },
      ]);
    });

    it('is not kept where the setting is no list: what is there was meant as something', () => {
      for (const setting of [entry, 'Acme', null])
        assert.equal(withClientApp(setting, app), undefined);
    });

    it('is not kept twice, nor beside one with its key for any host', () => {
      assert.equal(withClientApp([{ ...entry, loginHost: 'acme' }], app), undefined);
      assert.equal(withClientApp([{ name: 'any', clientId: '3MVG9acme' }], app), undefined);
    });
  });
});
