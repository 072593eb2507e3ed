/** The box that finds an app among those of all orgs: by name, API name, consumer key, callback URL or org. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { KIND_TEXT, type App } from '../salesforce/app.ts';
import type { OrgCatalogs } from '../session/orgCatalogs.ts';
import { labelOf, type Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { COPY_TEXTS } from './appTexts.ts';
import { sessionsHere } from './orgPicker.ts';
import { pkceLookOf } from './pkceLook.ts';
import { Soon } from './soon.ts';

export interface FoundApp {
  readonly session: Session;
  readonly app: App;
}

interface AppItem extends vscode.QuickPickItem {
  readonly found: FoundApp;
}

/** While orgs are read, the list is put together anew this often at most. */
const UPDATE_MILLISECONDS = 250;

/**
 * Lets the user pick an app. Orgs that nobody has read yet are read meanwhile; closing the box ends what nobody else waits
 * for.
 * @param title what is picked for
 * @returns undefined if the box was closed
 */
export async function pickApp(
  context: { readonly sessions: Sessions; readonly catalogs: OrgCatalogs },
  title: string,
): Promise<FoundApp | undefined> {
  const { catalogs } = context;
  const sessions = await sessionsHere(context.sessions);
  if (sessions.length === 0) return undefined;
  const picker = vscode.window.createQuickPick<AppItem>();
  const cancel = new AbortController();
  const update = (): void => {
    const [active] = picker.activeItems;
    picker.items = sessions.flatMap((session) =>
      catalogs.apps(session.id).map((app) => itemOf({ session, app })),
    );
    // Enter takes the app that was looked at, whatever has arrived meanwhile.
    const same = active && picker.items.find((item) => isSame(item.found, active.found));
    if (same) picker.activeItems = [same];
  };
  const updateSoon = new Soon(update, UPDATE_MILLISECONDS);
  const subscription = catalogs.onDidChange(() => updateSoon.ask());
  try {
    picker.title = title;
    picker.placeholder = l10n.t('Name, API name with namespace, consumer key, callback URL or org');
    picker.matchOnDescription = true;
    picker.matchOnDetail = true;
    picker.keepScrollPosition = true;
    picker.busy = true;
    update();
    void readMissing(sessions, catalogs, cancel.signal).then((failed) => {
      if (cancel.signal.aborted) return;
      update();
      picker.busy = false;
      if (failed.length > 0)
        picker.title = l10n.t`${title} (not read: ${failed.map(labelOf).join(', ')})`;
    });
    return await new Promise<FoundApp | undefined>((resolve) => {
      picker.onDidAccept(() => {
        const [picked] = picker.selectedItems;
        if (picked) resolve(picked.found);
      });
      picker.onDidHide(() => resolve(undefined));
      picker.show();
    });
  } finally {
    cancel.abort();
    updateSoon.dispose();
    subscription.dispose();
    picker.dispose();
  }
}

/** @returns orgs whose apps are not known in the end */
async function readMissing(
  sessions: readonly Session[],
  catalogs: OrgCatalogs,
  signal: AbortSignal,
): Promise<readonly Session[]> {
  await Promise.all(
    sessions.map(async ({ id }) => {
      await catalogs.recall(id);
      if (!catalogs.lastRead(id) && !signal.aborted) await catalogs.read(id, { signal });
    }),
  );
  return sessions.filter(({ id }) => !catalogs.lastRead(id));
}

function isSame(one: FoundApp, other: FoundApp): boolean {
  return one.session.id === other.session.id && one.app.id === other.app.id;
}

function itemOf(found: FoundApp): AppItem {
  const { app, session } = found;
  const look = pkceLookOf(app);
  const callbacks = COPY_TEXTS.callbackUrls(app).replaceAll('\n', ' ');
  return {
    label: app.label,
    description: `${KIND_TEXT[app.kind].one} · ${look.text} · ${labelOf(session)}`,
    detail: [app.fullName, COPY_TEXTS.consumerKey(app), callbacks].filter(Boolean).join(' · '),
    iconPath: new vscode.ThemeIcon(look.icon),
    found,
  };
}
