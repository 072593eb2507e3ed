/** Which apps a filter, an order or a search gives. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { App, AppUsage } from '../../../src/salesforce/app.ts';
import {
  APP_FILTERS,
  APP_ORDERS,
  inOrder,
  isSelected,
  type AppFilter,
} from '../../../src/salesforce/appSelection.ts';
import { appSetupLink, setupLink } from '../../../src/salesforce/setupLinks.ts';
import { AppListing } from '../../../src/session/appListing.ts';
import { someApp, someUsage } from '../support/apps.ts';
import { memento } from '../support/memento.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const isShown = (app: App, ...filters: AppFilter[]): boolean => isSelected(app, filters, NOW);
const used = (usage: Partial<AppUsage>): App =>
  someApp({ oauth: { scopes: ['Api', 'RefreshToken'] }, usage: someUsage(usage) });

describe('E31: which apps are shown', () => {
  it('no filter shows all', () => {
    assert.ok(isShown(someApp({})));
  });

  it('filters of one facet widen each other, those of different facets narrow', () => {
    const open = someApp({ pkce: 'notRequired' });
    const unknown = someApp({ pkce: 'unknown' });
    const closed = someApp({ pkce: 'required' });
    const shown = [open, unknown, closed].map((app) => isShown(app, 'notRequired', 'unknown'));
    assert.deepEqual(shown, [true, true, false]);
    const openPublic = someApp({ pkce: 'notRequired', oauth: { isConsumerSecretOptional: true } });
    assert.deepEqual(
      [open, openPublic].map((app) => isShown(app, 'notRequired', 'public')),
      [false, true],
    );
  });

  it('installed is what only its author can change; unknown origin is not taken for it', () => {
    assert.ok(isShown(someApp({ origin: 'installed' }), 'installed'));
    assert.ok(!isShown(someApp({ origin: 'unknown' }), 'installed'));
  });

  /** An old app whose users could have refresh tokens, and have none. */
  const idle = (parts: Partial<App>, usage: Partial<AppUsage> = {}): App =>
    someApp({
      oauth: { scopes: ['Api', 'RefreshToken'] },
      lastModified: '2026-08-22T12:00:00.000Z',
      usage: someUsage({ tokens: 0, lastUsed: null, ...usage }),
      ...parts,
    });

  it('unused: no token was used for 90 days, or an app that is older has none', () => {
    assert.ok(isShown(idle({}), 'unused'));
    const eca = { oauth: { commaSeparatedOauthScopes: ['OfflineAccess'] } };
    assert.ok(isShown(idle(eca), 'unused'));
    assert.ok(isShown(used({ lastUsed: '2026-08-22T12:00:00.000Z' }), 'unused'));
    assert.ok(!isShown(used({ lastUsed: '2026-08-24T12:00:00.000Z' }), 'unused'));
    // Old tokens say nothing of an app that gives no more of them.
    const left = { ...used({ lastUsed: '2026-01-01T12:00:00.000Z' }), oauth: { scopes: ['Api'] } };
    assert.ok(!isShown(left, 'unused'));
  });

  it('what is not known to be unused is not called so', () => {
    assert.ok(!isShown(someApp({ usage: null }), 'unused'));
    for (const usage of [
      { isOnlyOwn: true },
      { isOnlyOwn: null },
      { isIncomplete: true },
      { isShared: true },
    ]) {
      assert.ok(!isShown(idle({}, usage), 'unused'), JSON.stringify(usage));
    }
  });

  it('what may be new is not called unused: a token that nobody has used yet, an app of 90 days', () => {
    assert.ok(!isShown(idle({}, { tokens: 1 }), 'unused'));
    // Old use of one token says nothing of another that came since.
    const lastUsed = '2026-08-01T12:00:00.000Z';
    for (const [newestUnused, isUnused] of [
      [undefined, true],
      ['2026-08-22T12:00:00.000Z', true],
      ['2026-08-24T12:00:00.000Z', false],
    ] as const) {
      assert.equal(isShown(used({ lastUsed, newestUnused }), 'unused'), isUnused, newestUnused);
    }
    for (const lastModified of [
      '2026-08-24T12:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
      'yesterday',
      null,
    ]) {
      assert.ok(!isShown(idle({ lastModified }), 'unused'), String(lastModified));
    }
  });

  it('what the count of tokens does not tell of is not called unused', () => {
    for (const oauth of [
      null,
      {},
      { scopes: ['Api', 'Web'] },
      { scopes: ['RefreshToken'], isClientCredentialEnabled: true },
      { commaSeparatedOauthScopes: ['RefreshToken'], isClientCredentialsFlowEnabled: true },
      { scopes: ['Api', 'RefreshToken'], certificate: 'MIIC' },
      { commaSeparatedOauthScopes: ['RefreshToken'], clientAssertionCertificate: 'CI_Cert' },
      { scopes: ['RefreshToken'], isTokenExchangeEnabled: true },
      { scopes: ['RefreshToken'], 'oauthPolicy.refreshTokenPolicy': 'zero:0:HOURS' },
      { commaSeparatedOauthScopes: ['RefreshToken'], 'oauthPolicy.refreshTokenPolicyType': 'Zero' },
    ]) {
      assert.ok(!isShown(idle({ oauth }), 'unused'), JSON.stringify(oauth));
    }
    const oauth = { commaSeparatedOauthScopes: ['RefreshToken'] };
    const app = { kind: 'externalClientApp', oauth } as const;
    assert.ok(isShown(idle({ ...app, pkce: 'notRequired' }), 'unused'));
    // What holds its flows was not read.
    assert.ok(!isShown(idle({ ...app, pkce: 'requiredByOrg' }), 'unused'));
  });

  it('each order keeps every app, and that of the names among equals', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...APP_ORDERS),
        fc.array(
          fc.record({
            pkce: fc.constantFrom<App['pkce']>('required', 'notRequired', 'unknown'),
            lastModified: fc.constantFrom(null, '2026-01-01T00:00:00Z', '1970-01-01T00:00:00Z', ''),
          }),
        ),
        (order, some) => {
          const apps = some.map((part, index) => someApp({ ...part, label: String(index) }));
          const sorted = inOrder(apps, order);
          assert.deepEqual(new Set(sorted), new Set(apps));
          for (const [index, app] of sorted.entries()) {
            const next = sorted[index + 1];
            if (app.pkce !== next?.pkce || app.lastModified !== next.lastModified) continue;
            assert.ok(Number(app.label) < Number(next.label));
          }
        },
      ),
    );
  });

  it('by status what wants doing comes first; by use and change the latest', () => {
    const first = (order: (typeof APP_ORDERS)[number], ...apps: App[]): string =>
      inOrder(apps, order)[0]?.label ?? '';
    const open = someApp({ label: 'open', pkce: 'notRequired' });
    assert.equal(first('status', someApp({ pkce: 'required' }), open), 'open');
    const late = { ...used({ lastUsed: '2026-11-20T00:00:00.000Z' }), label: 'late' };
    const never = used({ lastUsed: null });
    assert.equal(
      first('lastUse', never, used({ lastUsed: '2025-01-01T00:00:00.000Z' }), late),
      'late',
    );
    const changed = someApp({ label: 'changed', lastModified: '2026-11-01T00:00:00.000+0000' });
    assert.equal(first('lastChange', someApp({ lastModified: null }), changed), 'changed');
  });

  it('the order is kept from window to window, the filter is not; a kept order of no sense is none', async () => {
    const memory = memento();
    const open = (): AppListing => new AppListing(memory, () => NOW);
    const listing = open();
    let changes = 0;
    listing.onDidChange(() => (changes += 1));
    await listing.setOrder('status');
    listing.filters = APP_FILTERS;
    assert.equal(changes, 2);
    assert.equal(open().order, 'status');
    assert.deepEqual(open().filters, []);
    await memory.update('appOrder', 'toString');
    assert.equal(open().order, 'name');
  });

  it('another window may have chosen the order: that is told once, at the next look', async () => {
    const memory = memento();
    const listing = new AppListing(memory, () => NOW);
    let changes = 0;
    listing.onDidChange(() => (changes += 1));
    await memory.update('appOrder', 'status');
    listing.lookAgain();
    listing.lookAgain();
    assert.equal(changes, 1);
    await listing.setOrder('name');
    listing.lookAgain();
    assert.equal(changes, 2);
  });
});

describe('E35: links into Setup', () => {
  const instance = 'https://acme.my.salesforce.com';
  it("an app's own page, where its id is one of an app of its kind", () => {
    const eca = someApp({ kind: 'externalClientApp', componentId: '0xIAb0000000001MAA' });
    assert.equal(
      appSetupLink(instance, eca),
      'https://acme.lightning.force.com/lightning/setup/ManageExternalClientApplication/0xIAb0000000001MAA/detail',
    );
    assert.equal(
      appSetupLink(instance, someApp({ componentId: '0H4Ab0000000001' })),
      'https://acme.my.salesforce.com/0H4Ab0000000001',
    );
  });

  it('the list that it is in, where the id is none, or a hostile one', () => {
    for (const componentId of [
      null,
      '',
      '0xIAb0000000001MAA',
      '0H4/../../evil',
      '0H4Ab000000000?x=1',
    ]) {
      assert.equal(
        appSetupLink(instance, someApp({ componentId })),
        setupLink(instance, 'connectedApps'),
      );
    }
  });
});
