/** Where the browser's answer comes back to, in the situation at hand. */
import { UserFacingError } from '../oauth/userFacingError.ts';
import { kindOfLoginHost } from '../salesforce/loginHost.ts';

/** The authority and path of the redirect URI are fixed: they are registered at client apps. */
export const REDIRECT_AUTHORITY = 'pkce-tools.salesforce-pkce';
export const REDIRECT_PATH = '/callback';

/** Editors that share VS Code's extensions, by the scheme that their links use. */
const OTHER_SCHEMES = ['vscode', 'vscode-insiders', 'vscodium', 'cursor', 'windsurf'];

/** What decides about the redirect. */
export interface RedirectSituation {
  /** Where the editor's window runs. A desktop window with a remote workspace is `desktop`. */
  readonly userInterface: 'desktop' | 'web';
  readonly loginHost: string;
}

/**
 * - `registeredUri`: the fixed custom-scheme URI, byte for byte as registered (RFC 8252 section 7.1)
 * - `externalUri`: what the browser-based editor makes of it; differs at each call
 */
export type RedirectChoice = 'registeredUri' | 'externalUri';

/**
 * Which redirect fits the situation.
 * @throws UserFacingError where none does: better said before the browser opens than after
 */
export function chooseRedirect(situation: RedirectSituation): RedirectChoice {
  if (situation.userInterface === 'desktop') return 'registeredUri';
  if (kindOfLoginHost(situation.loginHost) === 'loopback') return 'externalUri';
  throw new UserFacingError({
    code: 'no_redirect_in_browser',
    happened: 'Sign-in to Salesforce does not work from a browser-based editor yet.',
    todo: 'Such an editor has another callback URL at each sign-in, and Salesforce accepts only registered ones: use desktop VS Code, or the demo org here.',
    remedies: ['startDemoOrg'],
  });
}

/** The redirect URI of an editor, as it must be registered. */
export function registeredRedirectUri(uriScheme: string): string {
  return `${uriScheme}://${REDIRECT_AUTHORITY}${REDIRECT_PATH}`;
}

/** The callback URLs to register: this editor's first, then those of its relatives. */
export function redirectUrisToRegister(uriScheme: string): readonly string[] {
  return [...new Set([uriScheme, ...OTHER_SCHEMES])].map(registeredRedirectUri);
}

/**
 * The parameters of a callback as VS Code hands it over, decoded exactly once (PROTOCOL.md 17). Desktop
 * VS Code has percent-decoded the query already, a browser-based one has not: an escape that is still
 * there tells which. Nothing that Salesforce sends has a percent sign in its decoded form.
 * @returns undefined if the callback is for another path or authority
 */
export function responseIn(uri: {
  readonly authority: string;
  readonly path: string;
  readonly query: string;
}): URLSearchParams | undefined {
  if (uri.authority !== REDIRECT_AUTHORITY || uri.path !== REDIRECT_PATH) return undefined;
  if (/%[0-9a-f]{2}/i.test(uri.query)) return new URLSearchParams(uri.query);
  const response = new URLSearchParams();
  for (const pair of uri.query.split('&')) {
    if (pair === '') continue;
    // Codes contain "=": only the first one separates.
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    // Words come form-encoded, "+" for a space; nothing else has a "+" that could mean one.
    response.append(name, name === 'error_description' ? value.replaceAll('+', ' ') : value);
  }
  return response;
}
