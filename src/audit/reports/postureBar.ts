/** How the apps of an org stand, as a picture that its words stand beside. */
import type { Posture } from '../audit.ts';
import { POSTURE_TEXTS, totalOf } from './words.ts';

/**
 * Apps by status, in one bar: a part for each, with the status as its class.
 * @param className of the picture
 * @returns nothing where there are no apps
 */
export function postureBar(posture: Posture, className?: string): string {
  const total = totalOf(posture);
  if (total === 0) return '';
  let before = 0;
  const parts = POSTURE_TEXTS.map(([status]) => {
    const x = before;
    before += posture[status];
    return `<rect class="${status}" x="${x}" y="0" width="${posture[status]}" height="1"/>`;
  });
  const own = className === undefined ? '' : ` class="${className}"`;
  return `<svg${own} viewBox="0 0 ${total} 1" preserveAspectRatio="none" aria-hidden="true">${parts.join('')}</svg>`;
}
