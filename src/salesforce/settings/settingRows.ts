/** The tables' rows by the keys of values, and what holds for an app: what was read, else a documented default. */
import type { App, SettingValue } from '../app.ts';
import { APP_TEXTS } from './appTexts.ts';
import { ORG_TEXTS } from './orgTexts.ts';
import { POLICY_TEXTS } from './policyTexts.ts';
import type { SettingElement, SettingText } from './settingText.ts';
import { keyOfElement } from './settingValues.ts';

/** A setting of one kind of app, or of orgs. */
export interface SettingRow {
  readonly text: SettingText;
  readonly element: SettingElement;
  readonly key: string;
}

/** By key, in the order of the tables. */
export const SETTING_ROWS = {
  connectedApp: rowsOf([...APP_TEXTS, ...POLICY_TEXTS], (type) => type === 'ConnectedApp'),
  externalClientApp: rowsOf([...APP_TEXTS, ...POLICY_TEXTS], (type) => type !== 'ConnectedApp'),
  org: rowsOf(ORG_TEXTS, () => true),
};

/**
 * What holds for an app: the element as it was read, else its documented default.
 * @param path such as `ConnectedApp.oauthConfig.isPkceRequired`
 * @returns undefined if it is not known, or has no default
 */
export function effectiveValue(app: App, path: string): SettingValue | undefined {
  const { oauth } = app;
  const rows = SETTING_ROWS[app.kind];
  const row = rows.get(keyOfElement(path));
  if (!oauth || row?.element.path !== path) return undefined;
  if (Object.hasOwn(oauth, row.key)) return oauth[row.key];
  // Version 0 is that of source files, where nothing that is absent is known.
  const { absent, since = 1 } = row.element;
  if (absent === undefined || Number(app.apiVersion) < since) return undefined;
  return typesReadIn(Object.keys(oauth), rows).has(typeIn(path)) ? absent : undefined;
}

/** Of a component that could not be read, nothing is known: no default stands in for it. */
export function typesReadIn(
  keys: readonly string[],
  rows: ReadonlyMap<string, SettingRow>,
): ReadonlySet<string> {
  return new Set(keys.map((key) => typeIn(rows.get(key)?.element.path ?? key)));
}

function rowsOf(
  texts: readonly SettingText[],
  isWanted: (type: string) => boolean,
): ReadonlyMap<string, SettingRow> {
  const rows = texts.flatMap((text) =>
    text.elements
      .filter(({ path }) => isWanted(typeIn(path)))
      .map((element): SettingRow => ({ text, element, key: keyOfElement(element.path) })),
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** Metadata type of an element's path. */
export function typeIn(path: string): string {
  return path.slice(0, path.indexOf('.'));
}
