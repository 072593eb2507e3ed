/**
 * An app's components as plain values, one key per setting. Every element is kept, also those that nobody
 * here has heard of; secrets are not (PROTOCOL.md 53).
 */
import type { SettingValue } from '../app.ts';
import type { XmlElement } from '../xml.ts';

/** Metadata types whose elements make up an app's OAuth settings. */
export type ComponentType =
  | 'ConnectedApp'
  | 'ExternalClientApplication'
  | 'ExtlClntAppGlobalOauthSettings'
  | 'ExtlClntAppOauthSettings'
  | 'ExtlClntAppOauthSecuritySettings'
  | 'ExtlClntAppOauthConfigurablePolicies'
  | 'ExtlClntAppConfigurablePolicies';

/** What stands before an element's name in a key, so that two components' elements never meet. */
const KEY_PREFIX: Readonly<Record<ComponentType, string>> = {
  ConnectedApp: '',
  ExternalClientApplication: 'app.',
  ExtlClntAppGlobalOauthSettings: '',
  ExtlClntAppOauthSettings: '',
  ExtlClntAppOauthSecuritySettings: 'security.',
  ExtlClntAppOauthConfigurablePolicies: 'oauthPolicy.',
  ExtlClntAppConfigurablePolicies: 'policy.',
};

/** Not settings: names and the link between components. */
const NOT_SETTINGS = new Set([
  'fullName',
  'label',
  'externalClientApplication',
  // No name of Salesforce's, and no key that a plain object could hold.
  '__proto__',
]);

/** Elements that hold a secret. Switches about secrets have true or false in them and stay. */
function isSecret(element: XmlElement): boolean {
  return /secret/i.test(element.name) && !/^(true|false)$/.test(element.text.trim());
}

/** Lists that come as one text: callback URLs by line, scopes and names by comma. */
const LINES = new Set(['callbackUrl']);
const COMMA_LISTS = /^commaSeparated|Audiences?$/;
/** Lists that come as repeated elements, also when there is just one. */
const REPEATED = new Set(['scopes', 'profileName', 'permissionSetName']);
const NUMBERS = /(Validity|ValidityInMinutes|TimeoutInMinutes|ValidityPeriod|sessionTimeout)$/;
const RECORDS = new Set([
  'ipRanges',
  'trustedIpRanges',
  'tokenIpRanges',
  'customAttributes',
  'attributes',
]);
/** The container whose elements are the connected app's OAuth settings proper: no prefix of its own. */
const UNPREFIXED_CONTAINERS = new Set(['oauthConfig']);

/**
 * The key of an element's value.
 * @param path such as `ConnectedApp.oauthConfig.isPkceRequired`
 */
export function keyOfElement(path: string): string {
  const [type = '', ...names] = path.split('.');
  if (!Object.hasOwn(KEY_PREFIX, type)) return path;
  if (UNPREFIXED_CONTAINERS.has(names[0] ?? '')) names.shift();
  return KEY_PREFIX[type as ComponentType] + names.join('.');
}

/** All settings of one component, by key. */
export function settingValuesOf(
  type: ComponentType,
  component: XmlElement,
): Record<string, SettingValue> {
  return valuesIn(component, KEY_PREFIX[type]);
}

/**
 * All values in an element, secrets aside, without the white space around them. To look at: what goes back to an org is
 * made of the element itself.
 * @param prefix what stands before each key
 */
export function valuesIn(element: XmlElement, prefix: string): Record<string, SettingValue> {
  const values: Record<string, SettingValue> = {};
  collect(element, prefix, values);
  return values;
}

/**
 * A flag as it was read.
 * @param values of {@link valuesIn}
 * @returns null where the element is absent or empty, undefined where it is neither true nor false
 */
export function flagIn(
  values: Readonly<Record<string, SettingValue>>,
  key: string,
): boolean | null | undefined {
  const value = values[key];
  if (typeof value === 'boolean') return value;
  const hasParts = Object.keys(values).some((other) => other.startsWith(`${key}.`));
  const isAbsent = value === undefined || (typeof value === 'string' && value.trim() === '');
  return isAbsent && !hasParts ? null : undefined;
}

function collect(parent: XmlElement, prefix: string, values: Record<string, SettingValue>): void {
  const settings = parent.children.filter(
    (element) => !NOT_SETTINGS.has(element.name) && !isSecret(element),
  );
  for (const [name, all] of Map.groupBy(settings, (element) => element.name)) {
    const [first] = all;
    if (!first) continue;
    if (RECORDS.has(name)) {
      values[prefix + name] = all.map(recordOf);
    } else if (first.children.length > 0) {
      collect(first, UNPREFIXED_CONTAINERS.has(name) ? prefix : `${prefix}${name}.`, values);
    } else if (all.length > 1 || REPEATED.has(name)) {
      values[prefix + name] = all.map((one) => one.text.trim());
    } else {
      values[prefix + name] = valueOf(name, first.text);
    }
  }
}

function recordOf(element: XmlElement): Record<string, string> {
  return Object.fromEntries(
    element.children.filter((part) => !isSecret(part)).map((part) => [part.name, part.text]),
  );
}

function valueOf(name: string, text: string): SettingValue {
  if (LINES.has(name)) return partsOf(text, /\r?\n/);
  if (COMMA_LISTS.test(name)) return partsOf(text, ',');
  const trimmed = text.trim();
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  if (NUMBERS.test(name) && /^\d{1,9}$/.test(trimmed)) return Number(trimmed);
  return trimmed;
}

function partsOf(text: string, separator: string | RegExp): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
