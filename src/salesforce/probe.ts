/**
 * Asks an authorization server, without a user, whether it refuses what it should (SALESFORCE.md 1.8): one request for
 * each question, no cookies, and no redirect is followed. What cannot be told is said to be unknown.
 */
import * as l10n from '@vscode/l10n';
import { createAuthorizationRequest } from '../oauth/authorizationRequest.ts';
import { boundedText, withinLimits, type Fetch, type RequestLimits } from '../oauth/http.ts';
import { networkError } from '../oauth/networkError.ts';
import { serverWords } from '../oauth/redact.ts';
import { mayHoldOrg } from './loginHost.ts';
import {
  PROBE_CHECKS,
  requestText,
  type ProbeCheck,
  type ProofStep,
  type ProofVerdict,
} from './proof.ts';

export interface ProbeClient {
  /** Origin of the login host; best the org's own. */
  readonly loginHost: string;
  readonly clientId: string;
  /** One that is registered at the app. */
  readonly redirectUri: string;
}

const MAX_BODY_BYTES = 256 * 1024;
/** Nobody can have registered it: the top-level domain is reserved (RFC 6761). */
const FOREIGN_REDIRECT_URI = 'https://pkce-probe.invalid/callback';
/** The method that is to be refused. Nothing here ever signs in with it. */
const REFUSED_METHOD = 'plain';

/** An answer of the authorize endpoint, as far as it matters. */
export interface ProbeAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly contentType: string;
  readonly body: string;
}

/** Three questions, one after the other; never rejects but for the user's Cancel. */
export async function probe(
  access: RequestLimits & { readonly fetch: Fetch },
  client: ProbeClient,
): Promise<readonly ProofStep[]> {
  const steps: ProofStep[] = [];
  for (const check of PROBE_CHECKS) {
    const url = probeUrl(check, client);
    const sent = requestText(url);
    try {
      const answer = await ask(access, url);
      steps.push({ check, sent, ...judgeProbe(check, client, answer) });
    } catch (error) {
      access.signal?.throwIfAborted();
      const { happened } = networkError(
        new URL(client.loginHost).host,
        error,
        access.timeoutMilliseconds,
      );
      steps.push({ check, sent, verdict: 'unknown', seen: happened });
    }
  }
  return steps;
}

/** The link of a check: an honest request with one thing wrong. */
export function probeUrl(
  check: ProbeCheck,
  { loginHost, clientId, redirectUri }: ProbeClient,
): URL {
  const request = createAuthorizationRequest({
    loginHost,
    clientId,
    redirectUri: check === 'foreignRedirect' ? FOREIGN_REDIRECT_URI : redirectUri,
    // The parameter is left out: no scope can be a reason to refuse.
    scopes: [],
  });
  const url = new URL(request.url);
  if (check === 'noChallenge') {
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
  }
  if (check === 'plain') url.searchParams.set('code_challenge_method', REFUSED_METHOD);
  return url;
}

async function ask(
  access: RequestLimits & { readonly fetch: Fetch },
  url: URL,
): Promise<ProbeAnswer> {
  return withinLimits(access, async (signal) => {
    const response = await access.fetch(url.href, {
      headers: { Accept: 'text/html' },
      redirect: 'manual',
      credentials: 'omit',
      signal,
    });
    return {
      status: response.status,
      location: response.headers.get('location'),
      contentType: response.headers.get('content-type') ?? '',
      body: await boundedText(response, MAX_BODY_BYTES),
    };
  });
}

type Judgement = Pick<ProofStep, 'verdict' | 'seen'>;

/** What an answer says. The server's own words are masked and cut short. */
export function judgeProbe(check: ProbeCheck, client: ProbeClient, answer: ProbeAnswer): Judgement {
  const page = logInPageIn(client, answer);
  // Scripts of a log-in page have words of errors in them.
  const error = answer.status === 200 && page !== undefined ? undefined : errorIn(client, answer);
  if (error) {
    const words = `HTTP ${answer.status}: ${[error.code, error.description].filter(Boolean).join(', ')}.`;
    return {
      verdict: verdictOfError(check, error),
      seen: [words, ...hintFor(check, error)].join(' '),
    };
  }
  if (answer.location !== null && startsAt(answer.location, FOREIGN_REDIRECT_URI)) {
    return {
      verdict: check === 'foreignRedirect' ? 'refuted' : 'unknown',
      seen: l10n.t`HTTP ${answer.status}: a redirect to an address that nobody registered.`,
    };
  }
  if (page !== undefined) return { verdict: 'refuted', seen: acceptedText(check, page) };
  return {
    verdict: 'unknown',
    seen:
      answer.location === null
        ? l10n.t`HTTP ${answer.status}: neither a log-in page nor a refusal that is known.`
        : l10n.t`HTTP ${answer.status} to ${hostAndPath(answer.location)}: neither a log-in page nor a refusal that is known.`,
  };
}

interface OAuthErrorAnswer {
  readonly code: string;
  readonly description: string;
}

