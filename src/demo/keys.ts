/** The signing key of a demo org: JWT access tokens, ID tokens, and the public half for `/id/keys`. */
import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import type { Grant } from './grants.ts';

const ALGORITHM = 'RS256';
const KEY_ID = '250';

export class Keys {
  #pair: ReturnType<typeof generateKeyPair> | undefined;

  /** Made when first needed: most runs sign nothing. */
  async #keys() {
    this.#pair ??= generateKeyPair(ALGORITHM);
    return this.#pair;
  }

  async published(): Promise<{ keys: JWK[] }> {
    const { publicKey } = await this.#keys();
    return { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: ALGORITHM, use: 'sig' }] };
  }

  /** Shaped like Salesforce's (SALESFORCE.md 3). */
  async accessToken(
    grant: Grant,
    orgId: string,
    url: string,
    lifetimeSeconds: number,
  ): Promise<string> {
    return this.#sign(
      {
        scp: grant.scopes.join(' '),
        client_id: grant.clientId,
        mty: 'oauth',
        roles: [],
        // Another one for each token, as each token is another session.
        sfi: randomBytes(16).toString('hex'),
      },
      { tnk: `core/prod/${orgId}`, ver: '1.0', tty: 'sfdc-core-token', typ: 'JWT' },
      { issuer: url, audience: [url], subject: `uid:${grant.user.id}`, lifetimeSeconds },
    );
  }

  async idToken(grant: Grant, identityUrl: string, url: string): Promise<string> {
    return this.#sign(
      {},
      {},
      { issuer: url, audience: [grant.clientId], subject: identityUrl, lifetimeSeconds: 120 },
    );
  }

  async #sign(
    claims: Record<string, unknown>,
    header: Record<string, string>,
    about: { issuer: string; audience: string[]; subject: string; lifetimeSeconds: number },
  ): Promise<string> {
    const { privateKey } = await this.#keys();
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ ...header, alg: ALGORITHM, kid: KEY_ID })
      .setIssuer(about.issuer)
      .setAudience(about.audience)
      .setSubject(about.subject)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + about.lifetimeSeconds)
      .sign(privateKey);
  }
}
