/** The app details page: one app with its PKCE status and every OAuth setting, explained. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { App } from '../../salesforce/app.ts';
import { settingsOf } from '../../salesforce/settings/settingView.ts';
import { appDetailsHtml } from './html.ts';

/** What the page may ask for; anything else it sends is ignored. */
interface CopyMessage {
  readonly copy: string;
}

/** One panel per app; opening it again shows the panel that is there. */
export class AppDetails {
  readonly #extensionUri: vscode.Uri;
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  constructor(extensionUri: vscode.Uri) {
    this.#extensionUri = extensionUri;
  }

  /**
   * @param orgId tells apps of the same name in two orgs apart
   * @param orgLabel what people call the org
   */
  show(orgId: string, orgLabel: string, app: App): void {
    const key = `${orgId}|${app.id}`;
    let panel = this.#panels.get(key);
    if (!panel) {
      panel = vscode.window.createWebviewPanel(
        'salesforcePkce.app',
        app.label,
        vscode.ViewColumn.Active,
        {
          enableScripts: true,
          localResourceRoots: [
            vscode.Uri.joinPath(this.#extensionUri, 'media'),
            vscode.Uri.joinPath(this.#extensionUri, 'dist', 'webview'),
          ],
        },
      );
      panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'pkce.svg');
      panel.onDidDispose(() => this.#panels.delete(key));
      panel.webview.onDidReceiveMessage((message: unknown) => this.#copy(message));
      this.#panels.set(key, panel);
    }
    panel.webview.html = appDetailsHtml({
      app,
      orgLabel,
      settings: settingsOf(app),
      styleUri: this.#resource(panel, 'media', 'appDetails.css'),
      scriptUri: this.#resource(panel, 'dist', 'webview', 'appDetails.js'),
      cspSource: panel.webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
    });
    panel.reveal(undefined, false);
  }

  dispose(): void {
    for (const panel of [...this.#panels.values()]) panel.dispose();
  }

  #resource(panel: vscode.WebviewPanel, ...path: readonly string[]): string {
    return panel.webview.asWebviewUri(vscode.Uri.joinPath(this.#extensionUri, ...path)).toString();
  }

  async #copy(message: unknown): Promise<void> {
    if (!isCopyMessage(message)) return;
    await vscode.env.clipboard.writeText(message.copy);
    vscode.window.setStatusBarMessage('Copied.', 2000);
  }
}

function isCopyMessage(message: unknown): message is CopyMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    'copy' in message &&
    typeof message.copy === 'string'
  );
}
