/** The audit: all rules over what was read of one org. Pure: the same catalog and time give the same findings. */
import { plainLine } from '../oauth/redact.ts';
import { SOURCE_VERSION, type App } from '../salesforce/app.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import { GLOBAL } from '../salesforce/catalog/components.ts';
import type { Proof } from '../salesforce/proof.ts';
import { SETTING_ROWS, typesReadIn } from '../salesforce/settings/settingRows.ts';
import { ownPkceFlagOf } from './appFacts.ts';
import { contextOf } from './context.ts';
import { dayOf } from './day.ts';
import {
  bySeverity,
  SEVERITIES,
  type Finding,
  type Severity,
  type Subject,
  type Verdict,
} from './finding.ts';
import { impactsOf, isvControlsOf, type Impact, type IsvControls } from './impact.ts';
import type { AppRule, OrgRule, RuleWords } from './rule.ts';
import * as appRules from './rules/appRules.ts';
import * as flowRules from './rules/flowRules.ts';
import * as pkceRules from './rules/pkceRules.ts';
import * as tokenRules from './rules/tokenRules.ts';
import { inForce, type Suppression } from './suppression.ts';

export const APP_RULES: readonly AppRule[] = [
  pkceRules.pkceNotRequired,
  pkceRules.pkceByOrgOnly,
  tokenRules.rotationOff,
  tokenRules.secretNotRequiredForRefresh,
  tokenRules.secretRequiredOfPublicClient,
  tokenRules.refreshTokenUnlimited,
  tokenRules.noAllowlist,
  tokenRules.introspectsAllTokens,
  tokenRules.longIdToken,
  tokenRules.refreshScopeWithoutTokens,
  appRules.fullScope,
  appRules.scopesBeyondFlows,
  appRules.dangerousCallback,
  appRules.sharedConsumerKey,
  appRules.unusedApp,
  appRules.shouldMigrate,
  flowRules.deviceFlowOn,
  flowRules.flowOffByPolicy,
  flowRules.flowOnByPolicyOnly,
  flowRules.rangesRelaxed,
];

export const ORG_RULES: readonly OrgRule[] = [
  pkceRules.orgReadyForPkce,
  pkceRules.orgAheadOfApps,
  appRules.unlistedAppsInUse,
  flowRules.usernamePasswordAllowed,
  flowRules.userAgentAllowed,
];

export interface SuppressedFinding {
  readonly finding: Finding;
  readonly suppression: Suppression;
}

/** How many apps have each PKCE status. */
export type Posture = Readonly<
  Record<'required' | 'requiredByOrg' | 'notRequired' | 'unknown', number>
>;

export interface Audit {
  /** What people call the org. */
  readonly org: string;
  /** When the org was read, as ISO 8601. */
  readonly auditedAt: string;
  /** Such as `68.0`. */
  readonly apiVersion: string;
  /** Worst first, then by app. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly counts: Readonly<Record<Severity, number>>;
  /** OAuth apps by status. */
  readonly posture: Posture;
  /** What could not be judged, and why: apps whose own settings could not be read, also where the org requires PKCE. */
  readonly unknown: readonly {
    /** `App.id` */
    readonly app: string;
    readonly label: string;
    readonly reason: string;
  }[];
  /** Apps that are not ready for PKCE: what will break, for whom, who acts. Those in use come first. */
  readonly impacts: readonly Impact[];
  /** What an ISV attests of each app that was made in the org. */
  readonly isvControls: readonly IsvControls[];
  /** What was tried on the org's authorization server, the newest first. */
  readonly proofs: readonly Proof[];
  /** Parts of the org that could not be read. */
  readonly problems: readonly { readonly happened: string; readonly todo: string }[];
}

export interface AuditOptions {
  readonly org: string;
  /** The clock that the audit goes by. */
  readonly nowMilliseconds: number;
  /** When the catalog was read, if not just now. */
  readonly readAtMilliseconds?: number;
  readonly suppressions?: readonly Suppression[];
  /** What the files of a source tree tell beside the settings of its apps: `fileFindings`. */
  readonly fileFindings?: readonly Finding[];
  /** Also of apps that are gone: they are left out. */
  readonly proofs?: readonly Proof[];
}

