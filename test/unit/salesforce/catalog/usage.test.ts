/** Who uses which app, counted over pages and queries. */
import assert from 'node:assert/strict';
import { readUsage } from '../../../../src/salesforce/catalog/usage.ts';
import { clientOf, read, withOrg } from '../../support/catalogs.ts';
import { parseFault } from '../../../../src/demo/switches.ts';

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
});
