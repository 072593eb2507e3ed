/** Findings that somebody has accepted for a time: they are counted apart. */
import { isSameId } from '../salesforce/salesforceId.ts';

export interface Suppression {
  readonly rule: string;
  /** `App.id`; without it, the org as a whole. */
  readonly app?: string | undefined;
  /** Id of the org; without it, every org. */
  readonly org?: string | undefined;
  readonly reason: string;
  /** Last day that it holds, `2027-01-31`. */
  readonly until: string;
}

/** The rule about apps that do not require PKCE: the badge of the view leaves out where it is accepted. */
export const PKCE_NOT_REQUIRED = 'pkce-not-required';

/** Those that hold still. @param day such as `2026-11-21` */
export function inForce(suppressions: readonly Suppression[], day: string): readonly Suppression[] {
  return suppressions.filter(({ until }) => until >= day);
}

/** Those of an org: an app of a sandbox has the same id in production. */
export function ofOrg(suppressions: readonly Suppression[], orgId: string): readonly Suppression[] {
  return suppressions.filter(({ org }) => org === undefined || isSameId(org, orgId));
}
