/** Words that the reports for people share. */
import { SOURCE_VERSION } from '../../salesforce/app.ts';
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
