/** The line above the rows: what is filtered, whose apps are shown, and from when (EXPECTATIONS.md 31, 34). */
import type { AppFilter, AppOrder } from '../../salesforce/appSelection.ts';
import type { AppListing } from '../../session/appListing.ts';
import type { OrgCatalogs } from '../../session/orgCatalogs.ts';
import { labelOf, type Session } from '../../session/session.ts';
import { moment } from '../moment.ts';

export const FILTER_TEXTS: Readonly<Record<AppFilter, string>> = {
  notRequired: 'PKCE not required',
  unknown: 'PKCE unknown',
  public: 'public client',
  installed: 'installed',
  unused: 'unused for 90 days',
};

export const ORDER_TEXTS: Readonly<Record<AppOrder, string>> = {
  name: 'name',
  status: 'PKCE status',
  lastUse: 'last use',
  lastChange: 'last change',
};

/** Empty while nothing has been read. */
export function messageOf(
  sessions: readonly Session[],
  catalogs: OrgCatalogs,
  listing: AppListing,
  nowMilliseconds: number,
): string {
  return [
    filterText(sessions, catalogs, listing),
    listing.order === 'name' ? '' : `Sorted by ${ORDER_TEXTS[listing.order]}`,
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
  return `Filter: ${words} (${shown} of ${apps.length} apps)`;
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
  const oldest = Math.min(...read.map(({ last }) => last.readAtMilliseconds));
  const whose = read.length === 1 ? labelOf(first.session) : `${read.length} orgs`;
  const isRemembered = read.some(({ last }) => last.isRemembered);
  const time = moment(oldest, nowMilliseconds);
  return isRemembered
    ? `Apps of ${whose} as of ${time}, not read again yet`
    : `Apps of ${whose}, read at ${time}`;
}
