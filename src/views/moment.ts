/** Points in time, short, as the language of the texts writes them. */
import { locale } from '../oauth/language.ts';

/** `14:05` today, `20 Nov, 14:05` earlier, with the year where it is another one. */
export function moment(milliseconds: number, nowMilliseconds: number): string {
  const date = new Date(milliseconds);
  const now = new Date(nowMilliseconds);
  const time = date.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === now.toDateString()) return time;
  const isOtherYear = date.getFullYear() !== now.getFullYear();
  const day = date.toLocaleDateString(locale(), {
    day: 'numeric',
    month: 'short',
    ...(isOtherYear ? { year: 'numeric' } : {}),
  });
  return `${day}, ${time}`;
}
