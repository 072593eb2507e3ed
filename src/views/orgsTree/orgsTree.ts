/** The org tree: which rows there are. How they look is in treeItems.ts; what is known, in the session floor. */
import * as vscode from 'vscode';
import type { App, AppKind } from '../../salesforce/app.ts';
import type { SettingView } from '../../salesforce/settings/settingView.ts';
import type { CatalogState, OrgCatalogs } from '../../session/orgCatalogs.ts';
import { labelOf, type Session } from '../../session/session.ts';
import type { Sessions } from '../../session/sessions.ts';
import { countNotRequired, KIND_TEXT } from '../pkceLook.ts';
import {
  idOf,
  parentOf,
  type AppNode,
  type KindNode,
  type Node,
  type NoteNode,
  type OrgNode,
} from './nodes.ts';
import { treeItemOf } from './treeItems.ts';

const VIEW_ID = 'salesforcePkce.orgs';

/** External client apps first: Salesforce wants everything there in the end. */
const KINDS: readonly AppKind[] = ['externalClientApp', 'connectedApp'];

export class OrgsTree implements vscode.TreeDataProvider<Node> {
  readonly #sessions: Sessions;
  readonly #catalogs: OrgCatalogs;
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly #disposables: { dispose(): unknown }[];
  readonly #view: vscode.TreeView<Node>;
  /** One object per org: VS Code finds the row that has changed by its object. */
  readonly #orgNodes = new Map<string, OrgNode>();
  /** Orgs that are shown open: those that signed in or were read in this window. */
  readonly #opened = new Set<string>();

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(sessions: Sessions, catalogs: OrgCatalogs) {
    this.#sessions = sessions;
    this.#catalogs = catalogs;
    this.#view = vscode.window.createTreeView(VIEW_ID, {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.#disposables = [
      this.#view,
      this.#changed,
      sessions.onDidChange(() => {
        this.#changed.fire(undefined);
        void this.#describe();
      }),
      catalogs.onDidChange((sessionId) => {
        this.#changed.fire(this.#orgNodes.get(sessionId));
        void this.#describe();
      }),
    ];
    void this.#describe();
  }

  /** Reads the apps of some orgs, side by side, with the progress in the view. */
  async read(sessionIds: readonly string[]): Promise<void> {
    await vscode.window.withProgress({ location: { viewId: VIEW_ID } }, () =>
      Promise.all(sessionIds.map((sessionId) => this.#catalogs.read(sessionId))),
    );
  }

  /** Shows an org's row, open and selected, without taking the keyboard away from where it is. */
  async reveal(sessionId: string): Promise<void> {
    this.#opened.add(sessionId);
    await this.#view.reveal(this.#orgNode(sessionId), {
      select: true,
      focus: false,
      expand: true,
    });
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node) return this.#childrenOf(node);
    const [sessions, missing] = await Promise.all([
      this.#sessions.list(),
      this.#sessions.missing(),
    ]);
    return [
      ...sessions.map((session) => this.#orgNode(session.id)),
      ...missing.map((account): Node => ({ type: 'missing', sessionId: account.id, account })),
    ];
  }

  getParent(node: Node): Node | undefined {
    return parentOf(node);
  }

  async getTreeItem(node: Node): Promise<vscode.TreeItem> {
    const item = await treeItemOf(node, {
      session: (sessionId) => this.#sessions.get(sessionId),
      isActive: async (sessionId) => (await this.#sessions.active())?.id === sessionId,
      isOpen: (sessionId) => this.#opened.has(sessionId),
      troubleOf: (sessionId) => this.#sessions.troubleOf(sessionId),
      state: (sessionId) => this.#catalogs.state(sessionId),
      apps: (sessionId) => this.#catalogs.apps(sessionId),
    });
    item.id = idOf(node);
    return item;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #childrenOf(node: Node): Promise<Node[]> {
    switch (node.type) {
      case 'org':
        return this.#childrenOfOrg(node);
      case 'kind':
        return this.#appsOf(node);
      case 'app':
        return settingGroupsOf(node);
      case 'settingGroup': {
        const settings = await settingsOf(node.parent.app);
        return settings
          .filter((setting) => setting.group === node.group)
          .map((setting) => ({ type: 'setting', parent: node, setting }));
      }
      default:
        return [];
    }
  }

  #childrenOfOrg(org: OrgNode): Node[] {
    const state = this.#catalogs.state(org.sessionId);
    if (state.kind === 'notRead') {
      // Opening an org is what reads it. The reading announces itself by the change event.
      this.#opened.add(org.sessionId);
      void this.read([org.sessionId]);
      return [readingNote(org)];
    }
    const kinds = KINDS.map((kind): KindNode => ({ type: 'kind', parent: org, kind }));
    switch (state.kind) {
      case 'reading':
        return state.namesKnown ? kinds : [readingNote(org)];
      case 'failed':
        return [
          { type: 'failed', parent: org, error: state.error },
          {
            type: 'note',
            parent: org,
            name: 'todo',
            icon: 'info',
            text: state.error.todo,
            detail: state.error.happened,
          },
          ...(state.before.length > 0 ? kinds : []),
        ];
      case 'ready':
        return [{ type: 'orgWide', parent: org }, ...kinds, ...problemNotes(org, state)];
    }
  }

  #appsOf(node: KindNode): Node[] {
    const sessionId = node.parent.sessionId;
    const apps = this.#catalogs.apps(sessionId).filter((app) => app.kind === node.kind);
    if (apps.length > 0) {
      return apps.map((app): AppNode => ({ type: 'app', parent: node, app }));
    }
    if (this.#catalogs.state(sessionId).kind === 'reading') return [readingNote(node)];
    return [
      {
        type: 'note',
        parent: node,
        name: 'empty',
        icon: 'info',
        text: `No ${KIND_TEXT[node.kind].many.toLowerCase()}`,
        detail: 'The org has none, or your user may not see them.',
      },
    ];
  }

  #orgNode(sessionId: string): OrgNode {
    const kept = this.#orgNodes.get(sessionId);
    if (kept) return kept;
    const node: OrgNode = { type: 'org', sessionId };
    this.#orgNodes.set(sessionId, node);
    return node;
  }

  /** Badge, message and context keys: what the view says as a whole. */
  async #describe(): Promise<void> {
    const sessions = await this.#sessions.list();
    const missing = await this.#sessions.missing();
    void vscode.commands.executeCommand(
      'setContext',
      'salesforcePkce.signedIn',
      sessions.length + missing.length > 0,
    );
    const apps = sessions.flatMap((session) => this.#catalogs.apps(session.id));
    const open = countNotRequired(apps);
    this.#view.badge =
      open === 0
        ? undefined
        : {
            value: open,
            tooltip: `${open} ${open === 1 ? 'app does' : 'apps do'} not require PKCE`,
          };
    this.#view.message = this.#whenRead(sessions) ?? '';
  }

  /** Whose apps are shown and from when; nothing while none has been read. */
  #whenRead(sessions: readonly Session[]): string | undefined {
    const read = sessions.flatMap((session) => {
      const state = this.#catalogs.state(session.id);
      return state.kind === 'ready' ? [{ session, time: state.readAtMilliseconds }] : [];
    });
    const [first] = read;
    if (!first) return undefined;
    const oldest = new Date(Math.min(...read.map(({ time }) => time)));
    const time = oldest.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    const whose = read.length === 1 ? labelOf(first.session) : `${read.length} orgs`;
    return `Apps of ${whose}, read at ${time}`;
  }
}

