/** How a window talks to the org of a session: with its token, the user's settings, and the version the org has. */
import type { Fetch } from '../oauth/http.ts';
import type { Lane } from '../salesforce/fairLimit.ts';
import type { MetadataAccess } from '../salesforce/metadataApi.ts';
import type { OrgClient } from '../salesforce/orgClient.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import { untilAborted } from './untilAborted.ts';

export interface OrgAccessContext {
  readonly fetch: Fetch;
  readonly sessions: Sessions;
  readonly timeoutMilliseconds: () => number;
  /** Most requests to one org at a time. */
  readonly concurrency: () => number;
  /** To read with: `auto`, or a version such as `66.0`. */
  readonly apiVersion: () => string;
}

/**
 * To read with.
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
  const [client, { negotiateApiVersion }] = await Promise.all([
    clientFor(context, session, lane),
    import('../salesforce/apiVersion.ts'),
  ]);
  const apiVersion = await negotiateApiVersion(client, context.apiVersion(), signal);
  return { client, apiVersion, signal };
}

/**
 * To change with: whatever version the user has set, that would take away what it does not know.
 * @param signal the user's Cancel
 * @throws what asking the org for its versions throws
 */
export async function accessForChanges(
  context: OrgAccessContext,
  session: Session,
  signal: AbortSignal,
): Promise<MetadataAccess> {
  const [client, { versionForChanges }] = await Promise.all([
    clientFor(context, session),
    import('../salesforce/apiVersion.ts'),
  ]);
  return { client, apiVersion: await versionForChanges(client, signal), signal };
}

async function clientFor(
  { fetch, sessions, timeoutMilliseconds, concurrency }: OrgAccessContext,
  session: Session,
  lane?: Lane,
): Promise<OrgClient> {
  const { createOrgClient } = await import('../salesforce/orgClient.ts');
  return createOrgClient({
    fetch,
    instanceUrl: session.instanceUrl,
    // A refresh goes on when nobody waits for it any more: its answer must be stored.
    accessToken: (rejected, cancel) =>
      untilAborted(sessions.accessToken(session.id, rejected), cancel),
    timeoutMilliseconds: timeoutMilliseconds(),
    concurrency: concurrency(),
    lane,
  });
}
