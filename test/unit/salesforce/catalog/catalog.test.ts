/** Reading all apps of an org, whatever it hides or refuses. */
import assert from 'node:assert/strict';
import { parseFault } from '../../../../src/demo/switches.ts';
import { UserFacingError } from '../../../../src/oauth/userFacingError.ts';
import type { App } from '../../../../src/salesforce/app.ts';
import { catalogOf } from '../../../../src/salesforce/catalog/catalog.ts';
import { kindsNotListed } from '../../../../src/salesforce/catalog/completeness.ts';
import { createOrgClient } from '../../../../src/salesforce/orgClient.ts';
import { eligibilityIn } from '../../../../src/salesforce/enforcement/eligibility.ts';
import { isBeingRead, mayRequirePkce } from '../../../../src/salesforce/pkceStatus.ts';
import { spokenApp } from '../../../../src/views/pkceLook.ts';
import { read, withOrg } from '../../support/catalogs.ts';
import { fetch } from '../../support/fetch.ts';

const statuses = (apps: readonly App[]): Record<string, string> =>
  Object.fromEntries(apps.map((app) => [app.id, app.pkce]));

/** What the files themselves say, with the documented default where the element is absent. */
const METADATA_CASES = {
  'connectedApp:API_6Sense': 'required',
  'connectedApp:AlteryxAPI': 'notRequired',
  'connectedApp:Android': 'notRequired',
  'connectedApp:Code_Manager_Pario': 'notRequired',
  'connectedApp:Demo_ClientCredentials_App': 'notRequired',
  'connectedApp:DevOpsPipelines': 'required',
  'connectedApp:DevOps_Center': 'notApplicable',
  'connectedApp:Integration_Pair': 'required',
  'connectedApp:JenkinsCICD': 'required',
  'connectedApp:LoyaltyUserAuthentication': 'notRequired',
  'connectedApp:OracleCPQ': 'notRequired',
  'connectedApp:PEO_API_Connection': 'notApplicable',
  'connectedApp:Postman': 'notRequired',
  'connectedApp:ecommercepayx': 'notRequired',
  'externalClientApp:Integration_Pair': 'unknown',
  'externalClientApp:Postman': 'required',
  'externalClientApp:Postman_Practice': 'notRequired',
  'externalClientApp:ecaViaMetadata': 'notRequired',
};