function readingNote(parent: OrgNode | KindNode): NoteNode {
  return {
    type: 'note',
    parent,
    name: 'reading',
    icon: 'loading~spin',
    text: 'Reading apps...',
    detail: 'The org is being asked for its connected apps and external client apps.',
  };
}

/** What could not be read stands beside what could. */
function problemNotes(org: OrgNode, state: CatalogState & { kind: 'ready' }): NoteNode[] {
  return state.catalog.problems.map((problem, index) => ({
    type: 'note',
    parent: org,
    name: `problem${index}`,
    icon: 'warning',
    text: problem.happened,
    detail: problem.todo,
  }));
}

async function settingGroupsOf(node: AppNode): Promise<Node[]> {
  const settings = await settingsOf(node.app);
  if (settings.length === 0) {
    return [
      {
        type: 'note',
        parent: node,
        name: 'noSettings',
        icon: 'info',
        text: node.app.pkce === 'notApplicable' ? 'No OAuth settings' : 'OAuth settings not read',
        detail: node.app.pkceReason,
      },
    ];
  }
  const groups = [...new Set(settings.map((setting) => setting.group))];
  return groups.map((group) => ({ type: 'settingGroup', parent: node, group }));
}

/** The labels and explanations load when a user first looks at an app. */
async function settingsOf(app: App): Promise<readonly SettingView[]> {
  const { settingsOf: viewsOf } = await import('../../salesforce/settings/settingView.ts');
  return viewsOf(app);
}
