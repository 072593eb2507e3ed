/**
 * Calls to one org's APIs with its access token. The token goes to the instance that it came with and
 * nowhere else; a token that the org calls expired is replaced once per call, never in a loop.
 */
import * as l10n from '@vscode/l10n';
import pLimit from 'p-limit';
import { boundedText, withinLimits, type Fetch } from '../oauth/http.ts';
import type { Secret } from '../oauth/secret.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import type { Lane } from './fairLimit.ts';
import { unreachable } from './reachability.ts';
import { withRetries, type Answer } from './retry.ts';
import { SalesforceError } from './salesforceError.ts';
import { envelopeOf, soapResponseIn } from './soap.ts';
import type { ListItems, XmlElement } from './xml.ts';

export interface OrgClientOptions {
  readonly fetch: Fetch;
  /** Origin of the org's APIs, checked at sign-in. */
  readonly instanceUrl: string;
  /**
   * The token for a call; with `rejected`, another one than the org has just refused.
   * @param signal of the call: ends the waiting
   */
  readonly accessToken: (rejected?: Secret, signal?: AbortSignal) => Promise<Secret>;
  readonly timeoutMilliseconds: number;
  /** Most requests in flight at a time. */
  readonly concurrency: number;
  /** The org's share of what may be in flight over all orgs; without it only `concurrency` counts. */
  readonly lane?: Lane | undefined;
}

