/** What an app may do, where its codes go, who uses it, and what should become of it. */
import * as l10n from '@vscode/l10n';
import { isLoopback } from '../../oauth/loopback.ts';
import { isFullyCounted, SOURCE_VERSION, type App } from '../../salesforce/app.ts';
import { nameInUse } from '../../salesforce/appNames.ts';
import {
  isForOtherOrgs,
  isUnused,
  mayUseCertificates,
  UNUSED_AFTER_DAYS,
} from '../../salesforce/appSelection.ts';
import { hasRefreshScope } from '../../salesforce/settings/scopeTexts.ts';
import { REFERENCES, type AppRule, type OrgRule } from '../rule.ts';
import { controlWithoutBand, listed } from './words.ts';

export const fullScope: AppRule = {
  id: 'scope-full',
  title: l10n.t('Tokens of the app may do everything'),
  why: l10n.t(
    'The scope full gives a token all that its user may do, also what the app never needs.',
  ),
  remedy: l10n.t(
    'Replace the scope full with those that the app uses, most often api and refresh_token.',
  ),
  reference: REFERENCES.oauthSecurity,
  judge: ({ app, scopes = [] }) =>
    scopes.includes('Full')
      ? {
          severity: 'medium',
          evidence: [l10n.t`Scopes: ${scopes.join(', ')}.`],
          control: controlWithoutBand('Scope least privilege', app.kind),
        }
      : null,
};

/** Scopes that only make sense where a person logs in. */
const USER_SCOPES = ['RefreshToken', 'OfflineAccess', 'Web', 'Lightning', 'CustomApplications'];

export const scopesBeyondFlows: AppRule = {
  id: 'scopes-beyond-flows',
  title: l10n.t('The app has scopes that no flow in use needs'),
  why: l10n.t('Whoever gets its credentials gets more than the app ever uses.'),
  remedy: l10n.t('Take the scopes away that are named above.'),
  reference: REFERENCES.oauthSecurity,
  judge: ({ app, flows, refreshPolicy, scopes = [] }) => {
    const needless = scopes.filter((scope) => USER_SCOPES.includes(scope));
    const isByProgramAlone =
      flows.clientCredentials.byApp === true &&
      flows.clientCredentials.byPolicy !== false &&
      flows.tokenExchange.byApp !== true &&
      // Else people who log in leave no refresh tokens either.
      hasRefreshScope(scopes) &&
      refreshPolicy !== 'zero' &&
      hasNoTokens(app) &&
      !mayUseCertificates(app) &&
      !isForOtherOrgs(app) &&
      needless.length > 0;
    if (!isByProgramAlone) return null;
    return {
      severity: 'low',
      evidence: [
        l10n.t('The client credentials flow is on, and no user has a refresh token of the app.'),
        l10n.t`Scopes for people who log in: ${needless.join(', ')}.`,
      ],
    };
  },
};

function hasNoTokens({ usage }: App): boolean {
  return usage !== null && isFullyCounted(usage) && usage.tokens === 0;
}

/** Places that show requests to whoever looks, or lead to somebody's own computer. */
const CATCHERS =
  /(^|\.)(oauth\.pstmn\.io|getpostman\.com|webhook\.site|requestbin\.(com|net)|pipedream\.net|ngrok(-free)?\.(io|app|dev)|trycloudflare\.com|loca\.lt|beeceptor\.com|httpbin\.org|oauthdebugger\.com|jwt\.io)$/i;

const WILDCARD = l10n.t(
  'has a wildcard in its host, which Salesforce takes literally: no request matches it',
);

/** Why an authorization code should not be sent there; undefined if nothing speaks against it. */
function dangerOf(callback: string): string | undefined {
  const url = URL.parse(callback);
  if (!url) return l10n.t('is no URL');
  // Taken literally, no host is called that: nothing is sent there (SALESFORCE.md 9).
  if (url.hostname.includes('*')) return WILDCARD;
  if (url.protocol === 'http:' && !isLoopback(url)) return l10n.t('is sent without encryption');
  if (CATCHERS.test(url.hostname)) return l10n.t('belongs to a tool that others can look into');
  return undefined;
}

