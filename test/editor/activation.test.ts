/** The extension in a real extension host: what it brings, and what it leaves alone until it is asked. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import type { PkceForSalesforceApi } from '../../src/api.ts';
import { addSuppression, suppressions } from '../../src/views/suppressions.ts';
import { recentLoginHosts, rememberLoginHost } from '../../src/signIn/recentLoginHosts.ts';

async function activated(): Promise<PkceForSalesforceApi> {
  const extension = vscode.extensions.getExtension<PkceForSalesforceApi>(
    'pkce-tools.salesforce-pkce',
  );
  assert.ok(extension);
  return extension.activate();
}

/** A memento that forgets with the test. */
function memento(): vscode.Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key) as never,
    update: (key, value) => Promise.resolve(void values.set(key, value)),
  };
}

describe('in the extension host', () => {
  it('P52: the exported API has no way to a token', async () => {
    assert.deepEqual(Object.keys(await activated()).sort(), [
      'audit',
      'listApps',
      'listOrgs',
      'version',
    ]);
  });

  it('E1: without a sign-in there is no org, and asking for apps says so', async () => {
    const api = await activated();
    assert.equal(api.version, 1);
    assert.deepEqual(await api.listOrgs(), []);
    await assert.rejects(api.listApps('nobody'), /No org is signed in/);
  });

  it('E29: every command of the manifest is there', async () => {
    await activated();
    const manifest = vscode.extensions.getExtension('pkce-tools.salesforce-pkce')?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const known = new Set(await vscode.commands.getCommands(true));
    for (const { command } of manifest.contributes.commands) assert.ok(known.has(command), command);
  });

  it('E8: a command with arguments that do not fit ends at once and changes nothing', async () => {
    const api = await activated();
    await vscode.commands.executeCommand('salesforcePkce.signIn', { loginHost: 5 });
    await vscode.commands.executeCommand('salesforcePkce.signIn', {
      loginHost: 'http://acme.example',
      clientId: '3MVG9acme',
    });
    assert.deepEqual(await api.listOrgs(), []);
  });

  it('E13: the five login hosts of the latest sign-ins are remembered, newest first', async () => {
    const memory = memento();
    const hosts = ['a', 'b', 'c', 'd', 'e', 'f', 'b'].map(
      (name) => `https://${name}.my.salesforce.com`,
    );
    for (const host of [...hosts, 'https://login.salesforce.com', 'http://127.0.0.1:4711']) {
      await rememberLoginHost(memory, host);
    }
    const names = recentLoginHosts(memory).map((host) => new URL(host).host[0]);
    assert.deepEqual(names, ['b', 'f', 'e', 'd', 'c']);
  });

  it('E33: a finding that is accepted in a workspace leaves those that are accepted everywhere', async () => {
    const configuration = vscode.workspace.getConfiguration('salesforcePkce');
    const accepted = (rule: string) => ({ rule, reason: 'known', until: '2099-12-31' });
    await configuration.update(
      'suppressions',
      [accepted('a'), 5],
      vscode.ConfigurationTarget.Global,
    );
    assert.equal(await addSuppression(accepted('b')), 'workspace');
    assert.deepEqual(suppressions(), [accepted('a'), accepted('b')]);
    for (const target of [
      vscode.ConfigurationTarget.Workspace,
      vscode.ConfigurationTarget.Global,
    ]) {
      await configuration.update('suppressions', undefined, target);
    }
  });

  it('another version of a source file, as a comparison shows it, is not looked at', async () => {
    await activated();
    const text =
      '<ConnectedApp><oauthConfig><isPkceRequired>false</isPkceRequired></oauthConfig></ConnectedApp>';
    const provider = vscode.workspace.registerTextDocumentContentProvider('earlier', {
      provideTextDocumentContent: () => text,
    });
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, 'A.connectedApp-meta.xml');
    await vscode.workspace.fs.writeFile(file, Buffer.from(text));
    const earlier = file.with({ scheme: 'earlier', authority: '' });
    await vscode.workspace.openTextDocument(earlier);
    await vscode.workspace.openTextDocument(file);
    while (vscode.languages.getDiagnostics(file).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual(vscode.languages.getDiagnostics(earlier), []);
    provider.dispose();
    await vscode.workspace.fs.delete(file);
  });

  it('P27: a request goes through the proxy that the user has set', async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('through the proxy');
    });
    // VS Code opens a tunnel also for plain http: the request arrives inside.
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      proxy.emit('connection', socket);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const http = vscode.workspace.getConfiguration('http');
    await http.update('proxy', `http://127.0.0.1:${port}`, vscode.ConfigurationTarget.Global);
    try {
      // What extension.ts hands to every floor is this very function, looked up at each call.
      let text = '';
      for (let attempt = 0; attempt < 50 && text === ''; attempt += 1) {
        text = await globalThis.fetch('http://acme.invalid/services/data').then(
          (response) => response.text(),
          () => '',
        );
        if (text === '') await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.equal(text, 'through the proxy');
      assert.ok(
        asked.some((url) => url.includes('acme.invalid')),
        asked.join(),
      );
    } finally {
      await http.update('proxy', undefined, vscode.ConfigurationTarget.Global);
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    }
  });
});
