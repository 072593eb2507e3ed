/**
 * Who uses which app, by the rows of OauthToken (SALESFORCE.md 4.4). The columns of it that are as good as a token
 * are never asked for.
 */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { isUnreached } from '../../oauth/networkError.ts';
import { shownName } from '../../oauth/redact.ts';
import { UserFacingError } from '../../oauth/userFacingError.ts';
import type { App, AppUsage } from '../app.ts';
import type { MetadataAccess } from '../metadataApi.ts';
import { MOST_ROWS, queryAll, queryOne } from '../query.ts';

/** Tokens of one app, as far as they could be counted. */
export interface TokenCount {
  /** What the org calls the app in its token list. */
  readonly name: string;
  /** Salesforce id of the app, where the org tells. */
  readonly appId: string | null;
  readonly tokens: number;
  readonly users: number;
  readonly uses: number;
  readonly lastUsed: string | null;
  /** When the newest of those that nobody has used yet was issued, if there are any. */
  readonly newestUnused?: string | undefined;
}

export type Usage =
  | {
      readonly kind: 'known';
      readonly counts: readonly TokenCount[];
      /** Ids of apps that have a menu item: their tokens bear it. */
      readonly withMenuItem: readonly string[];
      /** Only the signed-in user's tokens are shown; null if that is not known. */
      readonly isOnlyOwn: boolean | null;
      readonly isIncomplete: boolean;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

const COLUMNS = 'AppName, AppMenuItemId, UserId, CreatedDate, LastUsedDate, UseCount';
/** No query gives more rows of OauthToken; the next one begins where it ended. */
const ROWS_PER_QUERY = 2500;

const text = v.nullable(v.pipe(v.string(), v.maxLength(400)));
const TokenRow = v.object({
  AppName: v.pipe(
    text,
    v.transform((name) => (name === null ? null : shownName(name))),
  ),
  AppMenuItemId: text,
  UserId: text,
  CreatedDate: v.pipe(v.string(), v.maxLength(40)),
  LastUsedDate: text,
  UseCount: v.nullable(v.number()),
});
type TokenRow = v.InferOutput<typeof TokenRow>;

/** Counts the tokens of all apps. Never rejects for what an org refuses. */
export async function readUsage(
  access: MetadataAccess,
  onFailure: (error: unknown) => void = () => undefined,
): Promise<Usage> {
  try {
    const [{ rows, isIncomplete }, appIds, isOnlyOwn] = await Promise.all([
      tokenRows(access),
      appIdsByMenuItem(access),
      seesOnlyOwn(access),
    ]);
    const withMenuItem = [...new Set(appIds.values())];
    return { kind: 'known', counts: countsOf(rows, appIds), withMenuItem, isOnlyOwn, isIncomplete };
  } catch (error) {
    access.signal.throwIfAborted();
    onFailure(error);
    const detail = error instanceof UserFacingError ? ` ${error.message}` : '';
    return {
      kind: 'unknown',
      reason: `${l10n.t("The org's token list could not be read.")}${detail}`,
    };
  }
}

/** Whose tokens are whose. */
export interface UsageByApp {
  /** What is known of an app's use; null if nothing is. */
  readonly of: (app: App) => AppUsage | null;
  /** Apps that are in use and not among the org's own: they were never installed, or cannot be listed. */
  readonly unlisted: readonly TokenCount[];
  /** Either such apps, or the org's own ones whose label is not known: nobody can tell which. */
  readonly unclear: readonly TokenCount[];
}

/**
 * Gives each app its tokens: by id where the org tells one, else by label.
 * @param apps all of the org
 * @param unnamed ids of those whose label could not be read: what stands for it is a guess
 */
export function usageByApp(
  usage: Usage,
  apps: readonly App[],
  unnamed: ReadonlySet<string>,
): UsageByApp {
  if (usage.kind === 'unknown') return { of: () => null, unlisted: [], unclear: [] };
  const { counts, isOnlyOwn, isIncomplete } = usage;
  const byId = Map.groupBy(counts, ({ appId }) => comparable(appId));
  const byName = Map.groupBy(counts, ({ name }) => name);
  const nameOnly = Map.groupBy(byId.get(null) ?? [], ({ name }) => name);
  const labels = new Set(apps.map(({ label }) => label));
  // What has replaced an app has its clients.
  const appsByLabel = Map.groupBy(
    apps.filter(({ replacedBy }) => replacedBy === undefined),
    ({ label }) => label,
  );
  const replaced = Map.groupBy(apps, ({ replacedBy }) => replacedBy);
  const ids = new Set(apps.map(({ componentId }) => comparable(componentId)));
  const isForeign = ({ appId }: TokenCount): boolean =>
    appId !== null && !ids.has(comparable(appId));
  const foreign = Map.groupBy(counts.filter(isForeign), ({ name }) => name);
  const withMenuItem = new Set(usage.withMenuItem.map(comparable));

  const ownTokensOf = ({ componentId, label }: App): readonly TokenCount[] =>
    componentId === null
      ? (byName.get(label) ?? []).filter((count) => count.appId === null || isForeign(count))
      : [
          ...(byId.get(comparable(componentId)) ?? []),
          ...(nameOnly.get(label) ?? []),
          // Of an app that is not listed, or the org has another id for this one: nobody can tell.
          ...(foreign.get(label) ?? []),
        ];
  const tokensOf = (app: App): readonly TokenCount[] => [
    ...new Set([app, ...(replaced.get(app.id) ?? [])].flatMap(ownTokensOf)),
  ];
  /** Its tokens may bear a name that nobody knows to be its own. With a menu item they would bear its id. */
  const mayBeUnderOtherName = (app: App): boolean =>
    unnamed.has(app.id) &&
    !(app.componentId !== null && withMenuItem.has(comparable(app.componentId))) &&
    tokensOf(app).length === 0;

  const others = counts.filter(
    ({ appId, name }) => !(appId !== null && ids.has(comparable(appId))) && !labels.has(name),
  );
  const hidden = apps.filter(mayBeUnderOtherName);
  const isAnyWithoutId = hidden.some(({ componentId }) => componentId === null);
  const isUnclear = ({ appId }: TokenCount): boolean =>
    hidden.length > 0 && (appId === null || isAnyWithoutId);
  const unclear = others.filter(isUnclear);
  const isAnyNameOnly = unclear.some(({ appId }) => appId === null);
  const unknown = new Set(
    hidden
      .filter(({ componentId }) => isAnyNameOnly || (unclear.length > 0 && componentId === null))
      .map(({ id }) => id),
  );
  return {
    of: (app) => {
      if (unknown.has(app.id)) return null;
      const isOfSeveral = (appsByLabel.get(app.label)?.length ?? 0) > 1;
      const own = tokensOf(app);
      return {
        ...sumOf(own),
        isOnlyOwn,
        isIncomplete,
        isShared:
          (isOfSeveral && own.some(({ appId }) => appId === null)) ||
          (app.componentId !== null && own.some(isForeign)),
      };
    },
    unlisted: others.filter((count) => !isUnclear(count)),
    unclear,
  };
}

/** Ids come with 15 or 18 characters, and the first 15 decide. */
function comparable(id: string | null): string | null {
  return id?.slice(0, 15) ?? null;
}

function sumOf(
  counts: readonly TokenCount[],
): Pick<AppUsage, 'tokens' | 'users' | 'uses' | 'lastUsed' | 'newestUnused'> {
  const sum = (part: 'tokens' | 'users' | 'uses'): number =>
    counts.reduce((all, count) => all + count[part], 0);
  const newestUnused = latestOf(counts.map((count) => count.newestUnused));
  return {
    tokens: sum('tokens'),
    users: sum('users'),
    uses: sum('uses'),
    lastUsed: latestOf(counts.map((count) => count.lastUsed)),
    ...(newestUnused === null ? {} : { newestUnused }),
  };
}

/** The latest of some dates in one notation; null if there is none. */
function latestOf(dates: readonly (string | null | undefined)[]): string | null {
  return (
    dates
      .filter((date) => typeof date === 'string')
      .sort()
      .at(-1) ?? null
  );
}

/** Walks through all pages, and goes on with another query where one ends. */
async function tokenRows(
  access: MetadataAccess,
): Promise<{ readonly rows: readonly TokenRow[]; readonly isIncomplete: boolean }> {
  const rows: TokenRow[] = [];
  let where = '';
  for (;;) {
    const soql = `SELECT ${COLUMNS} FROM OauthToken${where} ORDER BY CreatedDate`;
    const some = await queryAll(access, soql, TokenRow);
    const last = some.at(-1)?.CreatedDate ?? '';
    if (some.length < ROWS_PER_QUERY) return { rows: [...rows, ...some], isIncomplete: false };
    // Rows of the last moment may go on beyond the limit: they are asked for again, all of them.
    const before = some.filter(({ CreatedDate }) => CreatedDate !== last);
    rows.push(...before);
    if (before.length === 0 || rows.length > MOST_ROWS) {
      return { rows: before.length === 0 ? [...rows, ...some] : rows, isIncomplete: true };
    }
    where = ` WHERE CreatedDate >= ${isoOf(last) ?? ''}`;
  }
}

const MenuItem = v.object({ Id: v.string(), ApplicationId: text });

/** Ids of apps by the menu items that tokens name. Where the org does not tell, tokens are matched by name. */
async function appIdsByMenuItem(access: MetadataAccess): Promise<ReadonlyMap<string, string>> {
  try {
    const soql = 'SELECT Id, ApplicationId FROM AppMenuItem';
    const items = await queryAll(access, soql, MenuItem);
    return new Map(
      items.flatMap(({ Id, ApplicationId }) => (ApplicationId ? [[Id, ApplicationId]] : [])),
    );
  } catch (error) {
    access.signal.throwIfAborted();
    if (isUnreached(error)) throw error;
    return new Map();
  }
}

/** Without the permission "Customize Application" a user sees only own tokens. */
async function seesOnlyOwn(access: MetadataAccess): Promise<boolean | null> {
  const row = await queryOne(
    access,
    'SELECT PermissionsCustomizeApplication FROM UserPermissionAccess',
  );
  const customizes = row?.PermissionsCustomizeApplication;
  return typeof customizes === 'boolean' ? !customizes : null;
}

function countsOf(
  rows: readonly TokenRow[],
  appIds: ReadonlyMap<string, string>,
): readonly TokenCount[] {
  const groups = new Map<string, { name: string; appId: string | null; rows: TokenRow[] }>();
  for (const row of rows) {
    const name = row.AppName ?? '';
    const appId = appIds.get(row.AppMenuItemId ?? '') ?? null;
    const key = appId === null ? `name:${name}` : `id:${appId}`;
    const group = groups.get(key) ?? { name, appId, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ name, appId, rows: own }) => {
    const unused = own.filter(({ LastUsedDate }) => LastUsedDate === null);
    const newestUnused = latestOf(unused.map(({ CreatedDate }) => isoOf(CreatedDate)));
    return {
      name,
      appId,
      tokens: own.length,
      users: new Set(own.map(({ UserId }) => UserId)).size,
      uses: own.reduce((all, { UseCount }) => all + Math.max(0, UseCount ?? 0), 0),
      lastUsed: latestOf(own.map(({ LastUsedDate }) => isoOf(LastUsedDate ?? ''))),
      ...(newestUnused === null ? {} : { newestUnused }),
    };
  });
}

/** Salesforce writes `2026-01-05T08:00:00.000+0000`. */
function isoOf(date: string): string | null {
  const time = Date.parse(date.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isFinite(time) ? new Date(time).toISOString() : null;
}
