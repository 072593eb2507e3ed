/** How the rows of the org tree look: label, description, icon, and what a screen reader says. Tooltips come later. */
import * as vscode from 'vscode';
import type { UserFacingError } from '../../oauth/userFacingError.ts';
import { escapeMarkdown } from '../../salesforce/escapeMarkdown.ts';
import type { AppListing } from '../../session/appListing.ts';
import type { OrgCatalogs } from '../../session/orgCatalogs.ts';
import { labelOf, type Session } from '../../session/session.ts';
import { count, countsText, usageText } from '../appTexts.ts';
import { moment } from '../moment.ts';
import { countNotRequired, KIND_TEXT, pkceLookOf, spokenApp } from '../pkceLook.ts';
import { wayOut } from '../statusBarLook.ts';
import { PAGE_LENGTH } from './rows.ts';
import type {
  AppNode,
  FailedNode,
  KindNode,
  MissingNode,
  MoreNode,
  Node,
  NoteNode,
  OrgNode,
  OrgWideNode,
  SettingNode,
  UnlistedAppNode,
  UnlistedNode,
} from './nodes.ts';

/** What a row needs to know beside what it stands for. */
export interface TreeKnowledge {
  readonly session: (sessionId: string) => Promise<Session | undefined>;
  readonly isActive: (sessionId: string) => Promise<boolean>;
  /** Whether the org was signed in to or read in this window. */
  readonly wasOpened: (sessionId: string) => boolean;
  /** Why the session cannot go on without the user, if so. */
  readonly troubleOf: (sessionId: string) => UserFacingError | undefined;
  readonly catalogs: OrgCatalogs;
  readonly listing: AppListing;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** The look of a row; its id is set by the tree. */
export function treeItemOf(
  node: Node,
  known: TreeKnowledge,
): vscode.TreeItem | Promise<vscode.TreeItem> {
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
    case 'more':
      return moreItem(node);
    case 'unlisted':
      return unlistedItem(node, known);
    case 'unlistedApp':
      return unlistedAppItem(node, known);
    case 'settingGroup':
      return new vscode.TreeItem(node.group, Collapsed);
    case 'setting':
      return settingItem(node);
    case 'note':
      return noteItem(node);
    case 'failed':
      return failedItem(node);
  }
}

/** What is shown when the mouse rests on a row. */
export async function tooltipOf(
  node: Node,
  known: TreeKnowledge,
): Promise<vscode.MarkdownString | undefined> {
  switch (node.type) {
    case 'org': {
      const session = await known.session(node.sessionId);
      return session && orgTooltip(session, known);
    }
    case 'missing':
      return paragraphs(labelOf(node.account), MISSING_WHY, MISSING_TODO);
    case 'orgWide':
      return paragraphs('Setup > OAuth and OpenID Connect Settings', orgWideText(node, known)[1]);
    case 'kind':
      return paragraphs(KIND_TEXT[node.kind].many, countsOf(node, known));
    case 'app': {
      const { app } = node;
      return paragraphs(
        app.label,
        `${KIND_TEXT[app.kind].one} ${app.fullName}`,
        `${pkceLookOf(app).text}: ${app.pkceReason}`,
        app.originReason,
        usageText(app.usage, known.now()),
      );
    }
    case 'unlisted':
      return paragraphs(UNLISTED_WHY);
    case 'unlistedApp':
      return paragraphs(node.count.name, countsText(node.count, known.now()), UNLISTED_WHY);
    case 'setting': {
      const { label, explanation, place } = node.setting;
      return paragraphs(label, valueOf(node), explanation, place);
    }
    case 'note':
      return paragraphs(node.text, node.detail);
    case 'failed': {
      const { happened, todo } = node.error;
      return paragraphs(happened, todo, `Select this row to ${wayOn(node.error).words}.`);
    }
    default:
      return undefined;
  }
}

