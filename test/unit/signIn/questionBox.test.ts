/** A question that takes a row or a text for its answer. What the editor makes of rows and texts is shown in e2e. */
import assert from 'node:assert/strict';
import { editor, type ShownQuickPick } from '../support/vscodeStandIn.ts';

const { askInBox } = await import('../../../src/signIn/questionBox.ts');

describe('question box', () => {
  let helped = 0;
  const rows = [
    { label: 'One', answer: 1 },
    { label: '-' },
    { label: 'Help', run: () => Promise.resolve((helped += 1)) },
    { label: 'Broken', run: () => Promise.reject(new Error('broken')) },
  ];
  const typed = (text: string) =>
    Number.isInteger(Number(text))
      ? { label: `Number ${text}`, answer: Number(text) }
      : { label: 'Not a number' };

  function ask(): { readonly box: ShownQuickPick; readonly answer: Promise<number | undefined> } {
    const answer = askInBox<number>({ title: 'Which?', placeholder: 'A number', rows, typed });
    assert.ok(editor.quickPick?.isOpen);
    return { box: editor.quickPick, answer };
  }
  const row = (box: ShownQuickPick, label: string) =>
    box.items.find((item) => item.label === label);

  it('a row is an answer, and closes the box', async () => {
    const { box, answer } = ask();
    await box.accept(row(box, 'One'));
    assert.equal(await answer, 1);
    assert.ok(!box.isOpen && box.isDisposed);
  });

  it('a text is judged while it is typed, in a row that stands behind the others', async () => {
    const { box, answer } = ask();
    box.type(' 42 ');
    assert.deepEqual(box.labels, [...rows.map(({ label }) => label), 'Number 42']);
    box.type('what');
    assert.equal(box.labels.at(-1), 'Not a number');
    box.type('');
    assert.equal(box.items.length, rows.length);
    box.type('42');
    await box.accept(row(box, 'Number 42'));
    assert.equal(await answer, 42);
  });

  it('who looks for a row by its name is not told that the name is no answer', () => {
    const { box } = ask();
    box.type('hel');
    assert.equal(box.items.length, rows.length);
    box.hide();
  });

  it('Enter takes the text as it is, also before its row has come, or behind its back', async () => {
    const first = ask();
    first.box.value = '7';
    await first.box.accept();
    assert.equal(await first.answer, 7);
    const second = ask();
    second.box.type('4');
    const late = row(second.box, 'Number 4');
    second.box.value = '42';
    await second.box.accept(late);
    assert.equal(await second.answer, 42);
  });

  it('what is no answer leaves the question open', async () => {
    const { box, answer } = ask();
    await box.accept();
    box.type('what');
    await box.accept(row(box, 'Not a number'));
    assert.ok(box.isOpen);
    box.hide();
    assert.equal(await answer, undefined);
    assert.ok(box.isDisposed);
  });

  it('a row that does something leaves the question open, with its text, and works again', async () => {
    const { box, answer } = ask();
    box.type('hel');
    await box.accept(row(box, 'Help'));
    await box.accept(row(box, 'Help'));
    assert.equal(helped, 2);
    assert.ok(box.isOpen && box.value === 'hel');
    // With no row chosen, Enter means the text and not the row of before.
    box.type('3');
    await box.accept();
    assert.equal(await answer, 3);
    assert.equal(helped, 2);
  });

  it('what a row throws is thrown, and the box is closed', async () => {
    const { box, answer } = ask();
    const failed = assert.rejects(answer, /broken/);
    await box.accept(row(box, 'Broken'));
    await failed;
    assert.ok(!box.isOpen && box.isDisposed);
  });
});
