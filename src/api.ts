/**
 * What other extensions get from `activate()`. Never a token: those come only through
 * `vscode.authentication`, with its consent.
 */
import type { Audit } from './audit/audit.ts';
import type { App } from './salesforce/app.ts';

export type { Audit } from './audit/audit.ts';
export type { Finding, Severity } from './audit/finding.ts';
export type { App, AppKind, AppOrigin, PkceStatus, SettingValue } from './salesforce/app.ts';

/** An org that somebody is signed in to. */
export interface OrgSummary {
  /** `<orgId>/<userId>`: what `listApps` and `audit` take. */
  readonly id: string;
  /** The user's own name for the org, or the user name. */
  readonly label: string;
  readonly username: string;
  /** Origin of the org. */
  readonly instanceUrl: string;
}

export interface PkceForSalesforceApi {
  readonly version: 1;
  /** The orgs that are signed in. */
  listOrgs(): Promise<readonly OrgSummary[]>;
  /**
   * The apps of an org with their PKCE status.
   * @param orgId `id` of an {@link OrgSummary}, or the org's own id of 15 or 18 characters
   * @param options `refresh`: ask the org again even if its apps are known
   * @throws Error that says why they could not be read
   */
  listApps(orgId: string, options?: { readonly refresh?: boolean }): Promise<readonly App[]>;
  /**
   * What is wrong with an org's apps, and what helps; the org is asked if this window has not read it in the last five minutes.
   * @param orgId `id` of an {@link OrgSummary}, or the org's own id of 15 or 18 characters
   * @throws Error that says why it could not be read
   */
  audit(orgId: string): Promise<Audit>;
}
