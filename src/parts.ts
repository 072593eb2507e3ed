/** Puts the parts together, and nothing else. What a user may never need is loaded when it is needed. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Audit } from './api.ts';
import { commandGroups } from './commandGroups.ts';
import { registerTools } from './commands/languageModelTools.ts';
import { exportedApi, type ExportedApi } from './exportedApi.ts';
import { withCheckedCertificates } from './oauth/checkedCertificates.ts';
import { throughProxy } from './oauth/proxyTunnel.ts';
import { traced } from './oauth/trace.ts';
import type { CatalogProblem } from './salesforce/catalog/catalog.ts';
import { AppListing } from './session/appListing.ts';
import {
  PROVIDER_ID,
  PROVIDER_LABEL,
  SalesforceAuthenticationProvider,
} from './session/authenticationProvider.ts';
import { keptFiles } from './session/keptFiles.ts';
import type { OrgAccessContext } from './session/orgAccess.ts';
import { OrgAudits } from './session/orgAudits.ts';
import { OrgCatalogs } from './session/orgCatalogs.ts';
import { scopedSecrets } from './session/scopedSecrets.ts';
import type { Session } from './session/session.ts';
import { SessionStore } from './session/sessionStore.ts';
import { Sessions } from './session/sessions.ts';
import { SharedFiles } from './session/sharedFiles.ts';
import { TokenLedger } from './session/tokenLedger.ts';
import { numberSetting, type NumberSettingName } from './settings.ts';
import type { CopyPart } from './views/appTexts.ts';
import { asUserFacing, Messages } from './views/messages.ts';
import type { Node } from './views/orgsTree/nodes.ts';
import { NewDay } from './views/newDay.ts';
import { OrgsTree } from './views/orgsTree/orgsTree.ts';
import { proxySettings } from './views/proxySettings.ts';
import { watchSource } from './views/sourceWatch.ts';
import { StatusBar } from './views/statusBar.ts';
import { suppressions } from './views/suppressions.ts';

/** A history of more than this is figures alone. */
const MOST_KEPT_FINDINGS = 5_000;
const TOKEN_ACTIONS = 'salesforcePkce.tokenActions';

/** Commands that copy a part of the apps that are selected. */
const COPY_COMMANDS: Readonly<Record<string, CopyPart>> = {
  'salesforcePkce.copyName': 'name',
  'salesforcePkce.copyConsumerKey': 'consumerKey',
  'salesforcePkce.copyCallbackUrls': 'callbackUrls',
  'salesforcePkce.copyId': 'id',
  'salesforcePkce.copySetupLink': 'setupLink',
};

/** What the extension consists of, as far as extension.ts hands it to VS Code. */
export interface Parts {
  readonly tree: OrgsTree;
  readonly api: ExportedApi;
  /** Runs a command of the manifest. Nothing comes back: other extensions may be asking. */
  readonly run: (command: string, given: readonly unknown[]) => Promise<void>;
  /** What must be done before the window goes. */
  readonly stop: () => Promise<void>;
}

/**
 * @param view where the org tree is shown
 * @param changed tells the view which row has changed
 */
