/** What differs between two audits, to read. */
import { escapeMarkdown as escape } from '../../salesforce/escapeMarkdown.ts';
import { compare, type PastAudit, type PastFinding } from '../history.ts';
import { POSTURE_TEXTS, SEVERITY_TEXTS } from './words.ts';

const STATUS_TEXTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(POSTURE_TEXTS),
  notApplicable: 'no OAuth app',
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
  const { appeared, gone, changed, statuses, onlyFirst, onlySecond } = compare(
    first.details,
    second.details,
  );
  const figures = POSTURE_TEXTS.map(
    ([status, words]) => `| PKCE ${words} | ${first.posture[status]} | ${second.posture[status]} |`,
  );
  const isSame = [appeared, gone, changed, statuses, onlyFirst, onlySecond].every(
    ({ length }) => length === 0,
  );
  return [
    `# ${escape(a)} and ${escape(b)}`,
    [`| | ${escape(a)} | ${escape(b)} |`, '| --- | --- | --- |', ...figures].join('\n'),
    ...(isSame ? ['Nothing differs.'] : []),
    ...section(`Found in ${b} alone`, appeared.map(findingText)),
    ...section(`Found in ${a} alone`, gone.map(findingText)),
    ...section(
      'Found in both, as bad no more or worse',
      changed.map(
        ({ finding, before }) =>
          `${findingText(finding)} (${SEVERITY_TEXTS[before]} in ${escape(a)})`,
      ),
    ),
    ...section(
      'Another PKCE status',
      statuses.map(
        ({ label, before, after }) =>
          `**${escape(label)}**: ${STATUS_TEXTS[before] ?? before} in ${escape(a)}, ${STATUS_TEXTS[after] ?? after} in ${escape(b)}`,
      ),
    ),
    ...section(`Apps of ${a} alone`, onlyFirst.map(escape)),
    ...section(`Apps of ${b} alone`, onlySecond.map(escape)),
    '',
  ].join('\n\n');
}

function findingText({ label, title, severity }: PastFinding): string {
  return `${SEVERITY_TEXTS[severity]}: **${escape(label || 'The org')}**: ${escape(title)}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : [`## ${escape(title)}`, lines.map((line) => `- ${line}`).join('\n')];
}
