/** Days and minutes, as suppressions, reports and their names have them. */

/** `2026-11-21`, in UTC. */
export function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/**
 * `2026-11-21 12:00`
 * @param at ISO 8601, in UTC
 */
export function minuteOf(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}
