/** Which component holds an app's PKCE flag, and whether this org may change it at all. */
import type { App } from '../app.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { GLOBAL } from '../catalog/components.ts';
import type { FlagTarget } from './setPkceRequired.ts';

export type Eligibility =
  | { readonly target: FlagTarget }
  /** One sentence: why there is nothing to change here. */
  | { readonly reason: string };

/** The component of the org's own settings. */
export const ORG_TARGET: FlagTarget = { type: 'OauthOidcSettings', fullName: 'OauthOidc' };

/** @param catalog in which the app was found */
export function eligibilityOf(app: App, { snapshot }: Catalog): Eligibility {
  if (app.pkce === 'required') return { reason: 'The app requires PKCE already.' };
  if (app.pkce === 'notApplicable') return { reason: app.pkceReason };
  if (app.origin === 'installed') return { reason: app.originReason };
  if (app.oauth === null) return { reason: app.pkceReason };
  if (app.kind === 'connectedApp') {
    return { target: { type: 'ConnectedApp', fullName: app.fullName } };
  }
  // Joined on the element: the component's own name follows no rule (SALESFORCE.md 5.2).
  const settings = snapshot.records.find(
    ({ type, app: name }) => type === GLOBAL && name === app.fullName,
  );
  return settings
    ? { target: { type: GLOBAL, fullName: settings.fullName } }
    : { reason: 'The org shows no global OAuth settings of this app.' };
}
