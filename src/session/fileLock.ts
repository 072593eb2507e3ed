/**
 * A lock that all windows of a machine share, also when one of them is killed while it holds it.
 *
 * The lock is a folder with one file per holding, numbered upwards: `7.held` is the seventh holding,
 * renamed to `7.free` when it is over. The highest number rules; to hold the lock is to have created the
 * next number's `held`, which the file system lets one process do, and then to have found that the number
 * was not used up before: neither its `free` nor a higher number is there. (The name is to be had again
 * after a release, for a process that looked before it. The highest number is never cleared away.) A number
 * that was overtaken is never valid again, so a holder that was frozen and left behind can tell. Nothing
 * here compares clocks: a holder shows that it lives by touching its file, and whoever waits counts how
 * long it has seen nothing happen.
 *
 * The known libraries judge by the file's time against the computer's clock, which a clock jump turns
 * into two holders, and hook into the process's exit, which belongs to all extensions.
 */
import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  type FileHandle,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCodeOf } from '../oauth/errorCode.ts';
import { patiently } from './sharedFiles.ts';

/** A lock that is held. */
export interface Holding {
  /** Whether it is still ours; false once somebody took over from a holder that looked dead. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** The lock could not be had in time: another window holds it and lives. */
export class LockBusyError extends Error {
  override readonly name = 'LockBusyError';
}

export interface FileLockOptions {
  /** Milliseconds of a clock that never jumps. */
  readonly monotonic?: () => number;
}

const HEARTBEAT_MILLISECONDS = 1_000;
/** A holder whose process cannot be looked up counts as dead after this long without a heartbeat. */
const SILENT_MILLISECONDS = 10_000;
/** A holder whose process is there, but frozen (a breakpoint, a blocked extension host). */
const FROZEN_MILLISECONDS = 60_000;
const LOOK_MILLISECONDS = 25;
/**
 * The most that counts of the time from look to look: after a computer's sleep, which some systems' monotonic clocks go
 * through, a holder that lives beats again only a moment later than whoever waits looks again.
 */
const MOST_SEEN_MILLISECONDS = 2_000;

interface Top {
  readonly number: number;
  readonly held: boolean;
}

interface NumberFile extends Top {
  readonly name: string;
}

interface Owner {
  readonly pid: number;
  readonly host: string;
}

export class FileLock {
  readonly #folder: string;
  readonly #monotonic: () => number;
  /** The holding that was seen last, when that was, and how long it has been seen without a sign of life. */
  #seen: { readonly sign: string; readonly at: number; readonly silent: number } | undefined;

  /** @param folder absolute path; made when needed */
  constructor(folder: string, options: FileLockOptions = {}) {
    this.#folder = folder;
    this.#monotonic = options.monotonic ?? (() => performance.now());
  }

  /**
   * Waits for the lock.
   * @param waitMilliseconds how long at most
   * @throws LockBusyError after that; the signal's reason on cancel; file system errors as they are
   */
  async acquire(waitMilliseconds: number, signal?: AbortSignal): Promise<Holding> {
    const deadline = this.#monotonic() + waitMilliseconds;
    await mkdir(this.#folder, { recursive: true });
    for (;;) {
      signal?.throwIfAborted();
      const top = await this.#top();
      if (!top.held || (await this.#isDead(top))) {
        const holding = await this.#take(top.number + 1);
        if (holding) return holding;
        continue; // somebody was faster
      }
      if (this.#monotonic() > deadline) {
        throw new LockBusyError(`Held by another window for ${waitMilliseconds} ms`);
      }
      // Not in step with others who wait.
      await delay(LOOK_MILLISECONDS * (1 + Math.random()), undefined, signal ? { signal } : {});
    }
  }

  #path(number: number, state: 'held' | 'free'): string {
    return join(this.#folder, `${number}.${state}`);
  }

  /** A file that cannot be removed now does no harm: its number is used up, or it falls silent. */
  async #clear(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true }).catch(() => undefined);
  }

  async #numbers(): Promise<readonly NumberFile[]> {
    const found = [];
    for (const name of await readdir(this.#folder)) {
      const match = /^(\d{1,15})\.(held|free)$/.exec(name);
      if (match) found.push({ name, number: Number(match[1]), held: match[2] === 'held' });
    }
    return found;
  }

  async #top(): Promise<Top> {
    const numbers = await this.#numbers();
    return numbers.reduce<Top>((top, one) => (one.number > top.number ? one : top), {
      number: 0,
      held: false,
    });
  }

  async #take(number: number): Promise<Holding | undefined> {
    const path = this.#path(number, 'held');
    const own = basename(path);
    let file: FileHandle;
    try {
      file = await open(path, 'wx');
    } catch (error) {
      if (errorCodeOf(error) === 'EEXIST') return undefined;
      throw error;
    }
    let others: readonly NumberFile[];
    try {
      const owner: Owner = { pid: process.pid, host: hostname() };
      await file.writeFile(JSON.stringify(owner)).finally(() => file.close());
      others = (await this.#numbers()).filter(({ name }) => name !== own);
    } catch (error) {
      await this.#clear(own); // nobody should wait for it
      throw error;
    }
    if (others.some((other) => other.number >= number)) {
      await this.#clear(own); // used up since we looked
      return undefined;
    }
    for (const { name } of others) await this.#clear(name);
    let beat = 1;
    const heart = setInterval(() => {
      beat += 1;
      void utimes(path, beat, beat).catch(() => undefined); // overtaken: isHeld tells
    }, HEARTBEAT_MILLISECONDS);
    heart.unref();
    return {
      isHeld: async () => (await this.#top()).number === number,
      release: async () => {
        clearInterval(heart);
        await patiently(() => rename(path, this.#path(number, 'free'))).catch((error: unknown) => {
          if (errorCodeOf(error) !== 'ENOENT') throw error; // overtaken and cleared away
        });
      },
    };
  }

  async #isDead(top: Top): Promise<boolean> {
    const path = this.#path(top.number, 'held');
    let text: string;
    let touched: number;
    try {
      text = await readFile(path, 'utf8');
      touched = (await stat(path)).mtimeMs;
    } catch {
      return false; // released meanwhile: the next look tells
    }
    const sign = `${top.number} ${text} ${touched}`;
    const at = this.#monotonic();
    const before = this.#seen?.sign === sign ? this.#seen : { at, silent: 0 };
    const silent = before.silent + Math.min(at - before.at, MOST_SEEN_MILLISECONDS);
    this.#seen = { sign, at, silent };
    switch (stateOf(text)) {
      case 'gone':
        return true;
      case 'unknown':
        return silent > SILENT_MILLISECONDS;
      case 'there':
        return silent > FROZEN_MILLISECONDS;
    }
  }
}

/** Whether the process that wrote a holding is there. Another machine's cannot be looked up. */
function stateOf(text: string): 'gone' | 'there' | 'unknown' {
  let owner: Partial<Owner>;
  try {
    owner = (JSON.parse(text) ?? {}) as Partial<Owner>;
  } catch {
    return 'unknown'; // being written, or cut off in the middle of that
  }
  if (owner.host !== hostname() || !Number.isSafeInteger(owner.pid) || !(Number(owner.pid) > 0)) {
    return 'unknown';
  }
  try {
    process.kill(Number(owner.pid), 0);
    return 'there';
  } catch (error) {
    return errorCodeOf(error) === 'ESRCH' ? 'gone' : 'there';
  }
}
