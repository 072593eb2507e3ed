/** Words that a row and its tooltip share. */
import { SEVERITIES, type Finding } from '../../audit/finding.ts';
import type { UserFacingError } from '../../oauth/userFacingError.ts';
import type { AppListing } from '../../session/appListing.ts';
import type { OrgCatalogs } from '../../session/orgCatalogs.ts';
import type { Session } from '../../session/session.ts';
import { count } from '../appTexts.ts';
import { countNotRequired } from '../pkceLook.ts';
import type { KindNode, OrgWideNode, SettingNode } from './nodes.ts';

/** What a row needs to know beside what it stands for. */
export interface TreeKnowledge {
  readonly session: (sessionId: string) => Promise<Session | undefined>;
  readonly isActive: (sessionId: string) => Promise<boolean>;
  /** Whether the org was signed in to or read in this window. */
  readonly wasOpened: (sessionId: string) => boolean;
  /** Why the session cannot go on without the user, if so. */
  readonly troubleOf: (sessionId: string) => UserFacingError | undefined;
  readonly catalogs: OrgCatalogs;
  readonly listing: AppListing;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

export const MISSING_WHY =
  'It is signed in on this machine, but this window does not have its token: another window signed in, or the secret storage was emptied or is locked.';
export const MISSING_TODO = 'Reload the window; if that does not help, sign in again.';

/** What selecting the row of a failed reading does: what its error says helps. */
export function wayOn({ remedies }: UserFacingError): {
  title: string;
  command: string;
  words: string;
} {
  if (remedies.includes('reloadWindow')) {
    const command = 'workbench.action.reloadWindow';
    return { title: 'Reload Window', command, words: 'reload the window' };
  }
  if (remedies.includes('signInAgain')) {
    const command = 'salesforcePkce.reauthenticate';
    return { title: 'Sign In Again', command, words: 'sign in again' };
  }
  return { title: 'Try Again', command: 'salesforcePkce.refreshApps', words: 'try again' };
}

/** The flag in a word, and what it means. */
export function orgWideText(node: OrgWideNode, known: TreeKnowledge): readonly [string, string] {
  switch (known.catalogs.lastRead(node.parent.sessionId)?.catalog.orgWide.isPkceRequired) {
    case undefined:
      return [
        'unknown',
        'The setting "Require Proof Key for Code Exchange (PKCE)" of the whole org could not be read.',
      ];
    case true:
      return [
        'required',
        "The org demands PKCE of every app, whatever the app's own setting says.",
      ];
    case false:
      return [
        'not required',
        "Each app's own setting decides. Salesforce advises to switch this on last, when every client sends PKCE.",
      ];
  }
}

/** How many apps of a kind there are, are shown, and leave codes unprotected. */
export function countsOf(node: KindNode, { catalogs, listing }: TreeKnowledge): string {
  const apps = catalogs.apps(node.parent.sessionId).filter((app) => app.kind === node.kind);
  const shown = listing.filters.length === 0 ? apps.length : listing.select(apps).length;
  const all = count(apps.length, 'app');
  const counts = shown === apps.length ? all : `${shown} of ${all}`;
  const open = countNotRequired(apps);
  return open > 0 ? `${counts}, ${open} without required PKCE` : counts;
}

export const UNLISTED_WHY =
  'Users have tokens of these apps, and the org does not list them: they were made in other orgs and are not installed here. Since September 2025 users need a permission to approve such apps.';

export function valueOf({ setting }: SettingNode): string {
  return setting.isDefault ? `${setting.valueText} (default)` : setting.valueText;
}

/** `2 critical, 5 high, 3 low`. */
export function severitiesOf(findings: readonly Finding[]): string {
  const counts = SEVERITIES.map(
    (severity) =>
      [severity, findings.filter((finding) => finding.severity === severity).length] as const,
  );
  const words = counts.flatMap(([severity, number]) =>
    number === 0 ? [] : [`${number} ${severity === 'info' ? 'for information' : severity}`],
  );
  return words.join(', ') || 'none';
}
