/** What is said before and after a change to an org: what it does, to whom, and how it ended. */
import * as l10n from '@vscode/l10n';
import { EXISTING_TOKENS, type Impact } from '../audit/impact.ts';
import { NOT_ALL_LISTED } from '../audit/migration.ts';
import { RESULT_TEXTS } from '../audit/reports/journal.ts';
import { KIND_TEXT } from '../salesforce/app.ts';
import { firstNames, firstOf, MOST_NAMED, nameInUse } from '../salesforce/appNames.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import { kindsNotListed } from '../salesforce/catalog/completeness.ts';
import { count } from '../salesforce/count.ts';
import { ORG_TARGET } from '../salesforce/enforcement/eligibility.ts';
import type { FlagOutcome } from '../salesforce/enforcement/flagChange.ts';
import { escapeMarkdown as escape } from '../salesforce/escapeMarkdown.ts';
import { tableMarkdown } from '../salesforce/tableMarkdown.ts';
import { usageLimits } from './appTexts.ts';

const CLIENT_TEXTS: Readonly<Record<Impact['client'], string>> = {
  public: l10n.t('public client'),
  confidential: l10n.t('confidential client'),
  unknown: l10n.t('public or confidential: not known'),
};

/** An app before its change: what is known of who is hit. */
export interface Preflight {
  readonly impact: Impact;
  /** When a handshake of the app was proven, `2026-11-21`; undefined if it was not. */
  readonly provenOn: string | undefined;
}

/** An app that is left alone. */
export interface Skipped {
  readonly label: string;
  readonly reason: string;
}

/** The first of those that are left alone, and how many more: nobody reads hundreds in a question. */
export function leftAloneText(skipped: readonly Skipped[]): string {
  return firstOf(
    skipped.map(({ label, reason }) => `${label} (${reason})`),
    MOST_NAMED,
  ).join(' ');
}

/** One line about an app. */
export function preflightText(one: Preflight): string {
  const { actor, who } = one.impact;
  // An unlocked package may set it back; what belongs to nobody that is known may be refused.
  return actor === 'unknown' ? `${useText(one)} ${who}` : useText(one);
}

/** Who uses an app, and what is known of its client. */
function useText({ impact, provenOn }: Preflight): string {
  const proof =
    provenOn === undefined
      ? l10n.t('handshake not proven')
      : l10n.t`handshake proven on ${provenOn}`;
  const status =
    impact.pkce === 'unknown' ? `${l10n.t('Whether it requires PKCE is not known.')} ` : '';
  return `${status}${impact.use} ${capitalized(CLIENT_TEXTS[impact.client])}, ${proof}.`;
}

/** What a user should know before PKCE is required of apps. */
export function requireDetail(apps: readonly Preflight[]): string {
  const named = apps
    .slice(0, MOST_NAMED)
    .map((one) => `${one.impact.label}: ${preflightText(one)}`);
  const rest = apps.length - named.length;
  const inUse = apps.filter(({ impact }) => impact.isInUse !== false);
  const unproven = inUse.filter(({ provenOn }) => provenOn === undefined);
  return [
    [...named, ...(rest > 0 ? [l10n.t`and ${count(rest, 'moreApp')}.`] : [])].join('\n'),
    `${l10n.t('What may break: new log-ins whose client sends no code challenge are refused, as soon as it takes effect (up to 30 minutes).')} ${EXISTING_TOKENS}`,
    ...(inUse.length > 0
      ? [
          [
            // A proven handshake says nothing of the client.
            l10n.t('Whether the clients send one the org does not tell: ask whoever runs them.'),
            ...(unproven.length > 0
              ? [l10n.t`No handshake was proven here of ${namesOf(unproven)}.`]
              : []),
          ].join(' '),
        ]
      : []),
    l10n.t(
      'It may be impossible to undo: for some apps Salesforce locks the setting once it is on.',
    ),
    l10n.t(
      'Nothing else of the app is changed. The change is written into the journal on this computer.',
    ),
  ].join('\n\n');
}

/**
 * Why no app can be picked.
 * @param skipped how many are not ready, and not the org's to change
 * @param isWhole whether all apps of the org could be listed: `listsBothKinds`
 */
export function nothingLeftText(orgLabel: string, skipped: number, isWhole: boolean): string {
  if (skipped === 0) {
    return isWhole ? l10n.t`All OAuth apps of ${orgLabel} require PKCE.` : NOT_ALL_LISTED;
  }
  const text = l10n.t`No app of ${orgLabel} is left that your org could change. Belonging to others or not readable: ${skipped}.`;
  return isWhole ? text : `${text} ${l10n.t('Not all apps could be listed.')}`;
}

/** What a user should know before it is required of the whole org. */
export function requireOfOrgDetail(notReady: readonly Preflight[], catalog: Catalog): string {
  const inUse = notReady.filter(({ impact }) => impact.isInUse !== false);
  return [
    notReady.length === 0
      ? l10n.t('All OAuth apps of the org that could be read require PKCE themselves.')
      : l10n.t`${count(notReady.length, 'app')} may be hit (${inUse.length} in use, or not known to be unused): ${namesOf(notReady)}.`,
    ...unseenTexts(catalog),
    `${l10n.t('What may break: every client that logs in to this org without a code challenge is refused, also clients of apps that come from packages or are not installed.')} ${EXISTING_TOKENS}`,
    l10n.t(
      'Nothing else of the settings is changed. The change is written into the journal on this computer.',
    ),
  ].join('\n\n');
}

