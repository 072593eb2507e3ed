/** Components that hold a flag, whole, as they are now: what is sent is made of them, and what was sent is seen in them. */
import { isTimeout } from '../../oauth/http.ts';
import { isUnreached } from '../../oauth/networkError.ts';
import { UserFacingError } from '../../oauth/userFacingError.ts';
import { readMetadata, wholeElement, type MetadataAccess } from '../metadataApi.ts';
import type { XmlElement } from '../xml.ts';
import type { FlagTarget } from './componentXml.ts';
import { refusalOf } from './saveResult.ts';

/** What went wrong while components were read. */
export class Trouble {
  words = '';
  /** That nobody was reached. */
  unreached: UserFacingError | undefined;
  readonly #signal: AbortSignal;
  readonly #onError: ((error: unknown) => void) | undefined;

  constructor(signal: AbortSignal, onError: ((error: unknown) => void) | undefined) {
    this.#signal = signal;
    this.#onError = onError;
  }

  note(error: unknown): void {
    // The user's Cancel; the clock of the last look is no Cancel.
    if (this.#signal.aborted && !isTimeout(this.#signal.reason)) return;
    if (this.words === '') this.#onError?.(error); // the same of each batch
    if (error instanceof UserFacingError) this.words = refusalOf(error);
    if (isUnreached(error)) this.unreached = error;
  }
}

/** Reads components of one type. What goes wrong is noted; what is not found is missing. */
export type Way = (
  access: MetadataAccess,
  targets: readonly FlagTarget[],
  trouble: Trouble,
) => Promise<ReadonlyMap<FlagTarget, XmlElement>>;

/** @param read gives what it finds to `take` */
function way(
  read: (
    request: { readonly access: MetadataAccess; readonly type: string; readonly names: string[] },
    take: (fullName: string, element: XmlElement) => void,
    trouble: Trouble,
  ) => Promise<void>,
): Way {
  return async (access, targets, trouble) => {
    const found = new Map<FlagTarget, XmlElement>();
    const byName = new Map(targets.map((target) => [target.fullName, target]));
    const take = (fullName: string, element: XmlElement): void => {
      const target = byName.get(fullName);
      if (target) found.set(target, element);
    };
    const request = { access, type: targets[0]?.type ?? '', names: [...byName.keys()] };
    await read(request, take, trouble).catch((error: unknown) => trouble.note(error));
    return found;
  };
}

export const readAtOnce = way(({ access, type, names }, take, trouble) =>
  readMetadata(access, type, names, wholeElement, (_names, result) => {
    if ('error' in result) trouble.note(result.error);
    else for (const [name, element] of result) take(name, element);
  }),
);

/** Slower, and possible where the org does not let components be read (SALESFORCE.md 5.4, 6). */
export const readByRetrieve = way(async ({ access, type, names }, take) => {
  const { retrieveMetadata } = await import('../retrieve.ts');
  const members = new Map([[type === 'OauthOidcSettings' ? 'Settings' : type, names]]);
  for (const { element, fullName } of await retrieveMetadata(access, members)) {
    if (element.name === type) take(fullName, element);
  }
});

/** Components of several types as they are now; retrieved where the org does not let them be read. */
export async function readAll(
  access: MetadataAccess,
  targets: readonly FlagTarget[],
  onError: ((error: unknown) => void) | undefined,
): Promise<ReadonlyMap<FlagTarget, XmlElement>> {
  const trouble = new Trouble(access.signal, onError);
  const byType = [...Map.groupBy(targets, ({ type }) => type).values()];
  const found = await Promise.all(
    byType.map(async (some) => {
      const read = await readAtOnce(access, some, trouble);
      const missing = some.filter((target) => !read.has(target));
      const isOver = missing.length === 0 || access.signal.aborted;
      return [...read, ...(isOver ? [] : await readByRetrieve(access, missing, trouble))];
    }),
  );
  return new Map(found.flat());
}
