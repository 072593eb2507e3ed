/** A sign-out as its command runs it, of several orgs, where one of them makes trouble. */
import assert from 'node:assert/strict';
import type { LogOutputChannel } from 'vscode';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { SharedSecrets } from '../support/sharedSecrets.ts';
import { signedIn } from '../support/signedIn.ts';
import { editor } from '../support/vscodeStandIn.ts';
import { closeMachines, newMachine, openWindow } from '../support/window.ts';

const { SessionCommands } = await import('../../../src/commands/sessionCommands.ts');
const { Messages } = await import('../../../src/views/messages.ts');

describe('session commands', () => {
  let org: DemoOrg;
  before(async () => {
    org = await startDemoOrg();
  });
  after(() => org.close());
  afterEach(closeMachines);

  it('P35: an org whose secret cannot be deleted keeps nobody from signing out of the others, and is named', async () => {
    const secrets = new SharedSecrets().window();
    const window = openWindow(newMachine({ window: () => secrets }));
    const first = await signedIn(org, window);
    const second = await signedIn(org, window, { username: org.viewer.username });
    const remove = secrets.delete.bind(secrets);
    secrets.delete = (key) =>
      key.endsWith(first.id) ? Promise.reject(new Error('The keyring is locked')) : remove(key);
    const logged: string[] = [];
    const forgotten: string[] = [];
    let changes = 0;
    window.sessions.onDidChange(() => (changes += 1));
    const log = { info: () => undefined, error: (line: string) => void logged.push(line) };
    const commands = new SessionCommands({
      sessions: window.sessions,
      forget: (id) => forgotten.push(id),
      messages: new Messages(log as unknown as LogOutputChannel),
      learnExpiry: () => Promise.resolve(),
      reauthenticate: () => Promise.resolve(),
    });
    editor.messages.length = 0;
    await commands.signOutOf([first, second]);
    assert.deepEqual(forgotten, [first.id, second.id]);
    assert.deepEqual(await window.sessions.list(), []);
    assert.ok(changes > 0);
    assert.match(logged.join('\n'), /The keyring is locked/);
    const [message] = editor.messages;
    assert.match(message?.text ?? '', /not confirmed by Salesforce: demo@pkce\.example at /);
    assert.ok(!message?.text.includes(second.username));
  });
});
