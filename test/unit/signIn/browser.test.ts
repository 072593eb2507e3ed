/** What a window finds out of where it runs, and of the settings about the way back. */
import assert from 'node:assert/strict';
import { editor } from '../support/vscodeStandIn.ts';

const { redirectSettings, situationFor } = await import('../../../src/signIn/browser.ts');

const HOST = 'https://acme.my.salesforce.com';
/** Sides that an extension may run on. */
const [UI, WORKSPACE] = [1, 2];

describe('browser', () => {
  afterEach(() => {
    Object.assign(editor, { callbackLink: undefined, remoteName: undefined, extensionKind: UI });
    editor.settings.clear();
  });

  for (const [where, remoteName, extensionKind, runsRemotely] of [
    ['a window of this computer', undefined, UI, false],
    ['the same, where the extension could run on another', undefined, WORKSPACE, false],
    ['a window of another computer', 'ssh-remote', UI, false],
    ['the same, with the extension over there', 'ssh-remote', WORKSPACE, true],
  ] as const) {
    it(`E11: the desktop: ${where}`, async () => {
      Object.assign(editor, { remoteName, extensionKind });
      const situation = { userInterface: 'desktop', runsRemotely, loginHost: HOST };
      assert.deepEqual(await situationFor(HOST), situation);
    });
  }

  for (const [callbackLink, runsRemotely] of [
    ['http://127.0.0.1:8080/callback?vscode-reqid=1', false],
    ['http://localhost:8080/callback?vscode-reqid=1', false],
    ['https://code.acme.example/callback?vscode-reqid=1', true],
    ['', true],
  ] as const) {
    it(`E11: a browser-based editor whose link is "${callbackLink}"`, async () => {
      editor.callbackLink = callbackLink;
      const situation = { userInterface: 'web', runsRemotely, loginHost: HOST };
      assert.deepEqual(await situationFor(HOST), situation);
    });
  }

  it('a setting that is none counts as not set', () => {
    const set = { redirect: 'pigeon', loopbackPort: 70_000, relayUrl: 7 };
    for (const [name, value] of Object.entries(set)) {
      editor.settings.set(`salesforcePkce.${name}`, value);
    }
    assert.deepEqual(redirectSettings(), { way: 'auto', loopbackPort: 27_417, relayUrl: '' });
  });
});
