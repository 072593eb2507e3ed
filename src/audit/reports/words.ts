/** Words that the reports for people share. */
import * as l10n from '@vscode/l10n';
import { SOURCE_VERSION } from '../../salesforce/app.ts';
import { count } from '../../salesforce/count.ts';
import {
  CHECK_TEXTS,
  isHandshakeProven,
  VERDICT_TEXTS,
  type Proof,
} from '../../salesforce/proof.ts';
import type { Audit, Posture } from '../audit.ts';
import { minuteOf } from '../day.ts';
import type { Severity, Subject } from '../finding.ts';
import type { ControlState } from '../impact.ts';

export const SEVERITY_TEXTS: Readonly<Record<Severity, string>> = {
  critical: l10n.t('Critical'),
  high: l10n.t('High'),
  medium: l10n.t('Medium'),
  low: l10n.t('Low'),
  info: l10n.t('For information'),
};

export const POSTURE_TEXTS: readonly (readonly [keyof Posture, string])[] = [
  ['required', l10n.t('required')],
  ['requiredByOrg', l10n.t('required by the org')],
  ['notRequired', l10n.t('not required')],
  ['unknown', l10n.t('unknown')],
];

/** Whether all of an org could be judged: else that nothing was found says less than it seems. */
export function isAllJudged({ unknown, problems }: Pick<Audit, 'unknown' | 'problems'>): boolean {
  return unknown.length === 0 && problems.length === 0;
}

/** What a report says where there is no finding. */
export function nothingText(audit: Audit): string {
  return isAllJudged(audit)
    ? l10n.t('Nothing was found.')
    : l10n.t('Nothing was found in what could be read.');
}

/** What it means that an audit has no finding: what was accepted, and what could not be judged. */
export function nothingFound(audit: Audit): {
  readonly text: string;
  readonly detail: string;
} {
  const { suppressed, unknown, problems } = audit;
  const limits = [
    ...(unknown.length > 0 ? [l10n.t`Not known: ${count(unknown.length, 'app')}.`] : []),
    ...problems.map(({ happened }) => happened),
  ];
  const accepted =
    suppressed.length > 0 ? [l10n.t`Accepted for a time: ${suppressed.length}.`] : [];
  if (!isAllJudged(audit)) {
    return {
      text: l10n.t('Nothing was found in what could be read'),
      detail: [...limits, ...accepted].join(' '),
    };
  }
  return accepted.length > 0
    ? { text: l10n.t('Nothing was found that is not accepted'), detail: accepted.join(' ') }
    : { text: l10n.t('Nothing was found'), detail: l10n.t('No rule has anything to report.') };
}

/** Of the ISV's controls. */
export const STATE_TEXTS: Readonly<Record<ControlState, string>> = {
  yes: l10n.t('yes'),
  no: l10n.t('no'),
  unknown: l10n.t('unknown'),
};

/** How many OAuth apps there are. */
export function totalOf(posture: Posture): number {
  return Object.values(posture).reduce((sum, count) => sum + count, 0);
}

/** When, and from what: `Audited 2026-11-21 12:00 UTC, API 68.0.` */
export function whenText({ auditedAt, apiVersion }: Audit): string {
  const from = apiVersion === SOURCE_VERSION ? l10n.t('from source files') : `API ${apiVersion}`;
  const moment = `${minuteOf(auditedAt)} UTC`;
  return l10n.t`Audited ${moment}, ${from}.`;
}

/** What a finding is about, in words. */
export function nameOf(subject: Subject): string {
  return subject.kind === 'org' ? l10n.t('The org') : subject.label;
}

/** The ISV's controls as the columns of a table. */
export const CONTROLS = ['pkce', 'rotation', 'idleLimit', 'allowlist'] as const;

/** One line: `Handshake proven on 2026-11-21 12:00 UTC at acme.my.salesforce.com`. */
export function proofTitle(proof: Proof): string {
  const moment = `${minuteOf(proof.at)} UTC`;
  if (proof.kind === 'probe') return l10n.t`Probed on ${moment} at ${proof.host}`;
  return isHandshakeProven(proof)
    ? l10n.t`Handshake proven on ${moment} at ${proof.host}`
    : l10n.t`Handshake tried on ${moment} at ${proof.host}`;
}

/** Each check of a proof: `A wrong verifier is refused: yes. Refused: ...` */
export function proofLines({ steps }: Proof): readonly string[] {
  return steps.map(
    ({ check, verdict, seen }) => `${CHECK_TEXTS[check]}: ${VERDICT_TEXTS[verdict]}. ${seen}`,
  );
}
