/**
 * `npm run pictures`: the pictures of README and docs, taken from the real editor with the extension as it is now.
 * The window is light, of one size, and shows the demo org, so that a picture changes only where the extension does.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startDemoOrg } from '../../src/demo/demoOrg.ts';
import { ROOT, VSIX } from './paths.ts';
import { launchBrowser } from './realBrowser.ts';
import { startEditor } from './realEditor.ts';
import { Tour } from './tour.ts';

const run = promisify(execFile);
const PICTURES = join(ROOT, 'docs', 'pictures');
const SIZE = { width: 1180, height: 740 };
const SIDE_BAR = { x: 0, y: 30, width: 352, height: SIZE.height - 30 };
/** Where questions are asked. */
const QUESTION = { x: 270, y: 0, width: 640, height: 330 };

/** A project with something to find in it. */
async function project(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pkce-project-'));
  const apps = join(folder, 'force-app', 'main', 'default', 'connectedApps');
  await mkdir(apps, { recursive: true });
  await writeFile(
    join(folder, 'sfdx-project.json'),
    JSON.stringify({ packageDirectories: [{ path: 'force-app', default: true }] }),
  );
  await writeFile(
    join(apps, 'Portal.connectedApp-meta.xml'),
    await readFile(join(ROOT, 'test', 'fixtures', 'Portal.connectedApp-meta.xml'), 'utf8'),
  );
  return folder;
}

await run('npm', ['run', 'package', '--silent'], {
  cwd: ROOT,
  shell: process.platform === 'win32',
});
await mkdir(PICTURES, { recursive: true });
const folder = await project();
const demoOrg = await startDemoOrg();
const editor = await startEditor({ vsix: [VSIX] });
const browser = await launchBrowser();
try {
  const context = await browser.newContext({ viewport: SIZE });
  const passing = await mkdtemp(join(tmpdir(), 'pkce-tour-'));
  const tour = await Tour.begin(context, editor, passing, console.log, folder);
  const { workbench, tree } = tour;
  const { page } = workbench;
  type Area = typeof SIDE_BAR;
  const take = async (name: string, clip?: Area): Promise<void> => {
    // No tooltip of what the mouse happens to be over.
    await page.mouse.move(SIZE.width - 10, SIZE.height - 60);
    await page.waitForTimeout(700);
    await page.screenshot({
      path: join(PICTURES, `${name}.png`),
      animations: 'disabled',
      ...(clip ? { clip } : {}),
    });
    console.log(`  ${name}.png`);
  };
  const frame = workbench.webview();
  const away = async (): Promise<void> => {
    await page.keyboard.press('Escape');
  };
  const closeEditors = (): Promise<void> => workbench.runCommand('View: Close All Editors');

  await away();
  await take('welcome', { ...SIDE_BAR, height: 360 });
  await tour.askWhichOrg();
  await take('which-org', QUESTION);
  await away();
  await tour.lookAtSignIn(demoOrg);
  await tour.lookAtTree();
  await workbench.statusBarItem(/known from introspection/).waitFor();
  await away();
  await take('tree', SIDE_BAR);

  await workbench.statusBarItem(/Salesforce org/).click();
  await workbench.quickPickRows().filter({ hasText: 'Refresh Token Now' }).waitFor();
  await take('session', QUESTION);
  await away();

  await tree.row(/^Kiosk,/).click();
  await frame.getByRole('heading', { level: 1, name: 'Kiosk' }).waitFor();
  await away();
  await take('app');
  await closeEditors();

  await workbench.runCommand('Salesforce PKCE: Open Dashboard');
  await frame.getByText('Findings, worst first').waitFor();
  await away();
  await take('dashboard');
  await closeEditors();

  await workbench.runCommand('Salesforce PKCE: Audit Org...');
  await frame.getByRole('heading', { name: 'Kiosk: PKCE is not required' }).waitFor();
  await away();
  await take('report');
  await closeEditors();

  await workbench.runCommand('Salesforce PKCE: Require PKCE of Apps...');
  await workbench.quickInput().fill('Kiosk');
  await page.locator('.quick-input-list-entry').first().click();
  await page.keyboard.press('Enter');
  await workbench.dialogButton('Require PKCE').waitFor();
  await take('enforce');
  await workbench.dialogButton('Cancel').click();

  await workbench.runCommand('Salesforce PKCE: Migration Plan...');
  await workbench.quickPickRows().filter({ hasText: 'Data Loader Nightly' }).waitFor();
  await take('plan', { ...QUESTION, height: 460 });
  await away();

  await workbench.runCommand('Salesforce PKCE: Check Source Files and Code');
  await workbench.showNotifications();
  await workbench.clickInNotification(/problems? in/, 'Show Problems');
  await page
    .getByText(/^PKCE is not required/)
    .first()
    .dblclick();
  await page.locator('.monaco-editor').first().getByText('isPkceRequired').first().waitFor();
  await workbench.dismissNotifications();
  await take('source');
  await rm(passing, { recursive: true, force: true, maxRetries: 10 });
} finally {
  await browser.close();
  await editor.stop();
  await demoOrg.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
