/** What other extensions get from `activate()`, made of the floors. Its types are in api.ts. */
import * as l10n from '@vscode/l10n';
import type { Audit, PkceForSalesforceApi } from './api.ts';
import { isSameId } from './salesforce/salesforceId.ts';
import type { OrgCatalogs } from './session/orgCatalogs.ts';
import { labelOf, type Session } from './session/session.ts';
import type { Sessions } from './session/sessions.ts';

export interface ExportedApiContext {
  readonly sessions: Sessions;
  readonly catalogs: OrgCatalogs;
  readonly auditOf: (session: Session) => Promise<Audit>;
}

/** The version is `activate()`'s to say: before the parts are there. */
export type ExportedApi = Omit<PkceForSalesforceApi, 'version'>;

export function exportedApi({ sessions, catalogs, auditOf }: ExportedApiContext): ExportedApi {
  const sessionOf = async (orgId: string): Promise<Session> => {
    const session = (await sessions.get(orgId)) ?? (await sessionOfOrg(orgId, sessions));
    if (!session) throw new Error(l10n.t`No org is signed in with the id ${orgId}.`);
    return session;
  };
  return {
    listOrgs: async () =>
      (await sessions.list()).map((session) => ({
        id: session.id,
        label: labelOf(session),
        username: session.username,
        instanceUrl: session.instanceUrl,
      })),
    listApps: async (orgId, options) => {
      const { id } = await sessionOf(orgId);
      const state = await (options?.refresh === true
        ? catalogs.read(id)
        : catalogs.readIfNeeded(id));
      // A copy: what another extension does to it stays there.
      if (state.kind === 'ready') return structuredClone(state.catalog.apps);
      throw new Error(
        state.kind === 'failed' ? state.error.message : l10n.t('The reading was cancelled.'),
      );
    },
    audit: async (orgId) => structuredClone(await auditOf(await sessionOf(orgId))),
  };
}

/** By Salesforce's own id of the org; of several users' sessions the active one. */
async function sessionOfOrg(orgId: string, sessions: Sessions): Promise<Session | undefined> {
  if (!/^\w{15}(\w{3})?$/.test(orgId)) return undefined;
  const ofOrg = (await sessions.list()).filter((session) => isSameId(session.orgId, orgId));
  const active = await sessions.active();
  return ofOrg.find(({ id }) => id === active?.id) ?? ofOrg[0];
}
