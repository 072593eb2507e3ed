/**
 * A stand-in for the editor's API, for what no real editor lets a test do: jump the clock, and see every button of
 * every message. Import it before anything that imports `vscode`, and that by `await import(...)`.
 */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { provideVscode } from '../../harness/provideVscode.ts';

const nothingToDispose = { dispose: (): void => undefined };

/** A message as the user would see it. */
export interface ShownMessage {
  readonly kind: 'error' | 'warning' | 'information';
  readonly text: string;
  /** Below the text of a question; empty where there is none. */
  readonly detail: string;
  readonly buttons: readonly string[];
  /** In front of everything until it is answered; others may go unseen. */
  readonly isModal: boolean;
}

interface Row {
  readonly label: string;
}

/** A box that takes a text, as the user would see and use it. */
class ShownBox {
  title = '';
  placeholder = '';
  value = '';
  isOpen = false;
  isDisposed = false;
  readonly #listeners = { change: [], accept: [], hide: [] } as Record<string, (() => void)[]>;
  readonly onDidChangeValue = (listener: () => void) => this.#on('change', listener);
  readonly onDidAccept = (listener: () => void) => this.#on('accept', listener);
  readonly onDidHide = (listener: () => void) => this.#on('hide', listener);

  type(text: string): void {
    this.value = text;
    this.#fire('change');
  }

  /** Enter. */
  async accept(): Promise<void> {
    this.#fire('accept');
    await new Promise((resolve) => setImmediate(resolve));
  }

  show(): void {
    this.isOpen = true;
  }

  hide(): void {
    this.isOpen = false;
    this.#fire('hide');
  }

  dispose(): void {
    this.isDisposed = true;
  }

  #on(event: string, listener: () => void): { dispose: () => void } {
    this.#listeners[event]?.push(listener);
    return nothingToDispose;
  }

  #fire(event: string): void {
    for (const listener of this.#listeners[event] ?? []) listener();
  }
}

/** A box with rows. Which of them match a text is the editor's to say. */
export class ShownQuickPick extends ShownBox {
  items: readonly Row[] = [];
  selectedItems: readonly Row[] = [];

  get labels(): readonly string[] {
    return this.items.map(({ label }) => label);
  }

  /** Enter, on a row or on none. */
  override async accept(row?: Row): Promise<void> {
    if (row) this.selectedItems = [row];
    await super.accept();
  }
}

/** A box with a text alone. */
export class ShownInputBox extends ShownBox {
  password = false;
  ignoreFocusOut = false;
  busy = false;
  validationMessage: string | undefined;

  /** A text and Enter, and the time that the answer takes. */
  async enter(text: string): Promise<void> {
    this.type(text);
    do await this.accept();
    while (this.busy);
  }
}

/** A page of the extension's own, as the user would see it. */
export class ShownPanel {
  readonly webview = {
    html: '',
    cspSource: 'vscode-resource:',
    asWebviewUri: (uri: string) => uri,
    postMessage: (message: unknown): Promise<boolean> => {
      this.posted.push(message);
      return Promise.resolve(true);
    },
    onDidReceiveMessage: (listener: (message: unknown) => unknown) => {
      const before = this.click;
      this.click = async (message) => {
        await before(message);
        await listener(message);
      };
      return nothingToDispose;
    },
  };
  /** What was put into the page. */
  readonly posted: unknown[] = [];
  visible = true;
  /** What the page asks of the extension. */
  click: (message: unknown) => Promise<void> = () => Promise.resolve();
  dispose: () => void = () => undefined;
  readonly reveal = (): void => undefined;
  #stateChanged: () => void = () => undefined;

  onDidChangeViewState(listener: () => void): typeof nothingToDispose {
    this.#stateChanged = listener;
    return nothingToDispose;
  }

  onDidDispose(listener: () => void): typeof nothingToDispose {
    this.dispose = listener;
    return nothingToDispose;
  }

  /** Another tab is in front, or this one again. */
  show(visible: boolean): void {
    this.visible = visible;
    this.#stateChanged();
  }
}

/** A file of the workspace. */
export interface ShownFile {
  readonly path: string;
  readonly fsPath: string;
  readonly toString: () => string;
}

