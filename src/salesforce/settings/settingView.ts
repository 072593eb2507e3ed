/** Settings as people read them: grouped, labelled, explained, with where each is set. */
import * as l10n from '@vscode/l10n';
import type { App, SettingValue } from '../app.ts';
import { scopeText } from './scopeTexts.ts';
import { SETTING_ROWS, typeIn, typesReadIn, type SettingRow } from './settingRows.ts';
import { GROUPS, type SettingElement, type SettingGroup } from './settingText.ts';

export interface SettingView {
  /** Key in `App.oauth`, or in the org's own settings. */
  readonly key: string;
  readonly group: SettingGroup;
  /** What Setup calls it. */
  readonly label: string;
  /** What it means, in one or two sentences. */
  readonly explanation: string;
  /** The value in words; several values on lines of their own. */
  readonly valueText: string;
  /** For switches: whether it is on. */
  readonly isOn: boolean | undefined;
  /** The element is absent, and this is what Salesforce documents for that. */
  readonly isDefault: boolean;
  /** Where in Setup it is set, and which element of the Metadata API holds it since which version. */
  readonly place: string;
}

const ECA_MANAGER = 'Setup > External Client App Manager > (the app)';
/** Where people set what a metadata type holds; Setup's own names, which are not translated. */
const SETUP_PLACES: Readonly<Record<string, string>> = {
  ConnectedApp: 'Setup > App Manager > (the app) > Edit',
  ExternalClientApplication: `${ECA_MANAGER} > Settings`,
  ExtlClntAppGlobalOauthSettings: `${ECA_MANAGER} > Settings > OAuth Settings`,
  ExtlClntAppOauthSettings: `${ECA_MANAGER} > Settings > OAuth Settings`,
  ExtlClntAppOauthSecuritySettings: `${ECA_MANAGER} > Settings > OAuth Settings`,
  ExtlClntAppOauthConfigurablePolicies: `${ECA_MANAGER} > Policies > OAuth Policies`,
  ExtlClntAppConfigurablePolicies: `${ECA_MANAGER} > Policies > App Policies`,
  OauthOidcSettings: 'Setup > OAuth and OpenID Connect Settings',
  ConnectedAppSettings: 'Setup > API Access Control',
  ExternalClientAppSettings: 'Setup > External Client App Settings',
};
/** Parts of a connected app that the admin sets on another page. */
const CONNECTED_APP_POLICIES =
  /^ConnectedApp\.(oauthPolicy|sessionPolicy|profileName|permissionSetName|plugin|startUrl|oauthConfig\.isAdminApproved)/;

/** Flows that no app has a switch for: the org allows them, or blocks them. */
const BLOCKED_FLOWS: readonly string[] = [
  'OauthOidcSettings.blockOAuthUnPwFlow',
  'OauthOidcSettings.blockOAuthUsrAgtFlow',
];

/**
 * All settings of an app, those that were read and those whose documented default stands in for an absent
 * element, in the order of {@link GROUPS}.
 * @param org the org's own settings, by `<type>.<element>`
 */
export function settingsOf(
  app: App,
  org: Readonly<Record<string, SettingValue>> = {},
): readonly SettingView[] {
  if (!app.oauth) return [];
  const own = viewsOf(app.oauth, SETTING_ROWS[app.kind], app.apiVersion);
  if (app.kind === 'externalClientApp') return own;
  // What the org blocks for all connected apps stands with the app's own flows.
  const byOrg = orgSettingsOf(org, app.apiVersion).filter(({ key }) => BLOCKED_FLOWS.includes(key));
  const after = own.findLastIndex(({ group }) => group === 'Flows') + 1;
  return after === 0 ? [...own, ...byOrg] : own.toSpliced(after, 0, ...byOrg);
}

/**
 * All OAuth settings of an org.
 * @param values by `<type>.<element>`
 * @param apiVersion such as `66.0`
 */
export function orgSettingsOf(
  values: Readonly<Record<string, SettingValue>>,
  apiVersion: string,
): readonly SettingView[] {
  return viewsOf(values, SETTING_ROWS.org, apiVersion);
}

function viewsOf(
  values: Readonly<Record<string, SettingValue>>,
  rows: ReadonlyMap<string, SettingRow>,
  apiVersion: string,
): readonly SettingView[] {
  const keys = Object.keys(values);
  const read = Object.entries(values).map(([key, value]) => viewOf(key, value, rows.get(key)));
  const typesRead = typesReadIn(keys, rows);
  const absent = [...rows.values()]
    .filter(({ key, element }) => !keys.includes(key) && typesRead.has(typeIn(element.path)))
    .filter(({ key }) => hasItsContainer(key, keys))
    .flatMap((row) => defaultOf(row, apiVersion));
  const order = [...rows.keys()];
  const rankOf = ({ group, key }: SettingView): number => {
    const known = order.indexOf(key);
    return GROUPS.indexOf(group) * 1000 + (known < 0 ? 999 : known);
  };
  return [...read, ...absent].sort((a, b) => rankOf(a) - rankOf(b));
}

function viewOf(key: string, value: SettingValue, row: SettingRow | undefined): SettingView {
  return {
    key,
    group: row?.text.group ?? 'Other',
    label: row?.text.label ?? inWords(key),
    explanation: row?.text.explanation ?? l10n.t`Salesforce calls this element ${key}.`,
    valueText: textOf(key, value),
    isOn: typeof value === 'boolean' ? value : undefined,
    isDefault: false,
    place: row ? placeOf(row.element) : '',
  };
}

/** An element that is not there means its default, where the version that was asked knows the element at all. */
function defaultOf(row: SettingRow, apiVersion: string): SettingView[] {
  const { absent, since } = row.element;
  if (absent === undefined) return [];
  const view = viewOf(row.key, absent, row);
  if (Number(apiVersion) < (since ?? 1)) {
    const valueText = l10n.t`not known: API ${apiVersion} does not tell`;
    return [{ ...view, valueText, isOn: undefined }];
  }
  return [{ ...view, isDefault: true }];
}

/** The duration of ID tokens has a default where ID tokens are configured. */
function hasItsContainer(key: string, keys: readonly string[]): boolean {
  const container = /^idTokenConfig\./.exec(key)?.[0];
  return container === undefined || keys.some((other) => other.startsWith(container));
}

function placeOf({ path, since }: SettingElement): string {
  const setup = CONNECTED_APP_POLICIES.test(path)
    ? 'Setup > Manage Connected Apps > (the app) > Edit Policies'
    : (SETUP_PLACES[typeIn(path)] ?? 'Setup');
  return since === undefined
    ? l10n.t`${setup}. In metadata: ${path}.`
    : l10n.t`${setup}. In metadata: ${path}, since API ${since}.`;
}

/** `oauthPolicy.apexHandler` as "Apex Handler". */
function inWords(key: string): string {
  const name = key.slice(key.lastIndexOf('.') + 1);
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function textOf(key: string, value: SettingValue): string {
  if (typeof value === 'boolean') return value ? l10n.t('yes') : l10n.t('no');
  if (typeof value === 'string') return value === '' ? l10n.t('(empty)') : value;
  if (typeof value === 'number') return String(value);
  if (value.length === 0) return l10n.t('(none)');
  return value.map((part) => partText(key, part)).join('\n');
}

function partText(key: string, part: string | Readonly<Record<string, string>>): string {
  if (typeof part !== 'string') {
    return Object.entries(part)
      .map(([name, text]) => `${inWords(name)}: ${text}`)
      .join(', ');
  }
  return /^(scopes|commaSeparatedOauthScopes)$/.test(key) ? scopeText(part) : part;
}