export function startParts(
  context: vscode.ExtensionContext,
  view: vscode.TreeView<Node>,
  changed: vscode.EventEmitter<Node | undefined>,
): Parts {
  const log = vscode.window.createOutputChannel('PKCE for Salesforce', { log: true });
  const messages = new Messages(log);
  const setting = <T>(name: string, fallback: T): T =>
    vscode.workspace.getConfiguration('salesforcePkce').get<T>(name, fallback);
  const number = (name: NumberSettingName): number =>
    numberSetting(context.extension.packageJSON, name, setting<unknown>(name, undefined));
  // VS Code's own fetch: it knows the user's proxy and certificates.
  const fetch = traced(
    withCheckedCertificates(
      throughProxy((input, init) => globalThis.fetch(input, init), proxySettings),
    ),
    (line) => messages.info(line),
    () => setting('trace', false),
  );
  const now = (): number => Date.now();
  const timeoutMilliseconds = (): number => number('requestTimeoutSeconds') * 1000;

  // All windows of this machine share the folder.
  const shared = context.globalStorageUri.fsPath;
  const isDesktop = vscode.env.uiKind === vscode.UIKind.Desktop;
  // On a remote side the folder is of that machine, and a desktop's secret storage of all its windows.
  const isApart = isDesktop && context.extension.extensionKind === vscode.ExtensionKind.Workspace;
  const store = new SessionStore(
    isApart ? scopedSecrets(context.secrets, new SharedFiles(shared)) : context.secrets,
  );
  const kept = keptFiles(shared);
  const ledger = new TokenLedger(join(shared, 'sessions'));
  const sessions = new Sessions({
    store,
    ledger,
    lockFolder: join(shared, 'locks'),
    storeIsShared: isDesktop,
    fetch,
    memory: context.globalState,
    timeoutMilliseconds,
    refreshAheadMilliseconds: () => number('refreshAheadSeconds') * 1000,
    now,
    report: (error) => messages.logError(error),
  });
  const orgAccess: OrgAccessContext = {
    fetch,
    sessions,
    timeoutMilliseconds,
    concurrency: () => number('requestConcurrency'),
    apiVersion: () => setting('apiVersion', 'auto'),
  };
  const catalogs = new OrgCatalogs({
    ...orgAccess,
    store: kept.catalogs,
    now,
    report: (error) => {
      messages.logError(error);
      return asUserFacing(error);
    },
  });
  const noneOf = (error: unknown): readonly never[] => {
    messages.logError(error);
    return [];
  };
  const accountIds = async (): Promise<ReadonlySet<string>> => {
    const all = await Promise.all([sessions.list(), sessions.missing()]);
    return new Set(all.flat().map(({ id }) => id));
  };
  const listing = new AppListing(context.globalState, now);
  const audits = new OrgAudits({
    sessions,
    catalogs,
    suppressions,
    // Rows and pages go on without what cannot be read.
    proofs: async (orgId) => (await kept.proofs()).of(orgId).catch(noneOf),
    onAudit: (id, audit, catalog) => {
      void Promise.all([kept.audits(), import('./audit/history.ts')])
        .then(async ([history, { pastOf }]) => {
          await history.add(id, pastOf(audit, catalog, MOST_KEPT_FINDINGS));
          // Signed out meanwhile: nothing is kept.
          if (!(await accountIds()).has(id)) await history.forget(id);
        })
        .catch((error: unknown) => messages.logError(error));
    },
    now,
  });
  let changes = 0;
  const stillSignedIn = sessions.onDidChange(() => {
    const change = (changes += 1);
    accountIds()
      .then((ids) => {
        // What was listed before a later change says nothing of now.
        if (change !== changes) return;
        catalogs.keepOnly(ids);
        audits.keepOnly(ids);
      })
      .catch(noneOf);
  });
  const tree = new OrgsTree({ view, changed, sessions, catalogs, audits, listing, now });
  const statusBar = new StatusBar(sessions, TOKEN_ACTIONS);
  context.subscriptions.push(log, store, ledger, catalogs, listing, stillSignedIn, tree, statusBar);

  const groups = commandGroups({
    context,
    orgAccess,
    sessions,
    catalogs,
    audits,
    listing,
    tree,
    messages,
    kept,
    now,
  });
  const handlers = new Map<string, (...given: readonly unknown[]) => Promise<unknown>>();
  const command = (
    name: string,
    handler: (...given: readonly unknown[]) => Promise<unknown>,
  ): void => {
    handlers.set(name, handler);
  };
  const run = async (name: string, given: readonly unknown[]): Promise<void> => {
    try {
      // What it gives may be a session, tokens and all.
      await handlers.get(name)?.(...given);
    } catch (error) {
      // Not awaited: a caller of the command is not made to wait for the message to be dismissed.
      void messages.showError(error, {
        tryAgain: () => run(name, given),
        signInAgain: () => run('salesforcePkce.reauthenticate', given.slice(0, 1)),
      });
    }
  };
  command('salesforcePkce.signIn', async (options) => (await groups.signIn()).signIn(options));
  command('salesforcePkce.signInDemo', async () => (await groups.signIn()).signInDemo());
  command('salesforcePkce.signOut', async (row, rows) =>
    (await groups.session()).signOut(row, rows),
  );
  command('salesforcePkce.setActiveOrg', async (row) => (await groups.session()).setActiveOrg(row));
  command('salesforcePkce.reauthenticate', async (row) =>
    (await groups.session()).reauthenticate(row),
  );
  command('salesforcePkce.refreshToken', async (row) => (await groups.session()).refreshToken(row));
  command('salesforcePkce.showToken', async (row) => (await groups.token()).showToken(row));
  command('salesforcePkce.copyAccessToken', async (row) =>
    (await groups.token()).copyAccessToken(row),
  );
  command('salesforcePkce.openOrg', async (row) => (await groups.token()).openOrg(row));
  command('salesforcePkce.refreshApps', async (row, rows) =>
    (await groups.app()).refreshApps(row, rows),
  );
  // The view's own button: VS Code passes it the row that has the focus.
  command('salesforcePkce.refreshAllOrgs', async () => (await groups.app()).refreshApps());
  command('salesforcePkce.reloadApps', async (row, rows) =>
    (await groups.app()).reloadApps(row, rows),
  );
  command('salesforcePkce.stopReading', () => {
    catalogs.cancel();
    return Promise.resolve();
  });
  command('salesforcePkce.findApp', async () => (await groups.app()).findApp());
  command('salesforcePkce.showApp', async (row) => (await groups.app()).showApp(row));
  command('salesforcePkce.showFinding', async (row) => (await groups.app()).showFinding(row));
  command('salesforcePkce.openInSetup', async (row) => (await groups.app()).openInSetup(row));
  command('salesforcePkce.showMoreApps', (row) => tree.showMore(row));
  command('salesforcePkce.audit', async (row, rows) => (await groups.audit()).audit(row, rows));
  command('salesforcePkce.exportReport', async (row, rows) =>
    (await groups.audit()).exportReport(row, rows),
  );
  command('salesforcePkce.compareAudits', async (row, rows) =>
    (await groups.audit()).compareAudits(row, rows),
  );
  command('salesforcePkce.suppressFinding', async (row) =>
    (await groups.audit()).suppressFinding(row),
  );
  command('salesforcePkce.openDashboard', async () => (await groups.dashboard()).open());
  command('salesforcePkce.probeApp', async (row) => (await groups.prove()).probeApp(row));
  command('salesforcePkce.testHandshake', async (row) => (await groups.prove()).testHandshake(row));
  command('salesforcePkce.enforcePkce', async (row, rows) =>
    (await groups.enforce()).enforcePkce(row, rows),
  );
  command('salesforcePkce.enforceOrgPkce', async (row) =>
    (await groups.enforce()).enforceOrgPkce(row),
  );
  command('salesforcePkce.migrationPlan', async (row) => (await groups.plan()).migrationPlan(row));
  command('salesforcePkce.undoChange', async (row) => (await groups.enforce()).undoChange(row));
  command('salesforcePkce.showJournal', async () => (await groups.journal()).showJournal());
  command('salesforcePkce.exportJournal', async () => (await groups.journal()).exportJournal());
  command('salesforcePkce.filterApps', async () => (await groups.list()).filterApps());
  command('salesforcePkce.clearFilter', async () => (await groups.list()).clearFilter());
  command('salesforcePkce.sortApps', async () => (await groups.list()).sortApps());
  for (const [name, part] of Object.entries(COPY_COMMANDS)) {
    command(name, async (row, rows) => (await groups.list()).copy(part, row, rows));
  }
  command('salesforcePkce.copyAsMarkdown', async (row, rows) =>
    (await groups.list()).copyAsMarkdown(row, rows),
  );
  context.subscriptions.push(
    watchSource(
      groups.sourceDiagnostics,
      () => setting('sourceDiagnostics', true),
      (error) => messages.logError(error),
    ),
  );

  command('salesforcePkce.checkSource', async () => {
    const { checkSource } = await import('./commands/checkSourceCommand.ts');
    await checkSource(await groups.sourceDiagnostics());
  });
  command('salesforcePkce.createClientApp', async () => {
    const { createClientApp } = await import('./commands/createClientAppCommand.ts');
    await createClientApp(sessions);
  });
  command('salesforcePkce.explainError', async (given) => {
    const { explainError } = await import('./commands/explainCommand.ts');
    await explainError(given);
  });
  command('salesforcePkce.showLog', () => {
    messages.showLog();
    return Promise.resolve();
  });
  command(TOKEN_ACTIONS, async () => (await groups.session()).tokenActions());
  // The status bar's own: not in the manifest.
  context.subscriptions.push(
    vscode.commands.registerCommand(TOKEN_ACTIONS, () => run(TOKEN_ACTIONS, [])),
  );

  const provider = new SalesforceAuthenticationProvider({
    sessions,
    signIn: async ({ scopes, account }) => {
      const commands = await groups.signIn();
      return account ? commands.reauthenticate(account, scopes) : commands.signInFor(scopes);
    },
    signOut: async (session) => (await groups.session()).signOutOf([session]),
  });
  const day = new NewDay(Date.now);
  context.subscriptions.push(
    provider,
    vscode.authentication.registerAuthenticationProvider(PROVIDER_ID, PROVIDER_LABEL, provider, {
      supportsMultipleAccounts: true,
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('salesforcePkce.suppressions')) audits.tellChanged();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => audits.tellChanged()),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (!focused) return;
      sessions.lookAgain();
      listing.lookAgain();
      if (day.hasBegun()) audits.tellChanged();
    }),
    store.onDidHaveTrouble((trouble) => void messages.showStoreTrouble(trouble)),
  );

  void statusBar.draw();

  const auditOf = async (session: Session): Promise<Audit> =>
    (await groups.audit()).auditOf(session);
  const api = exportedApi({ sessions, catalogs, auditOf });
  const problemsOf = (id: string): readonly CatalogProblem[] | undefined => {
    const state = catalogs.state(id);
    return state.kind === 'ready' ? state.catalog.problems : undefined;
  };
  context.subscriptions.push(...registerTools(api, problemsOf));

  // Last, so that a link that woke the extension finds everything in place.
  context.subscriptions.push(
    vscode.window.registerUriHandler({
      handleUri: async (uri) => {
        const { receiveCallback } = await import('./commands/callback.ts');
        await receiveCallback(uri, (await groups.callbacks()).handOver, messages);
      },
    }),
  );
  return { tree, api, run, stop: () => groups.stop() };
}
