/** Words that several rules share. */
import * as l10n from '@vscode/l10n';
import type { AppKind } from '../../salesforce/app.ts';
import { firstNames } from '../../salesforce/appNames.ts';

/** Its chapters. Its names are its own: they are not translated. */
const CHAPTERS: Readonly<Record<AppKind, string>> = {
  connectedApp: 'Connected Apps',
  externalClientApp: 'External Client Apps',
};

/** What PKCE, rotation and the secret for the refresh flow have in common there (SALESFORCE.md 14). */
const BANDS: Readonly<Record<AppKind, string>> = {
  connectedApp: 'Critical (9.0-10.0)',
  externalClientApp: 'High (7.0-8.9)',
};

/** The Security Health Review control with its band. */
export function controlOf(control: string, kind: AppKind, band = BANDS[kind]): string {
  return l10n.t`${CHAPTERS[kind]}: ${control}, band ${band}`;
}

/** A control whose name is known and whose band could not be read. */
export function controlWithoutBand(control: string, kind: AppKind): string {
  return l10n.t`${CHAPTERS[kind]}: ${control}, band not known here`;
}

const MOST_NAMES = 10;

/** `A, B and 3 more`. */
export function listed(names: readonly string[]): string {
  return firstNames(names, MOST_NAMES);
}
