/** A Salesforce source tree as a demo org: every file that holds a component which it serves, as it is. */
import { namespaceOf } from '../salesforce/sourceFiles.ts';
import { sourceFolder } from '../salesforce/sourceFolder.ts';
import type { MetadataStore } from './metadataStore.ts';

/** Copies of other people's components. All else is served: who names a folder wants what is in it. */
const IGNORED = ['node_modules', '.git'];

/**
 * Loads all components below a folder, at any depth.
 * @returns a line for each file that looks like a component and cannot be used; the others are served
 * @throws Error if the folder cannot be read
 */
export async function loadSourceTree(folder: string, store: MetadataStore): Promise<string[]> {
  const warnings: string[] = [];
  for await (const entry of sourceFolder(folder, IGNORED)) {
    if ('problem' in entry) {
      warnings.push(`${entry.path}: ${entry.problem}`);
      continue;
    }
    const { type, fullName, element } = entry.component;
    store.add({ type, fullName, content: element, namespacePrefix: namespaceOf(fullName) });
  }
  return warnings;
}
