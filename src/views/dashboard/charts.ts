/** Charts of the dashboard, as SVG with their text beside them: nobody has to see them to know what they say. */
import type { Posture } from '../../audit/audit.ts';
import type { PastAudit } from '../../audit/history.ts';
import { totalOf } from '../../audit/reports/words.ts';

const WIDTH = 300;
const HEIGHT = 60;

/** The share of apps that require PKCE over time, 0 at the bottom and all at the top. */
export function trendLine(audits: readonly PastAudit[]): string {
  const points = audits.map(({ at, posture }) => ({
    time: Date.parse(at),
    share: shareOf(posture),
  }));
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return '';
  const span = Math.max(1, last.time - first.time);
  const place = ({ time, share }: (typeof points)[number]): string =>
    `${(((time - first.time) / span) * WIDTH).toFixed(1)},${((1 - share) * HEIGHT).toFixed(1)}`;
  const places = points.map(place);
  const end = places.at(-1) ?? '';
  const [x = '', y = ''] = end.split(',');
  return `<svg class="trend" viewBox="-4 -4 ${WIDTH + 8} ${HEIGHT + 8}" aria-hidden="true"><line class="axis" x1="0" y1="${HEIGHT}" x2="${WIDTH}" y2="${HEIGHT}"/><polyline points="${places.join(' ')}"/><circle cx="${x}" cy="${y}" r="3"/></svg>`;
}

/** Part of the OAuth apps that require PKCE, by themselves or by the org; 0 to 1. */
export function shareOf(posture: Posture): number {
  const total = totalOf(posture);
  return total === 0 ? 0 : (posture.required + posture.requiredByOrg) / total;
}

/** `40 %`: never 100 where one is missing, never 0 where there is one. */
export function percentText(posture: Posture): string {
  const share = shareOf(posture) * 100;
  const rounded = Math.round(share);
  if (rounded === 100 && share < 100) return '99 %';
  return rounded === 0 && share > 0 ? '1 %' : `${rounded} %`;
}
