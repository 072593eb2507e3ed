/** Which way back an app has by the callback URLs that it registered: for a test sign-in as that app. */
import {
  registeredRedirectUri,
  waysFor,
  type RedirectSituation,
  type RedirectWay,
} from './redirect.ts';

export interface RegisteredWay {
  readonly way: RedirectWay;
  /** The callback URL that is used, byte for byte as registered. */
  readonly callbackUrl: string;
}

/**
 * The best way among the app's own callback URLs: the editor's link, a page of this computer, the relay page, and last
 * of all the one that always works.
 * @returns undefined if the app has no callback URL
 */
export function registeredWayOf(
  callbackUrls: readonly string[],
  situation: RedirectSituation,
  { uriScheme, relayUrl }: { readonly uriScheme: string; readonly relayUrl: string },
): RegisteredWay | undefined {
  const ways = waysFor(situation);
  const own = registeredRedirectUri(uriScheme);
  if (ways[0] === 'uriHandler' && callbackUrls.includes(own)) {
    return { way: 'uriHandler', callbackUrl: own };
  }
  const here = ways.includes('loopback') ? callbackUrls.find(isOfThisComputer) : undefined;
  if (here !== undefined) return { way: 'loopback', callbackUrl: here };
  if (ways.includes('relay') && callbackUrls.includes(relayUrl)) {
    return { way: 'relay', callbackUrl: relayUrl };
  }
  const [first] = callbackUrls;
  return first === undefined ? undefined : { way: 'paste', callbackUrl: first };
}

/** A page on loopback with a port that a program of a user may listen on. */
function isOfThisComputer(callbackUrl: string): boolean {
  const url = URL.parse(callbackUrl);
  return (
    url !== null &&
    url.protocol === 'http:' &&
    ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) &&
    Number(url.port) > 1023
  );
}
