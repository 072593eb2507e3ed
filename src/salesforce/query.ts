/** SOQL queries over REST, with their pages (SALESFORCE.md 10). What comes back is hostile until checked. */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { UserFacingError } from '../oauth/userFacingError.ts';
import type { MetadataAccess } from './metadataApi.ts';

/** Beyond this many rows an answer is cut off. */
export const MOST_ROWS = 100_000;

/** A page has 200 rows or more, but for the last one. */
const MOST_PAGES = MOST_ROWS / 200;

type Row = v.GenericSchema;
type Api = 'query' | 'tooling/query';

interface Page<T extends Row> {
  readonly records: readonly v.InferOutput<T>[];
  readonly next: string | undefined;
}

/**
 * All rows of a query, page by page.
 * @param row what is kept of a row; of a lying org's pages nothing else stays in memory
 * @throws what `OrgClient.get` throws, UserFacingError if it has no end, ValiError if the answer is no query result
 */
export async function queryAll<const T extends Row>(
  access: MetadataAccess,
  soql: string,
  row: T,
): Promise<readonly v.InferOutput<T>[]> {
  const rows: v.InferOutput<T>[] = [];
  let path: string | undefined = pathOf(access, soql, 'query');
  for (let pages = 0; path !== undefined && rows.length < MOST_ROWS; pages += 1) {
    const page: Page<T> = await pageAt(access, path, row);
    for (const record of page.records) rows.push(record);
    if (pages > MOST_PAGES) {
      throw new UserFacingError({
        code: 'endless_answer',
        happened: l10n.t("The org's answer to a query has too many pages to be genuine."),
        todo: l10n.t('Nothing of it was used. Report this to whoever runs the org.'),
      });
    }
    path = page.next;
  }
  return rows;
}

function pathOf({ apiVersion }: MetadataAccess, soql: string, api: Api): string {
  return `/services/data/v${apiVersion}/${api}?q=${encodeURIComponent(soql)}`;
}

async function pageAt<const T extends Row>(
  { client, signal }: MetadataAccess,
  path: string,
  row: T,
): Promise<Page<T>> {
  const Answer = v.object({
    done: v.boolean(),
    nextRecordsUrl: v.optional(v.nullable(v.string())),
    records: v.array(row),
  });
  const { done, nextRecordsUrl, records } = v.parse(Answer, await client.get(path, signal));
  const isLast = done || records.length === 0;
  return { records, next: isLast ? undefined : (nextRecordsUrl ?? undefined) };
}

/**
 * The one row of a query; undefined if there is none, or it could not be had.
 * @param options `onFailure` is told why it could not be had
 */
export async function queryOne(
  access: MetadataAccess,
  soql: string,
  options: {
    readonly api?: Api;
    readonly onFailure?: (error: unknown) => void;
  } = {},
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const path = pathOf(access, soql, options.api ?? 'query');
    const { records } = await pageAt(access, path, v.record(v.string(), v.unknown()));
    return records[0];
  } catch (error) {
    access.signal.throwIfAborted();
    options.onFailure?.(error);
    return undefined;
  }
}
