/**
 * What the extension knows about one app of an org: a connected app or an external client app (ECA)
 * with everything its metadata says about OAuth. The shape of `--json` and of the exported API.
 */
import * as l10n from '@vscode/l10n';

/**
 * In place of an API version, for apps of a source tree: nobody knows which version wrote it, so that no default
 * is known to hold.
 */
export const SOURCE_VERSION = '0.0';

export type AppKind = 'connectedApp' | 'externalClientApp';

/** What people call the kinds. */
export const KIND_TEXT: Readonly<Record<AppKind, { readonly one: string; readonly many: string }>> =
  {
    externalClientApp: { one: l10n.t('External client app'), many: l10n.t('External Client Apps') },
    connectedApp: { one: l10n.t('Connected app'), many: l10n.t('Connected Apps') },
  };

/** Where an app was made: in this org, in a package installed here, or not known. */
export type AppOrigin = 'local' | 'installed' | 'unknown';

/**
 * Whether an authorization request without `code_challenge` is refused for this app.
 * - `required`: the app's own flag demands PKCE
 * - `requiredByOrg`: the app's flag does not, the org-wide setting does
 * - `notRequired`: neither does
 * - `notApplicable`: the app has no OAuth settings at all, or an external client app has replaced it
 * - `unknown`: it could not be read; the reason says why. Never shown as "not required"
 */
export type PkceStatus = 'required' | 'requiredByOrg' | 'notRequired' | 'notApplicable' | 'unknown';

/** A setting's value as plain data: text, switch, number, list, or a list of named parts. */
export type SettingValue =
  string | boolean | number | readonly string[] | readonly Readonly<Record<string, string>>[];

/** Who uses an app, by the tokens that the org has of it; tokens of flows without a refresh token do not count. */
export interface AppUsage {
  readonly tokens: number;
  readonly users: number;
  /** Sum of the org's own counts of use. */
  readonly uses: number;
  /** ISO 8601; null if no token was ever used. */
  readonly lastUsed: string | null;
  /** ISO 8601; when the newest of the tokens that nobody has used yet was issued, if there are any. */
  readonly newestUnused?: string | undefined;
  /** Only the signed-in user's tokens could be counted; null if it is not known whether there are others. */
  readonly isOnlyOwn: boolean | null;
  /** There are more than could be counted. */
  readonly isIncomplete: boolean;
  /** Some were counted by the name alone, and may be of another app. */
  readonly isShared: boolean;
}

/** Whether all tokens of all users were counted, and none of other apps: else more may be there than is known. */
export function isFullyCounted({
  isOnlyOwn,
  isIncomplete,
  isShared,
}: Pick<AppUsage, 'isOnlyOwn' | 'isIncomplete' | 'isShared'>): boolean {
  return isOnlyOwn === false && !isIncomplete && !isShared;
}

export interface App {
  /** `<kind>:<fullName>`: unique within an org and the same at every read. */
  readonly id: string;
  readonly kind: AppKind;
  /** API name with namespace prefix, as the Metadata API spells it: `ns__Name` or `Name`. */
  readonly fullName: string;
  readonly label: string;
  readonly namespace: string | null;
  readonly origin: AppOrigin;
  /** One sentence: where the app was made and who can change it, or why that is not known. */
  readonly originReason: string;
  readonly pkce: PkceStatus;
  /** One sentence: how the status is known, or why it is not. */
  readonly pkceReason: string;
  /** The status is unknown only because the settings have not arrived yet. */
  readonly isBeingRead?: true;
  /** `App.id` of the external client app that a connected app has become: what is set of that one holds. */
  readonly replacedBy?: string;
  /** An external client app of which too little is known may be that one: nobody knows whether what is set here holds. */
  readonly isMaybeReplaced?: true;
  /** The app's own flag is known to be off, whatever the org requires. */
  readonly isOwnFlagOff?: true;
  /** Every OAuth setting that was read, by Salesforce's element name; null if the app has none or none could be read. */
  readonly oauth: Readonly<Record<string, SettingValue>> | null;
  /** Version of the Metadata API that it was read with, such as `66.0`: an older one shows fewer settings. */
  readonly apiVersion: string;
  /** Salesforce id of the app's head component; null if the org did not tell. */
  readonly componentId: string | null;
  /** When the head component was last changed, as the org wrote it; null if it did not tell. */
  readonly lastModified: string | null;
  /** Null if it is not known. */
  readonly usage: AppUsage | null;
}
