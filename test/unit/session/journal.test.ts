/** What is kept on this computer about changes and proofs: whole lines, checked when they come back. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { changesInForce } from '../../../src/audit/changes.ts';
import { journalFile, journalMarkdown } from '../../../src/audit/reports/journal.ts';
import { provenHandshake, type Proof } from '../../../src/salesforce/proof.ts';
import { Journal } from '../../../src/session/journal.ts';
import { ProofStore } from '../../../src/session/proofStore.ts';
import { fileNameOf, SharedFiles } from '../../../src/session/sharedFiles.ts';

const ORG = '00D5g0000DemoOrgEA';
const CHANGE = {
  at: '2026-11-21T10:00:00.000Z',
  by: 'dana@acme.example',
  org: { id: ORG, label: '=cmd()', instanceUrl: 'https://acme.my.salesforce.com' },
  subject: { type: 'ConnectedApp', fullName: 'A', label: '<img> | x' },
  before: false,
  after: true,
} as const;

describe('journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const open = (): Journal => new Journal(new SharedFiles(folder));

  it('a change is there before it is sent, and its end beside it, also for another window', async () => {
    const id = await open().begin(CHANGE);
    assert.deepEqual(await open().entries(), [{ ...CHANGE, id, result: 'begun', words: '' }]);
    await open().end(id, { result: 'done', words: 'The org shows it.' });
    const other = await open().begin({ ...CHANGE, after: false });
    const entries = await open().entries();
    assert.deepEqual(
      entries.map((entry) => [entry.id, entry.result]),
      [
        [id, 'done'],
        [other, 'begun'],
      ],
    );
  });

  it('a change that was made can be taken back until a way back has led there', () => {
    const made = { ...CHANGE, id: '1', result: 'done', words: '' } as const;
    const back = { ...CHANGE, before: true, after: false, id: '2', words: '' } as const;
    for (const result of [
      'noEffect',
      'reverted',
      'unknown',
      'begun',
      'refused',
      'notSent',
    ] as const) {
      assert.deepEqual(changesInForce([made, { ...back, result }]), [made], result);
    }
    for (const result of ['done', 'alreadySo'] as const) {
      assert.deepEqual(changesInForce([made, { ...back, result }]), [], result);
    }
    // Of a change that may have been made as well.
    const lost = { ...made, result: 'unknown' } as const;
    assert.deepEqual(changesInForce([lost]), [lost]);
    for (const result of ['refused', 'notSent'] as const) {
      assert.deepEqual(changesInForce([{ ...made, result }]), [], result);
    }
    const org = { ...CHANGE.org, id: '00D5g0000OtherOrg' };
    const elsewhere = { ...back, result: 'done', org } as const;
    assert.deepEqual(changesInForce([made, elsewhere]), [made]);
  });

  it('two windows that write at once lose no line of each other', async () => {
    const windows = Array.from({ length: 8 }, open);
    await Promise.all(
      windows.flatMap((window) => Array.from({ length: 25 }, () => window.begin(CHANGE))),
    );
    assert.equal((await open().entries()).length, 200);
  });

  it('damaged and foreign lines are passed over, and nothing is written over them', async () => {
    const id = await open().begin(CHANGE);
    const file = join(folder, 'journal.jsonl');
    appendFileSync(
      file,
      `{"kind":"begun","id":"x"}\nnonsense\n{"kind":"ended","id":"nobody","result":"done","words":""}\n{"kind":"ended","id":"${id}","result":"owned","words":""}\n`,
    );
    await open().end(id, { result: 'refused', words: 'No.' });
    assert.deepEqual(
      (await open().entries()).map(({ result }) => result),
      ['refused'],
    );
    assert.match(readFileSync(file, 'utf8'), /nonsense/);
  });

  it('a line that was cut off, on a disk that was full, takes no other one along', async () => {
    await open().begin(CHANGE);
    appendFileSync(join(folder, 'journal.jsonl'), '{"kind":"begun","id":"cut-o');
    const id = await open().begin(CHANGE);
    await open().end(id, { result: 'done', words: '' });
    assert.deepEqual(
      (await open().entries()).map(({ result }) => result),
      ['begun', 'done'],
    );
  });

  it('to read and to keep: no markup, no formulas', async () => {
    await open().begin(CHANGE);
    const entries = await open().entries();
    assert.doesNotMatch(journalMarkdown(entries), /(?<!\\)<img/);
    assert.match(journalMarkdown([]), /Nothing was changed yet/);
    const [row] = parse<Record<string, string>>(journalFile('csv', entries), { columns: true });
    assert.equal(row?.Org, "'=cmd()");
    const { entries: kept } = JSON.parse(journalFile('json', entries)) as { entries: unknown };
    assert.deepEqual(kept, entries);
  });
});

describe('proof store', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-proofs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const proof = (parts: Partial<Proof>): Proof => ({
    kind: 'handshake',
    app: 'connectedApp:A',
    label: 'A',
    at: '2026-11-21T10:00:00.000Z',
    host: 'acme.my.salesforce.com',
    steps: [
      { check: 'exchange', verdict: 'proven', sent: '', seen: '' },
      { check: 'wrongVerifier', verdict: 'proven', sent: '', seen: '' },
    ],
    ...parts,
  });

  it('the last of each kind and app, and the day of a handshake that is proven', async () => {
    const store = new ProofStore(new SharedFiles(folder));
    const provenOn = async (appId: string): Promise<string | undefined> =>
      provenHandshake(await store.of(ORG), appId)?.at.slice(0, 10);
    assert.equal(await provenOn('connectedApp:A'), undefined);
    await store.add(ORG, proof({ at: '2026-11-01T10:00:00.000Z' }));
    await store.add(ORG, proof({ kind: 'probe', steps: [] }));
    await store.add(ORG, proof({}));
    assert.deepEqual(
      (await store.of(ORG)).map(({ kind, at }) => [kind, at.slice(0, 10)]),
      [
        ['probe', '2026-11-21'],
        ['handshake', '2026-11-21'],
      ],
    );
    assert.equal(await provenOn('connectedApp:A'), '2026-11-21');
    assert.equal(await provenOn('connectedApp:B'), undefined);
    await store.add(ORG, proof({ steps: [] }));
    assert.equal(await provenOn('connectedApp:A'), undefined);
  });

  it('a file that is damaged, or of another org, counts as none', async () => {
    const store = new ProofStore(new SharedFiles(folder));
    await store.add('00Dother', proof({}));
    const file = join(folder, `${fileNameOf('00Dother')}.json`);
    writeFileSync(join(folder, `${fileNameOf(ORG)}.json`), readFileSync(file));
    assert.deepEqual(await store.of(ORG), []);
    writeFileSync(file, '{"version":1');
    assert.deepEqual(await store.of('00Dother'), []);
  });
});
