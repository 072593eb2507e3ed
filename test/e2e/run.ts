/**
 * `npm run test:e2e [-- --grep TEXT]`: a browser drives a real VS Code with the packaged .vsix installed. Much of the
 * time goes by in waiting, so there are two lanes: processes with an editor each, which take file after file.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { ROOT, VSIX } from '../harness/paths.ts';
import { launchBrowser } from '../harness/realBrowser.ts';
import { prepareEditor } from '../harness/realEditor.ts';
import { tearDown } from './fixture.ts';

const LANES = 2;

const { grep } = parseArgs({ options: { grep: { type: 'string' } } }).values;

if (!existsSync(VSIX)) {
  console.error('There is no dist/salesforce-pkce.vsix: run npm run package first.');
  process.exitCode = 1;
} else if (process.send) {
  await runWhatIsSent();
} else if (grep !== undefined) {
  process.exitCode = (await run(testFiles())) === 0 ? 0 : 1;
  await tearDown();
} else {
  // What is unpacked once per clone, before two want it at the same time.
  await prepareEditor();
  await (await launchBrowser()).close();
  const files = testFiles();
  const codes = await Promise.all(Array.from({ length: LANES }, () => runLane(files)));
  process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
}

/** The longest first, so that all lanes end at about the same time. */
function testFiles(): string[] {
  const size = (file: string): number => statSync(join(ROOT, file)).size;
  return globSync('test/e2e/**/*.test.ts', { cwd: ROOT }).sort((a, b) => size(b) - size(a));
}

/** @param files that no lane has taken yet */
async function runLane(files: string[]): Promise<number | null> {
  const lane = fork(import.meta.filename, { cwd: ROOT, silent: true });
  // What one file's tests say stays together.
  let said = '';
  const tell = (): void => {
    process.stdout.write(said);
    said = '';
  };
  for (const stream of [lane.stdout, lane.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  lane.on('message', () => {
    tell();
    lane.send(files.shift() ?? '');
  });
  const [code] = (await once(lane, 'close')) as [number | null];
  tell();
  return code;
}

/** In a lane: asks for a file and runs it, until there is none. */
async function runWhatIsSent(): Promise<void> {
  for (;;) {
    const sent = once(process, 'message') as Promise<[string]>;
    process.send?.('next');
    const [file] = await sent;
    if (file === '') break;
    if ((await run([file])) > 0) process.exitCode = 1;
  }
  await tearDown();
  process.disconnect();
}

/** @returns how many tests failed */
async function run(files: readonly string[]): Promise<number> {
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 900_000,
    slow: 60_000,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const file of files) mocha.addFile(join(ROOT, file));
  await mocha.loadFilesAsync();
  return new Promise((resolve) => mocha.run(resolve));
}
