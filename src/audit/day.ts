/** Days, as suppressions and names of reports have them. */

/** `2026-11-21`, in UTC. */
export function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