async function orgItem(node: OrgNode, known: TreeKnowledge): Promise<vscode.TreeItem> {
  const { sessionId } = node;
  const session = await known.session(sessionId);
  const label = session ? labelOf(session) : sessionId;
  const active = await known.isActive(sessionId);
  const last = known.catalogs.lastRead(sessionId);
  // The active org shows what is known of it right away; the others wait until they are opened.
  const isOpen = known.wasOpened(sessionId) || (active && last !== undefined);
  const item = new vscode.TreeItem(label, isOpen ? Expanded : Collapsed);
  if (!session) return item;
  const trouble = known.troubleOf(sessionId);
  const host = new URL(session.instanceUrl).host;
  const isStale =
    last !== undefined && (last.isRemembered || known.catalogs.state(sessionId).kind === 'failed');
  const open = countNotRequired(known.catalogs.apps(sessionId));
  const notes = [
    host,
    active ? 'active' : '',
    open > 0 ? `${open} without required PKCE` : '',
    isStale ? `as of ${moment(last.readAtMilliseconds, known.now())}` : '',
    trouble ? wayOut(trouble) : '',
  ].filter(Boolean);
  item.description = notes.join(' · ');
  item.iconPath = trouble ? icon('key', 'list.warningForeground') : icon('cloud');
  item.contextValue = active ? 'org.active' : 'org';
  item.accessibilityInformation = {
    label: `Salesforce org ${label}, user ${session.username}, ${notes.join(', ')}`,
  };
  return item;
}

function orgTooltip(session: Session, known: TreeKnowledge): vscode.MarkdownString {
  const last = known.catalogs.lastRead(session.id);
  const trouble = known.troubleOf(session.id);
  return paragraphs(
    labelOf(session),
    `User: ${session.username}`,
    `Org: ${session.orgId} at ${new URL(session.instanceUrl).host}`,
    `Client app: ${session.clientId}`,
    `Scopes: ${session.scopes.join(' ') || 'not told by the server'}`,
    last
      ? `Apps read at ${moment(last.readAtMilliseconds, known.now())} with API ${last.catalog.snapshot.apiVersion}`
      : 'Apps not read yet',
    ...(trouble ? [trouble.message] : []),
  );
}

const MISSING_WHY =
  'It is signed in on this machine, but this window does not have its token: another window signed in, or the secret storage was emptied or is locked.';
const MISSING_TODO = 'Reload the window; if that does not help, sign in again.';

