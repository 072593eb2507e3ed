/** What an audit says: findings about apps and orgs, each with what it rests on and what helps. */
import type { AppKind } from '../salesforce/app.ts';

/** From worst to least. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A range of CVSS base scores, where the source of a rule gives one. */
export interface CvssRange {
  readonly from: number;
  readonly to: number;
}

/** Where a rule comes from. */
export interface Reference {
  readonly title: string;
  readonly url: string;
}

/** What a rule finds in one app or org. */
export interface Verdict {
  readonly severity: Severity;
  /** What the severity rests on, and what was read: whole sentences. */
  readonly evidence: readonly string[];
  readonly cvss?: CvssRange;
  /** Name of the Security Health Review control. */
  readonly control?: string;
}

/** What a finding is about. */
export type Subject =
  | { readonly kind: 'org' }
  | {
      readonly kind: 'app';
      /** `App.id` */
      readonly id: string;
      readonly appKind: AppKind;
      readonly label: string;
      readonly fullName: string;
    };

export interface Finding {
  /** Id of the rule, such as `pkce-not-required`. */
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly cvss: CvssRange | null;
  readonly control: string | null;
  readonly subject: Subject;
  readonly why: string;
  readonly evidence: readonly string[];
  readonly remedy: string;
  readonly reference: Reference;
}

/** Worst first. */
export function bySeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}
