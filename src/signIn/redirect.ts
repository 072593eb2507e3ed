/** Where the browser's answer comes back to: the ways there are, and which of them fit the situation at hand. */
import * as l10n from '@vscode/l10n';
import { isLoopback } from '../oauth/loopback.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { kindOfLoginHost } from '../salesforce/loginHost.ts';
import type { Delivery } from './pendingRequests.ts';

/** The extension's id is the authority of its redirect URI: with the path it is fixed, as client apps have it registered. */
export const EXTENSION_ID = 'pkce-tools.salesforce-pkce';
export const REDIRECT_PATH = '/callback';
/** The loopback port unless the setting says otherwise. */
export const DEFAULT_LOOPBACK_PORT = 27417;

/** Editors that share VS Code's extensions, by the scheme that their links use. */
const OTHER_SCHEMES = ['vscode', 'vscode-insiders', 'vscodium', 'cursor', 'windsurf'];

/**
 * - `uriHandler`: the editor's own link (RFC 8252 section 7.1)
 * - `loopback`: a page of this computer that answers once (RFC 8252 section 7.3)
 * - `relay`: an https page that sends the browser on to a browser-based editor
 * - `paste`: the user copies the address that the browser ends at
 */
export type RedirectWay = 'uriHandler' | 'loopback' | 'relay' | 'paste';

export const REDIRECT_WAYS: readonly RedirectWay[] = ['uriHandler', 'loopback', 'relay', 'paste'];

/** What decides about the redirect. */
export interface RedirectSituation {
  /** Where the editor's window runs. A desktop window with a remote workspace is `desktop`. */
  readonly userInterface: 'desktop' | 'web';
  /** The extension runs on another machine than the browser: it cannot listen where the browser is. */
  readonly runsRemotely: boolean;
  readonly loginHost: string;
}

/** The ways that can work in a situation, the best first; the others are what can be tried next. */
export function waysFor(situation: RedirectSituation): readonly RedirectWay[] {
  const loopback: readonly RedirectWay[] = situation.runsRemotely ? [] : ['loopback'];
  if (situation.userInterface === 'desktop') return ['uriHandler', ...loopback, 'paste'];
  // A browser-based editor has another link at each sign-in; only the demo org takes it as it comes.
  const own: readonly RedirectWay[] =
    kindOfLoginHost(situation.loginHost) === 'loopback' ? ['uriHandler'] : [];
  return [...own, 'relay', ...loopback, 'paste'];
}

/** Why a way cannot work where it is not among those that can, and what can be done. Pasting always works. */
const REFUSALS: Readonly<
  Record<
    Exclude<RedirectWay, 'paste'>,
    { readonly code: string; readonly happened: string; readonly todo: string }
  >
> = {
  uriHandler: {
    code: 'no_redirect_in_browser',
    happened: l10n.t("A browser-based editor's own link cannot be registered at a client app."),
    todo: l10n.t(
      'It is another one at each sign-in, and Salesforce accepts only registered ones: use the relay page, or paste the callback URL.',
    ),
  },
  loopback: {
    code: 'loopback_elsewhere',
    happened: l10n.t(
      'Loopback waits on the computer that the editor runs on, and your browser is on another one.',
    ),
    todo: l10n.t(
      'Use the relay page, or paste the callback URL: it is the same as that of loopback.',
    ),
  },
  relay: {
    code: 'relay_on_desktop',
    happened: l10n.t('The relay page is for browser-based editors.'),
    todo: l10n.t("Here the editor's own link or loopback does the same without a third party."),
  },
};

/**
 * The way for a sign-in.
 * @throws UserFacingError where the wanted way cannot work: better said before the browser opens than after
 */
export function wayFor(situation: RedirectSituation, wanted: RedirectWay | 'auto'): RedirectWay {
  const ways = waysFor(situation);
  if (wanted === 'auto') return ways[0] ?? 'paste';
  if (wanted === 'paste' || ways.includes(wanted)) return wanted;
  // Desktop VS Code may forward the port of an extension that runs elsewhere.
  if (wanted === 'loopback' && situation.userInterface === 'desktop') return wanted;
  throw new UserFacingError({ ...REFUSALS[wanted], remedies: ['otherWay', 'openSettings'] });
}

