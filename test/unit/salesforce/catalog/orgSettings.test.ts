/** The org's own settings, in every shape that an org may answer with. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  readOrgWideSettings,
  type OrgWideSettings,
} from '../../../../src/salesforce/catalog/orgSettings.ts';
import { soap, withAnswers } from '../../support/answers.ts';
import { read, withOrg } from '../../support/catalogs.ts';

/** What is found out where the org answers each reading of settings with these records, and nothing else. */
const settingsFrom = (records: string): Promise<OrgWideSettings> =>
  withAnswers(
    ({ body }) => {
      const isOauth = body.includes('OauthOidcSettings');
      const answer = `<readMetadataResponse><result>${isOauth ? records : ''}</result></readMetadataResponse>`;
      return body.includes('readMetadata')
        ? { type: 'text/xml', body: soap(answer) }
        : { status: 400, body: '[{"errorCode":"INVALID_TYPE","message":"no"}]' };
    },
    (access) => readOrgWideSettings(access),
  );
const flagFrom = async (records: string): Promise<boolean | undefined> =>
  (await settingsFrom(records)).isPkceRequired;

describe("the org's own PKCE setting", () => {
  for (const [what, records, expected] of [
    [
      'stated',
      '<records><fullName>OauthOidc</fullName><isPkceRequired>true</isPkceRequired></records>',
      true,
    ],
    ['left out', '<records><fullName>OauthOidc</fullName></records>', false],
    [
      'empty',
      '<records><fullName>OauthOidc</fullName><isPkceRequired> </isPkceRequired></records>',
      false,
    ],
    ['without a name', '<records><isPkceRequired>true</isPkceRequired></records>', true],
    [
      'neither true nor false',
      '<records><fullName>OauthOidc</fullName><isPkceRequired>yes</isPkceRequired></records>',
      undefined,
    ],
    [
      'in an element of its own',
      '<records><fullName>OauthOidc</fullName><isPkceRequired><v>true</v></isPkceRequired></records>',
      undefined,
    ],
    [
      'under another name',
      '<records><fullName>Other</fullName><isPkceRequired>true</isPkceRequired></records>',
      true,
    ],
    ['of an empty record', '<records/>', undefined],
  ] as const) {
    it(`${what}: ${String(expected)}`, async () => {
      assert.equal(await flagFrom(records), expected);
    });
  }

  it('what it leaves out of the flows is as by default: allowed; of nothing that was read nothing is known', async () => {
    const flows = async (records: string): Promise<readonly unknown[]> => {
      const { values } = await settingsFrom(records);
      return ['blockOAuthUnPwFlow', 'blockOAuthUsrAgtFlow'].map(
        (name) => values[`OauthOidcSettings.${name}`],
      );
    };
    const stated = '<records><blockOAuthUnPwFlow>true</blockOAuthUnPwFlow></records>';
    assert.deepEqual(await flows(stated), [true, false]);
    assert.deepEqual(await flows('<records/>'), [undefined, undefined]);
  });

  it('E23: where it is neither true nor false, no app is called "not required"', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pkce-settings-'));
    writeFileSync(
      join(folder, 'OauthOidc.settings-meta.xml'),
      '<OauthOidcSettings><isPkceRequired><v>true</v></isPkceRequired></OauthOidcSettings>',
    );
    writeFileSync(
      join(folder, 'Portal.connectedApp-meta.xml'),
      '<ConnectedApp><label>Portal</label><oauthConfig><isPkceRequired>false</isPkceRequired></oauthConfig></ConnectedApp>',
    );
    try {
      const { apps, problems } = await withOrg({ appsDir: folder }, read);
      assert.deepEqual(
        apps.map(({ pkce }) => pkce),
        ['unknown'],
      );
      assert.match(problems.map(({ happened }) => happened).join(), /org-wide PKCE setting/);
    } finally {
      rmSync(folder, { recursive: true, maxRetries: 10 });
    }
  });
});
