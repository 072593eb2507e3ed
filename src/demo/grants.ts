/** The users of a demo org and what they have granted: codes, access tokens and refresh tokens, in memory only. */
import { createHash, randomBytes } from 'node:crypto';

export interface DemoUser {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly name: string;
  /** Without it, the Metadata API answers INSUFFICIENT_ACCESS. */
  readonly modifyMetadata: boolean;
}

/** What an authorization code stands for. */
export interface CodeGrant {
  readonly clientId: string;
  readonly redirectUri: string;
  /** SHA-256 of the code verifier, as S256 writes it. */
  readonly challenge: string | undefined;
  readonly scopes: readonly string[];
  readonly user: DemoUser;
  readonly expiresAtMilliseconds: number;
  used: boolean;
}

export interface AccessGrant {
  readonly grant: Grant;
  readonly issuedAtMilliseconds: number;
  expiresAtMilliseconds: number;
}

/** One approval of a client app by a user, with its tokens. */
export interface Grant {
  readonly clientId: string;
  readonly user: DemoUser;
  readonly scopes: readonly string[];
  refreshToken: string | undefined;
  /** Refresh tokens that rotation has retired, with the next one; using one kills the grant. */
  readonly retired: Map<string, string>;
  lastUsedAtMilliseconds: number;
  useCount: number;
  alive: boolean;
}

/** A retired refresh token that was presented, and the one that had replaced it. */
export interface Replay {
  readonly token: string;
  readonly next: string;
}

const CODE_LIFE_MILLISECONDS = 15 * 60_000;
/** Salesforce keeps five approvals per user and app; the oldest goes (SALESFORCE.md 13). */
const MOST_GRANTS = 5;

function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url').replaceAll('-', '.');
}

export class Grants {
  readonly #codes = new Map<string, CodeGrant>();
  readonly #access = new Map<string, AccessGrant>();
  readonly #grants: Grant[] = [];
  readonly replays: Replay[] = [];

  /** A new code, of the shape that Salesforce's have: it ends in `==`, which a URL must encode. */
  issueCode(grant: Omit<CodeGrant, 'expiresAtMilliseconds' | 'used'>): string {
    const code = `aPrx${randomText(48)}==`;
    const expiresAtMilliseconds = Date.now() + CODE_LIFE_MILLISECONDS;
    this.#codes.set(code, { ...grant, expiresAtMilliseconds, used: false });
    return code;
  }

  findCode(code: string): CodeGrant | undefined {
    return this.#codes.get(code);
  }

  open(clientId: string, user: DemoUser, scopes: readonly string[]): Grant {
    const mine = this.#grants.filter(
      (grant) => grant.alive && grant.clientId === clientId && grant.user.id === user.id,
    );
    if (mine.length >= MOST_GRANTS && mine[0]) this.kill(mine[0]);
    const offline = scopes.some((scope) => scope === 'refresh_token' || scope === 'offline_access');
    const grant: Grant = {
      clientId,
      user,
      scopes,
      refreshToken: offline ? newRefreshToken() : undefined,
      retired: new Map(),
      lastUsedAtMilliseconds: Date.now(),
      useCount: 1,
      alive: true,
    };
    this.#grants.push(grant);
    return grant;
  }

  /** Remembers an access token that was made for a grant. */
  issueAccess(grant: Grant, token: string, lifetimeSeconds: number): void {
    const issuedAtMilliseconds = Date.now();
    this.#access.set(token, {
      grant,
      issuedAtMilliseconds,
      expiresAtMilliseconds: issuedAtMilliseconds + lifetimeSeconds * 1000,
    });
  }

  /** A live access token's grant. */
  access(token: string): AccessGrant | undefined {
    const access = this.#access.get(token);
    return access?.grant.alive && access.expiresAtMilliseconds > Date.now() ? access : undefined;
  }

  /** The grant of a refresh token, and whether the token is one that rotation has retired. */
  byRefreshToken(token: string): { readonly grant: Grant; readonly retired: boolean } | undefined {
    for (const grant of this.#grants) {
      if (grant.alive && grant.refreshToken === token) return { grant, retired: false };
      if (grant.retired.has(token)) return { grant, retired: true };
    }
    return undefined;
  }

  /** Rotation: a new refresh token, the old one retired. */
  rotate(grant: Grant): string {
    const next = newRefreshToken();
    if (grant.refreshToken !== undefined) grant.retired.set(grant.refreshToken, next);
    grant.refreshToken = next;
    return next;
  }

  /** A retired refresh token was presented: the grant ends (SALESFORCE.md 2). */
  replay(grant: Grant, token: string): void {
    this.replays.push({ token, next: grant.retired.get(token) ?? '' });
    this.kill(grant);
  }

  kill(grant: Grant): void {
    grant.alive = false;
  }

  /** Ends one access token, or a refresh token with all that came of it. */
  revoke(token: string): boolean {
    if (this.#access.delete(token)) return true;
    const found = this.byRefreshToken(token);
    if (!found?.grant.alive) return false;
    this.kill(found.grant);
    return true;
  }

  /** Lets every access token expire now, as the passing of time would. */
  expireAccess(): void {
    for (const access of this.#access.values()) access.expiresAtMilliseconds = 0;
  }

  all(): readonly Grant[] {
    return this.#grants;
  }
}

function newRefreshToken(): string {
  return `5Aep861${randomText(60)}`;
}

/** The code challenge of a verifier (RFC 7636 section 4.2). */
export function s256(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** An opaque access token: the org's id, `!`, then text (SALESFORCE.md 1.6). */
export function newOpaqueToken(orgId: string): string {
  return `${orgId.slice(0, 15)}!AQ${randomText(60)}`;
}
