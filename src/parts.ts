/** Puts the parts together, and nothing else. What a user may never need is loaded when it is needed. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { PkceForSalesforceApi } from './api.ts';
import { throughProxy } from './oauth/proxyTunnel.ts';
import { traced } from './oauth/trace.ts';
import {
  PROVIDER_ID,
  PROVIDER_LABEL,
  SalesforceAuthenticationProvider,
} from './session/authenticationProvider.ts';
import { AppListing } from './session/appListing.ts';
import { OrgAudits } from './session/orgAudits.ts';
import type { OrgAccessContext } from './session/orgAccess.ts';
import { OrgCatalogs } from './session/orgCatalogs.ts';
import { labelOf, type Session } from './session/session.ts';
import { Sessions } from './session/sessions.ts';
import { SessionStore } from './session/sessionStore.ts';
import { TokenLedger, type Account } from './session/tokenLedger.ts';
import type { CopyPart } from './views/appTexts.ts';
import { asUserFacing, Messages } from './views/messages.ts';
import type { MoreNode, Node } from './views/orgsTree/nodes.ts';
import { OrgsTree } from './views/orgsTree/orgsTree.ts';
import { proxySettings } from './views/proxySettings.ts';
import { StatusBar } from './views/statusBar.ts';
import { watchSource } from './views/sourceWatch.ts';
import { suppressions } from './views/suppressions.ts';

const SIGN_IN_DEADLINE_MILLISECONDS = 5 * 60_000;
const TAKE_OVER_MILLISECONDS = 5_000;
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
  readonly api: Omit<PkceForSalesforceApi, 'version'>;
  /** Runs a command of the manifest. */
  readonly run: (command: string, given: readonly unknown[]) => Promise<unknown>;
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
  let atTheEnd: (() => Promise<void>) | undefined;
  const log = vscode.window.createOutputChannel('PKCE for Salesforce', { log: true });
  const messages = new Messages(log);
  const setting = <T>(name: string, fallback: T): T =>
    vscode.workspace.getConfiguration('salesforcePkce').get<T>(name, fallback);
  // VS Code's own fetch: it knows the user's proxy and certificates.
  const fetch = traced(
    throughProxy((input, init) => globalThis.fetch(input, init), proxySettings),
    (line) => messages.info(line),
    () => setting('trace', false),
  );
  const now = (): number => Date.now();
  const timeoutMilliseconds = (): number => setting('requestTimeoutSeconds', 30) * 1000;

  const store = new SessionStore(context.secrets);
  // All windows of this machine share the folder.
  const shared = context.globalStorageUri.fsPath;
  const ledger = new TokenLedger(join(shared, 'sessions'));
  const sessions = new Sessions({
    store,
    ledger,
    lockFolder: join(shared, 'locks'),
    storeIsShared: vscode.env.uiKind === vscode.UIKind.Desktop,
    fetch,
    memory: context.globalState,
    timeoutMilliseconds,
    refreshAheadMilliseconds: () => setting('refreshAheadSeconds', 60) * 1000,
    now,
  });
  const orgAccess: OrgAccessContext = {
    fetch,
    sessions,
    timeoutMilliseconds,
    concurrency: () => setting('requestConcurrency', 10),
    apiVersion: () => setting('apiVersion', 'auto'),
  };
  const catalogs = new OrgCatalogs({
    ...orgAccess,
    store: once(async () => {
      const [{ CatalogStore }, { SharedFiles }] = await Promise.all([
        import('./session/catalogStore.ts'),
        import('./session/sharedFiles.ts'),
      ]);
      return new CatalogStore(new SharedFiles(join(shared, 'catalogs')));
    }),
    now,
    report: (error) => {
      messages.logError(error);
      return asUserFacing(error);
    },
  });
  const listing = new AppListing(context.globalState, now);
  const proofs = once(async () => {
    const [{ ProofStore }, { SharedFiles }] = await Promise.all([
      import('./session/proofStore.ts'),
      import('./session/sharedFiles.ts'),
    ]);
    return new ProofStore(new SharedFiles(join(shared, 'proofs')));
  });
  const history = once(async () => {
    const [{ AuditHistory }, { SharedFiles }] = await Promise.all([
      import('./session/auditHistory.ts'),
      import('./session/sharedFiles.ts'),
    ]);
    return new AuditHistory(new SharedFiles(join(shared, 'audits')));
  });
  const audits = new OrgAudits({
    sessions,
    catalogs,
    suppressions,
    proofs: async (orgId) => (await proofs()).of(orgId),
    onAudit: (id, audit, { apps }) => {
      void Promise.all([history(), import('./audit/history.ts')])
        .then(([kept, { pastOf }]) => kept.add(id, pastOf(audit, apps, MOST_KEPT_FINDINGS)))
        .catch((error: unknown) => messages.logError(error));
    },
    now,
  });
  const tree = new OrgsTree({ view, changed, sessions, catalogs, audits, listing, now });
  const statusBar = new StatusBar(sessions, TOKEN_ACTIONS);
  context.subscriptions.push(log, store, ledger, catalogs, listing, tree, statusBar);

  const learnExpiryOf = async (session: Session): Promise<void> => {
    const { learnExpiry } = await import('./session/expiryProbe.ts');
    await learnExpiry({ sessions, fetch, timeoutMilliseconds, now }, session);
  };
  const show = async (session: Session): Promise<void> => {
    // Started before the row is shown: the row would start a reading of its own.
    void tree.read([session.id]);
    await tree.reveal(session.id);
    await learnExpiryOf(session);
  };

  const demoOrg = once(async () => {
    const { startDemoOrg } = await import('./demo/demoOrg.ts');
    const started = await startDemoOrg();
    context.subscriptions.push({ dispose: () => started.close() });
    return started;
  });
  const way = once(async () => {
    const [{ PendingRequests }, { CallbackRelay }] = await Promise.all([
      import('./signIn/pendingRequests.ts'),
      import('./signIn/callbackRelay.ts'),
    ]);
    const pending = new PendingRequests();
    const relay = new CallbackRelay({
      secrets: context.secrets,
      pending,
      now,
      takeOverMilliseconds: TAKE_OVER_MILLISECONDS,
    });
    context.subscriptions.push(relay);
    return { pending, relay };
  });
  const signInCommands = once(async () => {
    const { SignInCommands } = await import('./commands/signInCommands.ts');
    return new SignInCommands({
      ...(await way()),
      fetch,
      sessions,
      messages,
      memory: context.globalState,
      now,
      timeoutMilliseconds,
      deadlineMilliseconds: SIGN_IN_DEADLINE_MILLISECONDS,
      startDemoOrg: demoOrg,
      show,
    });
  });
  const reauthenticate = async (account: Account): Promise<unknown> =>
    (await signInCommands()).reauthenticate(account);
  const sessionCommands = once(async () => {
    const { SessionCommands } = await import('./commands/sessionCommands.ts');
    return new SessionCommands({
      sessions,
      forget: (id) => {
        catalogs.forget(id);
        void history()
          .then((kept) => kept.forget(id))
          .catch((error: unknown) => messages.logError(error));
      },
      messages,
      learnExpiry: learnExpiryOf,
      reauthenticate,
    });
  });
  const tokenCommands = once(async () => {
    const { TokenCommands } = await import('./commands/tokenCommands.ts');
    const commands = new TokenCommands({
      sessions,
      catalogs,
      messages,
      fetch,
      timeoutMilliseconds,
      now,
      learnExpiry: learnExpiryOf,
      reauthenticate,
    });
    atTheEnd = () => commands.clearClipboard();
    return commands;
  });
  const appCommands = once(async () => {
    const { AppCommands } = await import('./commands/appCommands.ts');
    const appDetails = once(async () => {
      const { AppDetails } = await import('./views/appDetails/appDetails.ts');
      const details = new AppDetails({
        extensionUri: context.extensionUri,
        catalogs,
        audits,
        now,
      });
      context.subscriptions.push(details);
      return details;
    });
    const readInView = (ids: readonly string[], everything: boolean): Promise<void> =>
      tree.read(ids, everything);
    return new AppCommands({ sessions, catalogs, appDetails, readInView });
  });
  const listCommands = once(async () => {
    const { ListCommands } = await import('./commands/listCommands.ts');
    return new ListCommands({ sessions, listing });
  });

  const documents = once(async () => {
    const { Documents } = await import('./views/documents.ts');
    const pages = new Documents();
    context.subscriptions.push(pages);
    return pages;
  });
  const auditCommands = once(async () => {
    const { AuditCommands } = await import('./commands/auditCommands.ts');
    const { version } = context.extension.packageJSON as { version: string };
    return new AuditCommands({
      sessions,
      catalogs,
      audits,
      documents: await documents(),
      history: async (id) => (await history()).of(id),
      version,
      now,
    });
  });
  const enforceCommands = once(async () => {
    const [{ EnforceCommands }, { Journal }, { SharedFiles }] = await Promise.all([
      import('./commands/enforceCommands.ts'),
      import('./session/journal.ts'),
      import('./session/sharedFiles.ts'),
    ]);
    return new EnforceCommands({
      ...orgAccess,
      catalogs,
      journal: new Journal(new SharedFiles(join(shared, 'journal'))),
      documents: await documents(),
      provenOn: async ({ orgId }, appId) => (await proofs()).provenOn(orgId, appId),
      now,
    });
  });

  const proveCommands = once(async () => {
    const { ProveCommands } = await import('./commands/proveCommands.ts');
    return new ProveCommands({
      ...(await way()),
      fetch,
      sessions,
      catalogs,
      documents: await documents(),
      proofs: await proofs(),
      onProof: () => tree.refresh(),
      timeoutMilliseconds,
      deadlineMilliseconds: SIGN_IN_DEADLINE_MILLISECONDS,
      now,
    });
  });

  const planCommands = once(async () => {
    const [{ PlanCommands }, { PlanStore }, { SharedFiles }] = await Promise.all([
      import('./commands/planCommands.ts'),
      import('./session/planStore.ts'),
      import('./session/sharedFiles.ts'),
    ]);
    return new PlanCommands({
      sessions,
      catalogs,
      plans: new PlanStore(new SharedFiles(join(shared, 'plans'))),
      proofs: await proofs(),
      documents: await documents(),
      now,
    });
  });
  const dashboard = once(async () => {
    const { Dashboard } = await import('./views/dashboard/dashboard.ts');
    const page = new Dashboard({
      extensionUri: context.extensionUri,
      sessions,
      catalogs,
      audits,
      history: async (id) => (await history()).of(id),
    });
    context.subscriptions.push(page);
    return page;
  });

  const handlers = new Map<string, (...given: readonly unknown[]) => Promise<unknown>>();
  const command = (
    name: string,
    handler: (...given: readonly unknown[]) => Promise<unknown>,
  ): void => {
    handlers.set(name, handler);
  };
  const run = async (name: string, given: readonly unknown[]): Promise<unknown> => {
    try {
      return await handlers.get(name)?.(...given);
    } catch (error) {
      // Not awaited: a caller of the command is not made to wait for the message to be dismissed.
      void messages.showError(error);
      return undefined;
    }
  };
  command('salesforcePkce.signIn', async (options) => (await signInCommands()).signIn(options));
  command('salesforcePkce.signInDemo', async () => (await signInCommands()).signInDemo());
  command('salesforcePkce.signOut', async (row, rows) =>
    (await sessionCommands()).signOut(row, rows),
  );
  command('salesforcePkce.setActiveOrg', async (row) =>
    (await sessionCommands()).setActiveOrg(row),
  );
  command('salesforcePkce.reauthenticate', async (row) =>
    (await sessionCommands()).reauthenticate(row),
  );
  command('salesforcePkce.refreshToken', async (row) =>
    (await sessionCommands()).refreshToken(row),
  );
  command('salesforcePkce.showToken', async (row) => (await tokenCommands()).showToken(row));
  command('salesforcePkce.copyAccessToken', async (row) =>
    (await tokenCommands()).copyAccessToken(row),
  );
  command('salesforcePkce.openOrg', async (row) => (await tokenCommands()).openOrg(row));
  command('salesforcePkce.refreshApps', async (row, rows) =>
    (await appCommands()).refreshApps(row, rows),
  );
  command('salesforcePkce.reloadApps', async (row, rows) =>
    (await appCommands()).reloadApps(row, rows),
  );
  command('salesforcePkce.stopReading', () => {
    catalogs.cancel();
    return Promise.resolve();
  });
  command('salesforcePkce.findApp', async () => (await appCommands()).findApp());
  command('salesforcePkce.showApp', async (row) => (await appCommands()).showApp(row));
  command('salesforcePkce.showFinding', async (row) => (await appCommands()).showFinding(row));
  command('salesforcePkce.openInSetup', async (row) => (await appCommands()).openInSetup(row));
  command('salesforcePkce.showMoreApps', (row) => tree.showMore(row as MoreNode));
  command('salesforcePkce.audit', async (row, rows) => (await auditCommands()).audit(row, rows));
  command('salesforcePkce.exportReport', async (row, rows) =>
    (await auditCommands()).exportReport(row, rows),
  );
  command('salesforcePkce.compareAudits', async (row) =>
    (await auditCommands()).compareAudits(row),
  );
  command('salesforcePkce.suppressFinding', async (row) =>
    (await auditCommands()).suppressFinding(row),
  );
  command('salesforcePkce.openDashboard', async () => (await dashboard()).open());
  command('salesforcePkce.probeApp', async (row) => (await proveCommands()).probeApp(row));
  command('salesforcePkce.testHandshake', async (row) =>
    (await proveCommands()).testHandshake(row),
  );
  command('salesforcePkce.enforcePkce', async (row, rows) =>
    (await enforceCommands()).enforcePkce(row, rows),
  );
  command('salesforcePkce.enforceOrgPkce', async (row) =>
    (await enforceCommands()).enforceOrgPkce(row),
  );
  command('salesforcePkce.migrationPlan', async (row) => (await planCommands()).migrationPlan(row));
  command('salesforcePkce.undoChange', async () => (await enforceCommands()).undoChange());
  command('salesforcePkce.showJournal', async () => (await enforceCommands()).showJournal());
  command('salesforcePkce.exportJournal', async () => (await enforceCommands()).exportJournal());
  command('salesforcePkce.filterApps', async () => (await listCommands()).filterApps());
  command('salesforcePkce.clearFilter', async () => (await listCommands()).clearFilter());
  command('salesforcePkce.sortApps', async () => (await listCommands()).sortApps());
  for (const [name, part] of Object.entries(COPY_COMMANDS)) {
    command(name, async (row, rows) => (await listCommands()).copy(part, row, rows));
  }
  command('salesforcePkce.copyAsMarkdown', async (row, rows) =>
    (await listCommands()).copyAsMarkdown(row, rows),
  );
  const source = once(async () => {
    const { SourceDiagnostics } = await import('./views/sourceDiagnostics.ts');
    const diagnostics = new SourceDiagnostics();
    context.subscriptions.push(diagnostics);
    return diagnostics;
  });
  context.subscriptions.push(
    watchSource(
      source,
      () => setting('sourceDiagnostics', true),
      (error) => messages.logError(error),
    ),
  );

  command('salesforcePkce.checkSource', async () => {
    const { checkSource } = await import('./commands/checkSourceCommand.ts');
    await checkSource(await source());
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
  command(TOKEN_ACTIONS, async () => (await sessionCommands()).tokenActions());
  // The status bar's own: not in the manifest.
  context.subscriptions.push(
    vscode.commands.registerCommand(TOKEN_ACTIONS, () => run(TOKEN_ACTIONS, [])),
  );

  const provider = new SalesforceAuthenticationProvider({
    sessions,
    signIn: async ({ scopes, session }) => {
      const commands = await signInCommands();
      return session ? commands.reauthenticate(session, scopes) : commands.signInFor(scopes);
    },
    signOut: async (session) => (await sessionCommands()).signOutOf(session),
  });
  context.subscriptions.push(
    provider,
    vscode.authentication.registerAuthenticationProvider(PROVIDER_ID, PROVIDER_LABEL, provider, {
      supportsMultipleAccounts: true,
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('salesforcePkce.suppressions')) tree.refresh();
    }),
    store.onDidHaveTrouble((trouble) => void messages.showStoreTrouble(trouble)),
  );

  void statusBar.draw();
  // Last, so that a link that woke the extension finds everything in place.
  context.subscriptions.push(
    vscode.window.registerUriHandler({
      handleUri: async (uri) => {
        const { receiveCallback } = await import('./commands/callback.ts');
        await receiveCallback(uri, (await way()).relay, messages);
      },
    }),
  );

  const api: Parts['api'] = {
    listOrgs: async () =>
      (await sessions.list()).map((session) => ({
        id: session.id,
        label: labelOf(session),
        username: session.username,
        instanceUrl: session.instanceUrl,
      })),
    listApps: async (orgId, options) => {
      if (!(await sessions.get(orgId)))
        throw new Error(`No org is signed in with the id ${orgId}.`);
      const known = catalogs.state(orgId);
      const state =
        known.kind === 'ready' && !known.isRemembered && options?.refresh !== true
          ? known
          : await catalogs.read(orgId);
      if (state.kind === 'ready') return state.catalog.apps;
      throw new Error(state.kind === 'failed' ? state.error.message : 'The reading was cancelled.');
    },
    audit: async (orgId) => {
      const session = await sessions.get(orgId);
      if (!session) throw new Error(`No org is signed in with the id ${orgId}.`);
      return (await auditCommands()).auditOf(session);
    },
  };
  return { tree, api, run, stop: async () => atTheEnd?.() };
}

/** A part that is made when it is first asked for; a failure is not kept. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