function missingItem({ account }: MissingNode): vscode.TreeItem {
  const label = labelOf(account);
  const host = new URL(account.loginHost).host;
  const item = new vscode.TreeItem(label, None);
  item.description = `${host} · not in this window`;
  item.iconPath = icon('debug-disconnect', 'list.warningForeground');
  item.accessibilityInformation = {
    label: `Salesforce org ${label} at ${host}, not in this window. ${MISSING_TODO}`,
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
  const { title, command } = wayOn(node.error);
  const item = new vscode.TreeItem(happened, None);
  item.description = todo;
  item.iconPath = icon('error', 'list.errorForeground');
  item.accessibilityInformation = { label: `Error: ${happened} ${todo}` };
  item.contextValue = 'failed';
  item.command = { command, title, arguments: [node] };
  return item;
}

/** The flag in a word, and what it means. */
function orgWideText(node: OrgWideNode, known: TreeKnowledge): readonly [string, string] {
  switch (known.catalogs.lastRead(node.parent.sessionId)?.catalog.orgWide.isPkceRequired) {
    case undefined:
      return [
        'unknown',
        'The setting "Require Proof Key for Code Exchange (PKCE)" of the whole org could not be read.',
      ];
    case true:
      return [
        'required',
        "The org demands PKCE of every app, whatever the app's own setting says.",
      ];
    case false:
      return [
        'not required',
        "Each app's own setting decides. Salesforce advises to switch this on last, when every client sends PKCE.",
      ];
  }
}

function orgWideItem(node: OrgWideNode, known: TreeKnowledge): vscode.TreeItem {
  const [text, explanation] = orgWideText(node, known);
  const item = new vscode.TreeItem('Org-wide PKCE setting', Collapsed);
  item.description = text;
  item.iconPath =
    text === 'unknown'
      ? icon('question')
      : text === 'required'
        ? icon('lock', 'testing.iconPassed')
        : icon('unlock');
  item.contextValue = 'orgWide';
  item.accessibilityInformation = { label: `Org-wide PKCE setting: ${text}. ${explanation}` };
  return item;
}

/** How many apps of a kind there are, are shown, and leave codes unprotected. */
function countsOf(node: KindNode, { catalogs, listing }: TreeKnowledge): string {
  const apps = catalogs.apps(node.parent.sessionId).filter((app) => app.kind === node.kind);
  const shown = listing.filters.length === 0 ? apps.length : listing.select(apps).length;
  const all = count(apps.length, 'app');
  const counts = shown === apps.length ? all : `${shown} of ${all}`;
  const open = countNotRequired(apps);
  return open > 0 ? `${counts}, ${open} without required PKCE` : counts;
}

function kindItem(node: KindNode, known: TreeKnowledge): vscode.TreeItem {
  const label = KIND_TEXT[node.kind].many;
  const item = new vscode.TreeItem(label, Expanded);
  const counts = countsOf(node, known);
  item.description = counts;
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
  item.accessibilityInformation = { label: spokenApp(app) };
  item.contextValue = 'app';
  item.command = {
    command: 'salesforcePkce.showApp',
    title: 'Inspect App',
    arguments: [node],
  };
  return item;
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const next = Math.min(node.hidden, PAGE_LENGTH);
  const item = new vscode.TreeItem(`Show ${next} more apps`, None);
  item.description = `${node.hidden.toLocaleString()} not shown`;
  item.iconPath = icon('ellipsis');
  item.accessibilityInformation = {
    label: `Show ${next} more apps, ${node.hidden} are not shown`,
  };
  item.command = {
    command: 'salesforcePkce.showMoreApps',
    title: 'Show More Apps',
    arguments: [node],
  };
  return item;
}

const UNLISTED_WHY =
  'Users have tokens of these apps, and the org does not list them: they were made in other orgs and are not installed here. Since September 2025 users need a permission to approve such apps.';

function unlistedItem(node: UnlistedNode, { catalogs }: TreeKnowledge): vscode.TreeItem {
  const apps = catalogs.lastRead(node.parent.sessionId)?.catalog.unlisted ?? [];
  const item = new vscode.TreeItem('In Use, Not Installed', Collapsed);
  item.description = count(apps.length, 'app');
  item.contextValue = 'unlisted';
  item.accessibilityInformation = {
    label: `Apps in use that are not installed: ${apps.length}. ${UNLISTED_WHY}`,
  };
  return item;
}

function unlistedAppItem(node: UnlistedAppNode, known: TreeKnowledge): vscode.TreeItem {
  const name = node.count.name || '(no name)';
  const counts = countsText(node.count, known.now());
  const item = new vscode.TreeItem(name, None);
  item.description = counts;
  item.iconPath = icon('question');
  item.accessibilityInformation = { label: `${name}, not installed, PKCE unknown. ${counts}` };
  return item;
}

function valueOf({ setting }: SettingNode): string {
  return setting.isDefault ? `${setting.valueText} (default)` : setting.valueText;
}

function settingItem(node: SettingNode): vscode.TreeItem {
  const { label, explanation, isOn } = node.setting;
  const item = new vscode.TreeItem(label, None);
  const value = valueOf(node);
  item.description = value;
  item.accessibilityInformation = { label: `${label}: ${value}. ${explanation}` };
  if (isOn !== undefined) item.iconPath = icon(isOn ? 'check' : 'dash');
  item.contextValue = 'setting';
  return item;
}

function noteItem({ icon: name, text, detail, command, parent }: NoteNode): vscode.TreeItem {
  const item = new vscode.TreeItem(text, None);
  item.iconPath = icon(name);
  item.accessibilityInformation = { label: `${text} ${detail}` };
  if (command) {
    item.command = { command: command.id, title: command.title, arguments: [parent] };
  }
  return item;
}

const icons = new Map<string, vscode.ThemeIcon>();

/** One object per icon: thousands of rows have few of them. */
function icon(name: string, color = ''): vscode.ThemeIcon {
  const key = `${name} ${color}`;
  const kept = icons.get(key);
  if (kept) return kept;
  const made = new vscode.ThemeIcon(name, color === '' ? undefined : new vscode.ThemeColor(color));
  icons.set(key, made);
  return made;
}

/** Server text stays text: nothing of it is rendered as markup. */
function paragraphs(...texts: readonly string[]): vscode.MarkdownString {
  // VS Code's own appendText() writes blanks that no line can be broken at.
  return new vscode.MarkdownString(texts.map(escapeMarkdown).join('\n\n'));
}
