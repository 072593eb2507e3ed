/**
 * What a demo org can be told to do differently: everything that SALESFORCE.md marks as not established, and
 * faults on demand. All switches may be flipped while it runs.
 */

export interface DemoSwitches {
  /** Each refresh gives a new refresh token for the demo client app; an app's own setting decides for others. */
  rotate: boolean;
  /** Introspection by a client without a secret (SALESFORCE.md 3). */
  introspectPublic: 'allow' | 'invalid_client' | 'inactive';
  /** Whether users see their own AuthSession rows. */
  authSession: boolean;
  /** How long access tokens live, in seconds. */
  tokenLifetimeSeconds: number;
  /** Access tokens are JWTs (SALESFORCE.md 3). */
  jwtAccessTokens: boolean;
  /** Error code where challenge and verifier differ (SALESFORCE.md 1.5). */
  verifierMismatch: 'invalid_grant' | 'invalid_request';
  /** Whether an exchange with a wrong verifier uses the code up. */
  wrongVerifier: 'spendsCode' | 'keepsCode';
  /** A missing challenge that only the org-wide setting forbids: refused at once, or after the log-in. */
  orgWideMissingChallenge: 'before' | 'after';
  /** A missing challenge is told by a redirect, or by a body without a content type. */
  missingChallenge: 'redirect' | 'body';
  /** `code_challenge_method=plain` */
  plainMethod: 'rejected' | 'accepted';
  /** HTTP status of authorize errors that are shown, not redirected. */
  shownErrorStatus: 200 | 400;
  /** Reading ExtlClntAppGlobalOauthSettings by readMetadata. */
  globalOauthRead: 'allowed' | 'INVALID_TYPE' | 'empty';
  /** The operation `retrieve`. */
  retrieve: 'allowed' | 'INSUFFICIENT_ACCESS';
  /** A name that readMetadata cannot find. */
  missingName: 'nil' | 'none';
  /** Whether the org has the ECA types at all. */
  externalClientApps: boolean;
  /** Whether the org-wide settings can be read by readMetadata. */
  orgWideReadable: boolean;
  /** Whether the org's security settings can be read by readMetadata. */
  securitySettingsReadable: boolean;
  /** Whether users may ask about their own permissions. */
  permissionAccess: boolean;
  /** What listMetadata says of the last change: 1970 where an org keeps no date. */
  lastModified: 'told' | 'epoch';
  /** Whether the tooling API knows OauthOidcSettings. */
  toolingOauthOidc: boolean;
  /** Updating an app that a package brought. */
  managedUpdate: 'CANNOT_MODIFY_MANAGED_OBJECT' | 'INSUFFICIENT_ACCESS_OR_READONLY';
  /** An update that succeeds and changes nothing. */
  silentUpdate: boolean;
  /** Sending an ECA's consumer key back in an update. */
  consumerKeyResend: 'accepted' | 'refused' | 'required';
  /** An update that shows, and at the next look does not any more. */
  updateReverts: boolean;
  /** A PKCE flag that has its documented default is left out (SALESFORCE.md 15). */
  omitsDefaults: boolean;
  /** How often a changed component is still read as it was before. */
  updateShowsAfterReads: number;
  /** PKCE that has once been required stays so. */
  pkceOneWay: boolean;
  /** Full names of components that no update changes. */
  locked: readonly string[];
  newestApiVersion: number;
  /** Discovery tells of PKCE, which Salesforce's does not. */
  discoveryTellsPkce: boolean;
  /** A bad token at userinfo. */
  userinfoError: 'text' | 'json';
  /** Milliseconds that every answer waits. */
  latencyMilliseconds: number;
  /** Faults on demand: see {@link parseFault}. */
  faults: Fault[];
}