export function audit(catalog: Catalog, options: AuditOptions): Audit {
  const { nowMilliseconds, suppressions = [], fileFindings = [], proofs = [] } = options;
  const { readAtMilliseconds = nowMilliseconds } = options;
  const context = contextOf(catalog, nowMilliseconds);
  const { nameOf } = context;
  const appsById = new Map(context.all.map((app) => [app.id, app]));
  const all: Finding[] = [
    ...fileFindings,
    ...ORG_RULES.flatMap((rule) => findingOf(rule, { kind: 'org' }, rule.judge(context))),
    ...context.apps.flatMap((facts) =>
      APP_RULES.flatMap((rule) =>
        findingOf(
          rule,
          subjectOf({ ...facts.app, label: nameOf(facts.app) }),
          rule.judge(facts, context),
        ),
      ),
    ),
  ];
  all.sort(
    (a, b) =>
      bySeverity(a.severity, b.severity) ||
      compare(labelOf(a), labelOf(b)) ||
      compare(a.rule, b.rule),
  );
  const holding = inForce(suppressions, dayOf(nowMilliseconds)).map((one) => ({
    ...one,
    reason: plainLine(one.reason),
  }));
  const findings: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const finding of all) {
    const suppression = holding.find((one) => isAbout(one, finding));
    if (suppression) suppressed.push({ finding, suppression });
    else findings.push(finding);
  }
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const having = (status: keyof Posture): number =>
    catalog.apps.filter(({ pkce }) => pkce === status).length;
  return {
    org: options.org,
    auditedAt: new Date(readAtMilliseconds).toISOString(),
    apiVersion: catalog.snapshot.apiVersion,
    findings,
    suppressed,
    counts: Object.fromEntries(SEVERITIES.map((one) => [one, count(one)])) as Audit['counts'],
    posture: {
      required: having('required'),
      requiredByOrg: having('requiredByOrg'),
      notRequired: having('notRequired'),
      unknown: having('unknown'),
    },
    unknown: context.all
      .filter(isUnjudged)
      .map((app) => ({ app: app.id, label: nameOf(app), reason: app.pkceReason })),
    impacts: impactsOf(context),
    isvControls: isvControlsOf(context),
    proofs: proofs
      .flatMap((proof) => {
        const app = appsById.get(proof.app);
        return app ? [{ ...proof, label: nameOf(app) }] : [];
      })
      .toSorted((a, b) => compare(b.at, a.at) || compare(a.app, b.app)),
    problems: catalog.problems,
  };
}

function isUnjudged(app: App): boolean {
  if (app.pkce !== 'requiredByOrg') return app.pkce === 'unknown';
  return ownPkceFlagOf(app) === undefined && !isOfFile(app);
}

/** A file need not state the flag, and the rest of it is judged; an ECA's is most often not there at all. */
function isOfFile({ apiVersion, kind, oauth }: App): boolean {
  const rows = SETTING_ROWS[kind];
  const head = kind === 'connectedApp' ? 'ConnectedApp' : GLOBAL;
  return apiVersion === SOURCE_VERSION && typesReadIn(Object.keys(oauth ?? {}), rows).has(head);
}

/** @returns none where a rule has nothing to say */
export function findingOf(rule: RuleWords, subject: Subject, verdict: Verdict | null): Finding[] {
  if (!verdict) return [];
  const { severity, evidence, cvss = null, control = null } = verdict;
  const { id, title, why, remedy, reference } = rule;
  return [
    {
      rule: id,
      title,
      severity,
      cvss,
      control,
      subject,
      why,
      // What is quoted there of an app may hold more than one line, and then begin one of a report.
      evidence: evidence.map(plainLine),
      remedy,
      reference,
    },
  ];
}

export function subjectOf({
  id,
  kind,
  label,
  fullName,
}: Pick<App, 'id' | 'kind' | 'label' | 'fullName'>): Subject {
  return { kind: 'app', id, appKind: kind, label, fullName };
}

function isAbout({ rule, app }: Suppression, { rule: id, subject }: Finding): boolean {
  return rule === id && app === (subject.kind === 'app' ? subject.id : undefined);
}

function labelOf({ subject }: Finding): string {
  return subject.kind === 'org' ? '' : `${subject.label} ${subject.id}`;
}

/** By code units: the same everywhere, whatever language the computer speaks. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