/** A way back that is open for one sign-in. */
export interface OpenRedirect {
  readonly way: RedirectWay;
  /** Byte for byte what goes into the request, and again into the token request. */
  readonly redirectUri: string;
  /** Answers may arrive in another window of the editor. */
  readonly throughEditor: boolean;
  readonly wrapState?: ((state: string) => string) | undefined;
  /** Starts to take answers in. The signal fires when none is wanted any more. */
  readonly begin?: (
    deliver: (response: URLSearchParams) => Promise<Delivery>,
    signal: AbortSignal,
  ) => void;
  /** Leaves nothing listening. */
  close(): Promise<void>;
}

/** The redirect URI of an editor, as it must be registered. */
export function registeredRedirectUri(uriScheme: string): string {
  return `${uriScheme}://${EXTENSION_ID}${REDIRECT_PATH}`;
}

/** The redirect URI of the ways `loopback` and `paste`: by name, as Salesforce wants it (SALESFORCE.md 9). */
export function loopbackRedirectUri(port: number): string {
  return `http://localhost:${port || DEFAULT_LOOPBACK_PORT}${REDIRECT_PATH}`;
}

export interface RedirectSettings {
  /** 0: a free one. */
  readonly loopbackPort: number;
  readonly relayUrl: string;
}

/** The callback URL that a client app needs for a way. */
export function callbackUrlFor(
  way: RedirectWay,
  uriScheme: string,
  settings: RedirectSettings,
): string {
  switch (way) {
    case 'uriHandler':
      return registeredRedirectUri(uriScheme);
    case 'relay':
      return settings.relayUrl;
    case 'loopback':
    case 'paste':
      return loopbackRedirectUri(settings.loopbackPort);
  }
}

/** The callback URLs to register: the one for this way first, then those for the others and for other editors. */
export function callbackUrlsToRegister(
  way: RedirectWay,
  uriScheme: string,
  settings: RedirectSettings,
): readonly string[] {
  return [
    ...new Set([
      callbackUrlFor(way, uriScheme, settings),
      ...[uriScheme, ...OTHER_SCHEMES].map(registeredRedirectUri),
      loopbackRedirectUri(settings.loopbackPort),
    ]),
  ];
}

/**
 * The relay page of the setting.
 * @throws UserFacingError unless it is https, or on loopback
 */
export function relayUrlOf(setting: string): string {
  const url = URL.parse(setting.trim());
  const safe = url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)));
  if (safe && url.hash === '' && url.username === '' && url.password === '') return setting.trim();
  throw new UserFacingError({
    code: 'bad_relay_url',
    happened: l10n.t('The setting salesforcePkce.relayUrl is not an https address.'),
    todo: l10n.t('Set it to the address of your relay page, or reset it.'),
    remedies: ['openSettings'],
  });
}

/**
 * What goes through Salesforce as the state on the way to a relay page: the address of the editor that the
 * page sends the browser on to, with our state in it as `nonce`. The form is that of vscode.dev/redirect.
 * @param callbackUri the browser-based editor's own link for this sign-in
 */
export function relayState(callbackUri: string, state: string): string {
  const separator = callbackUri.includes('?') ? '&' : '?';
  return encodeURIComponent(`${callbackUri}${separator}nonce=${state}`);
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
  if (uri.authority !== EXTENSION_ID || uri.path !== REDIRECT_PATH) return undefined;
  if (/%[0-9a-f]{2}/i.test(uri.query)) return unwrapped(new URLSearchParams(uri.query));
  const response = new URLSearchParams();
  for (const pair of uri.query.split('&')) {
    if (pair === '') continue;
    // Codes contain "=": only the first one separates.
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    // Words come form-encoded, "+" for a space; nothing else has a "+" that could mean one.
    response.append(name, name === 'error_description' ? value.replaceAll('+', ' ') : value);
  }
  return unwrapped(response);
}

/**
 * The answer in what a user pasted: the address that the browser ended at, or the part of it from the
 * question mark on.
 * @returns undefined if there is no answer in it
 */
export function responseInPasted(text: string): URLSearchParams | undefined {
  const trimmed = text.trim();
  const query = URL.parse(trimmed)?.search ?? trimmed.replace(/^[^?]*\?/, '');
  const response = unwrapped(new URLSearchParams(query));
  const answered = response.has('code') || response.has('error');
  return answered && response.has('state') ? response : undefined;
}

/** A relay page's answer has our state as its nonce; what it passes on as `state` is the wrapping. */
function unwrapped(response: URLSearchParams): URLSearchParams {
  const nonces = new Set(response.getAll('nonce'));
  if (nonces.size === 0) return response;
  response.delete('state');
  response.delete('nonce');
  for (const nonce of nonces) response.append('state', nonce);
  return response;
}
