/**
 * An error that a user can act on: one sentence saying what happened, one saying what to do. The cause
 * goes to the log, never to the screen.
 */

/** What the button under the message offers. Views turn it into a command; the floors only name it. */
export type Remedy =
  | 'tryAgain'
  | 'signInAgain'
  | 'signInWithoutScopes'
  | 'copyCallbackUrls'
  | 'openSettings'
  | 'openProxySettings'
  | 'openCertificateSettings'
  | 'reloadWindow'
  | 'otherWay'
  | 'startDemoOrg';

export interface UserFacingErrorOptions {
  /** Stable name of the case, for tests and the log: an OAuth error code, a fault code, or our own. */
  readonly code: string;
  /** One sentence: what happened. Ends with a full stop. */
  readonly happened: string;
  /** One sentence: what the user, or somebody they can ask, can do about it. Ends with a full stop. */
  readonly todo: string;
  readonly remedies?: readonly Remedy[];
  /** The server's own words or the underlying error. For the log only. */
  readonly cause?: unknown;
}

export class UserFacingError extends Error {
  override readonly name = 'UserFacingError';
  readonly code: string;
  readonly happened: string;
  readonly todo: string;
  readonly remedies: readonly Remedy[];

  constructor(options: UserFacingErrorOptions) {
    super(
      `${options.happened} ${options.todo}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = options.code;
    this.happened = options.happened;
    this.todo = options.todo;
    this.remedies = options.remedies ?? [];
  }
}
