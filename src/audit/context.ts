/** What rules judge: all apps of an org with their facts, and what is known of the org. */
import { isFullyCounted, type App } from '../salesforce/app.ts';
import { distinctLabels } from '../salesforce/appNames.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import { listsBothKinds } from '../salesforce/catalog/completeness.ts';
import { componentTypes } from '../salesforce/catalog/components.ts';
import type { TokenCount } from '../salesforce/catalog/usage.ts';
import { isOauthClient } from '../salesforce/pkceStatus.ts';
import { factsOf, type AppFacts } from './appFacts.ts';

export interface AuditContext {
  /** OAuth apps whose settings could be read and hold. */
  readonly apps: readonly AppFacts[];
  /** The same by `App.id`. */
  readonly byId: ReadonlyMap<string, AppFacts>;
  /** The same by consumer key. */
  readonly byConsumerKey: ReadonlyMap<string, readonly AppFacts[]>;
  /** All apps, also those that could not be read and those that are no OAuth apps. */
  readonly all: readonly App[];
  /** What each of them is called: {@link distinctLabels}. */
  readonly nameOf: (app: App) => string;
  /** Whether these are all apps of the org: {@link listsBothKinds}. */
  readonly isWhole: boolean;
  /** Apps in use that the org does not list. */
  readonly unlisted: readonly TokenCount[];
  /** Whether these are all of them: all tokens of all users were counted, and it is known whose they are. */
  readonly knowsUnlisted: boolean;
  readonly org: {
    readonly isPkceRequired: boolean | undefined;
    readonly blocksUsernamePassword: boolean | undefined;
    readonly blocksUserAgent: boolean | undefined;
  };
  readonly nowMilliseconds: number;
}

/** The metadata type of refresh token IP allowlists; older orgs do not know it. */
const ALLOWLISTS = 'ExtlClntAppOauthSecuritySettings';

/**
 * @param catalog what was read of the org
 * @param nowMilliseconds the clock that "unused for 90 days" goes by
 */
export function contextOf(catalog: Catalog, nowMilliseconds: number): AuditContext {
  const { orgWide, unlisted, snapshot } = catalog;
  // By code units: the same everywhere, whatever language the computer speaks.
  const apps = catalog.apps.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const knowsAllowlists =
    componentTypes(snapshot.apiVersion).includes(ALLOWLISTS) &&
    !snapshot.unavailable.includes(ALLOWLISTS);
  const known = apps.filter(isOauthClient).map((app) => factsOf(app, knowsAllowlists));
  return {
    apps: known,
    byId: new Map(known.map((facts) => [facts.app.id, facts])),
    byConsumerKey: Map.groupBy(known, ({ consumerKey = '' }) => consumerKey),
    all: apps,
    nameOf: distinctLabels(apps),
    isWhole: listsBothKinds(snapshot),
    unlisted,
    knowsUnlisted: isAllUseKnown(catalog),
    org: orgFlagsOf(orgWide),
    nowMilliseconds,
  };
}

/** Whether all tokens of all users were counted, and it is known whose they are. */
export function isAllUseKnown({ usage, unclear }: Pick<Catalog, 'usage' | 'unclear'>): boolean {
  return (
    usage.kind === 'known' && isFullyCounted({ ...usage, isShared: false }) && unclear.length === 0
  );
}

export function orgFlagsOf({ isPkceRequired, values }: Catalog['orgWide']): AuditContext['org'] {
  const flag = (element: string): boolean | undefined => {
    const value = values[`OauthOidcSettings.${element}`];
    return typeof value === 'boolean' ? value : undefined;
  };
  return {
    isPkceRequired,
    blocksUsernamePassword: flag('blockOAuthUnPwFlow'),
    blocksUserAgent: flag('blockOAuthUsrAgtFlow'),
  };
}
