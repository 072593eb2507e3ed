/** How the rows of the org tree look: label, description, icon, tooltip, and what a screen reader says. */
import * as vscode from 'vscode';
import type { UserFacingError } from '../../oauth/userFacingError.ts';
import type { App } from '../../salesforce/app.ts';
import type { CatalogState } from '../../session/orgCatalogs.ts';
import { labelOf, type Session } from '../../session/session.ts';
import { countNotRequired, KIND_TEXT, pkceLookOf, spokenApp } from '../pkceLook.ts';
import { wayOut } from '../statusBarLook.ts';
import type {
  AppNode,
  FailedNode,
  KindNode,
  MissingNode,
  Node,
  OrgNode,
  OrgWideNode,
} from './nodes.ts';

/** What a row needs to know beside what it stands for. */
export interface TreeKnowledge {
  readonly session: (sessionId: string) => Promise<Session | undefined>;
  readonly isActive: (sessionId: string) => Promise<boolean>;
  readonly isOpen: (sessionId: string) => boolean;
  /** Why the session cannot go on without the user, if so. */
  readonly troubleOf: (sessionId: string) => UserFacingError | undefined;
  readonly state: (sessionId: string) => CatalogState;
  readonly apps: (sessionId: string) => readonly App[];
}

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** The look of a row; its id is set by the tree. */
export async function treeItemOf(node: Node, known: TreeKnowledge): Promise<vscode.TreeItem> {
  switch (node.type) {
    case 'org':
      return orgItem(node, known);
    case 'missing':
      return missingItem(node);
    case 'orgWide':
      return orgWideItem(node, known);
    case 'kind':
      return kindItem(node, known);
    case 'app':
      return appItem(node);
    case 'settingGroup':
      return new vscode.TreeItem(node.group, Collapsed);
    case 'setting': {
      const { label, valueText, explanation, isDefault, isOn } = node.setting;
      const item = new vscode.TreeItem(label, None);
      const value = isDefault ? `${valueText} (default)` : valueText;
      item.description = value;
      item.tooltip = paragraphs(label, value, explanation);
      item.accessibilityInformation = { label: `${label}: ${value}. ${explanation}` };
      if (isOn !== undefined) item.iconPath = icon(isOn ? 'check' : 'dash');
      item.contextValue = 'setting';
      return item;
    }
    case 'note': {
      const item = new vscode.TreeItem(node.text, None);
      item.iconPath = new vscode.ThemeIcon(node.icon);
      item.tooltip = paragraphs(node.text, node.detail);
      item.accessibilityInformation = { label: `${node.text} ${node.detail}` };
      return item;
    }
    case 'failed':
      return failedItem(node);
  }
}

async function orgItem(node: OrgNode, known: TreeKnowledge): Promise<vscode.TreeItem> {
  const session = await known.session(node.sessionId);
  const label = session ? labelOf(session) : node.sessionId;
  const item = new vscode.TreeItem(label, known.isOpen(node.sessionId) ? Expanded : Collapsed);
  if (!session) return item;
  const active = await known.isActive(node.sessionId);
  const trouble = known.troubleOf(node.sessionId);
  const host = new URL(session.instanceUrl).host;
  const notes = [host, active ? 'active' : '', trouble ? wayOut(trouble) : ''].filter(Boolean);
  item.description = notes.join(' · ');
  item.iconPath = trouble ? icon('key', 'list.warningForeground') : icon('cloud');
  item.contextValue = active ? 'org.active' : 'org';
  item.tooltip = paragraphs(
    label,
    `User: ${session.username}`,
    `Org: ${session.orgId} at ${host}`,
    `Client app: ${session.clientId}`,
    `Scopes: ${session.scopes.join(' ') || 'not told by the server'}`,
    readAt(known.state(node.sessionId)),
    ...(trouble ? [trouble.message] : []),
  );
  item.accessibilityInformation = {
    label: `Salesforce org ${label}, user ${session.username}, ${notes.join(', ')}`,
  };
  return item;
}

function missingItem({ account }: MissingNode): vscode.TreeItem {
  const label = labelOf(account);
  const host = new URL(account.loginHost).host;
  const item = new vscode.TreeItem(label, None);
  item.description = `${host} · not in this window`;
  item.iconPath = icon('debug-disconnect', 'list.warningForeground');
  const why =
    'It is signed in on this machine, but this window does not have its token: another window signed in, or the secret storage was emptied or is locked.';
  const todo = 'Reload the window; if that does not help, sign in again.';
  item.tooltip = paragraphs(label, why, todo);
  item.accessibilityInformation = {
    label: `Salesforce org ${label} at ${host}, not in this window. ${todo}`,
  };
  item.contextValue = 'missing';
  return item;
}

