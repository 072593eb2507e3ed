/** Which apps of many are shown, and in which order. */
import { isFullyCounted, type App, type AppUsage, type PkceStatus } from './app.ts';
import { isOauthClient } from './pkceStatus.ts';
import { hasRefreshScope } from './settings/scopeTexts.ts';

/** What people look for. Filters of one facet widen each other, those of different facets narrow. */
export const APP_FILTERS = ['notRequired', 'unknown', 'public', 'installed', 'unused'] as const;
export type AppFilter = (typeof APP_FILTERS)[number];

export const APP_ORDERS = ['name', 'status', 'lastUse', 'lastChange'] as const;
export type AppOrder = (typeof APP_ORDERS)[number];

/** An app that nobody has used for so long counts as unused. */
export const UNUSED_AFTER_DAYS = 90;
const DAY_MILLISECONDS = 24 * 60 * 60_000;

type Facet = 'status' | 'client' | 'origin' | 'use';

const FACETS: Readonly<Record<AppFilter, Facet>> = {
  notRequired: 'status',
  unknown: 'status',
  public: 'client',
  installed: 'origin',
  unused: 'use',
};

const MATCHES: Readonly<Record<AppFilter, (app: App, nowMilliseconds: number) => boolean>> = {
  notRequired: ({ pkce }) => pkce === 'notRequired',
  unknown: ({ pkce }) => pkce === 'unknown',
  public: (app) => isOauthClient(app) && app.oauth?.isConsumerSecretOptional === true,
  installed: ({ origin }) => origin === 'installed',
  unused: isUnused,
};

/**
 * @param filters none shows all
 * @param nowMilliseconds this computer's clock
 */
export function isSelected(
  app: App,
  filters: readonly AppFilter[],
  nowMilliseconds: number,
): boolean {
  const facets = new Set(filters.map((filter) => FACETS[filter]));
  return [...facets].every((facet) =>
    filters.some((filter) => FACETS[filter] === facet && MATCHES[filter](app, nowMilliseconds)),
  );
}

/** Known to be unused: where not all use is counted, or what is there may be new, nobody knows. */
export function isUnused(app: App, nowMilliseconds: number): boolean {
  const { usage, lastModified, replacedBy } = app;
  if (replacedBy !== undefined || !usage || mayHaveUncountedUse(app, usage)) return false;
  const limitMilliseconds = nowMilliseconds - UNUSED_AFTER_DAYS * DAY_MILLISECONDS;
  // A token that was never used may be of today, and so may be the app.
  if (Date.parse(usage.newestUnused ?? '') >= limitMilliseconds) return false;
  const since = usage.lastUsed ?? (hasNoUse(app) ? lastModified : '');
  const sinceMilliseconds = Date.parse(since ?? '');
  // An org that keeps no date says 1970.
  return sinceMilliseconds > 0 && sinceMilliseconds < limitMilliseconds;
}

/** Known to have no tokens and no other use either: an app without refresh tokens leaves none that are counted. */
export function hasNoUse(app: App): boolean {
  const { usage } = app;
  return usage?.tokens === 0 && !mayHaveUncountedUse(app, usage);
}

/**
 * Tokens by client credentials, by exchange or for a signed JWT need no refresh token, and may not be counted
 * (SALESFORCE.md 4.4);
 * others may be counted elsewhere.
 */
function mayHaveUncountedUse(app: App, usage: AppUsage): boolean {
  const { oauth } = app;
  return (
    !isFullyCounted(usage) ||
    !areFlowsKnown(app) ||
    !givesRefreshTokens(app) ||
    oauth?.isClientCredentialEnabled === true ||
    oauth?.isClientCredentialsFlowEnabled === true ||
    oauth?.isTokenExchangeEnabled === true ||
    mayUseCertificates(app) ||
    app.isMaybeReplaced === true ||
    isForOtherOrgs(app)
  );
}

/** The component with an external client app's flows is the one with its flag. */
function areFlowsKnown({ kind, pkce, isOwnFlagOff }: App): boolean {
  return (
    kind === 'connectedApp' ||
    pkce === 'required' ||
    pkce === 'notRequired' ||
    isOwnFlagOff === true
  );
}

/** Whether each log-in leaves a refresh token that lasts; those that end as they are issued are in no list. */
function givesRefreshTokens({ oauth }: App): boolean {
  const scopes = oauth?.scopes ?? oauth?.commaSeparatedOauthScopes;
  const policies = [
    oauth?.['oauthPolicy.refreshTokenPolicy'],
    oauth?.['oauthPolicy.refreshTokenPolicyType'],
  ];
  return (
    Array.isArray(scopes) &&
    hasRefreshScope(scopes) &&
    !policies.some((policy) => typeof policy === 'string' && /^zero\b/i.test(policy))
  );
}

/** Whether programs may log in with a signed JWT: its tokens need no refresh token. */
export function mayUseCertificates({ oauth }: App): boolean {
  const certificates = [oauth?.certificate, oauth?.clientAssertionCertificate];
  return certificates.some((name) => typeof name === 'string' && name !== '');
}

/** An app of a package that is made here is used in other orgs, and they have its tokens. */
export function isForOtherOrgs({ oauth, namespace, origin }: App): boolean {
  const isPackaged = namespace !== null || oauth?.['app.distributionState'] === 'Packaged';
  return origin !== 'installed' && isPackaged;
}

/** What wants doing first. */
const STATUS_ORDER: readonly PkceStatus[] = [
  'notRequired',
  'unknown',
  'requiredByOrg',
  'required',
  'notApplicable',
];

const COMPARE: Readonly<Record<Exclude<AppOrder, 'name'>, (a: App, b: App) => number>> = {
  status: (a, b) => STATUS_ORDER.indexOf(a.pkce) - STATUS_ORDER.indexOf(b.pkce),
  lastUse: (a, b) => laterFirst(a.usage?.lastUsed, b.usage?.lastUsed),
  lastChange: (a, b) => laterFirst(a.lastModified, b.lastModified),
};

/** @param apps sorted by name; among equals that order stays */
export function inOrder(apps: readonly App[], order: AppOrder): readonly App[] {
  return order === 'name' ? apps : apps.toSorted(COMPARE[order]);
}

/** Dates as ISO 8601; what has none comes last. */
function laterFirst(a: string | null | undefined, b: string | null | undefined): number {
  return (Date.parse(b ?? '') || 0) - (Date.parse(a ?? '') || 0);
}
