/** The journal of changes to orgs, to read and to keep: who changed what, when, and how it ended. No secrets. */
import * as l10n from '@vscode/l10n';
import { escapeMarkdown as escape } from '../../salesforce/escapeMarkdown.ts';
import { tableMarkdown } from '../../salesforce/tableMarkdown.ts';
import type { JournalEntry } from '../changes.ts';
import { minuteOf } from '../day.ts';
import { csvText } from './csv.ts';

/** What people call the ends. */
export const RESULT_TEXTS: Readonly<Record<JournalEntry['result'], string>> = {
  done: l10n.t('done'),
  alreadySo: l10n.t('already so'),
  refused: l10n.t('refused'),
  noEffect: l10n.t('no effect'),
  reverted: l10n.t('came undone'),
  notSent: l10n.t('not sent'),
  unknown: l10n.t('not known'),
  begun: l10n.t('not known: the window ended before'),
};

export type JournalFormat = 'csv' | 'json';

/** Of the CSV: part of the format, the same in every language. */
const COLUMNS = [
  'When',
  'By',
  'Org',
  'Org id',
  'Type',
  'Name',
  'API name',
  'PKCE required before',
  'PKCE required after',
  'Outcome',
  'Details',
];

/** To read, the newest first. */
export function journalMarkdown(entries: readonly JournalEntry[]): string {
  const head = `# ${l10n.t('Journal of changes')}\n\n${l10n.t('Kept on this computer alone.')}`;
  if (entries.length === 0) return `${head}\n\n${l10n.t('Nothing was changed yet.')}\n`;
  const rows = entries.toReversed().map((entry) => {
    const { at, by, org, subject, result, words } = entry;
    return [
      minuteOf(at),
      subject.label,
      org.label,
      by,
      l10n.t`${flagText(entry.before)} to ${flagText(entry.after)}`,
      RESULT_TEXTS[result],
      words,
    ].map(escape);
  });
  const columns = [
    l10n.t('When (UTC)'),
    l10n.t('What'),
    l10n.t('Org'),
    l10n.t('By'),
    'PKCE',
    l10n.t('Outcome'),
    l10n.t('Details'),
  ];
  return `${head}\n\n${tableMarkdown(columns, rows)}\n`;
}

/** To keep, the oldest first. Formulas in names stay text (CWE-1236). */
export function journalFile(format: JournalFormat, entries: readonly JournalEntry[]): string {
  if (format === 'json') return `${JSON.stringify({ version: 1, entries }, undefined, 2)}\n`;
  const rows = entries.map(({ at, by, org, subject, before, after, result, words }) => [
    at,
    by,
    org.label,
    org.id,
    subject.type,
    subject.label,
    subject.fullName,
    before === null ? '' : String(before),
    String(after),
    result,
    words,
  ]);
  return csvText(COLUMNS, rows);
}

function flagText(flag: boolean | null): string {
  return flag === null ? l10n.t('not stated') : flag ? l10n.t('required') : l10n.t('not required');
}
