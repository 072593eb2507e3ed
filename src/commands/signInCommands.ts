/** Signing in: to an org that is picked, to the demo org, and again to one whose session has ended. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { loginHostOf } from '../salesforce/loginHost.ts';
import { labelOf, type Session } from '../session/session.ts';
import {
  copyCallbackUrls,
  linkForBrowser,
  openInBrowser,
  redirectUriFor,
} from '../signIn/browser.ts';
import { CONSUMER_KEY, type ConfiguredClientApp } from '../signIn/clientApps.ts';
import {
  askClientApp,
  askTarget,
  configuredClientApps,
  recentLoginHosts,
  rememberClientApp,
  rememberLoginHost,
} from '../signIn/questions.ts';
import type { SignInContext, SignInInput } from '../signIn/signIn.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import type { Messages } from '../views/messages.ts';

/** A demo org that is running. */
export interface RunningDemoOrg {
  readonly url: string;
  readonly clientId: string;
  readonly username: string;
}

export interface SignInCommandsContext extends SignInContext {
  readonly messages: Messages;
  /** For recent login hosts. */
  readonly memory: vscode.Memento;
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
    redirect: v.optional(v.picklist(['auto', 'uriHandler'])),
  }),
);

/** What one sign-in asks for; the rest follows from the situation. */
type Wish = Pick<SignInInput, 'loginHost' | 'clientId' | 'scopes'> &
  Partial<Pick<SignInInput, 'alias' | 'loginHint' | 'prompt' | 'accept'>> & {
    /** The client app to keep in the settings once it has worked. */
    readonly remember?: ConfiguredClientApp | undefined;
  };

/** When nothing has come back for this long, other ways are offered; the wait goes on. */
const OFFER_HELP_MILLISECONDS = 20_000;
const COUNTDOWN_MILLISECONDS = 30_000;
const DEMO_ORG_SCOPES = ['api', 'refresh_token'];

export class SignInCommands {
  readonly #context: SignInCommandsContext;
  #running = 0;

