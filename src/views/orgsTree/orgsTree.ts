/** The org tree in its view. Which rows there are is in rows.ts, how they look in treeItems.ts. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { count } from '../../salesforce/count.ts';
import { kindOfLoginHost } from '../../salesforce/loginHost.ts';
import type { AppListing } from '../../session/appListing.ts';
import type { OrgAudits } from '../../session/orgAudits.ts';
import type { OrgCatalogs } from '../../session/orgCatalogs.ts';
import type { Sessions } from '../../session/sessions.ts';
import { Soon } from '../soon.ts';
import {
  idOf,
  isNode,
  ORGS_VIEW_ID,
  parentOf,
  sessionIdOf,
  type Node,
  type OrgNode,
} from './nodes.ts';
import type { TreeKnowledge } from './rowTexts.ts';
import { childrenOf, PAGE_LENGTH, type RowsContext } from './rows.ts';
import { tooltipOf } from './tooltips.ts';
import { treeItemOf } from './treeItems.ts';
import { messageOf } from './viewMessage.ts';

/** Badge and message of the view follow the orgs' readings this much later at most. */
const DESCRIBE_MILLISECONDS = 250;

export interface OrgsTreeContext {
  readonly view: vscode.TreeView<Node>;
  /** Tells the view which row has changed. */
  readonly changed: vscode.EventEmitter<Node | undefined>;
  readonly sessions: Sessions;
  readonly catalogs: OrgCatalogs;
  readonly audits: OrgAudits;
  readonly listing: AppListing;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

export class OrgsTree {
  readonly #context: OrgsTreeContext;
  readonly #changed: vscode.EventEmitter<Node | undefined>;
  readonly #disposables: { dispose(): unknown }[];
  readonly #view: vscode.TreeView<Node>;
  /** One object per org: VS Code finds the row that has changed by its object. */
  readonly #orgNodes = new Map<string, OrgNode>();
  /** Orgs that are shown open: those that signed in or were read in this window. */
  readonly #opened = new Set<string>();
  /** Pages of apps that are shown, by the id of the kind's row. */
  readonly #pages = new Map<string, number>();
  /** Context keys as VS Code knows them. */
  readonly #contexts = new Map<string, boolean>();
  /** Counts descriptions: only the newest one counts. */
  #described = 0;
  readonly #rows: RowsContext;
  readonly #known: TreeKnowledge;

  constructor(context: OrgsTreeContext) {
    const { view, changed, sessions, catalogs, audits, listing, now } = context;
    this.#context = context;
    this.#view = view;
    this.#changed = changed;
    this.#rows = {
      catalogs,
      audits,
      listing,
      now,
      pagesOf: (nodeId) => this.#pages.get(nodeId) ?? 1,
    };
    this.#known = {
      session: (sessionId) => sessions.get(sessionId),
      isActive: async (sessionId) => (await sessions.active())?.id === sessionId,
      wasOpened: (sessionId) => this.#opened.has(sessionId),
      troubleOf: (sessionId) => sessions.troubleOf(sessionId),
      catalogs,
      listing,
      now,
    };
    // While many orgs are read they announce something all the time, and this counts all apps.
    const describeSoon = new Soon(() => void this.#describe(), DESCRIBE_MILLISECONDS);
    this.#disposables = [
      describeSoon,
      sessions.onDidChange(() => this.#refresh()),
      catalogs.onDidChange((sessionId) => {
        this.#changed.fire(this.#orgNodes.get(sessionId));
        describeSoon.ask();
      }),
      listing.onDidChange(() => this.#refresh()),
      audits.onDidChange(() => this.#refresh()),
      // What was kept from the last time is looked at again as soon as somebody looks at it, and not before.
      this.#view.onDidExpandElement(({ element }) => this.#lookAgain(element)),
      this.#view.onDidChangeSelection(({ selection }) => {
        for (const node of selection) this.#lookAgain(node);
      }),
    ];
    void this.#describe();
  }

