/** What the user hears while the browser has not come back. */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { REDIRECT_WAYS, type RedirectWay } from '../../../src/signIn/redirect.ts';
import { editor } from '../support/vscodeStandIn.ts';

const { BrowserWait } = await import('../../../src/signIn/browserWait.ts');

const MINUTE = 60_000;
const LINK = 'https://acme.my.salesforce.com/services/oauth2/authorize';

describe('browser wait', () => {
  let opened: string[];
  let said: string[];

  beforeEach(() => {
    mock.timers.enable({ apis: ['Date', 'setInterval', 'setTimeout'] });
    opened = [];
    said = [];
    editor.messages.length = 0;
    editor.clipboard = '';
    editor.browse = (link) => opened.push(link);
  });
  afterEach(() => {
    mock.timers.reset();
    editor.browse = () => undefined;
    editor.pick = () => undefined;
  });

  const newWait = (): InstanceType<typeof BrowserWait> =>
    new BrowserWait({
      deadlineMilliseconds: 5 * MINUTE,
      report: (message) => said.push(message),
      deliver: () => Promise.resolve({ outcome: 'unknown' }),
    });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };

  it('P20: one that is over opens no browser and counts nothing', async () => {
    const wait = newWait();
    wait.end();
    wait.open(LINK, 'uriHandler');
    mock.timers.tick(5 * MINUTE);
    await settle();
    assert.deepEqual([opened, said, editor.messages], [[], [], []]);
    assert.equal(wait.hasOpened, false);
  });

  it('P20: when it ends, nothing is counted or offered any more', async () => {
    const wait = newWait();
    wait.open(LINK, 'uriHandler');
    await settle();
    assert.deepEqual(opened, [LINK]);
    wait.end();
    mock.timers.tick(5 * MINUTE);
    assert.equal(said.length, 1);
    assert.deepEqual(editor.messages, []);
  });

  for (const button of ['Copy Sign-In Link', 'Open the Browser Again', 'Paste Callback URL...']) {
    it(`P20: "${button}" of a message that outlives its sign-in says that it has ended`, async () => {
      const wait = newWait();
      wait.open(LINK, 'uriHandler');
      editor.pick = ({ buttons }) => {
        if (!buttons.includes(button)) return undefined;
        wait.end();
        return button;
      };
      mock.timers.tick(20_000);
      await settle();
      assert.match(editor.messages.at(-1)?.text ?? '', /^This sign-in has ended/);
      assert.deepEqual([opened, editor.clipboard], [[LINK], '']);
    });
  }

  const BACK: Readonly<Record<RedirectWay, RegExp>> = {
    uriHandler: /left\)\.$/,
    loopback: /left\)\. It comes back to a page of this computer\.$/,
    relay: /left\)\. It comes back by the relay page\.$/,
    paste: /left\)\. Then paste the address that it ends at\.$/,
  };
  for (const way of REDIRECT_WAYS) {
    it(`E5: by ${way}: the minutes and the way back, then what may hold it up, while it goes on waiting`, () => {
      const wait = newWait();
      wait.open(LINK, way);
      mock.timers.tick(20_000);
      const [message] = editor.messages;
      assert.match(message?.text ?? '', /^Nothing came back.* The sign-in goes on waiting\.$/);
      const asks = message?.text.includes(
        'Browser and editor may each ask whether to open the link',
      );
      assert.equal(asks, way === 'uriHandler' || way === 'relay');
      mock.timers.tick(2 * MINUTE);
      assert.match(said[0] ?? '', /\(5 min left\)/);
      assert.match(said.at(-1) ?? '', /\(3 min left\)/);
      for (const text of said) assert.match(text, BACK[way]);
      wait.end();
    });
  }
});
