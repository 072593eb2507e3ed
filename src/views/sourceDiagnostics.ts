/**
 * Problems of Salesforce source files and of code, in the editor: as a file is opened and edited, and for the whole
 * workspace when somebody asks. Each problem that can be mended has a quick fix.
 */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { CODE_ENDINGS, SOURCE_FILES } from '../audit/checkedFiles.ts';
import { scanCode } from '../audit/codeScan.ts';
import type { Severity } from '../audit/finding.ts';
import { lineAt } from '../audit/lineIndex.ts';
import { sourceProblems, type SourceFix } from '../audit/sourceChecks.ts';
import { untilAborted } from '../session/untilAborted.ts';
import { findFiles } from './findFiles.ts';

const SOURCE = 'PKCE for Salesforce';
const EDIT_PAUSE_MILLISECONDS = 300;
const MOST_BYTES = 2 * 1024 * 1024;
const MOST_FILES = 20_000;
/** Files are read side by side, but not all at once. */
const AT_ONCE = 20;

/** What is found in one file, in places of its text. */
interface Problem {
  readonly rule: string;
  readonly message: string;
  readonly severity: vscode.DiagnosticSeverity;
  readonly start: number;
  readonly end: number;
  readonly fix?: SourceFix | undefined;
}

/** Files of a workspace that may have problems. */
const SOURCE_PATTERN = `**/*{${SOURCE_FILES.join(',')}}`;
const CODE_PATTERN = `**/*.{${CODE_ENDINGS.join(',')}}`;

export interface WorkspaceCheck {
  readonly files: number;
  readonly problems: number;
  /** Files that could not be read, or do not hold what their names say. */
  readonly notRead: number;
  /** There are more files than were looked at. */
  readonly isIncomplete: boolean;
}

export class SourceDiagnostics implements vscode.CodeActionProvider {
  readonly #collection = vscode.languages.createDiagnosticCollection('salesforcePkce');
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Files that were looked at because somebody asked for the whole workspace: their problems stay. */
  readonly #asked = new Map<string, vscode.Uri>();
  readonly #disposables: readonly { dispose(): unknown }[];

