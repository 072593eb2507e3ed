/** The status bar item through time: the clock of a session, sleep, a clock that is set, hiding. */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { Session, TokenExpiry } from '../../../src/session/session.ts';
import type { Sessions } from '../../../src/session/sessions.ts';
import { editor } from '../support/vscodeStandIn.ts';

const { StatusBar } = await import('../../../src/views/statusBar.ts');

const MINUTE = 60_000;
const START = Date.parse('2026-11-26T10:00:00Z');

describe('status bar item', () => {
  let expiry: TokenExpiry;
  let looks = 0;
  let changed = (): void => undefined;
  let bar: InstanceType<typeof StatusBar>;
  const session = {
    ...{ id: '1', orgId: '00D', alias: 'Acme', username: 'a@b.example', scopes: ['api'] },
    ...{ clientId: '3MVG9', instanceUrl: 'https://acme.my.salesforce.com' },
  } as unknown as Session;
  const sessions = {
    active: () => {
      looks += 1;
      return Promise.resolve(session);
    },
    expiryOf: () => expiry,
    troubleOf: () => undefined,
    onDidChange: (listener: () => void) => {
      changed = listener;
      return { dispose: () => undefined };
    },
  } as unknown as Sessions;

  /** What is drawn is drawn a few promises later. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  const text = (): unknown => editor.statusBarItems[0]?.text;

  beforeEach(async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: START });
    editor.statusBarItems.length = 0;
    editor.settings.clear();
    expiry = { atMilliseconds: START + 30 * MINUTE, source: 'jwt' };
    bar = new StatusBar(sessions, 'some.command');
    await bar.draw();
    looks = 0;
  });
  afterEach(() => {
    bar.dispose();
    mock.timers.reset();
  });

  it('E37: is one item at the left, with a name that it can be hidden by, without colours', () => {
    assert.equal(editor.statusBarItems.length, 1);
    const [item] = editor.statusBarItems;
    assert.deepEqual(item?.given, ['salesforcePkce.token', 1, 20]);
    assert.equal(item.name, 'Salesforce Org and Token');
    assert.equal(item.color, undefined);
    assert.equal(item.backgroundColor, undefined);
    assert.equal(item.command, 'some.command');
    assert.equal(item.shown, true);
    assert.equal(text(), '$(key) Acme: 30 min');
  });

  it('E40: looks once a minute, and not again once the token has expired', async () => {
    for (let minute = 0; minute < 29; minute += 1) {
      mock.timers.tick(MINUTE);
      await settle();
    }
    assert.equal(looks, 29);
    assert.equal(text(), '$(clock) Acme: 1 min left');
    mock.timers.tick(MINUTE);
    await settle();
    assert.match(String(text()), /expired/);
    looks = 0;
    mock.timers.tick(60 * MINUTE);
    await settle();
    assert.equal(looks, 0);
  });

  it('E40: does not look while it is hidden', async () => {
    editor.settings.set('salesforcePkce.statusBar', false);
    changed();
    await settle();
    assert.equal(editor.statusBarItems[0]?.shown, false);
    looks = 0;
    mock.timers.tick(60 * MINUTE);
    await settle();
    assert.equal(looks, 0);
  });

  it('E40: is right after sleep as soon as the window is looked at, and after the clock was set back', async () => {
    // Asleep: the clock goes on, the timer does not.
    mock.timers.setTime(START + 45 * MINUTE);
    editor.focus();
    await settle();
    assert.match(String(text()), /expired/);
    mock.timers.setTime(START + 10 * MINUTE);
    editor.focus();
    await settle();
    assert.equal(text(), '$(key) Acme: 20 min');
    // One timer, not one for each look.
    looks = 0;
    mock.timers.tick(MINUTE);
    await settle();
    assert.equal(looks, 1);
  });
});
