/** What can be done with apps: read them again, and look at one. */
import * as vscode from 'vscode';
import { labelOf } from '../session/session.ts';
import type { OrgCatalogs } from '../session/orgCatalogs.ts';
import type { Sessions } from '../session/sessions.ts';
import type { AppDetails } from '../views/appDetails/appDetails.ts';
import { sessionIdOf } from '../views/orgsTree/nodes.ts';
import { KIND_TEXT, pkceLookOf } from '../views/pkceLook.ts';
import { withCancel } from '../views/progress.ts';
import { isNode, pickSession } from './sessionCommands.ts';

export interface AppCommandsContext {
  readonly sessions: Sessions;
  readonly catalogs: OrgCatalogs;
  readonly appDetails: () => Promise<AppDetails>;
  /** Reads the apps of some orgs with the progress in the view. */
  readonly readInView: (sessionIds: readonly string[]) => Promise<void>;
}

export class AppCommands {
  readonly #context: AppCommandsContext;

  constructor(context: AppCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.refreshApps`: the orgs of the rows it was called on, else all orgs, side by side. */
  async refreshApps(target?: unknown, targets?: unknown): Promise<void> {
    const { sessions } = this.#context;
    const nodes = [target, ...(Array.isArray(targets) ? (targets as unknown[]) : [])].filter(
      isNode,
    );
    const ids =
      nodes.length > 0
        ? [...new Set(nodes.map(sessionIdOf))]
        : (await sessions.list()).map((session) => session.id);
    await this.#context.readInView(ids);
  }

  /** `salesforcePkce.showApp` */
  async showApp(target?: unknown): Promise<void> {
    const { sessions, catalogs, appDetails } = this.#context;
    if (isNode(target) && target.type === 'app') {
      const session = await sessions.get(sessionIdOf(target));
      if (session) (await appDetails()).show(session.orgId, labelOf(session), target.app);
      return;
    }
    const session = await pickSession(sessions, target, 'An app of which org?');
    if (!session) return;
    const state = catalogs.state(session.id);
    if (state.kind === 'notRead' || state.kind === 'failed') await this.#read(session.id);
    const items = catalogs.apps(session.id).map((app) => ({
      label: app.label,
      description: `${KIND_TEXT[app.kind].one} · ${pkceLookOf(app).text}`,
      detail: app.fullName,
      app,
    }));
    const picked = await vscode.window.showQuickPick(items, {
      title: `Apps of ${labelOf(session)}`,
      placeHolder: items.length === 0 ? 'No app could be read.' : 'Which app?',
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (picked) (await appDetails()).show(session.orgId, labelOf(session), picked.app);
  }

  async #read(sessionId: string): Promise<void> {
    await withCancel('Reading apps...', (signal) =>
      this.#context.catalogs.read(sessionId, { signal }),
    );
  }
}