  /**
   * Reads the apps of some orgs, side by side, with the progress in the view.
   * @param everything also what has not changed by the org's own dates
   */
  async read(sessionIds: readonly string[], everything = false): Promise<void> {
    for (const sessionId of sessionIds) this.#opened.add(sessionId);
    await vscode.window.withProgress({ location: { viewId: ORGS_VIEW_ID } }, () =>
      Promise.all(
        sessionIds.map((sessionId) => this.#context.catalogs.read(sessionId, { everything })),
      ),
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

  /** Shows the next page of the apps of a kind, and goes to its first row. */
  async showMore(row: unknown): Promise<void> {
    if (!isNode(row) || row.type !== 'more') return;
    const { parent } = row;
    const id = idOf(parent);
    const pages = this.#rows.pagesOf(id);
    this.#pages.set(id, pages + 1);
    this.#changed.fire(parent);
    const first = (await childrenOf(parent, this.#rows))[pages * PAGE_LENGTH];
    if (first) await this.#view.reveal(first, { select: false, focus: true });
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node) return childrenOf(node, this.#rows);
    const { sessions, catalogs } = this.#context;
    const [signedIn, missing] = await Promise.all([sessions.list(), sessions.missing()]);
    const active = await sessions.active();
    // What was kept of the active org is shown with its row; the others open later.
    const recalls = signedIn.map(({ id }) => [id, catalogs.recall(id)] as const);
    await recalls.find(([id]) => id === active?.id)?.[1];
    return [
      ...signedIn.map((session) => this.#orgNode(session.id)),
      ...missing.map((account): Node => ({ type: 'missing', sessionId: account.id, account })),
    ];
  }

  getParent(node: Node): Node | undefined {
    return parentOf(node);
  }

  async getTreeItem(node: Node): Promise<vscode.TreeItem> {
    const item = await treeItemOf(node, this.#known);
    item.id = idOf(node);
    return item;
  }

  /** Tooltips are made for the row under the mouse alone. */
  async resolveTreeItem(item: vscode.TreeItem, node: Node): Promise<vscode.TreeItem> {
    item.tooltip = await tooltipOf(node, this.#known);
    return item;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #lookAgain(node: Node): void {
    const sessionId = sessionIdOf(node);
    const isDue = node.type !== 'missing' && this.#context.catalogs.isDue(sessionId);
    if (isDue) void this.read([sessionId]);
  }

  #orgNode(sessionId: string): OrgNode {
    const kept = this.#orgNodes.get(sessionId);
    if (kept) return kept;
    const node: OrgNode = { type: 'org', sessionId };
    this.#orgNodes.set(sessionId, node);
    return node;
  }

  /** Builds all rows anew, and says anew what the view says as a whole. */
  #refresh(): void {
    this.#changed.fire(undefined);
    void this.#describe();
  }

  /** VS Code hears of what is new alone. */
  #setContext(key: string, value: boolean): void {
    if (this.#contexts.get(key) === value) return;
    this.#contexts.set(key, value);
    void vscode.commands.executeCommand('setContext', `salesforcePkce.${key}`, value);
  }

  /** Badge, message and context keys: what the view says as a whole. */
  async #describe(): Promise<void> {
    const { sessions, catalogs, audits, listing, now } = this.#context;
    const describing = (this.#described += 1);
    const signedIn = await sessions.list();
    const missing = await sessions.missing();
    if (describing !== this.#described) return; // a later change is being described already
    const accounts = [...signedIn, ...missing];
    this.#setContext('signedIn', accounts.length > 0);
    // For the walkthrough: the demo org is another of its steps.
    this.#setContext(
      'realOrg',
      accounts.some(({ loginHost }) => kindOfLoginHost(loginHost) !== 'loopback'),
    );
    this.#setContext('reading', catalogs.isReading);
    this.#setContext('filtered', listing.filters.length > 0);
    // Two users of one org see the same apps.
    const open = new Set(
      signedIn.flatMap(({ id: sessionId, orgId }) => {
        const accepted = audits.acceptedApps(orgId);
        return catalogs
          .apps(sessionId)
          .filter(({ id, pkce }) => pkce === 'notRequired' && !accepted.has(id))
          .map(({ id }) => `${orgId}/${id}`);
      }),
    ).size;
    this.#view.badge =
      open === 0
        ? undefined
        : {
            value: open,
            tooltip:
              open === 1
                ? l10n.t('1 app does not require PKCE')
                : l10n.t`${count(open, 'app')} do not require PKCE`,
          };
    this.#view.message = messageOf(signedIn, catalogs, listing, now());
  }
}
