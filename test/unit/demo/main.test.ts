/** The command line of the demo org. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

describe('npm run demo-org', () => {
  const run = (args: string[]) =>
    promisify(execFile)(process.execPath, ['src/demo/main.ts', ...args], { timeout: 20_000 }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );

  for (const args of [
    ['--port', 'x'],
    ['--nope'],
    ['--fail', 'nowhere:x'],
    ['--introspect-public', 'maybe'],
    ['--apps-dir', '/does/not/exist'],
    ['--switch', 'x=1'],
    ['--switch', 'plainMethod=maybe'],
    ['--switch', 'locked=Kiosk'],
  ]) {
    it(`${args.join(' ')} is refused in words, with code 2`, async () => {
      const { code, stderr } = await run(args);
      assert.equal(code, 2);
      assert.match(stderr, /--help/);
    });
  }

  it('--help explains the options', async () => {
    const { code, stdout } = await run(['--help']);
    assert.equal(code, 0);
    assert.match(stdout, /--apps-dir/);
  });
});
