/** Signing in: to an org that is picked, to the demo org, and again to one whose session has ended. */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { kindOfLoginHost, loginHostOf } from '../salesforce/loginHost.ts';
import { withMore } from '../salesforce/scopes.ts';
import { labelOf, type Session } from '../session/session.ts';
import type { Account } from '../session/tokenLedger.ts';
import { untilAborted } from '../session/untilAborted.ts';
import {
  copyCallbackUrls,
  openRedirect,
  redirectSettings,
  situationFor,
} from '../signIn/browser.ts';
import { BrowserWait } from '../signIn/browserWait.ts';
import { CONSUMER_KEY, type ConfiguredClientApp } from '../signIn/clientApps.ts';
import {
  askClientApp,
  askTarget,
  askWay,
  confirmLoginHost,
  configuredClientApps,
  configuredScopes,
  rememberClientApp,
} from '../signIn/questions.ts';
import { recentLoginHosts, rememberLoginHost } from '../signIn/recentLoginHosts.ts';
import { REDIRECT_WAYS, wayFor, waysFor, type RedirectWay } from '../signIn/redirect.ts';
import type { SignInContext, SignInInput } from '../signIn/signIn.ts';
import { FOLLOW_UP } from '../views/followUp.ts';
import type { Messages } from '../views/messages.ts';
import { showInformationMessage, showWarningMessage } from '../views/notifications.ts';
import { withCancel } from '../views/progress.ts';
import { unlessAborted } from './unlessAborted.ts';

/** A demo org that is running. */
export interface RunningDemoOrg {
  readonly url: string;
  readonly clientId: string;
  readonly username: string;
}

export interface SignInCommandsContext extends SignInContext {
  readonly messages: Messages;
  /** For recent login hosts. */
  readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
  /** Starts the demo org, or returns the one that runs. */
  readonly startDemoOrg: () => Promise<RunningDemoOrg>;
  /** Shows a session that has just signed in. */
  readonly show: (session: Session) => Promise<void>;
}

/** Arguments of `salesforcePkce.signIn`, for key bindings and tests; whatever is missing is asked for. */
const SignInArguments = v.optional(
  v.object({
    loginHost: v.optional(v.string()),
    clientId: v.optional(v.pipe(v.string(), v.regex(CONSUMER_KEY))),
    alias: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80))),
    scopes: v.optional(v.array(v.string())),
    redirect: v.optional(v.picklist(['auto', ...REDIRECT_WAYS])),
  }),
);

type SignInOptions = NonNullable<v.InferOutput<typeof SignInArguments>> & {
  /** Scopes that another extension wants beside our own. */
  readonly moreScopes?: readonly string[];
};

/** What one sign-in asks for; the rest follows from the situation. */
type Wish = Pick<SignInInput, 'loginHost' | 'clientId' | 'scopes'> &
  Partial<Pick<SignInInput, 'alias' | 'loginHint' | 'prompt' | 'expected'>> & {
    /** The client app to keep in the settings once it has worked. */
    readonly remember?: ConfiguredClientApp | undefined;
    /** How the browser comes back; undefined: by the setting. */
    readonly way?: RedirectWay | 'auto' | undefined;
  };

const DEMO_ORG_SCOPES = ['api', 'refresh_token'];

export class SignInCommands {
  readonly #context: SignInCommandsContext;
  #running = 0;

