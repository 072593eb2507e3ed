/** Problems of files, in the editor: for how long they are shown, and how long it takes to find them. */
import assert from 'node:assert/strict';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { TextDocument } from 'vscode';
import { editor, fileAt } from '../support/vscodeStandIn.ts';

const { SourceDiagnostics } = await import('../../../src/views/sourceDiagnostics.ts');

const REQUEST = '"/services/oauth2/authorize?response_type=code&client_id=1&redirect_uri=2"\n';
const noReport = (): void => undefined;
const check = (diagnostics: InstanceType<typeof SourceDiagnostics>) =>
  diagnostics.checkWorkspace(new AbortController().signal, noReport);
const shown = (): readonly string[] =>
  [...editor.problems].filter(([, { length }]) => length > 0).map(([address]) => address);
const documentOf = (path: string, text: string): TextDocument =>
  ({ uri: fileAt(path), getText: () => text }) as unknown as TextDocument;

describe('problems of files', () => {
  beforeEach(() => {
    editor.files.clear();
    editor.problems.clear();
    editor.openDocuments.length = 0;
    editor.whileFinding = () => undefined;
    for (const name of ['a', 'b', 'folder/c']) editor.files.set(`/workspace/${name}.js`, REQUEST);
  });

  it('those of files that are gone, or that cannot be read any more, go with the next check', async () => {
    const diagnostics = new SourceDiagnostics();
    assert.equal((await check(diagnostics))?.problems, 3);
    assert.equal(shown().length, 3);
    // A branch was switched, or a shell has deleted it: the editor is not told.
    editor.files.delete('/workspace/folder/c.js');
    editor.files.set('/workspace/b.js', REQUEST + 'x'.repeat(3 * 1024 * 1024));
    assert.equal((await check(diagnostics))?.problems, 1);
    assert.deepEqual(shown(), ['file:///workspace/a.js']);
  });

  it('a file that is open and is not found any more keeps its own', async () => {
    const diagnostics = new SourceDiagnostics();
    await check(diagnostics);
    editor.openDocuments.push({ uri: fileAt('/workspace/a.js') });
    editor.files.delete('/workspace/a.js');
    await check(diagnostics);
    assert.ok(shown().includes('file:///workspace/a.js'));
  });

  for (const [how, tell] of [
    ['opened', (document: object) => editor.openDocument(document)],
    ['edited', (document: object) => editor.editDocument(document)],
  ] as const) {
    it(`a file that was asked about and is mended when it is ${how} has none any more`, async () => {
      await check(new SourceDiagnostics());
      const mended = documentOf('/workspace/a.js', 'nothing of OAuth');
      const other = documentOf('/workspace/other.js', REQUEST);
      for (const document of [mended, other]) tell(document);
      const deadline = performance.now() + 20_000;
      while (shown().length > 2 && performance.now() < deadline) await setTimeout(20);
      assert.deepEqual(shown(), ['file:///workspace/b.js', 'file:///workspace/folder/c.js']);
    });
  }

  it('those of a folder go with it', async () => {
    await check(new SourceDiagnostics());
    editor.deleteFiles('/workspace/folder');
    assert.deepEqual(shown(), ['file:///workspace/a.js', 'file:///workspace/b.js']);
    editor.deleteFiles('/workspace/a.js');
    assert.deepEqual(shown(), ['file:///workspace/b.js']);
  });

  it('Cancel ends the search for files, and takes nothing away', async () => {
    const diagnostics = new SourceDiagnostics();
    await check(diagnostics);
    const cancel = new AbortController();
    editor.whileFinding = async (_pattern, token) => {
      const ended = new Promise<void>((resolve) => token.onCancellationRequested(() => resolve()));
      cancel.abort();
      await ended;
    };
    assert.equal(await diagnostics.checkWorkspace(cancel.signal, noReport), undefined);
    assert.equal(shown().length, 3);
    // Cancelled before it began.
    editor.whileFinding = (_pattern, token) => assert.ok(token.isCancellationRequested);
    assert.equal(await diagnostics.checkWorkspace(cancel.signal, noReport), undefined);
    assert.equal(shown().length, 3);
  });

  it('a file that is open is looked at as it is there, and as it is on the disk once it is closed', async () => {
    const diagnostics = new SourceDiagnostics();
    editor.openDocuments.push(documentOf('/workspace/a.js', 'mended'));
    assert.equal((await check(diagnostics))?.problems, 2);
    assert.ok(!shown().includes('file:///workspace/a.js'));
    // Not saved.
    editor.openDocuments.length = 0;
    editor.closeDocument('/workspace/a.js');
    while (!shown().includes('file:///workspace/a.js')) await setImmediate();
  });

  it('what was renamed leaves nothing behind, and is looked at where it is now', async () => {
    await check(new SourceDiagnostics());
    editor.files.set('/workspace/moved/c.js', REQUEST);
    editor.renameFile('/workspace/folder', '/workspace/moved');
    assert.deepEqual(shown(), ['file:///workspace/a.js', 'file:///workspace/b.js']);
    while (!shown().includes('file:///workspace/moved/c.js')) await setImmediate();
    assert.equal(shown().length, 3);
  });

  it('what was deleted while it was read stays away', async () => {
    await check(new SourceDiagnostics());
    editor.closeDocument('/workspace/a.js');
    editor.deleteFiles('/workspace/a.js');
    await setTimeout(20);
    assert.ok(!shown().includes('file:///workspace/a.js'));
  });

  it('what could not be looked at is counted', async () => {
    editor.files.set('/workspace/A.connectedApp-meta.xml', '<<<<<<< HEAD\n<ConnectedApp/>');
    editor.files.set('/workspace/b.js', ' '.repeat(3 * 1024 * 1024));
    const done = await check(new SourceDiagnostics());
    assert.deepEqual([done?.files, done?.notRead, done?.problems], [2, 2, 2]);
  });

  it('places are those of lines that end in any way', () => {
    const text = `a\r\nb\rc\n  ${REQUEST}`;
    new SourceDiagnostics().check(documentOf('/workspace/d.js', text));
    const [problem] = editor.problems.get('file:///workspace/d.js') ?? [];
    assert.deepEqual({ ...problem?.range.start }, { line: 3, character: 3 });
  });

  it('a file beyond what is looked at has none, also where it is open', () => {
    const diagnostics = new SourceDiagnostics();
    diagnostics.check(documentOf('/workspace/d.js', REQUEST));
    assert.deepEqual(shown(), ['file:///workspace/d.js']);
    diagnostics.check(documentOf('/workspace/d.js', REQUEST + ' '.repeat(3 * 1024 * 1024)));
    assert.deepEqual(shown(), []);
  });
});
