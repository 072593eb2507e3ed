/** Words that several rules share. */
import type { AppKind } from '../../salesforce/app.ts';

export type AppKindWords = Readonly<Record<AppKind, string>>;

const GROUPS: AppKindWords = {
  connectedApp: 'Connected Apps',
  externalClientApp: 'External Client Apps',
};

/** The Security Health Review control with its band, as SALESFORCE.md 14 has it. */
export function bandOf(control: string, kind: AppKind, bands: AppKindWords): string {
  return `${GROUPS[kind]}: ${control}, band ${bands[kind]}`;
}

const MOST_NAMES = 10;

/** `A, B and 3 more`. */
export function listed(apps: readonly { readonly label: string }[]): string {
  const names = apps.slice(0, MOST_NAMES).map(({ label }) => label);
  const rest = apps.length - names.length;
  return rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ');
}
