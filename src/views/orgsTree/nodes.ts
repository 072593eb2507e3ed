/** The rows of the org tree as data: what each stands for, its stable id and its parent. */
import type { App, AppKind } from '../../salesforce/app.ts';
import type { SettingView } from '../../salesforce/settings/settingView.ts';
import type { Account } from '../../session/tokenLedger.ts';
import type { UserFacingError } from '../../oauth/userFacingError.ts';

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
}

export interface AppNode {
  readonly type: 'app';
  readonly parent: KindNode;
  readonly app: App;
}

/** Settings of an app that belong together. */
export interface SettingGroupNode {
  readonly type: 'settingGroup';
  readonly parent: AppNode;
  readonly group: string;
}

export interface SettingNode {
  readonly type: 'setting';
  readonly parent: SettingGroupNode;
  readonly setting: SettingView;
}

/** A row that says something: reading, empty, a problem that left a part unread. */
export interface NoteNode {
  readonly type: 'note';
  readonly parent: OrgNode | KindNode | AppNode;
  readonly name: string;
  readonly icon: 'loading~spin' | 'info' | 'warning';
  readonly text: string;
  readonly detail: string;
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
      return `${idOf(node.parent)}|${node.type}`;
    case 'kind':
      return `${idOf(node.parent)}|${node.kind}`;
    case 'app':
      return `${idOf(node.parent)}|${node.app.fullName}`;
    case 'settingGroup':
      return `${idOf(node.parent)}|${node.group}`;
    case 'setting':
      return `${idOf(node.parent)}|${node.setting.key}`;
    case 'note':
      return `${idOf(node.parent)}|note|${node.name}`;
  }
}

export function parentOf(node: Node): Node | undefined {
  return 'parent' in node ? node.parent : undefined;
}

/** The session that a row belongs to. */
export function sessionIdOf(node: Node): string {
  return 'parent' in node ? sessionIdOf(node.parent) : node.sessionId;
}
