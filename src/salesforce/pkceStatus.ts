/** The PKCE status: does the server refuse an authorization request without a code challenge for this app? */
import * as l10n from '@vscode/l10n';
import type { App } from './app.ts';

/** What an org means where a component leaves the flag out, by its documented default (SALESFORCE.md 15). */
export const PKCE_WHERE_ABSENT = {
  ConnectedApp: false,
  ExtlClntAppGlobalOauthSettings: true,
  OauthOidcSettings: false,
} as const;

/** An org-wide flag, or why it is not known: a source tree need not have the settings of an org. */
export type OrgWidePkce = boolean | 'reading' | 'unknown' | 'notInSource';

/** What was read of an app's own flag. */
export type FlagReading =
  /** The flag, and whether it was stated or is the documented default of an absent element. */
  | { readonly kind: 'flag'; readonly value: boolean; readonly stated: boolean }
  /** A source file without the element: what holds in an org, only the org knows. */
  | { readonly kind: 'notStated' }
  | { readonly kind: 'noOauth' }
  /** Setup's migration has made an external client app of the connected app. */
  | { readonly kind: 'replaced'; readonly by: Pick<App, 'id' | 'label'> }
  | { readonly kind: 'maybeReplaced' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A status with what it rests on. */
type ReasonedStatus = Pick<
  App,
  'pkce' | 'pkceReason' | 'isBeingRead' | 'replacedBy' | 'isMaybeReplaced' | 'isOwnFlagOff'
>;

const BEING_READ: ReasonedStatus = {
  pkce: 'unknown',
  pkceReason: l10n.t('The app is being read.'),
  isBeingRead: true,
};

const MAYBE_REPLACED = l10n.t(
  'An external client app has the same consumer key, and too little is known of the two to tell whether it has replaced this app. If it has, its settings apply, not these.',
);

/** Whether an app's status is unknown only because its settings have not arrived yet. */
export function isBeingRead(app: ReasonedStatus): boolean {
  return app.isBeingRead === true;
}

/** Whether requests in the name of an app show what is set of it: its settings were read, and hold. */
export function isOauthClient({
  oauth,
  replacedBy,
  isMaybeReplaced,
}: Pick<App, 'oauth' | 'replacedBy' | 'isMaybeReplaced'>): boolean {
  return oauth !== null && replacedBy === undefined && isMaybeReplaced !== true;
}

/** Whether this org can require PKCE of an app: its own flag is off, and the app can be changed here. */
export function mayRequirePkce(
  app: Pick<App, 'oauth' | 'origin' | 'replacedBy' | 'isMaybeReplaced' | 'isOwnFlagOff'>,
): boolean {
  return app.isOwnFlagOff === true && isOauthClient(app) && app.origin !== 'installed';
}

/**
 * The status and one sentence of reason. An app is protected by its own flag or by the org's; it is "not
 * required" only when both are known to be off (SALESFORCE.md 6).
 */
export function pkceStatusOf(flag: FlagReading, orgWide: OrgWidePkce): ReasonedStatus {
  switch (flag.kind) {
    case 'noOauth':
      return { pkce: 'notApplicable', pkceReason: l10n.t('The app has no OAuth settings.') };
    case 'replaced':
      return {
        pkce: 'notApplicable',
        pkceReason: l10n.t`Replaced by the external client app ${flag.by.label}, which has its consumer key: what is set of that app holds. If it is deleted, this one becomes active again.`,
        replacedBy: flag.by.id,
      };
    case 'maybeReplaced':
      return {
        ...pkceStatusOf({ kind: 'unreadable', reason: MAYBE_REPLACED }, orgWide),
        isMaybeReplaced: true,
      };
    case 'reading':
      return BEING_READ;
    case 'notStated':
      return orgWide === true
        ? {
            pkce: 'requiredByOrg',
            pkceReason: l10n.t(
              'The file does not say it of the app, but the org requires PKCE of every app.',
            ),
          }
        : {
            pkce: 'unknown',
            pkceReason: l10n.t(
              'The file does not say whether PKCE is required. Retrieve it with API 59 or newer, or audit the org.',
            ),
          };
    case 'unreadable':
      if (orgWide === true) {
        return {
          pkce: 'requiredByOrg',
          pkceReason: l10n.t`The org requires PKCE of every app. The app's own setting is not known: ${flag.reason}`,
        };
      }
      return { pkce: 'unknown', pkceReason: flag.reason };
    case 'flag':
      return statusOfFlag(flag, orgWide);
  }
}

function statusOfFlag(
  flag: { readonly value: boolean; readonly stated: boolean },
  orgWide: OrgWidePkce,
): ReasonedStatus {
  const source = flag.stated
    ? l10n.t("the app's own setting")
    : l10n.t("the app's own setting, by its default: the element is absent");
  if (flag.value) return { pkce: 'required', pkceReason: l10n.t`Required by ${source}.` };
  if (orgWide === 'reading') return BEING_READ;
  const isOwnFlagOff = true;
  if (orgWide === true) {
    return {
      isOwnFlagOff,
      pkce: 'requiredByOrg',
      pkceReason: l10n.t`Off in ${source}, but the org requires PKCE of every app.`,
    };
  }
  if (orgWide === false) {
    return {
      isOwnFlagOff,
      pkce: 'notRequired',
      pkceReason: l10n.t`Off in ${source}, and the org does not require it either.`,
    };
  }
  return {
    isOwnFlagOff,
    pkce: 'unknown',
    pkceReason:
      orgWide === 'notInSource'
        ? l10n.t`Off in ${source}; whether the org requires PKCE of every app is not in the source.`
        : l10n.t`Off in ${source}; whether the org requires PKCE of every app could not be read.`,
  };
}
