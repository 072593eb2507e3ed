/** A source tree of the disk as a catalog, with where each app's settings are. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Finding } from '../audit/finding.ts';
import type { FileLocation } from '../audit/reports/sarif.ts';
import { appIdOf } from '../salesforce/catalog/appAssembly.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import { catalogOfSource } from '../salesforce/catalog/sourceCatalog.ts';
import { componentIn, sourceTypeOf, type SourceComponent } from '../salesforce/sourceFiles.ts';

const MOST_BYTES = 2 * 1024 * 1024;

export interface SourceReading {
  readonly catalog: Catalog;
  /** A line for each file that looks like a component and cannot be used. */
  readonly warnings: readonly string[];
  readonly locate: (finding: Finding) => FileLocation | undefined;
}

/** @throws Error if the folder cannot be read */
export async function readSource(folder: string): Promise<SourceReading> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && sourceTypeOf(entry.name) !== undefined)
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.split(sep).includes('node_modules'))
    .sort();
  const components: SourceComponent[] = [];
  const warnings: string[] = [];
  const places = new Map<string, FileLocation>();
  for (const file of files) {
    const path = relative(folder, file).replaceAll(sep, '/');
    try {
      if ((await stat(file)).size > MOST_BYTES) throw new Error('it is larger than 2 MB');
      const text = await readFile(file, 'utf8');
      const component = componentIn(path, text);
      components.push(component);
      for (const subject of subjectsOf(component)) {
        if (component.type !== 'ExternalClientApplication' || !places.has(subject)) {
          places.set(subject, { path, line: lineOf(text, 'isPkceRequired') });
        }
      }
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error.message) : error;
      warnings.push(`${path}: ${String(cause)}`);
    }
  }
  return {
    catalog: catalogOfSource(components),
    warnings,
    locate: ({ subject }) => places.get(subject.kind === 'org' ? 'org' : subject.id),
  };
}

/** What findings of a file are about: an ECA's are in its global settings, where there are any. */
function subjectsOf({ type, fullName, element }: SourceComponent): readonly string[] {
  switch (type) {
    case 'ConnectedApp':
      return [appIdOf('connectedApp', fullName)];
    case 'ExternalClientApplication':
      return [appIdOf('externalClientApp', fullName)];
    case 'ExtlClntAppGlobalOauthSettings': {
      const app = element.textOf('externalClientApplication')?.trim();
      return app === undefined ? [] : [appIdOf('externalClientApp', app)];
    }
    case 'OauthOidcSettings':
      return ['org'];
    default:
      return [];
  }
}

/** From 1; the first line where the element is absent. */
function lineOf(text: string, element: string): number {
  const at = text.indexOf(`<${element}>`);
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}
