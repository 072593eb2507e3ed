/**
 * Takes the place of desktop VS Code where it cannot be had: understands the arguments that `runTests` of
 * @vscode/test-electron gives, runs the suite in the real editor and browser, exits with its code.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'node:util';
import { SLOW } from './pages/workbench.ts';
import { launchBrowser } from './realBrowser.ts';
import { startEditor } from './realEditor.ts';
import { REPORT_MARK } from './reportMark.ts';
import { answerMintKey } from './secrets.ts';

const DEADLINE_MILLISECONDS = 5 * 60_000;

function argument(name: string): string {
  const prefix = `--${name}=`;
  const found = process.argv.find((one) => one.startsWith(prefix));
  if (found === undefined) throw new Error(`Missing argument ${prefix}...`);
  return found.slice(prefix.length);
}

const editor = await startEditor();
const browser = await launchBrowser();
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  if (process.env.PKCE_KEEP_SECRETS === '1') await answerMintKey(context);
  const page = await context.newPage();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  // The editor itself complains about native modules that nothing here needs: shown only if the run fails.
  const complaints: string[] = [];
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    const text = format(...args);
    if (text.startsWith(REPORT_MARK)) process.stdout.write(`${text.slice(REPORT_MARK.length)}\n`);
    else if (type === 'error') complaints.push(text);
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  const timer = setTimeout(
    () =>
      reject(new Error(`The suite did not end within ${DEADLINE_MILLISECONDS / 60_000} minutes.`)),
    DEADLINE_MILLISECONDS,
  );
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${editor.port}${path}`;
  const workspace = join(editor.folder, 'workspace');
  await mkdir(workspace);
  const payload = [
    ['extensionDevelopmentPath', remote(argument('extensionDevelopmentPath'))],
    ['extensionTestsPath', remote(argument('extensionTestsPath'))],
    ['enableProposedApi', ''],
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify(payload) });
  await page.goto(`${editor.url}/?${query.toString()}`, { timeout: SLOW });
  process.exitCode = await promise;
  if (process.exitCode !== 0) process.stderr.write(`${complaints.join('\n')}\n`);
  clearTimeout(timer);
} finally {
  await browser.close();
  await editor.stop();
}
