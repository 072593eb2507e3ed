/** The system browser and the way back from it, as VS Code offers them. */
import * as vscode from 'vscode';
import { isLoopback } from '../oauth/loopback.ts';
import { chooseRedirect, redirectUrisToRegister, registeredRedirectUri } from './redirect.ts';

/**
 * A link as the user's browser can reach it. A browser-based editor may run on another machine than the
 * browser: there, a loopback address goes through the editor's own server.
 */
export async function linkForBrowser(url: string): Promise<string> {
  const { origin } = new URL(url);
  if (vscode.env.uiKind !== vscode.UIKind.Web || !isLoopback(new URL(url))) return url;
  const external = await vscode.env.asExternalUri(vscode.Uri.parse(origin));
  return external.toString(true).replace(/\/$/, '') + url.slice(origin.length);
}

/**
 * Opens a link in the system browser, exactly as it is. `openExternal` takes a `Uri`, which decodes and
 * encodes again on the way and would change the redirect URI inside; given the text, VS Code passes on the text.
 * @returns whether the editor could ask for a browser; what happened there it does not know
 */
export async function openInBrowser(url: string): Promise<boolean> {
  return vscode.env.openExternal((await linkForBrowser(url)) as unknown as vscode.Uri);
}

/**
 * The redirect URI for a sign-in at a login host.
 * @throws UserFacingError where no redirect works
 */
export async function redirectUriFor(loginHost: string): Promise<string> {
  const registered = registeredRedirectUri(vscode.env.uriScheme);
  const web = vscode.env.uiKind === vscode.UIKind.Web;
  const choice = chooseRedirect({ userInterface: web ? 'web' : 'desktop', loginHost });
  if (choice === 'registeredUri') return registered;
  // The text of this URI goes into the request and again into the token request: taken once.
  return (await vscode.env.asExternalUri(vscode.Uri.parse(registered))).toString(true);
}

/** The callback URLs that a client app needs, one a line, this editor's first. */
export async function copyCallbackUrls(): Promise<void> {
  await vscode.env.clipboard.writeText(redirectUrisToRegister(vscode.env.uriScheme).join('\n'));
  void vscode.window.showInformationMessage(
    `Copied. Put ${registeredRedirectUri(vscode.env.uriScheme)} into the client app's Callback URL field; the other lines are for other editors.`,
  );
}
