/** Spans of time in words short enough for a status bar. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `milliseconds` as "3 d", "1 h 58 min", "12 min" or "under 1 min". */
export function shortDuration(milliseconds: number): string {
  if (milliseconds < MINUTE) return 'under 1 min';
  if (milliseconds >= 2 * DAY) return `${Math.floor(milliseconds / DAY)} d`;
  const hours = Math.floor(milliseconds / HOUR);
  const minutes = Math.floor((milliseconds % HOUR) / MINUTE);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}
