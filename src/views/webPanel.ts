/** What the extension's pages have in common: the panel, and where it loads from. */
import * as vscode from 'vscode';
import type { PageResources } from './pageHtml.ts';

/** Opens a panel that may load the extension's own styles and scripts, and nothing else. */
export function openPanel(
  extensionUri: vscode.Uri,
  viewType: string,
  title: string,
): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [
      vscode.Uri.joinPath(extensionUri, 'media'),
      vscode.Uri.joinPath(extensionUri, 'dist', 'webview'),
    ],
  });
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'pkce.svg');
  return panel;
}

/** @param name of the page's own style and script */
export function resourcesOf(
  { webview }: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  name: string,
  nonce: string,
): PageResources {
  const uriOf = (...path: readonly string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString();
  return {
    styleUris: [uriOf('media', 'page.css'), uriOf('media', `${name}.css`)],
    scriptUri: uriOf('dist', 'webview', `${name}.js`),
    cspSource: webview.cspSource,
    nonce,
  };
}
