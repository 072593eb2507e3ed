/** The markup of the app details page. Every value is hostile text: all of it is escaped. */
import { escapeXml as escape } from '../../salesforce/escapeXml.ts';
import type { App } from '../../salesforce/app.ts';
import type { SettingView } from '../../salesforce/settings/settingView.ts';
import { KIND_TEXT, pkceLookOf } from '../pkceLook.ts';

export interface AppDetailsPage {
  readonly app: App;
  readonly orgLabel: string;
  readonly settings: readonly SettingView[];
  readonly styleUri: string;
  readonly scriptUri: string;
  readonly cspSource: string;
  /** For the one script of the page. */
  readonly nonce: string;
}

/** Settings whose value people want elsewhere: none of them is a secret. */
const COPYABLE = new Set(['consumerKey', 'callbackUrl']);

const SIGN: Readonly<Record<App['pkce'], string>> = {
  required: '✓',
  requiredByOrg: '✓',
  notRequired: '!',
  notApplicable: '–',
  unknown: '?',
};

/** The whole page. No remote content, one script by nonce, styles from the extension alone. */
export function appDetailsHtml(page: AppDetailsPage): string {
  const { app } = page;
  const look = pkceLookOf(app);
  const csp = `default-src 'none'; style-src ${page.cspSource}; script-src 'nonce-${page.nonce}'`;
  const origin = app.origin === 'unknown' ? 'origin not known' : app.origin;
  const groups = [...new Set(page.settings.map((setting) => setting.group))];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escape(page.styleUri)}">
<title>${escape(app.label)}</title>
</head>
<body>
<main>
<header>
<h1>${escape(app.label)}</h1>
<p class="about">${escape(KIND_TEXT[app.kind].one)} <code>${escape(app.fullName)}</code> · ${escape(origin)} · ${escape(page.orgLabel)}</p>
</header>
<section class="verdict ${app.pkce}" aria-label="PKCE status">
<span class="sign" aria-hidden="true">${SIGN[app.pkce]}</span>
<div><h2>${escape(look.text.charAt(0).toUpperCase() + look.text.slice(1))}</h2><p>${escape(app.pkceReason)}</p></div>
</section>
${page.settings.length === 0 ? '<p class="empty">There are no OAuth settings to show.</p>' : ''}
${groups.map((group) => groupHtml(group, page.settings)).join('\n')}
</main>
<div id="announcement" role="status" class="spoken"></div>
<script nonce="${escape(page.nonce)}" src="${escape(page.scriptUri)}"></script>
</body>
</html>`;
}

function groupHtml(group: string, settings: readonly SettingView[]): string {
  const rows = settings.filter((setting) => setting.group === group).map(rowHtml);
  return `<section><h2>${escape(group)}</h2>
<table><thead class="spoken"><tr><th scope="col">Setting</th><th scope="col">Value</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></section>`;
}

function rowHtml(setting: SettingView): string {
  const text = escape(setting.valueText).replaceAll('\n', '<br>');
  const mark = setting.isDefault ? ' <span class="default">default</span>' : '';
  const copy = COPYABLE.has(setting.key)
    ? ` <button type="button" class="copy" data-copy="${escape(setting.valueText)}" aria-label="Copy ${escape(setting.label)}">Copy</button>`
    : '';
  return `<tr><th scope="row">${escape(setting.label)}<p>${escape(setting.explanation)}</p></th><td>${text}${mark}${copy}</td></tr>`;
}
