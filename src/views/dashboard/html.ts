/** The markup of the dashboard. Every value is hostile text: all of it is escaped. */
import type { Audit } from '../../audit/audit.ts';
import { SEVERITIES, type Finding } from '../../audit/finding.ts';
import type { PastAudit } from '../../audit/history.ts';
import { EXISTING_TOKENS } from '../../audit/impact.ts';
import {
  nameOf,
  POSTURE_TEXTS,
  SEVERITY_TEXTS,
  totalOf,
  whenText,
} from '../../audit/reports/words.ts';
import { postureBar } from '../../audit/reports/postureBar.ts';
import { escapeXml as escape } from '../../salesforce/escapeXml.ts';
import { percentText, trendLine } from './charts.ts';
import { pageHtml, type PageResources } from '../pageHtml.ts';

/** One org on the dashboard. */
export interface DashboardOrg {
  readonly sessionId: string;
  readonly label: string;
  /** Host of the org. */
  readonly host: string;
  /** Undefined if nothing is known; the note says why. */
  readonly audit: Audit | undefined;
  /** What is going on: being read, not read, failed and what to do. Empty if all is well. */
  readonly note: string;
  /** Earlier audits, the oldest first. */
  readonly history: readonly PastAudit[];
}

export interface DashboardPage extends PageResources {
  readonly orgs: readonly DashboardOrg[];
}

/** More rows than that make a page nobody reads; the report has all. */
export const MOST_ROWS = 300;

/** The whole page. No remote content, one script by nonce, styles from the extension alone. */
export function dashboardHtml(page: DashboardPage): string {
  return pageHtml(
    page,
    'PKCE Dashboard',
    `<header>
<h1>PKCE Dashboard</h1>
${page.orgs.length === 0 ? '<p class="empty">No org is signed in. Sign in to one from the Orgs view.</p>' : toolbarHtml(page.orgs)}
</header>
${page.orgs.map(orgHtml).join('\n')}`,
  );
}

function toolbarHtml(orgs: readonly DashboardOrg[]): string {
  const severities = SEVERITIES.map(
    (severity) => `<option value="${severity}">${SEVERITY_TEXTS[severity]}</option>`,
  );
  const names = orgs.map(
    ({ sessionId, label }) => `<option value="${escape(sessionId)}">${escape(label)}</option>`,
  );
  return `<form class="toolbar" role="search">
<label>Find <input id="text" type="search" placeholder="App or finding" autocomplete="off"></label>
<label>Severity <select id="severity"><option value="">All</option>${severities.join('')}</select></label>
${orgs.length > 1 ? `<label>Org <select id="org"><option value="">All</option>${names.join('')}</select></label>` : ''}
<button type="button" data-do="refresh">Refresh</button>
</form>`;
}

function orgHtml(org: DashboardOrg): string {
  const { sessionId, label, host, audit, note } = org;
  const head = `<h2>${escape(label)}</h2><p class="about">${escape(host)}${audit ? ` · ${escape(whenText(audit))}` : ''}</p>`;
  const told = note === '' ? '' : `<p class="note">${escape(note)}</p>`;
  if (!audit) {
    return `<section class="org" data-org="${escape(sessionId)}" aria-label="${escape(label)}">${head}${told}</section>`;
  }
  return `<section class="org" data-org="${escape(sessionId)}" aria-label="${escape(label)}">
${head}${told}
<p class="actions"><button type="button" data-do="audit">Full Report</button> <button type="button" data-do="export">Export...</button> <button type="button" data-do="enforce">Require PKCE...</button></p>
<div class="cards">
${postureHtml(audit)}
${severitiesHtml(audit)}
${trendHtml(org.history)}
</div>
${impactsHtml(audit)}
${findingsHtml(audit)}
</section>`;
}

function postureHtml({ posture }: Audit): string {
  const total = totalOf(posture);
  const legend = POSTURE_TEXTS.map(
    ([status, words]) =>
      `<li><span class="swatch ${status}" aria-hidden="true"></span>${posture[status]} ${escape(words)}</li>`,
  );
  return `<section class="card"><h3>PKCE</h3>
<p class="figure">${total === 0 ? '–' : percentText(posture)}</p>
<p>${total === 0 ? 'There are no OAuth apps.' : `of ${total} OAuth apps are known to require PKCE`}</p>
${postureBar(posture, 'posture')}
<ul class="legend">${legend.join('')}</ul></section>`;
}

