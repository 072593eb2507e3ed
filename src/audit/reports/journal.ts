/** The journal of changes to orgs, to read and to keep: who changed what, when, and how it ended. No secrets. */
import * as l10n from '@vscode/l10n';
import { stringify } from 'csv-stringify/sync';
import type { FlagType } from '../../salesforce/enforcement/componentXml.ts';
import type { FlagResult } from '../../salesforce/enforcement/flagChange.ts';
import { escapeMarkdown as escape } from '../../salesforce/escapeMarkdown.ts';
import { tableMarkdown } from '../../salesforce/tableMarkdown.ts';
import { minuteOf } from '../day.ts';

/** One flag of one component that was changed, or was meant to be. */
export interface JournalEntry {
  readonly id: string;
  /** When it was sent, ISO 8601. */
  readonly at: string;
  /** User name in the org. */
  readonly by: string;
  readonly org: {
    /** Salesforce id. */
    readonly id: string;
    readonly label: string;
    readonly instanceUrl: string;
  };
  readonly subject: {
    readonly type: FlagType;
    readonly fullName: string;
    /** What people call it. */
    readonly label: string;
  };
  /** PKCE required, as stated before; null where it was not stated. */
  readonly before: boolean | null;
  /** What it was to become. */
  readonly after: boolean;
  /** `begun`: the window ended before it was known how it had ended. */
  readonly result: FlagResult | 'begun';
  /** What happened and what to do. */
  readonly words: string;
}

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

export const JOURNAL_FORMATS = ['csv', 'json'] as const;
export type JournalFormat = (typeof JOURNAL_FORMATS)[number];

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

/** The last change of each component, newest first, as far as it may be in force and was one of requiring. */
export function changesInForce(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const latest = new Map<string, JournalEntry>();
  for (const entry of entries) {
    // What has changed nothing for certain, and a way back that did not lead there, leave the one before in force.
    const isOver = entry.after || entry.result === 'done' || entry.result === 'alreadySo';
    if (entry.result === 'refused' || entry.result === 'notSent' || !isOver) continue;
    const key = `${entry.org.id}:${entry.subject.type}:${entry.subject.fullName}`;
    latest.delete(key);
    latest.set(key, entry);
  }
  return [...latest.values()].filter(({ after }) => after).toReversed();
}

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
  return stringify([COLUMNS, ...rows], {
    escape_formulas: true,
    record_delimiter: '\r\n',
  });
}

function flagText(flag: boolean | null): string {
  return flag === null ? l10n.t('not stated') : flag ? l10n.t('required') : l10n.t('not required');
}
