/** How the rows of the org tree look: label, description, icon, and what a screen reader says. Tooltips come later. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Severity } from '../../audit/finding.ts';
import { nameOf, SEVERITY_TEXTS } from '../../audit/reports/words.ts';
import { locale } from '../../oauth/language.ts';
import { KIND_TEXT } from '../../salesforce/app.ts';
import { nameInUse } from '../../salesforce/appNames.ts';
import { count } from '../../salesforce/count.ts';
import { isOauthClient, mayRequirePkce } from '../../salesforce/pkceStatus.ts';
import { GROUP_TEXTS } from '../../salesforce/settings/settingText.ts';
import { labelOf } from '../../session/session.ts';
import { countsText } from '../appTexts.ts';
import { moment } from '../moment.ts';
import { countNotRequired, pkceLookOf, spokenApp } from '../pkceLook.ts';
import { wayOut } from '../statusBarLook.ts';
import type {
  AppNode,
  FailedNode,
  FindingGroupNode,
  FindingNode,
  FindingsNode,
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
import {
  countsOf,
  MISSING_TODO,
  orgWideFlag,
  orgWideText,
  findingsText,
  severitiesOf,
  UNLISTED_WHY,
  valueOf,
  wayOn,
  type TreeKnowledge,
} from './rowTexts.ts';
import { PAGE_LENGTH } from './rows.ts';

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
    case 'findings':
      return findingsItem(node);
    case 'findingGroup':
      return findingGroupItem(node);
    case 'finding':
      return findingItem(node);
    case 'unlisted':
      return unlistedItem(node, known);
    case 'unlistedApp':
      return unlistedAppItem(node, known);
    case 'settingGroup':
      return new vscode.TreeItem(GROUP_TEXTS[node.group], Collapsed);
    case 'setting':
      return settingItem(node);
    case 'note':
      return noteItem(node);
    case 'failed':
      return failedItem(node);
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
    trouble ? wayOut(trouble) : '',
    active ? l10n.t('active') : '',
    open > 0 ? l10n.t`${open} without required PKCE` : '',
    isStale ? l10n.t`as of ${moment(last.readAtMilliseconds, known.now())}` : '',
  ].filter(Boolean);
  // Hosts are long, and a narrow side bar cuts off what comes last.
  item.description = [...notes, host].join(' · ');
  item.iconPath = trouble ? icon('key', 'list.warningForeground') : icon('cloud');
  item.contextValue = active ? 'org.active' : 'org';
  item.accessibilityInformation = {
    label: l10n.t`Salesforce org ${label}, user ${session.username}, ${[host, ...notes].join(', ')}`,
  };
  return item;
}

function missingItem({ account }: MissingNode): vscode.TreeItem {
  const label = labelOf(account);
  const host = new URL(account.loginHost).host;
  const item = new vscode.TreeItem(label, None);
  item.description = `${host} · ${l10n.t('not in this window')}`;
  item.iconPath = icon('debug-disconnect', 'list.warningForeground');
  item.accessibilityInformation = {
    label: `${l10n.t`Salesforce org ${label} at ${host}, not in this window.`} ${MISSING_TODO}`,
  };
  item.contextValue = 'missing';
  return item;
}

function failedItem(node: FailedNode): vscode.TreeItem {
  const { happened, todo } = node.error;
  const { title, command } = wayOn(node.error);
  const item = new vscode.TreeItem(happened, None);
  item.description = todo;
  item.iconPath = icon('error', 'list.errorForeground');
  item.accessibilityInformation = { label: l10n.t`Error: ${happened} ${todo}` };
  item.contextValue = 'failed';
  item.command = { command, title, arguments: [node] };
  return item;
}

function orgWideItem(node: OrgWideNode, known: TreeKnowledge): vscode.TreeItem {
  const flag = orgWideFlag(node, known);
  const [text, explanation] = orgWideText(node, known);
  const item = new vscode.TreeItem(l10n.t('Org-wide PKCE setting'), Collapsed);
  item.description = text;
  item.iconPath =
    flag === undefined
      ? icon('question')
      : flag
        ? icon('lock', 'testing.iconPassed')
        : icon('unlock');
  item.contextValue = flag === false ? 'orgWide.open' : 'orgWide';
  item.accessibilityInformation = { label: l10n.t`Org-wide PKCE setting: ${text}. ${explanation}` };
  return item;
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
    app.origin === 'installed'
      ? ` · ${l10n.t('installed')}${app.namespace ? ` (${app.namespace})` : ''}`
      : '';
  item.description = look.short + installed;
  item.iconPath = icon(look.icon, look.color);
  item.accessibilityInformation = { label: spokenApp(app) };
  item.contextValue = [
    'app',
    ...(isOauthClient(app) ? ['oauth'] : []),
    ...(app.pkce !== 'required' && app.pkce !== 'notApplicable' ? ['plan'] : []),
    ...(mayRequirePkce(app) ? ['open'] : []),
  ].join('.');
  item.command = {
    command: 'salesforcePkce.showApp',
    title: l10n.t('Inspect App'),
    arguments: [node],
  };
  return item;
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const next = Math.min(node.hidden, PAGE_LENGTH);
  const item = new vscode.TreeItem(l10n.t`Show ${count(next, 'moreApp')}`, None);
  item.description = l10n.t`${node.hidden.toLocaleString(locale())} not shown`;
  item.iconPath = icon('ellipsis');
  item.accessibilityInformation = {
    label: l10n.t`Show ${count(next, 'moreApp')}, not shown: ${node.hidden}`,
  };
  item.command = {
    command: 'salesforcePkce.showMoreApps',
    title: l10n.t('Show More Apps'),
    arguments: [node],
  };
  return item;
}

const SEVERITY_ICONS: Readonly<Record<Severity, readonly [name: string, color: string]>> = {
  critical: ['error', 'list.errorForeground'],
  high: ['error', 'list.errorForeground'],
  medium: ['warning', 'list.warningForeground'],
  low: ['info', ''],
  info: ['info', ''],
};

function findingsItem({ audit }: FindingsNode): vscode.TreeItem {
  const item = new vscode.TreeItem(l10n.t('Findings'), Collapsed);
  const accepted = audit.suppressed.length;
  const words = findingsText(audit);
  item.description = accepted === 0 ? words : l10n.t`${words}; ${accepted} accepted`;
  item.iconPath = icon('shield');
  item.contextValue = 'findings';
  item.accessibilityInformation = { label: l10n.t`Findings of the audit: ${item.description}` };
  return item;
}

function findingGroupItem({ findings }: FindingGroupNode): vscode.TreeItem {
  const [{ title, severity }] = findings;
  const item = new vscode.TreeItem(title, Collapsed);
  item.description = severitiesOf(findings);
  item.iconPath = icon(...SEVERITY_ICONS[severity]);
  item.accessibilityInformation = { label: `${title}: ${item.description}` };
  return item;
}

function findingItem(node: FindingNode): vscode.TreeItem {
  const { subject, severity, title, evidence } = node.finding;
  const name = nameOf(subject);
  const item = new vscode.TreeItem(name, None);
  item.description = `${SEVERITY_TEXTS[severity].toLocaleLowerCase(locale())} · ${evidence.join(' ')}`;
  item.iconPath = icon(...SEVERITY_ICONS[severity]);
  item.accessibilityInformation = {
    label: `${name}, ${SEVERITY_TEXTS[severity].toLocaleLowerCase(locale())}: ${title}. ${evidence.join(' ')}`,
  };
  item.contextValue = subject.kind === 'app' ? 'finding.app' : 'finding';
  if (subject.kind === 'app') {
    item.command = {
      command: 'salesforcePkce.showFinding',
      title: l10n.t('Inspect App'),
      arguments: [node],
    };
  }
  return item;
}

function unlistedItem(node: UnlistedNode, { catalogs }: TreeKnowledge): vscode.TreeItem {
  const apps = catalogs.lastRead(node.parent.sessionId)?.catalog.unlisted ?? [];
  const item = new vscode.TreeItem(l10n.t('In Use, Not Installed'), Collapsed);
  item.description = count(apps.length, 'app');
  item.contextValue = 'unlisted';
  item.accessibilityInformation = {
    label: `${l10n.t`Apps in use that are not installed: ${apps.length}.`} ${UNLISTED_WHY}`,
  };
  return item;
}

function unlistedAppItem(node: UnlistedAppNode, known: TreeKnowledge): vscode.TreeItem {
  const name = nameInUse(node.count);
  const counts = countsText(node.count, known.now());
  const item = new vscode.TreeItem(name, None);
  item.description = counts;
  item.iconPath = icon('question');
  item.accessibilityInformation = {
    label: l10n.t`${name}, not installed, PKCE unknown. ${counts}`,
  };
  return item;
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
  // What to do about trouble is not hidden in a tooltip, which the keyboard does not reach.
  if (name === 'warning') item.description = detail;
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
