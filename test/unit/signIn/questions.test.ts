/** What is asked of whoever signs in, how often, and what each answer leads to. */
import assert from 'node:assert/strict';
import type { ConfiguredClientApp } from '../../../src/signIn/clientApps.ts';
import { editor, type ShownQuickPick } from '../support/vscodeStandIn.ts';

const { askClientApp, askTarget, rememberClientApp } =
  await import('../../../src/signIn/questions.ts');

const ACME = 'https://acme.my.salesforce.com';
const UAT = 'https://acme--uat.sandbox.my.salesforce.com';
const KEY = '3MVG9someConsumerKey';

function appAt(loginHost: string | undefined, name: string, clientId = KEY): ConfiguredClientApp {
  return { name, clientId, loginHost, scopes: undefined };
}

/** The box that is open. */
function shown(): ShownQuickPick {
  assert.ok(editor.quickPick?.isOpen);
  return editor.quickPick;
}

/** Labels without their icons. */
function labelsOf({ labels }: ShownQuickPick): string[] {
  return labels.map((label) => label.replace(/^\$\(.+?\) /, ''));
}

async function choose(box: ShownQuickPick, label: string): Promise<void> {
  const row = box.items.find((item) => item.label.endsWith(label));
  assert.ok(row, `no row ${label}`);
  await box.accept(row);
}

describe('questions of a sign-in', () => {
  beforeEach(() => {
    editor.quickPick = undefined;
    editor.commands.length = 0;
  });

  it('E13: a newcomer is offered My Domain first: a local client app works nowhere else', async () => {
    const target = askTarget([], []);
    assert.deepEqual(labelsOf(shown()), [
      ...['Salesforce', 'My Domain...', 'Production', 'Sandbox'],
      ...['no org at hand', 'Demo Org'],
    ]);
    await choose(shown(), 'Demo Org');
    assert.deepEqual(await target, { kind: 'demoOrg' });
  });

  it('E13: client apps come first, and a host is offered once', async () => {
    const apps = [appAt(ACME, 'acme.my.salesforce.com'), appAt(undefined, 'Any')];
    const target = askTarget(apps, [ACME, UAT]);
    const labels = labelsOf(shown());
    assert.deepEqual(labels.slice(0, 2), ['your client apps', 'acme.my.salesforce.com']);
    assert.equal(labels.filter((label) => label.startsWith('acme')).length, 2);
    await choose(shown(), 'acme.my.salesforce.com');
    assert.deepEqual(await target, { kind: 'org', loginHost: ACME, app: apps[0] });
  });

  for (const [address, loginHost] of [
    ['acme', ACME],
    [' acme.my.salesforce.com ', ACME],
    ['https://acme.lightning.force.com/lightning/setup/ManageExternalClientApps/home', ACME],
    ['https://acme--uat.sandbox.my.salesforce-setup.com/lightning/setup/SetupOneHome/home', UAT],
  ] as const) {
    it(`E13: the first box takes "${address}", saying where that leads`, async () => {
      const target = askTarget([], []);
      shown().type(address);
      assert.equal(labelsOf(shown()).at(-1), `Sign in at ${loginHost}`);
      await shown().accept();
      assert.deepEqual(await target, { kind: 'org', loginHost });
    });
  }

  it("E13: an address that is none says why, and another domain than Salesforce's warns", async () => {
    const target = askTarget([], []);
    const box = shown();
    for (const [address, label, detail] of [
      ['http://acme.my.salesforce.com', /is not safe for signing in/, /Use the https address/],
      ['https://login.acme.example', /^Sign in at https:/, /not one of Salesforce's own domains/],
    ] as const) {
      box.type(address);
      const row = box.items.at(-1) as { label: string; detail?: string };
      assert.match(labelsOf(box).at(-1) ?? '', label);
      assert.match(row.detail ?? '', detail);
    }
    box.hide();
    assert.equal(await target, undefined);
  });

  it('one client app that fits is taken without a question', async () => {
    const app = appAt(ACME, 'Acme');
    assert.equal(
      await askClientApp([app, appAt(UAT, 'UAT', '3MVG9other')], ACME, 'uriHandler'),
      app,
    );
    assert.equal(editor.quickPick, undefined);
  });

  it('where none fits, the next question takes the consumer key, and names the host', async () => {
    const app = askClientApp([], ACME, 'uriHandler');
    assert.match(shown().title, /No Client App Is Configured for acme\.my\.salesforce\.com$/);
    shown().type('secret of some kind');
    assert.equal(labelsOf(shown()).at(-1), 'This is not a consumer key.');
    shown().type(` ${KEY} `);
    assert.equal(labelsOf(shown()).at(-1), 'Sign in with this consumer key');
    await shown().accept();
    assert.deepEqual(await app, appAt(ACME, 'acme.my.salesforce.com'));
  });

  it('client apps of other hosts are choices, and go with the host from then on', async () => {
    const app = askClientApp([appAt(ACME, 'acme.my.salesforce.com')], UAT, 'uriHandler');
    assert.deepEqual(labelsOf(shown()).slice(0, 3), [
      ...['client apps of other hosts', 'acme.my.salesforce.com', 'no client app yet'],
    ]);
    await choose(shown(), 'acme.my.salesforce.com');
    assert.deepEqual(await app, appAt(UAT, 'acme--uat.sandbox.my.salesforce.com'));
  });

  it('several that fit are choices before those of other hosts', async () => {
    const apps = [appAt(undefined, 'Any', '3MVG9anyhost'), appAt(UAT, 'UAT', '3MVG9other')];
    const app = askClientApp([...apps, appAt(ACME, 'Acme')], ACME, 'uriHandler');
    assert.deepEqual(labelsOf(shown()), ['Acme', 'Any', 'client apps of other hosts', 'UAT']);
    await choose(shown(), 'Any');
    assert.equal(await app, apps[0]);
  });

  it('a client app that has worked is kept behind those of the user settings; those of other settings, and of this computer, are not kept there', async () => {
    editor.userSettings.set('salesforcePkce.clients', [{ name: 'mine' }]);
    editor.settings.set('salesforcePkce.clients', [{ name: 'of a policy' }]);
    try {
      await rememberClientApp(appAt('http://127.0.0.1:4711', 'Demo'));
      assert.deepEqual(editor.settings.get('salesforcePkce.clients'), [{ name: 'of a policy' }]);
      await rememberClientApp(appAt(ACME, 'Acme'));
      assert.deepEqual(editor.settings.get('salesforcePkce.clients'), [
        { name: 'mine' },
        { name: 'Acme', clientId: KEY, loginHost: ACME },
      ]);
    } finally {
      editor.userSettings.clear();
      editor.settings.delete('salesforcePkce.clients');
    }
  });

  it('E12: what helps to get a client app leaves the question open', async () => {
    const app = askClientApp([], ACME, 'uriHandler');
    await choose(shown(), 'Copy the Callback URL to Register');
    assert.match(editor.clipboard, /^vscode:\/\/pkce-tools\.salesforce-pkce\/callback\n/);
    await choose(shown(), 'Show How to Register a Client App');
    assert.deepEqual(editor.commands[0]?.[0], 'workbench.action.openWalkthrough');
    await choose(shown(), 'Try It with the Demo Org');
    assert.equal(await app, 'demoOrg');
  });
});
