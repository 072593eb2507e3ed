/** Source files and code in the editor: what is wrong, the quick fix, a new client app, the whole workspace. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { until } from '../harness/until.ts';
import { newUser, setUp } from './fixture.ts';

const APP = 'force-app/main/default/connectedApps/Portal.connectedApp-meta.xml';
const APP_TEXT = `<?xml version="1.0" encoding="UTF-8"?>\r
<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">\r
    <contactEmail>it@acme.example</contactEmail>\r
    <label>Portal</label>\r
    <oauthConfig>\r
        <callbackUrl>https://portal.acme.example/cb</callbackUrl>\r
        <isConsumerSecretOptional>true</isConsumerSecretOptional>\r
        <isPkceRequired>false</isPkceRequired>\r
        <scopes>Api</scopes>\r
    </oauthConfig>\r
</ConnectedApp>\r
`;
const CODE = 'src/login.js';
const CODE_TEXT =
  "location.href = host + '/services/oauth2/authorize?response_type=code&client_id=' + id + '&redirect_uri=' + back;\n";

describe('source files', () => {
  setUp();

  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-project-'));
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    put(
      'sfdx-project.json',
      JSON.stringify({ packageDirectories: [{ path: 'force-app', default: true }] }),
    );
    put(APP, APP_TEXT);
    put(CODE, CODE_TEXT);
  });
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  it('the whole workspace is checked, and a quick fix changes one element and no line ending', async () => {
    const { tour } = await newUser({ name: 'source', folder });
    const { workbench } = tour;
    const { page } = workbench;
    await workbench.runCommand('Salesforce PKCE: Check Source Files and Code');
    await workbench.clickInNotification(/2 problems in \d+ files/, 'Show Problems');
    await page.getByText(/no code challenge: Salesforce refuses it/).waitFor();
    await tour.picture('problems');
    await page
      .getByText(/^PKCE is not required/)
      .first()
      .dblclick();
    const editor = page.locator('.monaco-editor').first();
    await editor.getByText('isPkceRequired').first().waitFor();
    await tour.picture('opened');
    await workbench.untilSeen(page.getByText('Set isPkceRequired to true').first(), () =>
      page.keyboard.press('Control+.'),
    );
    await tour.picture('quick-fix');
    await page.keyboard.press('Enter');
    await page
      .getByText(/^PKCE is not required/)
      .first()
      .waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+s');
    const saved = (): string => readFileSync(join(folder, APP), 'utf8');
    assert.equal(
      await until(saved, (text) => text !== APP_TEXT && text !== ''),
      APP_TEXT.replace('<isPkceRequired>false', '<isPkceRequired>true'),
    );
    await tour.picture('fixed');
  });

  it('a client app is written into the project, and never over what is there', async () => {
    const { tour } = await newUser({ name: 'client-app', folder });
    const { workbench } = tour;
    const create = async (name: string): Promise<void> => {
      await workbench.runCommand('Salesforce PKCE: Create Client App...');
      await workbench.quickPickRows().filter({ hasText: 'force-app' }).waitFor();
      await tour.picture('where');
      await workbench.pick('force-app');
      await workbench.answer(name);
      await workbench.page.getByText('Create Client App: Contact Email').waitFor();
      await workbench.answer('it@acme.example');
    };
    await create('Editor Sign In');
    // The file opens and takes the keyboard.
    await workbench.page.getByText('shouldRotateConsumerSecret').first().waitFor();
    await workbench.page.waitForTimeout(500);
    const base = join(folder, 'force-app', 'main', 'default');
    await workbench.untilNotified(/The source of Editor_Sign_In was written/);
    await tour.picture('written');
    const settings = join(
      base,
      'extlClntAppGlobalOauthSets',
      'Editor_Sign_In_glbloauth.ecaGlblOauth-meta.xml',
    );
    assert.match(readFileSync(settings, 'utf8'), /<isPkceRequired>true</);
    assert.match(readFileSync(settings, 'utf8'), /pkce-tools\.salesforce-pkce\/callback/);
    assert.ok(existsSync(join(base, 'externalClientApps', 'Editor_Sign_In.eca-meta.xml')));
    assert.ok(
      existsSync(join(base, 'extlClntAppOauthSettings', 'Editor_Sign_In_oauth.ecaOauth-meta.xml')),
    );
    writeFileSync(settings, 'mine');
    await workbench.page.keyboard.press('Escape');
    await create('Editor Sign In');
    await workbench.untilNotified(/is there already/);
    assert.equal(readFileSync(settings, 'utf8'), 'mine');
  });

  it('without a project it shows the steps in Setup', async () => {
    const { tour } = await newUser({ name: 'client-app-steps' });
    const { workbench } = tour;
    await workbench.runAndPick('Salesforce PKCE: Create Client App...', 'Show the Steps in Setup');
    await workbench.page.getByText('Get Started with PKCE for Salesforce').first().waitFor();
    await workbench.page.getByText('Enter Its Consumer Key').waitFor();
    await tour.picture('steps');
  });
});
