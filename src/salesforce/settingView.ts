/** An app's OAuth settings as people read them: grouped, labelled, explained. */
import type { App, SettingValue } from './app.ts';
import { GROUPS, SCOPE_TEXTS, SETTING_TEXTS, type SettingGroup } from './settingTexts.ts';

export interface SettingView {
  /** Key in `App.oauth`. */
  readonly key: string;
  readonly group: SettingGroup;
  /** What Setup calls it. */
  readonly label: string;
  /** What it means, in one sentence. */
  readonly explanation: string;
  /** The value in words; several values on lines of their own. */
  readonly valueText: string;
  /** For switches: whether it is on. */
  readonly isOn: boolean | undefined;
  /** The element is absent, and this is what Salesforce documents for that. */
  readonly isDefault: boolean;
}

/** PKCE's default differs by kind (SALESFORCE.md 4.3, 5.3), so it has no place in the table of texts. */
const PKCE_KEY = 'isPkceRequired';

/** Elements that one kind of app has and the other names differently: no default row for the wrong kind. */
const ONLY: Readonly<Record<App['kind'], ReadonlySet<string>>> = {
  connectedApp: new Set([
    'isClientCredentialEnabled',
    'isCodeCredentialEnabled',
    'isCodeCredentialPostOnly',
    'isAdminApproved',
  ]),
  externalClientApp: new Set([
    'isClientCredentialsFlowEnabled',
    'isCodeCredFlowEnabled',
    'isCodeCredPostOnly',
  ]),
};

/**
 * All settings of an app, those that were read and those whose documented default stands in for an
 * absent element, in the order of {@link GROUPS}.
 */
export function settingsOf(app: App): readonly SettingView[] {
  if (!app.oauth) return [];
  const read = Object.entries(app.oauth).map(([key, value]) => viewOf(key, value, false));
  const other = ONLY[app.kind === 'connectedApp' ? 'externalClientApp' : 'connectedApp'];
  const defaults = Object.entries(SETTING_TEXTS)
    .filter(
      ([key, text]) => text.absent !== undefined && !(key in (app.oauth ?? {})) && !other.has(key),
    )
    .map(([key, text]) => viewOf(key, text.absent ?? false, true));
  const pkce =
    PKCE_KEY in app.oauth || app.pkce === 'unknown'
      ? []
      : [viewOf(PKCE_KEY, app.kind === 'externalClientApp', true)];
  const order = Object.keys(SETTING_TEXTS);
  const place = (view: SettingView): number => {
    const known = order.indexOf(view.key);
    return GROUPS.indexOf(view.group) * 1000 + (known < 0 ? 999 : known);
  };
  return [...read, ...defaults, ...pkce].sort((a, b) => place(a) - place(b));
}

function viewOf(key: string, value: SettingValue, isDefault: boolean): SettingView {
  // Keys come from an org: only the table's own rows count, not what every object inherits.
  const text = Object.hasOwn(SETTING_TEXTS, key) ? SETTING_TEXTS[key] : undefined;
  return {
    key,
    group: text?.group ?? 'Other',
    label: text?.label ?? inWords(key),
    explanation: text?.explanation ?? `Salesforce calls this element ${key}.`,
    valueText: textOf(key, value),
    isOn: typeof value === 'boolean' ? value : undefined,
    isDefault,
  };
}

/** `oauthPolicy.apexHandler` as "Apex Handler". */
function inWords(key: string): string {
  const name = key.slice(key.lastIndexOf('.') + 1);
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function textOf(key: string, value: SettingValue): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  if (typeof value === 'number') return String(value);
  if (value.length === 0) return '(none)';
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

function scopeText(scope: string): string {
  return (Object.hasOwn(SCOPE_TEXTS, scope) ? SCOPE_TEXTS[scope] : undefined) ?? scope;
}
