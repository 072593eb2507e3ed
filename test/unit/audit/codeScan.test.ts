/** Authorization requests without a code challenge: how many are found, and how many alarms are false. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { scanCode } from '../../../src/audit/codeScan.ts';

interface Sample {
  readonly path: string;
  readonly isFlagged: boolean;
  readonly text: string;
}

/** Written after the shapes that public repositories have. */
const CORPUS: readonly Sample[] = readFileSync('test/fixtures/authorize-corpus.txt', 'utf8')
  .split(/^=== /m)
  .slice(1)
  .map((part) => {
    const [head = '', ...lines] = part.split('\n');
    const [kind, path = ''] = head.split(' ');
    return { path, isFlagged: kind === 'flagged', text: lines.join('\n') };
  });

describe('code scan', () => {
  it('on the corpus: everything is found, and no alarm is false', () => {
    const results = CORPUS.map((sample) => ({
      ...sample,
      isFound: scanCode(sample.path, sample.text).length > 0,
    }));
    const missed = results.filter(({ isFlagged, isFound }) => isFlagged && !isFound);
    const wrong = results.filter(({ isFlagged, isFound }) => !isFlagged && isFound);
    const flagged = results.filter(({ isFlagged }) => isFlagged).length;
    console.log(
      `      corpus: ${results.length} files, ${flagged} with a request that lacks a challenge, ${missed.length} missed, ${wrong.length} false alarms`,
    );
    assert.deepEqual([missed.map(({ path }) => path), wrong.map(({ path }) => path)], [[], []]);
    assert.ok(flagged >= 20 && results.length - flagged >= 25);
  });

  it('the place is that of the endpoint', () => {
    const text =
      'x\n"https://a/services/oauth2/authorize?response_type=code&client_id=1&redirect_uri=2"';
    const [find] = scanCode('a.js', text);
    assert.equal(text.slice(find?.start, find?.end), '/services/oauth2/authorize');
    assert.match(find?.message ?? '', /code_challenge_method=S256/);
  });

  it('this extension itself, and the libraries that it is built with, raise no alarm', () => {
    const files = [
      ...globSync('src/{oauth,salesforce,audit,session,signIn,views,commands,cli}/**/*.ts'),
      ...globSync('node_modules/{jsforce,oauth4webapi}/**/*.{js,ts}'),
    ];
    const alarms = files.flatMap((file) =>
      scanCode(file, readFileSync(file, 'utf8')).map(() => file),
    );
    console.log(
      `      ${files.length} files of this extension and of libraries, ${alarms.length} alarms`,
    );
    assert.deepEqual(alarms, []);
    assert.ok(files.length > 150);
  });

  it('a huge line and a hostile text take no time to speak of', () => {
    for (const text of [
      `/services/oauth2/authorize${'response_type'.repeat(20_000)}`,
      'response_type='.repeat(20_000) + '/services/oauth2/authorize client_id redirect_uri',
      '/services/oauth2/authorize\n'.repeat(5_000),
    ]) {
      scanCode('a.js', text);
    }
  });

  it('a megabyte of endpoints, in lines or in one, takes no time to speak of', () => {
    const query = '?response_type=code&client_id=1&redirect_uri=2';
    for (const text of [
      '/services/oauth2/authorize \n'.repeat(38_000),
      '/services/oauth2/authorize '.repeat(38_000),
      `/services/oauth2/authorize${query}\n`.repeat(14_000),
    ]) {
      const start = performance.now();
      scanCode('a.js', text);
      const milliseconds = performance.now() - start;
      assert.ok(milliseconds < 10_000, `${Math.round(milliseconds)} ms`);
    }
  });

  it('of one file no more than 200 places are told, and the last says that there are more', () => {
    const line = '"/services/oauth2/authorize?response_type=code&client_id=1&redirect_uri=2"\n';
    const just = scanCode('a.js', line.repeat(200));
    assert.equal(just.length, 200);
    assert.doesNotMatch(just.at(-1)?.message ?? '', /more/);
    const finds = scanCode('a.js', `/services/oauth2/pkce/generator\n${line.repeat(300)}`);
    assert.equal(finds.length, 200);
    assert.deepEqual(
      [...new Set(finds.map(({ rule }) => rule))],
      ['pkce-generator', 'authorize-without-challenge'],
    );
    assert.match(finds.at(-1)?.message ?? '', /There are more in this file/);
    assert.doesNotMatch(finds.at(-2)?.message ?? '', /There are more/);
  });
});
