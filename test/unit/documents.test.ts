/** The documents, against what they speak of. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { textsOfManifest } from '../harness/language.ts';

interface Manifest {
  readonly version: string;
  readonly icon: string;
  readonly galleryBanner: { readonly color: string };
  readonly categories: readonly string[];
  readonly keywords: readonly string[];
  readonly badges?: unknown;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
  readonly scripts: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const PAGES = [...globSync('*.md'), ...globSync('docs/*.md')];
const text = (page: string): string => readFileSync(page, 'utf8');
const all = PAGES.map(text).join('\n');

describe('documents', () => {
  for (const page of PAGES) {
    it(`${page}: every link leads to something`, () => {
      for (const [, target = ''] of text(page).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)) {
        assert.ok(existsSync(join(dirname(page), target)), target);
      }
    });

    it(`${page}: every picture has words for those who do not see it`, () => {
      for (const [, words = ''] of text(page).matchAll(/!\[([^\]]*)\]/g)) {
        assert.ok(words.length > 20, words);
      }
    });
  }

  it('every command is spoken of, and every command that is spoken of exists', () => {
    const titles = manifest.contributes.commands.map(
      ({ title }) => textsOfManifest()[title.slice(1, -1)] ?? '',
    );
    assert.deepEqual(
      titles.filter((title) => !all.includes(title.replace(/\.\.\.$/, ''))),
      [],
    );
  });

  it('every setting is spoken of, and every one that is spoken of exists', () => {
    const known = Object.keys(manifest.contributes.configuration.properties);
    const readme = text('README.md');
    for (const name of known) {
      assert.ok(
        readme.includes(`\`${name.replace('salesforcePkce', '')}\``) || readme.includes(name),
      );
    }
    for (const [, name = ''] of all.matchAll(/`(salesforcePkce\.\w+)`/g)) {
      assert.ok(known.includes(name), name);
    }
  });

  it('every npm script that is spoken of exists', () => {
    for (const [, name = ''] of all.matchAll(/npm run (?:-s |--silent )?([\w:-]+)/g)) {
      assert.ok(name in manifest.scripts, name);
    }
  });

  it('E56: pages, icon and what the Marketplace shows', () => {
    for (const heading of ['What is stored where', 'Permissions', 'Trouble?', 'Licence']) {
      assert.ok(text('README.md').includes(`## ${heading}`), heading);
    }
    assert.ok(text('CHANGELOG.md').includes(`## ${manifest.version}`));
    assert.match(text('LICENSE'), /^MIT License/);
    const icon = readFileSync(manifest.icon);
    assert.equal(icon.subarray(1, 4).toString(), 'PNG');
    assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [128, 128]);
    assert.match(manifest.galleryBanner.color, /^#[0-9a-f]{6}$/);
    assert.ok(manifest.keywords.length > 5 && manifest.keywords.length <= 30);
    assert.ok(manifest.categories.length > 0);
    assert.equal(manifest.badges, undefined);
    assert.doesNotMatch(all, /!\[[^\]]*\]\(https?:/, 'no picture tells somebody who looks');
  });

  it('each of the 58 expectations has its tests, and they bear its number', () => {
    const rows = [...text('docs/expectations.md').matchAll(/^\| E(\d+)\s*\|(.*)$/gm)];
    assert.deepEqual(
      rows.map(([, number]) => Number(number)),
      Array.from({ length: 58 }, (_, index) => index + 1),
    );
    for (const [, number = '', rest = ''] of rows) {
      const files = [...rest.matchAll(/`((?:unit|editor|e2e|fuzz)\/[\w/]+\.test\.ts)`/g)];
      assert.ok(files.length > 0, `E${number}`);
      for (const [, file = ''] of files) {
        assert.match(
          text(join('test', file)),
          new RegExp(`\\bE${number}\\b`),
          `E${number} ${file}`,
        );
      }
    }
  });

  it('the walkthrough says that browser and editor may each ask on the way back (pain 17)', () => {
    const words = text('media/walkthrough/demo.md');
    assert.match(words, /browser may ask .*, and the editor .*that is the way back\. Allow both/);
  });

  it('every test file that a document names exists', () => {
    for (const [, file = ''] of all.matchAll(
      /`(?:test\/)?((?:unit|editor|e2e|fuzz)\/[\w/]+\.test\.ts)`/g,
    )) {
      assert.ok(existsSync(join('test', file)), file);
    }
  });

  it('each claim of SECURITY.md names tests, and they bear the numbers that it names', () => {
    const claims = text('SECURITY.md')
      .split('\n')
      .filter((line) => /^\| .*`test\//.test(line));
    assert.ok(claims.length > 20);
    for (const claim of claims) {
      const files = [...claim.matchAll(/`(test\/[\w/]+\.test\.ts)`/g)].map(([, file = '']) => file);
      const tests = files.map(text).join('\n');
      const by = claim.split('|')[2] ?? '';
      for (const [, letter = '', first = '', last = first] of by.matchAll(
        /\b([PE])(\d+)(?: to [PE](\d+))?/g,
      )) {
        for (let number = Number(first); number <= Number(last); number += 1) {
          const name = `${letter}${number}`;
          assert.match(tests, new RegExp(`\\b${name}\\b`), `${claim}: ${name}`);
        }
      }
    }
  });
});