/** Apps that nobody knows to be ready, as the org does not list them, or may have them unseen. */
function unseenTexts({ unlisted, unclear, usage, snapshot }: Catalog): readonly string[] {
  const kinds = kindsNotListed(snapshot).map((kind) => KIND_TEXT[kind].many);
  const limits =
    usage.kind === 'unknown' ? [usage.reason] : usageLimits({ ...usage, isShared: false });
  return [
    ...(kinds.length > 0
      ? [
          l10n.t`Could not be listed, or not all of them, so that nothing is known of their settings: ${kinds.join(', ')}.`,
        ]
      : []),
    ...(unlisted.length > 0
      ? [
          l10n.t`In use and not installed, so that nothing is known of their settings: ${firstNames(unlisted.map(nameInUse), MOST_NAMED)}.`,
        ]
      : []),
    ...(unclear.length > 0
      ? [
          l10n.t`In use, and it is not known whether they are installed: ${firstNames(unclear.map(nameInUse), MOST_NAMED)}.`,
        ]
      : []),
    ...(limits.length > 0
      ? [[...limits, l10n.t('Other apps that are not installed may be in use.')].join(' ')]
      : []),
  ];
}

/**
 * What a user should know before an app, or the org, does not require PKCE any more.
 * @param isByOrg whether the org goes on requiring it of every app; undefined if that is not known
 */
export function undoDetail(labels: readonly string[], isByOrg: boolean | undefined): string {
  const limit = l10n.t('The org may refuse: for some apps the setting is locked once it is on.');
  return [firstNames(labels, MOST_NAMED), '', `${openAgainText(isByOrg)} ${limit}`].join('\n');
}

function openAgainText(isByOrg: boolean | undefined): string {
  if (isByOrg === true) {
    return l10n.t(
      'The org still requires PKCE of every app, by what was last read of it: while it does, new log-ins without a code challenge are refused.',
    );
  }
  const open = l10n.t(
    'What it means: a stolen authorization code can be exchanged for a token again.',
  );
  if (isByOrg === false) return open;
  return `${open} ${l10n.t('Whether the org requires PKCE of every app is not known: if it does, that still protects its apps.')}`;
}

/**
 * The apps of an org that are not ready, as a page.
 * @param notYours how many of them the org may not change
 */
export function notReadyMarkdown(
  orgLabel: string,
  notReady: readonly Preflight[],
  notYours: number,
): string {
  const lines = notReady.map((one) => {
    const { label, what, who } = one.impact;
    return `- **${escape(label)}**: ${escape(`${what} ${who} ${useText(one)}`)}`;
  });
  return [
    `# ${l10n.t`Apps of ${escape(orgLabel)} that are not known to require PKCE themselves`}`,
    EXISTING_TOKENS,
    lines.join('\n'),
    ...(notYours > 0 ? [l10n.t`Not yours to change: ${count(notYours, 'app')}.`] : []),
    '',
  ].join('\n\n');
}

function namesOf(apps: readonly Preflight[]): string {
  return firstNames(
    apps.map(({ impact }) => impact.label),
    MOST_NAMED,
  );
}

/** A change and how it ended. */
export interface ChangeOutcome {
  readonly label: string;
  readonly outcome: FlagOutcome;
}

/** One sentence over all. */
export function summaryText(changes: readonly ChangeOutcome[], value: boolean): string {
  const [only] = changes;
  if (changes.length === 1 && only) {
    const words = ['done', 'alreadySo'].includes(only.outcome.result)
      ? stateText(only.outcome, value)
      : only.outcome.words;
    return `${only.label}: ${[words, ...otherChangesTexts(only.outcome)].join(' ')}`;
  }
  const different = changes.filter(({ outcome }) => outcome.otherChanges.length > 0);
  const names = firstNames(
    different.map(({ label }) => label),
    MOST_NAMED,
  );
  const results = Map.groupBy(changes, ({ outcome }) => outcome.result);
  const parts = [...results].map(([result, some]) => `${some.length} ${RESULT_TEXTS[result]}`);
  return [
    `${capitalized(parts.join(', '))}.`,
    ...(different.length > 0
      ? [
          l10n.t`Other settings of ${names} are different from before, changed by somebody else or by the org: see the details.`,
        ]
      : []),
  ].join(' ');
}

/** What holds of one component: app and org each may require what the other does not. */
function stateText({ target }: FlagOutcome, value: boolean): string {
  if (value) return l10n.t('PKCE is required.');
  return target.type === ORG_TARGET.type
    ? l10n.t('PKCE is not required of every app any more.')
    : l10n.t('The app itself does not require PKCE any more.');
}

function otherChangesTexts({ otherChanges }: FlagOutcome): readonly string[] {
  return otherChanges.length > 0
    ? [
        l10n.t`Also different from before, changed by somebody else or by the org: ${otherChanges.join(', ')}.`,
      ]
    : [];
}

/** How each change ended, as a page. */
export function outcomesMarkdown(
  title: string,
  changes: readonly ChangeOutcome[],
  skipped: readonly Skipped[],
): string {
  const rows = changes.map(({ label, outcome }) => {
    const details = [outcome.words, ...otherChangesTexts(outcome)].join(' ');
    return [label, RESULT_TEXTS[outcome.result], details].map(escape);
  });
  return [
    `# ${escape(title)}`,
    tableMarkdown([l10n.t('App'), l10n.t('Outcome'), l10n.t('Details')], rows),
    ...(skipped.length > 0
      ? [
          `## ${l10n.t('Left alone')}`,
          skipped
            .map(({ label, reason }) => `- **${escape(label)}**: ${escape(reason)}`)
            .join('\n'),
        ]
      : []),
    '',
  ].join('\n\n');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
