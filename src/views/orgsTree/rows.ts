/** Which rows the org tree has below each row. Plain data: how they look is in treeItems.ts. */
import * as l10n from '@vscode/l10n';
import { nothingFound } from '../../audit/reports/words.ts';
import type { AppKind } from '../../salesforce/app.ts';
import type { CatalogSnapshot } from '../../salesforce/catalog/catalog.ts';
import type { SettingView } from '../../salesforce/settings/settingView.ts';
import type { AppListing } from '../../session/appListing.ts';
import type { OrgAudits } from '../../session/orgAudits.ts';
import type { OrgCatalogs } from '../../session/orgCatalogs.ts';
import { usageText } from '../appTexts.ts';
import {
  idOf,
  type AppNode,
  type FindingsNode,
  type KindNode,
  type Node,
  type NoteNode,
  type OrgNode,
  type OrgWideNode,
} from './nodes.ts';

/** External client apps first: Salesforce wants everything there in the end. */
const KINDS: readonly AppKind[] = ['externalClientApp', 'connectedApp'];

/** As many apps as a list shows at once; a row at its end shows the next ones (EXPECTATIONS.md 32). */
export const PAGE_LENGTH = 500;

export interface RowsContext {
  readonly catalogs: OrgCatalogs;
  readonly audits: OrgAudits;
  readonly listing: AppListing;
  /** How many pages of a kind's apps are shown, by the id of its row. */
  readonly pagesOf: (nodeId: string) => number;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

export async function childrenOf(node: Node, context: RowsContext): Promise<Node[]> {
  switch (node.type) {
    case 'org':
      return childrenOfOrg(node, context);
    case 'orgWide':
      return settingsOfOrg(node, context);
    case 'findings':
      return findingGroupsOf(node);
    case 'findingGroup':
      return node.findings.map((finding) => ({ type: 'finding', parent: node, finding }));
    case 'kind':
      return appsOf(node, context);
    case 'unlisted':
      return (context.catalogs.lastRead(node.parent.sessionId)?.catalog.unlisted ?? []).map(
        (count) => ({ type: 'unlistedApp', parent: node, count }),
      );
    case 'app':
      return childrenOfApp(node, context);
    case 'settingGroup': {
      const settings = await settingsOf(node.parent, context);
      return settings
        .filter((setting) => setting.group === node.group)
        .map((setting) => ({ type: 'setting', parent: node, setting }));
    }
    default:
      return [];
  }
}

async function childrenOfOrg(org: OrgNode, { catalogs, audits }: RowsContext): Promise<Node[]> {
  const state = catalogs.state(org.sessionId);
  const known = catalogs.lastRead(org.sessionId)?.catalog;
  const notListed = known ? await kindsNotListedIn(known.snapshot) : [];
  const kinds = KINDS.map((kind): KindNode => ({
    type: 'kind',
    parent: org,
    kind,
    isListed: !notListed.includes(kind),
  }));
  const audit = known && (await audits.of(org.sessionId));
  const rows: Node[] = [
    ...(audit ? [{ type: 'findings', parent: org, audit } as const] : []),
    ...(known ? [{ type: 'orgWide', parent: org } as const] : []),
    ...kinds,
    ...(known && known.unlisted.length > 0 ? [{ type: 'unlisted', parent: org } as const] : []),
    ...(known?.problems ?? []).map(({ happened, todo }, index) =>
      note(org, `problem${index}`, 'warning', happened, todo),
    ),
  ];
  switch (state.kind) {
    case 'notRead':
      return [
        {
          ...note(
            org,
            'notRead',
            'refresh',
            l10n.t('Read the apps'),
            l10n.t('The org has not been asked yet.'),
          ),
          command: { id: 'salesforcePkce.refreshApps', title: l10n.t('Refresh Apps') },
        },
      ];
    case 'reading':
      return state.namesKnown || known ? rows : [readingNote(org)];
    case 'failed':
      return [
        { type: 'failed', parent: org, error: state.error },
        note(org, 'todo', 'info', state.error.todo, state.error.happened),
        ...(known || state.before.length > 0 ? rows : []),
      ];
    case 'ready':
      return rows;
  }
}

/** One row for each rule that found something: the worst first, as the findings are. */
function findingGroupsOf(node: FindingsNode): Node[] {
  const { findings } = node.audit;
  if (findings.length === 0) {
    const { text, detail } = nothingFound(node.audit);
    return [note(node, 'nothing', 'info', text, detail)];
  }
  const groups = Map.groupBy(findings, ({ rule }) => rule);
  return [...groups.values()].flatMap((some): Node[] => {
    const [first, ...rest] = some;
    return first ? [{ type: 'findingGroup', parent: node, findings: [first, ...rest] }] : [];
  });
}

async function appsOf(
  node: KindNode,
  { catalogs, listing, pagesOf }: RowsContext,
): Promise<Node[]> {
  const { sessionId } = node.parent;
  const all = catalogs.apps(sessionId).filter((app) => app.kind === node.kind);
  const apps = listing.select(all);
  if (apps.length > 0) {
    const shown = apps.slice(0, pagesOf(idOf(node)) * PAGE_LENGTH);
    const rows = shown.map((app): Node => ({ type: 'app', parent: node, app }));
    const hidden = apps.length - shown.length;
    return hidden > 0 ? [...rows, { type: 'more', parent: node, hidden }] : rows;
  }
  if (all.length > 0) {
    return [
      {
        ...note(
          node,
          'filtered',
          'clear-all',
          l10n.t('No app passes the filter'),
          l10n.t('Select this row to clear it.'),
        ),
        command: { id: 'salesforcePkce.clearFilter', title: l10n.t('Clear Filter') },
      },
    ];
  }
  if (catalogs.state(sessionId).kind === 'reading') return [readingNote(node)];
  const snapshot = catalogs.lastRead(sessionId)?.catalog.snapshot;
  if (snapshot && (await kindsNotListedIn(snapshot)).includes(node.kind)) {
    return [
      note(
        node,
        'notListed',
        'warning',
        node.kind === 'connectedApp'
          ? l10n.t('Connected apps could not be listed')
          : l10n.t('External client apps could not be listed'),
        l10n.t('The last rows of the org say why, and what helps.'),
      ),
    ];
  }
  return [
    note(
      node,
      'empty',
      'info',
      node.kind === 'connectedApp'
        ? l10n.t('No connected apps')
        : l10n.t('No external client apps'),
      l10n.t('The org has none, or your user may not see them.'),
    ),
  ];
}

async function kindsNotListedIn(snapshot: CatalogSnapshot): Promise<readonly AppKind[]> {
  const { kindsNotListed } = await import('../../salesforce/catalog/completeness.ts');
  return kindsNotListed(snapshot);
}

async function settingsOfOrg(node: OrgWideNode, { catalogs }: RowsContext): Promise<Node[]> {
  const snapshot = catalogs.lastRead(node.parent.sessionId)?.catalog.snapshot;
  if (!snapshot) return [];
  const { orgSettingsOf } = await import('../../salesforce/settings/settingView.ts');
  const settings = orgSettingsOf(snapshot.orgWide.values, snapshot.apiVersion);
  if (settings.length > 0) {
    return settings.map((setting) => ({ type: 'setting', parent: node, setting }));
  }
  return [
    note(
      node,
      'noSettings',
      'warning',
      l10n.t('The settings of the org could not be read'),
      l10n.t(
        'Look at Setup > OAuth and OpenID Connect Settings, or ask an admin for the permission "Modify Metadata Through Metadata API Functions".',
      ),
    ),
  ];
}

async function childrenOfApp(node: AppNode, context: RowsContext): Promise<Node[]> {
  const settings = await settingsOf(node, context);
  const usage = usageText(node.app.usage, context.now());
  const rows: Node[] = [note(node, 'usage', 'person', usage, node.app.originReason)];
  if (settings.length === 0) {
    const text =
      node.app.pkce === 'notApplicable'
        ? l10n.t('No OAuth settings')
        : l10n.t('OAuth settings not read');
    return [...rows, note(node, 'noSettings', 'info', text, node.app.pkceReason)];
  }
  const groups = [...new Set(settings.map((setting) => setting.group))];
  return [...rows, ...groups.map((group): Node => ({ type: 'settingGroup', parent: node, group }))];
}

function note(
  parent: NoteNode['parent'],
  name: string,
  icon: NoteNode['icon'],
  text: string,
  detail: string,
): NoteNode {
  return { type: 'note', parent, name, icon, text, detail };
}

function readingNote(parent: OrgNode | KindNode): NoteNode {
  return note(
    parent,
    'reading',
    'loading~spin',
    l10n.t('Reading apps...'),
    l10n.t('The org is being asked for its connected apps and external client apps.'),
  );
}

/** The labels and explanations load when a user first looks at an app. */
async function settingsOf(
  { app, parent }: AppNode,
  { catalogs }: RowsContext,
): Promise<readonly SettingView[]> {
  const { settingsOf: viewsOf } = await import('../../salesforce/settings/settingView.ts');
  return viewsOf(app, catalogs.lastRead(parent.parent.sessionId)?.catalog.orgWide.values);
}
