/** PKCE, per app and for the whole org (seeds 000 and 001, SALESFORCE.md 14). */
import * as l10n from '@vscode/l10n';
import { SOURCE_VERSION } from '../../salesforce/app.ts';
import type { AppFacts } from '../appFacts.ts';
import type { Severity, Verdict } from '../finding.ts';
import { REFERENCES, type AppRule, type OrgRule } from '../rule.ts';
import { PKCE_NOT_REQUIRED } from '../suppression.ts';
import { controlOf, listed } from './words.ts';

/** The control's own range, whatever the circumstances make of it. */
const CVSS = {
  connectedApp: { from: 9, to: 10 },
  externalClientApp: { from: 7, to: 8.9 },
} as const;

/**
 * Seed 001: higher for public clients, lower for confidential ones within a network perimeter. That is the refresh
 * token allowlist alone: IP relaxation "enforce" is about the ranges of org and profile, not about the app's own
 * (help: connected_app_continuous_ip).
 */
function circumstancesOf(facts: AppFacts): { severity: Severity; evidence: string } {
  if (facts.client === 'public') {
    return {
      severity: 'critical',
      evidence: l10n.t(
        'It is a public client: nothing but PKCE binds a code to whoever asked for it.',
      ),
    };
  }
  if (facts.client === 'unknown') {
    return { severity: 'high', evidence: l10n.t('Whether it is a public client is not known.') };
  }
  return (facts.allowlistCount ?? 0) > 0
    ? {
        severity: 'medium',
        evidence: l10n.t(
          'It is a confidential client that must bring its secret, and only listed IP addresses may use it.',
        ),
      }
    : {
        severity: 'high',
        evidence: l10n.t('It is a confidential client that must bring its secret.'),
      };
}

/** A file that says no: what an org demands of every app is not the file's matter. */
function isOffInSource({ app, isPkceRequired }: AppFacts): boolean {
  return app.apiVersion === SOURCE_VERSION && app.pkce === 'unknown' && isPkceRequired === false;
}

export const pkceNotRequired: AppRule = {
  id: PKCE_NOT_REQUIRED,
  title: l10n.t('PKCE is not required'),
  why: l10n.t(
    'Whoever gets hold of an authorization code, from a browser history, a log or a hijacked custom URI scheme, can exchange it for a token before the client does.',
  ),
  remedy: l10n.t(
    'Update the client so that it sends a code challenge, test it in a sandbox, then require PKCE of the app. An installed app can be changed by its author alone.',
  ),
  reference: REFERENCES.pkceArticle,
  judge: (facts): Verdict | null => {
    const { app } = facts;
    if (app.pkce !== 'notRequired' && !isOffInSource(facts)) return null;
    const { severity, evidence } = circumstancesOf(facts);
    return {
      severity,
      evidence: [app.pkceReason, evidence],
      cvss: CVSS[app.kind],
      control: controlOf('Require Proof Key for Code Exchange (PKCE)', app.kind),
    };
  },
};

export const pkceByOrgOnly: AppRule = {
  id: 'pkce-by-org-only',
  title: l10n.t('PKCE is required by the org alone'),
  why: l10n.t(
    'The org demands PKCE, so the app is safe today. The flag says what the server demands, never that the client is ready; and the day the org setting is switched off, the app is open.',
  ),
  remedy: l10n.t('Require PKCE of the app itself.'),
  reference: REFERENCES.pkceArticle,
  // Of an app whose own flag is not known it is not known either.
  judge: ({ app, isPkceRequired }) =>
    app.pkce === 'requiredByOrg' && isPkceRequired === false
      ? { severity: 'low', evidence: [app.pkceReason] }
      : null,
};

export const orgReadyForPkce: OrgRule = {
  id: 'org-pkce-off',
  title: l10n.t('The org does not require PKCE, and all of its apps do'),
  why: l10n.t('A new app, or one that is changed, can do without PKCE unnoticed.'),
  remedy: l10n.t(
    'Switch on Setup > OAuth and OpenID Connect Settings > Require PKCE, as the last step of the roll-out.',
  ),
  reference: REFERENCES.pkceArticle,
  judge: ({ org, all, isWhole, unlisted, knowsUnlisted }) => {
    // Clients of apps that are not listed would meet the switch too.
    if (!isWhole || !knowsUnlisted || unlisted.length > 0) return null;
    const oauthApps = all.filter(({ pkce }) => pkce !== 'notApplicable');
    const isReady = oauthApps.length > 0 && oauthApps.every(({ pkce }) => pkce === 'required');
    if (org.isPkceRequired !== false || !isReady) return null;
    return {
      severity: 'medium',
      evidence: [
        oauthApps.length === 1
          ? l10n.t('Its only OAuth app requires PKCE itself.')
          : l10n.t`All ${oauthApps.length} OAuth apps require PKCE themselves.`,
      ],
    };
  },
};

export const orgAheadOfApps: OrgRule = {
  id: 'org-pkce-ahead-of-apps',
  title: l10n.t('The org requires PKCE, and some apps say otherwise'),
  why: l10n.t(
    'Clients of these apps may still come without a code challenge: their next log-in fails. Refresh tokens that exist go on working.',
  ),
  remedy: l10n.t(
    'Ask whoever runs each client whether it sends PKCE, then require it of the app itself.',
  ),
  reference: REFERENCES.pkceArticle,
  judge: ({ org, all, nameOf }) => {
    const behind = all.filter(({ pkce }) => pkce === 'requiredByOrg');
    if (org.isPkceRequired !== true || behind.length === 0) return null;
    return {
      severity: 'medium',
      evidence: [
        l10n.t`Apps whose own setting is off or not known: ${listed(behind.map(nameOf))}.`,
      ],
    };
  },
};
