/** The audit to read and to pass on, in Markdown. */
import { escapeMarkdown as escape } from '../../salesforce/escapeMarkdown.ts';
import type { Audit } from '../audit.ts';
import { SEVERITIES, type Finding } from '../finding.ts';
import { nameOf, POSTURE_TEXTS, SEVERITY_TEXTS, totalOf, whenText } from './words.ts';

export function markdownReport(audits: readonly Audit[]): string {
  return `${['# PKCE and OAuth audit', ...audits.map(orgText)].join('\n\n')}\n`;
}

function orgText(audit: Audit): string {
  const { posture, counts, findings, suppressed, unknown, problems } = audit;
  const total = totalOf(posture);
  return [
    `## ${escape(audit.org)}`,
    `${escape(whenText(audit))} ${total} OAuth apps:`,
    table(
      ['PKCE', 'Apps'],
      POSTURE_TEXTS.map(([status, words]) => [words, String(posture[status])]),
    ),
    table(
      ['Severity', 'Findings'],
      SEVERITIES.map((severity) => [SEVERITY_TEXTS[severity], String(counts[severity])]),
    ),
    ...SEVERITIES.flatMap((severity) => {
      const some = findings.filter((finding) => finding.severity === severity);
      return some.length === 0 ? [] : [`### ${SEVERITY_TEXTS[severity]}`, ...some.map(findingText)];
    }),
    ...(findings.length === 0 ? ['Nothing was found.'] : []),
    ...section(
      'Not known',
      unknown.map(({ label, reason }) => `- **${escape(label)}**: ${escape(reason)}`),
    ),
    ...section(
      'Not read',
      problems.map(({ happened, todo }) => `- ${escape(happened)} ${escape(todo)}`),
    ),
    ...section(
      'Accepted for a time',
      suppressed.map(
        ({ finding, suppression }) =>
          `- **${escape(nameOf(finding.subject))}**: ${escape(finding.title)}, until ${escape(suppression.until)}: ${escape(suppression.reason)}`,
      ),
    ),
  ].join('\n\n');
}

function findingText(finding: Finding): string {
  const { subject, title, evidence, why, remedy, control, reference } = finding;
  return [
    `#### ${escape(nameOf(subject))}: ${escape(title)}`,
    [
      ...evidence.map((one) => `- ${escape(one)}`),
      `- **Why**: ${escape(why)}`,
      `- **What to do**: ${escape(remedy)}`,
      ...(control === null ? [] : [`- **Security Health Review**: ${escape(control)}`]),
      `- **Rule**: \`${finding.rule}\`, [${escape(reference.title)}](${reference.url})`,
    ].join('\n'),
  ].join('\n\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, lines.join('\n')];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