  constructor() {
    this.#disposables = [
      this.#collection,
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        clearTimeout(this.#timers.get(uri.toString()));
        this.#timers.delete(uri.toString());
        // What was typed and not saved is gone.
        if (this.#asked.has(uri.toString())) void this.#checkFile(uri);
        else this.#collection.delete(uri);
      }),
      vscode.workspace.onDidOpenTextDocument((document) => this.#checkAsked(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#checkAsked(document)),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) this.#move(oldUri, newUri);
      }),
      vscode.workspace.onDidDeleteFiles(({ files }) => {
        for (const uri of files) this.#forget(uri);
      }),
      vscode.languages.registerCodeActionsProvider({ pattern: SOURCE_PATTERN }, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    ];
  }

  /** Looks at a document now. */
  check(document: vscode.TextDocument): void {
    const text = document.getText();
    if (text.length > MOST_BYTES) this.#collection.delete(document.uri);
    else this.#set(document.uri, text);
  }

  /** Of what somebody has asked about, also code without the words that are watched for. */
  #checkAsked(document: vscode.TextDocument): void {
    if (this.#asked.has(document.uri.toString())) this.checkSoon(document);
  }

  /** Looks at a document when its typing has paused. */
  checkSoon(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        if (!document.isClosed) this.check(document);
      }, EDIT_PAUSE_MILLISECONDS),
    );
  }

  /** Takes all problems away. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#asked.clear();
    this.#collection.clear();
  }

  /** Looks at all files of the workspace, and forgets those that are gone. Undefined if the user has cancelled. */
  async checkWorkspace(
    signal: AbortSignal,
    report: (message: string) => void,
  ): Promise<WorkspaceCheck | undefined> {
    const found = await Promise.all(
      [SOURCE_PATTERN, CODE_PATTERN].map((pattern) => findFiles(pattern, MOST_FILES, signal)),
    );
    const files = found.flat();
    let problems = 0;
    let notRead = 0;
    for (let start = 0; start < files.length; start += AT_ONCE) {
      if (signal.aborted) return undefined;
      report(l10n.t`${start} of ${files.length} files`);
      const some = files.slice(start, start + AT_ONCE);
      for (const uri of some) this.#asked.set(uri.toString(), uri);
      const checks = Promise.all(some.map((uri) => this.#checkFile(uri)));
      // Only the wait is left: each file ends by itself.
      const counts = await untilAborted(checks, signal).catch(() => []);
      problems += counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
      notRead += counts.filter((count) => count === undefined).length;
    }
    if (signal.aborted) return undefined;
    this.#keepOnly(files);
    const isIncomplete = found.some(({ length }) => length >= MOST_FILES);
    return { files: files.length - notRead, problems, notRead, isIncomplete };
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const own = diagnostics.filter(({ source }) => source === SOURCE);
    if (own.length === 0) return [];
    // Made from the text as it is now: an edit by old places would hit the wrong ones.
    const text = document.getText();
    const rangeOf = rangesIn(text);
    return problemsIn(document.uri, text).problems.flatMap(({ rule, fix, start, end }) => {
      const place = rangeOf(start, end);
      const diagnostic = own.find(({ code }) => code === rule);
      if (!fix || !diagnostic || !place.intersection(range)) return [];
      const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, rangeOf(fix.edit.start, fix.edit.end), fix.edit.text);
      action.diagnostics = [diagnostic];
      action.isPreferred = true;
      return [action];
    });
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /**
   * Looks at a file that was asked for.
   * @returns how many problems there are; undefined if nobody can tell
   */
  async #checkFile(uri: vscode.Uri): Promise<number | undefined> {
    const key = uri.toString();
    const read = openText(key) === undefined ? await textIn(uri).catch(() => undefined) : undefined;
    // Gone or opened while it was read.
    const text = openText(key) ?? read;
    if (!this.#asked.has(key)) return undefined;
    if (text !== undefined && text.length <= MOST_BYTES) return this.#set(uri, text);
    this.#collection.delete(uri);
    return undefined;
  }

  /** What an earlier check has found of other files goes: they were deleted, also where the editor was not told. */
  #keepOnly(files: readonly vscode.Uri[]): void {
    const found = new Set(files.map(String));
    const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
    this.#collection.forEach((uri) => {
      const key = uri.toString();
      if (this.#asked.has(key) && !found.has(key) && !open.has(key)) this.#collection.delete(uri);
    });
    for (const key of this.#asked.keys()) if (!found.has(key)) this.#asked.delete(key);
  }

  /** Of a file, or of all files of a folder. */
  #forget(gone: vscode.Uri): void {
    const key = gone.toString();
    const isGone = (other: string): boolean => other === key || other.startsWith(`${key}/`);
    this.#collection.forEach((uri) => {
      if (isGone(uri.toString())) this.#collection.delete(uri);
    });
    for (const other of this.#asked.keys()) if (isGone(other)) this.#asked.delete(other);
  }

  /** Of a file, or of all files of a folder: those that were asked for are looked at where they are now. */
  #move(from: vscode.Uri, to: vscode.Uri): void {
    const asked = [...this.#asked.values()];
    this.#forget(from);
    for (const uri of asked) {
      if (this.#asked.has(uri.toString())) continue;
      const rest = uri.path.slice(from.path.length);
      const moved = rest === '' ? to : vscode.Uri.joinPath(to, rest);
      this.#asked.set(moved.toString(), moved);
      void this.#checkFile(moved);
    }
  }

  /** @returns how many problems there are; undefined if the file does not hold what its name says */
  #set(uri: vscode.Uri, text: string): number | undefined {
    const { problems, isRead } = problemsIn(uri, text);
    const rangeOf = rangesIn(text);
    this.#collection.set(
      uri,
      problems.map((problem) => {
        const range = rangeOf(problem.start, problem.end);
        const diagnostic = new vscode.Diagnostic(range, problem.message, problem.severity);
        diagnostic.source = SOURCE;
        diagnostic.code = problem.rule;
        return diagnostic;
      }),
    );
    return isRead ? problems.length : undefined;
  }
}

/** What a document that is open holds, saved or not. */
function openText(key: string): string | undefined {
  const isIt = ({ uri, isClosed }: vscode.TextDocument): boolean =>
    !isClosed && uri.toString() === key;
  return vscode.workspace.textDocuments.find(isIt)?.getText();
}

/** @throws Error if it cannot be read, or is too large */
async function textIn(uri: vscode.Uri): Promise<string> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > MOST_BYTES) throw new Error('too large');
  const bytes = await vscode.workspace.fs.readFile(uri);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function problemsIn(
  uri: vscode.Uri,
  text: string,
): { readonly problems: readonly Problem[]; readonly isRead: boolean } {
  const { path } = uri;
  // Where the workspace is does not matter: a folder above it may be called "test".
  const relative = vscode.workspace.asRelativePath(uri, false);
  const source = sourceProblems(path, text);
  const problems = [
    ...(source ?? []).map((problem) => ({ ...problem, severity: severityOf(problem.severity) })),
    ...scanCode(relative, text).map((find) => ({
      ...find,
      severity: vscode.DiagnosticSeverity.Warning,
    })),
  ];
  return { problems, isRead: source !== undefined };
}

function severityOf(severity: Severity): vscode.DiagnosticSeverity {
  const { Warning, Information } = vscode.DiagnosticSeverity;
  return severity === 'critical' || severity === 'high' ? Warning : Information;
}

/** Places of a text as ranges: VS Code ends lines in the same three ways. */
function rangesIn(text: string): (start: number, end: number) => vscode.Range {
  const starts = [
    0,
    ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ 0: ending, index }) => index + ending.length),
  ];
  const positionOf = (offset: number): vscode.Position => {
    const line = lineAt(starts, offset);
    return new vscode.Position(line, offset - (starts[line] ?? 0));
  };
  return (start, end) => new vscode.Range(positionOf(start), positionOf(end));
}
