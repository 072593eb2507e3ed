/** The groups of commands, each loaded and put together when one of its commands is first used. */
import type * as vscode from 'vscode';
import type { AppListing } from './session/appListing.ts';
import type { KeptFiles } from './session/keptFiles.ts';
import { once } from './session/once.ts';
import type { OrgAccessContext } from './session/orgAccess.ts';
import type { OrgAudits } from './session/orgAudits.ts';
import type { OrgCatalogs } from './session/orgCatalogs.ts';
import type { Session } from './session/session.ts';
import type { Sessions } from './session/sessions.ts';
import type { Account } from './session/tokenLedger.ts';
import type { Messages } from './views/messages.ts';
import type { OrgsTree } from './views/orgsTree/orgsTree.ts';

const SIGN_IN_DEADLINE_MILLISECONDS = 5 * 60_000;
const TAKE_OVER_MILLISECONDS = 5_000;

/** What commands work with. */
export interface Workings {
  readonly context: vscode.ExtensionContext;
  readonly orgAccess: OrgAccessContext;
  readonly sessions: Sessions;
  readonly catalogs: OrgCatalogs;
  readonly audits: OrgAudits;
  readonly listing: AppListing;
  readonly tree: OrgsTree;
  readonly messages: Messages;
  readonly kept: KeptFiles;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

export function commandGroups({
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
}: Workings) {
  const { fetch, timeoutMilliseconds } = orgAccess;
  let clearClipboard: (() => Promise<void>) | undefined;

  const learnExpiryOf = async (session: Session): Promise<void> => {
    const { learnExpiry } = await import('./session/expiryProbe.ts');
    await learnExpiry({ sessions, fetch, timeoutMilliseconds, now }, session);
  };
  /** Not awaited: it asks the org, more than once where it must, and no progress is shown. */
  const beginToLearnExpiry = (session: Session): void => {
    void learnExpiryOf(session).catch((error: unknown) => messages.logError(error));
  };
  context.subscriptions.push(sessions.onDidRefresh(beginToLearnExpiry));
  const show = async (session: Session): Promise<void> => {
    // Started before the row is shown: the row would start a reading of its own.
    void tree.read([session.id]);
    await tree.reveal(session.id);
    beginToLearnExpiry(session);
  };

  const demoOrg = once(async () => {
    const { startDemoOrg } = await import('./demo/demoOrg.ts');
    const started = await startDemoOrg();
    context.subscriptions.push({ dispose: () => started.close() });
    return started;
  });
  const callbacks = once(async () => {
    const [{ PendingRequests }, { CallbackHandOver }, { tellOfCallback }] = await Promise.all([
      import('./signIn/pendingRequests.ts'),
      import('./signIn/callbackHandOver.ts'),
      import('./commands/callback.ts'),
    ]);
    const pending = new PendingRequests();
    const handOver = new CallbackHandOver({
      secrets: context.secrets,
      pending,
      now,
      takeOverMilliseconds: TAKE_OVER_MILLISECONDS,
      onTakenOver: (delivery) => tellOfCallback(delivery, messages),
      report: (error) => messages.logError(error),
    });
    context.subscriptions.push(handOver);
    return { pending, handOver };
  });
  const signIn = once(async () => {
    const { SignInCommands } = await import('./commands/signInCommands.ts');
    return new SignInCommands({
      ...(await callbacks()),
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
    (await signIn()).reauthenticate(account);
  const session = once(async () => {
    const { SessionCommands } = await import('./commands/sessionCommands.ts');
    return new SessionCommands({
      sessions,
      forget: (id) => {
        catalogs.forget(id);
        void kept
          .audits()
          .then((history) => history.forget(id))
          .catch((error: unknown) => messages.logError(error));
      },
      messages,
      reauthenticate,
    });
  });
  const token = once(async () => {
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
    clearClipboard = () => commands.clearClipboard();
    return commands;
  });
  const app = once(async () => {
    const { AppCommands } = await import('./commands/appCommands.ts');
    const appDetails = once(async () => {
      const { AppDetails } = await import('./views/appDetails/appDetails.ts');
      const details = new AppDetails({
        extensionUri: context.extensionUri,
        sessions,
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
  const list = once(async () => {
    const { ListCommands } = await import('./commands/listCommands.ts');
    return new ListCommands({ sessions, listing });
  });

  const documents = once(async () => {
    const { Documents } = await import('./views/documents.ts');
    const pages = new Documents();
    context.subscriptions.push(pages);
    return pages;
  });
  const audit = once(async () => {
    const { AuditCommands } = await import('./commands/auditCommands.ts');
    const { version } = context.extension.packageJSON as { version: string };
    return new AuditCommands({
      sessions,
      catalogs,
      audits,
      documents: await documents(),
      messages,
      history: async (id) => (await kept.audits()).of(id),
      version,
      now,
    });
  });
  const journal = once(async () => {
    const { JournalCommands } = await import('./commands/journalCommands.ts');
    return new JournalCommands({
      journal: await kept.journal(),
      documents: await documents(),
      now,
    });
  });
  const enforce = once(async () => {
    const { EnforceCommands } = await import('./commands/enforceCommands.ts');
    return new EnforceCommands({
      ...orgAccess,
      catalogs,
      journal: await kept.journal(),
      documents: await documents(),
      proofs: await kept.proofs(),
      messages,
      now,
    });
  });

  const prove = once(async () => {
    const { ProveCommands } = await import('./commands/proveCommands.ts');
    return new ProveCommands({
      ...(await callbacks()),
      fetch,
      sessions,
      catalogs,
      documents: await documents(),
      proofs: await kept.proofs(),
      messages,
      onProof: () => audits.tellChanged(),
      timeoutMilliseconds,
      deadlineMilliseconds: SIGN_IN_DEADLINE_MILLISECONDS,
      now,
    });
  });

  const plan = once(async () => {
    const { PlanCommands } = await import('./commands/planCommands.ts');
    return new PlanCommands({
      sessions,
      catalogs,
      plans: await kept.plans(),
      proofs: await kept.proofs(),
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
      history: await kept.audits(),
      report: (error) => messages.logError(error),
    });
    context.subscriptions.push(page);
    return page;
  });
  const sourceDiagnostics = once(async () => {
    const { SourceDiagnostics } = await import('./views/sourceDiagnostics.ts');
    const diagnostics = new SourceDiagnostics();
    context.subscriptions.push(diagnostics);
    return diagnostics;
  });

  return {
    callbacks,
    signIn,
    session,
    token,
    app,
    list,
    audit,
    journal,
    enforce,
    prove,
    plan,
    dashboard,
    sourceDiagnostics,
    /** What must be done before the window goes. */
    stop: async (): Promise<void> => {
      sessions.stop();
      await clearClipboard?.();
    },
  };
}
