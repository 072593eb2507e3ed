/** A source tree of the disk as a catalog, with where each app's settings are. */
import type { Finding } from '../audit/finding.ts';
import type { FileLocation } from '../audit/reports/sarif.ts';
import { appIdOf } from '../salesforce/catalog/appAssembly.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import { catalogOfSource } from '../salesforce/catalog/sourceCatalog.ts';
import type { SourceComponent } from '../salesforce/sourceFiles.ts';
import { sourceFolder } from '../salesforce/sourceFolder.ts';

export interface SourceReading {
  readonly catalog: Catalog;
  /** A line for each file that looks like a component and cannot be used. */
  readonly warnings: readonly string[];
  readonly locate: (finding: Finding) => FileLocation | undefined;
}

/** @throws Error if the folder cannot be read */
export async function readSource(folder: string): Promise<SourceReading> {
  const components: SourceComponent[] = [];
  const warnings: string[] = [];
  const places = new Map<string, FileLocation>();
  for await (const entry of sourceFolder(folder)) {
    if ('problem' in entry) {
      warnings.push(`${entry.path}: ${entry.problem}`);
      continue;
    }
    const { path, text, component } = entry;
    components.push(component);
    for (const subject of subjectsOf(component)) {
      if (component.type !== 'ExternalClientApplication' || !places.has(subject)) {
        places.set(subject, { path, line: lineOf(text, 'isPkceRequired') });
      }
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
