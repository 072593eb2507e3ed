/**
 * Who uses which app, by the rows of OauthToken (SALESFORCE.md 4.4). The columns of it that are as good as a token
 * are never asked for.
 */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { UserFacingError } from '../../oauth/userFacingError.ts';
import type { App, AppUsage } from '../app.ts';
import type { MetadataAccess } from '../metadataApi.ts';
import { MOST_ROWS, queryAll, queryOne } from '../query.ts';
import { isSameId } from '../salesforceId.ts';

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
}

export type Usage =
  | {
      readonly kind: 'known';
      readonly counts: readonly TokenCount[];
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
  AppName: text,
  AppMenuItemId: text,
  UserId: text,
  CreatedDate: v.pipe(v.string(), v.maxLength(40)),
  LastUsedDate: text,
  UseCount: v.nullable(v.number()),
});
type TokenRow = v.InferOutput<typeof TokenRow>;

/** Counts the tokens of all apps. Never rejects for what an org refuses. */
export async function readUsage(access: MetadataAccess): Promise<Usage> {
  try {
    const [{ rows, isIncomplete }, appIds, isOnlyOwn] = await Promise.all([
      tokenRows(access),
      appIdsByMenuItem(access),
      seesOnlyOwn(access),
    ]);
    return { kind: 'known', counts: countsOf(rows, appIds), isOnlyOwn, isIncomplete };
  } catch (error) {
    access.signal.throwIfAborted();
    const detail = error instanceof UserFacingError ? ` ${error.message}` : '';
    return {
      kind: 'unknown',
      reason: `${l10n.t("The org's token list could not be read.")}${detail}`,
    };
  }
}

/**
 * What is known of one app's use.
 * @param isOfSeveral whether other apps have the same label
 * @returns null if nothing is known
 */
export function usageOf(app: App, usage: Usage, isOfSeveral: boolean): AppUsage | null {
  if (usage.kind === 'unknown') return null;
  const { componentId } = app;
  const own = usage.counts.filter(({ appId, name }) =>
    appId !== null && componentId !== null ? isSameId(appId, componentId) : name === app.label,
  );
  const lastUsed =
    own
      .map((count) => count.lastUsed ?? '')
      .sort()
      .at(-1) ?? '';
  const sum = (part: 'tokens' | 'users' | 'uses'): number =>
    own.reduce((all, count) => all + count[part], 0);
  return {
    tokens: sum('tokens'),
    users: sum('users'),
    uses: sum('uses'),
    lastUsed: lastUsed === '' ? null : lastUsed,
    isOnlyOwn: usage.isOnlyOwn,
    isIncomplete: usage.isIncomplete,
    isShared: isOfSeveral && own.some(({ appId }) => appId === null),
  };
}

/** Apps that are in use and not among the org's own: they were never installed, or cannot be listed. */
export function unlistedIn(usage: Usage, apps: readonly App[]): readonly TokenCount[] {
  if (usage.kind === 'unknown') return [];
  const labels = new Set(apps.map((app) => app.label));
  const ids = new Set(apps.flatMap(({ componentId }) => componentId?.slice(0, 15) ?? []));
  return usage.counts.filter(
    ({ appId, name }) => !(appId !== null && ids.has(appId.slice(0, 15))) && !labels.has(name),
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
    const some = v.parse(v.array(TokenRow), await queryAll(access, soql));
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

const MenuItems = v.array(v.object({ Id: v.string(), ApplicationId: text }));

/** Ids of apps by the menu items that tokens name. Without them tokens are matched by name. */
async function appIdsByMenuItem(access: MetadataAccess): Promise<ReadonlyMap<string, string>> {
  try {
    const soql = 'SELECT Id, ApplicationId FROM AppMenuItem';
    const items = v.parse(MenuItems, await queryAll(access, soql));
    return new Map(
      items.flatMap(({ Id, ApplicationId }) => (ApplicationId ? [[Id, ApplicationId]] : [])),
    );
  } catch {
    access.signal.throwIfAborted();
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
  return [...groups.values()].map(({ name, appId, rows: own }) => ({
    name,
    appId,
    tokens: own.length,
    users: new Set(own.map(({ UserId }) => UserId)).size,
    uses: own.reduce((all, { UseCount }) => all + Math.max(0, UseCount ?? 0), 0),
    lastUsed: isoOf(
      own
        .map(({ LastUsedDate }) => LastUsedDate ?? '')
        .sort()
        .at(-1) ?? '',
    ),
  }));
}

/** Salesforce writes `2026-01-05T08:00:00.000+0000`. */
function isoOf(date: string): string | null {
  const time = Date.parse(date.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isFinite(time) ? new Date(time).toISOString() : null;
}
