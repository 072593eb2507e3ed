/** Who uses which app, counted over pages and queries. */
import assert from 'node:assert/strict';
import { contextOf } from '../../../../src/audit/context.ts';
import { impactsOf } from '../../../../src/audit/impact.ts';
import { parseFault } from '../../../../src/demo/switches.ts';
import { catalogOf, type Catalog } from '../../../../src/salesforce/catalog/catalog.ts';
import {
  readUsage,
  usageByApp,
  type TokenCount,
} from '../../../../src/salesforce/catalog/usage.ts';
import { someApp } from '../../support/apps.ts';
import { clientOf, read, withOrg } from '../../support/catalogs.ts';

const signal = new AbortController().signal;

describe('who uses an app', () => {
  it('tokens, users, uses and the last use, by menu item or by label', () =>
    withOrg({}, async (org) => {
      const byName = new Map((await read(org)).apps.map((app) => [app.fullName, app.usage]));
      const tablet = byName.get('Field_Service_Tablet');
      assert.equal(tablet?.tokens, 12);
      assert.equal(tablet.users, 12);
      assert.equal(tablet.uses, 780);
      assert.ok(Date.parse(tablet.lastUsed ?? '') > Date.now() - 2 * 86_400_000);
      assert.equal(tablet.isOnlyOwn, false);
      // External client apps have no menu item here: matched by label.
      assert.equal(byName.get('Billing_Connector')?.users, 2);
      assert.equal(byName.get('Kiosk')?.tokens, 0);
      assert.equal(byName.get('Kiosk')?.lastUsed, null);
    }));

  it('apps in use that the org does not list are named', () =>
    withOrg({}, async (org) => {
      const { unlisted } = await read(org);
      assert.deepEqual(unlisted.map(({ name, users }) => [name, users]).sort(), [
        ['Data Import Wizard Pro', 1],
        ['Postman', 2],
      ]);
    }));

  for (const tokens of [499, 500, 501, 2499, 2500, 2501, 6000]) {
    it(`${tokens} tokens beside one's own are all counted, each once`, () =>
      withOrg({ apps: 12, tokens }, async (org) => {
        const client = await clientOf(org);
        const usage = await readUsage({ client, apiVersion: '68.0', signal });
        assert.ok(usage.kind === 'known' && !usage.isIncomplete);
        assert.equal(
          usage.counts.reduce((all, count) => all + count.tokens, 0),
          tokens + 1,
        );
      }));
  }

  it('tokens of its name that bear an id of no listed app may be its own: nobody calls it unused', () => {
    const count = { name: 'Portal', tokens: 3, users: 2, uses: 9, lastUsed: null };
    const usage = {
      kind: 'known',
      counts: [{ ...count, appId: '0xI000000000001AAA' }],
      withMenuItem: ['0xI000000000001AAA'],
      isOnlyOwn: false,
      isIncomplete: false,
    } as const;
    const app = someApp({ label: 'Portal', componentId: '0H4000000000001AAA' });
    const other = someApp({ id: 'connectedApp:Other', label: 'Other', componentId: '0H4x' });
    const { of, unlisted, unclear } = usageByApp(usage, [app, other], new Set());
    assert.deepEqual([of(app)?.tokens, of(app)?.isShared], [3, true]);
    assert.deepEqual([of(other)?.tokens, of(other)?.isShared], [0, false]);
    assert.deepEqual([unlisted, unclear], [[], []]);
    const own = someApp({ ...app, componentId: '0xI000000000001' });
    assert.equal(usageByApp(usage, [own], new Set()).of(own)?.isShared, false);
  });

  it('neither refresh tokens nor what deletes them are asked for', () =>
    withOrg({}, async (org) => {
      const { snapshot } = await read(org);
      const queries = org.requests
        .map(({ query }) => query)
        .filter((query) => query.includes('OauthToken'));
      assert.ok(queries.length > 0);
      for (const query of queries)
        assert.doesNotMatch(query, /AccessToken|DeleteToken|RequestToken/);
      assert.ok(!JSON.stringify(snapshot).includes('5Aep861'));
    }));

  it('without "Customize Application" only own tokens are counted, and that is said', () =>
    withOrg({}, async (org) => {
      const client = await clientOf(org, { username: org.viewer.username });
      const usage = await readUsage({ client, apiVersion: '68.0', signal });
      assert.ok(usage.kind === 'known');
      assert.equal(usage.isOnlyOwn, true);
      assert.equal(usage.counts.length, 1);
    }));

  it('where users may not ask about their permissions, it is not known whose tokens were counted', () =>
    withOrg({ switches: { permissionAccess: false } }, async (org) => {
      const { usage } = await read(org);
      assert.ok(usage.kind === 'known');
      assert.equal(usage.isOnlyOwn, null);
    }));

  it('a token list that cannot be read leaves the use unknown, with the reason, and the rest as it is', () =>
    withOrg({}, async (org) => {
      const client = await clientOf(org);
      org.switches.faults.push(parseFault('rest:API_DISABLED_FOR_ORG:off'));
      const { apps, usage, problems } = await read(org, { client });
      assert.ok(usage.kind === 'unknown');
      assert.match(usage.reason, /API Enabled/);
      assert.ok(apps.every((app) => app.usage === null));
      assert.ok(apps.some(({ pkce }) => pkce === 'required'));
      assert.ok(problems.some(({ happened }) => happened.includes('uses the apps')));
    }));

  describe('of an app that is listed and could not be read', () => {
    const ID = '0H4000000000001AAA';
    const token = (name: string, parts: Partial<TokenCount> = {}): TokenCount => ({
      name,
      appId: null,
      tokens: 3,
      users: 2,
      uses: 5,
      lastUsed: null,
      ...parts,
    });
    /** An org with `acme__Shop_Sync`, whose label nobody could read, and `Kiosk`. */
    const catalogWith = (counts: readonly TokenCount[], withMenuItem: readonly string[] = []) =>
      catalogOf({
        apiVersion: '68.0',
        own: { orgId: '00D5g0000DemoOrgEA', namespace: null },
        listed: [
          { type: 'ConnectedApp', fullName: 'acme__Shop_Sync', namespacePrefix: 'acme', id: ID },
          { type: 'ConnectedApp', fullName: 'Kiosk' },
        ],
        records: [
          {
            type: 'ConnectedApp',
            fullName: 'Kiosk',
            label: 'Kiosk',
            app: null,
            hasOauth: true,
            values: { isPkceRequired: true },
          },
        ],
        unread: { 'connectedApp:acme__Shop_Sync': 'Of a package.' },
        orgWide: { isPkceRequired: false, values: {} },
        usage: { kind: 'known', counts, withMenuItem, isOnlyOwn: false, isIncomplete: false },
        problems: [],
        unavailable: ['ConnectedApp'],
      });
    const shopSync = ({ apps }: Catalog) => apps.find(({ fullName }) => fullName !== 'Kiosk');
    const names = (counts: readonly TokenCount[]) => counts.map(({ name }) => name);

    it('tokens of another name may be its own: its use is not known, and nobody says "not installed"', () => {
      const catalog = catalogWith([token('Acme Shop'), token('Kiosk')]);
      assert.equal(shopSync(catalog)?.usage, null);
      assert.deepEqual([names(catalog.unlisted), names(catalog.unclear)], [[], ['Acme Shop']]);
      assert.match(
        catalog.problems[0]?.happened ?? '',
        /^Whether apps in use are installed is not known: Acme Shop\.$/,
      );
      const [impact] = impactsOf(contextOf(catalog, Date.now()));
      assert.deepEqual([impact?.isInUse, impact?.use], [null, 'Who uses it is not known.']);
      // Of an app whose label was read, all is known as before.
      assert.equal(catalog.apps.find(({ label }) => label === 'Kiosk')?.usage?.tokens, 3);
    });

    it('many names are cut short, and no name is told as such', () => {
      const many = Array.from({ length: 20 }, (_, index) => token(`App ${index}`));
      const catalog = catalogWith([token(''), ...many]);
      assert.match(catalog.problems[0]?.happened ?? '', /: \(no name\), App 0, .* and 13 more\.$/);
    });

    it('where its tokens can be told by id, by name, or where there are no others, all is known', () => {
      const sums = (catalog: Catalog) => [
        shopSync(catalog)?.usage?.tokens,
        names(catalog.unlisted),
        names(catalog.unclear),
      ];
      assert.deepEqual(sums(catalogWith([token('Kiosk')])), [0, [], []]);
      const byId = token('Acme Shop', { appId: ID.slice(0, 15) });
      assert.deepEqual(sums(catalogWith([byId, token('Ghost')])), [3, ['Ghost'], []]);
      assert.deepEqual(sums(catalogWith([token('Shop Sync'), token('Ghost')])), [3, ['Ghost'], []]);
      // It has a menu item, that its tokens would bear.
      assert.deepEqual(sums(catalogWith([token('Ghost')], [ID])), [0, ['Ghost'], []]);
      // They bear the id of another app.
      const others = token('Ghost', { appId: '0H4000000000009AAA' });
      assert.deepEqual(sums(catalogWith([others])), [0, ['Ghost'], []]);
    });
  });

  it('thousands of apps and of tokens are put together without comparing each with each', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => index);
    let looks = 0;
    const { apps, unlisted } = catalogOf({
      apiVersion: '68.0',
      own: { orgId: '00D5g0000DemoOrgEA', namespace: null },
      listed: many.map((index) => ({
        type: 'ConnectedApp',
        get fullName() {
          looks += 1;
          return `App${index}`;
        },
      })),
      records: [],
      unread: {},
      orgWide: { isPkceRequired: false, values: {} },
      usage: {
        kind: 'known',
        counts: many.map((index) => ({
          get name() {
            looks += 1;
            return `App${index}`;
          },
          appId: null,
          tokens: 1,
          users: 1,
          uses: 1,
          lastUsed: null,
        })),
        withMenuItem: [],
        isOnlyOwn: false,
        isIncomplete: false,
      },
      problems: [],
      unavailable: [],
    });
    assert.ok(apps.every(({ usage }) => usage?.tokens === 1));
    assert.equal(unlisted.length, 0);
    // Each app and each count is looked at a few times, and not once for each of the others.
    assert.ok(looks < 100 * many.length, String(looks));
  });
});
