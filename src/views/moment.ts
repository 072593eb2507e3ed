/** Points in time, short, and in the user's own way of writing them. */

/** `14:05` today, `20 Nov, 14:05` earlier, with the year where it is another one. */
export function moment(milliseconds: number, nowMilliseconds: number): string {
  const date = new Date(milliseconds);
  const now = new Date(nowMilliseconds);
  const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === now.toDateString()) return time;
  const isOtherYear = date.getFullYear() !== now.getFullYear();
  const day = date.toLocaleDateString([], {
    day: 'numeric',
    month: 'short',
    ...(isOtherYear ? { year: 'numeric' } : {}),
  });
  return `${day}, ${time}`;
}
