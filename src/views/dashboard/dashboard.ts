/** The dashboard: how all orgs stand, what was found, and where that is going. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { listsBothKinds } from '../../salesforce/catalog/completeness.ts';
import type { AuditHistory } from '../../session/auditHistory.ts';
import type { OrgAudits } from '../../session/orgAudits.ts';
import type { CatalogState, OrgCatalogs } from '../../session/orgCatalogs.ts';
import { labelOf, type Session } from '../../session/session.ts';
import type { Sessions } from '../../session/sessions.ts';
import { appRow } from '../orgsTree/nodes.ts';
import { wayOn } from '../orgsTree/rowTexts.ts';
import { Soon } from '../soon.ts';
import { WebPanel } from '../webPanel.ts';
import type { DashboardOrg } from './dashboardOrg.ts';
import { dashboardContent } from './html.ts';

export interface DashboardContext {
  readonly extensionUri: vscode.Uri;
  readonly sessions: Sessions;
  readonly catalogs: OrgCatalogs;
  readonly audits: OrgAudits;
  readonly history: AuditHistory;
  /** Writes an error to the log. */
  readonly report: (error: unknown) => void;
}

/** While orgs are read, the page is drawn anew this often at most. */
const DRAW_MILLISECONDS = 500;

/** What the page may ask for, and the command behind it. All of them take the row of an org. */
const COMMANDS: Readonly<Record<string, string>> = {
  audit: 'salesforcePkce.audit',
  export: 'salesforcePkce.exportReport',
  enforce: 'salesforcePkce.enforcePkce',
};

/** One panel; opening it again shows the one that is there. */
export class Dashboard {
  readonly #context: DashboardContext;
  readonly #subscriptions: { dispose(): void }[];
  #page: WebPanel | undefined;
  /** How often drawing has begun, and which of them is shown. */
  #draws = 0;
  #drawn = 0;

  constructor(context: DashboardContext) {
    this.#context = context;
    const soon = new Soon(() => void this.#draw(), DRAW_MILLISECONDS);
    const drawSoon = (): void => {
      if (this.#page) soon.ask();
    };
    this.#subscriptions = [
      soon,
      context.catalogs.onDidChange(drawSoon),
      context.sessions.onDidChange(drawSoon),
      context.audits.onDidChange(drawSoon),
      context.history.onDidChange(drawSoon),
    ];
  }

  /** Shows the dashboard, and reads the orgs that this window has not read yet. */
  async open(): Promise<void> {
    const { sessions, catalogs } = this.#context;
    this.#page ??= this.#create();
    this.#page.panel.reveal(undefined, false);
    const all = await sessions.list();
    await Promise.all(all.map(({ id }) => catalogs.recall(id)));
    await this.#draw();
    for (const { id } of all) if (catalogs.isDue(id)) void catalogs.read(id);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#page?.panel.dispose();
  }

  #create(): WebPanel {
    const page = new WebPanel(this.#context.extensionUri, {
      viewType: 'salesforcePkce.dashboard',
      title: l10n.t('PKCE Dashboard'),
      name: 'dashboard',
    });
    page.panel.onDidDispose(() => {
      this.#page = undefined;
    });
    page.panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    return page;
  }

  async #draw(): Promise<void> {
    const { sessions } = this.#context;
    const draw = (this.#draws += 1);
    const [here, missing] = await Promise.all([sessions.list(), sessions.missing()]);
    const orgs = await Promise.all(here.map((one) => this.#orgOf(one)));
    // One that was held up knows less than one that came after it.
    if (draw < this.#drawn) return;
    this.#drawn = draw;
    this.#page?.draw(dashboardContent(orgs, missing.map(labelOf)));
  }

  async #orgOf(session: Session): Promise<DashboardOrg> {
    const { catalogs, audits, history, report } = this.#context;
    const audit = await audits.of(session.id);
    const state = catalogs.state(session.id);
    const snapshot = catalogs.lastRead(session.id)?.catalog.snapshot;
    return {
      sessionId: session.id,
      label: labelOf(session),
      host: new URL(session.instanceUrl).host,
      audit,
      isWhole: snapshot !== undefined && listsBothKinds(snapshot),
      note: noteOf(state, audit !== undefined),
      wayOn: wayOnOf(state)?.title,
      // Without its trend the dashboard is worth looking at, too.
      history: await history.of(session.id).catch((error: unknown) => {
        report(error);
        return [];
      }),
    };
  }

  /** The page may ask for these things; anything else that it sends is ignored. */
  async #receive(message: unknown): Promise<void> {
    if (typeof message !== 'object' || message === null || !('do' in message)) return;
    if (message.do === 'refresh') {
      await vscode.commands.executeCommand('salesforcePkce.refreshApps');
      return;
    }
    const { sessions, catalogs } = this.#context;
    const session =
      'org' in message && typeof message.org === 'string'
        ? await sessions.get(message.org)
        : undefined;
    if (!session) return;
    const org = { type: 'org', sessionId: session.id } as const;
    if (message.do === 'showApp' && 'app' in message) {
      const app = catalogs.apps(session.id).find(({ id }) => id === message.app);
      if (app) {
        await vscode.commands.executeCommand('salesforcePkce.showApp', appRow(session.id, app));
      }
    } else if (message.do === 'wayOn') {
      const way = wayOnOf(catalogs.state(session.id));
      if (way) await vscode.commands.executeCommand(way.command, org);
    } else if (typeof message.do === 'string' && Object.hasOwn(COMMANDS, message.do)) {
      await vscode.commands.executeCommand(COMMANDS[message.do] ?? '', org);
    }
  }
}

/** @param isShown whether figures of an earlier reading are shown */
function noteOf(state: CatalogState, isShown: boolean): string {
  switch (state.kind) {
    case 'notRead':
      return l10n.t('Not read yet.');
    case 'reading':
      return l10n.t('Being read...');
    case 'failed': {
      const { message } = state.error;
      return isShown ? `${message} ${l10n.t('What is shown was read before.')}` : message;
    }
    case 'ready':
      return state.isRemembered ? l10n.t('Read in an earlier window.') : '';
  }
}

/** What the user can do about an org that is not read: what the error says helps. */
function wayOnOf(
  state: CatalogState,
): { readonly title: string; readonly command: string } | undefined {
  if (state.kind === 'failed') return wayOn(state.error);
  return state.kind === 'notRead'
    ? { title: l10n.t('Refresh Apps'), command: 'salesforcePkce.refreshApps' }
    : undefined;
}
