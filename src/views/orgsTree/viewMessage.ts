/** The line above the rows: what is filtered, whose apps are shown, and from when (EXPECTATIONS.md 31, 34). */
import * as l10n from '@vscode/l10n';
import type { AppFilter, AppOrder } from '../../salesforce/appSelection.ts';
import { count } from '../../salesforce/count.ts';
import type { AppListing } from '../../session/appListing.ts';
import type { OrgCatalogs } from '../../session/orgCatalogs.ts';
import { labelOf, type Session } from '../../session/session.ts';
import { moment } from '../moment.ts';

export const FILTER_TEXTS: Readonly<Record<AppFilter, string>> = {
  notRequired: l10n.t('PKCE not required'),
  unknown: l10n.t('PKCE unknown'),
  public: l10n.t('public client'),
  installed: l10n.t('installed'),
  unused: l10n.t('unused for 90 days'),
};

export const ORDER_TEXTS: Readonly<Record<AppOrder, string>> = {
  name: l10n.t('name'),
  status: l10n.t('PKCE status'),
  lastUse: l10n.t('last use'),
  lastChange: l10n.t('last change'),
};

/** Empty while nothing has been read, and where no org is signed in: a message would take the place of the welcome. */
export function messageOf(
  sessions: readonly Session[],
  catalogs: OrgCatalogs,
  listing: AppListing,
  nowMilliseconds: number,
): string {
  if (sessions.length === 0) return '';
  return [
    filterText(sessions, catalogs, listing),
    listing.order === 'name' ? '' : l10n.t`Sorted by ${ORDER_TEXTS[listing.order]}`,
    whenRead(sessions, catalogs, nowMilliseconds),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function filterText(
  sessions: readonly Session[],
  catalogs: OrgCatalogs,
  listing: AppListing,
): string {
  if (listing.filters.length === 0) return '';
  const apps = sessions.flatMap(({ id }) => catalogs.apps(id));
  const shown = sessions.reduce((sum, { id }) => sum + listing.select(catalogs.apps(id)).length, 0);
  const words = listing.filters.map((filter) => FILTER_TEXTS[filter]).join(', ');
  return l10n.t`Filter: ${words} (${shown} of ${apps.length} apps)`;
}

function whenRead(
  sessions: readonly Session[],
  catalogs: OrgCatalogs,
  nowMilliseconds: number,
): string {
  const read = sessions.flatMap((session) => {
    const last = catalogs.lastRead(session.id);
    return last ? [{ session, last }] : [];
  });
  const [first] = read;
  if (!first) return '';
  const whose = read.length === 1 ? labelOf(first.session) : count(read.length, 'org');
  const remembered = read.filter(({ last }) => last.isRemembered);
  const some = remembered.length > 0 ? remembered : read;
  const oldest = Math.min(...some.map(({ last }) => last.readAtMilliseconds));
  const time = moment(oldest, nowMilliseconds);
  if (remembered.length === 0) return l10n.t`Apps of ${whose}, read at ${time}`;
  return remembered.length === read.length
    ? l10n.t`Apps of ${whose} as of ${time}, not read again yet`
    : l10n.t`Apps of ${whose}; not read again yet: ${count(remembered.length, 'org')}, as of ${time}`;
}
