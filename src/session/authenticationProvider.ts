/**
 * Our sessions for other extensions, through `vscode.authentication` and its consent: the one way that a
 * token leaves this extension. Types only from VS Code, so that all of it runs under plain Node.
 */
import * as l10n from '@vscode/l10n';
import type {
  AuthenticationProvider,
  AuthenticationProviderAuthenticationSessionsChangeEvent as SessionsChange,
  AuthenticationProviderSessionOptions,
  AuthenticationSession,
} from 'vscode';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { covers, withMore } from '../salesforce/scopes.ts';
import { Emitter } from './emitter.ts';
import type { Session } from './session.ts';
import { isEnd, needsUser } from './sessionErrors.ts';
import type { Sessions } from './sessions.ts';
import type { Account } from './tokenLedger.ts';

export const PROVIDER_ID = 'salesforce-pkce';
export const PROVIDER_LABEL = 'Salesforce';

export interface AuthenticationProviderContext {
  readonly sessions: Sessions;
  /**
   * Signs a user in who gives these scopes: again as an account of this machine, also one whose token is in another
   * window, or wherever the user likes. Undefined if the user left.
   */
  readonly signIn: (wish: {
    readonly scopes: readonly string[];
    readonly account: Account | undefined;
  }) => Promise<Session | undefined>;
  /** Signs out, and says how it went. */
  readonly signOut: (session: Session) => Promise<void>;
}

/** What others are told of a session; a change in any of it is news. */
interface Told {
  readonly session: AuthenticationSession;
  readonly key: string;
}

export class SalesforceAuthenticationProvider implements AuthenticationProvider {
  readonly #context: AuthenticationProviderContext;
  readonly #changed = new Emitter<SessionsChange>();
  #told: Promise<ReadonlyMap<string, Told>>;
  readonly #subscription: { dispose(): void };

  readonly onDidChangeSessions = this.#changed.event;

  constructor(context: AuthenticationProviderContext) {
    this.#context = context;
    this.#told = this.#look();
    this.#subscription = context.sessions.onDidChange(() => this.#tellChanges());
  }

