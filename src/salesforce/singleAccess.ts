/** Into the org's pages without a log-in and without a token in a URL: a link that works once. */
import * as v from 'valibot';
import { boundedText, signalOf, type Fetch, type RequestLimits } from '../oauth/http.ts';
import type { Secret } from '../oauth/secret.ts';
import { mayHoldOrg } from './loginHost.ts';

const Answer = v.object({ frontdoor_uri: v.string() });
const MAX_BODY_BYTES = 64 * 1024;

/** Scopes with which Salesforce opens its pages for a token. */
const SCOPES = ['web', 'full'];

/**
 * Asks for a link that opens the org once (`/services/oauth2/singleaccess`).
 * @returns undefined if the scopes do not allow it, or if the org has no such link for us: then the plain
 *   address of the org will do
 */
export async function singleAccessLink(
  access: RequestLimits & { readonly fetch: Fetch },
  session: {
    readonly instanceUrl: string;
    readonly loginHost: string;
    readonly scopes: readonly string[];
  },
  token: Secret,
): Promise<string | undefined> {
  if (!session.scopes.some((scope) => SCOPES.includes(scope))) return undefined;
  try {
    const response = await access.fetch(`${session.instanceUrl}/services/oauth2/singleaccess`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token.reveal()}`, Accept: 'application/json' },
      redirect: 'manual',
      signal: signalOf(access),
    });
    const text = await boundedText(response, MAX_BODY_BYTES);
    if (response.status !== 200) return undefined;
    const answer = v.safeParse(Answer, JSON.parse(text));
    const link = answer.success ? URL.parse(answer.output.frontdoor_uri) : null;
    if (!link || !mayHoldOrg(link, session.loginHost)) return undefined;
    // One that carries the token itself would leave it in the browser's history.
    return decodeURIComponent(link.href).includes(token.reveal()) || link.searchParams.has('sid')
      ? undefined
      : link.href;
  } catch {
    return undefined;
  }
}
