/** The markup of the app details page. Every value is hostile text: all of it is escaped. */
import * as l10n from '@vscode/l10n';
import type { Finding } from '../../audit/finding.ts';
import { proofTitle, SEVERITY_TEXTS } from '../../audit/reports/words.ts';
import { KIND_TEXT, type App } from '../../salesforce/app.ts';
import { escapeXml as escape } from '../../salesforce/escapeXml.ts';
import { isOauthClient, mayRequirePkce } from '../../salesforce/pkceStatus.ts';
import type { Proof } from '../../salesforce/proof.ts';
import { GROUP_TEXTS, type SettingGroup } from '../../salesforce/settings/settingText.ts';
import type { SettingView } from '../../salesforce/settings/settingView.ts';
import { COPY_TEXTS, usageText } from '../appTexts.ts';
import { moment } from '../moment.ts';
import type { PageContent } from '../pageHtml.ts';
import { pkceLookOf } from '../pkceLook.ts';

/** What the page is made of. */
export interface AppKnowledge {
  readonly app: App;
  readonly orgLabel: string;
  readonly settings: readonly SettingView[];
  /** What the audit says of the app. */
  readonly findings: readonly Finding[];
  /** What was tried on its authorization server. */
  readonly proofs: readonly Proof[];
  /** This computer's clock. */
  readonly nowMilliseconds: number;
  /** When the org was read; undefined while it is read for the first time. */
  readonly readAtMilliseconds: number | undefined;
  /** Why the app is not there any more, so that nothing can be done with it; undefined while it is. */
  readonly gone: string | undefined;
}

/** What a button beside a setting copies, by the setting's key: what people want elsewhere, none of it a secret. */
const COPYABLE: ReadonlyMap<string, (app: App) => string> = new Map([
  ['consumerKey', COPY_TEXTS.consumerKey],
  ['callbackUrl', COPY_TEXTS.callbackUrls],
]);

const SIGN: Readonly<Record<App['pkce'], string>> = {
  required: '✓',
  requiredByOrg: '✓',
  notRequired: '!',
  notApplicable: '–',
  unknown: '?',
};

/** What the page shows. */
export function appDetailsContent(known: AppKnowledge): PageContent {
  const { app, findings, settings } = known;
  return {
    title: app.label,
    parts: new Map([
      ['head', headHtml(known)],
      ['status', `${verdictHtml(app)}\n${factsHtml(known)}`],
      ['findings', findingsHtml(findings)],
      ['settings', settingsHtml(app, settings)],
    ]),
  };
}

function headHtml({ app, orgLabel, gone }: AppKnowledge): string {
  return `<header>
<h1 tabindex="-1">${escape(app.label)}</h1>
<p class="about">${escape(KIND_TEXT[app.kind].one)} <code>${escape(app.fullName)}</code> · ${escape(orgLabel)}</p>
${gone === undefined ? `<p class="actions">${actionsHtml(app)}</p>` : `<p role="status">${escape(gone)}</p>`}
</header>`;
}

function verdictHtml(app: App): string {
  const look = pkceLookOf(app);
  return `<section class="verdict ${app.pkce}" aria-label="${escape(l10n.t('PKCE status'))}">
<span class="sign" aria-hidden="true">${SIGN[app.pkce]}</span>
<div><h2>${escape(look.text.charAt(0).toUpperCase() + look.text.slice(1))}</h2><p>${escape(app.pkceReason)}</p></div>
</section>`;
}

/** What can be done with it from here, where it can be done. */
function actionsHtml(app: App): string {
  const button = (action: string, words: string): string =>
    `<button type="button" id="${action}" data-do="${action}">${escape(words)}</button>`;
  return [
    button('openInSetup', l10n.t('Open in Setup')),
    ...(isOauthClient(app)
      ? [
          button('probeApp', l10n.t('Probe...')),
          button('testHandshake', l10n.t('Test Handshake...')),
        ]
      : []),
    ...(mayRequirePkce(app) ? [button('enforcePkce', l10n.t('Require PKCE...'))] : []),
  ].join(' ');
}

