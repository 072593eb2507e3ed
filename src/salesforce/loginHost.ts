/**
 * Login hosts: from whatever a user types or pastes to the origin that can log them in, and which hosts
 * an org may live on (SALESFORCE.md 1.2).
 */
import * as l10n from '@vscode/l10n';
import { isLoopback } from '../oauth/loopback.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';

export const PRODUCTION = 'https://login.salesforce.com';
export const SANDBOX = 'https://test.salesforce.com';

/** Domains that are Salesforce's own; a host is the domain itself or below it. */
const SALESFORCE_DOMAINS = [
  'salesforce.com',
  'force.com',
  'cloudforce.com',
  'my.salesforce.mil',
  'crmforce.mil',
  'sfcrmproducts.cn',
  'my-salesforce.com',
];

/** Hosts that show an org but cannot log anybody in, and the My Domain host behind them. */
const DISPLAY_HOSTS: readonly (readonly [RegExp, string])[] = [
  [/^(.+)\.lightning\.force\.com$/, '$1.my.salesforce.com'],
  [/^(.+)\.lightning\.crmforce\.mil$/, '$1.my.salesforce.mil'],
  [/^(.+)\.my\.salesforce-setup\.com$/, '$1.my.salesforce.com'],
  [
    /^(.+?)--\w+(\.sandbox|\.develop|\.scratch|\.trailblaze)?\.vf\.force\.com$/,
    '$1$2.my.salesforce.com',
  ],
];

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['login', PRODUCTION],
  ['production', PRODUCTION],
  ['test', SANDBOX],
  ['sandbox', SANDBOX],
]);

/** Whether a host is the domain or a subdomain of it. */
function isWithin(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}

/** Whether a host belongs to Salesforce itself, as far as its name tells. */
function isSalesforceHost(hostname: string): boolean {
  return SALESFORCE_DOMAINS.some((domain) => isWithin(hostname, domain));
}

function badHost(code: string, happened: string, todo: string): UserFacingError {
  return new UserFacingError({ code, happened, todo });
}

/** The part of a bare name: `acme`, `acme--uat` or `acme--uat.sandbox`. */
function myDomainHostOf(name: string): string {
  if (/\.(sandbox|develop|scratch|trailblaze)$/.test(name)) return `${name}.my.salesforce.com`;
  return name.includes('--') ? `${name}.sandbox.my.salesforce.com` : `${name}.my.salesforce.com`;
}

/**
 * The login host that a user means.
 * @param input bare My Domain name, host, or any URL of the org that was pasted (Lightning, Setup, Visualforce, my.salesforce)
 * @returns an origin such as `https://acme.my.salesforce.com`, without a trailing slash
 * @throws UserFacingError that says what is wrong with the input
 */
export function loginHostOf(input: string): string {
  const text = input.trim();
  if (text === '')
    throw badHost(
      'empty_host',
      l10n.t('No host was given.'),
      l10n.t('Type a My Domain name such as "acme", or paste any URL of the org.'),
    );
  const short = SHORT_NAMES.get(text.toLowerCase());
  if (short) return short;
  if (
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.(sandbox|develop|scratch|trailblaze))?$/i.test(text) &&
    text.toLowerCase() !== 'localhost'
  ) {
    return `https://${myDomainHostOf(text.toLowerCase())}`;
  }
  const schemeless = !/^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const url = URL.parse(schemeless ? `https://${text}` : text);
  if (!url?.hostname) {
    throw badHost(
      'bad_host',
      l10n.t('This is not a host name or URL.'),
      l10n.t('Type a My Domain name such as "acme", or paste any URL of the org.'),
    );
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw badHost(
      'not_https',
      l10n.t`${url.protocol}// is not safe for signing in.`,
      l10n.t(
        'Use the https address of the org; plain http works only for a server on this computer.',
      ),
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw badHost(
      'host_with_credentials',
      l10n.t('The address holds a user name or password.'),
      l10n.t('Leave out everything between https:// and the host name.'),
    );
  }
  if (!url.hostname.includes('.') && !isLoopback(url)) {
    throw badHost(
      'bad_host',
      l10n.t`"${url.hostname}" is not a complete host name.`,
      l10n.t('Paste a URL of the org, such as https://acme.my.salesforce.com.'),
    );
  }
  if (isSalesforceHost(url.hostname) && url.port !== '') {
    throw badHost(
      'host_with_port',
      l10n.t('Salesforce answers on the standard port only.'),
      l10n.t`Leave out ":${url.port}".`,
    );
  }
  for (const [shown, login] of DISPLAY_HOSTS) {
    if (shown.test(url.hostname)) return `https://${url.hostname.replace(shown, login)}`;
  }
  return url.origin;
}

/** What a host is, for a hint beside the input: Salesforce's own, this computer, or somebody's own domain. */
export function kindOfLoginHost(loginHost: string): 'salesforce' | 'loopback' | 'custom' {
  const url = new URL(loginHost);
  if (isLoopback(url)) return 'loopback';
  return isSalesforceHost(url.hostname) ? 'salesforce' : 'custom';
}

/** Whether a stored text is a login host as {@link loginHostOf} makes them: an origin, https or on loopback. */
export function isLoginHost(text: string): boolean {
  const url = URL.parse(text);
  return url?.origin === text && (url.protocol === 'https:' || isLoopback(url));
}

/**
 * Whether the org of a session may live at `url`, so that the token may be sent there: https on one of
 * Salesforce's domains or on the login host itself; loopback only for a login host on loopback (PROTOCOL.md 47).
 */
export function mayHoldOrg(url: URL, loginHost: string): boolean {
  const login = new URL(loginHost);
  if (url.username !== '' || url.password !== '') return false;
  if (isLoopback(login)) return isLoopback(url) && url.protocol === login.protocol;
  if (url.protocol !== 'https:' || isLoopback(url)) return false;
  if (url.host === login.host) return true;
  return url.port === '' && isSalesforceHost(url.hostname);
}
