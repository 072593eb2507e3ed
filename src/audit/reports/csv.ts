/** Tables for spreadsheets, and the findings as one: a line each. */
import { stringify } from 'csv-stringify/sync';
import type { AppKind } from '../../salesforce/app.ts';
import type { Audit } from '../audit.ts';
import type { Finding } from '../finding.ts';

/** Part of the format: the same in every language. */
const COLUMNS = [
  'Org',
  'Severity',
  'Rule',
  'Title',
  'Kind',
  'App',
  'API name',
  'Evidence',
  'Remedy',
  'Control',
  'CVSS from',
  'CVSS to',
  'Reference',
  'Suppressed until',
  'Suppression reason',
];

const KINDS: Readonly<Record<AppKind, string>> = {
  connectedApp: 'connected app',
  externalClientApp: 'external client app',
};

export function csvReport(audits: readonly Audit[]): string {
  const rows = audits.flatMap((audit) => [
    ...audit.findings.map((finding) => [...cellsOf(audit.org, finding), '', '']),
    ...audit.suppressed.map(({ finding, suppression }) => [
      ...cellsOf(audit.org, finding),
      suppression.until,
      suppression.reason,
    ]),
  ]);
  return csvText(COLUMNS, rows);
}

/** A table for spreadsheets (RFC 4180). Formulas in names stay text (CWE-1236). */
export function csvText(
  columns: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  return stringify([columns, ...rows], {
    escape_formulas: true,
    record_delimiter: '\r\n',
    // A CR or LF alone too: spreadsheets end a row there.
    quote_record_delimiter: true,
  });
}

function cellsOf(org: string, finding: Finding): readonly string[] {
  const { subject, cvss } = finding;
  const [kind, label, fullName] =
    subject.kind === 'org'
      ? ['org', '', '']
      : [KINDS[subject.appKind], subject.label, subject.fullName];
  return [
    org,
    finding.severity,
    finding.rule,
    finding.title,
    kind,
    label,
    fullName,
    finding.evidence.join(' '),
    finding.remedy,
    finding.control ?? '',
    cvss ? cvss.from.toFixed(1) : '',
    cvss ? cvss.to.toFixed(1) : '',
    finding.reference.url,
  ];
}
