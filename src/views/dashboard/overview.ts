/** All orgs in one table: who is worst off, and the way to each. */
import * as l10n from '@vscode/l10n';
import { SEVERITIES } from '../../audit/finding.ts';
import { isAllJudged, SEVERITY_TEXTS } from '../../audit/reports/words.ts';
import { escapeXml as escape } from '../../salesforce/escapeXml.ts';
import { partOf, type DashboardOrg } from './dashboardOrg.ts';

export function overviewHtml(orgs: readonly DashboardOrg[]): string {
  const names = [l10n.t('PKCE required'), l10n.t('PKCE not required'), l10n.t('PKCE unknown')];
  const heads = names.map((name) => `<th scope="col" class="number">${escape(name)}</th>`);
  return `<section class="overview" aria-labelledby="all-orgs"><h2 id="all-orgs" tabindex="-1">${escape(l10n.t('All Orgs'))}</h2>
<table class="findings"><caption>${escape(l10n.t('Apps by PKCE status, the org with the worst findings first'))}</caption>
<thead><tr><th scope="col">${escape(l10n.t('Org'))}</th>${heads.join('')}<th scope="col">${escape(l10n.t('Worst findings'))}</th></tr></thead>
<tbody>${orgs
    .toSorted(byWorst)
    .map((org) => rowHtml(org, names))
    .join('\n')}</tbody></table></section>`;
}

function rowHtml(org: DashboardOrg, names: readonly string[]): string {
  const { sessionId, label, host, audit, isWhole, note } = org;
  const link = `<a id="${escape(`jump-${sessionId}`)}" href="#${encodeURIComponent(partOf(org))}">${escape(label)}</a>`;
  // Figures that stand for less than the org say so.
  const missing = audit && !isWhole ? l10n.t('Not all apps could be listed.') : '';
  const told = [missing, note]
    .map((text) => (text === '' ? '' : `<p>${escape(text)}</p>`))
    .join('');
  return `<tr data-org="${escape(sessionId)}"><th scope="row">${link} <span>${escape(host)}</span>${told}</th>${figuresHtml(org, names)}</tr>`;
}

function figuresHtml({ audit, isWhole }: DashboardOrg, names: readonly string[]): string {
  if (!audit) return `<td colspan="${names.length + 1}">${escape(l10n.t('Not known'))}</td>`;
  const { counts, posture } = audit;
  const figures = [
    posture.required + posture.requiredByOrg,
    posture.notRequired,
    posture.unknown,
  ].map(
    (figure, index) =>
      `<td class="number" data-name="${escape(names[index] ?? '')}">${figure}</td>`,
  );
  const worst = SEVERITIES.find((severity) => counts[severity] > 0);
  const words = worst
    ? `<span class="severity ${worst}">${escape(SEVERITY_TEXTS[worst])}</span> ${counts[worst]}`
    : escape(isWhole && isAllJudged(audit) ? l10n.t('none') : l10n.t('none known'));
  return `${figures.join('')}<td>${words}</td>`;
}

/** Orgs of which nothing is known come last. */
function byWorst({ audit: a }: DashboardOrg, { audit: b }: DashboardOrg): number {
  if (!a || !b) return Number(!a) - Number(!b);
  const severity = SEVERITIES.find((one) => a.counts[one] !== b.counts[one]);
  return severity
    ? b.counts[severity] - a.counts[severity]
    : b.posture.notRequired - a.posture.notRequired;
}
