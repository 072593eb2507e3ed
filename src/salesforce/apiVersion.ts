/** Which API version to speak: the newest that the org and this extension both know (SALESFORCE.md 8). */
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
  const answer = v.safeParse(Versions, await client.get('/services/data', signal));
  const offered = answer.success ? answer.output.map(({ version }) => Number(version)) : [];
  const newest = Math.min(NEWEST, Math.max(0, ...offered.filter(Number.isFinite)));
  if (newest >= OLDEST) return newest.toFixed(1);
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