  constructor(context: SignInCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.signIn` */
  async signIn(given?: unknown): Promise<Session | undefined> {
    const parsed = v.safeParse(SignInArguments, given);
    // The tree's title button passes the row that has the focus; a key binding's mistake is named, not guessed around.
    if (!parsed.success) {
      const path = v.getDotPath(parsed.issues[0]) ?? 'argument';
      throw new UserFacingError({
        code: 'bad_arguments',
        happened: l10n.t`The sign-in was called with an argument that does not fit: ${path}.`,
        todo: l10n.t('Arguments are {loginHost?, clientId?, alias?, scopes?, redirect?}.'),
      });
    }
    const options = parsed.output ?? {};
    if (options.loginHost !== undefined) {
      const loginHost = loginHostOf(options.loginHost);
      const ownApps = configuredClientApps(() => undefined);
      const isOwn =
        ownApps.some((app) => app.loginHost === loginHost) ||
        recentLoginHosts(this.#context.memory).includes(loginHost);
      if (!isOwn && !(await confirmLoginHost(loginHost))) return undefined;
    }
    return this.#signIn(options);
  }

  /** The rest of it, once the arguments are known to fit. */
  async #signIn(options: SignInOptions): Promise<Session | undefined> {
    const { messages, memory } = this.#context;
    const scopesBeside = (own: readonly string[]): readonly string[] =>
      options.scopes ?? withMore(own, options.moreScopes);
    const inDemoOrg = () => this.signInDemo(scopesBeside(DEMO_ORG_SCOPES));
    const apps = configuredClientApps((line) => messages.info(line));
    const target =
      options.loginHost === undefined
        ? await askTarget(apps, recentLoginHosts(memory))
        : { kind: 'org' as const, loginHost: loginHostOf(options.loginHost) };
    if (!target) return undefined;
    if (target.kind === 'demoOrg') return inDemoOrg();
    const { loginHost } = target;
    const app =
      options.clientId === undefined
        ? (target.app ?? (await this.#askClientApp(apps, { ...options, loginHost })))
        : { name: '', clientId: options.clientId, loginHost: undefined, scopes: undefined };
    if (!app) return undefined;
    if (app === 'demoOrg') return inDemoOrg();
    const scopes = scopesBeside(app.scopes ?? configuredScopes());
    const wish = { loginHost, clientId: app.clientId, scopes, alias: options.alias };
    return this.#run({ ...wish, remember: app, way: options.redirect });
  }

  /**
   * A sign-in for another extension, that wants these scopes: to an org that is signed in and is asked
   * for more, or to another one. Our own scopes are asked for as well: the session is this extension's, too.
   */
  async signInFor(scopes: readonly string[]): Promise<Session | undefined> {
    const { sessions } = this.#context;
    const all = await sessions.list();
    const missing = await sessions.missing();
    if (all.length + missing.length === 0) return this.#signIn({ moreScopes: scopes });
    const picked = await vscode.window.showQuickPick(
      [
        ...all.map((session) => ({
          label: `$(cloud) ${labelOf(session)}`,
          description: new URL(session.instanceUrl).host,
          detail: l10n.t`signed in; is asked for ${scopes.filter((scope) => !session.scopes.includes(scope)).join(' ') || l10n.t('its scopes again')}`,
          account: session,
          held: session.scopes,
        })),
        ...missing.map((account) => ({
          label: `$(cloud) ${labelOf(account)}`,
          description: new URL(account.loginHost).host,
          detail: l10n.t('signed in, but its token is not in this window'),
          account,
          held: account.requestedScopes,
        })),
        { label: `$(add) ${l10n.t('Another Org...')}`, account: undefined, held: [] },
      ],
      {
        ...FOLLOW_UP,
        title: l10n.t('Sign In for Another Extension'),
        placeHolder: l10n.t`Which org should give the scopes ${scopes.join(' ')}?`,
      },
    );
    if (!picked) return undefined;
    const { account, held } = picked;
    if (!account) return this.#signIn({ moreScopes: scopes });
    return this.reauthenticate(account, withMore(held, scopes));
  }

  /** `salesforcePkce.signInDemo` */
  async signInDemo(scopes: readonly string[] = DEMO_ORG_SCOPES): Promise<Session | undefined> {
    // A demo org that starts goes on to: the next sign-in finds it.
    const demoOrg = await withCancel(l10n.t('Starting the demo org...'), (signal) =>
      unlessAborted(signal, () => untilAborted(this.#context.startDemoOrg(), signal)),
    );
    if (!demoOrg) return undefined;
    return this.#run({
      loginHost: demoOrg.url,
      clientId: demoOrg.clientId,
      scopes,
      alias: l10n.t('Demo Org'),
      loginHint: demoOrg.username,
      // The demo org takes this editor's own link as it comes, whatever is set for real orgs.
      way: 'auto',
    });
  }

  /**
   * `salesforcePkce.reauthenticate`: same host, client app and alias; the user name is filled in.
   * @param scopes in place of those that were asked for before
   */
  async reauthenticate(
    account: Account,
    scopes: readonly string[] = account.requestedScopes,
  ): Promise<Session | undefined> {
    return this.#run({
      loginHost: account.loginHost,
      clientId: account.clientId,
      alias: account.alias,
      scopes,
      loginHint: account.username,
      prompt: 'login',
      // A demo org, as in `signInDemo`.
      way: kindOfLoginHost(account.loginHost) === 'loopback' ? 'auto' : undefined,
      expected: {
        id: account.id,
        acceptOther: (signedIn) => acceptOther(account, signedIn),
      },
    });
  }

  async #run(given: Wish): Promise<Session | undefined> {
    const { messages } = this.#context;
    const wish = { ...given, scopes: eachOnce(given.scopes) };
    if (wish.scopes.includes('full') && !(await acceptFullScope())) return undefined;
    let wait: BrowserWait | undefined;
    let cancelled: AbortSignal | undefined;
    this.#setRunning(1);
    try {
      const session = await withCancel(
        l10n.t`Signing in at ${new URL(wish.loginHost).host}`,
        async (signal, report) => {
          cancelled = signal;
          wait = new BrowserWait({
            deadlineMilliseconds: this.#context.deadlineMilliseconds,
            report,
            deliver: (response) => this.#context.pending.deliver(response),
          });
          return this.#inBrowser(wish, wait, signal, report);
        },
      );
      if (session) await this.#settle(session, wish);
      return session;
    } catch (error) {
      if (cancelled?.aborted) {
        // The user's own Cancel is no error; who cancels because the browser went nowhere finds a way on.
        if (wait?.hasOpened) void this.#offerOtherWay(wish);
        return undefined;
      }
      void messages.showError(error, {
        tryAgain: () => this.#run(wish),
        signInAgain: () => this.#run(wish),
        signInWithoutScopes: () => this.#run({ ...wish, scopes: [] }),
        copyCallbackUrls: async () => copyCallbackUrls(await wayOf(wish.loginHost, wish.way)),
        otherWay: () => this.#runOtherWay(wish),
      });
      return undefined;
    } finally {
      this.#setRunning(-1);
    }
  }

  /** The way back is shown with the question: one that the setting names and that is not possible ends it. */
  async #askClientApp(
    apps: readonly ConfiguredClientApp[],
    options: SignInOptions & { readonly loginHost: string },
  ): ReturnType<typeof askClientApp> {
    const { loginHost, redirect } = options;
    let way: RedirectWay;
    try {
      way = await wayOf(loginHost, redirect);
    } catch (error) {
      void this.#context.messages.showError(error, {
        otherWay: async () => {
          const other = await askOtherWay(loginHost, redirect);
          return other ? this.#signIn({ ...options, redirect: other }) : undefined;
        },
      });
      return undefined;
    }
    return askClientApp(apps, loginHost, way);
  }

  /** What follows a sign-in: the user is signed in whether or not it works. */
  async #settle(session: Session, { remember }: Wish): Promise<void> {
    const { messages, memory, show } = this.#context;
    const log = (error: unknown): void => messages.logError(error);
    await show(session).catch(log);
    await rememberLoginHost(memory, session.loginHost).catch(log);
    if (remember) await rememberClientApp(remember).catch(log);
  }

  async #inBrowser(
    wish: Wish,
    wait: BrowserWait,
    signal: AbortSignal,
    report: (message: string) => void,
  ): Promise<Session | undefined> {
    const { signIn } = await import('../signIn/signIn.ts');
    const redirect = await openRedirect(await wayOf(wish.loginHost, wish.way));
    try {
      return await signIn(this.#context, {
        ...wish,
        redirect,
        signal,
        openLink: (url) => wait.open(url, redirect.way),
        onAnswer: () => {
          wait.end();
          report(l10n.t('Fetching the token...'));
        },
      });
    } finally {
      wait.end();
    }
  }

  async #offerOtherWay(wish: Wish): Promise<void> {
    const other = l10n.t('Try Another Way...');
    const picked = await showInformationMessage(
      l10n.t(
        'The sign-in was cancelled. If the browser did not lead back to the editor, try another way.',
      ),
      other,
    );
    if (picked === other) await this.#runOtherWay(wish);
  }

  async #runOtherWay(wish: Wish): Promise<Session | undefined> {
    const way = await askOtherWay(wish.loginHost, wish.way);
    return way ? this.#run({ ...wish, way }) : undefined;
  }

  /** The welcome view says so while a sign-in waits. */
  #setRunning(change: 1 | -1): void {
    this.#running += change;
    void vscode.commands.executeCommand(
      'setContext',
      'salesforcePkce.signingIn',
      this.#running > 0,
    );
  }
}

/** The way for a sign-in: what was asked for, else the setting. */
async function wayOf(
  loginHost: string,
  wanted: RedirectWay | 'auto' | undefined,
): Promise<RedirectWay> {
  return wayFor(await situationFor(loginHost), wanted ?? redirectSettings().way);
}

/** Asks for one of the ways that are left, the next one first. */
async function askOtherWay(
  loginHost: string,
  wanted: RedirectWay | 'auto' | undefined,
): Promise<RedirectWay | undefined> {
  const tried = wanted ?? redirectSettings().way;
  const ways = waysFor(await situationFor(loginHost));
  const used = tried === 'auto' ? ways[0] : tried;
  return askWay(ways.filter((one) => one !== used));
}

/** Scopes one by one: settings and other extensions may name several in one text, as requests do. */
function eachOnce(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes.flatMap((scope) => scope.split(/\s+/).filter(Boolean)))];
}

/** `full` is far more than this extension needs (RFC 9700 section 2.3). Modal, since all else waits for the answer. */
async function acceptFullScope(): Promise<boolean> {
  const goOn = l10n.t('Sign In Anyway');
  const settings = l10n.t('Open Settings');
  const picked = await showWarningMessage(
    l10n.t('Sign in with the scope "full"?'),
    {
      modal: true,
      detail: l10n.t(
        'The scope "full" gives the token everything that you may do in the org. This extension needs "api" and "refresh_token" only.',
      ),
    },
    goOn,
    settings,
  );
  if (picked === settings) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'salesforcePkce.scopes');
  }
  return picked === goOn;
}

/** Another user or org than before is never swapped in silently (PROTOCOL.md 49). */
async function acceptOther(expected: Account, signedIn: Session): Promise<boolean> {
  const keep = l10n.t('Add as a New Entry');
  const picked = await showWarningMessage(
    l10n.t`You signed in as ${signedIn.username}, not as ${expected.username}.`,
    {
      modal: true,
      detail: l10n.t`"${labelOf(expected)}" stays as it is. Add ${signedIn.username} at ${new URL(signedIn.instanceUrl).host} as a new entry? Otherwise its access is revoked again.`,
    },
    keep,
  );
  return picked === keep;
}
