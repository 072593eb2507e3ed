/** What the status bar says of a session. Pure, so that every state can be tested. */
import { SOURCE_TEXT, type TokenState } from '../session/tokenState.ts';
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
 * @param ended whether the server has said that the session is over
 */
export function lookOf(label: string, state: TokenState, ended: boolean): StatusBarLook {
  const look = (icon: string, short: string, detail: string, warning = false): StatusBarLook => ({
    text: `$(${icon}) ${label}${short === '' ? '' : `: ${short}`}`,
    spoken: `Salesforce org ${label}. ${detail}`,
    detail,
    warning,
  });
  if (ended) {
    return look('key', 'sign in again', 'The session has ended. Sign in again.', true);
  }
  switch (state.kind) {
    case 'valid':
    case 'expiring': {
      const left = shortDuration(state.leftMilliseconds);
      const word = state.kind === 'valid' ? 'valid' : 'expiring';
      const how = `Token ${word}, ${left} left, known from ${SOURCE_TEXT[state.source]}.`;
      return state.kind === 'valid' ? look('key', left, how) : look('clock', `${left} left`, how);
    }
    case 'expired':
      return look(
        'clock',
        'token expired',
        'Token expired. It is refreshed when it is next needed.',
      );
    case 'unknown':
      return look(
        'key',
        '',
        'How long the token lives is not known: the org does not tell this client app. It is refreshed when the org refuses it.',
      );
  }
}
