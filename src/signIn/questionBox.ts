/** A question that is answered in one box: by a row that is chosen, or by what is typed or pasted. */
import * as vscode from 'vscode';

/** A row of the box. One without an answer and without something to do, such as a separator, leaves the question open. */
export interface AnswerRow<T> extends vscode.QuickPickItem {
  readonly answer?: T;
  /** What it does instead of answering: the question stays, and its text with it. */
  readonly run?: () => PromiseLike<unknown>;
}

export interface BoxQuestion<T> {
  readonly title: string;
  readonly placeholder: string;
  readonly rows: readonly AnswerRow<T>[];
  /** The row for a text; without an answer it says what is wrong with the text. */
  readonly typed: (text: string) => AnswerRow<T>;
}

/**
 * Asks until there is an answer.
 * @returns undefined if the user left
 * @throws what a row throws that does something
 */
export function askInBox<T>(question: BoxQuestion<T>): Promise<T | undefined> {
  const { title, placeholder, rows, typed } = question;
  const box = vscode.window.createQuickPick<AnswerRow<T>>();
  box.title = title;
  box.placeholder = placeholder;
  box.items = rows;
  box.matchOnDescription = true;
  // The answer is often fetched from a browser.
  box.ignoreFocusOut = true;

  const draw = (): void => {
    const text = box.value.trim();
    const row = text === '' ? undefined : typed(text);
    // Who looks for a row is not told that its name is no answer.
    const isShown =
      row && (row.answer !== undefined || !rows.some(({ label }) => has(label, text)));
    // Last, so that no other row changes its place while Enter is on its way here. The editor puts it before
    // all rows that do not match the text.
    box.items = isShown ? [...rows, { ...row, alwaysShow: true }] : rows;
  };
  const accept = async (): Promise<T | undefined> => {
    const [picked] = box.selectedItems;
    // Enter without a new choice would choose the same row again.
    box.selectedItems = [];
    const text = box.value.trim();
    // The row for the text may be a letter behind the text.
    const row = picked && rows.includes(picked) ? picked : text === '' ? undefined : typed(text);
    await row?.run?.();
    return row?.answer;
  };

  return new Promise((resolve) => {
    box.onDidChangeValue(draw);
    box.onDidAccept(() => {
      const answering = accept();
      const end = (): void => {
        resolve(answering);
        box.hide();
      };
      answering.then((answer) => {
        if (answer !== undefined) end();
      }, end);
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function has(label: string, text: string): boolean {
  return label.toLowerCase().includes(text.toLowerCase());
}
