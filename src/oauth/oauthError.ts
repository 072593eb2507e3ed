/** An OAuth error answer of the server, with what it means for the session and what the user can do. */
import {
  explainOAuthError,
  type OAuthErrorMeaning,
  type OAuthErrorPlace,
} from './oauthErrorTable.ts';
import { serverWords } from './redact.ts';
import { UserFacingError } from './userFacingError.ts';

export class OAuthError extends UserFacingError {
  /** What the error says about the grant: see {@link OAuthErrorMeaning}. */
  readonly meaning: OAuthErrorMeaning;
  /** The server's `error`, made safe to show. */
  readonly error: string;
  /** The server's `error_description`, made safe to show. Empty if there was none. */
  readonly errorDescription: string;

  constructor(place: OAuthErrorPlace, error: string, errorDescription: string) {
    const explanation = explainOAuthError(place, error, errorDescription);
    super({
      code: error,
      happened: explanation.happened,
      todo: explanation.todo,
      remedies: explanation.remedies,
      cause: `${place}: ${error}${errorDescription ? `: ${errorDescription}` : ''}`,
    });
    this.meaning = explanation.meaning;
    this.error = error;
    this.errorDescription = errorDescription;
  }
}

/**
 * The error for a server's `error` and `error_description`, both taken as hostile text.
 * @param error the code as the server wrote it: lower case at the token endpoint, often upper case in redirects
 */
export function oauthError(place: OAuthErrorPlace, error: string, description: string): OAuthError {
  return new OAuthError(place, serverWords(error) || 'unknown_error', serverWords(description));
}

/** Errors by which a server says that it does not know a token. An `unsupported_token_type` is known, and lives on. */
const NOT_KNOWN = ['invalid_token', 'invalid_grant'];

/**
 * Whether the answer to a revocation says that there is no such grant, which is what was wanted. Who is inactive may be
 * active again.
 */
export function saysNoSuchGrant(error: unknown): boolean {
  return (
    error instanceof OAuthError &&
    error.meaning === 'grantEnded' &&
    NOT_KNOWN.includes(error.error) &&
    !/inactive/i.test(error.errorDescription)
  );
}