/** What is known of the app beside its settings. */
function factsHtml({ app, proofs, nowMilliseconds, readAtMilliseconds }: AppKnowledge): string {
  const at = (milliseconds: number): string => moment(milliseconds, nowMilliseconds);
  const changed = Date.parse(app.lastModified ?? '');
  const facts: readonly (readonly [string, string])[] = [
    [l10n.t('Origin'), app.originReason],
    [l10n.t('Use'), usageText(app.usage, nowMilliseconds)],
    ...(proofs.length > 0
      ? [[l10n.t('Proof'), `${proofs.map(proofTitle).join('; ')}.`] as const]
      : []),
    // Where the org keeps no date it tells that of the beginning of time.
    [l10n.t('Last changed'), changed > 0 ? at(changed) : l10n.t('not known')],
    [
      l10n.t('Read'),
      l10n.t`${readAtMilliseconds === undefined ? l10n.t('now') : at(readAtMilliseconds)}, with API ${app.apiVersion}`,
    ],
  ];
  const rows = facts.map(([name, text]) => `<dt>${escape(name)}</dt><dd>${escape(text)}</dd>`);
  return `<dl class="facts">${rows.join('')}</dl>`;
}

function findingsHtml(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const items = findings.map(
    ({ title, severity, evidence, remedy, control }) => `<li>
<h3>${escape(title)} <span class="severity">${escape(SEVERITY_TEXTS[severity])}</span></h3>
<p>${escape(evidence.join(' '))}</p>
<p>${escape(remedy)}</p>
${control === null ? '' : `<p class="place">Security Health Review: ${escape(control)}</p>`}</li>`,
  );
  return `<section><h2>${escape(l10n.t('Findings'))}</h2><ul class="findings">${items.join('\n')}</ul></section>`;
}

function settingsHtml(app: App, settings: readonly SettingView[]): string {
  if (settings.length === 0) {
    return `<p class="empty">${escape(l10n.t('There are no OAuth settings to show.'))}</p>`;
  }
  const groups = [...new Set(settings.map((setting) => setting.group))];
  return groups
    .map((group, index) => groupHtml(app, group, `settings-${index}`, settings))
    .join('\n');
}

function groupHtml(
  app: App,
  group: SettingGroup,
  id: string,
  settings: readonly SettingView[],
): string {
  const rows = settings
    .filter((setting) => setting.group === group)
    .map((setting) => rowHtml(app, setting));
  return `<section><h2 id="${id}">${escape(GROUP_TEXTS[group])}</h2>
<table aria-labelledby="${id}"><thead class="spoken"><tr><th scope="col">${escape(l10n.t('Setting'))}</th><th scope="col">${escape(l10n.t('Value'))}</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></section>`;
}

function rowHtml(app: App, setting: SettingView): string {
  const text = escape(setting.valueText).replaceAll('\n', '<br>');
  const mark = setting.isDefault
    ? ` <span class="default">${escape(l10n.t('default'))}</span>`
    : '';
  // What is shown may be words for what is not there.
  const copied = COPYABLE.get(setting.key)?.(app) ?? '';
  const copy = copied
    ? ` <button type="button" class="copy" id="copy-${escape(setting.key)}" data-copy="${escape(copied)}" data-copied="${escape(l10n.t('Copied'))}" aria-label="${escape(l10n.t`Copy ${setting.label}`)}">${escape(l10n.t('Copy'))}</button>`
    : '';
  const place = setting.place === '' ? '' : `<p class="place">${escape(setting.place)}</p>`;
  return `<tr><th scope="row">${escape(setting.label)}<p>${escape(setting.explanation)}</p>${place}</th><td>${text}${mark}${copy}</td></tr>`;
}
