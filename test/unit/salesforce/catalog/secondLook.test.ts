/** A second look reads what has changed, and nothing secret is kept. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { DemoOrg } from '../../../../src/demo/demoOrg.ts';
import { catalogOf, type CatalogSnapshot } from '../../../../src/salesforce/catalog/catalog.ts';
import { clientOf, read, withOrg } from '../../support/catalogs.ts';
import { fetch } from '../../support/fetch.ts';

/** How often an operation of the Metadata API was called. */
const calls = (org: DemoOrg, operation: string): number =>
  org.requests.filter((request) => request.operation === operation).length;

const throughDisk = (snapshot: CatalogSnapshot): CatalogSnapshot =>
  JSON.parse(JSON.stringify(snapshot)) as CatalogSnapshot;

describe('a second look', () => {
  it('reads no component that has not changed, and shows the same', () =>
    withOrg({ apps: 100 }, async (org) => {
      const client = await clientOf(org);
      const first = await read(org, { client });
      const before = calls(org, 'readMetadata');
      const second = await read(org, { client, before: throughDisk(first.snapshot) });
      assert.deepEqual(second.apps, first.apps);
      // The org's own three settings have no date to go by.
      assert.equal(calls(org, 'readMetadata') - before, 3);
    }));

  it('reads what has changed, what is new, and forgets what is gone', () =>
    withOrg({}, async (org) => {
      const client = await clientOf(org);
      const { snapshot } = await read(org, { client });
      org.setFlag('ConnectedApp', 'Legacy_Portal', 'isPkceRequired', true);
      org.remove('ConnectedApp', 'Warehouse_Sync');
      const before = calls(org, 'readMetadata');
      const { apps } = await read(org, { client, before: snapshot });
      const byName = new Map(apps.map((app) => [app.fullName, app]));
      assert.equal(byName.get('Legacy_Portal')?.pkce, 'required');
      assert.ok(!byName.has('Warehouse_Sync'));
      // Beside the settings: the changed app along with the one that can never be read; and what a draft
      // of an ECA has none of is asked for again.
      assert.ok(calls(org, 'readMetadata') - before <= 5);
    }));

  it('reads again what had changed within the hour before the first: the change may have shown later', () =>
    withOrg({ apps: 100 }, async (org) => {
      const client = await clientOf(org);
      const { apps } = await read(org, { client });
      const app = apps.find(({ kind }) => kind === 'connectedApp');
      org.setFlag('ConnectedApp', app?.fullName ?? '', 'isPkceRequired', true);
      const { snapshot } = await read(org, { client });
      const readsAfter = async (minutes: number): Promise<number> => {
        const before = calls(org, 'readMetadata');
        const beforeReadAtMilliseconds = Date.now() + minutes * 60_000;
        await read(org, { client, before: throughDisk(snapshot), beforeReadAtMilliseconds });
        return calls(org, 'readMetadata') - before;
      };
      // The app, and the org's own three settings.
      assert.equal(await readsAfter(0), 4);
      assert.equal(await readsAfter(59), 4);
      assert.equal(await readsAfter(61), 3);
    }));

  it('a component without a date, or with that of 1970, is read again', () =>
    withOrg({ apps: 40, switches: { lastModified: 'epoch' } }, async (org) => {
      const client = await clientOf(org);
      const { snapshot } = await read(org, { client });
      const before = calls(org, 'readMetadata');
      await read(org, { client, before: snapshot });
      assert.equal(calls(org, 'readMetadata') - before, before);
    }));

  it('another API version shows other elements: everything is read again', () =>
    withOrg({ apps: 40 }, async (org) => {
      const client = await clientOf(org);
      const { snapshot } = await read(org, { client });
      org.switches.newestApiVersion = 66;
      const before = calls(org, 'readMetadata');
      const { apps } = await read(org, { client, before: snapshot });
      assert.ok(calls(org, 'readMetadata') - before > 5);
      assert.equal(apps.length, 40);
    }));

  it('two rounds of requests: versions, then everything else at once', () =>
    withOrg({ apps: 100 }, async (org) => {
      let isHeld = false;
      let sent = 0;
      const answers = Promise.withResolvers<undefined>();
      const client = await clientOf(org, {
        fetch: async (input, init) => {
          sent += 1;
          const isVersions = input.endsWith('/services/data');
          if (isHeld && !isVersions) await answers.promise;
          return fetch(input, init);
        },
      });
      const { snapshot } = await read(org, { client });
      isHeld = true;
      sent = 0;
      const reading = read(org, { client, before: snapshot });
      // All that needs no answer but the versions is sent, and the rest waits.
      for (let before = -1; before !== sent || sent < 2;) {
        before = sent;
        await delay(300);
      }
      const atOnce = sent;
      answers.resolve(undefined);
      await reading;
      assert.equal(sent, atOnce);
    }));

  it('a catalog that was kept is shown as it was, without asking', () =>
    withOrg({}, async (org) => {
      const catalog = await read(org);
      const requests = org.requests.length;
      const { apps, orgWide, usage, unlisted, problems } = catalogOf(throughDisk(catalog.snapshot));
      assert.deepEqual(
        { apps, orgWide, usage, unlisted, problems },
        {
          apps: catalog.apps,
          orgWide: catalog.orgWide,
          usage: catalog.usage,
          unlisted: catalog.unlisted,
          problems: catalog.problems,
        },
      );
      assert.equal(org.requests.length, requests);
    }));

  it('E15, P53: nothing that is kept is a secret', () =>
    withOrg({ appsDir: 'test/fixtures/metadata-cases' }, async (org) => {
      const { snapshot } = await read(org);
      const text = JSON.stringify(snapshot);
      assert.ok(!text.includes('fSiwhBiVVVQ8uPlEFdxcX'));
      for (const token of org.refreshTokens()) assert.ok(!text.includes(token));
    }));
});
