/** Notifications: what an org says in them is words, and never a link. */
import assert from 'node:assert/strict';
import { editor } from '../support/vscodeStandIn.ts';

const { showErrorMessage, showInformationMessage, showWarningMessage } =
  await import('../../../src/views/notifications.ts');
const { withCancel } = await import('../../../src/views/progress.ts');

/** As VS Code looks for links in a message. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
const NAME = '[Repair](command:workbench.action.terminal.sendSequence?%7B%7D)';

describe('notifications', () => {
  beforeEach(() => {
    editor.messages.length = 0;
    editor.progress.length = 0;
  });

  it('E15: a name that would be a link to a command is shown as words, with the buttons', async () => {
    assert.match(NAME, LINK);
    for (const show of [showErrorMessage, showInformationMessage, showWarningMessage]) {
      await show(`"${NAME}" requires PKCE. ${NAME}`, 'Show Details');
    }
    assert.deepEqual(
      editor.messages.map(({ kind, buttons }) => [kind, ...buttons]),
      [
        ['error', 'Show Details'],
        ['information', 'Show Details'],
        ['warning', 'Show Details'],
      ],
    );
    for (const { text } of editor.messages) {
      assert.doesNotMatch(text, LINK);
      assert.match(text, /Repair.*sendSequence/);
    }
  });

  it('E15: so it is in what a progress says', async () => {
    await withCancel(`Reading ${NAME}`, (_signal, report) => {
      report(NAME);
      return Promise.resolve();
    });
    assert.equal(editor.progress.length, 2);
    for (const text of editor.progress) assert.doesNotMatch(text, LINK);
  });
});
