/** What differs between two audits, to read. */
import * as l10n from '@vscode/l10n';
import { escapeMarkdown as escape } from '../../salesforce/escapeMarkdown.ts';
import { tableMarkdown } from '../../salesforce/tableMarkdown.ts';
import { compare, type PastAudit, type PastFinding } from '../history.ts';
import { POSTURE_TEXTS, SEVERITY_TEXTS } from './words.ts';

const STATUS_TEXTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(POSTURE_TEXTS),
  notApplicable: l10n.t('no OAuth app, or replaced'),
};

/**
 * @param names what the two are called: orgs, or days of one org
 * @returns undefined if only the figures of one of them were kept
 */
export function comparisonMarkdown(
  first: PastAudit,
  second: PastAudit,
  [a, b]: readonly [string, string],
): string | undefined {
  if (!first.details || !second.details) return undefined;
  const differences = compare(first.details, second.details);
  const { appeared, gone, changed, statuses, onlyFirst, onlySecond } = differences;
  const { acceptedInFirst, acceptedInSecond } = differences;
  const figures = POSTURE_TEXTS.map(([status, words]) => [
    `PKCE ${words}`,
    String(first.posture[status]),
    String(second.posture[status]),
  ]);
  const isSame = Object.values(differences).every(({ length }) => length === 0);
  const notWhole = [...(first.isWhole ? [] : [a]), ...(second.isWhole ? [] : [b])].map(
    (name) =>
      l10n.t`Not all apps could be listed in ${escape(name)}: what is missing there may be there all the same.`,
  );
  return [
    `# ${l10n.t`${escape(a)} and ${escape(b)}`}`,
    tableMarkdown(['', escape(a), escape(b)], figures),
    ...notWhole,
    ...(isSame ? [l10n.t('Nothing differs.')] : []),
    ...section(l10n.t`Found in ${b} alone`, appeared.map(findingText)),
    ...section(l10n.t`Found in ${a} alone`, gone.map(findingText)),
    ...section(
      l10n.t('Found in both, as bad no more or worse'),
      changed.map(
        ({ finding, before }) =>
          l10n.t`${findingText(finding)} (${SEVERITY_TEXTS[before]} in ${escape(a)})`,
      ),
    ),
    ...section(l10n.t`Accepted in ${a} alone`, acceptedInFirst.map(findingText)),
    ...section(l10n.t`Accepted in ${b} alone`, acceptedInSecond.map(findingText)),
    ...section(
      l10n.t('Another PKCE status'),
      statuses.map(
        ({ label, before, after }) =>
          `**${escape(label)}**: ${l10n.t`${STATUS_TEXTS[before] ?? before} in ${escape(a)}, ${STATUS_TEXTS[after] ?? after} in ${escape(b)}`}`,
      ),
    ),
    ...section(l10n.t`Apps of ${a} alone`, onlyFirst.map(escape)),
    ...section(l10n.t`Apps of ${b} alone`, onlySecond.map(escape)),
    '',
  ].join('\n\n');
}

function findingText({ label, title, severity }: PastFinding): string {
  return `${SEVERITY_TEXTS[severity]}: **${escape(label || l10n.t('The org'))}**: ${escape(title)}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : [`## ${escape(title)}`, lines.map((line) => `- ${line}`).join('\n')];
}
