/**
 * Which API version to speak: to read, the newest that the org and this extension both know (SALESFORCE.md 8); to
 * change, the newest of the org.
 */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { UserFacingError } from '../oauth/userFacingError.ts';
import type { OrgClient } from './orgClient.ts';

/** Below 60 the ECA types lack what is wanted most (SALESFORCE.md 5.1). */
const OLDEST = 60;
const NEWEST = 68;

const Versions = v.array(v.object({ version: v.string() }));

/**
 * @param wanted `auto`, or a version such as `66.0`
 * @returns such as `68.0`
 * @throws UserFacingError if the org or the setting is older than what is needed
 */
export async function negotiateApiVersion(
  client: OrgClient,
  wanted: string,
  signal?: AbortSignal,
): Promise<string> {
  if (wanted !== 'auto') {
    const version = Number(wanted);
    if (version >= OLDEST && version <= NEWEST) return version.toFixed(1);
    throw new UserFacingError({
      code: 'api_version_setting',
      happened: l10n.t`The setting salesforcePkce.apiVersion asks for ${wanted}, which this extension does not speak.`,
      todo: l10n.t`Set it to auto, or to a version from ${OLDEST}.0 to ${NEWEST}.0.`,
      remedies: ['openSettings'],
    });
  }
  return Math.min(NEWEST, await newestOf(client, signal)).toFixed(1);
}

/**
 * What a change reads and writes with. The whole component is replaced: in an older version it lacks the settings that
 * are newer, and the org would lose them. What is sent is made of what was read, whoever knows it.
 * @returns such as `69.0`
 * @throws UserFacingError if the org is older than what is needed
 */
export async function versionForChanges(client: OrgClient, signal?: AbortSignal): Promise<string> {
  return (await newestOf(client, signal)).toFixed(1);
}

async function newestOf(client: OrgClient, signal: AbortSignal | undefined): Promise<number> {
  const answer = v.safeParse(Versions, await client.get('/services/data', signal));
  const offered = answer.success ? answer.output.map(({ version }) => Number(version)) : [];
  const newest = Math.max(0, ...offered.filter(Number.isFinite));
  if (newest >= OLDEST) return newest;
  throw new UserFacingError({
    code: 'api_version_too_old',
    happened:
      newest === 0
        ? l10n.t('The org did not tell which API versions it has.')
        : l10n.t`The newest API version of the org is ${newest}.0.`,
    todo: l10n.t`This extension needs version ${OLDEST}.0 of the API or newer. Try again; if it stays so, check the login host, or ask an admin of the org.`,
    remedies: ['tryAgain'],
  });
}
