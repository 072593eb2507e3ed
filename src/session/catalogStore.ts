/**
 * What was last known of each org's apps, kept for the next window: per org and user, without secrets. What
 * comes back from the disk is checked like any other foreign input.
 */
import * as v from 'valibot';
import type { CatalogSnapshot } from '../salesforce/catalog/catalog.ts';
import { COMPONENT_TYPES } from '../salesforce/catalog/components.ts';
import { jsonNameOf, type SharedFiles } from './sharedFiles.ts';

export interface StoredCatalog {
  readonly readAtMilliseconds: number;
  readonly snapshot: CatalogSnapshot;
}

const text = v.string();
const optionalText = v.optional(text);
const value = v.union([
  text,
  v.boolean(),
  v.number(),
  v.array(text),
  v.array(v.record(text, text)),
]);
const values = v.record(text, value);

const Stored = v.object({
  version: v.literal(1),
  sessionId: text,
  readAtMilliseconds: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
  snapshot: v.object({
    apiVersion: text,
    own: v.object({ orgId: text, namespace: v.optional(v.nullable(text)) }),
    listed: v.array(
      v.object({
        type: text,
        fullName: text,
        namespacePrefix: optionalText,
        manageableState: optionalText,
        id: optionalText,
        lastModifiedDate: optionalText,
      }),
    ),
    records: v.array(
      v.object({
        type: v.picklist(COMPONENT_TYPES),
        fullName: text,
        label: v.nullable(text),
        app: v.nullable(text),
        hasOauth: v.boolean(),
        values,
      }),
    ),
    unread: v.record(text, text),
    orgWide: v.object({ isPkceRequired: v.optional(v.boolean()), values }),
    usage: v.variant('kind', [
      v.object({
        kind: v.literal('known'),
        counts: v.array(
          v.object({
            name: text,
            appId: v.nullable(text),
            tokens: v.number(),
            users: v.number(),
            uses: v.number(),
            lastUsed: v.nullable(text),
            newestUnused: v.optional(text),
          }),
        ),
        // Older files lack it: then of no app a menu item is known.
        withMenuItem: v.optional(v.array(text), []),
        isOnlyOwn: v.nullable(v.boolean()),
        isIncomplete: v.boolean(),
      }),
      v.object({ kind: v.literal('unknown'), reason: text }),
    ]),
    problems: v.array(v.object({ happened: text, todo: text })),
    unavailable: v.array(text),
  }),
});

export class CatalogStore {
  readonly #files: SharedFiles;

  constructor(files: SharedFiles) {
    this.#files = files;
  }

  /** @returns undefined if nothing was kept, or what was kept is not one of ours */
  async load(sessionId: string): Promise<StoredCatalog | undefined> {
    const result = v.safeParse(Stored, await this.#files.read(jsonNameOf(sessionId)));
    return result.success && result.output.sessionId === sessionId ? result.output : undefined;
  }

  /** Keeps a catalog in place of an earlier one. @throws file system errors */
  async save(sessionId: string, { readAtMilliseconds, snapshot }: StoredCatalog): Promise<void> {
    const content: v.InferInput<typeof Stored> = {
      version: 1,
      sessionId,
      readAtMilliseconds,
      snapshot: snapshot as v.InferInput<typeof Stored>['snapshot'],
    };
    await this.#files.replace(jsonNameOf(sessionId), content);
  }

  async forget(sessionId: string): Promise<void> {
    await this.#files.remove(jsonNameOf(sessionId));
  }
}
