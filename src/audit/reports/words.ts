/** Words that the reports for people share. */
import { SOURCE_VERSION } from '../../salesforce/app.ts';
import {
  CHECK_TEXTS,
  isHandshakeProven,
  VERDICT_TEXTS,
  type Proof,
} from '../../salesforce/proof.ts';
import type { Audit, Posture } from '../audit.ts';
import type { Severity, Subject } from '../finding.ts';

export const SEVERITY_TEXTS: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'For information',
};

export const POSTURE_TEXTS: readonly (readonly [keyof Posture, string])[] = [
  ['required', 'required'],
  ['requiredByOrg', 'required by the org'],
  ['notRequired', 'not required'],
  ['unknown', 'unknown'],
];

/** How many OAuth apps there are. */
export function totalOf(posture: Posture): number {
  return Object.values(posture).reduce((sum, count) => sum + count, 0);
}

/** When, and from what: `Audited 2026-11-21 12:00 UTC, API 68.0.` */
export function whenText({ auditedAt, apiVersion }: Audit): string {
  const from = apiVersion === SOURCE_VERSION ? 'from source files' : `API ${apiVersion}`;
  return `Audited ${auditedAt.slice(0, 16).replace('T', ' ')} UTC, ${from}.`;
}

/** What a finding is about, in words. */
export function nameOf(subject: Subject): string {
  return subject.kind === 'org' ? 'The org' : subject.label;
}

/** The ISV's controls as the columns of a table. */
export const CONTROLS = ['pkce', 'rotation', 'idleLimit', 'allowlist'] as const;

/** One line: `Handshake proven on 2026-11-21 at acme.my.salesforce.com`. */
export function proofTitle(proof: Proof): string {
  const place = `on ${proof.at.slice(0, 10)} at ${proof.host}`;
  if (proof.kind === 'probe') return `Probed ${place}`;
  return isHandshakeProven(proof) ? `Handshake proven ${place}` : `Handshake tried ${place}`;
}

/** Each check of a proof: `A wrong verifier is refused: yes. Refused: ...` */
export function proofLines({ steps }: Proof): readonly string[] {
  return steps.map(
    ({ check, verdict, seen }) => `${CHECK_TEXTS[check]}: ${VERDICT_TEXTS[verdict]}. ${seen}`,
  );
}
