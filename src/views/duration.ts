/** Spans of time in words short enough for a status bar. */
import * as l10n from '@vscode/l10n';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `milliseconds` as "3 d", "1 h 58 min", "12 min" or "under 1 min". */
export function shortDuration(milliseconds: number): string {
  if (milliseconds < MINUTE) return l10n.t('under 1 min');
  if (milliseconds >= 2 * DAY) return l10n.t`${Math.floor(milliseconds / DAY)} d`;
  const hours = Math.floor(milliseconds / HOUR);
  const minutes = Math.floor((milliseconds % HOUR) / MINUTE);
  return hours > 0 ? l10n.t`${hours} h ${minutes} min` : l10n.t`${minutes} min`;
}
