/** Which component holds an app's PKCE flag, and whether this org may change it at all. */
import * as l10n from '@vscode/l10n';
import type { App } from '../app.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { GLOBAL } from '../catalog/components.ts';
import { isOauthClient } from '../pkceStatus.ts';
import type { FlagTarget } from './componentXml.ts';

export type Eligibility =
  | { readonly target: FlagTarget }
  /** One sentence: why there is nothing to change here. */
  | { readonly reason: string };

/** The component of the org's own settings. */
export const ORG_TARGET: FlagTarget = { type: 'OauthOidcSettings', fullName: 'OauthOidc' };

/**
 * Judges the apps of a catalog.
 * @param catalog in which the apps were found
 */
export function eligibilityIn({ snapshot }: Catalog): (app: App) => Eligibility {
  // Joined on the element: the component's own name follows no rule (SALESFORCE.md 5.2).
  const globals = new Map(
    snapshot.records
      .filter(({ type }) => type === GLOBAL)
      .map(({ app, fullName }) => [app, fullName]),
  );
  return (app) => {
    if (app.pkce === 'required') return { reason: l10n.t('The app requires PKCE already.') };
    if (app.pkce === 'notApplicable') return { reason: app.pkceReason };
    if (app.origin === 'installed') return { reason: app.originReason };
    if (!isOauthClient(app)) return { reason: app.pkceReason };
    if (app.kind === 'connectedApp') {
      return { target: { type: 'ConnectedApp', fullName: app.fullName } };
    }
    const fullName = globals.get(app.fullName);
    return fullName === undefined
      ? { reason: l10n.t('The org shows no global OAuth settings of this app.') }
      : { target: { type: GLOBAL, fullName } };
  };
}
