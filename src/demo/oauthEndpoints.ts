/** The OAuth endpoints of a demo org beside authorize: token, revoke, introspect, userinfo, identity, discovery. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, Hono } from 'hono';
import type { Clients, DemoClient } from './clients.ts';
import { struckFault } from './faults.ts';
import { newOpaqueToken, s256, type Grant, type Grants } from './grants.ts';
import type { Keys } from './keys.ts';
import type { DemoSwitches } from './switches.ts';

export interface OauthEndpointsContext {
  readonly url: () => string;
  readonly orgId: string;
  readonly switches: DemoSwitches;
  readonly clients: Clients;
  readonly grants: Grants;
  readonly keys: Keys;
}

type Form = URLSearchParams;

function oauthFailure(c: Context, error: string, description: string, status: 400 | 401 = 400) {
  return c.json({ error, error_description: description }, status);
}

/** The form of a request, if it is one; each parameter may stand once (RFC 6749 section 3.2). */
async function formOf(c: Context): Promise<Form | undefined> {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return undefined;
  const form = new URLSearchParams(await c.req.text());
  const names = [...form.keys()];
  return new Set(names).size === names.length ? form : undefined;
}

export function addOauthEndpoints(app: Hono, context: OauthEndpointsContext): void {
  const { switches, clients, grants, keys } = context;

  app.post('/services/oauth2/token', async (c) => {
    const form = await formOf(c);
    if (!form) return oauthFailure(c, 'invalid_request', 'must be a form with each parameter once');
    const grantType = form.get('grant_type');
    const fault = await struckFault(
      c,
      switches,
      grantType === 'refresh_token' ? 'refresh' : 'token',
    );
    if (fault) return fault;
    const client = clients.find(form.get('client_id') ?? '');
    if (!client) return oauthFailure(c, 'invalid_client_id', 'client identifier invalid');
    if (grantType === 'authorization_code') return fromCode(c, client, form);
    if (grantType === 'refresh_token') return fromRefreshToken(c, client, form);
    return oauthFailure(c, 'unsupported_grant_type', 'grant type not supported');
  });

  /** A secret that is sent is checked, also where none is needed (SALESFORCE.md 1.7). */
  function secretFault(c: Context, client: DemoClient, form: Form, required: boolean) {
    const secret = form.get('client_secret');
    if (secret === null && !required) return undefined;
    const right = Buffer.from(clients.secretOf(client.clientId));
    const given = Buffer.from(secret ?? '');
    if (given.length === right.length && timingSafeEqual(given, right)) return undefined;
    return oauthFailure(c, 'invalid_client', 'invalid client credentials');
  }

  async function fromCode(c: Context, client: DemoClient, form: Form) {
    const secret = secretFault(c, client, form, client.secretRequired);
    if (secret) return secret;
    const code = grants.findCode(form.get('code') ?? '');
    if (
      code?.clientId !== client.clientId ||
      code.used ||
      code.expiresAtMilliseconds < Date.now()
    ) {
      return oauthFailure(c, 'invalid_grant', 'expired authorization code');
    }
    if (code.redirectUri !== form.get('redirect_uri')) {
      return oauthFailure(c, 'redirect_uri_mismatch', 'redirect_uri must match configuration');
    }
    // One use: also a wrong verifier spends the code.
    code.used = true;
    const verifier = form.get('code_verifier');
    if (code.challenge !== undefined) {
      if (verifier === null)
        return oauthFailure(c, 'invalid_grant', 'missing required code verifier');
      if (s256(verifier) !== code.challenge) {
        code.used = switches.wrongVerifier === 'spendsCode';
        return oauthFailure(c, switches.verifierMismatch, 'invalid code verifier');
      }
    }
    const grant = grants.open(client.clientId, code.user, code.scopes);
    if (client.zeroRefresh) grant.refreshToken = undefined;
    return c.json(await tokenAnswer(grant, grant.refreshToken));
  }

  async function fromRefreshToken(c: Context, client: DemoClient, form: Form) {
    const secret = secretFault(c, client, form, client.secretRequiredForRefresh);
    if (secret) return secret;
    const token = form.get('refresh_token') ?? '';
    const found = grants.byRefreshToken(token);
    if (found?.grant.clientId !== client.clientId || !found.grant.alive || found.retired) {
      // A token that rotation has retired was copied: the live session ends with it (SALESFORCE.md 2).
      if (found?.retired) grants.replay(found.grant, token);
      return oauthFailure(c, 'invalid_grant', 'expired access/refresh token');
    }
    const { grant } = found;
    grant.lastUsedAtMilliseconds = Date.now();
    grant.useCount += 1;
    return c.json(await tokenAnswer(grant, client.rotation ? grants.rotate(grant) : undefined));
  }

  async function tokenAnswer(grant: Grant, refreshToken: string | undefined) {
    const lifetime = switches.tokenLifetimeSeconds;
    const accessToken = switches.jwtAccessTokens
      ? await keys.accessToken(grant, context.orgId, context.url(), lifetime)
      : newOpaqueToken(context.orgId);
    grants.issueAccess(grant, accessToken, lifetime);
    const identity = `${context.url()}/id/${context.orgId}/${grant.user.id}`;
    return {
      access_token: accessToken,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      signature: createHash('sha256').update(accessToken).digest('base64'),
      scope: grant.scopes.join(' '),
      ...(grant.scopes.includes('openid')
        ? { id_token: await keys.idToken(grant, identity, context.url()) }
        : {}),
      instance_url: context.url(),
      id: identity,
      token_type: 'Bearer',
      issued_at: String(Date.now()),
      ...(switches.jwtAccessTokens ? { token_format: 'jwt' } : {}),
    };
  }

  app.post('/services/oauth2/revoke', async (c) => {
    const fault = await struckFault(c, switches, 'revoke');
    if (fault) return fault;
    const form = await formOf(c);
    const token = form?.get('token');
    if (!token)
      return oauthFailure(c, 'unsupported_token_type', 'this token type is not supported');
    if (!grants.revoke(token)) return oauthFailure(c, 'invalid_token', 'invalid token');
    return c.body(null, 200);
  });

  app.post('/services/oauth2/introspect', async (c) => {
    const fault = await struckFault(c, switches, 'introspect');
    if (fault) return fault;
    const form = await formOf(c);
    if (!form) return oauthFailure(c, 'invalid_request', 'must be a form with each parameter once');
    const client = clients.find(form.get('client_id') ?? '');
    if (!client) return oauthFailure(c, 'invalid_client_id', 'client identifier invalid');
    const isPublic = form.get('client_secret') === null;
    if (isPublic && switches.introspectPublic === 'invalid_client') {
      return oauthFailure(c, 'invalid_client', 'invalid client credentials', 401);
    }
    const secret = secretFault(c, client, form, false);
    if (secret) return secret;
    const access = grants.access(form.get('token') ?? '');
    const own = access?.grant.clientId === client.clientId;
    if (!access || !own || (isPublic && switches.introspectPublic === 'inactive')) {
      return c.json({ active: false });
    }
    return c.json({
      active: true,
      scope: access.grant.scopes.join(' '),
      client_id: client.clientId,
      username: access.grant.user.username,
      sub: `${context.url()}/id/${context.orgId}/${access.grant.user.id}`,
      token_type: 'access_token',
      exp: Math.floor(access.expiresAtMilliseconds / 1000),
      iat: Math.floor(access.issuedAtMilliseconds / 1000),
      nbf: Math.floor(access.issuedAtMilliseconds / 1000),
    });
  });

  // A link into the org's pages that works once (UI bridge).
  const onceOnly = new Set<string>();
  app.post('/services/oauth2/singleaccess', (c) => {
    const access = bearer(c);
    if (!access) return badToken(c);
    if (!access.grant.scopes.some((scope) => scope === 'web' || scope === 'full')) {
      return oauthFailure(c, 'invalid_scope', 'the token does not have the scope web');
    }
    const otp = randomBytes(24).toString('base64url');
    onceOnly.add(otp);
    return c.json({ frontdoor_uri: `${context.url()}/secur/frontdoor.jsp?otp=${otp}` });
  });
  app.get('/secur/frontdoor.jsp', (c) =>
    onceOnly.delete(c.req.query('otp') ?? '')
      ? c.text('This is where the pages of a real org would be.')
      : c.text('This link has been used.', 403),
  );

  const bearer = (c: Context) =>
    grants.access((c.req.header('authorization') ?? '').replace(/^Bearer /i, ''));

  function badToken(c: Context) {
    return switches.userinfoError === 'text'
      ? c.text('Bad_OAuth_Token', 403)
      : c.json([{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }], 401);
  }

  app.get('/services/oauth2/userinfo', async (c) => {
    const fault = await struckFault(c, switches, 'userinfo');
    if (fault) return fault;
    const access = bearer(c);
    if (!access) return badToken(c);
    const { user } = access.grant;
    return c.json({
      sub: `${context.url()}/id/${context.orgId}/${user.id}`,
      user_id: user.id,
      organization_id: context.orgId,
      preferred_username: user.username,
      nickname: user.username.split('@')[0],
      name: user.name,
      email: user.username,
      email_verified: true,
      active: true,
      user_type: 'STANDARD',
      language: 'en_US',
      locale: 'en_US',
      utcOffset: 0,
    });
  });

  app.get('/id/keys', async (c) => c.json(await keys.published()));

  app.get('/id/:orgId/:userId', (c) => {
    const access = bearer(c);
    if (!access) return badToken(c);
    const { user } = access.grant;
    const { orgId, userId } = c.req.param();
    if (orgId !== context.orgId || userId !== user.id) return c.text('Wrong_Org', 403);
    return c.json({
      id: `${context.url()}/id/${orgId}/${userId}`,
      asserted_user: true,
      user_id: user.id,
      organization_id: orgId,
      username: user.username,
      display_name: user.name,
      email: user.username,
      active: true,
      user_type: 'STANDARD',
      urls: { metadata: `${context.url()}/services/Soap/m/{version}/${orgId.slice(0, 15)}` },
    });
  });

  // Salesforce makes verifiers for whoever asks; a client that takes them from there has none of its own.
  app.get('/services/oauth2/pkce/generator', (c) => {
    const verifier = randomBytes(32).toString('base64url');
    return c.json({ code_verifier: verifier, code_challenge: s256(verifier) });
  });

  app.get('/.well-known/openid-configuration', (c) => {
    const url = context.url();
    return c.json({
      issuer: url,
      authorization_endpoint: `${url}/services/oauth2/authorize`,
      token_endpoint: `${url}/services/oauth2/token`,
      revocation_endpoint: `${url}/services/oauth2/revoke`,
      introspection_endpoint: `${url}/services/oauth2/introspect`,
      userinfo_endpoint: `${url}/services/oauth2/userinfo`,
      jwks_uri: `${url}/id/keys`,
      response_types_supported: ['code', 'token', 'token id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
      display_values_supported: ['page', 'popup', 'touch'],
      ...(switches.discoveryTellsPkce ? { code_challenge_methods_supported: ['S256'] } : {}),
    });
  });
}
