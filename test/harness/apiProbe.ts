/**
 * Asks the extension's exported API from inside the editor, as another extension would: a helper extension
 * that is made at run time and handed the answer over a loopback request. Nothing of it is in the product.
 */
import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import type { App } from '../../src/salesforce/app.ts';
import type { Workbench } from './pages/workbench.ts';

const DEADLINE_MILLISECONDS = 30_000;

export interface ApiProbe {
  /** The helper extension. */
  readonly vsix: string;
  /** What `listApps` gives for the first org. */
  apps(workbench: Workbench): Promise<readonly App[]>;
  close(): Promise<void>;
}

export async function apiProbe(): Promise<ApiProbe> {
  const folder = await mkdtemp(join(tmpdir(), 'pkce-probe-'));
  const answers: ((body: string) => void)[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.end();
      answers.shift()?.(Buffer.concat(chunks).toString('utf8'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'api-probe',
      publisher: 'pkce-tests',
      version: '0.0.1',
      engines: { vscode: '^1.105.0' },
      main: './main.cjs',
      contributes: {
        commands: [{ command: 'pkceTests.listApps', title: 'PKCE Tests: List Apps' }],
      },
    }),
  );
  await writeFile(
    join(folder, 'main.cjs'),
    `const vscode = require('vscode');
exports.activate = (context) => {
  context.subscriptions.push(vscode.commands.registerCommand('pkceTests.listApps', async () => {
    let body;
    try {
      const api = await vscode.extensions.getExtension('pkce-tools.salesforce-pkce').activate();
      const [org] = await api.listOrgs();
      body = { apps: await api.listApps(org.id) };
    } catch (error) { body = { error: String(error) }; }
    await fetch(${JSON.stringify(url)}, { method: 'POST', body: JSON.stringify(body) });
  }));
};
`,
  );
  await writeFile(join(folder, 'LICENSE'), 'For tests only.\n');
  const vsix = join(folder, 'api-probe.vsix');
  await createVSIX({
    cwd: folder,
    packagePath: vsix,
    dependencies: false,
    allowMissingRepository: true,
  });
  return {
    vsix,
    apps: async (workbench) => {
      const answer = new Promise<string>((resolve, reject) => {
        answers.push(resolve);
        setTimeout(
          () => reject(new Error('The exported API did not answer.')),
          DEADLINE_MILLISECONDS,
        ).unref();
      });
      await workbench.runCommand('PKCE Tests: List Apps');
      const body = JSON.parse(await answer) as { apps?: readonly App[]; error?: string };
      if (!body.apps) throw new Error(`listApps: ${body.error ?? 'no answer'}`);
      return body.apps;
    },
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
