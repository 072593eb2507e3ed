/** The markup of the dashboard. Every value is hostile text: all of it is escaped. */
import * as l10n from '@vscode/l10n';
import type { Audit } from '../../audit/audit.ts';
import { SEVERITIES, type Finding } from '../../audit/finding.ts';
import type { PastAudit } from '../../audit/history.ts';
import { EXISTING_TOKENS } from '../../audit/impact.ts';
import { postureBar } from '../../audit/reports/postureBar.ts';
import {
  nameOf,
  POSTURE_TEXTS,
  SEVERITY_TEXTS,
  totalOf,
  nothingFound,
  whenText,
} from '../../audit/reports/words.ts';
import { locale } from '../../oauth/language.ts';
import { firstNames, MOST_NAMED } from '../../salesforce/appNames.ts';
import { count } from '../../salesforce/count.ts';
import { escapeXml as escape } from '../../salesforce/escapeXml.ts';
import type { PageContent } from '../pageHtml.ts';
import { percentText, trendLine } from './charts.ts';
import { partOf, type DashboardOrg } from './dashboardOrg.ts';
import { overviewHtml } from './overview.ts';

/** More rows than that make a page nobody reads; the report has all. */
export const MOST_ROWS = 300;

/**
 * What the page shows: a part for its head, one for the table of several orgs, and one for each org.
 * @param missing names of orgs whose tokens are not in this window
 */
export function dashboardContent(
  orgs: readonly DashboardOrg[],
  missing: readonly string[] = [],
): PageContent {
  const title = l10n.t('PKCE Dashboard');
  const head = `<header>
<h1>${escape(title)}</h1>
${orgs.length === 0 && missing.length === 0 ? `<p class="empty">${escape(l10n.t('No org is signed in. Sign in to one from the Orgs view.'))}</p>` : ''}
${missing.length === 0 ? '' : `<p>${escape(l10n.t`Not shown, since their tokens are not in this window: ${firstNames(missing, MOST_NAMED)}. Their rows in the Orgs view have the way on.`)}</p>`}
${orgs.length === 0 ? '' : toolbarHtml(orgs)}
</header>`;
  return {
    title,
    parts: new Map([
      ['head', head],
      ...(orgs.length > 1 ? [['overview', overviewHtml(orgs)] as const] : []),
      ...orgs.map((org) => [partOf(org), orgHtml(org)] as const),
    ]),
  };
}

function toolbarHtml(orgs: readonly DashboardOrg[]): string {
  const severities = SEVERITIES.map(
    (severity) => `<option value="${severity}">${escape(SEVERITY_TEXTS[severity])}</option>`,
  );
  const names = orgs.map(
    ({ sessionId, label }) => `<option value="${escape(sessionId)}">${escape(label)}</option>`,
  );
  const all = `<option value="">${escape(l10n.t('All'))}</option>`;
  return `<form class="toolbar" role="search" data-shown="${escape(l10n.t('Findings shown: {0}.'))}" data-cut="${escape(l10n.t('Findings shown: {0}. Not all of them are on this page.'))}">
<label>${escape(l10n.t('Find'))} <input id="text" type="search" placeholder="${escape(l10n.t('App or finding'))}" autocomplete="off"></label>
<label>${escape(l10n.t('Severity'))} <select id="severity">${all}${severities.join('')}</select></label>
${orgs.length > 1 ? `<label>${escape(l10n.t('Org'))} <select id="org">${all}${names.join('')}</select></label>` : ''}
${button('refresh', l10n.t('Refresh'))}
</form>`;
}

/** @param sessionId of the org that it is about, if of one: that is said with it, as every org has such buttons */
function button(action: string, words: string, sessionId?: string): string {
  const [id, about] =
    sessionId === undefined
      ? [action, '']
      : [`${action}-${sessionId}`, ` aria-describedby="${escape(`name-${sessionId}`)}"`];
  return `<button type="button" id="${escape(id)}"${about} data-do="${action}">${escape(words)}</button>`;
}

/** Leads to the page of an app. @param id of its own, so that the keyboard finds it again */
function appLink(id: string, app: string, label: string): string {
  return `<button type="button" class="link" id="${escape(id)}" data-app="${escape(app)}">${escape(label)}</button>`;
}

