/**
 * What an error means that somebody pastes: an error page, a callback URL, an answer of the token endpoint or of
 * an API, or just a line of a log. It may be of any client: the table is that of the sign-in itself, but for what
 * only this extension can say of itself.
 */
import * as l10n from '@vscode/l10n';
import {
  codeBehind,
  explainOAuthError,
  isKnownOAuthError,
  type OAuthErrorMeaning,
  type OAuthErrorPlace,
} from '../oauth/oauthErrorTable.ts';
import { serverWords } from '../oauth/redact.ts';
import { isKnownSalesforceError, isLimitOfMoment, SalesforceError } from './salesforceError.ts';

export interface ExplainedError {
  /** The code, made safe to show; empty where there is none. */
  readonly code: string;
  readonly happened: string;
  readonly todo: string;
  /** Who can mend it. */
  readonly who: string;
}

const WHO: Readonly<Record<OAuthErrorMeaning, string>> = {
  refused: l10n.t('An admin of the org, or the user who said no.'),
  pkce: l10n.t('Whoever develops the client.'),
  grantEnded: l10n.t('The user, by a new sign-in.'),
  configuration: l10n.t('Whoever owns the client app, or an admin of the org.'),
  busy: l10n.t('Nobody needs to: it goes away by itself.'),
  transient: l10n.t('Nobody here: the server is in trouble.'),
  unknown: l10n.t('Not known.'),
};
const ADMIN = l10n.t('An admin of the org.');

/** What the table of the sign-in says of this extension, said of any client. */
const OF_ANY_CLIENT: readonly (Pick<ExplainedError, 'happened' | 'todo'> & {
  readonly errors: readonly string[];
  readonly description?: RegExp;
  readonly meaning: OAuthErrorMeaning;
})[] = [
  {
    // Wherever it is pasted from: the token endpoint speaks of the verifier (SALESFORCE.md 1.5).
    errors: ['invalid_request', 'invalid_grant'],
    description:
      /(missing|required|without|no)\b.*code challenge|code challenge.*(missing|required)/i,
    meaning: 'pkce',
    happened: l10n.t('The app demands PKCE, and the request had no code challenge.'),
    todo: l10n.t(
      'The client must send code_challenge and code_challenge_method=S256 with the log-in, and the code_verifier with the code. Until it does, PKCE cannot be required of this app.',
    ),
  },
  {
    errors: ['invalid_grant', 'invalid_request'],
    description: /code verifier/i,
    meaning: 'pkce',
    happened: l10n.t(
      'The PKCE check failed: the code verifier is not the one that the code challenge was made of.',
    ),
    todo: l10n.t(
      'The client must keep the verifier of each log-in and send it with the code of that log-in; the challenge is its SHA-256 in base64url, without padding.',
    ),
  },
  {
    errors: ['use_dpop_nonce'],
    meaning: 'pkce',
    happened: l10n.t('The server wants its nonce in the DPoP proof of the client.'),
    todo: l10n.t(
      'The client must repeat the request with the nonce of the answer (RFC 9449, section 8).',
    ),
  },
  {
    errors: ['invalid_dpop_proof'],
    meaning: 'pkce',
    happened: l10n.t(
      'The app demands DPoP-bound tokens, and the proof of the client does not fit.',
    ),
    todo: l10n.t(
      'The client must send a DPoP proof of the same key, for this address and method, with the time of now (RFC 9449).',
    ),
  },
  {
    errors: ['unsupported_grant_type', 'unsupported_response_type', 'oauth_flow_disabled'],
    meaning: 'configuration',
    happened: l10n.t('The org or the client app does not allow the flow that the client uses.'),
    todo: l10n.t(
      'Use the web server flow with PKCE, where a person logs in. Another flow has to be allowed at the app, and some by the org as well.',
    ),
  },
  {
    errors: ['invalid_client_id', 'invalid_client'],
    description: /credential|secret/i,
    meaning: 'configuration',
    happened: l10n.t(
      'Salesforce did not accept how the client identified itself: its client secret is wrong, or missing.',
    ),
    todo: l10n.t(
      'A client on a server: give it the client secret of the app (in Setup: Consumer Secret). A client that cannot keep a secret, such as a desktop app or this editor: use an app of its own that requires PKCE and no secret.',
    ),
  },
  {
    errors: ['redirect_uri_mismatch', 'redirect_uri_missing'],
    meaning: 'configuration',
    happened: l10n.t('The callback URL that the client sent is not registered at the client app.'),
    todo: l10n.t(
      "Add it to the app's Callback URL field, letter by letter, on a line of its own; it can take up to 30 minutes until a change takes effect.",
    ),
  },
  {
    errors: ['invalid_client_id', 'invalid_client'],
    meaning: 'configuration',
    happened: l10n.t('This login host does not know the client app.'),
    todo: l10n.t(
      'Check the consumer key and the login host that the client uses: a local external client app is known by its own org alone. It can take up to 30 minutes until a new app works.',
    ),
  },
];

