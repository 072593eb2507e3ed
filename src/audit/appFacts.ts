/**
 * An app's settings as rules ask for them: one name for what connected apps and ECAs call differently, defaults
 * applied, undefined where it is not known.
 */
import type { App, SettingValue } from '../salesforce/app.ts';
import { GLOBAL } from '../salesforce/catalog/components.ts';
import { effectiveValue } from '../salesforce/settings/settingRows.ts';

export interface AppFacts {
  readonly app: App;
  /** The app's own flag, whatever the org requires. */
  readonly isPkceRequired: boolean | undefined;
  /** `public`: no secret is wanted for a code; a confidential client has one. */
  readonly client: 'public' | 'confidential' | 'unknown';
  readonly isSecretRequiredForRefresh: boolean | undefined;
  readonly isRotationEnabled: boolean | undefined;
  readonly isIdleLimited: boolean | undefined;
  readonly introspectsAll: boolean | undefined;
  readonly idTokenMinutes: number | undefined;
  /** As metadata names them; undefined if they are not known. */
  readonly scopes: readonly string[] | undefined;
  readonly callbackUrls: readonly string[] | undefined;
  readonly consumerKey: string | undefined;
  readonly refreshPolicy: RefreshPolicy | undefined;
  readonly ipRelaxation: string | undefined;
  /** Trusted IP ranges of the app; undefined if they are not known. */
  readonly ipRangeCount: number | undefined;
  /** Ranges of the refresh token IP allowlist; undefined if they are not known. */
  readonly allowlistCount: number | undefined;
  readonly flows: Readonly<Record<Flow, FlowState>>;
}

export type RefreshPolicy = 'infinite' | 'zero' | 'lifetime' | 'inactivity';

export const FLOWS = ['clientCredentials', 'device', 'tokenExchange'] as const;
export type Flow = (typeof FLOWS)[number];

/** A flow of an ECA works only if its developer and the org's admin both allow it. */
export interface FlowState {
  readonly byApp: boolean | undefined;
  /** Undefined where the admin has no say, or what they say is not known. */
  readonly byPolicy: boolean | undefined;
}

type Paths = Readonly<Record<App['kind'], string | undefined>>;

const CA = 'ConnectedApp.oauthConfig';
const POLICY = 'ExtlClntAppOauthConfigurablePolicies';

/** Where both kinds have one name for an element. */
function both(name: string): Paths {
  return { connectedApp: `${CA}.${name}`, externalClientApp: `${GLOBAL}.${name}` };
}

function paths(connectedApp: string | undefined, externalClientApp: string | undefined): Paths {
  return { connectedApp, externalClientApp };
}

const FLOW_PATHS: Readonly<Record<Flow, { readonly app: Paths; readonly policy: Paths }>> = {
  clientCredentials: {
    app: paths(`${CA}.isClientCredentialEnabled`, `${GLOBAL}.isClientCredentialsFlowEnabled`),
    policy: paths(undefined, `${POLICY}.isClientCredentialsFlowEnabled`),
  },
  device: { app: both('isDeviceFlowEnabled'), policy: paths(undefined, undefined) },
  tokenExchange: {
    app: both('isTokenExchangeEnabled'),
    policy: paths(
      'ConnectedApp.oauthPolicy.isTokenExchangeFlowEnabled',
      `${POLICY}.isTokenExchangeFlowEnabled`,
    ),
  },
};

/**
 * @param knowsAllowlists whether the org was asked for refresh token IP allowlists and answered: an ECA without
 *   that component then has none
 */
