/** What the demo org knows of scopes and of API versions comes from the tables of settings; plain is plain to the end. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { readMetadata, wholeElement } from '../../../src/salesforce/metadataApi.ts';
import type { XmlElement } from '../../../src/salesforce/xml.ts';
import { browse } from '../support/browser.ts';
import { clientOf, withOrg } from '../support/catalogs.ts';

const REDIRECT = 'https://wide.acme.example/cb';
const APPS = {
  'Wide.connectedApp-meta.xml': `<ConnectedApp><label>Wide</label><oauthConfig><callbackUrl>${REDIRECT}</callbackUrl><consumerKey>3MVG9wide</consumerKey><isConsumerSecretOptional>true</isConsumerSecretOptional><isDeviceFlowEnabled>true</isDeviceFlowEnabled><isEnforceRefreshTokenTTL>true</isEnforceRefreshTokenTTL><scopes>MCP</scopes><scopes>EinsteinGPT</scopes><scopes>CDPIngest</scopes><scopes>ForgotPassword</scopes><scopes>Interaction</scopes><scopes>SCRT</scopes><scopes>Chatbot</scopes><scopes>RefreshToken</scopes><scopes>Basic</scopes><scopes>NewOne</scopes></oauthConfig></ConnectedApp>`,
  'Full.connectedApp-meta.xml': `<ConnectedApp><label>Full</label><oauthConfig><callbackUrl>http://localhost:1717/cb</callbackUrl><consumerKey>3MVG9full</consumerKey><scopes>Full</scopes></oauthConfig></ConnectedApp>`,
  'Wide.ecaGlblOauth-meta.xml':
    '<ExtlClntAppGlobalOauthSettings><externalClientApplication>Wide</externalClientApplication><isDeviceFlowEnabled>true</isDeviceFlowEnabled><isEnforceRefreshTokenTTL>true</isEnforceRefreshTokenTTL></ExtlClntAppGlobalOauthSettings>',
};
const S256_OF_NOTHING = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

/** Where a user comes back to who is asked for scopes of the app. */
function signedIn(org: DemoOrg, parameters: Readonly<Record<string, string>>): Promise<URL> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: '3MVG9wide',
    redirect_uri: REDIRECT,
    ...parameters,
  });
  return browse(org, `${org.url}/services/oauth2/authorize?${query.toString()}`);
}

async function elementOf(org: DemoOrg, type: string, apiVersion: string): Promise<XmlElement> {
  const { signal } = new AbortController();
  const access = { client: await clientOf(org), apiVersion, signal };
  let found: XmlElement | undefined;
  await readMetadata(access, type, ['Wide'], wholeElement, (_names, result) => {
    found = 'error' in result ? undefined : result.get('Wide');
  });
  assert.ok(found);
  return found;
}

describe('demo org, by the tables of settings', () => {
  let appsDir: string;
  before(() => {
    appsDir = mkdtempSync(join(tmpdir(), 'pkce-tables-'));
    for (const [name, text] of Object.entries(APPS)) writeFileSync(join(appsDir, name), text);
  });
  after(() => rmSync(appsDir, { recursive: true, maxRetries: 10 }));

  it('an element is withheld below the version that it came with, which differs by type', () =>
    withOrg({ appsDir }, async (org) => {
      for (const [type, name, since] of [
        ['ConnectedApp', 'isEnforceRefreshTokenTTL', 68],
        ['ConnectedApp', 'isDeviceFlowEnabled', 68],
        ['ExtlClntAppGlobalOauthSettings', 'isEnforceRefreshTokenTTL', 67],
        ['ExtlClntAppGlobalOauthSettings', 'isDeviceFlowEnabled', 60],
      ] as const) {
        for (const version of [since - 1, since]) {
          const element = await elementOf(org, type, `${version}.0`);
          const part = element.child('oauthConfig') ?? element;
          const expected = version < since ? undefined : 'true';
          assert.equal(part.textOf(name), expected, `${type} ${name} ${version}`);
        }
      }
    }));

  it('scopes are asked for by the names of requests', () =>
    withOrg({ appsDir }, async (org) => {
      const challenge = { code_challenge: S256_OF_NOTHING };
      const scope =
        'mcp_api einstein_gpt_api cdp_ingest_api forgot_password interaction_api scrt_api chatbot_api offline_access profile newone';
      const taken = await signedIn(org, { ...challenge, scope });
      assert.ok(taken.searchParams.has('code'), taken.href);
      const refused = await signedIn(org, { ...challenge, scope: 'mcp' });
      assert.equal(refused.searchParams.get('error'), 'OAUTH_APPROVAL_ERROR_GENERIC');
    }));

  it('the scope full holds no refresh token (SALESFORCE.md 1.10); a port is one of the callback URL (9)', () =>
    withOrg({ appsDir }, async (org) => {
      const challenge = { code_challenge: S256_OF_NOTHING, client_id: '3MVG9full' };
      const at = { ...challenge, redirect_uri: 'http://localhost:1717/cb' };
      assert.ok((await signedIn(org, { ...at, scope: 'full web id' })).searchParams.has('code'));
      const refused = await signedIn(org, { ...at, scope: 'full refresh_token' });
      assert.equal(refused.searchParams.get('error'), 'OAUTH_APPROVAL_ERROR_GENERIC');
      const elsewhere = { ...challenge, redirect_uri: 'http://localhost:1718/cb' };
      const link = new URLSearchParams({ response_type: 'code', ...elsewhere });
      const shown = await fetch(`${org.url}/services/oauth2/authorize?${link.toString()}`);
      assert.match(await shown.text(), /redirect_uri_mismatch/);
    }));

  it('plain that is accepted is compared as it is', () =>
    withOrg({ appsDir, switches: { plainMethod: 'accepted' } }, async (org) => {
      const verifier = 'plain'.repeat(10);
      for (const [sent, status] of [
        [verifier, 200],
        ['other'.repeat(10), 400],
      ] as const) {
        const back = await signedIn(org, {
          code_challenge: verifier,
          code_challenge_method: 'plain',
        });
        const answer = await fetch(`${org.url}/services/oauth2/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'authorization_code',
            client_id: '3MVG9wide',
            redirect_uri: REDIRECT,
            code: back.searchParams.get('code') ?? '',
            code_verifier: sent,
          }),
        });
        assert.equal(answer.status, status, sent);
      }
    }));
});