/** What selecting the row of a failed reading does: what its error says helps. */
function wayOn({ remedies }: UserFacingError): { title: string; command: string; words: string } {
  if (remedies.includes('reloadWindow')) {
    const command = 'workbench.action.reloadWindow';
    return { title: 'Reload Window', command, words: 'reload the window' };
  }
  if (remedies.includes('signInAgain')) {
    const command = 'salesforcePkce.reauthenticate';
    return { title: 'Sign In Again', command, words: 'sign in again' };
  }
  return { title: 'Try Again', command: 'salesforcePkce.refreshApps', words: 'try again' };
}

function failedItem(node: FailedNode): vscode.TreeItem {
  const { happened, todo } = node.error;
  const { title, command, words } = wayOn(node.error);
  const item = new vscode.TreeItem(happened, None);
  item.description = todo;
  item.iconPath = icon('error', 'list.errorForeground');
  item.tooltip = paragraphs(happened, todo, `Select this row to ${words}.`);
  item.accessibilityInformation = { label: `Error: ${happened} ${todo}` };
  item.contextValue = 'failed';
  item.command = { command, title, arguments: [node] };
  return item;
}

function readAt(state: CatalogState): string {
  return state.kind === 'ready'
    ? `Apps read at ${new Date(state.readAtMilliseconds).toLocaleTimeString()}`
    : 'Apps not read yet';
}

function orgWideItem(node: OrgWideNode, known: TreeKnowledge): vscode.TreeItem {
  const state = known.state(node.parent.sessionId);
  const flag = state.kind === 'ready' ? state.catalog.orgWide.isPkceRequired : undefined;
  const text = flag === undefined ? 'unknown' : flag ? 'required' : 'not required';
  const item = new vscode.TreeItem('Org-wide PKCE setting', None);
  item.description = text;
  item.iconPath =
    flag === undefined
      ? icon('question')
      : flag
        ? icon('lock', 'testing.iconPassed')
        : icon('unlock');
  const explanation =
    flag === undefined
      ? 'The setting "Require Proof Key for Code Exchange (PKCE)" of the whole org could not be read.'
      : flag
        ? "The org demands PKCE of every app, whatever the app's own setting says."
        : "Each app's own setting decides. Salesforce advises to switch this on last, when every client sends PKCE.";
  item.tooltip = paragraphs('Setup > OAuth and OpenID Connect Settings', explanation);
  item.accessibilityInformation = { label: `Org-wide PKCE setting: ${text}. ${explanation}` };
  return item;
}

function kindItem(node: KindNode, known: TreeKnowledge): vscode.TreeItem {
  const apps = known.apps(node.parent.sessionId).filter((app) => app.kind === node.kind);
  const open = countNotRequired(apps);
  const label = KIND_TEXT[node.kind].many;
  const item = new vscode.TreeItem(label, Expanded);
  const count = `${apps.length} ${apps.length === 1 ? 'app' : 'apps'}`;
  const counts = open > 0 ? `${count}, ${open} without required PKCE` : count;
  item.description = counts;
  item.tooltip = paragraphs(label, counts);
  item.accessibilityInformation = { label: `${label}: ${counts}` };
  return item;
}

function appItem(node: AppNode): vscode.TreeItem {
  const { app } = node;
  const look = pkceLookOf(app);
  const item = new vscode.TreeItem(app.label, Collapsed);
  const installed =
    app.origin === 'installed' ? ` · installed${app.namespace ? ` (${app.namespace})` : ''}` : '';
  item.description = look.short + installed;
  item.iconPath = icon(look.icon, look.color);
  item.tooltip = paragraphs(
    app.label,
    `${KIND_TEXT[app.kind].one} ${app.fullName}${installed}`,
    `${look.text}: ${app.pkceReason}`,
  );
  item.accessibilityInformation = { label: spokenApp(app) };
  item.contextValue = 'app';
  item.command = {
    command: 'salesforcePkce.showApp',
    title: 'Show App Details',
    arguments: [node],
  };
  return item;
}

function icon(name: string, color?: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name, color === undefined ? undefined : new vscode.ThemeColor(color));
}

/** Server text stays text: nothing of it is rendered as markup. */
function paragraphs(...texts: readonly string[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  texts.forEach((text, index) => {
    if (index > 0) markdown.appendMarkdown('\n\n');
    markdown.appendText(text);
  });
  return markdown;
}