function orgHtml(org: DashboardOrg): string {
  const { sessionId, label, host, audit } = org;
  const head = `<h2 id="${escape(`name-${sessionId}`)}" tabindex="-1">${escape(label)}</h2><p class="about">${escape(host)}${audit ? ` · ${escape(whenText(audit))}` : ''}</p>`;
  if (!audit) {
    return `<section class="org" data-org="${escape(sessionId)}" aria-labelledby="${escape(`name-${sessionId}`)}">${head}${noteHtml(org)}</section>`;
  }
  return `<section class="org" data-org="${escape(sessionId)}" aria-labelledby="${escape(`name-${sessionId}`)}">
${head}${noteHtml(org)}
<p class="actions">${button('audit', l10n.t('Full Report'), sessionId)} ${button('export', l10n.t('Export...'), sessionId)} ${button('enforce', l10n.t('Require PKCE...'), sessionId)}</p>
<div class="cards">
${postureHtml(org, audit)}
${severitiesHtml(sessionId, audit)}
${trendHtml(org.history)}
</div>
${impactsHtml(sessionId, audit)}
${findingsHtml(sessionId, audit)}
</section>`;
}

function noteHtml({ sessionId, note, wayOn }: DashboardOrg): string {
  if (note === '') return '';
  const way = wayOn === undefined ? '' : ` ${button('wayOn', wayOn, sessionId)}`;
  return `<p class="note">${escape(note)}${way}</p>`;
}

function postureHtml({ isWhole }: DashboardOrg, { posture }: Audit): string {
  const total = totalOf(posture);
  const legend = POSTURE_TEXTS.map(
    ([status, words]) =>
      `<li><span class="swatch ${status}" aria-hidden="true"></span>${posture[status]} ${escape(words)}</li>`,
  );
  return `<section class="card"><h3>PKCE</h3>
<p class="figure">${total === 0 ? '–' : percentText(posture)}</p>
<p>${escape(totalText(total, isWhole))}</p>
${postureBar(posture, 'posture')}
<ul class="legend">${legend.join('')}</ul></section>`;
}

/** @param isWhole whether all apps of the org could be listed */
function totalText(total: number, isWhole: boolean): string {
  if (total === 0) {
    return isWhole
      ? l10n.t('There are no OAuth apps.')
      : l10n.t('Not all apps could be listed: whether there are OAuth apps is not known.');
  }
  if (total === 1) {
    return isWhole
      ? l10n.t('of 1 OAuth app is known to require PKCE')
      : l10n.t('of the 1 OAuth app that could be listed is known to require PKCE');
  }
  return isWhole
    ? l10n.t`of ${total} OAuth apps are known to require PKCE`
    : l10n.t`of ${total} OAuth apps that could be listed are known to require PKCE`;
}

function severitiesHtml(sessionId: string, { counts, suppressed }: Audit): string {
  const most = Math.max(1, ...SEVERITIES.map((severity) => counts[severity]));
  const rows = SEVERITIES.map(
    (severity) =>
      `<tr><th scope="row">${escape(SEVERITY_TEXTS[severity])}</th><td class="number">${counts[severity]}</td><td class="bar" aria-hidden="true"><svg viewBox="0 0 ${most} 1" preserveAspectRatio="none"><rect class="${severity}" x="0" y="0" width="${counts[severity]}" height="1"/></svg></td></tr>`,
  );
  const accepted =
    suppressed.length === 0
      ? ''
      : `<p>${escape(l10n.t`${suppressed.length} accepted for a time, not counted.`)}</p>`;
  return `<section class="card"><h3 id="${escape(`severities-${sessionId}`)}">${escape(l10n.t('Findings'))}</h3><table class="severities" aria-labelledby="${escape(`severities-${sessionId}`)}"><tbody>${rows.join('')}</tbody></table>${accepted}</section>`;
}

