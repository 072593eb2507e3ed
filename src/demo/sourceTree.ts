/** A Salesforce source tree as a demo org: every file that holds a component which it serves, as it is. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { componentIn, namespaceOf, sourceTypeOf } from '../salesforce/sourceFiles.ts';
import type { MetadataStore } from './metadataStore.ts';

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
    const shown = relative(folder, file);
    try {
      if (sourceTypeOf(file) === undefined) continue;
      if ((await stat(file)).size > MOST_BYTES) throw new Error('it is larger than 2 MB');
      const { type, fullName, element } = componentIn(file, await readFile(file, 'utf8'));
      if (store.get(type, fullName)) throw new Error('another file has the same component');
      store.add({ type, fullName, content: element, namespacePrefix: namespaceOf(fullName) });
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error.message) : error;
      warnings.push(`${shown}: ${String(cause)}`);
    }
  }
  return warnings;
}
