/** A Salesforce source tree as a demo org: every file that holds a component which it serves, as it is. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { parseXml } from '../salesforce/xml.ts';
import { TYPES, type MetadataStore } from './metadataStore.ts';

const MOST_BYTES = 2 * 1024 * 1024;

/**
 * Loads all components below a folder, at any depth.
 * @returns a line for each file that looks like a component and cannot be used; the others are served
 * @throws Error if the folder cannot be read
 */
export async function loadSourceTree(folder: string, store: MetadataStore): Promise<string[]> {
  const warnings: string[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    const type = typeOf(file);
    if (!type) continue;
    const shown = relative(folder, file);
    try {
      if ((await stat(file)).size > MOST_BYTES) throw new Error('it is larger than 2 MB');
      const content = parseXml(await readFile(file, 'utf8'));
      if (content.name !== type.name)
        throw new Error(`its root element is ${content.name}, not ${type.name}`);
      const fullName = decodeURIComponent(basename(file).replace(suffixPattern(type.suffix), ''));
      if (store.get(type.name, fullName)) throw new Error('another file has the same component');
      store.add({ type: type.name, fullName, content, namespacePrefix: namespaceOf(fullName) });
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error.message) : error;
      warnings.push(`${shown}: ${String(cause)}`);
    }
  }
  return warnings;
}

function suffixPattern(suffix: string): RegExp {
  return new RegExp(`\\.${suffix}(-meta\\.xml)?$`);
}

function typeOf(file: string): (typeof TYPES)[number] | undefined {
  const name = basename(file);
  const types = TYPES.filter(({ suffix }) => suffixPattern(suffix).test(name));
  // All settings share a suffix: the file's name tells which they are.
  return types.length > 1
    ? types.find((type) => name.startsWith(type.name.replace(/Settings$/, '.')))
    : types[0];
}

/** `ns__Name` belongs to the namespace `ns`; a name may have single underscores only. */
function namespaceOf(fullName: string): string | undefined {
  return /^([A-Za-z]\w{0,14}?)__(?=\w)/.exec(fullName)?.[1];
}
