/** All components of a Salesforce source tree on the disk, for programs without an editor. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { keyOf } from './catalog/components.ts';
import { componentIn, IGNORED_FOLDERS, sourceTypeOf, type SourceComponent } from './sourceFiles.ts';

const MOST_BYTES = 2 * 1024 * 1024;

/** A file that looks like a component: what it holds, or why it cannot be used. No two hold the same component. */
export type FolderEntry =
  | {
      /** Relative to the folder, with slashes. */
      readonly path: string;
      readonly text: string;
      readonly component: SourceComponent;
    }
  | { readonly path: string; readonly problem: string };

/**
 * Reads the files below a folder, at any depth, sorted by their paths; {@link IGNORED_FOLDERS} aside. Of files with the
 * same component the first is read: which of them holds, nobody can tell.
 * @throws Error if the folder cannot be read
 */
export async function* sourceFolder(folder: string): AsyncGenerator<FolderEntry> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    // A link to a file is one; a link that leads nowhere is told.
    .filter(
      (entry) =>
        (entry.isFile() || entry.isSymbolicLink()) && sourceTypeOf(entry.name) !== undefined,
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !relative(folder, file)
          .split(sep)
          .some((name) => IGNORED_FOLDERS.includes(name)),
    )
    .sort();
  const paths = new Map<string, string>();
  for (const file of files) {
    const path = relative(folder, file).replaceAll(sep, '/');
    try {
      if ((await stat(file)).size > MOST_BYTES) throw new Error('it is larger than 2 MB');
      const text = await readFile(file, 'utf8');
      const component = componentIn(path, text);
      const other = paths.get(keyOf(component));
      if (other !== undefined) throw new Error(`${other} has the same component`);
      paths.set(keyOf(component), path);
      yield { path, text, component };
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error.message) : error;
      yield { path, problem: String(cause) };
    }
  }
}
