/** Audits of earlier days, as far as a trend and a comparison need them. Plain data. */
import type { App } from '../salesforce/app.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import { listsBothKinds } from '../salesforce/catalog/completeness.ts';
import { GLOBAL, isSatellite } from '../salesforce/catalog/components.ts';
import type { Audit, Posture } from './audit.ts';
import { isAllUseKnown, orgFlagsOf } from './context.ts';
import { bySeverity, type Finding, type Severity } from './finding.ts';
import type { RuleWords } from './rule.ts';
import { scopesBeyondFlows, unlistedAppsInUse, unusedApp } from './rules/appRules.ts';
import { userAgentAllowed, usernamePasswordAllowed } from './rules/flowRules.ts';
import { orgAheadOfApps, orgReadyForPkce } from './rules/pkceRules.ts';

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
  /** Whether all apps could be listed, and every part of external client apps: what is missing may be there else. */
  readonly isWhole: boolean;
  /** Whether there is no other part of the org that could not be read: its own settings, and who uses the apps. */
  readonly isOrgRead: boolean;
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
  /** `App.id`s of those that could not be judged, whatever the org requires of all. */
  readonly unknown: readonly string[];
  /** Rules that nothing could be judged by, or not all, for lack of what they go by. */
  readonly unjudgedRules: readonly string[];
}

/**
 * @param catalog that was audited
 * @param mostFindings with more of them only the figures are taken
 */
export function pastOf(
  audit: Audit,
  catalog: Pick<Catalog, 'apps' | 'snapshot' | 'orgWide' | 'usage' | 'unclear'>,
  mostFindings = Number.POSITIVE_INFINITY,
): PastAudit {
  const { org, auditedAt, counts, posture, findings, suppressed } = audit;
  const { apps, snapshot } = catalog;
  // Apps whose flag could not be read are unknown, one by one.
  const parts = snapshot.unavailable.filter((type) => isSatellite(type) && type !== GLOBAL);
  const isWhole = listsBothKinds(snapshot) && parts.length === 0;
  const isOrgRead = audit.problems.length === 0;
  const figures = { org, at: auditedAt, counts, posture, isWhole, isOrgRead };
  if (findings.length + suppressed.length > mostFindings) return { ...figures, details: null };
  return {
    ...figures,
    details: {
      findings: findings.map(pastFindingOf),
      accepted: suppressed.map(({ finding }) => pastFindingOf(finding)),
      apps: apps.map(({ id, label, pkce }) => ({ id, label, pkce })),
      unknown: audit.unknown.map(({ app }) => app),
      unjudgedRules: unjudgedRules(audit, catalog).map(({ id }) => id),
    },
  };
}

function unjudgedRules(
  { unknown }: Audit,
  catalog: Pick<Catalog, 'orgWide' | 'usage' | 'unclear'>,
): readonly Pick<RuleWords, 'id'>[] {
  const { isPkceRequired, blocksUsernamePassword, blocksUserAgent } = orgFlagsOf(catalog.orgWide);
  return [
    ...(isPkceRequired === undefined ? [orgReadyForPkce, orgAheadOfApps] : []),
    ...(blocksUsernamePassword === undefined ? [usernamePasswordAllowed] : []),
    ...(blocksUserAgent === undefined ? [userAgentAllowed] : []),
    ...(unknown.length > 0 ? [orgReadyForPkce] : []),
    ...(isAllUseKnown(catalog)
      ? []
      : [orgReadyForPkce, scopesBeyondFlows, unusedApp, unlistedAppsInUse]),
  ];
}

function pastFindingOf({ rule, title, severity, subject }: Finding): PastFinding {
  const [id, label] = subject.kind === 'org' ? ['', ''] : [subject.id, subject.label];
  return { rule, title, severity, subject: id, label };
}

/** An audit of which more than the figures was kept. */
export type DetailedAudit = PastAudit & { readonly details: PastDetails };

export function hasDetails(audit: PastAudit): audit is DetailedAudit {
  return audit.details !== null;
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

/** What one of two audits has and the other has not. */
export interface Surplus {
  /** Worst first. */
  readonly findings: readonly PastFinding[];
  /** Findings of apps, or parts, that the other could not read. Worst first. */
  readonly unjudged: readonly PastFinding[];
  /** Findings that the other has, too, and are accepted here alone. Worst first. */
  readonly accepted: readonly PastFinding[];
  /** Labels of apps. */
  readonly apps: readonly string[];
}

export interface Comparison {
  readonly first: Surplus;
  readonly second: Surplus;
  readonly changed: readonly ChangedFinding[];
  readonly statuses: readonly ChangedApp[];
}

/** What differs between two audits, of one org at two times or of two orgs: apps are matched by kind and API name. */
export function compare(first: DetailedAudit, second: DetailedAudit): Comparison {
  const before = findingsOf(first);
  const after = findingsOf(second);
  const apps = new Map(first.details.apps.map((app) => [app.id, app]));
  return {
    first: surplusOf(first, before, second, after),
    second: surplusOf(second, after, first, before),
    changed: [...after].flatMap(([key, { finding }]) => {
      const severity = before.get(key)?.finding.severity;
      return severity !== undefined && severity !== finding.severity
        ? [{ finding, before: severity }]
        : [];
    }),
    statuses: second.details.apps.flatMap(({ id, label, pkce }) => {
      const status = apps.get(id)?.pkce;
      return status !== undefined && status !== pkce
        ? [{ label, before: status, after: pkce }]
        : [];
    }),
  };
}

/** Findings by rule and subject, also those that were accepted. */
type Findings = ReadonlyMap<
  string,
  { readonly finding: PastFinding; readonly isAccepted: boolean }
>;

function findingsOf({ details: { findings, accepted } }: DetailedAudit): Findings {
  const entries = (some: readonly PastFinding[], isAccepted: boolean) =>
    some.map((finding) => [`${finding.rule}|${finding.subject}`, { finding, isAccepted }] as const);
  return new Map([...entries(findings, false), ...entries(accepted, true)]);
}

function surplusOf(
  one: DetailedAudit,
  own: Findings,
  other: DetailedAudit,
  others: Findings,
): Surplus {
  const { details, isWhole } = other;
  const unknown = new Set([
    ...details.unknown,
    // What earlier versions of the extension have kept.
    ...details.apps.filter(({ pkce }) => pkce === 'unknown').map(({ id }) => id),
  ]);
  const isUnjudged = ({ rule, subject }: PastFinding): boolean =>
    !isWhole || unknown.has(subject) || details.unjudgedRules.includes(rule);
  const alone = [...own].filter(([key]) => !others.has(key)).map(([, { finding }]) => finding);
  const accepted = [...own].filter(
    ([key, { isAccepted }]) => isAccepted && others.get(key)?.isAccepted === false,
  );
  const ids = new Set(other.details.apps.map(({ id }) => id));
  return {
    findings: worstFirst(alone.filter((finding) => !isUnjudged(finding))),
    unjudged: worstFirst(alone.filter(isUnjudged)),
    accepted: worstFirst(accepted.map(([, { finding }]) => finding)),
    apps: one.details.apps.filter(({ id }) => !ids.has(id)).map(({ label }) => label),
  };
}

function worstFirst(findings: readonly PastFinding[]): readonly PastFinding[] {
  return findings.toSorted((a, b) => bySeverity(a.severity, b.severity));
}