function trendHtml(history: readonly PastAudit[]): string {
  const title = escape(l10n.t('Trend'));
  const [first] = history;
  const last = history.at(-1);
  if (!first || !last || history.length < 2) {
    const why = first
      ? l10n.t("One audit so far: the trend begins with the next day's.")
      : l10n.t('No audit was kept so far, or none could be read.');
    return `<section class="card"><h3>${title}</h3><p>${escape(why)}</p></section>`;
  }
  const text = l10n.t`${percentText(first.posture)} on ${first.at.slice(0, 10)}, ${percentText(last.posture)} on ${last.at.slice(0, 10)}; critical and high findings that are not accepted ${worst(first)} then, ${worst(last)} now.`;
  const isWhole = [first, last].every((one) => one.isWhole && one.isOrgRead);
  const isComparable = isWhole && first.posture.unknown === last.posture.unknown;
  const limit = isComparable ? [] : [l10n.t('Not all could be listed or read on both days.')];
  const texts = [text, ...limit].map((line) => `<p>${escape(line)}</p>`).join('');
  return `<section class="card"><h3>${title}</h3>${trendLine(history)}${texts}</section>`;
}

function worst({ counts }: PastAudit): number {
  return counts.critical + counts.high;
}

/** What people really want to know: closed at first, with the figure in its title. */
function impactsHtml(sessionId: string, { impacts }: Audit): string {
  if (impacts.length === 0) return '';
  const shown = impacts.slice(0, MOST_ROWS);
  const rest = impacts.length - shown.length;
  const inUse = impacts.filter(({ isInUse }) => isInUse === true).length;
  const rows = shown.map(
    ({ app, label, use, what, who }) =>
      `<tr><th scope="row">${appLink(`impact-${sessionId}-${app}`, app, label)}</th><td>${escape(use)}</td><td>${escape(what)}</td><td>${escape(who)}</td></tr>`,
  );
  return `<details id="${escape(`impacts-${sessionId}`)}"><summary id="${escape(`breaks-${sessionId}`)}">${escape(l10n.t`What will break, for whom, when: ${count(impacts.length, 'app')} not ready, ${inUse} in use`)}</summary>
<p>${escape(EXISTING_TOKENS)}</p>
<table class="findings" aria-labelledby="${escape(`breaks-${sessionId}`)}"><thead><tr>${heads([l10n.t('App'), l10n.t('In use'), l10n.t('What'), l10n.t('Who acts')])}</tr></thead><tbody>${rows.join('\n')}</tbody></table>
${rest === 0 ? '' : `<p>${escape(moreText(rest))}</p>`}</details>`;
}

function findingsHtml(sessionId: string, audit: Audit): string {
  const { findings } = audit;
  if (findings.length === 0) {
    const { text, detail } = nothingFound(audit);
    return `<p class="empty">${escape(`${text}. ${detail}`)}</p>`;
  }
  const shown = findings.slice(0, MOST_ROWS);
  const rest = findings.length - shown.length;
  const none =
    rest === 0
      ? l10n.t('No finding passes the filter.')
      : l10n.t`None of the ${shown.length} that are shown passes the filter.`;
  const cut = l10n.t`The worst ${shown.length} are shown, and the filter searches these alone.`;
  return `<table class="findings"><caption>${escape(l10n.t('Findings, worst first'))}</caption>
<thead><tr>${heads([l10n.t('Severity'), l10n.t('App'), l10n.t('Finding')])}</tr></thead>
<tbody>${shown.map((finding) => rowHtml(sessionId, finding)).join('\n')}</tbody></table>
<p class="none" hidden>${escape(none)}</p>
${rest === 0 ? '' : `<p class="cut">${escape(`${cut} ${moreText(rest)}`)}</p>`}`;
}

function heads(names: readonly string[]): string {
  return names.map((name) => `<th scope="col">${escape(name)}</th>`).join('');
}

function moreText(rest: number): string {
  return l10n.t`Not shown, but in the full report: ${rest.toLocaleString(locale())}.`;
}

function rowHtml(sessionId: string, { rule, severity, subject, title }: Finding): string {
  const app =
    subject.kind === 'app'
      ? appLink(`${rule}-${sessionId}-${subject.id}`, subject.id, subject.label)
      : escape(nameOf(subject));
  return `<tr data-severity="${severity}"><td><span class="severity ${severity}">${escape(SEVERITY_TEXTS[severity])}</span></td><th scope="row">${app}</th><td>${escape(title)}</td></tr>`;
}
