/** What can be done with apps: read them again, find one, look at it, here or in Setup. */
import * as l10n from '@vscode/l10n';
import { appSetupLink, setupLink } from '../salesforce/setupLinks.ts';
import type { OrgCatalogs } from '../session/orgCatalogs.ts';
import type { Sessions } from '../session/sessions.ts';
import type { AppDetails } from '../views/appDetails/appDetails.ts';
import { pickApp, type FoundApp } from '../views/appPicker.ts';
import { openPage } from '../views/openPage.ts';
import { sessionsHere } from '../views/orgPicker.ts';
import { isNode, nodesOf, sessionIdOf } from '../views/orgsTree/nodes.ts';
import { appOf } from './appOf.ts';

export interface AppCommandsContext {
  readonly sessions: Sessions;
  readonly catalogs: OrgCatalogs;
  readonly appDetails: () => Promise<AppDetails>;
  /** Reads the apps of some orgs with the progress in the view. */
  readonly readInView: (sessionIds: readonly string[], everything: boolean) => Promise<void>;
}

export class AppCommands {
  readonly #context: AppCommandsContext;

  constructor(context: AppCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.refreshApps`: the orgs of the rows it was called on, else all orgs, side by side. */
  async refreshApps(target?: unknown, targets?: unknown): Promise<void> {
    await this.#read(target, targets, false);
  }

  /** `salesforcePkce.reloadApps`: the same, also what has not changed by the orgs' own dates. */
  async reloadApps(target?: unknown, targets?: unknown): Promise<void> {
    await this.#read(target, targets, true);
  }

  /** `salesforcePkce.findApp` */
  async findApp(): Promise<void> {
    const found = await pickApp(this.#context, l10n.t('Find App'));
    if (found) await this.#show(found);
  }

  /** `salesforcePkce.showApp`: the app of the row it was called on, else one that is found. */
  async showApp(target?: unknown): Promise<void> {
    const found = await appOf(target, this.#context, l10n.t('Inspect App'));
    if (found) await this.#show(found);
  }

  /** `salesforcePkce.showFinding`: the app that a finding is about. */
  async showFinding(target?: unknown): Promise<void> {
    if (!isNode(target) || target.type !== 'finding') return;
    const { subject } = target.finding;
    const { sessions, catalogs } = this.#context;
    const session = await sessions.get(sessionIdOf(target));
    const app = catalogs
      .apps(sessionIdOf(target))
      .find(({ id }) => subject.kind === 'app' && id === subject.id);
    if (session && app) await this.#show({ session, app });
  }

  /** `salesforcePkce.openInSetup`: the page of an app, or that of the org's own settings. */
  async openInSetup(target?: unknown): Promise<void> {
    if (isNode(target) && target.type === 'orgWide') {
      const session = await this.#context.sessions.get(sessionIdOf(target));
      if (session) await openPage(setupLink(session.instanceUrl, 'oauthAndOpenIdConnect'));
      return;
    }
    const found = await appOf(target, this.#context, l10n.t('Open in Setup'));
    if (found) await openPage(appSetupLink(found.session.instanceUrl, found.app));
  }

  async #read(target: unknown, targets: unknown, everything: boolean): Promise<void> {
    const { sessions, readInView } = this.#context;
    const rows = nodesOf(target, targets);
    // An org without a token in this window cannot be asked.
    const nodes = rows.filter(({ type }) => type !== 'missing');
    const ids =
      rows.length > 0
        ? [...new Set(nodes.map(sessionIdOf))]
        : (await sessionsHere(sessions)).map((session) => session.id);
    await readInView(ids, everything);
  }

  async #show({ session, app }: FoundApp): Promise<void> {
    const { catalogs, appDetails, readInView } = this.#context;
    await (await appDetails()).show(session, app);
    if (catalogs.isDue(session.id)) await readInView([session.id], false);
  }
}
