// The README as the .vsix has it: the editor shows neither pictures nor pages that have no https address.
import { readFileSync, writeFileSync } from 'node:fs';

/** Leaves out pictures, and keeps the words of links to files. */
export function writeReadme(target) {
  const text = readFileSync('README.md', 'utf8')
    .replaceAll(/^!\[[^\]]*\]\([^)]*\)\n\n/gm, '')
    .replaceAll(/\[([^\]]+)\]\((?!https:)[^)]*\)/g, '$1');
  writeFileSync(target, text);
}
