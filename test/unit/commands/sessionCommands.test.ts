/** A sign-out as its command runs it, of several orgs, where one of them makes trouble. */
import assert from 'node:assert/strict';
import type { LogOutputChannel } from 'vscode';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import { until } from '../../harness/until.ts';
import type { AppCommandsContext } from '../../../src/commands/appCommands.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { SharedSecrets } from '../support/sharedSecrets.ts';
import { signedIn } from '../support/signedIn.ts';
import { editor } from '../support/vscodeStandIn.ts';
import { closeMachines, newMachine, openWindow } from '../support/window.ts';

const { SessionCommands } = await import('../../../src/commands/sessionCommands.ts');
const { AppCommands } = await import('../../../src/commands/appCommands.ts');
const { Messages } = await import('../../../src/views/messages.ts');

describe('session commands', () => {
  let org: DemoOrg;
  before(async () => {
    org = await startDemoOrg();
  });
  after(() => org.close());
  afterEach(closeMachines);

  /** A window with an org of each username, whose secrets are deleted as `remove` has it. */
  async function begin(remove: (key: string, really: () => Thenable<void>) => Thenable<void>) {
    const secrets = new SharedSecrets().window();
    const window = openWindow(newMachine({ window: () => secrets }));
    const first = await signedIn(org, window);
    const second = await signedIn(org, window, { username: org.viewer.username });
    const really = secrets.delete.bind(secrets);
    secrets.delete = (key) => remove(key, () => really(key));
    const logged: string[] = [];
    const forgotten: string[] = [];
    const log = { info: () => undefined, error: (line: string) => void logged.push(line) };
    const commands = new SessionCommands({
      sessions: window.sessions,
      forget: (id) => forgotten.push(id),
      messages: new Messages(log as unknown as LogOutputChannel),
      reauthenticate: () => Promise.resolve(),
    });
    editor.messages.length = 0;
    return { window, first, second, commands, logged, forgotten };
  }

  const locked = (key: string): Promise<void> =>
    Promise.reject(new Error(`The keyring is locked: ${key}`));

  it('P35: a secret that cannot be deleted keeps nobody from signing out of the others, and its org is named', async () => {
    let undeletable = 'none yet';
    const { window, first, second, commands, logged, forgotten } = await begin((key, really) =>
      key.endsWith(undeletable) ? locked('session') : really(),
    );
    undeletable = first.id;
    let changes = 0;
    window.sessions.onDidChange(() => (changes += 1));
    await commands.signOutOf([first, second]);
    assert.deepEqual(forgotten.toSorted(), [first.id, second.id].toSorted());
    assert.deepEqual(await window.sessions.list(), []);
    assert.ok(changes > 0);
    assert.match(logged.join('\n'), /The keyring is locked/);
    assert.equal(editor.messages.length, 1);
    const [message] = editor.messages;
    assert.match(message?.text ?? '', /did not delete the tokens of demo@pkce\.example at /);
    assert.ok(!message?.text.includes(second.username));
    assert.equal(org.requests.filter(({ path }) => path.endsWith('/revoke')).length, 2);
  });

  it('E4: orgs are signed out of side by side; what was kept of each goes at once; one Cancel ends the wait', async () => {
    const { first, second, commands, forgotten } = await begin((_key, really) => really());
    org.switches.faults = [parseFault('revoke:hang*1')];
    editor.progress.length = 0;
    const done = commands.signOutOf([first, second]);
    await until(
      () => forgotten.length,
      (length) => length === 1,
    );
    assert.deepEqual([...editor.progress], ['Signing out of 2 orgs']);
    editor.cancel();
    await done;
    assert.deepEqual(forgotten.toSorted(), [first.id, second.id].toSorted());
    assert.match(editor.messages[0]?.text ?? '', /^Salesforce did not confirm the sign-out of /);
  });

  it('P35: neither revoked nor deleted: both are told', async () => {
    const { first, second, commands } = await begin(locked);
    org.switches.faults = [parseFault('revoke:server_error')];
    await commands.signOutOf([first, second]);
    org.switches.faults = [];
    const texts = editor.messages.map(({ text }) => text);
    assert.equal(texts.length, 2);
    const names = /demo@pkce\.example at .*, viewer@/;
    assert.match(texts[0] ?? '', /^Salesforce did not confirm the sign-out of /);
    assert.match(texts[1] ?? '', /did not delete the tokens of /);
    for (const text of texts) assert.match(text, names);
  });

  it('where the tokens of all orgs are in other windows, refreshing says so', async () => {
    const web = newMachine(new BrowserSecrets());
    const { sessions } = openWindow(web);
    await sessions.list();
    const news = new Promise((resolve) => sessions.onDidChange(() => resolve(undefined)));
    await signedIn(org, openWindow(web));
    await news;
    editor.messages.length = 0;
    const messages = new Messages({} as unknown as LogOutputChannel);
    const reauthenticate = (): Promise<void> => Promise.resolve();
    await new SessionCommands({
      ...{ sessions, messages, reauthenticate },
      forget: () => undefined,
    }).refreshToken();
    await new AppCommands({
      sessions,
      readInView: () => Promise.resolve(),
    } as unknown as AppCommandsContext).refreshApps();
    for (let look = 0; look < 100 && editor.messages.length < 2; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.deepEqual(
      editor.messages.map(({ text }) => text.slice(0, 33)),
      Array.from({ length: 2 }, () => 'No token of your orgs is in this '),
    );
  });
});
