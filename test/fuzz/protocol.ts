/** Targets of the protocol: callbacks, pasted URLs, token, introspection and revocation answers, errors, redaction. */
import fc from 'fast-check';
import { targetOf } from '../../docs/relay/relay.js';
import { createAuthorizationRequest } from '../../src/oauth/authorizationRequest.ts';
import { checkAuthorizationResponse } from '../../src/oauth/authorizationResponse.ts';
import { OAuthError, oauthError } from '../../src/oauth/oauthError.ts';
import { redact, serverWords } from '../../src/oauth/redact.ts';
import { Secret } from '../../src/oauth/secret.ts';
import {
  exchangeCode,
  introspect,
  refresh,
  revoke,
  type TokenAnswer,
} from '../../src/oauth/tokenEndpoint.ts';
import { PendingRequests } from '../../src/signIn/pendingRequests.ts';
import { responseIn, responseInPasted } from '../../src/signIn/redirect.ts';
import {
  answerOf,
  bodyOf,
  errorVerdict,
  mangled,
  oddText,
  PLANTED,
  responseOf,
  target,
  type Target,
  type Verdict,
  type WireAnswer,
} from './target.ts';

const LOGIN_HOST = 'https://acme.my.salesforce.com';
const request = createAuthorizationRequest({
  loginHost: LOGIN_HOST,
  clientId: '3MVG9acme',
  redirectUri: 'vscode://pkce-tools.salesforce-pkce/callback',
  scopes: ['api'],
});

type Pair = readonly [name: string, value: string];

const names = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('code', 'state', 'error', 'error_description', 'iss', 'nonce'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('access_token', 'id_token', 'response', '__proto__', ''),
  },
  { weight: 1, arbitrary: fc.string() },
);
const values = fc.oneof(
  { weight: 5, arbitrary: fc.constant(request.state) },
  { weight: 3, arbitrary: fc.constant(`aPrx${PLANTED}==`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      LOGIN_HOST,
      'https://evil.example',
      'access_denied',
      '',
      'S'.repeat(43),
    ),
  },
  { weight: 1, arbitrary: oddText },
);
const pairs: fc.Arbitrary<readonly Pair[]> = fc.array(fc.tuple(names, values), { maxLength: 7 });
const parameters: fc.Arbitrary<readonly Pair[]> = fc.oneof(
  pairs,
  // Nearly right, so that the deeper checks are reached.
  pairs.map((more) => [['code', 'aPrx=='], ['state', request.state], ...more] as const),
);

function encoded(list: readonly Pair[]): string {
  return list.map(([name, value]) => `${wellFormed(name)}=${wellFormed(value)}`).join('&');
}

