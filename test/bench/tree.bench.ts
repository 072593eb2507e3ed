/** All rows of 5,000 apps, built in a real extension host. Budget: 16 ms, one frame. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { editorExecutable } from '../harness/editorExecutable.ts';
import { ROOT } from '../harness/paths.ts';
import type { Bench } from './run.ts';
import { median, rounded, startBenchOrg } from './support.ts';
import type { TreeFigures } from './workers/tree.ts';

const APPS = 5000;

export const lines = [`tree-${APPS}`];

export const bench: Bench = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'pkce-tree-bench-'));
  const org = await startBenchOrg('--apps', String(APPS), '--latency', '80');
  try {
    const suite = join(folder, 'tree.cjs');
    const file = join(folder, 'figures.json');
    await build({
      entryPoints: [join(ROOT, 'test', 'bench', 'workers', 'tree.ts')],
      outfile: suite,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
      logLevel: 'warning',
    });
    await runTests({
      vscodeExecutablePath: await editorExecutable(folder),
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: suite,
      extensionTestsEnv: {
        PKCE_BENCH_ORG: org.url,
        PKCE_BENCH_TOKEN: org.accessToken.reveal(),
        PKCE_BENCH_FILE: file,
      },
    });
    const { rows, ms, hostRssMb } = JSON.parse(await readFile(file, 'utf8')) as TreeFigures;
    report(`tree-${APPS}`, {
      rows,
      ms: rounded(median(ms), 2),
      firstMs: rounded(ms[0] ?? 0, 2),
      times: ms.length,
      hostRssMb: rounded(hostRssMb),
    });
  } finally {
    await org.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
};
