/** What differs between two audits, to read. */
import * as l10n from '@vscode/l10n';
import { escapeMarkdown as escape } from '../../salesforce/escapeMarkdown.ts';
import { tableMarkdown } from '../../salesforce/tableMarkdown.ts';
import { compare, hasDetails, type PastAudit, type PastFinding, type Surplus } from '../history.ts';
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
  if (!hasDetails(first) || !hasDetails(second)) return undefined;
  const { changed, statuses, ...surplus } = compare(first, second);
  const lists: readonly (readonly unknown[])[] = [
    changed,
    statuses,
    ...Object.values<readonly unknown[]>({ ...surplus.first }),
    ...Object.values<readonly unknown[]>({ ...surplus.second }),
  ];
  const isSame = lists.every(({ length }) => length === 0);
  const figures = POSTURE_TEXTS.map(([status, words]) => [
    `PKCE ${words}`,
    String(first.posture[status]),
    String(second.posture[status]),
  ]);
  const isRead = ({ isWhole, isOrgRead }: PastAudit): boolean => isWhole && isOrgRead;
  const notWhole = [...(isRead(first) ? [] : [a]), ...(isRead(second) ? [] : [b])].map(
    (name) =>
      l10n.t`Not all could be listed or read in ${escape(name)}: what is missing there may be there all the same.`,
  );
  return [
    `# ${l10n.t`${escape(a)} and ${escape(b)}`}`,
    tableMarkdown(['', escape(a), escape(b)], figures),
    ...notWhole,
    ...(isSame ? [l10n.t('Nothing differs.')] : []),
    ...findingSections(surplus.second, b, a),
    ...findingSections(surplus.first, a, b),
    ...section(
      l10n.t('Found in both, with another severity'),
      changed.map(
        ({ finding, before }) =>
          l10n.t`${findingText(finding)} (${SEVERITY_TEXTS[before]} in ${escape(a)})`,
      ),
    ),
    ...section(
      l10n.t('Another PKCE status'),
      statuses.map(
        ({ label, before, after }) =>
          `**${escape(label)}**: ${l10n.t`${STATUS_TEXTS[before] ?? before} in ${escape(a)}, ${STATUS_TEXTS[after] ?? after} in ${escape(b)}`}`,
      ),
    ),
    ...section(l10n.t`Apps of ${a} alone`, surplus.first.apps.map(escape)),
    ...section(l10n.t`Apps of ${b} alone`, surplus.second.apps.map(escape)),
    '',
  ].join('\n\n');
}

/** What one audit has found, and the other has not. */
function findingSections(
  { findings, unjudged, accepted }: Surplus,
  name: string,
  other: string,
): readonly string[] {
  return [
    ...section(l10n.t`Found in ${name} alone`, findings.map(findingText)),
    ...section(l10n.t`Found in ${name}, not known in ${other}`, unjudged.map(findingText)),
    ...section(l10n.t`Accepted in ${name}, open in ${other}`, accepted.map(findingText)),
  ];
}

function findingText({ label, title, severity }: PastFinding): string {
  return `${SEVERITY_TEXTS[severity]}: **${escape(label || l10n.t('The org'))}**: ${escape(title)}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : [`## ${escape(title)}`, lines.map((line) => `- ${line}`).join('\n')];
}
