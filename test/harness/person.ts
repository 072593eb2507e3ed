/** Opens the editor for a person: desktop VS Code if there is one, else the browser-based one in a browser. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DemoOrg } from '../../src/demo/demoOrg.ts';
import { ROOT, VSIX } from './paths.ts';
import { installed, launchBrowser } from './realBrowser.ts';
import { startEditor } from './realEditor.ts';

const run = promisify(execFile);

/** Shows the way in and waits for Ctrl+C or the closed window. */
export async function openForPerson(demoOrg: DemoOrg): Promise<void> {
  console.log(
    [
      'A demo org is running. In the editor: F1, "Salesforce PKCE: Sign In to Org...", and paste',
      `  address       ${demoOrg.url}`,
      `  consumer key  ${demoOrg.clientId}`,
      `  user          ${demoOrg.username}`,
      `  password      ${demoOrg.password}`,
      'Press Ctrl+C here to end.',
    ].join('\n'),
  );
  const desktop = process.env.VSCODE_PATH ?? (await desktopEditor());
  if (desktop) await inDesktop(desktop);
  else await inBrowser();
}

async function desktopEditor(): Promise<string | undefined> {
  return run('code', ['--version'], { shell: process.platform === 'win32' }).then(
    () => 'code',
    () => undefined,
  );
}

async function inDesktop(executable: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pkce-desktop-'));
  const child = spawn(
    executable,
    [
      '--wait',
      '--new-window',
      `--extensionDevelopmentPath=${ROOT}`,
      `--user-data-dir=${join(folder, 'data')}`,
      `--extensions-dir=${join(folder, 'extensions')}`,
    ],
    { stdio: 'ignore', shell: process.platform === 'win32' },
  );
  await Promise.race([new Promise((resolve) => child.once('exit', resolve)), interrupted()]);
  child.kill();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function inBrowser(): Promise<void> {
  const editor = await startEditor({ vsix: [VSIX] });
  const address = `${editor.url}/?ew=true`;
  try {
    if (installed()) {
      const browser = await launchBrowser({ headed: true });
      const page = await browser.newPage({ viewport: null });
      await page.goto(address);
      const closed = new Promise<void>((resolve) => browser.once('disconnected', () => resolve()));
      await Promise.race([closed, interrupted()]);
      await browser.close();
    } else {
      console.log(`Open this in a browser: ${address}`);
      await interrupted();
    }
  } finally {
    await editor.stop();
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
