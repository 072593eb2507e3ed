/** How a PKCE status looks: icon, word and colour. The word alone is enough; colour never is. */
import * as l10n from '@vscode/l10n';
import { KIND_TEXT, type App, type PkceStatus } from '../salesforce/app.ts';
import { isBeingRead } from '../salesforce/pkceStatus.ts';

export interface PkceLook {
  /** Codicon. */
  readonly icon: string;
  /** Theme colour of the icon, undefined for the plain one. */
  readonly color: string | undefined;
  /** The verdict in words. */
  readonly text: string;
  /** The verdict in as few words as fit beside a name in a narrow side bar. */
  readonly short: string;
}

const PKCE_LOOK: Readonly<Record<PkceStatus, PkceLook>> = {
  required: {
    icon: 'pass',
    color: 'testing.iconPassed',
    text: l10n.t('PKCE required'),
    short: l10n.t('required'),
  },
  requiredByOrg: {
    icon: 'pass',
    color: 'testing.iconPassed',
    text: l10n.t('PKCE required by the org'),
    short: l10n.t('required by org'),
  },
  notRequired: {
    icon: 'warning',
    color: 'list.warningForeground',
    text: l10n.t('PKCE not required'),
    short: l10n.t('not required'),
  },
  notApplicable: {
    icon: 'circle-slash',
    color: undefined,
    text: l10n.t('not an OAuth app'),
    short: l10n.t('no OAuth'),
  },
  unknown: {
    icon: 'question',
    color: undefined,
    text: l10n.t('PKCE unknown'),
    short: l10n.t('unknown'),
  },
};

const READING: PkceLook = {
  icon: 'loading~spin',
  color: undefined,
  text: l10n.t('being read'),
  short: l10n.t('reading...'),
};

const REPLACED: PkceLook = {
  ...PKCE_LOOK.notApplicable,
  text: l10n.t('replaced by an external client app'),
  short: l10n.t('replaced'),
};

/** How an app's status looks; one that is still being read is no unknown one. */
export function pkceLookOf(app: App): PkceLook {
  if (app.replacedBy !== undefined) return REPLACED;
  return isBeingRead(app) ? READING : PKCE_LOOK[app.pkce];
}

/** What a screen reader says of an app: name, kind, verdict, reason. */
export function spokenApp(app: App): string {
  return `${app.label}, ${KIND_TEXT[app.kind].one}, ${pkceLookOf(app).text}. ${app.pkceReason}`;
}

/** How many apps an attacker with a stolen code would find open. */
export function countNotRequired(apps: readonly App[]): number {
  return apps.filter((app) => app.pkce === 'notRequired').length;
}
