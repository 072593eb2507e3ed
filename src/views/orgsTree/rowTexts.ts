/** Words that a row and its tooltip share. */
import * as l10n from '@vscode/l10n';
import type { Audit } from '../../audit/audit.ts';
import { SEVERITIES, type Finding } from '../../audit/finding.ts';
import { isAllJudged, SEVERITY_TEXTS } from '../../audit/reports/words.ts';
import { locale } from '../../oauth/language.ts';
import type { UserFacingError } from '../../oauth/userFacingError.ts';
import { count } from '../../salesforce/count.ts';
import type { AppListing } from '../../session/appListing.ts';
import type { OrgCatalogs } from '../../session/orgCatalogs.ts';
import type { Session } from '../../session/session.ts';
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

export const MISSING_WHY = l10n.t(
  'It is signed in on this machine, but this window does not have its token: another window signed in, or the secret storage was emptied or is locked.',
);
export const MISSING_TODO = l10n.t('Reload the window; if that does not help, sign in again.');

/** What selecting the row of a failed reading does: what its error says helps. */
export function wayOn({ remedies }: UserFacingError): {
  title: string;
  command: string;
  /** One sentence. */
  hint: string;
} {
  if (remedies.includes('reloadWindow')) {
    const command = 'workbench.action.reloadWindow';
    return {
      title: l10n.t('Reload Window'),
      command,
      hint: l10n.t('Select this row to reload the window.'),
    };
  }
  if (remedies.includes('signInAgain')) {
    const command = 'salesforcePkce.reauthenticate';
    return {
      title: l10n.t('Sign In Again'),
      command,
      hint: l10n.t('Select this row to sign in again.'),
    };
  }
  if (remedies.includes('startDemoOrg')) {
    const command = 'salesforcePkce.signInDemo';
    return {
      title: l10n.t('Start Demo Org'),
      command,
      hint: l10n.t('Select this row to start the demo org again.'),
    };
  }
  return {
    title: l10n.t('Try Again'),
    command: 'salesforcePkce.refreshApps',
    hint: l10n.t('Select this row to try again.'),
  };
}

/** Whether the org requires PKCE of every app; undefined if that is not known. */
export function orgWideFlag(node: OrgWideNode, { catalogs }: TreeKnowledge): boolean | undefined {
  return catalogs.lastRead(node.parent.sessionId)?.catalog.orgWide.isPkceRequired;
}

/** The flag in a word, and what it means. */
export function orgWideText(node: OrgWideNode, known: TreeKnowledge): readonly [string, string] {
  switch (orgWideFlag(node, known)) {
    case undefined:
      return [
        l10n.t('unknown'),
        l10n.t(
          'The setting "Require Proof Key for Code Exchange (PKCE)" of the whole org could not be read.',
        ),
      ];
    case true:
      return [
        l10n.t('required'),
        l10n.t("The org demands PKCE of every app, whatever the app's own setting says."),
      ];
    case false:
      return [
        l10n.t('not required'),
        l10n.t(
          "Each app's own setting decides. Salesforce advises to switch this on last, when every client sends PKCE.",
        ),
      ];
  }
}

/** How many apps of a kind there are, are shown, and leave codes unprotected. */
export function countsOf(node: KindNode, { catalogs, listing }: TreeKnowledge): string {
  const apps = catalogs.apps(node.parent.sessionId).filter((app) => app.kind === node.kind);
  const isListed = node.isListed !== false;
  if (!isListed && apps.length === 0) return l10n.t('not listed');
  const shown = listing.filters.length === 0 ? apps.length : listing.select(apps).length;
  const all = count(apps.length, 'app');
  const counts = shown === apps.length ? all : l10n.t`${shown} of ${all}`;
  const open = countNotRequired(apps);
  const text = open > 0 ? l10n.t`${counts}, ${open} without required PKCE` : counts;
  return isListed ? text : l10n.t`${text}, not all listed`;
}

export const UNLISTED_WHY = l10n.t(
  'Users have tokens of these apps, and the org does not list them: they were made in other orgs and are not installed here. Since September 2025 users need a permission to approve such apps.',
);

export function valueOf({ setting }: SettingNode): string {
  return setting.isDefault ? l10n.t`${setting.valueText} (default)` : setting.valueText;
}

/** `2 critical, 5 high, 3 low`. */
export function severitiesOf(findings: readonly Finding[]): string {
  const counts = SEVERITIES.map(
    (severity) =>
      [severity, findings.filter((finding) => finding.severity === severity).length] as const,
  );
  const words = counts.flatMap(([severity, number]) =>
    number === 0 ? [] : [`${number} ${SEVERITY_TEXTS[severity].toLocaleLowerCase(locale())}`],
  );
  return words.join(', ') || l10n.t('none');
}

/** The same of an audit: that none is known is not that there is none. */
export function findingsText(audit: Audit): string {
  return audit.findings.length === 0 && !isAllJudged(audit)
    ? l10n.t('none known')
    : severitiesOf(audit.findings);
}
