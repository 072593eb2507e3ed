/**
 * `npm run test:editor`: the suites of test/editor inside a real extension host, through `runTests` of
 * @vscode/test-electron. Desktop VS Code where VSCODE_PATH names one or `--desktop` asks for its
 * download; else the editor that comes from the npm registry.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { ROOT } from '../harness/paths.ts';

const desktop = process.argv.includes('--desktop');
const grep = process.argv[process.argv.indexOf('--grep') + 1];

const suites = globSync('test/editor/**/*.test.ts', { cwd: ROOT });
const out = join(ROOT, 'dist', 'test', 'editor.cjs');
await build({
  stdin: {
    contents: suites.map((suite) => `import './${suite.replaceAll('\\', '/')}';`).join('\n'),
    resolveDir: ROOT,
    loader: 'ts',
  },
  outfile: join(ROOT, 'dist', 'test', 'suites.cjs'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  sourcemap: 'inline',
  external: ['vscode', 'mocha'],
  logLevel: 'warning',
});
await build({
  entryPoints: [join(ROOT, 'test', 'editor', 'suite.ts')],
  outfile: out,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  external: ['vscode', 'mocha', './suites.cjs'],
  logLevel: 'warning',
});

const folder = await mkdtemp(join(tmpdir(), 'pkce-suite-'));
try {
  const options = {
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: out,
    extensionTestsEnv: process.argv.includes('--grep') && grep ? { PKCE_GREP: grep } : {},
  };
  if (desktop) await runTests(options);
  else {
    await runTests({
      ...options,
      vscodeExecutablePath: process.env.VSCODE_PATH ?? (await standIn(folder)),
    });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** `runTests` wants one executable file. */
async function standIn(inFolder: string): Promise<string> {
  const script = join(ROOT, 'test', 'harness', 'standIn.ts');
  const windows = process.platform === 'win32';
  const file = join(inFolder, windows ? 'code.cmd' : 'code');
  const text = windows
    ? `@"${process.execPath}" "${script}" %*\r\n`
    : `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`;
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}
