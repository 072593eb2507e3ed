/** How a window talks to the org of a session: with its token, the user's settings, and the version the org has. */
import type { Fetch } from '../oauth/http.ts';
import type { Lane } from '../salesforce/fairLimit.ts';
import type { MetadataAccess } from '../salesforce/metadataApi.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import { untilAborted } from './untilAborted.ts';

export interface OrgAccessContext {
  readonly fetch: Fetch;
  readonly sessions: Sessions;
  readonly timeoutMilliseconds: () => number;
  /** Most requests to one org at a time. */
  readonly concurrency: () => number;
  /** `auto`, or a version such as `66.0`. */
  readonly apiVersion: () => string;
}

/**
 * @param signal the user's Cancel
 * @param lane the org's share of what may be in flight over all orgs
 * @throws what asking the org for its versions throws
 */
export async function metadataAccessTo(
  context: OrgAccessContext,
  session: Session,
  signal: AbortSignal,
  lane?: Lane,
): Promise<MetadataAccess> {
  const { fetch, sessions, timeoutMilliseconds, concurrency, apiVersion } = context;
  const [{ createOrgClient }, { negotiateApiVersion }] = await Promise.all([
    import('../salesforce/orgClient.ts'),
    import('../salesforce/apiVersion.ts'),
  ]);
  const client = createOrgClient({
    fetch,
    instanceUrl: session.instanceUrl,
    // A refresh goes on when nobody waits for it any more: its answer must be stored.
    accessToken: (rejected, cancel) =>
      untilAborted(sessions.accessToken(session.id, rejected), cancel),
    timeoutMilliseconds: timeoutMilliseconds(),
    concurrency: concurrency(),
    lane,
  });
  return { client, apiVersion: await negotiateApiVersion(client, apiVersion(), signal), signal };
}
