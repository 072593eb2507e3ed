/** What an org has right now, asked with progress and a Cancel. */
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import type { OrgCatalogs } from '../session/orgCatalogs.ts';
import type { Session } from '../session/session.ts';
import { notReadError } from '../session/sessionErrors.ts';
import { withCancel } from '../views/progress.ts';

/**
 * @param title of the progress
 * @returns undefined if the user has cancelled
 * @throws UserFacingError if the org cannot be read, or somebody has stopped that elsewhere
 */
export async function freshCatalog(
  catalogs: OrgCatalogs,
  session: Session,
  title: string,
): Promise<Catalog | undefined> {
  return withCancel(title, async (signal) => {
    const outcome = await catalogs.read(session.id, { signal });
    if (signal.aborted) return undefined;
    if (outcome.kind === 'ready') return outcome.catalog;
    throw outcome.kind === 'failed' ? outcome.error : notReadError(session);
  });
}
