/** Who signed in, and to which org: the token answer's claims checked, then confirmed by userinfo. */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { boundedText, signalOf, type Fetch, type RequestLimits } from '../oauth/http.ts';
import { networkError } from '../oauth/networkError.ts';
import { shownName } from '../oauth/redact.ts';
import type { Secret } from '../oauth/secret.ts';
import type { TokenAnswer } from '../oauth/tokenEndpoint.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { mayHoldOrg } from './loginHost.ts';
import { isSameId } from './salesforceId.ts';

/** Where the token answer says that the org is; checked, but not yet confirmed. */
export interface OrgClaim {
  /** Origin of the org's APIs. */
  readonly instanceUrl: string;
  readonly orgId: string;
  readonly userId: string;
}

/** A user of an org, as the org itself told. */
export interface Identity extends OrgClaim {
  readonly username: string;
  readonly displayName: string;
}

const IDENTITY_PATH = /^\/id\/(00D\w{12}(?:\w{3})?)\/(005\w{12}(?:\w{3})?)$/;

/** Members of userinfo that are used (SALESFORCE.md 1.11); the identity URL spells the user name differently. */
const UserInfo = v.object({
  user_id: v.string(),
  organization_id: v.string(),
  preferred_username: v.optional(v.string()),
  username: v.optional(v.string()),
  name: v.optional(v.string()),
  display_name: v.optional(v.string()),
});

const MAX_IDENTITY_BYTES = 256 * 1024;

function foreignAnswer(detail: string, loginHost: string): UserFacingError {
  return new UserFacingError({
    code: 'foreign_answer',
    happened: l10n.t`The answer of ${new URL(loginHost).host} was refused: ${detail}. The token was sent nowhere else.`,
    todo: l10n.t('Check the login host. If it is right, report this to whoever runs it.'),
    remedies: ['openSettings'],
  });
}

/**
 * Where the org of a token answer is and whose token it is. No call is made with a token before this.
 * @throws UserFacingError if `instance_url` or `id` is missing, malformed, or on a host that cannot be the org's
 */
export function orgClaimOf(answer: TokenAnswer, loginHost: string): OrgClaim {
  const instance = answer.instanceUrl === undefined ? null : URL.parse(answer.instanceUrl);
  if (!instance || !mayHoldOrg(instance, loginHost)) {
    throw foreignAnswer(l10n.t('it names an org on a host that is not Salesforce'), loginHost);
  }
  const identity = answer.identityUrl === undefined ? null : URL.parse(answer.identityUrl);
  const ids = identity && IDENTITY_PATH.exec(identity.pathname);
  if (!identity || !ids?.[1] || !ids[2] || !mayHoldOrg(identity, loginHost)) {
    throw foreignAnswer(
      l10n.t('it does not say whose session it is in the way Salesforce does'),
      loginHost,
    );
  }
  return { instanceUrl: instance.origin, orgId: ids[1], userId: ids[2] };
}

/** One GET with the token, to the org alone; a redirect is not followed. */
async function getWithToken(
  access: RequestLimits & { readonly fetch: Fetch },
  url: string,
  token: Secret,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await access.fetch(url, {
    headers: { Authorization: `Bearer ${token.reveal()}`, Accept: 'application/json' },
    redirect: 'manual',
    signal: signalOf(access),
  });
  return { status: response.status, text: await boundedText(response, MAX_IDENTITY_BYTES) };
}

function userInfoIn(text: string): v.InferOutput<typeof UserInfo> | undefined {
  try {
    const result = v.safeParse(UserInfo, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined; // plain text such as Bad_OAuth_Token (SALESFORCE.md 1.11)
  }
}

/**
 * Asks the org who the token belongs to, and compares with what the token answer claimed. Asked at
 * the instance itself: the identity URL's own host may be another, and the token goes to the org alone.
 * @throws UserFacingError if the org does not confirm the claim
 */
export async function confirmIdentity(
  access: RequestLimits & { readonly fetch: Fetch },
  claim: OrgClaim,
  token: Secret,
): Promise<Identity> {
  const host = new URL(claim.instanceUrl).host;
  const paths = ['/services/oauth2/userinfo', `/id/${claim.orgId}/${claim.userId}`];
  const seen: string[] = [];
  for (const path of paths) {
    let answer;
    try {
      answer = await getWithToken(access, claim.instanceUrl + path, token);
    } catch (cause) {
      if (access.signal?.aborted) throw cause;
      throw networkError(host, cause, access.timeoutMilliseconds);
    }
    const info = answer.status === 200 ? userInfoIn(answer.text) : undefined;
    seen.push(`${path.startsWith('/id/') ? 'identity' : 'userinfo'}: HTTP ${answer.status}`);
    if (!info) continue;
    if (!isSameId(info.organization_id, claim.orgId) || !isSameId(info.user_id, claim.userId)) {
      throw new UserFacingError({
        code: 'identity_mismatch',
        happened: l10n.t`${host} says that the token belongs to another user or org than the answer named.`,
        todo: l10n.t(
          'Nothing was stored. Sign in again; if it happens again, do not trust this login host.',
        ),
        remedies: ['tryAgain'],
      });
    }
    const username = shownName(info.preferred_username ?? info.username ?? claim.userId);
    const displayName = shownName(info.name ?? info.display_name ?? username);
    return { ...claim, username, displayName };
  }
  throw new UserFacingError({
    code: 'identity_unconfirmed',
    happened: l10n.t`${host} did not say who has signed in.`,
    todo: l10n.t(
      'Make sure that the client app has the scope "api" or "id", and that your user may use the API.',
    ),
    remedies: ['tryAgain', 'openSettings'],
    cause: seen.join(', '),
  });
}
