/** Whether all apps of an org could be listed: what nobody saw may be there all the same. */
import { SOURCE_VERSION, type AppKind } from '../app.ts';
import type { CatalogSnapshot } from './catalog.ts';
import { GLOBAL, kindOf } from './components.ts';

type Parts = Pick<CatalogSnapshot, 'listed' | 'records' | 'unavailable'>;

/**
 * Whether connected apps and ECAs could both be listed: else the org may have apps that nobody saw. Of a type that was
 * listed, single components may be unreadable; of one that was not, nothing is listed. A source tree is never all of an
 * org.
 */
export function listsBothKinds(snapshot: CatalogSnapshot): boolean {
  return snapshot.apiVersion !== SOURCE_VERSION && kindsNotListed(snapshot).length === 0;
}

/** Kinds of apps that an org did not list, or of which it has settings of apps that it does not list. */
export function kindsNotListed({ listed, records, unavailable }: Parts): readonly AppKind[] {
  const kinds = unavailable
    .filter((head) => !listed.some(({ type }) => type === head))
    .flatMap((head) => kindOf(head) ?? []);
  return unlistedEcas({ listed, records, unavailable }).length > 0
    ? [...kinds, 'externalClientApp']
    : kinds;
}

/**
 * Full names of ECAs that are not listed, though their global settings are: nobody sees these apps. None where no ECA
 * could be listed at all, which is another matter.
 */
export function unlistedEcas({ listed, records, unavailable }: Parts): readonly string[] {
  const heads = listed.filter(({ type }) => type === 'ExternalClientApplication');
  if (heads.length === 0 && unavailable.includes('ExternalClientApplication')) return [];
  const names = new Set(heads.map(({ fullName }) => fullName));
  const missing = records.flatMap(({ type, app }) =>
    type === GLOBAL && app !== null && app !== '' && !names.has(app) ? [app] : [],
  );
  return [...new Set(missing)];
}
