/** One signed-in user of one org: what a session is, and how it is kept as a secret. */
import * as v from 'valibot';
import { Secret } from '../oauth/secret.ts';
import { isLoginHost, mayHoldOrg } from '../salesforce/loginHost.ts';

/** How the end of the access token is known (SALESFORCE.md 3, in this order). */
export type ExpirySource =
  'jwt' | 'tokenAnswer' | 'introspection' | 'authSession' | 'sessionTimeout';

export interface TokenExpiry {
  readonly atMilliseconds: number;
  readonly source: ExpirySource;
}

export interface Session {
  /** `<orgId>/<userId>`, as in the identity URL: one session per user and org. */
  readonly id: string;
  readonly orgId: string;
  readonly userId: string;
  /** Origin that the user logged in at; refresh and revoke go there. */
  readonly loginHost: string;
  /** Origin of the org's APIs; the access token goes nowhere else. */
  readonly instanceUrl: string;
  readonly clientId: string;
  readonly username: string;
  readonly displayName: string;
  /** The user's own name for the org. */
  readonly alias: string | undefined;
  /** Granted scopes; empty if the server did not tell. */
  readonly scopes: readonly string[];
  /** Scopes that were asked for; empty if the parameter was left out. */
  readonly requestedScopes: readonly string[];
  readonly accessToken: Secret;
  readonly refreshToken: Secret | undefined;
  /**
   * Fingerprint of the token that was current before this one, as the ledger keeps it: tells that this copy is
   * newer than the ledger, where that could not be written.
   */
  readonly follows?: string | undefined;
  /** When this user first signed in to this org here; decides the place in the tree. */
  readonly addedAtMilliseconds: number;
  /** When the current access token was issued, by this computer's clock. */
  readonly issuedAtMilliseconds: number;
  readonly expiry: TokenExpiry | undefined;
}

/** What people call the session: the alias if there is one, else the user name. */
export function labelOf(session: Pick<Session, 'alias' | 'username'>): string {
  return session.alias ?? session.username;
}

/** Org and host: a sandbox is not mistaken for production, and two orgs may have one name. */
export function placeOf(session: Session): string {
  return `${labelOf(session)} (${new URL(session.instanceUrl).host})`;
}

const VERSION = 1;

const origin = v.pipe(
  v.string(),
  v.check((text) => URL.parse(text)?.origin === text),
);
const secret = v.pipe(
  v.string(),
  v.minLength(1),
  v.transform((text) => new Secret(text)),
);
const salesforceId = (prefix: string) =>
  v.pipe(v.string(), v.regex(new RegExp(`^${prefix}\\w{12}(\\w{3})?$`)));

/** The stored form. What does not fit is not used: it may come from another version or another hand. */
const StoredSession = v.pipe(
  v.object({
    version: v.literal(VERSION),
    orgId: salesforceId('00D'),
    userId: salesforceId('005'),
    loginHost: v.pipe(v.string(), v.check(isLoginHost)),
    instanceUrl: origin,
    clientId: v.string(),
    username: v.string(),
    displayName: v.string(),
    alias: v.optional(v.string()),
    scopes: v.array(v.string()),
    requestedScopes: v.array(v.string()),
    accessToken: secret,
    refreshToken: v.optional(secret),
    follows: v.optional(v.string()),
    addedAtMilliseconds: v.number(),
    issuedAtMilliseconds: v.number(),
    expiry: v.optional(
      v.object({
        atMilliseconds: v.number(),
        source: v.picklist(['jwt', 'tokenAnswer', 'introspection']),
      }),
    ),
  }),
  // Asked even where a member has failed its own check.
  v.check(({ instanceUrl, loginHost }) => {
    const instance = URL.parse(instanceUrl);
    return instance !== null && URL.canParse(loginHost) && mayHoldOrg(instance, loginHost);
  }),
);

/** The session as text for SecretStorage: the one place where its tokens are written out. */
export function serialize(session: Session): string {
  const { id, accessToken, refreshToken, ...rest } = session;
  return JSON.stringify({
    version: VERSION,
    ...rest,
    accessToken: accessToken.reveal(),
    refreshToken: refreshToken?.reveal(),
  });
}

/** Whether a stored text is a session of a version that this one does not know yet. */
export function isOfNewerVersion(text: string): boolean {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== 'object' || data === null || !('version' in data)) return false;
    return Number.isSafeInteger(data.version) && Number(data.version) > VERSION;
  } catch {
    return false;
  }
}

/** The session in a stored text, or undefined if it is not one that this version can trust. */
export function parseSession(text: string): Session | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  const result = v.safeParse(StoredSession, data);
  if (!result.success) return undefined;
  const { version, ...stored } = result.output;
  return {
    ...stored,
    id: `${stored.orgId}/${stored.userId}`,
    alias: stored.alias,
    refreshToken: stored.refreshToken,
    expiry: stored.expiry,
  };
}
