/** Times that a server tells. */

/** Seconds since 1970 that a date can hold; a server or a token may say anything. */
export function isTime(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && !Number.isNaN(new Date(seconds * 1000).getTime());
}
