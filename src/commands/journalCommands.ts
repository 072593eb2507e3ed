/** The journal of changes: to read and to keep. */
import * as vscode from 'vscode';
import { dayOf } from '../audit/day.ts';
import { journalFile, journalMarkdown } from '../audit/reports/journal.ts';
import type { Journal } from '../session/journal.ts';
import { saveFile, type Documents } from '../views/documents.ts';

export interface JournalCommandsContext {
  readonly journal: Journal;
  readonly documents: Documents;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

export class JournalCommands {
  readonly #context: JournalCommandsContext;

  constructor(context: JournalCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.showJournal` */
  async showJournal(): Promise<void> {
    const { journal, documents } = this.#context;
    await documents.show('Journal of Changes', journalMarkdown(await journal.entries()));
  }

  /** `salesforcePkce.exportJournal` */
  async exportJournal(): Promise<void> {
    const { journal, now } = this.#context;
    const entries = await journal.entries();
    const picked = await vscode.window.showQuickPick(
      [
        { label: 'CSV', detail: 'For spreadsheets.', format: 'csv' as const },
        { label: 'JSON', detail: 'For programs.', format: 'json' as const },
      ],
      { title: 'Export Journal of Changes', placeHolder: 'In which format?' },
    );
    if (!picked) return;
    await saveFile({
      title: 'Export Journal of Changes',
      what: 'The journal of changes',
      name: `pkce-journal-${dayOf(now())}`,
      formatName: picked.label,
      extension: picked.format,
      text: () => journalFile(picked.format, entries),
    });
  }
}
