/** How long an org lets a session live, where the token itself does not tell (SALESFORCE.md 3). Estimates. */
import * as v from 'valibot';
import { readMetadata, wholeElement, type MetadataAccess } from './metadataApi.ts';

const AUTH_SESSION_QUERY =
  'SELECT NumSecondsValid, LastModifiedDate FROM AuthSession WHERE IsCurrent = true';

const AuthSessions = v.object({
  records: v.array(
    v.object({
      NumSecondsValid: v.pipe(v.number(), v.minValue(1)),
      LastModifiedDate: v.string(),
    }),
  ),
});

/**
 * When the current session ends by the org's own record. `IsCurrent` marks a whole family of sessions:
 * the one that was used last decides.
 * @returns milliseconds by the org's clock; undefined if the org does not tell
 * @throws what `OrgClient.get` throws
 */
export async function authSessionEnd({
  client,
  apiVersion,
  signal,
}: MetadataAccess): Promise<number | undefined> {
  const path = `/services/data/v${apiVersion}/query?q=${encodeURIComponent(AUTH_SESSION_QUERY)}`;
  const answer = v.safeParse(AuthSessions, await client.get(path, signal));
  if (!answer.success) return undefined;
  const last = answer.output.records
    .map((record) => ({ ...record, usedAt: Date.parse(record.LastModifiedDate) }))
    .filter(({ usedAt }) => Number.isFinite(usedAt))
    .reduce<{ usedAt: number; NumSecondsValid: number } | undefined>(
      (latest, one) => (latest && latest.usedAt >= one.usedAt ? latest : one),
      undefined,
    );
  return last && last.usedAt + last.NumSecondsValid * 1000;
}

const MINUTE = 60_000;

/** `SecuritySettings.sessionSettings.sessionTimeout`, in milliseconds. */
const TIMEOUTS: ReadonlyMap<string, number> = new Map([
  ['TwentyFourHours', 1440 * MINUTE],
  ['TwelveHours', 720 * MINUTE],
  ['EightHours', 480 * MINUTE],
  ['FourHours', 240 * MINUTE],
  ['TwoHours', 120 * MINUTE],
  ['NinetyMinutes', 90 * MINUTE],
  ['SixtyMinutes', 60 * MINUTE],
  ['ThirtyMinutes', 30 * MINUTE],
  ['FifteenMinutes', 15 * MINUTE],
]);

/**
 * The org's session timeout. A profile or an app may set another.
 * @returns milliseconds; undefined if the setting cannot be read or is not known
 */
export async function orgSessionTimeout(access: MetadataAccess): Promise<number | undefined> {
  let timeout: number | undefined;
  await readMetadata(access, 'SecuritySettings', ['Security'], wholeElement, (_names, result) => {
    if ('error' in result) return;
    const settings = result.get('Security')?.child('sessionSettings');
    timeout = TIMEOUTS.get(settings?.textOf('sessionTimeout')?.trim() ?? '');
  });
  return timeout;
}
