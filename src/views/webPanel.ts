/** What the extension's pages have in common: the panel, where it loads from, and what is put into it. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { changedParts, pageHtml, type PageContent, type PageResources } from './pageHtml.ts';

export interface WebPanelOptions {
  readonly viewType: string;
  readonly title: string;
  /** Of the page's own style and script. */
  readonly name: string;
}

/**
 * A panel that may load the extension's own styles and scripts, and nothing else. Setting `webview.html` loads a page
 * anew, and whoever types there meanwhile loses letters: a page that is shown gets the parts that have changed.
 */
export class WebPanel {
  readonly panel: vscode.WebviewPanel;
  readonly #extensionUri: vscode.Uri;
  readonly #name: string;
  #shown: PageContent | undefined;
  /** Whether parts were put into the page that `webview.html` does not have: a page that comes back begins with that. */
  #isAhead = false;

  constructor(extensionUri: vscode.Uri, { viewType, title, name }: WebPanelOptions) {
    this.#extensionUri = extensionUri;
    this.#name = name;
    this.panel = vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [
        vscode.Uri.joinPath(extensionUri, 'media'),
        vscode.Uri.joinPath(extensionUri, 'dist', 'webview'),
      ],
    });
    // Tabs draw it as it is; the activity bar gives it the colour of the theme.
    this.panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'pkce.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'pkce-dark.svg'),
    };
    this.panel.webview.onDidReceiveMessage((message: unknown) => {
      // The editor loads a page anew when it moves to another window: with what `webview.html` has.
      if (isLoaded(message) && this.#isAhead && this.#shown) {
        void this.panel.webview.postMessage({ parts: Object.fromEntries(this.#shown.parts) });
      }
    });
    this.panel.onDidChangeViewState(() => {
      if (!this.panel.visible && this.#isAhead && this.#shown) this.#load(this.#shown);
    });
  }

  /** Shows a page; of one that is there already what has changed. */
  draw(content: PageContent): void {
    const changed = this.#shown && changedParts(this.#shown, content);
    this.#shown = content;
    if (changed && Object.keys(changed).length === 0) return;
    if (!changed || !this.panel.visible) {
      this.#load(content);
      return;
    }
    this.#isAhead = true;
    void this.panel.webview.postMessage({ parts: changed });
  }

  #load(content: PageContent): void {
    this.#isAhead = false;
    this.panel.webview.html = pageHtml(this.#resources(), content);
  }

  #resources(): PageResources {
    const { webview } = this.panel;
    const uriOf = (...path: readonly string[]): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.#extensionUri, ...path)).toString();
    return {
      styleUris: [uriOf('media', 'page.css'), uriOf('media', `${this.#name}.css`)],
      scriptUri: uriOf('dist', 'webview', `${this.#name}.js`),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
    };
  }
}

function isLoaded(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && 'do' in message && message.do === 'loaded'
  );
}
