/** The rows of the org tree as data: what each stands for, its stable id and its parent. */
import type { Audit } from '../../audit/audit.ts';
import type { Finding } from '../../audit/finding.ts';
import type { UserFacingError } from '../../oauth/userFacingError.ts';
import type { App, AppKind } from '../../salesforce/app.ts';
import type { TokenCount } from '../../salesforce/catalog/usage.ts';
import type { SettingGroup } from '../../salesforce/settings/settingText.ts';
import type { SettingView } from '../../salesforce/settings/settingView.ts';
import type { Account } from '../../session/tokenLedger.ts';

/** As in the manifest. */
export const ORGS_VIEW_ID = 'salesforcePkce.orgs';

export interface OrgNode {
  readonly type: 'org';
  readonly sessionId: string;
}

/** An account whose tokens this window cannot see. */
export interface MissingNode {
  readonly type: 'missing';
  readonly sessionId: string;
  readonly account: Account;
}

/** The org-wide PKCE setting of an org. */
export interface OrgWideNode {
  readonly type: 'orgWide';
  readonly parent: OrgNode;
}

/** All apps of one kind. */
export interface KindNode {
  readonly type: 'kind';
  readonly parent: OrgNode;
  readonly kind: AppKind;
  /** False where the org did not list them, or not all. */
  readonly isListed?: boolean;
}

export interface AppNode {
  readonly type: 'app';
  readonly parent: KindNode;
  readonly app: App;
}

/** Apps that are not listed yet, so that thousands do not freeze the tree. */
export interface MoreNode {
  readonly type: 'more';
  readonly parent: KindNode;
  readonly hidden: number;
}

/** Apps in use that are not among the org's own. */
export interface UnlistedNode {
  readonly type: 'unlisted';
  readonly parent: OrgNode;
}

export interface UnlistedAppNode {
  readonly type: 'unlistedApp';
  readonly parent: UnlistedNode;
  readonly count: TokenCount;
}

/** What the audit says of an org. */
export interface FindingsNode {
  readonly type: 'findings';
  readonly parent: OrgNode;
  readonly audit: Audit;
}

/** Findings of one rule. */
export interface FindingGroupNode {
  readonly type: 'findingGroup';
  readonly parent: FindingsNode;
  /** At least one, worst first. */
  readonly findings: readonly [Finding, ...Finding[]];
}

export interface FindingNode {
  readonly type: 'finding';
  readonly parent: FindingGroupNode;
  readonly finding: Finding;
}

/** Settings of an app that belong together. */
export interface SettingGroupNode {
  readonly type: 'settingGroup';
  readonly parent: AppNode;
  readonly group: SettingGroup;
}

export interface SettingNode {
  readonly type: 'setting';
  readonly parent: SettingGroupNode | OrgWideNode;
  readonly setting: SettingView;
}

/** A row that says something: reading, empty, a problem that left a part unread. */
export interface NoteNode {
  readonly type: 'note';
  readonly parent: OrgNode | OrgWideNode | FindingsNode | KindNode | AppNode;
  readonly name: string;
  readonly icon: 'loading~spin' | 'info' | 'warning' | 'refresh' | 'clear-all' | 'person';
  readonly text: string;
  readonly detail: string;
  /** What selecting the row does; nothing where there is none. */
  readonly command?: { readonly id: string; readonly title: string };
}

/** The org could not be read. */
export interface FailedNode {
  readonly type: 'failed';
  readonly parent: OrgNode;
  readonly error: UserFacingError;
}

export type Node =
  | OrgNode
  | MissingNode
  | OrgWideNode
  | KindNode
  | AppNode
  | MoreNode
  | FindingsNode
  | FindingGroupNode
  | FindingNode
  | UnlistedNode
  | UnlistedAppNode
  | SettingGroupNode
  | SettingNode
  | NoteNode
  | FailedNode;

/** The same for the same thing at every read, so that selection and expansion survive a refresh. */
export function idOf(node: Node): string {
  switch (node.type) {
    case 'org':
      return node.sessionId;
    case 'missing':
      return `${node.sessionId}|missing`;
    case 'orgWide':
    case 'failed':
    case 'more':
    case 'findings':
    case 'unlisted':
      return `${idOf(node.parent)}|${node.type}`;
    case 'kind':
      return `${idOf(node.parent)}|${node.kind}`;
    case 'app':
      return `${idOf(node.parent)}|${node.app.fullName}`;
    case 'findingGroup':
      return `${idOf(node.parent)}|${node.findings[0].rule}`;
    case 'finding': {
      const { subject } = node.finding;
      return `${idOf(node.parent)}|${subject.kind === 'org' ? '' : subject.id}`;
    }
    case 'unlistedApp':
      return `${idOf(node.parent)}|${node.count.appId ?? ''}|${node.count.name}`;
    case 'settingGroup':
      return `${idOf(node.parent)}|${node.group}`;
    case 'setting':
      return `${idOf(node.parent)}|${node.setting.key}`;
    case 'note':
      return `${idOf(node.parent)}|note|${node.name}`;
  }
}

/** The row of an app, for commands that are called from elsewhere. */
export function appRow(sessionId: string, app: App): AppNode {
  const parent: OrgNode = { type: 'org', sessionId };
  return { type: 'app', parent: { type: 'kind', parent, kind: app.kind }, app };
}

export function parentOf(node: Node): Node | undefined {
  return 'parent' in node ? node.parent : undefined;
}

/** The session that a row belongs to. */
export function sessionIdOf(node: Node): string {
  return 'parent' in node ? sessionIdOf(node.parent) : node.sessionId;
}

/** Whether an argument is a row of the org tree; a key binding may pass anything. */
export function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    ('sessionId' in value || 'parent' in value)
  );
}

/** The rows that a command was called on: with several selected VS Code passes them all, the one it was called on too. */
export function nodesOf(target: unknown, targets: unknown): readonly Node[] {
  const all = Array.isArray(targets) && targets.length > 0 ? (targets as unknown[]) : [target];
  return all.filter(isNode);
}