  constructor(context: SignInCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.signIn` */
  async signIn(given?: unknown): Promise<Session | undefined> {
    const { messages, memory } = this.#context;
    const parsed = v.safeParse(SignInArguments, given);
    // The tree's title button passes nothing; a key binding's mistake is named, not guessed around.
    if (!parsed.success) {
      const path = v.getDotPath(parsed.issues[0]) ?? 'argument';
      throw new UserFacingError({
        code: 'bad_arguments',
        happened: `The sign-in was called with an argument that does not fit: ${path}.`,
        todo: 'Arguments are {loginHost?, clientId?, alias?, scopes?, redirect?}.',
      });
    }
    const options = parsed.output ?? {};
    const apps = configuredClientApps((line) => messages.info(line));
    const target =
      options.loginHost === undefined
        ? await askTarget(apps, recentLoginHosts(memory))
        : { kind: 'org' as const, loginHost: loginHostOf(options.loginHost) };
    if (!target) return undefined;
    if (target.kind === 'demoOrg') return this.signInDemo();
    const { loginHost } = target;
    const app =
      options.clientId === undefined
        ? (target.app ?? (await askClientApp(apps, loginHost)))
        : { name: '', clientId: options.clientId, loginHost: undefined, scopes: undefined };
    if (!app) return undefined;
    if (app === 'demoOrg') return this.signInDemo();
    const scopes = options.scopes ?? app.scopes ?? this.#scopes();
    const wish = { loginHost, clientId: app.clientId, scopes, alias: options.alias };
    return this.#run({ ...wish, remember: app });
  }

  /** `salesforcePkce.signInDemo` */
  async signInDemo(): Promise<Session | undefined> {
    const demoOrg = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: 'Starting the demo org...' },
      () => this.#context.startDemoOrg(),
    );
    return this.#run({
      loginHost: demoOrg.url,
      clientId: demoOrg.clientId,
      scopes: DEMO_ORG_SCOPES,
      alias: 'Demo Org',
      loginHint: demoOrg.username,
    });
  }

  /** `salesforcePkce.reauthenticate`: same host, client app and scopes; the user name is filled in. */
  async reauthenticate(session: Session): Promise<Session | undefined> {
    return this.#run({
      loginHost: session.loginHost,
      clientId: session.clientId,
      scopes: session.requestedScopes,
      loginHint: session.username,
      prompt: 'login',
      accept: (signedIn) => acceptOther(session, signedIn),
    });
  }

  #scopes(): readonly string[] {
    const scopes: unknown = vscode.workspace.getConfiguration('salesforcePkce').get('scopes');
    return Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [];
  }

  async #run(wish: Wish): Promise<Session | undefined> {
    const { messages, memory, show } = this.#context;
    if (wish.scopes.includes('full') && !(await acceptFullScope())) return undefined;
    const cancel = new AbortController();
    this.#setRunning(1);
    try {
      const session = await this.#inBrowser(wish, cancel);
      if (!session) return undefined;
      await rememberLoginHost(memory, session.loginHost);
      if (wish.remember) await rememberClientApp(wish.remember);
      await show(session);
      return session;
    } catch (error) {
      if (cancel.signal.aborted) return undefined; // the user's own Cancel needs no message
      void messages.showError(error, {
        tryAgain: () => this.#run(wish),
        signInAgain: () => this.#run(wish),
        signInWithoutScopes: () => this.#run({ ...wish, scopes: [] }),
        copyCallbackUrls,
        openSettings: () =>
          vscode.commands.executeCommand('workbench.action.openSettings', 'salesforcePkce'),
        startDemoOrg: () => this.signInDemo(),
      });
      return undefined;
    } finally {
      this.#setRunning(-1);
    }
  }

  async #inBrowser(wish: Wish, cancel: AbortController): Promise<Session | undefined> {
    const host = new URL(wish.loginHost).host;
    const redirectUri = await redirectUriFor(wish.loginHost);
    const { signIn } = await import('../signIn/signIn.ts');
    return vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: `Signing in at ${host}`,
        cancellable: true,
      },
      async (progress, cancellation) => {
        const subscription = cancellation.onCancellationRequested(() => cancel.abort());
        const waiting = new BrowserWait(this.#context.deadlineMilliseconds, (message) =>
          progress.report({ message }),
        );
        try {
          return await signIn(this.#context, {
            ...wish,
            redirectUri,
            signal: cancel.signal,
            openLink: (url) => waiting.open(url),
            onAnswer: () => {
              waiting.end();
              progress.report({ message: 'Fetching the token...' });
            },
          });
        } finally {
          waiting.end();
          subscription.dispose();
        }
      },
    );
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

/** The time between the opened link and the answer: countdown, and other ways when nothing happens. */
class BrowserWait {
  readonly #until: number;
  readonly #report: (message: string) => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #over = false;

  constructor(deadlineMilliseconds: number, report: (message: string) => void) {
    this.#until = Date.now() + deadlineMilliseconds;
    this.#report = report;
  }

  open(url: string): void {
    this.#count();
    this.#timers.push(setInterval(() => this.#count(), COUNTDOWN_MILLISECONDS));
    this.#timers.push(
      setTimeout(() => {
        void this.#offer(url, 'Nothing came back from the browser yet. Is the log-in page open?');
      }, OFFER_HELP_MILLISECONDS),
    );
    void openInBrowser(url).then(
      (opened) => {
        if (!opened) void this.#offer(url, 'The browser was not opened.');
      },
      () => this.#offer(url, 'No browser could be opened.'),
    );
  }

  end(): void {
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** Asked again after each wait: the answer may have come meanwhile. */
  #isOver(): boolean {
    return this.#over;
  }

  #count(): void {
    const minutes = Math.max(1, Math.round((this.#until - Date.now()) / 60_000));
    this.#report(
      `Log in and allow access in the browser page that was opened (${minutes} min left).`,
    );
  }

  async #offer(url: string, question: string): Promise<void> {
    if (this.#isOver()) return;
    const copy = 'Copy Sign-In Link';
    const again = 'Open the Browser Again';
    const picked = await vscode.window.showInformationMessage(
      `${question} The sign-in goes on waiting.`,
      copy,
      again,
    );
    if (this.#isOver()) return;
    if (picked === copy) {
      await vscode.env.clipboard.writeText(await linkForBrowser(url));
      void vscode.window.showInformationMessage(
        'Sign-in link copied. Open it in a browser on this computer; it works once.',
      );
    }
    if (picked === again) await openInBrowser(url);
  }
}

/** `full` is far more than this extension needs (RFC 9700 section 2.3). */
async function acceptFullScope(): Promise<boolean> {
  const goOn = 'Sign In Anyway';
  const settings = 'Open Settings';
  const picked = await vscode.window.showWarningMessage(
    'The scope "full" gives the token everything that you may do in the org. This extension needs "api" and "refresh_token" only.',
    goOn,
    settings,
  );
  if (picked === settings) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'salesforcePkce.scopes');
  }
  return picked === goOn;
}

/** Another user or org than before is never swapped in silently (PROTOCOL.md 49). */
async function acceptOther(expected: Session, signedIn: Session): Promise<boolean> {
  if (expected.id === signedIn.id) return true;
  const keep = 'Add as a New Entry';
  const picked = await vscode.window.showWarningMessage(
    `You signed in as ${signedIn.username}, not as ${expected.username}.`,
    {
      modal: true,
      detail: `"${labelOf(expected)}" stays as it is. Add ${signedIn.username} at ${new URL(signedIn.instanceUrl).host} as a new entry? Otherwise its access is revoked again.`,
    },
    keep,
  );
  return picked === keep;
}