export const dangerousCallback: AppRule = {
  id: 'callback-url-dangerous',
  title: l10n.t('Authorization codes may go where others see them'),
  why: l10n.t(
    'A code is sent to whichever callback URL a request names. One that others can read hands out codes.',
  ),
  remedy: l10n.t('Take the URL away, or replace it with an https URL of your own.'),
  reference: REFERENCES.oauthSecurity,
  judge: ({ app, callbackUrls = [] }) => {
    const found = callbackUrls.flatMap((callback) => {
      const danger = dangerOf(callback);
      return danger === undefined ? [] : [{ danger, words: `${callback} ${danger}.` }];
    });
    if (found.length === 0) return null;
    const evidence = found.map(({ words }) => words);
    if (found.every(({ danger }) => danger === WILDCARD)) return { severity: 'info', evidence };
    return { severity: app.pkce.startsWith('required') ? 'medium' : 'high', evidence };
  },
};

export const sharedConsumerKey: AppRule = {
  id: 'consumer-key-shared',
  title: l10n.t('Several apps have the same consumer key'),
  why: l10n.t(
    'What is set of one app is not what holds for the other; a secret that leaks is a secret of both.',
  ),
  remedy: l10n.t('Give each client an app with a key of its own.'),
  reference: REFERENCES.oauthSecurity,
  judge: ({ app, consumerKey }, { byConsumerKey, nameOf }) => {
    // Keys in files may be placeholders, and tell nothing.
    if (consumerKey === undefined || app.apiVersion === SOURCE_VERSION) return null;
    const having = byConsumerKey.get(consumerKey) ?? [];
    const others = having.filter((other) => other.app.id !== app.id);
    if (others.length === 0) return null;
    return {
      severity: 'medium',
      evidence: [l10n.t`The same key has: ${listed(others.map((other) => nameOf(other.app)))}.`],
    };
  },
};

export const unusedApp: AppRule = {
  id: 'app-unused',
  title: l10n.t`The app was not used for ${UNUSED_AFTER_DAYS} days`,
  why: l10n.t(
    'What nobody uses nobody watches. Flows without refresh tokens, such as client credentials, are not counted.',
  ),
  remedy: l10n.t('Ask its owner; if nobody needs it, block it, and delete it later.'),
  reference: REFERENCES.healthReviewConnectedApps,
  judge: ({ app }, { nowMilliseconds }) => {
    if (!isUnused(app, nowMilliseconds)) return null;
    const last = app.usage?.lastUsed ?? null;
    return {
      severity: 'low',
      evidence: [
        last === null
          ? l10n.t('No use of a token is known.')
          : l10n.t`The last use of a token was on ${last.slice(0, 10)}.`,
      ],
    };
  },
};

export const shouldMigrate: AppRule = {
  id: 'connected-app-to-migrate',
  title: l10n.t('A connected app that could become an external client app'),
  why: l10n.t(
    'Salesforce no longer lets connected apps be created and puts what is new into external client apps.',
  ),
  remedy: l10n.t(
    'Migrate it: App Manager has a button for local connected apps. The old app turns read-only.',
  ),
  reference: REFERENCES.connectedAppCreation,
  judge: ({ app }) =>
    app.kind === 'connectedApp' && app.origin === 'local' && !isForOtherOrgs(app)
      ? { severity: 'info', evidence: [app.originReason] }
      : null,
};

export const unlistedAppsInUse: OrgRule = {
  id: 'uninstalled-apps-in-use',
  title: l10n.t('Apps are in use that are not installed'),
  why: l10n.t(
    "Their policies are nobody's here. Since September 2025 users need a permission to approve such apps; what they approved before goes on working.",
  ),
  remedy: l10n.t('Install or block each in Setup > Connected Apps OAuth Usage.'),
  reference: REFERENCES.uninstalledApps,
  judge: ({ isWhole, unlisted }) =>
    isWhole && unlisted.length > 0
      ? {
          severity: 'medium',
          evidence: [l10n.t`In use: ${listed(unlisted.map(nameInUse))}.`],
        }
      : null,
};