/** An error in a redirect to the client's own callback, or in a page or body of the login host. */
function errorIn({ redirectUri }: ProbeClient, answer: ProbeAnswer): OAuthErrorAnswer | undefined {
  const { status, location, body } = answer;
  if (status >= 300 && status < 400) {
    const toClient =
      location !== null &&
      (startsAt(location, redirectUri) || startsAt(location, FOREIGN_REDIRECT_URI));
    return toClient ? errorOf(location.replace(/^[^?#]*[?#]/, '')) : undefined;
  }
  const text = body.replaceAll('&amp;', '&');
  const pair = /\berror=[\w.-]+(?:&error_description=[^"'<>&\n]*)?/.exec(text)?.[0];
  return pair === undefined ? shownError(text) : errorOf(pair);
}

/** A page that shows code and words side by side. */
function shownError(text: string): OAuthErrorAnswer | undefined {
  const code =
    /\b(invalid_client_id|redirect_uri_mismatch|redirect_uri_missing|invalid_request|OAUTH_[A-Z_]+)\b/.exec(
      text,
    )?.[1];
  if (code === undefined) return undefined;
  const description = /missing required code challenge|redirect_uri must match configuration/i.exec(
    text,
  );
  return { code, description: description?.[0] ?? '' };
}

function errorOf(query: string): OAuthErrorAnswer | undefined {
  const parameters = new URLSearchParams(query);
  const code = parameters.get('error');
  if (!code) return undefined;
  return {
    code: serverWords(code),
    description: serverWords(parameters.get('error_description') ?? ''),
  };
}

function verdictOfError(check: ProbeCheck, { code, description }: OAuthErrorAnswer): ProofVerdict {
  switch (check) {
    case 'noChallenge':
      return /code[ _]?challenge/i.test(description) ? 'proven' : 'unknown';
    case 'plain':
      return /code[ _]?challenge|method/i.test(description) ? 'proven' : 'unknown';
    case 'foreignRedirect':
      return /^redirect_uri_(mismatch|missing)$/i.test(code) || /redirect_uri/i.test(description)
        ? 'proven'
        : 'unknown';
  }
}

function hintFor(check: ProbeCheck, error: OAuthErrorAnswer): string[] {
  if (verdictOfError(check, error) === 'proven') return [];
  switch (error.code) {
    case 'invalid_client_id':
      return [
        l10n.t(
          'The host does not know the consumer key: it can take up to 30 minutes until a new app works, and an app of another org has another host.',
        ),
      ];
    case 'redirect_uri_mismatch':
      return [
        l10n.t(
          'The callback URL that was read of the app is not accepted: it may have been changed a moment ago.',
        ),
      ];
    default:
      return [l10n.t('It was refused, and not for what was wrong with it.')];
  }
}

/** Why a request that was accepted need not mean that the server does without what it lacks. */
const CAVEATS: Readonly<Partial<Record<ProbeCheck, string>>> = {
  noChallenge: l10n.t(
    'Where the whole org requires PKCE, that may be found out only after the log-in.',
  ),
  plain: l10n.t(
    'A server that always compares by S256, and takes no notice of the method, answers the same.',
  ),
};

function acceptedText(check: ProbeCheck, page: string): string {
  const accepted = l10n.t`${page}: the request was accepted as it was.`;
  const caveat = CAVEATS[check];
  return caveat === undefined ? accepted : `${accepted} ${caveat}`;
}

/** The log-in or approval page that a request leads to, in words; undefined if it is none. */
function logInPageIn({ loginHost }: ProbeClient, answer: ProbeAnswer): string | undefined {
  const { status, location, contentType, body } = answer;
  if (status >= 300 && status < 400 && location !== null) {
    const url = URL.parse(location, loginHost);
    const isSalesforce = url !== null && (url.origin === loginHost || mayHoldOrg(url, loginHost));
    const leadsToLogIn =
      /\/RemoteAccessAuthorizationPage\b|\/login\b|\/_ui\/identity\/|\/secur\/login/i.test(
        url?.pathname ?? '',
      ) || /[?&](startURL|ec)=/i.test(url?.search ?? '');
    return isSalesforce && leadsToLogIn
      ? l10n.t`HTTP ${status} to ${hostAndPath(location, loginHost)}, on the way to a log-in`
      : undefined;
  }
  const isLogIn =
    status === 200 &&
    /^text\/html\b/i.test(contentType) &&
    /<input\b[^<>]*type=["']?password/i.test(body);
  return isLogIn ? l10n.t`HTTP ${status}: a log-in page` : undefined;
}

function startsAt(location: string, uri: string): boolean {
  return (
    location.startsWith(uri) &&
    (location.length === uri.length || '?&#'.includes(location[uri.length] ?? ''))
  );
}

/** Without the query: there may be anything in it. */
function hostAndPath(location: string, base?: string): string {
  const url = URL.parse(location, base);
  return url ? serverWords(`${url.host}${url.pathname}`) : l10n.t('an address that is not valid');
}
