/** What the dashboard knows of each org. */
import type { Audit } from '../../audit/audit.ts';
import type { PastAudit } from '../../audit/history.ts';

/** One org on the dashboard. */
export interface DashboardOrg {
  readonly sessionId: string;
  readonly label: string;
  /** Host of the org. */
  readonly host: string;
  /** Undefined if nothing is known; the note says why. */
  readonly audit: Audit | undefined;
  /** Whether all apps of the org could be listed: `listsBothKinds`. */
  readonly isWhole: boolean;
  /** What is going on: being read, not read, failed and what to do. Empty if all is well. */
  readonly note: string;
  /** What the button beside the note says; undefined where nothing has to be done. */
  readonly wayOn: string | undefined;
  /** Earlier audits, the oldest first. */
  readonly history: readonly PastAudit[];
}

/** Id of the part of the page that is about an org. */
export function partOf({ sessionId }: DashboardOrg): string {
  return `org-${sessionId}`;
}
