/** Lists and reads the components of an org's apps, those alone that have changed if an earlier reading is at hand. */
import { isUnreached } from '../../oauth/networkError.ts';
import {
  listMetadata,
  ownCopyOf,
  readMetadata,
  SETTLES_MILLISECONDS,
  type FileProperties,
  type MetadataAccess,
  type MetadataListing,
} from '../metadataApi.ts';
import { SalesforceError } from '../salesforceError.ts';
import type { ComponentType } from '../settings/settingValues.ts';
import type { XmlElement } from '../xml.ts';
import { appIdOf } from './appAssembly.ts';
import type { CatalogSnapshot } from './catalog.ts';
import {
  componentTypes,
  isSatellite,
  keyOf,
  kindOf,
  recordOf,
  type ComponentRecord,
} from './components.ts';

/** Components of a type that could not be read. */
export interface ComponentFailure {
  readonly type: ComponentType;
  readonly names: readonly string[];
  /** Apps whose head component it is, if it is one that decides about PKCE. */
  readonly appIds: readonly string[];
  /** Undefined where the org just does not have what it lists. */
  readonly error: unknown;
}

export interface ComponentSink {
  readonly onRecords: (records: readonly ComponentRecord[]) => void;
  readonly onFailure: (failure: ComponentFailure) => void;
}

export function listComponents(access: MetadataAccess): Promise<MetadataListing> {
  return listMetadata(access, componentTypes(access.apiVersion)).then((listing) => {
    const { failures } = listing;
    if (failures.has('ConnectedApp') && failures.has('ExternalClientApplication')) {
      throw failures.get('ConnectedApp');
    }
    return listing;
  });
}

/** Reads all listed components, and tells of them as they arrive. Rejects only when it is aborted. */
export async function readComponents(
  access: MetadataAccess,
  listed: readonly FileProperties[],
  before: CatalogSnapshot | undefined,
  sink: ComponentSink,
): Promise<void> {
  const unchanged = unchangedIn(listed, before);
  sink.onRecords([...unchanged.values()]);
  await Promise.all(
    componentTypes(access.apiVersion).map(async (type) => {
      const names = listed
        .filter((one) => one.type === type && one.fullName !== '' && !unchanged.has(keyOf(one)))
        .map((one) => one.fullName);
      if (names.length > 0) await readType(access, type, names, sink);
    }),
  );
}

/**
 * An earlier reading without what had changed shortly before it: a change may show later than its date, and clocks
 * differ.
 * @param readAtMilliseconds undefined where that is of no matter
 */
export function settledIn(
  snapshot: CatalogSnapshot,
  readAtMilliseconds: number | undefined,
): CatalogSnapshot {
  if (readAtMilliseconds === undefined) return snapshot;
  const isSettled = ({ lastModifiedDate = '' }: FileProperties): boolean =>
    Date.parse(lastModifiedDate) < readAtMilliseconds - SETTLES_MILLISECONDS;
  return { ...snapshot, listed: snapshot.listed.filter(isSettled) };
}

/** Records of components that were not changed since, by the org's own date. */
function unchangedIn(
  listed: readonly FileProperties[],
  before: CatalogSnapshot | undefined,
): ReadonlyMap<string, ComponentRecord> {
  if (!before) return new Map();
  const dates = new Map(before.listed.map((one) => [keyOf(one), one.lastModifiedDate]));
  const changed = new Set(
    listed
      .filter(
        (one) => !isDate(one.lastModifiedDate) || dates.get(keyOf(one)) !== one.lastModifiedDate,
      )
      .map(keyOf),
  );
  const still = new Set(listed.map(keyOf));
  return new Map(
    before.records
      .map((record) => [keyOf(record), record] as const)
      .filter(([key]) => still.has(key) && !changed.has(key)),
  );
}

/** Some types come with no date, or with that of the beginning of time: then nothing is known. */
function isDate(date: string | undefined): boolean {
  return date !== undefined && Date.parse(date) > 0;
}

async function readType(
  access: MetadataAccess,
  type: ComponentType,
  names: readonly string[],
  sink: ComponentSink,
): Promise<void> {
  const refused: { readonly names: readonly string[]; readonly error: unknown }[] = [];
  const pick = (name: string, element: XmlElement): ComponentRecord =>
    ownCopyOf(recordOf(type, name, element));
  await readMetadata(access, type, names, pick, (asked, result) => {
    if ('error' in result) {
      refused.push({ names: asked, error: result.error });
      return;
    }
    sink.onRecords([...result.values()]);
    const missing = asked.filter((name) => !result.has(name));
    if (missing.length > 0) refused.push({ names: missing, error: undefined });
  });
  if (refused.length === 0) return;
  let network: unknown;
  const retrieved = await retrieveRefused(access, type, refused, (error) => {
    if (isUnreached(error)) network = error;
  });
  if (retrieved.size > 0) sink.onRecords([...retrieved.values()]);
  for (const { names: asked, error } of refused) {
    const lost = asked.filter((name) => !retrieved.has(name));
    if (lost.length > 0) {
      const why = isRetrieved(type, error) ? (network ?? error) : error;
      sink.onFailure({ type, names: lost, appIds: appIds(type, lost), error: why });
    }
  }
}

/** Apps that have no other component to read their PKCE flag from. */
function appIds(type: ComponentType, names: readonly string[]): readonly string[] {
  const kind = kindOf(type);
  return kind === 'connectedApp' ? names.map((name) => appIdOf(kind, name)) : [];
}

/**
 * Asks by the other way for what could not be read: an org may not let a type be read (INVALID_TYPE), or answer
 * with nothing. A connected app that is listed and missing belongs elsewhere, and this way does not have it
 * either (SALESFORCE.md 4.2, 5.4).
 */
async function retrieveRefused(
  access: MetadataAccess,
  type: ComponentType,
  refused: readonly { readonly names: readonly string[]; readonly error: unknown }[],
  onFailure: (error: unknown) => void,
): Promise<ReadonlyMap<string, ComponentRecord>> {
  const names = refused.filter(({ error }) => isRetrieved(type, error)).flatMap((one) => one.names);
  if (names.length === 0) return new Map();
  try {
    const { retrieveMetadata } = await import('../retrieve.ts');
    const found = await retrieveMetadata(access, new Map([[type, names]]));
    return new Map(
      found
        .filter(({ element, fullName }) => element.name === type && names.includes(fullName))
        .map(({ element, fullName }) => [fullName, recordOf(type, fullName, element)]),
    );
  } catch (error) {
    access.signal.throwIfAborted();
    onFailure(error);
    return new Map();
  }
}

/** Whether what could not be read for this reason may be had by the other way. */
function isRetrieved(type: ComponentType, error: unknown): boolean {
  if (error === undefined) return isSatellite(type);
  return (
    error instanceof SalesforceError && ['INVALID_TYPE', 'UNKNOWN_EXCEPTION'].includes(error.code)
  );
}
