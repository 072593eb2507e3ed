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
  const state = await withCancel(title, (signal) => catalogs.read(session.id, { signal }));
  if (state.kind === 'failed') throw state.error;
  return state.kind === 'ready' ? state.catalog : undefined;
}
