/**
 * Another extension in the same editor: asks for our exported API and for our sessions, as others would. A
 * helper extension that is made at run time; what it should ask and what it heard goes over loopback.
 * Nothing of it is in the product.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import type { App } from '../../src/salesforce/app.ts';
import type { Workbench } from './pages/workbench.ts';

/** Of all that a person does meanwhile. */
const DEADLINE_MILLISECONDS = 400_000;

/** What the other extension asks. */
export type Question =
  | { readonly ask: 'listApps' | 'getAccounts' | 'sessionsChanges' | 'tools' }
  | { readonly ask: 'invokeTool'; readonly name: string; readonly input: object }
  | {
      readonly ask: 'getSession';
      readonly scopes: readonly string[];
      /** Options of `vscode.authentication.getSession`; `account` by its label. */
      readonly options: Readonly<Record<string, unknown>>;
    };

/** A session as the other extension got it. */
export interface ProbedSession {
  readonly id: string;
  readonly accessToken: string;
  readonly scopes: readonly string[];
  readonly account: { readonly id: string; readonly label: string };
}

export interface ApiProbe {
  /** The helper extension. */
  readonly vsix: string;
  /** Puts a question; the answer may need somebody who clicks. */
  ask(workbench: Workbench, question: Question): Promise<unknown>;
  /** What `listApps` gives for the first org. */
  apps(workbench: Workbench): Promise<readonly App[]>;
  close(): Promise<void>;
}

const MAIN = `const vscode = require('vscode');
const changes = [];
const asking = {
  listApps: async () => {
    const api = await vscode.extensions.getExtension('pkce-tools.salesforce-pkce').activate();
    const [org] = await api.listOrgs();
    return api.listApps(org.id);
  },
  getAccounts: () => vscode.authentication.getAccounts('salesforce-pkce'),
  sessionsChanges: () => changes,
  tools: () => vscode.lm.tools.map(({ name }) => name),
  invokeTool: async ({ name, input }) => {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    return content.map(({ value }) => value).join('');
  },
  getSession: async ({ scopes, options }) => {
    const accounts = await vscode.authentication.getAccounts('salesforce-pkce');
    const account = accounts.find(({ label }) => label === options.account);
    return vscode.authentication.getSession('salesforce-pkce', scopes, {
      ...options, ...(options.account ? { account } : {}),
    });
  },
};
exports.activate = (context) => {
  context.subscriptions.push(
    vscode.authentication.onDidChangeSessions(({ provider }) => changes.push(provider.id)),
    vscode.commands.registerCommand('pkceTests.ask', async () => {
      const question = await (await fetch(URL_OF_TEST)).json();
      let body;
      try {
        body = { answer: await asking[question.ask](question) };
      } catch (error) {
        body = { error: String(error) };
      }
      await fetch(URL_OF_TEST, { method: 'POST', body: JSON.stringify(body) });
    }),
  );
};
`;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export async function apiProbe(): Promise<ApiProbe> {
  const folder = await mkdtemp(join(tmpdir(), 'pkce-probe-'));
  const questions: Question[] = [];
  const answers: ((body: string) => void)[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.end(JSON.stringify(questions.shift()));
      return;
    }
    void textOf(request).then((text) => {
      response.end();
      answers.shift()?.(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'api-probe',
      displayName: 'API Probe',
      publisher: 'pkce-tests',
      version: '0.0.1',
      engines: { vscode: '^1.105.0' },
      main: './main.cjs',
      files: ['main.cjs', 'LICENSE'],
      contributes: { commands: [{ command: 'pkceTests.ask', title: 'PKCE Tests: Ask' }] },
    }),
  );
  await writeFile(join(folder, 'main.cjs'), `const URL_OF_TEST = ${JSON.stringify(url)};\n${MAIN}`);
  await writeFile(join(folder, 'LICENSE'), 'For tests only.\n');
  const vsix = join(folder, 'api-probe.vsix');
  await createVSIX({
    cwd: folder,
    packagePath: vsix,
    dependencies: false,
    allowMissingRepository: true,
  });
  const ask = async (workbench: Workbench, question: Question): Promise<unknown> => {
    questions.push(question);
    const answer = new Promise<string>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`No answer to ${JSON.stringify(question)}.`)),
        DEADLINE_MILLISECONDS,
      );
      answers.push((text) => {
        clearTimeout(timer);
        resolve(text);
      });
    });
    await workbench.runCommand('PKCE Tests: Ask');
    const body = JSON.parse(await answer) as { answer?: unknown; error?: string };
    if (body.error !== undefined) throw new Error(body.error);
    return body.answer;
  };
  return {
    vsix,
    ask,
    apps: async (workbench) => (await ask(workbench, { ask: 'listApps' })) as readonly App[],
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
