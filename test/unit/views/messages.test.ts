/** What a message offers, and what of an error is passed on. */
import assert from 'node:assert/strict';
import type { LogOutputChannel } from 'vscode';
import { Secret } from '../../../src/oauth/secret.ts';
import { UserFacingError, type Remedy } from '../../../src/oauth/userFacingError.ts';
import { editor } from '../support/vscodeStandIn.ts';

const { Messages } = await import('../../../src/views/messages.ts');

describe('messages', () => {
  const logged: string[] = [];
  let shownLogs = 0;
  const write = (line: string): void => void logged.push(line);
  const log = { error: write, warn: write, info: write, show: () => void (shownLogs += 1) };
  const messages = new Messages(log as unknown as LogOutputChannel);
  const errorWith = (remedies: readonly Remedy[], cause?: unknown): UserFacingError =>
    new UserFacingError({
      code: 'some_code',
      happened: 'It broke.',
      todo: 'Mend it.',
      remedies,
      cause,
    });
  const everything = new Proxy({}, { get: () => (): void => undefined });

  beforeEach(() => {
    editor.messages.length = 0;
    editor.pick = () => undefined;
    logged.length = 0;
    shownLogs = 0;
  });

  it('E41: an error has three buttons at most, the last is the log, whatever could be done', async () => {
    const all: Remedy[] = ['tryAgain', 'signInAgain', 'openSettings', 'reloadWindow', 'otherWay'];
    for (const [length] of [...all, 'none'].entries()) {
      await messages.showError(errorWith(all.slice(0, length)), everything);
    }
    assert.equal(editor.messages.length, all.length + 1);
    for (const { kind, text, buttons } of editor.messages) {
      assert.deepEqual([kind, text], ['error', 'It broke. Mend it.']);
      assert.ok(buttons.length >= 2 && buttons.length <= 3, buttons.join());
      assert.equal(buttons.at(-1), 'Show Log');
    }
  });

  it('E41: so has a warning; the log opens when its button is clicked', async () => {
    editor.pick = ({ buttons }) => buttons.at(-1);
    assert.equal(await messages.warn('Careful.', 'Do It'), undefined);
    assert.deepEqual(editor.messages[0]?.buttons, ['Do It', 'Show Log']);
    assert.equal(shownLogs, 1);
    editor.pick = ({ buttons }) => buttons[0];
    assert.equal(await messages.warn('Careful.', 'Do It'), 'Do It');
    assert.equal(shownLogs, 1);
  });

  it('E41: what a button does may fail too: that is told like anything else', async () => {
    editor.pick = ({ text, buttons }) => (text.startsWith('It broke') ? buttons[0] : undefined);
    const tryAgain = (): Promise<void> => Promise.reject(new Error('The disk is full'));
    await messages.showError(errorWith(['tryAgain']), { tryAgain });
    assert.equal(editor.messages.length, 2);
    assert.match(logged.join('\n'), /The disk is full/);
  });

  it('the demo org is started again from wherever its end is told', async () => {
    editor.pick = ({ buttons }) => buttons[0];
    await messages.showError(errorWith(['startDemoOrg']));
    assert.equal(editor.messages[0]?.buttons[0], 'Start Demo Org');
    assert.deepEqual(editor.commands.at(-1), ['salesforcePkce.signInDemo']);
  });

  it('E41: what nobody asked for is said once, and logged each time', () => {
    messages.warnUnasked('A foreign callback came.');
    messages.warnUnasked('A foreign callback came.');
    messages.warnUnasked('Another one came.');
    assert.equal(editor.messages.length, 2);
    assert.equal(logged.length, 3);
    assert.deepEqual(editor.messages[0]?.buttons, ['Show Log']);
  });

  it('E20: a secret storage that cannot be used is said, with a page that helps', async () => {
    await messages.showStoreTrouble({ kind: 'unavailable', cause: new Error('keyring is locked') });
    const [{ text, buttons } = { text: '', buttons: [] }] = editor.messages;
    assert.match(text, /live in this window only until it works again; nothing was deleted/);
    assert.deepEqual(buttons, ['Open Help', 'Show Log']);
    assert.match(logged.join(), /keyring is locked/);
  });

  it('E12, E15: copied details and the log have the causes, and no secret of theirs', async () => {
    const token = '00D5g000001abcd!AQEAQFsecretsecretsecretsecretsecretsecretsecret';
    const cause = new Error(
      `POST /token with refresh_token=5Aep861KIwKdekr90I4iHdZDgZrO&code=aPrxsmIEeqM9`,
      {
        cause: new Error(`Authorization: Bearer ${token} ${String(new Secret('swordfish'))}`),
      },
    );
    editor.pick = () => 'Copy Details';
    await messages.showError(errorWith([], cause));
    for (const text of [editor.clipboard, logged.join('\n')]) {
      assert.match(text, /^\[some_code\] It broke/);
      assert.match(text, /cause: .*POST \/token/s);
      assert.doesNotMatch(text, /5Aep861|aPrxsm|AQEAQF|swordfish/);
    }
  });
});
