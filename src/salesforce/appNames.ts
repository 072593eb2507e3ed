/** What apps are called in sentences. */
import * as l10n from '@vscode/l10n';
import { KIND_TEXT, type App } from './app.ts';

/** More names than these nobody reads. */
export const MOST_NAMED = 8;

/**
 * The first of some texts, and how many more there are as the last.
 * @param most how many are named
 */
export function firstOf(texts: readonly string[], most: number): readonly string[] {
  const rest = texts.length - most;
  return rest > 0 ? [...texts.slice(0, most), l10n.t`${rest} more`] : texts;
}

/**
 * `A, B and 3 more`.
 * @param most how many are named
 */
export function firstNames(names: readonly string[], most: number): string {
  const shown = names.slice(0, most);
  const rest = names.length - shown.length;
  return rest > 0 ? l10n.t`${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** The name that tokens bear: not every app in use has one. */
export function nameInUse({ name }: { readonly name: string }): string {
  return name || l10n.t('(no name)');
}

/**
 * What apps of an org are called where they stand without their kind: by their label, and by what tells them apart
 * where several have the same one, as after a migration (SALESFORCE.md 13.8).
 */
export function distinctLabels(apps: readonly App[]): (app: App) => string {
  const byLabel = Map.groupBy(apps, labelKey);
  return (app) =>
    (byLabel.get(labelKey(app))?.length ?? 0) > 1
      ? `${app.label} (${KIND_TEXT[app.kind].one}: ${app.fullName})`
      : app.label;
}

function labelKey({ label }: App): string {
  return label.trim().toLowerCase();
}