describe('catalog', () => {
  const appsDir = 'test/fixtures/metadata-cases';

  it('whatever PKCE is offered for can be asked of the org, whether the org requires it or not', () =>
    withOrg({}, async (org) => {
      for (const required of [false, true]) {
        org.setFlag('OauthOidcSettings', 'OauthOidc', 'isPkceRequired', required);
        const catalog = await read(org);
        const offered = catalog.apps.filter(mayRequirePkce);
        assert.ok(offered.length > 1, 'there are some');
        for (const app of offered) assert.ok('target' in eligibilityIn(catalog)(app), app.id);
      }
    }));

  it('real files in, right answers out: every file of metadata-cases', () =>
    withOrg({ appsDir }, async (org) => {
      assert.deepEqual(org.warnings, []);
      const { apps, problems, orgWide } = await read(org);
      assert.deepEqual(statuses(apps), METADATA_CASES);
      assert.deepEqual(problems, []);
      assert.equal(orgWide.isPkceRequired, false);
    }));

  it('callbacks, scopes and records of the odd ones arrive whole', () =>
    withOrg({ appsDir }, async (org) => {
      const byId = new Map((await read(org)).apps.map((app) => [app.id, app]));
      const loyalty = byId.get('connectedApp:LoyaltyUserAuthentication');
      assert.equal((loyalty?.oauth?.callbackUrl as string[]).length, 16);
      assert.equal((loyalty?.oauth?.profileName as string[]).length, 7);
      assert.deepEqual(byId.get('connectedApp:API_6Sense')?.oauth?.scopes, ['SFAP']);
      const practice = byId.get('externalClientApp:Postman_Practice');
      assert.deepEqual(practice?.oauth?.commaSeparatedOauthScopes, [
        'Basic',
        'Api',
        'Full',
        'RefreshToken',
      ]);
      assert.equal(practice.oauth.isClientCredentialsFlowEnabled, true);
      assert.equal(practice.oauth['oauthPolicy.isClientCredentialsFlowEnabled'], false);
      assert.equal(byId.get('externalClientApp:Integration_Pair')?.oauth, null);
    }));

  it('P53: a consumer secret is dropped, switches about secrets stay', () =>
    withOrg({ appsDir }, async (org) => {
      const { apps } = await read(org);
      assert.ok(!JSON.stringify(apps).includes('fSiwhBiVVVQ8uPlEFdxcX'));
      const demo = apps.find(({ fullName }) => fullName === 'Demo_ClientCredentials_App');
      assert.equal(demo?.oauth?.isSecretRequiredForRefreshToken, true);
      assert.equal(demo.oauth.consumerSecret, undefined);
    }));

  it('an absent flag is required for an ECA and not required for a connected app, by their defaults', () =>
    withOrg({ apps: 40 }, async (org) => {
      const absent = (await read(org)).apps.filter(
        ({ oauth }) => oauth && !('isPkceRequired' in oauth),
      );
      for (const kind of ['externalClientApp', 'connectedApp'] as const) {
        const some = absent.filter((app) => app.kind === kind);
        assert.ok(some.length > 0);
        for (const { pkce, pkceReason } of some) {
          assert.equal(pkce, kind === 'externalClientApp' ? 'required' : 'notRequired');
          assert.match(pkceReason, /default/);
        }
      }
    }));

  it('names come first, all statuses unknown; then they fill in', () =>
    withOrg({}, async (org) => {
      const seen: (readonly App[])[] = [];
      const { apps } = await read(org, { onApps: (some) => seen.push(some) });
      const [first] = seen;
      assert.equal(first?.length, apps.length);
      assert.ok(first.every(isBeingRead));
      assert.ok(!apps.some(isBeingRead));
      assert.ok(apps.some(({ pkce }) => pkce === 'required'));
    }));

  it('the built-in org has a telling mix, sorted by label', () =>
    withOrg({}, async (org) => {
      const { apps } = await read(org);
      for (const status of ['required', 'notRequired', 'notApplicable', 'unknown'])
        assert.ok(
          apps.some(({ pkce }) => pkce === status),
          status,
        );
      for (const origin of ['local', 'installed', 'unknown'])
        assert.ok(
          apps.some((app) => app.origin === origin),
          origin,
        );
      const labels = apps.map(({ label }) => label);
      assert.deepEqual(
        labels,
        labels.toSorted((a, b) =>
          a.localeCompare(b, undefined, { sensitivity: 'base', numeric: true }),
        ),
      );
    }));

  it('E23: unknown, never "not required", where the org-wide setting could not be read by any way', () =>
    withOrg(
      {
        switches: {
          orgWideReadable: false,
          retrieve: 'INSUFFICIENT_ACCESS',
          toolingOauthOidc: false,
        },
      },
      async (org) => {
        const { apps, problems, orgWide } = await read(org);
        assert.equal(orgWide.isPkceRequired, undefined);
        assert.ok(apps.every(({ pkce }) => pkce !== 'notRequired'));
        assert.ok(apps.some(({ pkce }) => pkce === 'required'));
        assert.match(problems.map(({ happened }) => happened).join(), /org-wide/);
      },
    ));

  for (const [way, switches] of [
    ['retrieved', { orgWideReadable: false, toolingOauthOidc: false }],
    ['asked of the Tooling API', { orgWideReadable: false, retrieve: 'INSUFFICIENT_ACCESS' }],
  ] as const) {
    it(`org-wide settings that cannot be read are ${way}`, () =>
      withOrg({ switches }, async (org) => {
        const { orgWide, problems } = await read(org);
        assert.equal(orgWide.isPkceRequired, false);
        assert.equal(orgWide.values['OauthOidcSettings.blockOAuthUnPwFlow'], true);
        assert.deepEqual(problems, []);
      }));
  }

  it("the org's own settings: blocked flows, admin-approved apps only, access to secrets", () =>
    withOrg({}, async (org) => {
      const { orgWide } = await read(org);
      assert.deepEqual(orgWide.values, {
        'OauthOidcSettings.blockOAuthUnPwFlow': true,
        'OauthOidcSettings.blockOAuthUsrAgtFlow': true,
        'OauthOidcSettings.isPkceRequired': false,
        'OauthOidcSettings.oAuthCdCrdtFlowEnable': false,
        'ConnectedAppSettings.enableAdminApprovedAppsOnly': false,
        'ConnectedAppSettings.enableAdminApprovedAppsOnlyForExternalUser': false,
        'ExternalClientAppSettings.enableClientSecretInRestApiAccess': false,
        'ExternalClientAppSettings.enablePackageEcaOauthFromDevOrg': false,
      });
    }));

  for (const globalOauthRead of ['INVALID_TYPE', 'empty'] as const) {
    it(`ECA settings that answer ${globalOauthRead} are retrieved, all of them in one job`, () =>
      withOrg({ switches: { globalOauthRead } }, async (org) => {
        const expected = statuses((await withOrg({}, read)).apps);
        assert.deepEqual(statuses((await read(org)).apps), expected);
      }));

    it(`E23: ECAs are unknown with a reason where their settings answer ${globalOauthRead} and cannot be retrieved`, () =>
      withOrg({ switches: { globalOauthRead, retrieve: 'INSUFFICIENT_ACCESS' } }, async (org) => {
        const ecas = (await read(org)).apps.filter(({ kind }) => kind === 'externalClientApp');
        assert.ok(ecas.length > 0);
        for (const { pkce, pkceReason } of ecas) {
          assert.equal(pkce, 'unknown');
          assert.ok(pkceReason.length > 20);
        }
      }));
  }

  it('an org without the ECA types shows its connected apps, and says so once', () =>
    withOrg({ switches: { externalClientApps: false } }, async (org) => {
      const { apps, problems } = await read(org);
      assert.ok(apps.length > 0 && apps.every(({ kind }) => kind === 'connectedApp'));
      assert.equal(problems.length, 1);
    }));

  it('origin: made here, installed with its namespace, by another org, or not known, each with its reason', () =>
    withOrg({}, async (org) => {
      const byName = new Map((await read(org)).apps.map((app) => [app.fullName, app]));
      for (const [name, origin, reason] of [
        ['Kiosk', 'local', /Made in this org/],
        ['mailhub__MailHub', 'installed', /package mailhub: only its author/],
        ['signly__Signly', 'installed', /package signly/],
        ['Partner_Org_Connector', 'unknown', /Not known.*another org/],
        ['Payroll_Bridge', 'installed', /another org \(00D5g0000Payroll\)/],
      ] as const) {
        assert.equal(byName.get(name)?.origin, origin, name);
        assert.match(byName.get(name)?.originReason ?? '', reason);
      }
    }));

  it('a missing name is unknown whether it comes as nil or not at all', () =>
    withOrg({ switches: { missingName: 'none' } }, async (org) => {
      const app = (await read(org)).apps.find(
        ({ fullName }) => fullName === 'Partner_Org_Connector',
      );
      assert.equal(app?.pkce, 'unknown');
      assert.match(app.pkceReason, /another org/);
    }));

  it('a user without the permission is told which one', () =>
    withOrg({}, async (org) => {
      await assert.rejects(
        read(org, { username: org.viewer.username }),
        (error: Error) =>
          error instanceof UserFacingError &&
          error.code === 'INSUFFICIENT_ACCESS' &&
          error.todo.includes('Modify Metadata'),
      );
    }));

  it('JWT tokens work from API 68 on', () =>
    withOrg({ switches: { jwtAccessTokens: true } }, async (org) => {
      assert.ok((await read(org)).apps.length > 0);
    }));

  it('JWT tokens below API 68 are explained', () =>
    withOrg({ switches: { jwtAccessTokens: true, newestApiVersion: 67 } }, async (org) => {
      await assert.rejects(
        read(org),
        (error: Error) => error instanceof UserFacingError && error.code === 'jwt_before_68',
      );
    }));

  it('below API 67 nobody asks for the type that came with it', () =>
    withOrg({ switches: { newestApiVersion: 66 } }, async (org) => {
      const { apps, problems } = await read(org);
      assert.deepEqual(problems, []);
      assert.ok(apps.some(({ kind }) => kind === 'externalClientApp'));
    }));

  it('an org older than API 60 is explained', () =>
    withOrg({ switches: { newestApiVersion: 58 } }, async (org) => {
      await assert.rejects(
        read(org),
        (error: Error) => error instanceof UserFacingError && error.code === 'api_version_too_old',
      );
    }));

  it('P33: an expired token is replaced and the call repeated once, the new token also in the SOAP body', () =>
    withOrg({ switches: { faults: [parseFault('soap:INVALID_SESSION_ID*1')] } }, async (org) => {
      const { apps } = await read(org);
      assert.ok(apps.length > 0);
      assert.equal(org.requests.filter(({ path }) => path.endsWith('/token')).length, 2);
    }));

  it('P33: a token that stays refused ends the call, without a loop', () =>
    withOrg({ switches: { faults: [parseFault('soap:INVALID_SESSION_ID')] } }, async (org) => {
      await assert.rejects(
        read(org),
        (error: Error) => error instanceof UserFacingError && error.code === 'INVALID_SESSION_ID',
      );
      const soap = org.requests.filter(({ path }) => path.startsWith('/services/Soap')).length;
      assert.ok(soap <= 40, `${soap} SOAP calls`);
    }));

  it('E23: an org that cannot be reached is an error in words', async () => {
    const client = createOrgClient({
      fetch,
      instanceUrl: 'http://127.0.0.1:1',
      accessToken: () => Promise.reject(new Error('x')),
      timeoutMilliseconds: 500,
      concurrency: 2,
    });
    await assert.rejects(client.get('/services/data'));
  });

  it('E23: settings of an app that is not listed are told of, and not all apps were listed', () =>
    withOrg({}, async (org) => {
      const { snapshot, problems } = await read(org);
      assert.deepEqual(problems, []);
      assert.deepEqual(kindsNotListed(snapshot), []);
      const listed = snapshot.listed.filter(({ fullName }) => fullName !== 'Kiosk');
      const without = catalogOf({ ...snapshot, listed });
      assert.match(
        without.problems.map(({ happened }) => happened).join(),
        /^The org has settings of external client apps that it does not list: Kiosk\.$/,
      );
      assert.deepEqual(kindsNotListed(without.snapshot), ['externalClientApp']);
    }));

  it('cancel ends a reading', () =>
    withOrg({ apps: 200, switches: { latencyMilliseconds: 40 } }, async (org) => {
      const cancel = new AbortController();
      const running = read(org, {
        signal: cancel.signal,
        onApps: () => cancel.abort(new Error('stop')),
      });
      await assert.rejects(running, /stop/);
    }));

  it('1,000 apps: every status right, within about N / 10 requests', () =>
    withOrg({ apps: 1000 }, async (org) => {
      const { apps } = await read(org);
      assert.equal(apps.length, 1000);
      assert.ok(apps.every(({ pkce }) => pkce === 'required' || pkce === 'notRequired'));
      const soap = org.requests.filter(({ path }) => path.startsWith('/services/Soap')).length;
      assert.ok(soap <= 210, `${soap} SOAP calls`);
    }));

  it('E48: a row is spoken as app, kind, verdict, reason', () =>
    withOrg({}, async (org) => {
      const kiosk = (await read(org)).apps.find(({ fullName }) => fullName === 'Kiosk');
      assert.ok(kiosk);
      assert.equal(
        spokenApp(kiosk),
        `Kiosk, External client app, PKCE not required. ${kiosk.pkceReason}`,
      );
    }));
});
