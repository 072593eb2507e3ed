/** Words that the reports for people share. */
import type { Posture } from '../audit.ts';
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

/** What a finding is about, in words. */
export function nameOf(subject: Subject): string {
  return subject.kind === 'org' ? 'The org' : subject.label;
}
