/** What the status bar says of a session. Pure, so that every state can be tested. */
import * as l10n from '@vscode/l10n';
import type { UserFacingError } from '../oauth/userFacingError.ts';
import { isEstimate, SOURCE_TEXT, type TokenState } from '../session/tokenState.ts';
import { shortDuration } from './duration.ts';

export interface StatusBarLook {
  readonly text: string;
  readonly spoken: string;
  /** One line for the tooltip: state, time, and how it is known. */
  readonly detail: string;
  /** Only where work is blocked until the user acts. */
  readonly warning: boolean;
}

/**
 * @param trouble why the session cannot go on without the user, if so
 * @param isRefreshable whether there is a refresh token
 */
export function lookOf(
  label: string,
  state: TokenState,
  trouble: UserFacingError | undefined,
  isRefreshable = true,
): StatusBarLook {
  const look = (icon: string, short: string, detail: string, warning = false): StatusBarLook => ({
    text: `$(${icon}) ${label}${short === '' ? '' : `: ${short}`}`,
    spoken: l10n.t`Salesforce org ${label}. ${detail}`,
    detail,
    warning,
  });
  const next = isRefreshable
    ? l10n.t('It is refreshed when the org refuses it.')
    : l10n.t('There is no refresh token: sign in again when the org refuses it.');
  if (trouble) return look('key', wayOut(trouble), trouble.message, true);
  switch (state.kind) {
    case 'valid':
    case 'expiring': {
      const left = `${isEstimate(state.source) ? '~' : ''}${shortDuration(state.leftMilliseconds)}`;
      const how = tokenWords(state);
      return state.kind === 'valid'
        ? look('key', left, how)
        : look('clock', l10n.t`${left} left`, how);
    }
    case 'expired':
      // A session that is used lives longer than the estimate: it may work for hours yet.
      return isEstimate(state.source)
        ? look(
            'key',
            '',
            `${l10n.t`The token's estimated end has passed; it may still work. Estimated from ${SOURCE_TEXT[state.source]}.`} ${next}`,
          )
        : look(
            'clock',
            l10n.t('token expired'),
            isRefreshable
              ? l10n.t('Token expired. It is refreshed when it is next needed.')
              : l10n.t('Token expired, and there is no refresh token: sign in again.'),
          );
    case 'unknown':
      return look(
        'key',
        '',
        `${l10n.t('How long the token lives is not known: the org does not tell this client app, or was not asked yet. To ask it, choose "Show Token Details".')} ${next}`,
      );
  }
}

/** What the user can do about a session in trouble, in as few words as a status bar takes. */
export function wayOut(trouble: UserFacingError): string {
  return trouble.remedies.includes('reloadWindow')
    ? l10n.t('reload window')
    : l10n.t('sign in again');
}

function tokenWords(state: TokenState & { kind: 'valid' | 'expiring' }): string {
  const left = shortDuration(state.leftMilliseconds);
  const source = SOURCE_TEXT[state.source];
  if (state.kind === 'valid') {
    return isEstimate(state.source)
      ? l10n.t`Token valid, about ${left} left, estimated from ${source}.`
      : l10n.t`Token valid, ${left} left, known from ${source}.`;
  }
  return isEstimate(state.source)
    ? l10n.t`Token expiring, about ${left} left, estimated from ${source}.`
    : l10n.t`Token expiring, ${left} left, known from ${source}.`;
}
