/** The journal of changes: to read and to keep. */
import * as l10n from '@vscode/l10n';
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
    await documents.show(l10n.t('Journal of Changes'), journalMarkdown(await journal.entries()));
  }

  /** `salesforcePkce.exportJournal` */
  async exportJournal(): Promise<void> {
    const { journal, now } = this.#context;
    const entries = await journal.entries();
    const picked = await vscode.window.showQuickPick(
      [
        { label: 'CSV', detail: l10n.t('For spreadsheets.'), format: 'csv' as const },
        { label: 'JSON', detail: l10n.t('For programs.'), format: 'json' as const },
      ],
      { title: l10n.t('Export Journal of Changes'), placeHolder: l10n.t('In which format?') },
    );
    if (!picked) return;
    await saveFile({
      title: l10n.t('Export Journal of Changes'),
      what: l10n.t('The journal of changes'),
      name: `pkce-journal-${dayOf(now())}`,
      formatName: picked.label,
      extension: picked.format,
      text: () => journalFile(picked.format, entries),
    });
  }
}
