/**
 * What will break, for whom, when: the apps that do not require PKCE themselves, who uses them, who has to act. And the
 * four controls that Salesforce demands of ISVs, one line for each app. Pure.
 */
import * as l10n from '@vscode/l10n';
import type { App, AppUsage } from '../salesforce/app.ts';
import { hasNoUse } from '../salesforce/appSelection.ts';
import { count } from '../salesforce/count.ts';
import type { AppFacts } from './appFacts.ts';
import type { AuditContext } from './context.ts';

/** Who has to update the client and to change the app. */
export type Actor = 'org' | 'author' | 'unknown';

/** One app that is not ready: its own setting does not demand PKCE, or is not known. */
export interface Impact {
  /** `App.id` */
  readonly app: string;
  readonly label: string;
  readonly pkce: App['pkce'];
  readonly client: AppFacts['client'];
  readonly actor: Actor;
  /** One sentence: who acts. */
  readonly who: string;
  /** Null if it is not known whether anybody uses it. */
  readonly isInUse: boolean | null;
  /** One sentence: users, tokens, last use; or why it is not known. */
  readonly use: string;
  /** One or two sentences: what stops working, and when. */
  readonly what: string;
}

/** The mandate's date for ISV apps, as it was last set (SALESFORCE.md 8). */
const ISV_DATE = l10n.t('25 June 2026');

/** What existing tokens do (SALESFORCE.md 13.6); the same for every app. */
export const EXISTING_TOKENS = l10n.t(
  'Refresh tokens that exist go on working; some vendors ask for a new log-in all the same.',
);

/** Apps in use come first, then those of which it is not known. */
export function impactsOf({ all, byId, nameOf }: AuditContext): readonly Impact[] {
  const order = (isInUse: boolean | null): number =>
    isInUse === true ? 0 : isInUse === null ? 1 : 2;
  return all
    .filter(({ pkce }) => ['notRequired', 'requiredByOrg', 'unknown'].includes(pkce))
    .map((app) => impactOf(app, nameOf(app), byId.get(app.id)?.client ?? 'unknown'))
    .sort((a, b) => order(a.isInUse) - order(b.isInUse));
}

function impactOf(app: App, label: string, client: AppFacts['client']): Impact {
  const { id, pkce, origin, originReason, usage } = app;
  const actor: Actor = origin === 'local' ? 'org' : origin === 'installed' ? 'author' : 'unknown';
  return {
    app: id,
    label,
    pkce,
    client,
    actor,
    who:
      actor === 'org'
        ? l10n.t(
            'Your org: whoever runs the client updates it, then an admin requires PKCE of the app.',
          )
        : originReason,
    isInUse: isInUse(app),
    use: useText(usage),
    what: whatText(app, actor),
  };
}

function isInUse(app: App): boolean | null {
  if (app.usage && app.usage.tokens > 0) return true;
  return hasNoUse(app) ? false : null;
}

/** Days in UTC: the same report for the same input, wherever it is made. */
function useText(usage: AppUsage | null): string {
  if (!usage) return l10n.t('Who uses it is not known.');
  const { tokens, users, lastUsed, isOnlyOwn, isIncomplete, isShared } = usage;
  const limits = [
    ...(isOnlyOwn === true ? [l10n.t('only your own tokens could be counted')] : []),
    ...(isOnlyOwn === null ? [l10n.t('whether other users have more is not known')] : []),
    ...(isIncomplete ? [l10n.t('there are more tokens than could be counted')] : []),
    ...(isShared ? [l10n.t('some were counted by the name alone and may be of another app')] : []),
  ];
  const counts =
    tokens === 0
      ? l10n.t('No refresh tokens are known')
      : `${l10n.t`${count(tokens, 'refreshToken')} of ${count(users, 'user')}`}, ${lastUsed === null ? l10n.t('never used') : l10n.t`last used ${lastUsed.slice(0, 10)}`}`;
  return `${[counts, ...limits].join('; ')}.`;
}

function whatText({ pkce, pkceReason }: App, actor: Actor): string {
  if (pkce === 'unknown') return `${l10n.t('Not known.')} ${pkceReason}`;
  if (pkce === 'requiredByOrg') {
    return l10n.t(
      'New log-ins of a client without PKCE fail today, since the org requires it of every app.',
    );
  }
  if (actor === 'author') {
    return l10n.t`Salesforce has enforced PKCE for ISV apps since ${ISV_DATE}: the app's author has to require it. From the moment the author does, new log-ins through a client without PKCE fail.`;
  }
  return l10n.t(
    'Nothing today. New log-ins of a client without PKCE fail from the moment that PKCE is required of the app or of the whole org.',
  );
}

/** The state of a control; `unknown` where it could not be read. */
export type ControlState = 'yes' | 'no' | 'unknown';

/** What an ISV attests of one app (SALESFORCE.md 8). */
export interface IsvControls {
  /** `App.id` */
  readonly app: string;
  readonly label: string;
  readonly pkce: ControlState;
  readonly rotation: ControlState;
  readonly idleLimit: ControlState;
  readonly allowlist: ControlState;
}

export const CONTROL_TEXTS: Readonly<
  Record<'pkce' | 'rotation' | 'idleLimit' | 'allowlist', string>
> = {
  pkce: l10n.t('PKCE required'),
  rotation: l10n.t('Refresh token rotation'),
  idleLimit: l10n.t('Idle refresh token limit'),
  allowlist: l10n.t('IP allowlist'),
};

/** Of the apps that were made in this org: an ISV attests its own. */
export function isvControlsOf({ all, byId, nameOf }: AuditContext): readonly IsvControls[] {
  return all
    .filter(({ origin, pkce }) => origin === 'local' && pkce !== 'notApplicable')
    .map((app) => {
      // Of an app whose settings could not be read there are none.
      const { isPkceRequired, isRotationEnabled, isIdleLimited, allowlistCount } =
        byId.get(app.id) ?? {};
      return {
        app: app.id,
        label: nameOf(app),
        pkce: stateOf(isPkceRequired),
        rotation: stateOf(isRotationEnabled),
        // The flag alone: a policy may allow years of inactivity, the control 30 days.
        idleLimit: stateOf(isIdleLimited),
        allowlist: stateOf(allowlistCount === undefined ? undefined : allowlistCount > 0),
      };
    });
}

function stateOf(flag: boolean | undefined): ControlState {
  return flag === undefined ? 'unknown' : flag ? 'yes' : 'no';
}
