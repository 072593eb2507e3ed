/** The Metadata API's calls that the catalog needs, within their limits (SALESFORCE.md 4.2). */
import type { OrgClient } from './orgClient.ts';
import { SalesforceError } from './salesforceError.ts';
import { escapeXml } from './escapeXml.ts';
import type { XmlElement } from './xml.ts';

/** Most types per `listMetadata`, most names per `readMetadata`. */
const TYPES_PER_LIST = 3;
const NAMES_PER_READ = 10;

/** What `listMetadata` says of a component; the parts that are used. */
export interface FileProperties {
  readonly type: string;
  readonly fullName: string;
  readonly namespacePrefix?: string | undefined;
  readonly manageableState?: string | undefined;
  /** Salesforce id of the component, of 15 or 18 characters. */
  readonly id?: string | undefined;
  /** As the org wrote it; 1970 where it keeps none. */
  readonly lastModifiedDate?: string | undefined;
}

export interface MetadataListing {
  readonly components: readonly FileProperties[];
  /** Types that could not be listed, each with its reason. */
  readonly failures: ReadonlyMap<string, unknown>;
}

export interface MetadataAccess {
  readonly client: OrgClient;
  /** Such as `66.0`. */
  readonly apiVersion: string;
  readonly signal: AbortSignal;
}

/**
 * Lists the components of some types. A type that the org does not know, or does not show to this user,
 * hides none of the others.
 */
export async function listMetadata(
  access: MetadataAccess,
  types: readonly string[],
): Promise<MetadataListing> {
  const failures = new Map<string, unknown>();
  const listOnce = async (some: readonly string[]): Promise<FileProperties[]> => {
    const queries = some.map((type) => `<met:queries><met:type>${type}</met:type></met:queries>`);
    const body = `<met:listMetadata>${queries.join('')}<met:asOfVersion>${access.apiVersion}</met:asOfVersion></met:listMetadata>`;
    const response = await access.client.soap(access.apiVersion, body, access.signal);
    return response.all('result').map(filePropertiesIn);
  };
  const list = async (some: readonly string[]): Promise<FileProperties[]> => {
    try {
      return await listOnce(some);
    } catch (error) {
      access.signal.throwIfAborted();
      const [only] = some;
      if (some.length === 1 && only !== undefined) {
        failures.set(only, error);
        return [];
      }
      // One bad type fails the whole call: ask for each alone. Other errors concern all of them.
      if (!(error instanceof SalesforceError)) throw error;
      return (await Promise.all(some.map((type) => list([type])))).flat();
    }
  };
  const found = await Promise.all(chunksOf(types, TYPES_PER_LIST).map(list));
  return { components: found.flat(), failures };
}

/**
 * Reads components of one type in batches.
 * @param onBatch is told of each batch as it arrives: what was found, by full name, and for which names
 *   it was asked; or the error
 */
export async function readMetadata(
  access: MetadataAccess,
  type: string,
  fullNames: readonly string[],
  onBatch: (
    names: readonly string[],
    result: ReadonlyMap<string, XmlElement> | { readonly error: unknown },
  ) => void,
): Promise<void> {
  await Promise.all(
    chunksOf(fullNames, NAMES_PER_READ).map(async (names) => {
      const members = names.map((name) => `<met:fullNames>${escapeXml(name)}</met:fullNames>`);
      const body = `<met:readMetadata><met:type>${type}</met:type>${members.join('')}</met:readMetadata>`;
      try {
        const response = await access.client.soap(access.apiVersion, body, access.signal);
        const records = new Map<string, XmlElement>();
        for (const record of response.child('result')?.all('records') ?? []) {
          const fullName = record.textOf('fullName');
          // A name that cannot be found comes as a nil record or not at all.
          if (fullName !== undefined && record.attributes.nil !== 'true')
            records.set(fullName, record);
        }
        onBatch(names, records);
      } catch (error) {
        access.signal.throwIfAborted();
        onBatch(names, { error });
      }
    }),
  );
}

function filePropertiesIn(element: XmlElement): FileProperties {
  return {
    type: element.textOf('type') ?? '',
    fullName: element.textOf('fullName') ?? '',
    namespacePrefix: nonEmpty(element.textOf('namespacePrefix')),
    manageableState: nonEmpty(element.textOf('manageableState')),
    id: nonEmpty(element.textOf('id')),
    lastModifiedDate: nonEmpty(element.textOf('lastModifiedDate')),
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}