export interface OrgClient {
  /**
   * GETs JSON.
   * @param path on the instance, starting with `/`; may be one that the org named itself
   * @returns whatever JSON the org sent; hostile until checked
   * @throws SalesforceError for an error answer, UserFacingError if the org cannot be reached or talks nonsense
   */
  get(path: string, signal?: AbortSignal): Promise<unknown>;
  /**
   * Calls an operation of the Metadata API that reads: in passing trouble it is called again.
   * @param version such as `66.0`
   * @param body the operation's element with the `met:` prefix
   * @param items what to hand over one by one instead of returning it; some also where the call fails then
   * @returns the response element
   */
  soap(version: string, body: string, signal?: AbortSignal, items?: ListItems): Promise<XmlElement>;
  /**
   * Calls an operation of the Metadata API that changes something: sent once. Only where the org has refused the
   * token is it sent again with another one.
   * @param version such as `66.0`
   * @param body the operation's element with the `met:` prefix
   * @returns the response element
   * @throws as the others, and {@link NotSentError}; after anything else but a SalesforceError, and after one that tells
   *   of trouble within the org, the change may have been made
   */
  soapOnce(version: string, body: string): Promise<XmlElement>;
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** 401s that another token would not mend (SALESFORCE.md 10). */
const NOT_EXPIRY = [/not attached to Agent/i, /not valid for use with the (REST )?API/i];

/** JWT access tokens are refused by SOAP below this version (SALESFORCE.md 3). */
const FIRST_SOAP_VERSION_WITH_JWT = 68;

/** A call that reached nobody who would have worked on it: there was no token for it, or the org refused the token. */
export class NotSentError extends Error {
  constructor(cause: unknown) {
    super('The call was not sent', { cause });
  }
}

export function createOrgClient(options: OrgClientOptions): OrgClient {
  const limit = pLimit(options.concurrency);
  const { lane } = options;
  const origin = new URL(options.instanceUrl).origin;
  const host = new URL(origin).host;

  /** One read, repeated in passing trouble. */
  const read = (path: string, init: RequestInit, signal?: AbortSignal): Promise<Answer> =>
    // The pause before a repetition holds up no other org.
    withRetries(() => once(path, init, signal), signal);

  const once = (path: string, init: RequestInit, signal?: AbortSignal): Promise<Answer> => {
    const attempt = (): Promise<Answer> => send(path, init, signal);
    return lane ? lane.run(attempt, signal) : attempt();
  };

  async function send(path: string, init: RequestInit, signal?: AbortSignal): Promise<Answer> {
    const url = new URL(path, origin);
    if (!path.startsWith('/') || url.origin !== origin) {
      throw new UserFacingError({
        code: 'foreign_path',
        happened: l10n.t`${host} named an address outside the org.`,
        todo: l10n.t('It was not followed. Report this to whoever runs the org.'),
      });
    }
    const limits = { timeoutMilliseconds: options.timeoutMilliseconds, signal };
    try {
      return await withinLimits(limits, async (either) => {
        const response = await options.fetch(url.href, {
          ...init,
          redirect: 'manual',
          signal: either,
        });
        if (response.status >= 300 && response.status < 400) {
          throw new UserFacingError({
            code: 'redirected',
            happened: l10n.t`${host} redirects API calls to another address.`,
            todo: l10n.t("Sign in again through the org's current My Domain."),
            remedies: ['signInAgain'],
          });
        }
        return {
          status: response.status,
          text: await boundedText(response, MAX_BODY_BYTES),
          retryAfter: response.headers.get('retry-after'),
        };
      });
    } catch (error) {
      if (error instanceof UserFacingError || signal?.aborted) throw error;
      throw unreachable(origin, error, options.timeoutMilliseconds);
    }
  }

  /** Runs a call, and once more with another token if the org says that this one has expired. */
  async function call<T>(
    attempt: (token: Secret) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    return limit(async () => {
      signal?.throwIfAborted();
      const token = await options.accessToken(undefined, signal);
      try {
        return await attempt(token);
      } catch (error) {
        if (!isExpiry(error)) throw error;
        return attempt(await options.accessToken(token, signal));
      }
    });
  }

  async function post(
    transport: typeof read,
    token: Secret,
    version: string,
    body: string,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    if (token.reveal().startsWith('eyJ') && Number(version) < FIRST_SOAP_VERSION_WITH_JWT) {
      throw new UserFacingError({
        code: 'jwt_before_68',
        happened: l10n.t`The Metadata API ${version} of this org does not accept JWT access tokens.`,
        todo: l10n.t(
          'Where the org has API 68, set salesforcePkce.apiVersion to auto. Else switch off "Issue JSON Web Token (JWT)-based access tokens for named users" in the client app that you sign in with.',
        ),
      });
    }
    const headers = { 'Content-Type': 'text/xml; charset=UTF-8', SOAPAction: '""' };
    const init = { method: 'POST', headers, body: envelopeOf(token, body) };
    return transport(`/services/Soap/m/${version}`, init, signal);
  }

  return {
    get: (path, signal) =>
      call(async (token) => {
        const headers = { Authorization: `Bearer ${token.reveal()}`, Accept: 'application/json' };
        return jsonIn(await read(path, { headers }, signal), host);
      }, signal),

    soap: (version, body, signal, items) =>
      call(
        async (token) => soapResponse(await post(read, token, version, body, signal), items),
        signal,
      ),

    soapOnce: async (version, body) => {
      const order = { mayBeDone: false };
      const transport: typeof once = (...request) => {
        order.mayBeDone = true;
        return once(...request);
      };
      try {
        return await call(async (token) => {
          try {
            return soapResponse(await post(transport, token, version, body, undefined));
          } catch (error) {
            // An org that refuses the token has not looked at the rest.
            if (isTokenRefusal(error)) order.mayBeDone = false;
            throw error;
          }
        }, undefined);
      } catch (cause) {
        throw order.mayBeDone ? cause : new NotSentError(cause);
      }
    },
  };
}

function isExpiry(error: unknown): boolean {
  return isTokenRefusal(error) && !NOT_EXPIRY.some((words) => words.test(error.words));
}

function isTokenRefusal(error: unknown): error is SalesforceError {
  return error instanceof SalesforceError && error.code === 'INVALID_SESSION_ID';
}

function soapResponse({ text, status }: Answer, items?: ListItems): XmlElement {
  return soapResponseIn(text, status, items);
}

/** JSON is read only where JSON is: errors come as an array, and proxies answer in HTML. */
function jsonIn(answer: Answer, host: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch {
    // A company's proxy answers 403 with a page of its own: that is no reason to replace the token.
    if (/^\s*(Bad_OAuth_Token|INVALID_SESSION_ID)\b/i.test(answer.text)) {
      throw new SalesforceError('INVALID_SESSION_ID', answer.text, answer.status);
    }
    throw new UserFacingError({
      code: 'not_json',
      happened: l10n.t`${host} answered with something that is not JSON (HTTP ${answer.status}).`,
      todo: l10n.t('Try again; a proxy or a maintenance page may have answered in its place.'),
      remedies: ['tryAgain'],
    });
  }
  if (answer.status < 400) return body;
  const first: unknown = Array.isArray(body) ? body[0] : body;
  const { errorCode, message } = (first ?? {}) as { errorCode?: unknown; message?: unknown };
  throw new SalesforceError(
    typeof errorCode === 'string' ? errorCode : `HTTP_${answer.status}`,
    typeof message === 'string' ? message : '',
    answer.status,
  );
}
