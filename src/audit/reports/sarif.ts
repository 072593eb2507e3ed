/** The audit for code scanning: SARIF 2.1.0 (OASIS). */
import { APP_RULES, ORG_RULES, type Audit } from '../audit.ts';
import { bySeverity, type Finding, type Severity, type Subject } from '../finding.ts';
import type { RuleWords } from '../rule.ts';
import { SOURCE_RULES } from '../rules/sourceRules.ts';
import type { Suppression } from '../suppression.ts';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** The middle of the band that each is, by CVSS. */
const SCORES: Readonly<Record<Severity, number>> = {
  critical: 9.5,
  high: 8,
  medium: 5.5,
  low: 2,
  info: 0,
};

/** A file that a finding is about. */
export interface FileLocation {
  /** Relative, with slashes: code scanning takes it from the root of the repository. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

export interface SarifOptions {
  /** Version of this extension. */
  readonly version: string;
  /** Where a finding is, in an audit of source files. */
  readonly locate?: (finding: Finding) => FileLocation | undefined;
}

export function sarifReport(audits: readonly Audit[], options: SarifOptions): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: audits.map((audit) => ({
      tool: {
        driver: {
          name: 'PKCE for Salesforce',
          semanticVersion: options.version,
          rules: RULES.map((rule) => ruleOf(rule, audit)),
        },
      },
      automationDetails: { id: `pkce/${encodeURIComponent(audit.org)}/` },
      columnKind: 'utf16CodeUnits',
      results: [
        ...audit.findings.map((finding) => resultOf(finding, options)),
        ...audit.suppressed.map(({ finding, suppression }) => ({
          ...resultOf(finding, options),
          suppressions: [suppressionOf(suppression)],
        })),
      ],
    })),
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const RULES: readonly RuleWords[] = [...ORG_RULES, ...APP_RULES, ...SOURCE_RULES];

/** GitHub's code scanning takes the score of a result from its rule: that of the worst finding. */
function ruleOf({ id, title, why, remedy, reference }: RuleWords, audit: Audit): object {
  const [worst] = [...audit.findings, ...audit.suppressed.map(({ finding }) => finding)]
    .filter(({ rule }) => rule === id)
    .map(({ severity }) => severity)
    .sort(bySeverity);
  return {
    id,
    name: title,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: remedy },
    helpUri: reference.url,
    properties: { tags: ['security'], ...(worst === undefined ? {} : scoreOf(worst)) },
  };
}

function scoreOf(severity: Severity): object {
  return { 'security-severity': SCORES[severity].toFixed(1) };
}

function resultOf(finding: Finding, { locate }: SarifOptions): object {
  const { rule, severity, subject, evidence, remedy, title, control } = finding;
  const file = locate?.(finding);
  return {
    ruleId: rule,
    level: LEVELS[severity],
    message: { text: plainMessage([`${title}.`, ...evidence, remedy].join(' ')) },
    locations: [
      {
        ...(file
          ? {
              physicalLocation: {
                artifactLocation: { uri: relativeUri(file.path), uriBaseId: '%SRCROOT%' },
                region: { startLine: file.line },
              },
            }
          : {}),
        logicalLocations: [logicalLocationOf(subject)],
      },
    ],
    partialFingerprints: {
      'subjectAndRule/v1': `${logicalLocationOf(subject).fullyQualifiedName}|${rule}`,
    },
    properties: {
      severity,
      ...scoreOf(severity),
      ...(control === null ? {} : { control }),
    },
  };
}

/**
 * Text as a message that shows it as it is, names of apps included: viewers make a link of "[text](address)", and a
 * placeholder of what is in braces (SARIF 2.1.0, 3.11.6 and 3.11.5).
 */
function plainMessage(text: string): string {
  return text.replaceAll('](', '] (').replace(/[{}]/g, '$&$&');
}

/** A path as a reference of an URI (RFC 3986): `#` and `?` would end it. */
function relativeUri(path: string): string {
  return encodeURI(path).replace(/[#?]/g, encodeURIComponent);
}

function logicalLocationOf(subject: Subject): { fullyQualifiedName: string; kind: string } {
  return subject.kind === 'org'
    ? { fullyQualifiedName: 'org', kind: 'module' }
    : { fullyQualifiedName: subject.id, kind: 'resource' };
}

function suppressionOf({ reason, until }: Suppression): object {
  return { kind: 'external', status: 'accepted', justification: `${reason} (until ${until})` };
}
