/** The audit to read and to pass on, in Markdown. */
import * as l10n from '@vscode/l10n';
import { escapeMarkdown as escape } from '../../salesforce/escapeMarkdown.ts';
import type { Proof } from '../../salesforce/proof.ts';
import { tableMarkdown } from '../../salesforce/tableMarkdown.ts';
import type { Audit } from '../audit.ts';
import { SEVERITIES, type Finding } from '../finding.ts';
import { CONTROL_TEXTS, EXISTING_TOKENS } from '../impact.ts';
import {
  CONTROLS,
  nameOf,
  POSTURE_TEXTS,
  proofLines,
  proofTitle,
  SEVERITY_TEXTS,
  STATE_TEXTS,
  totalOf,
  whenText,
  nothingText,
} from './words.ts';

export function markdownReport(audits: readonly Audit[]): string {
  return `${[`# ${l10n.t('PKCE and OAuth audit')}`, ...audits.map(orgText)].join('\n\n')}\n`;
}

function orgText(audit: Audit): string {
  const { posture, counts, findings, suppressed, unknown, problems } = audit;
  const { impacts, isvControls, proofs } = audit;
  const total = totalOf(posture);
  return [
    `## ${escape(audit.org)}`,
    `${escape(whenText(audit))} ${l10n.t`OAuth apps: ${total}`}`,
    tableMarkdown(
      ['PKCE', l10n.t('Apps')],
      POSTURE_TEXTS.map(([status, words]) => [words, String(posture[status])]),
    ),
    tableMarkdown(
      [l10n.t('Severity'), l10n.t('Findings')],
      SEVERITIES.map((severity) => [SEVERITY_TEXTS[severity], String(counts[severity])]),
    ),
    ...(impacts.length > 0
      ? [
          `### ${l10n.t('What will break, for whom, when')}`,
          escape(EXISTING_TOKENS),
          tableMarkdown(
            [l10n.t('App'), l10n.t('In use'), l10n.t('What'), l10n.t('Who acts')],
            impacts.map(({ label, use, what, who }) => [label, use, what, who].map(escape)),
          ),
        ]
      : []),
    ...SEVERITIES.flatMap((severity) => {
      const some = findings.filter((finding) => finding.severity === severity);
      return some.length === 0 ? [] : [`### ${SEVERITY_TEXTS[severity]}`, ...some.map(findingText)];
    }),
    ...(findings.length === 0 ? [nothingText(audit)] : []),
    ...(isvControls.length > 0
      ? [
          `### ${l10n.t('The four controls for ISVs')}`,
          tableMarkdown(
            [l10n.t('App'), ...CONTROLS.map((control) => CONTROL_TEXTS[control])],
            isvControls.map((one) => [
              escape(one.label),
              ...CONTROLS.map((control) => STATE_TEXTS[one[control]]),
            ]),
          ),
        ]
      : []),
    ...section(l10n.t('Proofs'), proofs.map(proofText)),
    ...section(
      l10n.t('Not known'),
      unknown.map(({ label, reason }) => `- **${escape(label)}**: ${escape(reason)}`),
    ),
    ...section(
      l10n.t('Not read'),
      problems.map(({ happened, todo }) => `- ${escape(happened)} ${escape(todo)}`),
    ),
    ...section(
      l10n.t('Accepted for a time'),
      suppressed.map(
        ({ finding, suppression }) =>
          `- **${escape(nameOf(finding.subject))}**: ${l10n.t`${escape(finding.title)}, until ${escape(suppression.until)}: ${escape(suppression.reason)}`}`,
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
      `- **${l10n.t('Why')}**: ${escape(why)}`,
      `- **${l10n.t('What to do')}**: ${escape(remedy)}`,
      ...(control === null ? [] : [`- **Security Health Review**: ${escape(control)}`]),
      `- **${l10n.t('Rule')}**: \`${finding.rule}\`, [${escape(reference.title)}](${reference.url})`,
    ].join('\n'),
  ].join('\n\n');
}

function proofText(proof: Proof): string {
  const lines = proofLines(proof).map((line) => `  - ${escape(line)}`);
  return [`- **${escape(proof.label)}**: ${escape(proofTitle(proof))}`, ...lines].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, lines.join('\n')];
}
