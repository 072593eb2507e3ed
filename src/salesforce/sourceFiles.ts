/** Components in files of a Salesforce source tree: which file holds what (SALESFORCE.md 5.1, 6). */
import { plainLine } from '../oauth/redact.ts';
import { parseXml, XmlError, type XmlElement } from './xml.ts';

/** Folders of what tools make or fetch: what is in them is nobody's source. */
export const IGNORED_FOLDERS: readonly string[] = [
  'node_modules',
  '.git',
  'dist',
  'out',
  'build',
  'target',
  'vendor',
  '.sfdx',
  '.sf',
];

/** Metadata types by the suffix of their files. */
const SUFFIXES: readonly (readonly [type: string, suffix: string])[] = [
  ['ConnectedApp', 'connectedApp'],
  ['ExternalClientApplication', 'eca'],
  ['ExtlClntAppGlobalOauthSettings', 'ecaGlblOauth'],
  ['ExtlClntAppOauthSettings', 'ecaOauth'],
  ['ExtlClntAppOauthConfigurablePolicies', 'ecaOauthPlcy'],
  ['ExtlClntAppConfigurablePolicies', 'ecaPlcy'],
  ['ExtlClntAppOauthSecuritySettings', 'ecaOauthSecurity'],
];
/** All settings share a suffix: the file's name tells which they are. */
const SETTINGS = ['OauthOidc', 'Security', 'ConnectedApp', 'ExternalClientApp'];

export interface SourceComponent {
  readonly type: string;
  readonly fullName: string;
  readonly element: XmlElement;
}

/** @returns the metadata type of a file by its name; undefined for all that is of no interest here */
export function sourceTypeOf(path: string): string | undefined {
  const name = nameOf(path);
  const [, base = '', suffix] = /^(.*)\.(\w+)$/.exec(name.replace(/-meta\.xml$/, '')) ?? [];
  if (suffix === 'settings') return SETTINGS.includes(base) ? `${base}Settings` : undefined;
  return SUFFIXES.find(([, one]) => one === suffix)?.[0];
}

/** The suffix of a type's files, without the dot. */
export function suffixOf(type: string): string {
  return SUFFIXES.find(([one]) => one === type)?.[1] ?? 'settings';
}

/**
 * The component that a file holds.
 * @param path with a name that {@link sourceTypeOf} knows
 * @throws XmlError if the file does not hold what its name says
 */
export function componentIn(path: string, text: string): SourceComponent {
  const type = sourceTypeOf(path) ?? '';
  const element = parseXml(text);
  if (element.name !== type) {
    throw new XmlError(`its root element is ${element.name}, not ${type}`);
  }
  return { type, fullName: fullNameIn(path), element };
}

function nameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** `unpackaged/folder/Name%26More.suffix` as `Name&More`: odd characters of a name are percent-encoded there. */
export function fullNameIn(path: string): string {
  const file = nameOf(path).replace(/-meta\.xml$/, '');
  const name = file.slice(0, file.lastIndexOf('.'));
  try {
    return plainLine(decodeURIComponent(name));
  } catch {
    return plainLine(name);
  }
}

/** `ns__Name` belongs to the namespace `ns`; a name may have single underscores only. */
export function namespaceOf(fullName: string): string | undefined {
  return /^([A-Za-z]\w{0,14}?)__(?=\w)/.exec(fullName)?.[1];
}