function wellFormed(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** What RFC 6749 section 4.1.2 and RFC 9207 ask of an answer with a code, told from its parameters alone. */
function mayBeAccepted(list: readonly Pair[]): boolean {
  const all = (name: string): string[] =>
    list.filter(([key]) => key === name).map(([, value]) => value);
  const nonces = new Set(all('nonce'));
  // A relay page's nonce stands for the state; two that differ stand for nothing.
  const states = nonces.size > 0 ? [...nonces] : all('state');
  const [code, ...codes] = all('code');
  const issuers = all('iss');
  return (
    states.length === 1 &&
    states[0] === request.state &&
    code !== undefined &&
    code !== '' &&
    codes.length === 0 &&
    all('error').length === 0 &&
    all('error_description').length <= 1 &&
    (issuers.length === 0 || (issuers.length === 1 && issuers[0] === LOGIN_HOST))
  );
}

async function judgeCallback(list: readonly Pair[]): Promise<Verdict> {
  const response = responseIn({
    authority: 'pkce-tools.salesforce-pkce',
    path: '/callback',
    // With an escape in it the query counts as not decoded yet, as browser-based editors hand it over.
    query: `${encoded(list)}&x=%20`,
  });
  if (!response) return { crashed: 'a callback of ours was ignored' };
  const pending = new PendingRequests();
  const over = new AbortController();
  const waiting = pending.answerTo(request, {
    deadlineMilliseconds: 60_000,
    signal: over.signal,
  });
  const outcome = waiting.then(
    () => 'a code',
    (error: unknown) => error,
  );
  const delivery = await pending.deliver(response);
  over.abort(new Error('over'));
  const came = await outcome;
  if (came === 'a code') {
    return mayBeAccepted(list) ? 'ok' : { wronglyAccepted: encoded(list) };
  }
  if (delivery.outcome === 'accepted') {
    return came instanceof OAuthError ? errorVerdict(came) : { crashed: String(came) };
  }
  // Parts of flows that are never used make an answer suspect.
  const suspect = list.some(([name]) => ['access_token', 'id_token', 'response'].includes(name));
  if (mayBeAccepted(list) && !suspect)
    return { crashed: `refused a good answer: ${delivery.outcome}` };
  return delivery.outcome === 'malformed' ? errorVerdict(delivery.error) : 'ok';
}

async function judgeRaw(query: string): Promise<Verdict> {
  const uri = { authority: 'pkce-tools.salesforce-pkce', path: '/callback', query };
  for (const response of [responseIn(uri), responseInPasted(query)]) {
    if (!response) continue;
    try {
      await checkAuthorizationResponse(request, response);
      if (!query.includes(request.state)) return { wronglyAccepted: query };
    } catch (error) {
      const verdict = errorVerdict(error);
      if (verdict !== 'ok') return verdict;
    }
  }
  return 'ok';
}

const tokenAnswer = answerOf(
  bodyOf(
    mangled({
      access_token: `00D5g0000DemoOr!${PLANTED}`,
      refresh_token: `5Aep861${PLANTED}`,
      token_type: 'Bearer',
      scope: 'api refresh_token',
      instance_url: LOGIN_HOST,
      id: `${LOGIN_HOST}/id/00D5g0000DemoOrgEA/0055g0000DemoUsrAA`,
      issued_at: '1700000000000',
      signature: PLANTED,
      expires_in: 7200,
    }),
  ),
);

function accessTo(answer: WireAnswer) {
  return {
    fetch: () => Promise.resolve(responseOf(answer)),
    loginHost: LOGIN_HOST,
    clientApp: { clientId: '3MVG9acme' },
    timeoutMilliseconds: 5000,
  };
}

function objectIn(answer: WireAnswer): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(answer.body);
    return typeof body === 'object' && body !== null && !Array.isArray(body)
      ? (body as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 6749 section 5.1: what an answer must have so that its token may be used. */
function judgeTokens(answer: WireAnswer, tokens: TokenAnswer): Verdict {
  const body = objectIn(answer);
  const good =
    answer.status === 200 &&
    body !== undefined &&
    typeof body.access_token === 'string' &&
    body.access_token !== '' &&
    tokens.accessToken.reveal() === body.access_token &&
    typeof body.token_type === 'string' &&
    body.token_type.toLowerCase() === 'bearer' &&
    typeof body.error !== 'string' &&
    (tokens.refreshToken === undefined || tokens.refreshToken.reveal() === body.refresh_token) &&
    (tokens.expiresInSeconds === undefined || Number.isFinite(tokens.expiresInSeconds));
  return good ? 'ok' : { wronglyAccepted: answer.body };
}

async function judgeTokenAnswer(
  answer: WireAnswer,
  run: (access: ReturnType<typeof accessTo>) => Promise<TokenAnswer>,
): Promise<Verdict> {
  try {
    return judgeTokens(answer, await run(accessTo(answer)));
  } catch (error) {
    return errorVerdict(error);
  }
}

const REFRESH_TOKEN = new Secret(`5Aep861${PLANTED}`);
const goodResponse = await checkAuthorizationResponse(
  request,
  new URLSearchParams({ code: `aPrx${PLANTED}==`, state: request.state }),
);

const surroundings = fc.oneof(fc.string(), oddText, fc.constantFrom('token=', '"', "'", '='));

export const protocolTargets: readonly Target[] = [
  target('callback URIs (P11, P14, P15)', 16, parameters, judgeCallback),
  target(
    'raw callbacks and pasted URLs',
    8,
    fc.oneof(fc.string({ unit: 'binary' }), parameters.map(encoded), oddText),
    judgeRaw,
  ),
  target(
    'relay page (P13)',
    8,
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.webUrl(), names, values).map(([url, name, value]) =>
        encoded([
          ['state', encodeURIComponent(url)],
          [name, value],
        ]),
      ),
      parameters.map(encoded),
    ),
    (search) => {
      const went = targetOf(search, ['https://code.acme.example']);
      if (went === undefined) return 'ok';
      return /^(https:\/\/code\.acme\.example\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]|(vscode|vscode-insiders|vscodium|cursor|windsurf|code-oss):\/\/pkce-tools\.salesforce-pkce\/callback\?)/.test(
        went,
      )
        ? 'ok'
        : { wronglyAccepted: went };
    },
  ),
  target('token answers (P23, P25)', 14, tokenAnswer, (answer) =>
    judgeTokenAnswer(answer, (access) => exchangeCode(access, request, goodResponse)),
  ),
  target('refresh answers (P25, P28)', 10, tokenAnswer, (answer) =>
    judgeTokenAnswer(answer, (access) => refresh(access, REFRESH_TOKEN)),
  ),
  target(
    'introspection answers (P36)',
    8,
    answerOf(
      bodyOf(mangled({ active: true, exp: 1_800_000_000, iat: 1_700_000_000, scope: 'api' })),
    ),
    async (answer) => {
      try {
        const told = await introspect(accessTo(answer), REFRESH_TOKEN);
        const body = objectIn(answer);
        return answer.status === 200 && body?.active === told.active
          ? 'ok'
          : { wronglyAccepted: answer.body };
      } catch (error) {
        return errorVerdict(error);
      }
    },
  ),
  target(
    'revocation answers (P35)',
    4,
    answerOf(bodyOf(mangled({ error: 'invalid_token', error_description: 'x' }))),
    async (answer) => {
      try {
        await revoke(accessTo(answer), REFRESH_TOKEN);
        return answer.status === 200 && typeof objectIn(answer)?.error !== 'string'
          ? 'ok'
          : { wronglyAccepted: `${answer.status} ${answer.body}` };
      } catch (error) {
        return errorVerdict(error);
      }
    },
  ),
  target(
    'errors in words (P16)',
    8,
    fc.tuple(
      fc.constantFrom('authorization', 'token', 'refresh', 'revocation', 'introspection'),
      fc.oneof(oddText, fc.constantFrom('invalid_grant', 'OAUTH_APP_BLOCKED')),
      oddText,
    ),
    ([place, error, description]) => {
      const said = oauthError(place, error, description);
      // Control characters and marks of direction could make a message say something else.
      return /[\p{Cc}\p{Bidi_Control}]/u.test(said.message) || said.message.length > 2000
        ? { crashed: said.message }
        : errorVerdict(said);
    },
  ),
  target(
    'redaction (P19, P52)',
    10,
    fc.tuple(
      surroundings,
      fc.constantFrom(
        `00D5g00000DEMO1EAA!AQ${PLANTED}.x_y`,
        `5Aep861${PLANTED}`,
        `aPrx${PLANTED}%3D%3D`,
        `eyJhbGciOiJSUzI1NiJ9.${PLANTED}.sig`,
        `code_verifier=${PLANTED}`,
        `"refresh_token":"${PLANTED}"`,
      ),
      surroundings,
    ),
    ([before, secret, after]) => {
      // Joined to other letters it would be another word.
      const text = `${before} ${secret} ${after}`;
      return redact(text).includes(PLANTED) || serverWords(text).includes(PLANTED)
        ? { crashed: `a secret came through: ${redact(text)}` }
        : 'ok';
    },
  ),
];
