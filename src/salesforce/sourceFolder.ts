/** All components of a Salesforce source tree on the disk, for programs without an editor. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import { keyOf } from './catalog/components.ts';
import { componentIn, IGNORED_FOLDERS, sourceTypeOf, type SourceComponent } from './sourceFiles.ts';

const MOST_BYTES = 2 * 1024 * 1024;

/**
 * A file that looks like a component: what it holds, or why it cannot be used; or a folder that cannot be looked into.
 * No two hold the same component.
 */
export type FolderEntry =
  | {
      /** Relative to the folder, with slashes. */
      readonly path: string;
      readonly text: string;
      readonly component: SourceComponent;
    }
  | Unusable;

interface Unusable {
  readonly path: string;
  readonly problem: string;
}

/**
 * Reads the files below a folder, at any depth, sorted by their paths. Of files with the same component, or about the
 * same external client app, the first is read: which of them holds, nobody can tell.
 * @param ignored names of folders that are not looked into
 * @throws Error if the folder cannot be read
 */
export async function* sourceFolder(
  folder: string,
  ignored: readonly string[] = IGNORED_FOLDERS,
): AsyncGenerator<FolderEntry> {
  const paths = new Map<string, string>();
  for (const entry of await entriesBelow(folder, ignored)) {
    const { path } = entry;
    if ('problem' in entry) {
      yield entry;
      continue;
    }
    if (sourceTypeOf(path) === undefined) continue;
    try {
      const text = await textOf(join(folder, path));
      const component = componentIn(path, text);
      for (const { key, says } of keysOf(component)) {
        const other = paths.get(key);
        if (other !== undefined) throw new Error(`${other} ${says}`);
        paths.set(key, path);
      }
      yield { path, text, component };
    } catch (error) {
      yield { path, problem: wordsOf(error) };
    }
  }
}

/**
 * The Salesforce project that a file is in: files do not say which org they are of.
 * @param path of the file, relative to the folder that is read, with slashes
 * @returns the nearest folder around it with a project file; empty for that of the whole, or none
 */
export async function projectOf(folder: string, path: string): Promise<string> {
  const around = posix.dirname(path);
  if (around === '.') return '';
  const isProject = await stat(join(folder, around, 'sfdx-project.json')).then(
    () => true,
    () => false,
  );
  return isProject ? around : projectOf(folder, around);
}

/** What tells that two files hold the same: the name of a part of an external client app follows no rule. */
function keysOf(component: SourceComponent): readonly { key: string; says: string }[] {
  const app = component.element.textOf('externalClientApplication')?.trim() ?? '';
  const own = { key: keyOf(component), says: 'has the same component' };
  const part = { key: `${component.type} of ${app}`, says: `is about the same app, ${app}` };
  return app === '' ? [own] : [own, part];
}

async function textOf(file: string): Promise<string> {
  const stats = await stat(file);
  // A link may lead to a device, which never ends.
  if (!stats.isFile()) throw new Error('it is no file');
  if (stats.size > MOST_BYTES) throw new Error('it is larger than 2 MB');
  return readFile(file, 'utf8');
}

/** All files below a folder, and what cannot be looked into, sorted by their paths. */
async function entriesBelow(
  folder: string,
  ignored: readonly string[],
): Promise<readonly (Unusable | { readonly path: string })[]> {
  const found: (Unusable | { readonly path: string })[] = [];
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true });
    for (const entry of entries) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (ignored.includes(entry.name)) continue;
      if (entry.isDirectory()) {
        await walk(path).catch((error: unknown) => found.push({ path, problem: wordsOf(error) }));
      } else if (entry.isSymbolicLink() && (await isFolder(join(folder, path)))) {
        // It may lead anywhere, also back here.
        if (!(await isWalked(join(folder, path)))) {
          found.push({ path, problem: 'it is a link to a folder, which is not followed' });
        }
      } else {
        found.push({ path });
      }
    }
  };
  const root = await realpath(folder);
  /** Whether what a link leads to is looked at where it is. */
  const isWalked = async (link: string): Promise<boolean> => {
    const way = relative(root, await realpath(link));
    const names = way.split(sep);
    // From one drive of Windows to another there is no relative way.
    return !isAbsolute(way) && names[0] !== '..' && !names.some((name) => ignored.includes(name));
  };
  await walk('');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false, // it leads nowhere
  );
}

function wordsOf(error: unknown): string {
  return String(error instanceof Error ? (error.cause ?? error.message) : error);
}