  /**
   * The sessions that have all of the scopes, with tokens that are not known to be over: one that is about
   * to end is refreshed first, one that has ended is left out, so that the caller's `createIfNone` asks.
   * @param scopes undefined: all sessions, for the Accounts menu; nothing is asked and no token handed out
   * @throws UserFacingError if none is left and one could not be refreshed just now: who is offline is not signed out
   */
  async getSessions(
    scopes: readonly string[] | undefined,
    options: AuthenticationProviderSessionOptions = {},
  ): Promise<AuthenticationSession[]> {
    const { sessions } = this.#context;
    const wanted = (await sessions.list()).filter(
      ({ id }) => options.account === undefined || id === options.account.id,
    );
    if (scopes === undefined) return wanted.map((session) => authenticationSession(session, ''));
    const fitting = wanted.filter((session) => covers(session.scopes, scopes));
    const looks = await Promise.allSettled(fitting.map((session) => this.#fresh(session)));
    const found = looks.flatMap((look) => (look.status === 'fulfilled' ? (look.value ?? []) : []));
    const failure = looks.find((look) => look.status === 'rejected');
    if (found.length === 0 && failure) throw failure.reason;
    return found;
  }

  /**
   * Signs a user in. VS Code has asked for consent before.
   * @throws UserFacingError if the user left, or if what came of it is not what was asked for
   */
  async createSession(
    scopes: readonly string[],
    options: AuthenticationProviderSessionOptions = {},
  ): Promise<AuthenticationSession> {
    const { signIn } = this.#context;
    const { account } = options;
    const known = account && (await this.#accountOf(account.id));
    // What the session has already stays: this extension lives by it, too.
    const asked = known ? withMore(known.scopes, scopes) : scopes;
    const session = await signIn({ scopes: asked, account: known?.account });
    if (!session) throw cancelledError();
    if (account && session.id !== account.id) throw otherAccountError(session, account.label);
    if (!covers(session.scopes, scopes)) throw missingScopesError(session, scopes);
    const fresh = await this.#fresh(session);
    if (!fresh) throw cancelledError();
    return fresh;
  }

  async removeSession(id: string): Promise<void> {
    const session = await this.#context.sessions.get(id);
    if (session) await this.#context.signOut(session);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  /** An account of this machine, with the scopes it has; those it asked for, where this window lacks its session. */
  async #accountOf(
    id: string,
  ): Promise<{ readonly account: Account; readonly scopes: readonly string[] } | undefined> {
    const { sessions } = this.#context;
    const session = await sessions.get(id);
    if (session) return { account: session, scopes: session.scopes };
    const account = (await sessions.missing()).find((missing) => missing.id === id);
    return account && { account, scopes: account.requestedScopes };
  }

  /** Undefined if only a new sign-in helps. */
  async #fresh(session: Session): Promise<AuthenticationSession | undefined> {
    const { sessions } = this.#context;
    // How long its token would have lived is mostly not known: nobody else would notice.
    if (isEnd(sessions.troubleOf(session.id))) return undefined;
    try {
      const token = await sessions.accessToken(session.id);
      return authenticationSession(session, token.reveal());
    } catch (error) {
      if (needsUser(error)) return undefined;
      throw error;
    }
  }

  async #look(): Promise<ReadonlyMap<string, Told>> {
    const listed = await this.#context.sessions.list().catch(() => []);
    return new Map(
      listed.map((session) => {
        const key = JSON.stringify([
          session.issuedAtMilliseconds,
          session.scopes,
          accountLabel(session),
        ]);
        return [session.id, { session: authenticationSession(session, ''), key }];
      }),
    );
  }

  /** One change after the other, each compared with what was told before. */
  #tellChanges(): void {
    this.#told = this.#told.then(async (before) => {
      const now = await this.#look();
      const of = (
        from: ReadonlyMap<string, Told>,
        fits: (id: string, told: Told) => boolean,
      ): AuthenticationSession[] =>
        [...from].filter(([id, told]) => fits(id, told)).map(([, { session }]) => session);
      const added = of(now, (id) => !before.has(id));
      const removed = of(before, (id) => !now.has(id));
      const changed = of(now, (id, { key }) => before.has(id) && before.get(id)?.key !== key);
      if (added.length + removed.length + changed.length > 0) {
        this.#changed.fire({ added, removed, changed });
      }
      return now;
    });
  }
}

/** The account of a session as the Accounts menu lists it. */
function accountLabel(session: Pick<Session, 'username' | 'alias'>): string {
  return session.alias ? `${session.username} (${session.alias})` : session.username;
}

function authenticationSession(session: Session, accessToken: string): AuthenticationSession {
  return {
    id: session.id,
    accessToken,
    account: { id: session.id, label: accountLabel(session) },
    scopes: [...session.scopes],
  };
}

function cancelledError(): UserFacingError {
  return new UserFacingError({
    code: 'cancelled',
    happened: l10n.t('The sign-in to Salesforce was not finished.'),
    todo: l10n.t('Start again when you want to.'),
  });
}

function otherAccountError(session: Session, wanted: string): UserFacingError {
  return new UserFacingError({
    code: 'other_account',
    happened: l10n.t`The sign-in was as ${session.username}, but ${wanted} was asked for.`,
    todo: l10n.t('Sign in again as that user.'),
    remedies: ['signInAgain'],
  });
}

function missingScopesError(session: Session, asked: readonly string[]): UserFacingError {
  const missing = asked.filter((scope) => !covers(session.scopes, [scope]));
  return new UserFacingError({
    code: 'missing_scopes',
    happened: l10n.t`Salesforce did not grant ${missing.join(' ')} to ${session.username}.`,
    todo: l10n.t(
      'Add the scope to the client app under Setup > External Client App Manager, then sign in again.',
    ),
    remedies: ['signInAgain'],
  });
}
