/** Every report by its format. The same audits give the same bytes. */
import type { Audit } from '../audit.ts';
import { csvReport } from './csv.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { markdownReport } from './markdown.ts';
import { sarifReport, type SarifOptions } from './sarif.ts';

export const FORMATS = ['markdown', 'html', 'csv', 'json', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];

/** Endings of files, without the dot. */
export const EXTENSIONS: Readonly<Record<Format, string>> = {
  markdown: 'md',
  html: 'html',
  csv: 'csv',
  json: 'json',
  sarif: 'sarif',
};

/** @param options matter to SARIF alone */
export function report(format: Format, audits: readonly Audit[], options: SarifOptions): string {
  switch (format) {
    case 'markdown':
      return markdownReport(audits);
    case 'html':
      return htmlReport(audits);
    case 'csv':
      return csvReport(audits);
    case 'json':
      return jsonReport(audits);
    case 'sarif':
      return sarifReport(audits, options);
  }
}
