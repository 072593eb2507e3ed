/** Audits of earlier days, as far as a trend and a comparison need them. Plain data. */
import type { App } from '../salesforce/app.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import type { Audit, Posture } from './audit.ts';
import { listsBothKinds } from '../salesforce/catalog/completeness.ts';
import { bySeverity, type Finding, type Severity } from './finding.ts';

/** What was found in one subject by one rule. */
export interface PastFinding {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  /** `App.id`; empty for the org as a whole. The same in a sandbox and in production. */
  readonly subject: string;
  /** What people call it. */
  readonly label: string;
}

export interface PastAudit {
  /** What people call the org. */
  readonly org: string;
  /** ISO 8601. */
  readonly at: string;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly posture: Posture;
  /** Whether all apps of the org could be listed: what is missing may be there else. */
  readonly isWhole: boolean;
  /** Null where only the figures were kept. */
  readonly details: PastDetails | null;
}

export interface PastDetails {
  readonly findings: readonly PastFinding[];
  /** Those that were accepted for a time, and do not count. */
  readonly accepted: readonly PastFinding[];
  readonly apps: readonly {
    readonly id: string;
    readonly label: string;
    readonly pkce: App['pkce'];
  }[];
}

/**
 * @param catalog that was audited
 * @param mostFindings with more of them only the figures are taken
 */
export function pastOf(
  audit: Audit,
  { apps, snapshot }: Pick<Catalog, 'apps' | 'snapshot'>,
  mostFindings = Number.POSITIVE_INFINITY,
): PastAudit {
  const { org, auditedAt, counts, posture, findings, suppressed } = audit;
  const figures = { org, at: auditedAt, counts, posture, isWhole: listsBothKinds(snapshot) };
  if (findings.length > mostFindings) return { ...figures, details: null };
  return {
    ...figures,
    details: {
      findings: findings.map(pastFindingOf),
      accepted: suppressed.map(({ finding }) => pastFindingOf(finding)),
      apps: apps.map(({ id, label, pkce }) => ({ id, label, pkce })),
    },
  };
}

function pastFindingOf({ rule, title, severity, subject }: Finding): PastFinding {
  const [id, label] = subject.kind === 'org' ? ['', ''] : [subject.id, subject.label];
  return { rule, title, severity, subject: id, label };
}

/** A finding that both have, with another severity. */
export interface ChangedFinding {
  readonly finding: PastFinding;
  readonly before: Severity;
}

/** An app that both have, with another PKCE status. */
export interface ChangedApp {
  readonly label: string;
  readonly before: App['pkce'];
  readonly after: App['pkce'];
}

export interface Comparison {
  /** Findings of the second alone, worst first. */
  readonly appeared: readonly PastFinding[];
  /** Findings of the first alone, worst first. */
  readonly gone: readonly PastFinding[];
  readonly changed: readonly ChangedFinding[];
  /** Findings of both that are accepted in one alone, worst first. */
  readonly acceptedInFirst: readonly PastFinding[];
  readonly acceptedInSecond: readonly PastFinding[];
  readonly statuses: readonly ChangedApp[];
  /** Labels of apps that only one of them has. */
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
}

/** What differs between two audits, of one org at two times or of two orgs: apps are matched by kind and API name. */
export function compare(first: PastDetails, second: PastDetails): Comparison {
  const keyOf = ({ rule, subject }: PastFinding): string => `${rule}|${subject}`;
  const before = new Map(first.findings.map((finding) => [keyOf(finding), finding]));
  const after = new Map(second.findings.map((finding) => [keyOf(finding), finding]));
  const accepted = {
    first: new Set(first.accepted.map(keyOf)),
    second: new Set(second.accepted.map(keyOf)),
  };
  const appeared = second.findings.filter((finding) => !before.has(keyOf(finding)));
  const gone = first.findings.filter((finding) => !after.has(keyOf(finding)));
  const apps = new Map(first.apps.map((app) => [app.id, app]));
  const ids = new Set(second.apps.map(({ id }) => id));
  return {
    appeared: worstFirst(appeared.filter((finding) => !accepted.first.has(keyOf(finding)))),
    gone: worstFirst(gone.filter((finding) => !accepted.second.has(keyOf(finding)))),
    acceptedInFirst: worstFirst(appeared.filter((finding) => accepted.first.has(keyOf(finding)))),
    acceptedInSecond: worstFirst(gone.filter((finding) => accepted.second.has(keyOf(finding)))),
    changed: second.findings.flatMap((finding) => {
      const severity = before.get(keyOf(finding))?.severity;
      return severity !== undefined && severity !== finding.severity
        ? [{ finding, before: severity }]
        : [];
    }),
    statuses: second.apps.flatMap(({ id, label, pkce }) => {
      const status = apps.get(id)?.pkce;
      return status !== undefined && status !== pkce
        ? [{ label, before: status, after: pkce }]
        : [];
    }),
    onlyFirst: first.apps.filter(({ id }) => !ids.has(id)).map(({ label }) => label),
    onlySecond: second.apps.filter(({ id }) => !apps.has(id)).map(({ label }) => label),
  };
}

function worstFirst(findings: readonly PastFinding[]): readonly PastFinding[] {
  return findings.toSorted((a, b) => bySeverity(a.severity, b.severity));
}
