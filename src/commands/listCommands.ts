/** How apps are listed, and what of them goes to the clipboard. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import {
  APP_FILTERS,
  APP_ORDERS,
  UNUSED_AFTER_DAYS,
  type AppFilter,
} from '../salesforce/appSelection.ts';
import { count } from '../salesforce/count.ts';
import type { AppListing } from '../session/appListing.ts';
import { labelOf } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { COPY_TEXTS, markdownTable, type CopyPart } from '../views/appTexts.ts';
import { nodesOf, sessionIdOf } from '../views/orgsTree/nodes.ts';
import { FILTER_TEXTS, ORDER_TEXTS } from '../views/orgsTree/viewMessage.ts';

const FILTER_DETAILS: Readonly<Record<AppFilter, string>> = {
  notRequired: l10n.t('Neither the app nor the org requires it: a stolen code can be used.'),
  unknown: l10n.t('The setting could not be read.'),
  public: l10n.t('No client secret is wanted when a code is exchanged.'),
  installed: l10n.t('Made elsewhere: only the author can change the app.'),
  unused: l10n.t`No token was used for ${UNUSED_AFTER_DAYS} days. Only where all users' tokens are known.`,
};

export interface ListCommandsContext {
  readonly sessions: Sessions;
  readonly listing: AppListing;
}

export class ListCommands {
  readonly #context: ListCommandsContext;

  constructor(context: ListCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.filterApps` */
  async filterApps(): Promise<void> {
    const { listing } = this.#context;
    const items = APP_FILTERS.map((filter) => ({
      label: capitalized(FILTER_TEXTS[filter]),
      detail: FILTER_DETAILS[filter],
      picked: listing.filters.includes(filter),
      filter,
    }));
    const picked = await vscode.window.showQuickPick(items, {
      title: l10n.t('Filter Apps'),
      placeHolder: l10n.t('Which apps should be shown? None picked shows all.'),
      canPickMany: true,
    });
    if (picked) listing.filters = picked.map(({ filter }) => filter);
  }

  /** `salesforcePkce.clearFilter` */
  clearFilter(): Promise<void> {
    this.#context.listing.filters = [];
    return Promise.resolve();
  }

  /** `salesforcePkce.sortApps` */
  async sortApps(): Promise<void> {
    const { listing } = this.#context;
    const items = APP_ORDERS.map((order) => ({
      label: capitalized(ORDER_TEXTS[order]),
      description: order === listing.order ? l10n.t('now') : '',
      order,
    }));
    const picked = await vscode.window.showQuickPick(items, {
      title: l10n.t('Sort Apps'),
      placeHolder: l10n.t('What should come first?'),
    });
    if (picked) await listing.setOrder(picked.order);
  }

  /** A part of each app that is selected, on lines of their own. */
  async copy(part: CopyPart, target?: unknown, targets?: unknown): Promise<void> {
    const apps = await this.#appsOf(target, targets);
    const texts = apps
      .map(({ app, instanceUrl }) => COPY_TEXTS[part](app, instanceUrl))
      .filter((text) => text !== '');
    if (texts.length === 0) {
      vscode.window.setStatusBarMessage(l10n.t`Nothing was copied: ${count(0, part)} known.`, 4000);
      return;
    }
    await vscode.env.clipboard.writeText(texts.join('\n'));
    const lacking = apps.length - texts.length;
    const without = lacking > 0 ? ` ${l10n.t`${count(lacking, 'app')} without.`}` : '';
    vscode.window.setStatusBarMessage(
      `${l10n.t`Copied ${count(texts.length, part)}.`}${without}`,
      4000,
    );
  }

  /** `salesforcePkce.copyAsMarkdown` */
  async copyAsMarkdown(target?: unknown, targets?: unknown): Promise<void> {
    const apps = await this.#appsOf(target, targets);
    if (apps.length === 0) return;
    await vscode.env.clipboard.writeText(markdownTable(apps));
    vscode.window.setStatusBarMessage(l10n.t`Copied ${count(apps.length, 'row')}.`, 4000);
  }

  async #appsOf(target: unknown, targets: unknown) {
    const nodes = nodesOf(target, targets).filter((node) => node.type === 'app');
    const found = await Promise.all(
      [...new Set(nodes)].map(async (node) => {
        const session = await this.#context.sessions.get(sessionIdOf(node));
        if (!session) return [];
        return [{ app: node.app, orgLabel: labelOf(session), instanceUrl: session.instanceUrl }];
      }),
    );
    return found.flat();
  }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
