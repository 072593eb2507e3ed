/** A sign-in as its command runs it: what follows when it has worked, and the Cancel of what comes before. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { LogOutputChannel } from 'vscode';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import type { Session } from '../../../src/session/session.ts';
import { browse } from '../support/browser.ts';
import { fetch } from '../support/fetch.ts';
import { memento } from '../support/memento.ts';
import { editor } from '../support/vscodeStandIn.ts';
import { closeMachines, newMachine, openWindow } from '../support/window.ts';

const { SignInCommands } = await import('../../../src/commands/signInCommands.ts');
const { Messages } = await import('../../../src/views/messages.ts');
type Context = ConstructorParameters<typeof SignInCommands>[0];

/** A host that is not on loopback: what is remembered of a sign-in is remembered for such hosts only. */
const HOST = 'https://login.acme.example';

describe('sign-in commands', () => {
  let org: DemoOrg;
  const logged: string[] = [];
  const shown: string[] = [];
  /** What the browser was sent to. */
  const links: URL[] = [];
  /** Who logs in there; undefined: the admin. */
  let username: string | undefined;

  before(async () => {
    org = await startDemoOrg();
    editor.settings.set('salesforcePkce.clients', [
      { name: 'Acme', clientId: org.clientId, loginHost: HOST },
    ]);
  });
  after(() => org.close());
  beforeEach(() => {
    editor.messages.length = 0;
    editor.settingsAreWritable = true;
    logged.length = 0;
    shown.length = 0;
    links.length = 0;
  });
  afterEach(closeMachines);

  /** The commands of a window for which {@link HOST} is the demo org. */
  function commands(more: Partial<Context> = {}): InstanceType<typeof SignInCommands> {
    const window = openWindow(newMachine(), {
      fetch: async (url, init) => {
        if (!url.startsWith(HOST)) return fetch(url, init);
        const answer = await fetch(url.replace(HOST, org.url), init);
        const text = (await answer.text()).replaceAll(org.url, HOST);
        return new Response(text, { status: answer.status, headers: [...answer.headers] });
      },
    });
    editor.browse = async (link) => {
      links.push(new URL(link));
      const back = await browse(org, link.replace(HOST, org.url), username ? { username } : {});
      await window.handOver.receive(back.searchParams);
    };
    const log = { info: () => undefined, error: (line: string) => void logged.push(line) };
    return new SignInCommands({
      ...window,
      messages: new Messages(log as unknown as LogOutputChannel),
      memory: memento(),
      startDemoOrg: () => Promise.resolve(org),
      show: ({ username }: Session) => {
        shown.push(username);
        return Promise.resolve();
      },
      ...more,
    });
  }

  it('signs in, shows the org, and remembers host and client app', async () => {
    const memory = memento();
    const session = await commands({ memory }).signIn({ loginHost: HOST });
    assert.equal(session?.username, org.username);
    assert.deepEqual(shown, [org.username]);
    assert.deepEqual(memory.get('recentLoginHosts'), [HOST]);
    assert.deepEqual([logged, editor.messages], [[], []]);
  });

  it('what cannot be remembered or shown is in the log: the user is signed in', async () => {
    editor.settingsAreWritable = false;
    const broken = (): Promise<never> => Promise.reject(new Error('the disk is full'));
    const memory = { ...memento(), update: broken };
    const session = await commands({ memory, show: broken }).signIn({ loginHost: HOST });
    assert.equal(session?.username, org.username);
    assert.deepEqual(editor.messages, []);
    assert.equal(logged.length, 3);
  });

  it("a host of somebody's own that nobody typed is asked about, before anything is sent there", async () => {
    const given = { loginHost: 'https://evil.example', clientId: org.clientId };
    assert.equal(await commands().signIn(given), undefined);
    assert.deepEqual(
      editor.messages.map(({ isModal, text }) => [isModal, text]),
      [[true, 'Sign in at https://evil.example?']],
    );
    assert.deepEqual(links, []);
  });

  it('E9: a way back that the setting names and that is not possible: another one is a click away', async () => {
    editor.settings.set('salesforcePkce.redirect', 'relay');
    editor.pick = ({ buttons }) =>
      buttons.find((button) => ['Sign In', 'Try Another Way'].includes(button));
    const asked: string[] = [];
    editor.pickRow = (rows) => {
      asked.push(...rows.map(({ label }) => label));
      return rows.find(({ label }) => label.includes('Paste'));
    };
    try {
      await commands().signIn({ loginHost: 'https://other.acme.example' });
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.deepEqual(
        editor.messages.map(({ text }) => text.split('.')[0]),
        ['Sign in at https://other', 'The relay page is for browser-based editors'],
      );
      assert.equal(asked.filter((label) => label.includes('Relay')).length, 0);
      // The question goes on, with the other way.
      assert.match(editor.quickPick?.title ?? '', /No Client App Is Configured for other\.acme/);
      assert.ok(editor.quickPick?.isOpen);
    } finally {
      editor.quickPick?.hide();
      editor.settings.delete('salesforcePkce.redirect');
      editor.pick = () => undefined;
      editor.pickRow = () => undefined;
    }
  });

  describe('for another extension', () => {
    const app = (scopes?: readonly string[]) => ({
      name: 'Acme',
      clientId: org.clientId,
      loginHost: HOST,
      scopes,
    });
    afterEach(() => {
      editor.settings.set('salesforcePkce.clients', [app()]);
      editor.settings.delete('salesforcePkce.scopes');
      editor.pickRow = () => undefined;
    });

    /** Answers which org; gives the scopes that the browser is asked for, and those that were granted. */
    async function signInFor(
      signIn: InstanceType<typeof SignInCommands>,
      scopes: readonly string[],
      where: string,
    ): Promise<readonly (string | null | undefined)[]> {
      const done = signIn.signInFor(scopes);
      while (!editor.quickPick?.isOpen) await new Promise((resolve) => setTimeout(resolve, 10));
      const { items } = editor.quickPick;
      await editor.quickPick.accept(items.find(({ label }) => label.includes(where)));
      const session = await done;
      return [links.at(-1)?.searchParams.get('scope'), session?.scopes.join(' ')];
    }

    it("its scopes are asked for beside those of the setting, or of the client app's own entry", async () => {
      editor.settings.set('salesforcePkce.scopes', ['api', 'refresh_token']);
      const ours = 'api refresh_token id';
      assert.deepEqual(await signInFor(commands(), ['api', 'id'], 'Acme'), [ours, ours]);
      editor.settings.set('salesforcePkce.clients', [app(['web', 'refresh_token'])]);
      const apps = 'web refresh_token id';
      assert.deepEqual(await signInFor(commands(), ['id'], 'Acme'), [apps, apps]);
    });

    it('a choice that is left to the client app stays there: the session keeps its refresh token', async () => {
      const all = 'api refresh_token openid id web full';
      editor.settings.set('salesforcePkce.scopes', []);
      assert.deepEqual(await signInFor(commands(), ['api'], 'Acme'), [null, all]);
      editor.settings.set('salesforcePkce.scopes', ['api', 'refresh_token']);
      editor.settings.set('salesforcePkce.clients', [app([])]);
      const signIn = commands();
      assert.deepEqual(await signInFor(signIn, ['api'], 'Acme'), [null, all]);
      editor.pickRow = (rows) => rows.find(({ label }) => label.includes('Another Org'));
      assert.deepEqual(await signInFor(signIn, ['api'], 'Acme'), [null, all]);
    });

    it('at the demo org its scopes are asked for beside those that it takes', async () => {
      editor.settings.set('salesforcePkce.scopes', []);
      const ours = 'api refresh_token id';
      assert.deepEqual(await signInFor(commands(), ['id'], 'Demo Org'), [ours, ours]);
    });
  });

  it('P54: the scope "full" is asked about in front of everything: a message may go unseen, and the sign-in wait for ever', async () => {
    assert.equal(await commands().signIn({ loginHost: HOST, scopes: ['full'] }), undefined);
    assert.deepEqual(
      editor.messages.map(({ isModal, buttons }) => ({ isModal, buttons })),
      [{ isModal: true, buttons: ['Sign In Anyway', 'Open Settings'] }],
    );
    assert.deepEqual(links, []);
  });

  it('P54: and so it is where a setting names several scopes in one text, which is asked for one by one', async () => {
    try {
      editor.settings.set('salesforcePkce.scopes', ['api full']);
      assert.equal(await commands().signIn({ loginHost: HOST }), undefined);
      assert.equal(editor.messages.length, 1);
      assert.deepEqual(links, []);
      editor.settings.set('salesforcePkce.scopes', [' api refresh_token', 'api']);
      const session = await commands().signIn({ loginHost: HOST });
      assert.deepEqual(session?.requestedScopes, ['api', 'refresh_token']);
    } finally {
      editor.settings.delete('salesforcePkce.scopes');
    }
  });

  for (const scopes of ['api refresh_token', [42], null, { 0: 'full' }]) {
    it(`P54: a setting that is no list of texts does not ask for all scopes: ${JSON.stringify(scopes)}`, async () => {
      try {
        editor.settings.set('salesforcePkce.scopes', scopes);
        const session = await commands().signIn({ loginHost: HOST });
        assert.deepEqual(session?.requestedScopes, ['api', 'refresh_token']);
      } finally {
        editor.settings.delete('salesforcePkce.scopes');
      }
    });
  }

  it('what stands for the setting then is what the manifest says', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
      contributes: { configuration: { properties: Record<string, { default: unknown }> } };
    };
    const { properties } = manifest.contributes.configuration;
    assert.deepEqual(properties['salesforcePkce.scopes']?.default, ['api', 'refresh_token']);
  });

  describe('at the demo org, whatever way back is set for real orgs', () => {
    beforeEach(() => editor.settings.set('salesforcePkce.redirect', 'relay'));
    afterEach(() => {
      editor.settings.delete('salesforcePkce.redirect');
      editor.pick = () => undefined;
      editor.pickRow = () => undefined;
    });

    it('signs in, and in again', async () => {
      const signIn = commands();
      const session = await signIn.signInDemo();
      assert.ok(session);
      assert.equal((await signIn.reauthenticate(session))?.id, session.id);
      // Who is logged in in the browser is not signed in again unasked.
      const asked = ['prompt', 'login_hint'].map((name) => links.at(-1)?.searchParams.get(name));
      assert.deepEqual(asked, ['login', session.username]);
      assert.deepEqual([logged, editor.messages], [[], []]);
    });

    it('E4: the other ways after a Cancel are those that were not taken', async () => {
      const signIn = commands();
      const opened = new Promise((resolve) => (editor.browse = resolve));
      editor.pick = ({ buttons }) => buttons.find((button) => button === 'Try Another Way...');
      const asked = new Promise<readonly string[]>((resolve) => {
        editor.pickRow = (rows) => {
          resolve(rows.map(({ label }) => label));
          return undefined;
        };
      });
      const done = signIn.signInDemo();
      await opened;
      editor.cancel();
      assert.equal(await done, undefined);
      assert.deepEqual(
        (await asked).map((label) => label.replace(/^\S+ /, '')),
        ['Loopback', 'Paste the Callback URL'],
      );
    });
  });

  it('P49: another user than the one who is to sign in again is stored after a yes alone; else the access is revoked', async () => {
    const { sessions } = openWindow(newMachine());
    const signIn = commands({ sessions });
    const names = async () => (await sessions.list()).map((session) => session.username).toSorted();
    const revocations = () => org.requests.filter(({ path }) => path.endsWith('/revoke')).length;
    const session = await signIn.signIn({ loginHost: HOST });
    assert.ok(session);
    const before = revocations();
    ({ username } = org.viewer);
    try {
      assert.equal(await signIn.reauthenticate(session), undefined);
      assert.deepEqual(
        editor.messages.map(({ isModal, text }) => [isModal, text]),
        [[true, `You signed in as ${username}, not as ${org.username}.`]],
      );
      assert.deepEqual([await names(), revocations()], [[org.username], before + 1]);
      editor.pick = ({ buttons }) => buttons.find((button) => button === 'Add as a New Entry');
      assert.equal((await signIn.reauthenticate(session))?.username, username);
      assert.deepEqual(await names(), [org.username, username].toSorted());
      assert.equal(revocations(), before + 1);
    } finally {
      username = undefined;
      editor.pick = () => undefined;
    }
  });

  it('E4: a demo org that takes long to start can be left', async () => {
    const starting = commands({ startDemoOrg: () => new Promise(() => undefined) });
    const done = starting.signInDemo();
    editor.cancel();
    assert.equal(await done, undefined);
    assert.deepEqual([logged, editor.messages], [[], []]);
  });
});
