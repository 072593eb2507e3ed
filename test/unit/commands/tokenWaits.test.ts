/** Commands that wait for a token: the wait is seen and can be left, and ends with what was asked for. */
import assert from 'node:assert/strict';
import type { LogOutputChannel } from 'vscode';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import type { Secret } from '../../../src/oauth/secret.ts';
import type { Session } from '../../../src/session/session.ts';
import { signedIn } from '../support/signedIn.ts';
import { editor } from '../support/vscodeStandIn.ts';
import { closeMachines, newMachine, openWindow, type Window } from '../support/window.ts';

const { SessionCommands } = await import('../../../src/commands/sessionCommands.ts');
const { TokenCommands } = await import('../../../src/commands/tokenCommands.ts');
const { Messages } = await import('../../../src/views/messages.ts');

describe('commands that wait for a token', () => {
  let org: DemoOrg;
  let window: Window;
  let session: Session;
  const logged: string[] = [];
  const log = { error: (line: string) => void logged.push(line) };
  const messages = new Messages(log as unknown as LogOutputChannel);
  const reauthenticate = (): Promise<void> => Promise.resolve();

  before(async () => {
    org = await startDemoOrg();
  });
  after(() => org.close());
  beforeEach(async () => {
    window = openWindow(newMachine());
    session = await signedIn(org, window);
    editor.pick = ({ buttons }) => buttons.find((button) => button === 'Copy');
    editor.clipboard = 'something else';
    for (const list of [editor.messages, editor.progress, editor.statusBarMessages, logged]) {
      list.length = 0;
    }
  });
  afterEach(() => {
    editor.pick = () => undefined;
    closeMachines();
  });

  const tokenCommands = (): InstanceType<typeof TokenCommands> =>
    new TokenCommands({
      ...window,
      catalogs: undefined as never, // not asked here
      messages,
      learnExpiry: () => Promise.resolve(),
      reauthenticate,
    });

  it('P52: Copy Access Token copies the token after a yes, and takes it off again, and nothing else', async () => {
    const commands = tokenCommands();
    const yes = editor.pick;
    editor.pick = () => undefined;
    await commands.copyAccessToken();
    assert.equal(editor.clipboard, 'something else');
    editor.pick = yes;
    await commands.copyAccessToken();
    assert.equal(editor.clipboard, session.accessToken.reveal());
    assert.match(editor.statusBarMessages.join(), /^Access token copied/);
    await commands.clearClipboard();
    assert.equal(editor.clipboard, '');
    await commands.copyAccessToken();
    editor.clipboard = 'something else';
    await commands.clearClipboard();
    assert.equal(editor.clipboard, 'something else');
  });

  it('P52: a clipboard that cannot be read is tried again as soon as the window has the focus', async () => {
    const commands = tokenCommands();
    await commands.copyAccessToken();
    editor.clipboardFails = true;
    await commands.clearClipboard();
    editor.clipboardFails = false;
    assert.equal(editor.clipboard, session.accessToken.reveal());
    assert.match(logged.join(), /The clipboard is locked/);
    editor.focus();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(editor.clipboard, '');
  });

  it('P52: in a browser, where a page without the focus may not look, it is taken off as soon as it has the focus', async () => {
    editor.callbackLink = 'https://editor.example/callback';
    editor.isFocused = false;
    try {
      const commands = tokenCommands();
      await commands.copyAccessToken();
      await commands.clearClipboard();
      assert.equal(editor.clipboard, session.accessToken.reveal());
      editor.isFocused = true;
      editor.focus();
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(editor.clipboard, '');
    } finally {
      editor.callbackLink = undefined;
      editor.isFocused = true;
    }
  });

  it('E4: Copy Access Token: a refresh that takes long is seen and can be left; nothing is copied', async () => {
    const refresh = Promise.withResolvers<Secret>();
    window.sessions.accessToken = () => refresh.promise;
    const asked = new Promise<void>((resolve) => {
      editor.pick = ({ buttons }) => {
        setImmediate(resolve);
        return buttons.find((button) => button === 'Copy');
      };
    });
    const done = tokenCommands().copyAccessToken();
    await asked;
    assert.deepEqual(editor.progress, [`Fetching the access token of ${session.username}`]);
    editor.cancel();
    await done;
    refresh.resolve(session.accessToken);
    await refresh.promise;
    assert.equal(editor.clipboard, 'something else');
    assert.deepEqual([editor.messages.length, logged], [1, []]);
  });

  it('E4: Open Org in Browser: a Cancel ends the wait for the token, and nothing is opened', async () => {
    window.sessions.accessToken = () => new Promise(() => undefined);
    const opened: string[] = [];
    editor.browse = (link) => opened.push(link);
    const done = tokenCommands().openOrg();
    while (editor.progress.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    editor.cancel();
    await done;
    assert.deepEqual([opened, editor.messages, logged], [[], [], []]);
  });

  it('E4, E38: Refresh Token says so at once; whoever finds out when the new token ends is told', async () => {
    const told: Session[] = [];
    window.sessions.onDidRefresh((refreshed) => told.push(refreshed));
    const context = { ...window, forget: () => undefined, messages, reauthenticate };
    await new SessionCommands(context).refreshToken();
    assert.deepEqual(editor.statusBarMessages, [`Token of ${session.username} refreshed.`]);
    const refreshed = await window.sessions.get(session.id);
    assert.notEqual(refreshed?.accessToken.reveal(), session.accessToken.reveal());
    assert.deepEqual(
      told.map(({ accessToken }) => accessToken.reveal()),
      [refreshed?.accessToken.reveal()],
    );
  });
});
