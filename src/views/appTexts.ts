/** What is said of an app in words: who uses it, what can be copied of it. No secret is among it. */
import { KIND_TEXT, type App, type AppUsage } from '../salesforce/app.ts';
import { escapeMarkdown } from '../salesforce/escapeMarkdown.ts';
import { appSetupLink } from '../salesforce/setupLinks.ts';
import { moment } from './moment.ts';
import { pkceLookOf } from './pkceLook.ts';

/** One sentence about an app's use, with what is not known about it. */
export function usageText(usage: AppUsage | null, nowMilliseconds: number): string {
  if (!usage) return 'Who uses the app is not known.';
  return [countsText(usage, nowMilliseconds), ...usageLimits(usage)].join(' ');
}

/** Tokens, users and uses in one sentence. */
export function countsText(
  { tokens, users, uses, lastUsed }: Pick<AppUsage, 'tokens' | 'users' | 'uses' | 'lastUsed'>,
  nowMilliseconds: number,
): string {
  if (tokens === 0) return 'No refresh tokens of the app are known.';
  const whose = `${count(tokens, 'refresh token')} of ${count(users, 'user')}`;
  const last =
    lastUsed === null ? 'never used' : `last used ${moment(Date.parse(lastUsed), nowMilliseconds)}`;
  return `${whose}, ${last}, used ${count(uses, 'time')} in all.`;
}

function usageLimits({ isOnlyOwn, isIncomplete, isShared }: AppUsage): string[] {
  return [
    ...(isOnlyOwn === true
      ? ['Only your own tokens could be counted: the permission "Customize Application" shows all.']
      : []),
    ...(isOnlyOwn === null ? ['Whether other users have more is not known.'] : []),
    ...(isIncomplete ? ['There are more tokens than could be counted.'] : []),
    ...(isShared ? ['Several apps have this name: their tokens are counted together.'] : []),
  ];
}

/** `1 user`, `2 users`. */
export function count(number: number, what: string): string {
  return `${number.toLocaleString()} ${what}${number === 1 ? '' : 's'}`;
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
  const table = [
    ['App', 'Kind', 'API name', 'Org', 'PKCE', 'Why'],
    Array.from({ length: 6 }, () => '---'),
    ...lines,
  ];
  return `${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
