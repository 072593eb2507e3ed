/** A source tree of the disk as a catalog, with what its files tell beside it, and where each app's settings are. */
import { isAbsolute, join, relative, sep } from 'node:path';
import { subjectOf } from '../audit/audit.ts';
import type { Finding, Subject } from '../audit/finding.ts';
import type { FileLocation } from '../audit/reports/sarif.ts';
import { fileFindings, lineIn } from '../audit/sourceChecks.ts';
import type { App } from '../salesforce/app.ts';
import { appIdOf } from '../salesforce/catalog/appAssembly.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import { isSatellite, kindOf } from '../salesforce/catalog/components.ts';
import { catalogOfSource } from '../salesforce/catalog/sourceCatalog.ts';
import type { SourceComponent } from '../salesforce/sourceFiles.ts';
import { projectOf, sourceFolder } from '../salesforce/sourceFolder.ts';

export interface SourceReading {
  readonly catalog: Catalog;
  readonly fileFindings: readonly Finding[];
  /** A line for each file that looks like a component and cannot be used, and for what else keeps it from being all. */
  readonly warnings: readonly string[];
  /** The file of a finding, as seen from the working directory: code scanning wants it from the repository's root. */
  readonly locate: (finding: Finding) => FileLocation | undefined;
}

/** A file that findings may be about. */
interface SettingsFile {
  readonly path: string;
  readonly text: string;
  readonly type: string;
  /** The app whose settings it holds; undefined for those of the org. */
  readonly app: AppName | undefined;
}

type AppName = Pick<App, 'id' | 'kind' | 'label' | 'fullName'>;

/** @throws Error if the folder cannot be read */
export async function readSource(folder: string): Promise<SourceReading> {
  const read: { readonly path: string; readonly component: SourceComponent }[] = [];
  const warnings: string[] = [];
  const files: SettingsFile[] = [];
  const fileOf = new Map<string | undefined, SettingsFile>();
  for await (const entry of sourceFolder(folder)) {
    if ('problem' in entry) {
      warnings.push(`${entry.path}: ${entry.problem}`);
      continue;
    }
    const { path, text, component } = entry;
    read.push({ path, component });
    for (const file of settingsFileOf(path, text, component)) {
      files.push(file);
      // An ECA's settings are in the global ones, where there are any.
      const isHeader = component.type === 'ExternalClientApplication';
      if (!isHeader || !fileOf.has(file.app?.id)) fileOf.set(file.app?.id, file);
    }
  }
  const apps = read.filter(
    ({ component: { type } }) => kindOf(type) !== undefined || isSatellite(type),
  );
  if (apps.length === 0) warnings.push(`No usable source file of an app is in ${folder}.`);
  const ofOrg = read.filter(({ component }) => component.type === 'OauthOidcSettings');
  const projectsOf = async (some: typeof read): Promise<ReadonlySet<string>> =>
    new Set(await Promise.all(some.map(({ path }) => projectOf(folder, path))));
  const own = await projectsOf(ofOrg);
  const isOfOthers = own.size > 0 && [...(await projectsOf(apps))].some((one) => !own.has(one));
  if (isOfOthers) {
    warnings.push(
      'There are apps in other projects than the settings of the org, which count for none of them: audit each project by itself.',
    );
  }
  const holding = isOfOthers ? read.filter((one) => !ofOrg.includes(one)) : read;
  const catalog = catalogOfSource(holding.map(({ component }) => component));
  const names = new Map<string, AppName>(catalog.apps.map((app) => [app.id, app]));
  const subjectIn = ({ app }: SettingsFile): Subject =>
    app ? subjectOf(names.get(app.id) ?? app) : { kind: 'org' };
  return {
    catalog,
    fileFindings: files.flatMap((file) => fileFindings(file.type, file.text, subjectIn(file))),
    warnings,
    locate: ({ rule, subject }) => {
      const file = fileOf.get(subject.kind === 'org' ? undefined : subject.id);
      if (!file) return undefined;
      return { path: fromHere(folder, file.path), line: lineIn(file.type, file.text, rule) };
    },
  };
}

/** A path below a folder as one below the working directory; as it is where the folder is elsewhere. */
function fromHere(folder: string, path: string): string {
  const way = relative('', folder);
  const isElsewhere = isAbsolute(way) || way.split(sep)[0] === '..';
  return isElsewhere ? path : join(way, path).replaceAll(sep, '/');
}

function settingsFileOf(
  path: string,
  text: string,
  { type, fullName, element }: SourceComponent,
): SettingsFile[] {
  const file = (kind: App['kind'], name: string): SettingsFile[] => [
    { path, text, type, app: { id: appIdOf(kind, name), kind, label: name, fullName: name } },
  ];
  switch (type) {
    case 'ConnectedApp':
      return file('connectedApp', fullName);
    case 'ExternalClientApplication':
      return file('externalClientApp', fullName);
    case 'ExtlClntAppGlobalOauthSettings':
      return file('externalClientApp', element.textOf('externalClientApplication')?.trim() ?? '');
    case 'OauthOidcSettings':
      return [{ path, text, type, app: undefined }];
    default:
      return [];
  }
}
