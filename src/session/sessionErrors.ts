/** What can be the matter with a session, in words, and which of it only the user can mend. */
import * as l10n from '@vscode/l10n';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { labelOf, type Session } from './session.ts';
import type { LedgerEntry } from './tokenLedger.ts';

/** Codes of sessions that cannot be refreshed here, beside those whose grant has ended. */
const NEED_THE_USER = ['signed_out', 'stale_copy', 'no_refresh_token'];

/** Whether a session cannot go on without the user; anything else may pass by itself. */
export function needsUser(error: unknown): error is UserFacingError {
  return error instanceof UserFacingError && (isEnd(error) || NEED_THE_USER.includes(error.code));
}

/** Whether what is the matter with a session is that its grant is gone, and its access tokens with it. */
export function isEnd(error: UserFacingError | undefined): boolean {
  if (error === undefined) return false;
  // OAuthError, whose file is loaded when the first of them is made.
  const hasEnded = 'meaning' in error && error.meaning === 'grantEnded';
  return hasEnded || error.code === GRANT_LOST;
}

/** Whether the lock of a session could not be had. */
export function isLockError(error: unknown): boolean {
  const codes = ['refresh_busy', 'lock_unavailable'];
  return error instanceof UserFacingError && codes.includes(error.code);
}

/** The code of {@link grantLostError}, also as the ledger keeps it. */
export const GRANT_LOST = 'grant_lost';

/** The error that says why a session has ended, from what the ledger keeps of it. */
export async function endedError(entry: LedgerEntry | undefined): Promise<UserFacingError> {
  const { error, description } = entry?.ended ?? { error: 'invalid_grant', description: '' };
  if (error === GRANT_LOST) return grantLostError(entry?.account);
  const { oauthError } = await import('../oauth/oauthError.ts');
  return oauthError('refresh', error, description);
}

export function signedOutError(): UserFacingError {
  return new UserFacingError({
    code: 'signed_out',
    happened: l10n.t('This org is no longer signed in.'),
    todo: l10n.t('Sign in again.'),
    remedies: ['signInAgain'],
  });
}

export function busyError(cause?: unknown): UserFacingError {
  return new UserFacingError({
    code: 'refresh_busy',
    happened: l10n.t('Another window has been refreshing this session for a while.'),
    todo: l10n.t('Try again in a moment; if it stays so, close the window that hangs.'),
    remedies: ['tryAgain'],
    cause,
  });
}

export function lockError(cause: unknown): UserFacingError {
  return new UserFacingError({
    code: 'lock_unavailable',
    happened: l10n.t(
      "The token was not refreshed: the editor's folder for extension data cannot be written, so other windows cannot be kept from refreshing at the same time.",
    ),
    todo: l10n.t('Check the free space and the permissions of that folder; the log names it.'),
    remedies: ['tryAgain'],
    cause,
  });
}

/** @param seesOthers whether the window reads what others store: then it has waited, and a reload brings no more */
export function staleCopyError(session: Session, seesOthers: boolean): UserFacingError {
  const code = 'stale_copy';
  if (seesOthers) {
    return new UserFacingError({
      code,
      happened: l10n.t`The token of ${labelOf(session)} was replaced, and the new one is not in the editor's secret storage: the window that has it could not store it there, or was closed.`,
      todo: l10n.t('Sign in again.'),
      remedies: ['signInAgain'],
    });
  }
  return new UserFacingError({
    code,
    happened: l10n.t`Another window has replaced the token of ${labelOf(session)}, and this editor does not hand the new one over to open windows.`,
    todo: l10n.t('Reload this window to get it; if that does not help, sign in again here.'),
    remedies: ['reloadWindow', 'signInAgain'],
  });
}

export function grantLostError(
  session: Pick<Session, 'username' | 'alias'> | undefined,
  cause?: unknown,
): UserFacingError {
  return new UserFacingError({
    code: GRANT_LOST,
    happened: session
      ? l10n.t`A window was closed, or the network was cut, in the middle of a refresh of ${labelOf(session)}: Salesforce had replaced the refresh token, and the new one never arrived.`
      : l10n.t(
          'A window was closed, or the network was cut, in the middle of a refresh: Salesforce had replaced the refresh token, and the new one never arrived.',
        ),
    todo: l10n.t('Sign in again; other sessions are not affected.'),
    remedies: ['signInAgain'],
    cause,
  });
}

export function noRefreshTokenError(session: Session): UserFacingError {
  return new UserFacingError({
    code: 'no_refresh_token',
    happened: l10n.t`The session of ${labelOf(session)} cannot be refreshed: no refresh token was granted.`,
    todo: l10n.t('Sign in again; ask for the scope "refresh_token" to stay signed in longer.'),
    remedies: ['signInAgain'],
  });
}

/** What was asked for rests on what an org has right now, and that was not read to its end. */
export function notReadError(session: Session): UserFacingError {
  return new UserFacingError({
    code: 'not_read',
    happened: l10n.t`The apps of ${labelOf(session)} were not read to the end: the reading was stopped.`,
    todo: l10n.t('Try again, and let the reading end.'),
    remedies: ['tryAgain'],
  });
}
