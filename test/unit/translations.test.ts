/** The translations in the repository, against the texts of code and manifest. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { bundleOf, textsOfCode, textsOfManifest } from '../harness/language.ts';

const TAGS = globSync('l10n/bundle.l10n.*.json').map((file) => file.split('.').at(-2) ?? '');

const placeholdersOf = (text: string): string[] =>
  [...new Set(text.match(/\{\d+\}/g) ?? [])].sort();
const linksOf = (text: string): string[] => text.match(/\]\([^)]*\)/g) ?? [];

describe('translations', () => {
  let texts: readonly string[];
  before(async function () {
    this.timeout(300_000);
    texts = Object.keys(await textsOfCode());
  });

  it('finds Danish, and a thousand texts', () => {
    assert.ok(TAGS.includes('da'));
    assert.ok(texts.length > 1000);
  });

  it('no text of the code begins or ends with a space, or has an icon', () => {
    assert.deepEqual(
      texts.filter((text) => text !== text.trim() || text.includes('$(')),
      [],
    );
  });

  it('every text of the manifest is used, and every one that is used is there', () => {
    const manifest = readFileSync('package.json', 'utf8');
    const used = [...manifest.matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key ?? '');
    assert.deepEqual(used.sort(), Object.keys(textsOfManifest()).sort());
  });

  for (const tag of TAGS) {
    it(`${tag}: has every text of the code, no other, with its placeholders`, () => {
      const bundle = bundleOf(tag);
      assert.deepEqual(Object.keys(bundle).sort(), [...texts].sort());
      for (const [english, text] of Object.entries(bundle)) {
        assert.deepEqual(placeholdersOf(text), placeholdersOf(english), english);
        assert.notEqual(text.trim(), '', english);
      }
    });

    it(`${tag}: has every text of the manifest, no other, with its links`, () => {
      const english = textsOfManifest();
      const manifest = textsOfManifest(`.${tag}`);
      assert.deepEqual(Object.keys(manifest).sort(), Object.keys(english).sort());
      for (const [key, text] of Object.entries(manifest)) {
        assert.deepEqual(linksOf(text), linksOf(english[key] ?? ''), key);
      }
    });

    it(`${tag}: has every page of the walkthrough`, () => {
      const pages = globSync('media/walkthrough/*.md');
      const english = pages.filter((page) => !page.includes('.nls.'));
      const translated = pages.filter((page) => page.endsWith(`.nls.${tag}.md`));
      assert.deepEqual(
        translated.map((page) => page.replace(`.nls.${tag}`, '')).sort(),
        english.sort(),
      );
    });
  }
});
