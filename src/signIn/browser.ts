/** The system browser and the way back from it, as VS Code offers them. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isLoopback } from '../oauth/loopback.ts';
import { numberSetting } from '../settings.ts';
import {
  callbackUrlsToRegister,
  EXTENSION_ID,
  loopbackRedirectUri,
  registeredRedirectUri,
  relayState,
  relayUrlOf,
  REDIRECT_WAYS,
  type OpenRedirect,
  type RedirectSettings,
  type RedirectSituation,
  type RedirectWay,
} from './redirect.ts';
import type { RegisteredWay } from './registeredWay.ts';

/**
 * A link as the user's browser can reach it. A browser-based editor may run on another machine than the
 * browser: there, a loopback address goes through the editor's own server.
 */
export async function linkForBrowser(url: string): Promise<string> {
  const { origin } = new URL(url);
  if (vscode.env.uiKind !== vscode.UIKind.Web || !isLoopback(new URL(url))) return url;
  const external = await vscode.env.asExternalUri(vscode.Uri.parse(origin));
  return external.toString(true).replace(/\/$/, '') + (url.slice(origin.length) || '/');
}

/**
 * Opens a link in the system browser, exactly as it is. `openExternal` takes a `Uri`, which decodes and
 * encodes again on the way and would change the redirect URI inside; given the text, VS Code passes on the text.
 * @returns whether the editor could ask for a browser; what happened there it does not know
 */
export async function openInBrowser(url: string): Promise<boolean> {
  return vscode.env.openExternal((await linkForBrowser(url)) as unknown as vscode.Uri);
}

/** The situation of this window. */
export async function situationFor(loginHost: string): Promise<RedirectSituation> {
  if (vscode.env.uiKind === vscode.UIKind.Web) {
    return { userInterface: 'web', runsRemotely: !(await isServedHere()), loginHost };
  }
  const { extensionKind } = vscode.extensions.getExtension(EXTENSION_ID) ?? {};
  const runsRemotely =
    vscode.env.remoteName !== undefined && extensionKind === vscode.ExtensionKind.Workspace;
  return { userInterface: 'desktop', runsRemotely, loginHost };
}

/**
 * Whether a browser-based editor is served by the computer that the browser runs on. The editor's own link tells: it
 * begins with the address that the browser has of the editor.
 */
async function isServedHere(): Promise<boolean> {
  const link = await externalUri(registeredRedirectUri(vscode.env.uriScheme)).catch(() => '');
  const url = URL.parse(link);
  return url !== null && isLoopback(url);
}

/** The settings that are about the way back. */
export function redirectSettings(): RedirectSettings & { readonly way: RedirectWay | 'auto' } {
  const configuration = vscode.workspace.getConfiguration('salesforcePkce');
  const way = configuration.get<string>('redirect', 'auto');
  const manifest: unknown = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON;
  const relayUrl = configuration.get<unknown>('relayUrl');
  return {
    way: REDIRECT_WAYS.find((known) => known === way) ?? 'auto',
    loopbackPort: numberSetting(manifest, 'loopbackPort', configuration.get('loopbackPort')),
    relayUrl: typeof relayUrl === 'string' ? relayUrl : '',
  };
}

/**
 * Opens the way back for one sign-in; whoever gets it closes it.
 * @throws UserFacingError if it cannot be opened: a port that is taken, a relay that is no https address
 */
export async function openRedirect(way: RedirectWay): Promise<OpenRedirect> {
  const settings = redirectSettings();
  const registered = registeredRedirectUri(vscode.env.uriScheme);
  const close = (): Promise<void> => Promise.resolve();
  switch (way) {
    case 'uriHandler': {
      const web = vscode.env.uiKind === vscode.UIKind.Web;
      // The text of this URI goes into the request and again into the token request: taken once.
      const redirectUri = web ? await externalUri(registered) : registered;
      // A browser-based editor gives the answer to the window that asked, by a number in its link.
      return { way, redirectUri, throughEditor: !web, close };
    }
    case 'relay': {
      const back = await externalUri(registered);
      return {
        way,
        redirectUri: relayUrlOf(settings.relayUrl),
        throughEditor: false,
        wrapState: (state) => relayState(back, state),
        close,
      };
    }
    case 'loopback': {
      const { openLoopback } = await import('./loopbackServer.ts');
      return openLoopback(settings.loopbackPort);
    }
    case 'paste': {
      const { askForPastedAnswer } = await import('./pasteBox.ts');
      return {
        way,
        redirectUri: loopbackRedirectUri(settings.loopbackPort),
        throughEditor: false,
        begin: (deliver, signal) => void askForPastedAnswer(deliver, signal),
        close,
      };
    }
  }
}

/** Opens the way back of another app by one of its own callback URLs. @throws as {@link openRedirect} */
export async function openRegistered({ way, callbackUrl }: RegisteredWay): Promise<OpenRedirect> {
  switch (way) {
    case 'uriHandler':
    case 'relay':
      return openRedirect(way);
    case 'loopback': {
      const { openLoopback } = await import('./loopbackServer.ts');
      return openLoopback(Number(new URL(callbackUrl).port), callbackUrl);
    }
    case 'paste':
      return { ...(await openRedirect('paste')), redirectUri: callbackUrl };
  }
}

async function externalUri(uri: string): Promise<string> {
  return (await vscode.env.asExternalUri(vscode.Uri.parse(uri))).toString(true);
}

/** Copies the callback URLs that a client app needs, one a line, the one for this way first. */
export async function copyCallbackUrls(way: RedirectWay): Promise<void> {
  const urls = callbackUrlsToRegister(way, vscode.env.uriScheme, redirectSettings());
  await vscode.env.clipboard.writeText(urls.join('\n'));
  void vscode.window.showInformationMessage(
    l10n.t`Copied. Put ${urls[0] ?? ''} into the client app's Callback URL field; the other lines are for other ways and other editors.`,
  );
}
