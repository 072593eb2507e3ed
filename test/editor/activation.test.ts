/** The extension in a real extension host: what it brings, and what it leaves alone until it is asked. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('activation', () => {
  it('activates and exports the API, which has no way to a token', async () => {
    const extension = vscode.extensions.getExtension('pkce-tools.salesforce-pkce');
    assert.ok(extension);
    const api: unknown = await extension.activate();
    assert.deepEqual(Object.keys(api as object).sort(), ['listApps', 'listOrgs', 'version']);
  });
});