function severitiesHtml({ counts, suppressed }: Audit): string {
  const most = Math.max(1, ...SEVERITIES.map((severity) => counts[severity]));
  const rows = SEVERITIES.map(
    (severity) =>
      `<tr><th scope="row">${SEVERITY_TEXTS[severity]}</th><td class="number">${counts[severity]}</td><td class="bar" aria-hidden="true"><svg viewBox="0 0 ${most} 1" preserveAspectRatio="none"><rect class="${severity}" x="0" y="0" width="${counts[severity]}" height="1"/></svg></td></tr>`,
  );
  const accepted =
    suppressed.length === 0 ? '' : `<p>${suppressed.length} accepted for a time, not counted.</p>`;
  return `<section class="card"><h3>Findings</h3><table class="severities"><tbody>${rows.join('')}</tbody></table>${accepted}</section>`;
}

function trendHtml(history: readonly PastAudit[]): string {
  const [first] = history;
  const last = history.at(-1);
  if (!first || !last || history.length < 2) {
    return `<section class="card"><h3>Trend</h3><p>One audit so far: the trend begins with the next day's.</p></section>`;
  }
  const text = `${percentText(first.posture)} on ${first.at.slice(0, 10)}, ${percentText(last.posture)} on ${last.at.slice(0, 10)}; critical and high findings ${worst(first)} then, ${worst(last)} now.`;
  return `<section class="card"><h3>Trend</h3>${trendLine(history)}<p>${escape(text)}</p></section>`;
}

function worst({ counts }: PastAudit): number {
  return counts.critical + counts.high;
}

/** What people really want to know: closed at first, with the figure in its title. */
function impactsHtml({ impacts }: Audit): string {
  if (impacts.length === 0) return '';
  const shown = impacts.slice(0, MOST_ROWS);
  const inUse = impacts.filter(({ isInUse }) => isInUse === true).length;
  const rows = shown.map(
    ({ app, label, use, what, who }) =>
      `<tr><th scope="row"><button type="button" class="link" data-app="${escape(app)}">${escape(label)}</button></th><td>${escape(use)}</td><td>${escape(what)}</td><td>${escape(who)}</td></tr>`,
  );
  return `<details class="impacts"><summary>What will break, for whom, when: ${impacts.length} apps are not ready, ${inUse} of them in use</summary>
<p>${escape(EXISTING_TOKENS)}</p>
<table class="findings"><thead><tr><th scope="col">App</th><th scope="col">In use</th><th scope="col">What</th><th scope="col">Who acts</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>
${impacts.length > shown.length ? `<p>${(impacts.length - shown.length).toLocaleString()} more are in the full report.</p>` : ''}</details>`;
}

function findingsHtml({ findings }: Audit): string {
  if (findings.length === 0) return '<p class="empty">Nothing was found.</p>';
  const shown = findings.slice(0, MOST_ROWS);
  const rest = findings.length - shown.length;
  return `<table class="findings"><caption>Findings, worst first</caption>
<thead><tr><th scope="col">Severity</th><th scope="col">App</th><th scope="col">Finding</th></tr></thead>
<tbody>${shown.map(rowHtml).join('\n')}</tbody></table>
${rest > 0 ? `<p>${rest.toLocaleString()} more are in the full report.</p>` : ''}
<p class="none" hidden>No finding passes the filter.</p>`;
}

function rowHtml({ severity, subject, title }: Finding): string {
  const name = escape(nameOf(subject));
  const app =
    subject.kind === 'app'
      ? `<button type="button" class="link" data-app="${escape(subject.id)}">${name}</button>`
      : name;
  return `<tr data-severity="${severity}"><td><span class="severity ${severity}">${SEVERITY_TEXTS[severity]}</span></td><th scope="row">${app}</th><td>${escape(title)}</td></tr>`;
}