export function fileAt(path: string): ShownFile {
  return { path, fsPath: path, toString: () => `file://${path}` };
}

/** What a token is made by. */
class Cancellation {
  readonly token = {
    isCancellationRequested: false,
    onCancellationRequested: (listener: () => void) => {
      if (this.token.isCancellationRequested) listener();
      else this.#listeners.push(listener);
      return nothingToDispose;
    },
  };
  readonly dispose = nothingToDispose.dispose;
  readonly #listeners: (() => void)[] = [];

  cancel(): void {
    this.token.isCancellationRequested = true;
    for (const listener of this.#listeners) listener();
  }
}

/** A problem of a file as the user would see it. */
export interface ShownProblem {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

/** What the code under test did with the editor. */
export const editor = {
  messages: [] as ShownMessage[],
  /** Which button the user clicks; none by default. */
  pick: (() => undefined) as (message: ShownMessage) => string | undefined,
  /** Which row of a list the user chooses; none by default. */
  pickRow: (() => undefined) as (rows: readonly Row[]) => Row | undefined,
  /** What the user types into a box with this title; Escape by default. */
  type: (() => undefined) as (title: string) => string | undefined,
  statusBarItems: [] as Record<string, unknown>[],
  /** What the status bar said for a moment. */
  statusBarMessages: [] as string[],
  /** The box that was opened last. */
  quickPick: undefined as ShownQuickPick | undefined,
  inputBox: undefined as ShownInputBox | undefined,
  settings: new Map<string, unknown>(),
  clipboard: '',
  clipboardFails: false,
  panels: [] as ShownPanel[],
  /** Commands that were run, with what they were given. */
  commands: [] as (readonly unknown[])[],
  /** What the progress notifications have said, each with its title first. */
  progress: [] as string[],
  /** Clicks the Cancel of the progress that was started last. */
  cancel: (): void => undefined,
  /** What the user's browser does with a link. */
  browse: (() => undefined) as (link: string) => unknown,
  /** Where the window has its files, if that is not this computer, and which side the extension runs on. */
  remoteName: undefined as string | undefined,
  extensionKind: 1,
  /** Of a browser-based editor: its own link, as the browser has it. */
  callbackLink: undefined as string | undefined,
  /** Texts of the files of the workspace, by their paths. */
  files: new Map<string, string>(),
  closeDocument: (() => undefined) as (path: string) => void,
  openDocument: (() => undefined) as (document: object) => void,
  editDocument: (() => undefined) as (document: object) => void,
  renameFile: (() => undefined) as (from: string, to: string) => void,
  /** Files and folders were deleted by the editor. */
  deleteFiles: (() => undefined) as (...paths: readonly string[]) => void,
  /** While files are looked for. */
  whileFinding: (() => undefined) as (pattern: string, token: Cancellation['token']) => unknown,
  openDocuments: [] as { readonly uri: ShownFile; readonly getText?: () => string }[],
  /** Problems that are shown, by the addresses of their files. */
  problems: new Map<string, readonly ShownProblem[]>(),
  /** Whether a settings file can be written. */
  /** What the user's own settings file holds, where a test says so. */
  userSettings: new Map<string, unknown>(),
  settingsAreWritable: true,
  filesAreWritable: true,
  /** Brings the window to the front. */
  focus: (): void => undefined,
  /** Whether the window has the focus. */
  isFocused: true,
};

const show =
  (kind: ShownMessage['kind']) =>
  (text: string, ...rest: readonly unknown[]): Promise<string | undefined> => {
    const buttons = rest.filter((one) => typeof one === 'string');
    const options = rest.find((one) => typeof one === 'object' && one !== null) ?? {};
    const detail = 'detail' in options ? String(options.detail) : '';
    const message = { kind, text, detail, buttons, isModal: 'modal' in options };
    editor.messages.push(message);
    return Promise.resolve(editor.pick(message));
  };
function textOf(path: string): string {
  const text = editor.files.get(path);
  if (text === undefined) throw new Error(`${path} is gone.`);
  return text;
}

const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
const api = {
  window: {
    showErrorMessage: show('error'),
    showWarningMessage: show('warning'),
    showInformationMessage: show('information'),
    createStatusBarItem: (...given: readonly unknown[]) => {
      const item: Record<string, unknown> = { given, shown: false };
      item.show = (): void => void (item.shown = true);
      item.hide = (): void => void (item.shown = false);
      item.dispose = (): void => undefined;
      editor.statusBarItems.push(item);
      return item;
    },
    setStatusBarMessage: (text: string) => {
      editor.statusBarMessages.push(text);
      return nothingToDispose;
    },
    showQuickPick: (rows: readonly Row[]) => Promise.resolve(editor.pickRow(rows)),
    showInputBox: ({ title }: { readonly title: string }) => Promise.resolve(editor.type(title)),
    showSaveDialog: ({ defaultUri }: { readonly defaultUri: ShownFile }) =>
      Promise.resolve(defaultUri),
    showTextDocument: () => Promise.resolve(),
    createQuickPick: () => (editor.quickPick = new ShownQuickPick()),
    createInputBox: () => (editor.inputBox = new ShownInputBox()),
    createWebviewPanel: () => {
      const panel = new ShownPanel();
      editor.panels.push(panel);
      return panel;
    },
    withProgress: (
      { title }: { readonly title: string },
      run: (progress: object, cancellation: object) => Promise<unknown>,
    ) => {
      editor.progress.push(title);
      const onCancellationRequested = (listener: () => void): object => {
        editor.cancel = listener;
        return nothingToDispose;
      };
      return run(
        { report: ({ message }: { readonly message: string }) => editor.progress.push(message) },
        { onCancellationRequested },
      );
    },
    get state() {
      return { focused: editor.isFocused };
    },
    onDidChangeWindowState: (listener: (state: { readonly focused: boolean }) => void) => {
      editor.focus = () => listener({ focused: true });
      return nothingToDispose;
    },
  },
  workspace: {
    getConfiguration: (section: string) => ({
      get: (name: string, otherwise: unknown) =>
        editor.settings.get(`${section}.${name}`) ?? otherwise,
      inspect: (name: string) => ({ globalValue: editor.userSettings.get(`${section}.${name}`) }),
      update: (name: string, value: unknown) => {
        if (!editor.settingsAreWritable) return Promise.reject(new Error('unsaved changes'));
        editor.settings.set(`${section}.${name}`, value);
        return Promise.resolve();
      },
    }),
    onDidChangeConfiguration: () => nothingToDispose,
    get textDocuments() {
      return editor.openDocuments;
    },
    onDidCloseTextDocument: (listener: (document: { readonly uri: ShownFile }) => void) => {
      editor.closeDocument = (path) => listener({ uri: fileAt(path) });
      return nothingToDispose;
    },
    onDidOpenTextDocument: (listener: (document: object) => void) => {
      editor.openDocument = listener;
      return nothingToDispose;
    },
    onDidChangeTextDocument: (listener: (event: { readonly document: object }) => void) => {
      editor.editDocument = (document) => listener({ document });
      return nothingToDispose;
    },
    onDidRenameFiles: (
      listener: (event: {
        readonly files: readonly { readonly oldUri: ShownFile; readonly newUri: ShownFile }[];
      }) => void,
    ) => {
      editor.renameFile = (from, to) =>
        listener({ files: [{ oldUri: fileAt(from), newUri: fileAt(to) }] });
      return nothingToDispose;
    },
    onDidDeleteFiles: (listener: (event: { readonly files: readonly ShownFile[] }) => void) => {
      editor.deleteFiles = (...paths) => listener({ files: paths.map(fileAt) });
      return nothingToDispose;
    },
    asRelativePath: ({ path }: ShownFile) => path.replace(/^\/workspace\//, ''),
    /** By the endings between the pattern's braces, or the name that it ends with. */
    findFiles: async (
      pattern: string,
      _exclude: string,
      most: number,
      token?: Cancellation['token'],
    ) => {
      await editor.whileFinding(pattern, token ?? new Cancellation().token);
      if (token?.isCancellationRequested) return [];
      const endings = /\{(.*)\}/.exec(pattern)?.[1]?.split(',') ?? [pattern.replace('**', '')];
      return [...editor.files.keys()]
        .filter((path) => endings.some((ending) => path.endsWith(ending)))
        .slice(0, most)
        .map(fileAt);
    },
    applyEdit: ({ created }: { readonly created: readonly ShownFile[] }) => {
      for (const { path } of created) editor.files.set(path, '');
      return Promise.resolve(true);
    },
    fs: {
      stat: ({ path }: ShownFile) => Promise.resolve({ size: textOf(path).length }),
      readFile: ({ path }: ShownFile) => Promise.resolve(new TextEncoder().encode(textOf(path))),
      writeFile: ({ path }: ShownFile, content: Uint8Array) => {
        if (!editor.filesAreWritable) return Promise.reject(new Error('EBUSY'));
        editor.files.set(path, new TextDecoder().decode(content));
        return Promise.resolve();
      },
    },
  },
  languages: {
    createDiagnosticCollection: () => ({
      set: (uri: ShownFile, problems: readonly ShownProblem[]) =>
        void editor.problems.set(String(uri), problems),
      delete: (uri: ShownFile) => void editor.problems.delete(String(uri)),
      clear: () => editor.problems.clear(),
      forEach: (visit: (uri: ShownFile) => void) => {
        for (const address of [...editor.problems.keys()]) {
          visit(fileAt(address.replace('file://', '')));
        }
      },
      dispose: nothingToDispose.dispose,
    }),
    registerCodeActionsProvider: () => nothingToDispose,
  },
  env: {
    clipboard: {
      writeText: (text: string) => void (editor.clipboard = text),
      readText: () =>
        editor.clipboardFails
          ? Promise.reject(new Error('The clipboard is locked'))
          : Promise.resolve(editor.clipboard),
    },
    get uiKind() {
      return editor.callbackLink === undefined ? 1 : 2;
    },
    asExternalUri: () => Promise.resolve({ toString: () => editor.callbackLink }),
    get remoteName() {
      return editor.remoteName;
    },
    uriScheme: 'vscode',
    openExternal: (link: string) => {
      editor.browse(link);
      return Promise.resolve(true);
    },
  },
  extensions: {
    getExtension: () => ({ packageJSON: manifest, extensionKind: editor.extensionKind }),
  },
  commands: {
    executeCommand: (...given: readonly unknown[]) => {
      editor.commands.push(given);
      return Promise.resolve();
    },
  },
  Uri: {
    joinPath: (first: string | ShownFile, ...parts: readonly string[]) =>
      typeof first === 'string'
        ? [first, ...parts].join('/')
        : fileAt(posix.join(first.path, ...parts)),
    parse: String,
    file: (path: string) => fileAt(path),
  },
  WorkspaceEdit: class {
    readonly created: ShownFile[] = [];
    createFile(uri: ShownFile): void {
      this.created.push(uri);
    }
  },
  ViewColumn: { Active: -1 },
  QuickPickItemKind: { Separator: -1, Default: 0 },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  StatusBarAlignment: { Left: 1, Right: 2 },
  UIKind: { Desktop: 1, Web: 2 },
  ExtensionKind: { UI: 1, Workspace: 2 },
  ProgressLocation: { Notification: 15 },
  ConfigurationTarget: { Global: 1 },
  CancellationTokenSource: Cancellation,
  CodeActionKind: { QuickFix: 'quickfix' },
  DiagnosticSeverity: { Warning: 1, Information: 2 },
  Diagnostic: class {
    readonly range: unknown;
    readonly message: string;
    constructor(range: unknown, message: string) {
      this.range = range;
      this.message = message;
    }
  },
  Position: class {
    readonly line: number;
    readonly character: number;
    constructor(line: number, character: number) {
      this.line = line;
      this.character = character;
    }
  },
  Range: class {
    readonly start: unknown;
    readonly end: unknown;
    constructor(start: unknown, end: unknown) {
      this.start = start;
      this.end = end;
    }
  },
  ThemeColor: class {
    readonly id: string;
    constructor(id: string) {
      this.id = id;
    }
  },
  MarkdownString: class {
    readonly value: string;
    constructor(value = '') {
      this.value = value;
    }
  },
};

Object.assign(globalThis, { vscodeStandIn: api });
provideVscode(
  Object.keys(api)
    .map((name) => `export const ${name} = vscodeStandIn.${name};`)
    .join('\n'),
);
