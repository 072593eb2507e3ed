/**
 * The language that the extension speaks. English is in the code; a translation is a bundle of the editor's
 * (l10n/bundle.l10n.*.json), which every floor reaches through `l10n.t` of @vscode/l10n. It has to be set before any
 * module that has texts is loaded: tables of texts are made once.
 */
import * as l10n from '@vscode/l10n';

/** Languages that are written from right to left, of those that an editor may be in. */
const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/;

let language = 'en';

/**
 * @param tag BCP 47, as the editor gives it
 * @param bundle translations by their English text
 */
export function speak(tag: string, bundle: Readonly<Record<string, string>>): void {
  l10n.config({ contents: { ...bundle } });
  language = tag;
}

/**
 * @returns how numbers, days and times are written (BCP 47): in the language of the texts around them, and as the
 * system's region writes that language where it is the system's own
 */
export function locale(): string {
  const system = Intl.DateTimeFormat().resolvedOptions().locale;
  return languageOf(system) === languageOf(language) ? system : language;
}

function languageOf(tag: string): string {
  return tag.replace(/[-_].*/, '').toLowerCase();
}

/** Attributes of the `html` element: the language of the texts and which way it is written. */
export function htmlLanguage(): string {
  return `lang="${language}" dir="${RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr'}"`;
}