/** Longer text is no error that anybody could read. */
const MOST_LENGTH = 20_000;

interface Found {
  readonly error: string;
  readonly description: string;
  /** The text has words that come with this code, and not the code. */
  readonly isCodeGuessed?: boolean;
}

/**
 * @returns undefined if nothing in the text is an error that anybody here knows
 */
export function explainPastedError(pasted: string): ExplainedError | undefined {
  const text = pasted.slice(0, MOST_LENGTH);
  const found = inUrl(text) ?? inJson(text) ?? inPairs(text) ?? inWords(text);
  if (found) return explained(found, text);
  if (/[?&#]code=[^&\s]/.test(text)) {
    return {
      code: '',
      happened: l10n.t(
        'That is the callback of a sign-in that went well: it has an authorization code.',
      ),
      todo: l10n.t(
        'If a sign-in waits for it, paste it there. The code works once, for some minutes, and only with its code verifier.',
      ),
      who: l10n.t('Nobody needs to: it is no error.'),
    };
  }
  return undefined;
}

function explained(
  { error, description, isCodeGuessed = false }: Found,
  text: string,
): ExplainedError {
  const code = isCodeGuessed ? '' : serverWords(error);
  if (!isKnownOAuthError(error, description) && isKnownSalesforceError(error)) {
    const { happened, todo } = new SalesforceError(error, description, 0);
    return { code, happened, todo, who: isLimitOfMoment(description) ? WHO.busy : ADMIN };
  }
  const { happened, todo, meaning } =
    OF_ANY_CLIENT.find(
      (one) =>
        one.errors.includes(error.toLowerCase()) && (one.description?.test(description) ?? true),
    ) ?? explainOAuthError(placeOf(text), error, description);
  return { code, happened, todo, who: WHO[meaning] };
}

/** Where it was said decides what some codes mean. */
function placeOf(text: string): OAuthErrorPlace {
  if (/refresh/i.test(text)) return 'refresh';
  return /[?&#]error=|\/authorize|RemoteAccess/i.test(text) ? 'authorization' : 'token';
}

/** A callback URL or an error page: in the query, or behind the hash. */
function inUrl(text: string): Found | undefined {
  // No scheme is longer; without a limit, much text without one takes seconds.
  for (const [candidate] of text.matchAll(/[a-z][a-z0-9+.-]{0,60}:\/\/[^\s"'<>]+/gi)) {
    const url = URL.parse(candidate);
    if (!url) continue;
    for (const parameters of [url.searchParams, new URLSearchParams(url.hash.slice(1))]) {
      const error = parameters.get('error');
      if (error) return { error, description: parameters.get('error_description') ?? '' };
    }
  }
  return undefined;
}

/** The answer of the token endpoint, or of a REST API, also in the middle of a line. */
function inJson(text: string): Found | undefined {
  const start = text.search(/[[{]/);
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  if (start < 0 || end < start) return undefined;
  try {
    const parsed: unknown = JSON.parse(text.slice(start, end + 1));
    const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    if (typeof first !== 'object' || first === null) return undefined;
    const { error, error_description, errorCode, message } = first as Record<string, unknown>;
    if (typeof error === 'string') return { error, description: textOf(error_description) };
    return typeof errorCode === 'string'
      ? { error: errorCode, description: textOf(message) }
      : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `error=invalid_grant&error_description=expired+authorization+code`, as error pages write it. */
function inPairs(text: string): Found | undefined {
  const [pairs] = /\berror=[^\s"'<>]+(?:[^\n"'<>]*)/i.exec(text) ?? [];
  if (pairs === undefined) return undefined;
  const parameters = new URLSearchParams(pairs);
  const error = parameters.get('error')?.trim().split(/\s/)[0];
  return error ? { error, description: parameters.get('error_description') ?? '' } : undefined;
}

/** A known code, or known words, anywhere. */
function inWords(text: string): Found | undefined {
  const description = serverWords(text);
  for (const [word] of text.matchAll(/[A-Za-z][A-Za-z_-]{4,60}/g)) {
    if (isKnownOAuthError(word, '') || isKnownSalesforceError(word)) {
      return { error: word, description };
    }
  }
  const error = codeBehind(description);
  return error === undefined ? undefined : { error, description, isCodeGuessed: true };
}
