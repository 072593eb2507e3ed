/** What an org has right now, asked with progress and a Cancel. */
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import type { OrgCatalogs } from '../session/orgCatalogs.ts';
import type { Session } from '../session/session.ts';
import { withCancel } from '../views/progress.ts';

/**
 * @param title of the progress
 * @returns undefined if the user has cancelled
 * @throws UserFacingError if the org cannot be read
 */
export async function freshCatalog(
  catalogs: OrgCatalogs,
  session: Session,
  title: string,
): Promise<Catalog | undefined> {
  return withCancel(title, async (signal) => {
    const state = await catalogs.read(session.id, { signal });
    // A reading that was cancelled leaves the state of before: not what was asked for.
    if (signal.aborted) return undefined;
    if (state.kind === 'failed') throw state.error;
    return state.kind === 'ready' ? state.catalog : undefined;
  });
}
