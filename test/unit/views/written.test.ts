/** What is written for a user, and cannot be: files and settings. */
import assert from 'node:assert/strict';
import { hasCode } from '../support/hasCode.ts';
import { editor } from '../support/vscodeStandIn.ts';

const { saveFile } = await import('../../../src/views/documents.ts');
const { addSuppression } = await import('../../../src/views/suppressions.ts');

const SETTING = 'salesforcePkce.suppressions';
const ACCEPTED = { rule: 'scope-full', reason: 'agreed', until: '2026-12-31' };

describe('what cannot be written', () => {
  beforeEach(() => editor.files.clear());
  afterEach(() => {
    editor.settings.delete(SETTING);
    editor.userSettings.delete(SETTING);
    Object.assign(editor, { settingsAreWritable: true, filesAreWritable: true });
    editor.files.clear();
    editor.messages.length = 0;
  });

  it('a report: says so, and what helps', async () => {
    const save = (): Promise<void> =>
      saveFile({
        title: 'Export',
        what: 'The report',
        name: 'report',
        formatName: 'CSV',
        extension: 'csv',
        text: () => 'a,b',
      });
    await save();
    assert.deepEqual([...editor.files.values()], ['a,b']);
    editor.filesAreWritable = false;
    await assert.rejects(save(), hasCode('not_written'));
  });

  it('an accepted finding: says so, and leads to the settings', async () => {
    assert.equal(await addSuppression(ACCEPTED), 'user');
    assert.deepEqual(editor.settings.get(SETTING), [ACCEPTED]);
    editor.settingsAreWritable = false;
    await assert.rejects(addSuppression(ACCEPTED), hasCode('settings_not_changed'));
  });

  it('nor is what somebody has set and is no list replaced', async () => {
    editor.userSettings.set(SETTING, ACCEPTED);
    await assert.rejects(addSuppression(ACCEPTED), hasCode('settings_not_changed'));
    assert.equal(editor.settings.get(SETTING), undefined);
  });
});