export const DEFAULT_SWITCHES: Readonly<DemoSwitches> = {
  rotate: false,
  introspectPublic: 'allow',
  authSession: true,
  tokenLifetimeSeconds: 7200,
  jwtAccessTokens: false,
  verifierMismatch: 'invalid_grant',
  wrongVerifier: 'spendsCode',
  orgWideMissingChallenge: 'before',
  missingChallenge: 'redirect',
  plainMethod: 'rejected',
  shownErrorStatus: 400,
  globalOauthRead: 'allowed',
  retrieve: 'allowed',
  missingName: 'nil',
  externalClientApps: true,
  orgWideReadable: true,
  securitySettingsReadable: true,
  permissionAccess: true,
  lastModified: 'told',
  toolingOauthOidc: true,
  managedUpdate: 'CANNOT_MODIFY_MANAGED_OBJECT',
  silentUpdate: false,
  consumerKeyResend: 'accepted',
  updateReverts: false,
  omitsDefaults: false,
  updateShowsAfterReads: 0,
  pkceOneWay: false,
  locked: [],
  newestApiVersion: 68,
  discoveryTellsPkce: false,
  userinfoError: 'text',
  latencyMilliseconds: 0,
  faults: [],
};

/** What a switch that is a word can be. */
export const CHOICES = {
  introspectPublic: ['allow', 'invalid_client', 'inactive'],
  verifierMismatch: ['invalid_grant', 'invalid_request'],
  wrongVerifier: ['spendsCode', 'keepsCode'],
  orgWideMissingChallenge: ['before', 'after'],
  missingChallenge: ['redirect', 'body'],
  plainMethod: ['rejected', 'accepted'],
  globalOauthRead: ['allowed', 'INVALID_TYPE', 'empty'],
  retrieve: ['allowed', 'INSUFFICIENT_ACCESS'],
  missingName: ['nil', 'none'],
  lastModified: ['told', 'epoch'],
  managedUpdate: ['CANNOT_MODIFY_MANAGED_OBJECT', 'INSUFFICIENT_ACCESS_OR_READONLY'],
  consumerKeyResend: ['accepted', 'refused', 'required'],
  userinfoError: ['text', 'json'],
} as const satisfies {
  readonly [
    Name in keyof DemoSwitches as DemoSwitches[Name] extends string ? Name : never
  ]: readonly DemoSwitches[Name][];
};

/**
 * Where a fault strikes. `rest` and `soap` are all of their kind, the names after each are parts of it. `updated` is
 * an update that was made and whose answer is lost.
 */
export const PLACES = [
  'authorize',
  'approve',
  'token',
  'refresh',
  'revoke',
  'introspect',
  'userinfo',
  'versions',
  'rest',
  'query',
  'soap',
  'list',
  'read',
  'retrieve',
  'update',
  'updated',
] as const;
export type Place = (typeof PLACES)[number];

/** Faults that are no answer at all, or none that a client can use. */
export const WIRE_FAULTS = [
  'hang',
  'reset',
  'html',
  'empty',
  'redirect',
  'busy',
  'forbidden',
  'page',
  'truncated',
  'bomb',
  'huge',
] as const;
export type WireFault = (typeof WIRE_FAULTS)[number];

export interface Fault {
  readonly place: Place;
  /** OAuth error, REST errorCode, SOAP fault code, or a {@link WireFault}. */
  readonly error: string;
  readonly description: string;
  /** How often it still strikes. */
  left: number;
}

export function isWireFault(error: string): error is WireFault {
  return (WIRE_FAULTS as readonly string[]).includes(error);
}

/**
 * Reads `PLACE:ERROR[:DESCRIPTION][*TIMES]`, such as `token:invalid_grant:expired authorization code*1`.
 * @throws Error that says what is wrong with it
 */
export function parseFault(spec: string): Fault {
  const match = /^(\w+):([\w-]+)(?::([^*]*))?(?:\*(\d{1,6}))?$/.exec(spec);
  const [, place, error, description = '', times] = match ?? [];
  if (error === undefined || !PLACES.includes(place as Place)) {
    throw new Error(
      `--fail ${spec}: write PLACE:ERROR[:DESCRIPTION][*TIMES] with PLACE one of ${PLACES.join(', ')}`,
    );
  }
  const left = times === undefined ? Number.POSITIVE_INFINITY : Number(times);
  return { place: place as Place, error, description, left };
}

/** The fault that strikes at one of these places now, if any; it is used up by that. */
export function takeFault(switches: DemoSwitches, ...places: readonly Place[]): Fault | undefined {
  const fault = switches.faults.find((one) => places.includes(one.place) && one.left > 0);
  if (fault) fault.left -= 1;
  return fault;
}
