/** An org as a catalog, with a token of the environment. */
import {
  EnvHttpProxyAgent,
  fetch as undiciFetch,
  type RequestInit as UndiciRequestInit,
} from 'undici';
import { withCheckedCertificates } from '../oauth/checkedCertificates.ts';
import { Secret } from '../oauth/secret.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { negotiateApiVersion } from '../salesforce/apiVersion.ts';
import { readCatalog, type Catalog } from '../salesforce/catalog/catalog.ts';
import { kindOfLoginHost, loginHostOf } from '../salesforce/loginHost.ts';
import { createOrgClient } from '../salesforce/orgClient.ts';

const TOKEN_VARIABLE = 'SF_ACCESS_TOKEN';
/** Opaque and JWT tokens (RFC 6750 section 2.1, and the `!` of Salesforce's). */
const ACCESS_TOKEN = /^[\w.~+/!-]+=*$/;
const TIMEOUT_MILLISECONDS = 30_000;
const CONCURRENCY = 10;

/**
 * @param url origin of the org, such as `https://acme.my.salesforce.com`
 * @throws UserFacingError if there is no token, the host is not one of Salesforce's, or the org cannot be read
 */
export async function readOrg(
  url: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly catalog: Catalog; readonly name: string }> {
  const token = (environment[TOKEN_VARIABLE] ?? '').trim();
  if (token === '') {
    throw new UserFacingError({
      code: 'no_token',
      happened: `There is no access token in the environment variable ${TOKEN_VARIABLE}.`,
      todo: 'Set it to a token of the org; it is never taken from an argument, where other programs could see it.',
    });
  }
  if (!ACCESS_TOKEN.test(token)) {
    throw new UserFacingError({
      code: 'bad_token',
      happened: `What is in the environment variable ${TOKEN_VARIABLE} is no access token: it holds white space, quotes or other characters that no token has.`,
      todo: 'Set it to the token alone, without what stood around it and without line breaks.',
    });
  }
  const instanceUrl = loginHostOf(url);
  if (kindOfLoginHost(instanceUrl) === 'custom') {
    throw new UserFacingError({
      code: 'not_salesforce',
      happened: `${new URL(instanceUrl).host} is not one of Salesforce's own hosts.`,
      todo: 'A token goes nowhere else: give the My Domain of the org, such as https://acme.my.salesforce.com.',
    });
  }
  // HTTPS_PROXY and NO_PROXY, as CI sets them.
  const dispatcher = new EnvHttpProxyAgent();
  const fetch = withCheckedCertificates(
    async (input, init) =>
      (await undiciFetch(input, {
        ...(init as UndiciRequestInit),
        dispatcher,
      })) as unknown as Response,
  );
  const secret = new Secret(token);
  const client = createOrgClient({
    fetch,
    instanceUrl,
    accessToken: (rejected) =>
      rejected
        ? Promise.reject(
            new UserFacingError({
              code: 'token_refused',
              happened: 'The org does not accept the access token.',
              todo: `Get a new one for ${new URL(instanceUrl).host}, and set ${TOKEN_VARIABLE} to it.`,
            }),
          )
        : Promise.resolve(secret),
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    concurrency: CONCURRENCY,
  });
  try {
    const catalog = await readCatalog(client, {
      apiVersion: await negotiateApiVersion(client, 'auto'),
      orgId: /^00D\w{12,15}(?=!)/.exec(token)?.[0] ?? '',
      signal: new AbortController().signal,
      onApps: () => undefined,
    });
    return { catalog, name: new URL(instanceUrl).host };
  } finally {
    await dispatcher.close();
  }
}
