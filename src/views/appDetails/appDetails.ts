/** The app details page: one app with its PKCE status and every OAuth setting, explained. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { App } from '../../salesforce/app.ts';
import { settingsOf } from '../../salesforce/settings/settingView.ts';
import type { OrgAudits } from '../../session/orgAudits.ts';
import type { OrgCatalogs } from '../../session/orgCatalogs.ts';
import { labelOf, type Session } from '../../session/session.ts';
import type { Sessions } from '../../session/sessions.ts';
import { appRow } from '../orgsTree/nodes.ts';
import { WebPanel } from '../webPanel.ts';
import { appDetailsContent, type AppKnowledge } from './html.ts';

export interface AppDetailsContext {
  readonly extensionUri: vscode.Uri;
  readonly sessions: Pick<Sessions, 'get' | 'missing' | 'onDidChange'>;
  readonly catalogs: OrgCatalogs;
  readonly audits: OrgAudits;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

/** Commands behind the buttons of the page; all of them take the row of an app. */
const COMMANDS = ['openInSetup', 'probeApp', 'testHandshake', 'enforcePkce'] as const;

interface OpenPage {
  readonly web: WebPanel;
  session: Session;
  app: App;
  /** What the page shows; stays when the app is gone. */
  known: Omit<AppKnowledge, 'gone'> | undefined;
  /** Why the app is not there any more; undefined while it is. */
  gone: string | undefined;
  /** How often it was looked at again: what was listed before a later look says nothing of now. */
  updates: number;
}

const SIGNED_OUT = l10n.t('This org is no longer signed in: this is what was last known of it.');
const NOT_HERE = l10n.t(
  'The token of this org is not in this window: this is what was last known of it. The row of the org has the way on.',
);
const NOT_READ = l10n.t(
  'This org is signed in again and not read yet: this is what was last known of it.',
);
const NOT_LISTED = l10n.t(
  'The app was not listed when the org was read last: this is what was known before.',
);

/** One panel per app; opening it again shows the panel that is there. What is read meanwhile appears in it. */
export class AppDetails {
  readonly #context: AppDetailsContext;
  readonly #pages = new Map<string, OpenPage>();
  readonly #subscriptions: readonly { dispose(): void }[];

  constructor(context: AppDetailsContext) {
    this.#context = context;
    this.#subscriptions = [
      context.sessions.onDidChange(() => {
        for (const page of this.#pages.values()) void this.#update(page);
      }),
      context.catalogs.onDidChange((sessionId) => {
        for (const page of this.#pages.values()) {
          if (page.session.id === sessionId) void this.#update(page);
        }
      }),
      context.audits.onDidChange(() => {
        for (const page of this.#pages.values()) void this.#draw(page);
      }),
    ];
  }

  /** @param session tells apps of the same name in two orgs apart */
  async show(session: Session, app: App): Promise<void> {
    const key = `${session.id}|${app.id}`;
    let page = this.#pages.get(key);
    if (!page) {
      const web = new WebPanel(this.#context.extensionUri, {
        viewType: 'salesforcePkce.app',
        title: app.label,
        name: 'appDetails',
      });
      page = { web, session, app, known: undefined, gone: undefined, updates: 0 };
      const own = page;
      web.panel.onDidDispose(() => this.#pages.delete(key));
      web.panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(own, message));
      this.#pages.set(key, page);
    }
    page.app = app;
    page.gone = undefined;
    page.web.panel.reveal(undefined, false);
    await this.#draw(page);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const { web } of [...this.#pages.values()]) web.panel.dispose();
  }

  async #update(page: OpenPage): Promise<void> {
    const { sessions, catalogs } = this.#context;
    const { id } = page.session;
    const update = (page.updates += 1);
    const [session, missing] = await Promise.all([sessions.get(id), sessions.missing()]);
    if (update !== page.updates) return;
    const app = catalogs.apps(id).find((one) => one.id === page.app.id);
    // It may have another alias.
    page.session = session ?? page.session;
    if (!session) {
      page.gone = missing.some((account) => account.id === id) ? NOT_HERE : SIGNED_OUT;
    } else if (app) {
      page.app = app;
      page.gone = undefined;
    } else if (catalogs.state(id).kind === 'ready') {
      page.gone = NOT_LISTED;
    } else if (page.gone === SIGNED_OUT || page.gone === NOT_HERE) {
      page.gone = NOT_READ;
    } else {
      return; // it is not read yet, or its apps come in
    }
    await this.#draw(page);
  }

  async #draw(page: OpenPage): Promise<void> {
    const { web, session, app, gone, known } = page;
    const nowMilliseconds = this.#context.now();
    const isOpen = (): boolean => [...this.#pages.values()].includes(page);
    if (gone !== undefined && known) {
      if (isOpen()) web.draw(appDetailsContent({ ...known, nowMilliseconds, gone }));
      return;
    }
    const last = this.#context.catalogs.lastRead(session.id);
    const audit = await this.#context.audits.of(session.id);
    // Closed, or drawn with something newer, meanwhile.
    if (!isOpen() || page.app !== app || page.gone !== gone) return;
    page.known = {
      app,
      orgLabel: labelOf(session),
      findings: (audit?.findings ?? []).filter(
        ({ subject }) => subject.kind === 'app' && subject.id === app.id,
      ),
      proofs: (audit?.proofs ?? []).filter((proof) => proof.app === app.id),
      settings: settingsOf(app, last?.catalog.orgWide.values),
      nowMilliseconds,
      readAtMilliseconds: last?.readAtMilliseconds,
    };
    web.draw(appDetailsContent({ ...page.known, gone }));
  }

  /** The page may ask for these things; anything else that it sends is ignored. */
  async #receive({ session, app }: OpenPage, message: unknown): Promise<void> {
    if (typeof message !== 'object' || message === null) return;
    if ('copy' in message && typeof message.copy === 'string') {
      await vscode.env.clipboard.writeText(message.copy);
      vscode.window.setStatusBarMessage(l10n.t('Copied.'), 2000);
    } else if ('do' in message && COMMANDS.some((name) => name === message.do)) {
      const command = `salesforcePkce.${String(message.do)}`;
      await vscode.commands.executeCommand(command, appRow(session.id, app));
    }
  }
}
