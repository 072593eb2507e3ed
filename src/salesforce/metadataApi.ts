/** The Metadata API's calls that the catalog needs, within their limits (SALESFORCE.md 4.2). */
import { escapeXml } from './escapeXml.ts';
import type { OrgClient } from './orgClient.ts';
import { SalesforceError } from './salesforceError.ts';
import type { XmlElement } from './xml.ts';

/** Most types per `listMetadata`, most names per `readMetadata`. */
const TYPES_PER_LIST = 3;
const NAMES_PER_READ = 10;

/** Where the items of the answers are: Envelope, Body and response are around a result. */
const RESULTS = { name: 'result', depth: 3 };
const RECORDS = { name: 'records', depth: 4 };

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

/** Twice as long as Salesforce says that a change of an app may take until it shows (SALESFORCE.md 7). */
export const SETTLES_MILLISECONDS = 60 * 60_000;

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
    const found: FileProperties[] = [];
    await access.client.soap(access.apiVersion, body, access.signal, {
      ...RESULTS,
      take: (result) => found.push(ownCopyOf(filePropertiesIn(result))),
    });
    return found;
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

/** For {@link readMetadata}, where the component is wanted as it is. */
export function wholeElement(_fullName: string, element: XmlElement): XmlElement {
  return element;
}

/** What a batch has given, by full name; or why it has given nothing. */
export type ReadResult<T> = ReadonlyMap<string, T> | { readonly error: unknown };

/**
 * Reads components of one type in batches.
 * @param pick takes from a component's element what is wanted; called before it is known whether the whole
 *   answer is sound
 * @param onBatch is told of each batch as it arrives, and for which names it was asked
 */
export async function readMetadata<T>(
  access: MetadataAccess,
  type: string,
  fullNames: readonly string[],
  pick: (fullName: string, element: XmlElement) => T,
  onBatch: (names: readonly string[], result: ReadResult<T>) => void,
): Promise<void> {
  await Promise.all(
    chunksOf(fullNames, NAMES_PER_READ).map(async (names) => {
      const members = names.map((name) => `<met:fullNames>${escapeXml(name)}</met:fullNames>`);
      const body = `<met:readMetadata><met:type>${type}</met:type>${members.join('')}</met:readMetadata>`;
      const found = new Map<string, T>();
      // Settings may come without their name: where one was asked for, it is that.
      const only = names.length === 1 ? names[0] : undefined;
      try {
        await access.client.soap(access.apiVersion, body, access.signal, {
          ...RECORDS,
          take: (record) => {
            const name =
              record.textOf('fullName') ?? (record.children.length > 0 ? only : undefined);
            // A name that cannot be found comes as a nil record or not at all.
            if (name === undefined || record.attributes.nil === 'true') return;
            const fullName = ownCopyOf(name);
            found.set(fullName, pick(fullName, record));
          },
        });
        onBatch(names, found);
      } catch (error) {
        access.signal.throwIfAborted();
        onBatch(names, { error });
      }
    }),
  );
}

/**
 * Plain data in memory of its own. A text that was cut out of an answer keeps all of the answer alive, and
 * there are thousands of answers.
 */
export function ownCopyOf<T>(plain: T): T {
  return JSON.parse(JSON.stringify(plain)) as T;
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

/** Parts of a list, as long as a call may have. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}
