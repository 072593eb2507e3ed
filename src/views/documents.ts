/** Pages to read that are no files: Markdown, shown as a preview. */
import { homedir } from 'node:os';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { showInformationMessage } from './notifications.ts';

const SCHEME = 'salesforce-pkce-report';

export class Documents {
  /** By the path of their address. */
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #provider: vscode.Disposable;

  constructor() {
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: this.#changed.event,
      // A tab that the editor has kept over a reload may ask again, and nothing of its report was kept.
      provideTextDocumentContent: ({ path }) =>
        this.#texts.get(path) ??
        l10n.t('This report is not kept. Run the command again that made it.'),
    });
  }

  /** Shows a page; one of the same name is replaced. */
  async show(name: string, markdown: string): Promise<void> {
    const path = `/${name.replaceAll('/', '-')}.md`;
    this.#texts.set(path, markdown);
    const uri = vscode.Uri.from({ scheme: SCHEME, path });
    this.#changed.fire(uri);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      // The editor's own Markdown extension is switched off: the text can be read all the same.
      await vscode.commands.executeCommand('vscode.open', uri);
    }
  }

  dispose(): void {
    this.#provider.dispose();
    this.#changed.dispose();
  }
}

/**
 * Writes a report where the user says, and offers to open it.
 * @param what says what was written, such as `The audit report of Acme`
 */
export async function saveFile(options: {
  readonly title: string;
  readonly what: string;
  readonly name: string;
  readonly formatName: string;
  readonly extension: string;
  readonly text: () => string;
}): Promise<void> {
  const { title, what, name, formatName, extension, text } = options;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const file = await vscode.window.showSaveDialog({
    title,
    filters: { [formatName]: [extension] },
    defaultUri: vscode.Uri.joinPath(folder, `${name}.${extension}`),
  });
  if (!file) return;
  await vscode.workspace.fs
    .writeFile(file, new TextEncoder().encode(text()))
    .then(undefined, (cause: unknown) => {
      throw new UserFacingError({
        code: 'not_written',
        happened: l10n.t`${what} could not be written.`,
        todo: l10n.t('Close the file where it is open, or choose another place.'),
        cause,
      });
    });
  const show = l10n.t('Open');
  const answer = await showInformationMessage(l10n.t`${what} was written.`, show);
  if (answer === show) await vscode.commands.executeCommand('vscode.open', file);
}
