/**
 * A real VS Code from the npm registry: the workbench and server build that code-server carries, run on
 * loopback in fresh folders. What it takes was measured; this file holds the result.
 */
import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE, ROOT } from './paths.ts';

const run = promisify(execFile);
const VSCODE = join(ROOT, 'node_modules', 'code-server', 'lib', 'vscode');
const SERVER = join(VSCODE, 'out', 'server-main.js');
const START_DEADLINE_MILLISECONDS = 180_000;

/** Calm pictures: no tips, no assistants, no update checks. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'extensions.autoCheckUpdates': false,
  'telemetry.telemetryLevel': 'off',
};

export interface RealEditor {
  /** Origin. */
  readonly url: string;
  readonly port: number;
  /** Folder of everything that the editor writes; gone after `stop`. */
  readonly folder: string;
  stop(): Promise<void>;
}

export interface RealEditorOptions {
  /** Packages to install first. */
  readonly vsix?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Installs what code-server leaves to its own install script, which is not run: some seconds, once per clone. */
export async function prepareEditor(): Promise<void> {
  const complete = join(CACHE, 'editor-complete');
  if (existsSync(complete)) return;
  if (!existsSync(SERVER)) throw new Error('code-server is not installed: run npm ci.');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await run(npm, ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: VSCODE,
    timeout: 300_000,
    shell: process.platform === 'win32',
    maxBuffer: 64 * 1024 * 1024,
  });
  await mkdir(CACHE, { recursive: true });
  await writeFile(complete, '');
}

/** Starts an editor in fresh folders. The caller stops it. */
export async function startEditor(options: RealEditorOptions = {}): Promise<RealEditor> {
  await prepareEditor();
  const folder = await mkdtemp(join(tmpdir(), 'pkce-editor-'));
  const data = join(folder, 'server');
  const extensions = join(folder, 'extensions');
  await mkdir(join(data, 'data', 'Machine'), { recursive: true });
  await writeFile(
    join(data, 'data', 'Machine', 'settings.json'),
    JSON.stringify({ ...SETTINGS, ...options.settings }),
  );
  const folders = ['--server-data-dir', data, '--extensions-dir', extensions];
  for (const vsix of options.vsix ?? []) {
    await run(process.execPath, [SERVER, ...folders, '--install-extension', vsix], {
      timeout: START_DEADLINE_MILLISECONDS,
    });
  }
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      SERVER,
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...folders,
      '--without-connection-token',
      '--accept-server-license-terms',
      ...['--telemetry-level', 'off'],
      '--disable-workspace-trust',
      '--enable-smoke-test-driver',
      // A window that was closed is gone: its extension host needs not wait hours for it.
      ...['--reconnection-grace-time', '300'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  }
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilAnswers(url, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${String(error)}\n${output.join('').slice(-4000)}`, { cause: error });
  }
  return {
    url,
    port,
    folder,
    stop: async () => {
      await end(child);
      await rm(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MILLISECONDS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`The editor ended with code ${child.exitCode}.`);
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error(`The editor did not answer within ${START_DEADLINE_MILLISECONDS / 1000} s.`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
