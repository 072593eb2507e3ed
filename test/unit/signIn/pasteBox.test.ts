/** The box for the address that the browser ended at. */
import assert from 'node:assert/strict';
import { createAuthorizationRequest } from '../../../src/oauth/authorizationRequest.ts';
import { PendingRequests } from '../../../src/signIn/pendingRequests.ts';
import { editor, type ShownInputBox } from '../support/vscodeStandIn.ts';

const { askForPastedAnswer } = await import('../../../src/signIn/pasteBox.ts');

describe('paste box', () => {
  const pending = new PendingRequests();
  let over: AbortController;
  beforeEach(() => (over = new AbortController()));
  afterEach(() => over.abort());

  /** Opens the box, unless the wait is over. */
  function ask(): { box: ShownInputBox | undefined; done: Promise<void> } {
    editor.inputBox = undefined;
    const done = askForPastedAnswer((response) => pending.deliver(response), over.signal);
    return { box: editor.inputBox, done };
  }

  it('E5: asks until the answer of the sign-in is pasted, shows nothing of it, and says what is wrong with another', async () => {
    const request = createAuthorizationRequest({
      loginHost: 'https://acme.my.salesforce.com',
      clientId: '3MVG9client',
      redirectUri: 'http://localhost:27417/callback',
      scopes: ['api'],
    });
    const wait = { deadlineMilliseconds: 60_000, signal: over.signal };
    const answer = pending.answerTo(request, wait);
    answer.catch(() => undefined);
    const { box, done } = ask();
    assert.ok(box?.password && box.ignoreFocusOut);
    for (const [pasted, why] of [
      ['hello', /^There is no answer in this/],
      [`?code=aPrx&state=${'A'.repeat(43)}`, /^This is the answer of another sign-in/],
      [`?code=aPrx&code=again&state=${request.state}`, /it has "code" more than once/],
    ] as const) {
      await box.enter(pasted);
      assert.match(box.validationMessage ?? '', why);
      assert.ok(box.isOpen);
    }
    box.type('');
    assert.equal(box.validationMessage, undefined);
    await box.enter(`${request.redirectUri}?code=aPrx&state=${request.state}`);
    assert.equal((await answer).get('code'), 'aPrx');
    assert.deepEqual([box.isOpen, box.validationMessage], [false, undefined]);
    await done;
    assert.ok(box.isDisposed);
  });

  it('P20: it closes when the wait is over, and does not open after that', async () => {
    const { box, done } = ask();
    assert.ok(box?.isOpen);
    over.abort();
    assert.ok(!box.isOpen);
    await done;
    assert.ok(box.isDisposed);
    const late = ask();
    assert.equal(late.box, undefined);
    await late.done;
  });
});
