/** SOQL queries over REST, with their pages (SALESFORCE.md 10). What comes back is hostile until checked. */
import * as v from 'valibot';
import type { MetadataAccess } from './metadataApi.ts';

/** Beyond this many rows an answer is cut off. */
export const MOST_ROWS = 100_000;

const Page = v.object({
  done: v.boolean(),
  nextRecordsUrl: v.optional(v.nullable(v.string())),
  records: v.array(v.record(v.string(), v.unknown())),
});

/**
 * All rows of a query, page by page.
 * @param api `query`, or `tooling/query`
 * @throws what `OrgClient.get` throws, ValiError if the answer is no query result
 */
export async function queryAll(
  { client, apiVersion, signal }: MetadataAccess,
  soql: string,
  api: 'query' | 'tooling/query' = 'query',
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows: Readonly<Record<string, unknown>>[] = [];
  let path: string | null | undefined =
    `/services/data/v${apiVersion}/${api}?q=${encodeURIComponent(soql)}`;
  while (typeof path === 'string' && rows.length < MOST_ROWS) {
    const page: v.InferOutput<typeof Page> = v.parse(Page, await client.get(path, signal));
    rows.push(...page.records);
    path = page.done || page.records.length === 0 ? null : page.nextRecordsUrl;
  }
  return rows;
}

/**
 * The one row of a query; undefined if there is none, or it could not be had.
 * @param options `onFailure` is told why it could not be had
 */
export async function queryOne(
  access: MetadataAccess,
  soql: string,
  options: {
    readonly api?: 'query' | 'tooling/query';
    readonly onFailure?: (error: unknown) => void;
  } = {},
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const [row] = await queryAll(access, soql, options.api);
    return row;
  } catch (error) {
    access.signal.throwIfAborted();
    options.onFailure?.(error);
    return undefined;
  }
}