export function factsOf(app: App, knowsAllowlists: boolean): AppFacts {
  const at = (where: Paths): SettingValue | undefined => valueAt(app, where);
  const flag = (where: Paths): boolean | undefined => booleanIn(at(where));
  const optional = flag(both('isConsumerSecretOptional'));
  const flows = FLOWS.map(
    (flow) =>
      [
        flow,
        { byApp: flag(FLOW_PATHS[flow].app), byPolicy: flag(FLOW_PATHS[flow].policy) },
      ] as const,
  );
  const minutes = at(
    paths(
      `${CA}.idTokenConfig.idTokenValidity`,
      `${GLOBAL}.idTokenConfig.idTokenValidityInMinutes`,
    ),
  );
  const isKnown = app.oauth !== null;
  const ranges = at(paths('ConnectedApp.ipRanges', 'ExtlClntAppOauthSettings.trustedIpRanges'));
  const allowlist = at(paths(undefined, 'ExtlClntAppOauthSecuritySettings.tokenIpRanges'));
  return {
    app,
    isPkceRequired: ownPkceFlagOf(app),
    client: optional === undefined ? 'unknown' : optional ? 'public' : 'confidential',
    isSecretRequiredForRefresh: flag(both('isSecretRequiredForRefreshToken')),
    isRotationEnabled: flag(both('isRefreshTokenRotationEnabled')),
    isIdleLimited: flag(both('isEnforceRefreshTokenTTL')),
    introspectsAll: flag(both('isIntrospectAllTokens')),
    idTokenMinutes: typeof minutes === 'number' ? minutes : undefined,
    scopes: textsIn(
      at(paths(`${CA}.scopes`, 'ExtlClntAppOauthSettings.commaSeparatedOauthScopes')),
    ),
    callbackUrls: textsIn(at(both('callbackUrl'))),
    consumerKey: textIn(at(both('consumerKey'))),
    refreshPolicy:
      app.kind === 'connectedApp'
        ? policyIn(textIn(at(paths('ConnectedApp.oauthPolicy.refreshTokenPolicy', undefined))))
        : ecaPolicyIn(textIn(effectiveValue(app, `${POLICY}.refreshTokenPolicyType`))),
    ipRelaxation: textIn(
      at(paths('ConnectedApp.oauthPolicy.ipRelaxation', `${POLICY}.ipRelaxationPolicyType`)),
    ),
    ipRangeCount: Array.isArray(ranges) ? ranges.length : isKnown ? 0 : undefined,
    allowlistCount: allowlistCountOf(app, allowlist, knowsAllowlists),
    flows: Object.fromEntries(flows) as Record<Flow, FlowState>,
  };
}

/** An app's own flag, whatever the org requires: that does not go with a package. Undefined where it is not known. */
export function ownPkceFlagOf(app: App): boolean | undefined {
  if (app.isMaybeReplaced) return undefined;
  if (app.pkce === 'required') return true;
  if (app.pkce === 'notRequired') return false;
  return booleanIn(valueAt(app, both('isPkceRequired')));
}

function valueAt(app: App, where: Paths): SettingValue | undefined {
  const path = where[app.kind];
  return path === undefined ? undefined : effectiveValue(app, path);
}

function allowlistCountOf(
  app: App,
  allowlist: SettingValue | undefined,
  knowsAllowlists: boolean,
): number | undefined {
  if (Array.isArray(allowlist)) return allowlist.length;
  // Metadata does not tell of a connected app's allowlist.
  return app.kind === 'externalClientApp' && app.oauth !== null && knowsAllowlists ? 0 : undefined;
}

/** `infinite`, `zero`, `specific_lifetime:12:HOURS`, `specific_inactivity:7:DAYS` (SALESFORCE.md 2). */
function policyIn(text = ''): RefreshPolicy | undefined {
  const [, always] = /^(infinite|zero)(?::\d+:\w+)?$/.exec(text) ?? [];
  const [, limited] = /^specific_(lifetime|inactivity):\d+:\w+$/.exec(text) ?? [];
  return (always ?? limited) as RefreshPolicy | undefined;
}

const ECA_POLICIES: Readonly<Record<string, RefreshPolicy>> = {
  Infinite: 'infinite',
  Zero: 'zero',
  SpecificLifetime: 'lifetime',
  SpecificInactivity: 'inactivity',
};

function ecaPolicyIn(text = ''): RefreshPolicy | undefined {
  return Object.hasOwn(ECA_POLICIES, text) ? ECA_POLICIES[text] : undefined;
}

function booleanIn(value: SettingValue | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function textIn(value: SettingValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A list of texts, also where there is just one. */
function textsIn(value: SettingValue | undefined): readonly string[] | undefined {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
}
