/** The languages that the extension is tried in: English, the translations in the repository, and made-up ones. */
import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getL10nJson, getL10nPseudoLocalized, type l10nJsonFormat } from '@vscode/l10n-dev';
import { ROOT } from './paths.ts';

type Texts = Readonly<Record<string, string>>;

export interface Language {
  /** As the editor knows it; undefined for English. */
  readonly tag: string | undefined;
  /** What stands for a text of code or manifest. */
  readonly words: (english: string) => string;
}

export const ENGLISH: Language = { tag: undefined, words: (english) => english };

/** Every text of the code, by itself. Takes some seconds. */
export function textsOfCode(): Promise<l10nJsonFormat> {
  return getL10nJson(
    globSync('src/**/*.ts', { cwd: ROOT }).map((file) => ({
      extension: '.ts',
      contents: readFileSync(join(ROOT, file), 'utf8'),
    })),
  );
}

export function textsOfManifest(suffix = ''): Texts {
  return JSON.parse(readFileSync(join(ROOT, `package.nls${suffix}.json`), 'utf8')) as Texts;
}

export function bundleOf(tag: string): Texts {
  const file = join(ROOT, 'l10n', `bundle.l10n.${tag}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Texts;
}

/** A language of the repository. */
export function translation(tag: string): Language {
  return languageOf(tag, bundleOf(tag), textsOfManifest(`.${tag}`));
}

/**
 * A made-up translation of everything, without one plain letter: what still has some was left out.
 * @param folder that the extension is installed in
 */
export async function pseudoTranslation(tag: string, folder: string): Promise<Language> {
  const bundle = getL10nPseudoLocalized(await textsOfCode()) as Texts;
  const manifest = getL10nPseudoLocalized(textsOfManifest()) as Texts;
  await writeFile(join(folder, 'l10n', `bundle.l10n.${tag}.json`), JSON.stringify(bundle));
  await writeFile(join(folder, `package.nls.${tag}.json`), JSON.stringify(manifest));
  return languageOf(tag, bundle, manifest);
}

function languageOf(tag: string, bundle: Texts, manifest: Texts): Language {
  const english = Object.entries(textsOfManifest());
  const ofManifest = new Map(english.map(([key, text]) => [text, manifest[key]]));
  return { tag, words: (text) => bundle[text] ?? ofManifest.get(text) ?? text };
}
