/** What apps are called in sentences. */
import * as l10n from '@vscode/l10n';

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
