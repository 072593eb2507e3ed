/** The audit as one page that stands alone: no script, nothing remote, good on paper too. */
import { createHash } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import { htmlLanguage } from '../../oauth/language.ts';
import { escapeXml as escape } from '../../salesforce/escapeXml.ts';
import type { Audit } from '../audit.ts';
import { SEVERITIES, type Finding } from '../finding.ts';
import { CONTROL_TEXTS, EXISTING_TOKENS } from '../impact.ts';
import { postureBar } from './postureBar.ts';
import {
  CONTROLS,
  nameOf,
  POSTURE_TEXTS,
  proofLines,
  proofTitle,
  SEVERITY_TEXTS,
  STATE_TEXTS,
  totalOf,
  whenText,
  nothingText,
} from './words.ts';

const STYLE = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1, h2, h3, h4, p, li, td { overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: start; padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid #8888; }
svg { display: block; width: 100%; height: 1.2rem; }
rect.required { fill: #2e7d32; }
rect.requiredByOrg { fill: #81c784; }
rect.notRequired { fill: #e65100; }
rect.unknown { fill: #8888; }
article { border-inline-start: 4px solid #8888; padding-inline-start: 1rem; margin: 1.5rem 0; break-inside: avoid; }
article.critical, article.high { border-color: #c62828; }
article.medium { border-color: #ef6c00; }
article h4 { margin: 0; }
.severity { font-weight: 600; }
`;

export function htmlReport(audits: readonly Audit[]): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const csp = `default-src 'none'; style-src 'sha256-${hash}'`;
  const title = escape(l10n.t('PKCE and OAuth audit'));
  return `<!DOCTYPE html>
<html ${htmlLanguage()}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${audits.map(orgHtml).join('\n')}
</body>
</html>
`;
}

function orgHtml(audit: Audit): string {
  const { posture, counts, findings, suppressed, unknown, problems } = audit;
  const { impacts, isvControls, proofs } = audit;
  return `<section>
<h2>${escape(audit.org)}</h2>
<p>${escape(whenText(audit))}</p>
${postureHtml(posture)}
<table><thead><tr><th scope="col">${escape(l10n.t('Severity'))}</th><th scope="col">${escape(l10n.t('Findings'))}</th></tr></thead><tbody>
${SEVERITIES.map((severity) => `<tr><th scope="row">${escape(SEVERITY_TEXTS[severity])}</th><td>${counts[severity]}</td></tr>`).join('\n')}
</tbody></table>
${tableHtml(
  l10n.t('What will break, for whom, when'),
  `<p>${escape(EXISTING_TOKENS)}</p>`,
  [l10n.t('App'), l10n.t('In use'), l10n.t('What'), l10n.t('Who acts')],
  impacts.map(({ label, use, what, who }) => [label, use, what, who]),
)}
${findings.length === 0 ? `<p>${escape(nothingText(audit))}</p>` : findings.map(findingHtml).join('\n')}
${tableHtml(
  l10n.t('The four controls for ISVs'),
  '',
  [l10n.t('App'), ...CONTROLS.map((control) => CONTROL_TEXTS[control])],
  isvControls.map((one) => [one.label, ...CONTROLS.map((control) => STATE_TEXTS[one[control]])]),
)}
${list(
  l10n.t('Proofs'),
  proofs.map(
    (proof) =>
      `<strong>${escape(proof.label)}</strong>: ${escape(proofTitle(proof))}<ul>${proofLines(proof)
        .map((line) => `<li>${escape(line)}</li>`)
        .join('')}</ul>`,
  ),
)}
${list(
  l10n.t('Not known'),
  unknown.map(({ label, reason }) => `<strong>${escape(label)}</strong>: ${escape(reason)}`),
)}
${list(
  l10n.t('Not read'),
  problems.map(({ happened, todo }) => escape(`${happened} ${todo}`)),
)}
${list(
  l10n.t('Accepted for a time'),
  suppressed.map(
    ({ finding, suppression }) =>
      `<strong>${escape(nameOf(finding.subject))}</strong>: ${escape(l10n.t`${finding.title}, until ${suppression.until}: ${suppression.reason}`)}`,
  ),
)}
</section>`;
}

/** A bar, and the same in words. */
function postureHtml(posture: Audit['posture']): string {
  const total = totalOf(posture);
  const words = POSTURE_TEXTS.map(([status, text]) => `${text}: ${posture[status]}`).join(', ');
  const bar = postureBar(posture);
  return `${bar === '' ? '' : `${bar}\n`}<p>${escape(l10n.t`OAuth apps: ${total}. PKCE ${words}.`)}</p>`;
}

function findingHtml(finding: Finding): string {
  const { severity, subject, title, evidence, why, remedy, control, reference } = finding;
  return `<article class="${severity}">
<h4>${escape(nameOf(subject))}: ${escape(title)}</h4>
<p><span class="severity">${escape(SEVERITY_TEXTS[severity])}</span>${control === null ? '' : ` · ${escape(control)}`}</p>
<ul>${evidence.map((one) => `<li>${escape(one)}</li>`).join('')}</ul>
<p>${escape(why)}</p>
<p><strong>${escape(l10n.t('What to do'))}</strong>: ${escape(remedy)}</p>
<p>${escape(l10n.t('Rule'))} <code>${escape(finding.rule)}</code>, <a href="${escape(reference.url)}">${escape(reference.title)}</a></p>
</article>`;
}

function tableHtml(
  title: string,
  before: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return '';
  const cells = rows.map(
    ([first = '', ...others]) =>
      `<tr><th scope="row">${escape(first)}</th>${others.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`,
  );
  return `<h3>${escape(title)}</h3>
${before}<table><thead><tr>${head.map((name) => `<th scope="col">${escape(name)}</th>`).join('')}</tr></thead><tbody>
${cells.join('\n')}
</tbody></table>`;
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<h3>${escape(title)}</h3>\n<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}
