/**
 * `npm start`: builds, starts a demo org, opens a real VS Code with the extension. With a display, for a
 * person to click through; without one, or with `--headless`, it does the clicks itself and prints what it saw.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { startDemoOrg, type DemoOrg } from '../../src/demo/demoOrg.ts';
import type { App } from '../../src/salesforce/app.ts';
import { apiProbe } from './apiProbe.ts';
import { DEFAULT_SCREENSHOTS, ROOT, VSIX } from './paths.ts';
import { openForPerson } from './person.ts';
import { launchBrowser } from './realBrowser.ts';
import { startEditor } from './realEditor.ts';
import { Tour } from './tour.ts';

const run = promisify(execFile);

const { values } = parseArgs({
  options: {
    headless: { type: 'boolean', default: false },
    'apps-dir': { type: 'string' },
    json: { type: 'string' },
    screenshots: { type: 'string', default: DEFAULT_SCREENSHOTS },
    latency: { type: 'string', default: '0' },
  },
});

const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);

try {
  const latencyMilliseconds = Number(values.latency);
  if (!(latencyMilliseconds >= 0)) throw new Error('--latency wants a number of milliseconds.');
  console.log('Building the extension...');
  await run('npm', ['run', 'package', '--silent'], {
    cwd: ROOT,
    shell: process.platform === 'win32',
  });
  const appsDir = values['apps-dir'];
  const demoOrg = await startDemoOrg({
    switches: { latencyMilliseconds },
    ...(appsDir === undefined ? {} : { appsDir: resolve(appsDir) }),
  });
  for (const warning of demoOrg.warnings) console.error(`not served: ${warning}`);
  try {
    if (values.headless || !hasDisplay) await headless(demoOrg);
    else await openForPerson(demoOrg);
  } finally {
    await demoOrg.close();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Does the clicks itself. */
async function headless(demoOrg: DemoOrg): Promise<void> {
  const screenshots = resolve(values.screenshots);
  await mkdir(screenshots, { recursive: true });
  console.log('Starting a real VS Code and a browser...');
  const probe = await apiProbe();
  const editor = await startEditor({ vsix: [VSIX, probe.vsix] });
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1360, height: 850 } });
    const tour = await Tour.begin(context, editor, screenshots, console.log);
    await tour.lookAtSignIn(demoOrg);
    await tour.lookAtTree();
    const apps = await probe.apps(tour.workbench);
    if (apps.length > 0) await tour.openApp();
    await tour.lookAtStatusBar();
    printTable(apps);
    if (values.json !== undefined) {
      await writeFile(resolve(values.json), `${JSON.stringify(apps, null, 2)}\n`);
      console.log(`Written: ${values.json}`);
    }
    console.log(`Screenshots: ${join(screenshots, '*.png')}`);
  } finally {
    await browser.close();
    await editor.stop();
    await probe.close();
  }
}

function printTable(apps: readonly App[]): void {
  const rows = apps.map((app) => [app.label, app.kind, app.origin, app.pkce] as const);
  const heads = ['App', 'Kind', 'Origin', 'PKCE'] as const;
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of [heads, ...rows]) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}
