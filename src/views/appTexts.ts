/** What is said of an app in words: who uses it, what can be copied of it. No secret is among it. */
import * as l10n from '@vscode/l10n';
import { KIND_TEXT, type App, type AppUsage } from '../salesforce/app.ts';
import { count } from '../salesforce/count.ts';
import { escapeMarkdown } from '../salesforce/escapeMarkdown.ts';
import { appSetupLink } from '../salesforce/setupLinks.ts';
import { tableMarkdown } from '../salesforce/tableMarkdown.ts';
import { moment } from './moment.ts';
import { pkceLookOf } from './pkceLook.ts';

/** One sentence about an app's use, with what is not known about it. */
export function usageText(usage: AppUsage | null, nowMilliseconds: number): string {
  if (!usage) return l10n.t('Who uses the app is not known.');
  return [countsText(usage, nowMilliseconds), ...usageLimits(usage)].join(' ');
}

/** Tokens, users and uses in one sentence. */
export function countsText(
  { tokens, users, uses, lastUsed }: Pick<AppUsage, 'tokens' | 'users' | 'uses' | 'lastUsed'>,
  nowMilliseconds: number,
): string {
  if (tokens === 0) return l10n.t('No refresh tokens of the app are known.');
  const whose = l10n.t`${count(tokens, 'refreshToken')} of ${count(users, 'user')}`;
  const last =
    lastUsed === null
      ? l10n.t('never used')
      : l10n.t`last used ${moment(Date.parse(lastUsed), nowMilliseconds)}`;
  return l10n.t`${whose}, ${last}, used ${count(uses, 'time')} in all.`;
}

/** Why there may be more tokens than were counted, or fewer of an app. Nothing where all is known. */
export function usageLimits({
  isOnlyOwn,
  isIncomplete,
  isShared,
}: Pick<AppUsage, 'isOnlyOwn' | 'isIncomplete' | 'isShared'>): string[] {
  return [
    ...(isOnlyOwn === true
      ? [
          l10n.t(
            'Only your own tokens could be counted: the permission "Customize Application" shows all.',
          ),
        ]
      : []),
    ...(isOnlyOwn === null ? [l10n.t('Whether other users have more is not known.')] : []),
    ...(isIncomplete ? [l10n.t('There are more tokens than could be counted.')] : []),
    ...(isShared
      ? [l10n.t('Some tokens were counted by the name alone: they may be of another app.')]
      : []),
  ];
}

/** What can be copied of apps. */
export const COPY_TEXTS = {
  name: (app: App) => app.label,
  consumerKey: ({ oauth }: App) => textOf(oauth?.consumerKey),
  callbackUrls: ({ oauth }: App) => textOf(oauth?.callbackUrl),
  id: ({ componentId }: App) => componentId ?? '',
  setupLink: (app: App, instanceUrl: string) => appSetupLink(instanceUrl, app),
} as const;

export type CopyPart = keyof typeof COPY_TEXTS;

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string').join('\n') : '';
}

/** An app with what people call its org. */
export interface AppOfOrg {
  readonly app: App;
  readonly orgLabel: string;
}

/** Apps as a Markdown table, one row each. */
export function markdownTable(rows: readonly AppOfOrg[]): string {
  const lines = rows.map(({ app, orgLabel }) =>
    [
      app.label,
      KIND_TEXT[app.kind].one,
      app.fullName,
      orgLabel,
      pkceLookOf(app).text,
      app.pkceReason,
    ].map(escapeMarkdown),
  );
  const columns = [
    l10n.t('App'),
    l10n.t('Kind'),
    l10n.t('API name'),
    l10n.t('Org'),
    'PKCE',
    l10n.t('Why'),
  ];
  return `${tableMarkdown(columns, lines)}\n`;
}
