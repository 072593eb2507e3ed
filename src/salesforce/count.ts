/** Numbers with what they count, `1 app`, `2,000 apps`, in the language and the digits of the editor. */
import * as l10n from '@vscode/l10n';
import { locale } from '../oauth/language.ts';

/** One message for one, one for any other number: a translation decides each by itself. */
const NOUNS = {
  app: [() => l10n.t('1 app'), (many: string) => l10n.t`${many} apps`],
  callbackUrls: [() => l10n.t('1 callback URL'), (many: string) => l10n.t`${many} callback URLs`],
  consumerKey: [() => l10n.t('1 consumer key'), (many: string) => l10n.t`${many} consumer keys`],
  day: [() => l10n.t('1 day'), (many: string) => l10n.t`${many} days`],
  file: [() => l10n.t('1 file'), (many: string) => l10n.t`${many} files`],
  id: [() => l10n.t('1 id'), (many: string) => l10n.t`${many} ids`],
  moreApp: [() => l10n.t('1 more app'), (many: string) => l10n.t`${many} more apps`],
  name: [() => l10n.t('1 name'), (many: string) => l10n.t`${many} names`],
  org: [() => l10n.t('1 org'), (many: string) => l10n.t`${many} orgs`],
  problem: [() => l10n.t('1 problem'), (many: string) => l10n.t`${many} problems`],
  refreshToken: [() => l10n.t('1 refresh token'), (many: string) => l10n.t`${many} refresh tokens`],
  row: [() => l10n.t('1 row'), (many: string) => l10n.t`${many} rows`],
  setupLink: [() => l10n.t('1 Setup link'), (many: string) => l10n.t`${many} Setup links`],
  time: [() => l10n.t('once'), (many: string) => l10n.t`${many} times`],
  user: [() => l10n.t('1 user'), (many: string) => l10n.t`${many} users`],
} as const;

/** @returns `1 user`, `2 users` */
export function count(number: number, noun: keyof typeof NOUNS): string {
  const [one, many] = NOUNS[noun];
  return number === 1 ? one() : many(number.toLocaleString(locale()));
}
