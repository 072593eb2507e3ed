/**
 * `npm run test:editor`: the suites of test/editor inside a real extension host, through `runTests` of
 * @vscode/test-electron. Desktop VS Code where VSCODE_PATH names one or `--desktop` asks for its
 * download; else the editor that comes from the npm registry.
 */
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { editorExecutable } from '../harness/editorExecutable.ts';
import { ROOT } from '../harness/paths.ts';
import { startProxy } from '../harness/proxy.ts';

const desktop = process.argv.includes('--desktop');
const grep = process.argv[process.argv.indexOf('--grep') + 1];

const suites = globSync('test/editor/**/*.test.ts', { cwd: ROOT });
const TLS_FIXTURES = join(ROOT, 'test', 'fixtures', 'tls');
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
  };
  const environment = {
    PKCE_TLS_FIXTURES: TLS_FIXTURES,
    // The system's certificates, as far as these tests are concerned: a company's own authority.
    SSL_CERT_FILE: join(TLS_FIXTURES, 'ca.pem'),
    ...(process.argv.includes('--grep') && grep ? { PKCE_GREP: grep } : {}),
  };
  const vscodeExecutablePath = desktop ? undefined : await editorExecutable(folder);
  const run = (more: Record<string, string>): Promise<number> =>
    runTests({
      ...options,
      ...(vscodeExecutablePath === undefined ? {} : { vscodeExecutablePath }),
      extensionTestsEnv: { ...environment, ...more },
    });
  await run({});
  if (environment.PKCE_GREP === undefined) await withEnvironmentProxy(run);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

/** Once more, in an editor whose environment names a proxy. */
async function withEnvironmentProxy(
  run: (more: Record<string, string>) => Promise<number>,
): Promise<void> {
  const org = createHttpsServer(
    {
      cert: await readFile(join(TLS_FIXTURES, 'org.pem')),
      key: await readFile(join(TLS_FIXTURES, 'org-key.pem')),
    },
    (_asked, response) => response.end('[]'),
  );
  await new Promise<void>((resolve) => org.listen(0, '127.0.0.1', resolve));
  const proxy = await startProxy({ upstreamPort: (org.address() as AddressInfo).port });
  const report = createHttpServer((_asked, response) => {
    response.end(JSON.stringify(proxy.passed));
  });
  await new Promise<void>((resolve) => report.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${proxy.port}`;
  try {
    await run({
      HTTP_PROXY: address,
      HTTPS_PROXY: address,
      NO_PROXY: 'localhost,127.0.0.1',
      PKCE_PROXY: address,
      PKCE_PROXY_REPORT: `http://127.0.0.1:${(report.address() as AddressInfo).port}/`,
      PKCE_GREP: 'environment',
    });
  } finally {
    await proxy.close();
    for (const server of [org, report]) {
      server.closeAllConnections();
      server.close();
    }
  }
}
