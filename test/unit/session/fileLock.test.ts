/** One at a time, over real processes that are killed. */
import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileLock, LockBusyError } from '../../../src/session/fileLock.ts';
import { until } from '../../harness/until.ts';
import { breakFiles, failFiles, mendFiles } from '../support/brokenFiles.ts';

const HOLDER = join(import.meta.dirname, '..', 'support', 'lockHolder.ts');

/** A clock that is turned by hand, once somebody has looked at it, or by those who look. */
class WatchedClock {
  milliseconds = 0;
  /** Until then a second passes with each look. */
  passesTo = 0;
  #looks = 0;

  readonly now = (): number => {
    this.#looks += 1;
    if (this.milliseconds < this.passesTo) this.milliseconds += 1_000;
    return this.milliseconds;
  };

  /** Waits until so much time has passed. */
  async passed(to: number): Promise<void> {
    this.passesTo = to;
    await until(
      () => this.milliseconds,
      (now) => now >= to,
    );
  }

  /** Waits until whoever waits by it has gone round at least once: it is asked twice each time. */
  async looked(): Promise<void> {
    const before = this.#looks;
    await until(
      () => this.#looks,
      (looks) => looks >= before + 5,
    );
  }
}

describe('file lock', () => {
  let folder: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-lock-'));
  });
  afterEach(() => {
    mendFiles();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  function holder(work: 'hold' | 'turns' = 'hold'): ChildProcess {
    const child = fork(HOLDER, [folder, work]);
    children.push(child);
    return child;
  }
  const said = (child: ChildProcess): Promise<unknown> =>
    new Promise((resolve) => child.once('message', resolve));
  const gone = (child: ChildProcess): Promise<unknown> =>
    new Promise((resolve) => child.once('exit', resolve));

  it('P29: several processes are never inside at once, and all get their turns', async function () {
    this.timeout(60_000);
    let inside = 0;
    let turns = 0;
    let most = 0;
    const processes = [holder('turns'), holder('turns'), holder('turns'), holder('turns')];
    for (const child of processes) {
      child.on('message', (message) => {
        inside += message === 'in' ? 1 : -1;
        if (message === 'in') turns += 1;
        most = Math.max(most, inside);
      });
    }
    await Promise.all(processes.map(gone));
    assert.equal(turns, 4 * 15);
    // "out" is sent before the lock is let go: two at once would overlap here.
    assert.equal(most, 1);
    assert.ok(readdirSync(folder).length <= 2, 'old holdings are cleared away');
  });

  it('P32: a holder that is killed is followed at once', async () => {
    const child = holder();
    await said(child);
    child.kill('SIGKILL');
    await gone(child);
    const begun = performance.now();
    const holding = await new FileLock(folder).acquire(15_000);
    assert.ok(performance.now() - begun < 8_000);
    assert.equal(await holding.isHeld(), true);
  });

  it('a holder that lives is waited for, and the wait ends with an error that says so', async () => {
    const child = holder();
    await said(child);
    await assert.rejects(new FileLock(folder).acquire(200), LockBusyError);
    const next = said(child);
    child.send('let go');
    assert.equal(await next, 'still held');
    await (await new FileLock(folder).acquire(5000)).release();
  });

  it('a frozen holder is overtaken after a minute, not before, and can tell when it wakes', async () => {
    const child = holder();
    await said(child);
    child.kill('SIGSTOP');
    const clock = new WatchedClock();
    const lock = new FileLock(folder, { monotonic: clock.now });
    const wait = lock.acquire(Number.POSITIVE_INFINITY);
    let taken = false;
    void wait.then(() => (taken = true));
    await clock.looked();
    await clock.passed(59_000);
    await clock.looked();
    assert.equal(taken, false);
    clock.passesTo = 63_000;
    await wait;
    const answer = said(child);
    child.kill('SIGCONT');
    child.send('let go');
    assert.equal(await answer, 'overtaken');
    assert.equal(readdirSync(folder).filter((name) => name.endsWith('.held')).length, 1);
  });

  for (const [whose, slept] of [
    ['this machine', 3_600_000],
    ['another machine', 9_000],
  ] as const) {
    it(`P29: a computer that slept has not seen a holder of ${whose} be silent for that long`, async () => {
      const host = whose === 'this machine' ? hostname() : `not-${hostname()}`;
      writeFileSync(join(folder, '7.held'), JSON.stringify({ pid: process.pid, host }));
      const clock = new WatchedClock();
      const lock = new FileLock(folder, { monotonic: clock.now });
      const cancel = new AbortController();
      const wait = lock.acquire(Number.POSITIVE_INFINITY, cancel.signal);
      const taken = wait.then(
        () => 'taken',
        () => 'cancelled',
      );
      for (let nap = 0; nap < 2; nap += 1) {
        await Promise.race([clock.looked(), taken]);
        clock.milliseconds += slept;
      }
      assert.equal(await Promise.race([clock.looked(), taken]), undefined);
      cancel.abort();
      await assert.rejects(wait);
    });
  }

  it('silence adds up over several waits, as that of a number that another process has by now', async () => {
    writeFileSync(join(folder, '7.held'), JSON.stringify({ pid: process.pid, host: hostname() }));
    const clock = new WatchedClock();
    const lock = new FileLock(folder, { monotonic: clock.now });
    for (let turn = 0; turn < 3; turn += 1) {
      const wait = lock.acquire(15_000);
      clock.passesTo = clock.milliseconds + 20_000;
      await assert.rejects(wait, LockBusyError);
      clock.milliseconds += 3_600_000; // nobody looks
    }
    const wait = lock.acquire(Number.POSITIVE_INFINITY);
    clock.passesTo = clock.milliseconds + 20_000;
    assert.equal(await (await wait).isHeld(), true);
  });

  it('a heartbeat keeps a holder alive, whatever the clocks say', async function () {
    this.timeout(60_000);
    const child = holder();
    await said(child);
    const clock = new WatchedClock();
    const lock = new FileLock(folder, { monotonic: clock.now });
    const wait = lock.acquire(600_000);
    wait.catch(() => undefined);
    const beat = (): number => statSync(join(folder, '1.held')).mtimeMs;
    // The most of a minute between looks, but a beat in each.
    for (let look = 0; look < 3; look += 1) {
      const last = beat();
      await until(beat, (now) => now !== last);
      await clock.looked();
      clock.milliseconds += 50_000;
    }
    assert.equal(existsSync(join(folder, '1.held')), true, 'still its own');
    assert.equal(existsSync(join(folder, '2.held')), false);
    child.kill('SIGKILL');
    await (await wait).release();
  });

  for (const [why, text] of [
    ['was cut off while it was written', ''],
    ['is garbage', '\u0000\u0001{'],
    ['names no process', '{"pid":"x","host":"y"}'],
    ['is of another machine', JSON.stringify({ pid: process.pid, host: `not-${hostname()}` })],
    ['is null', 'null'],
  ] as const) {
    it(`P32: a holding that ${why} blocks for ten seconds, not for ever`, async () => {
      writeFileSync(join(folder, '7.held'), text);
      const clock = new WatchedClock();
      const lock = new FileLock(folder, { monotonic: clock.now });
      const wait = lock.acquire(15_000);
      let taken = false;
      void wait.then(() => (taken = true));
      await clock.looked();
      await clock.passed(9_000);
      await clock.looked();
      assert.equal(taken, false);
      clock.passesTo = 13_000;
      await wait;
      assert.deepEqual(readdirSync(folder), ['8.held']);
    });
  }

  it('a number that somebody else has used and cleared away is not taken again', async () => {
    const first = await new FileLock(folder).acquire(100);
    await first.release();
    const second = await new FileLock(folder).acquire(100);
    assert.equal(await first.isHeld(), false);
    await first.release();
    assert.equal(await second.isHeld(), true);
    await second.release();
  });

  it('P29: a number that was used and let go while somebody was about to take it is not taken again', async () => {
    const [first, late] = [new FileLock(folder), new FileLock(folder)];
    await (await first.acquire(100)).release();
    let isAbout = true;
    breakFiles('open', (real) => async (path, ...rest) => {
      if (isAbout) {
        isAbout = false;
        await (await first.acquire(100)).release();
      }
      return real(path, ...rest);
    });
    const holding = await late.acquire(1000);
    assert.deepEqual(readdirSync(folder), ['3.held']);
    await assert.rejects(new FileLock(folder).acquire(100), LockBusyError);
    assert.equal(await holding.isHeld(), true);
  });

  it("a holding that cannot be written is nobody's, and nobody waits for it", async () => {
    const opened: FileHandle[] = [];
    breakFiles('open', (real) => async (path, ...rest) => {
      await ((await real(path, ...rest)) as FileHandle).close();
      const file = (await real(path, 'r')) as FileHandle;
      opened.push(file);
      return file;
    });
    await assert.rejects(new FileLock(folder).acquire(100), { code: 'EBADF' });
    assert.equal(opened[0]?.fd, -1, 'it is closed');
    mendFiles();
    assert.deepEqual(readdirSync(folder), []);
    await new FileLock(folder).acquire(100);
  });

  it("where a number cannot be taken, another's is left alone", async () => {
    breakFiles('open', () => (path) => {
      writeFileSync(path, '');
      return Promise.reject(Object.assign(new Error('on its way out'), { code: 'EPERM' }));
    });
    await assert.rejects(new FileLock(folder).acquire(100), { code: 'EPERM' });
    assert.deepEqual(readdirSync(folder), ['1.held']);
  });

  it('P29: windows of one process are never inside at once either, and all get their turns', async () => {
    let inside = 0;
    const turns: number[] = [];
    const turn = async (lock: FileLock): Promise<void> => {
      const holding = await lock.acquire(20_000);
      inside += 1;
      turns.push(inside);
      await new Promise((resolve) => setTimeout(resolve, 3));
      inside -= 1;
      await holding.release();
    };
    const locks = Array.from({ length: 6 }, () => new FileLock(folder));
    await Promise.all(locks.flatMap((lock) => [turn(lock), turn(lock)]));
    assert.deepEqual(
      turns,
      turns.map(() => 1),
    );
    assert.equal(turns.length, 12);
  });

  it('a holding says whose it is, beats once a second, and no longer once it is let go', async function () {
    this.timeout(60_000);
    const holding = await new FileLock(folder).acquire(100);
    const held = join(folder, '1.held');
    assert.deepEqual(JSON.parse(readFileSync(held, 'utf8')), {
      pid: process.pid,
      host: hostname(),
    });
    const modified = (): number => statSync(held).mtimeMs;
    const beat = await until(modified, (time) => time < 60_000);
    assert.ok(beat > 0 && beat < 60_000, 'times that no clock has made');
    assert.ok((await until(modified, (time) => time > beat)) > beat);
    await holding.release();
    const free = join(folder, '1.free');
    // Whoever still beat would find its file again.
    renameSync(free, held);
    const last = statSync(held).mtimeMs;
    await new Promise((resolve) => setTimeout(resolve, 1300));
    assert.equal(statSync(held).mtimeMs, last);
  });

  it('what was overtaken is let go without a word; a file that cannot be renamed is an error', async () => {
    const overtaken = await new FileLock(folder).acquire(100);
    rmSync(join(folder, '1.held'));
    await overtaken.release();
    const stuck = await new FileLock(folder).acquire(100);
    failFiles('rename', 'EACCES', (path) => path.endsWith('.held'));
    await assert.rejects(stuck.release(), { code: 'EACCES' });
  });

  it('a holding that is let go between two looks at it is free', async () => {
    const holding = await new FileLock(folder).acquire(100);
    breakFiles('readFile', (real) => async (path, ...rest) => {
      if (path.endsWith('1.held')) await holding.release();
      return real(path, ...rest);
    });
    const next = await new FileLock(folder).acquire(1000);
    assert.equal(await next.isHeld(), true);
    assert.deepEqual(readdirSync(folder), ['2.held']);
  });

  it('foreign files in the folder do no harm', async () => {
    for (const name of ['x.held', '99.other', '.DS_Store', '-1.held', '1e3.held', '9.held.bak']) {
      writeFileSync(join(folder, name), '');
    }
    await (await new FileLock(folder).acquire(100)).release();
  });

  it('P20: a cancelled wait ends at once and holds nothing', async () => {
    const child = holder();
    await said(child);
    const cancel = new AbortController();
    const wait = new FileLock(folder).acquire(60_000, cancel.signal);
    setTimeout(() => cancel.abort(), 50);
    await assert.rejects(wait);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.held')),
      ['1.held'],
    );
  });

  it('a folder that cannot be made is an error of its own', async () => {
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(new FileLock(join(folder, 'file', 'below')).acquire(100), {
      code: 'ENOTDIR',
    });
  });
});
