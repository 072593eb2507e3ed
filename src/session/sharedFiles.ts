/**
 * Small JSON files in a folder that all windows of a machine share: each is replaced whole or not at all, or grows by
 * whole lines.
 */
import { createHash, randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { errorCodeOf } from '../oauth/errorCode.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';

/** The name of a session in the file system: ids differ in case only, some file systems do not. */
export function fileNameOf(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('hex').slice(0, 32);
}

/** The JSON file of a session or an org. */
export function jsonNameOf(id: string): string {
  return `${fileNameOf(id)}.json`;
}

/** How long it is tried, in milliseconds from try to try, while something else has a file open (Windows). */
const PAUSES = [10, 20, 40, 80, 160, 320];
const PASSING = ['EPERM', 'EACCES', 'EBUSY', 'EMFILE', 'ENFILE'];

export class SharedFiles {
  readonly #folder: string;

  /** @param folder absolute path; made when needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * @returns what the file holds, hostile until checked; undefined if it is not there or is no JSON
   * @throws UserFacingError `unreadable_file`: what it holds is not known then, which is not nothing
   */
  async read(name: string): Promise<unknown> {
    const text = await this.#text(name);
    try {
      return JSON.parse(text ?? '') as unknown;
    } catch {
      return undefined; // not there, or cut off by a full disk: as if nothing were known
    }
  }

  /** @throws file system errors, before which nothing was changed */
  async replace(name: string, content: unknown): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, name);
    const temporary = `${path}.${randomUUID()}`;
    try {
      await writeFile(temporary, JSON.stringify(content), { mode: 0o600 });
      await patiently(() => rename(temporary, path));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /**
   * The same, but what a newer version of the extension has written stays: this one would lose what it does not know.
   * @throws UserFacingError `newer_version` or `unreadable_file`, file system errors
   */
  async update(
    name: string,
    content: { readonly version: number; readonly [member: string]: unknown },
  ): Promise<void> {
    const before = await this.read(name);
    const version =
      typeof before === 'object' && before !== null && 'version' in before ? before.version : 0;
    if (typeof version === 'number' && version > content.version) {
      throw new UserFacingError({
        code: 'newer_version',
        happened: l10n.t(
          'A newer version of PKCE for Salesforce has kept this, and this version leaves it alone.',
        ),
        todo: l10n.t('Update the extension.'),
      });
    }
    await this.replace(name, content);
  }

  /** Adds a line to a file of JSON lines. @throws file system errors */
  async append(name: string, content: unknown): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    // The line before may have been cut off, on a disk that was full.
    const line = `\n${JSON.stringify(content)}\n`;
    await patiently(() => appendFile(join(this.#folder, name), line, { mode: 0o600 }));
  }

  /**
   * @returns what the lines hold, hostile until checked, the oldest first; lines that are no JSON are passed over
   * @throws UserFacingError `unreadable_file`
   */
  async lines(name: string): Promise<readonly unknown[]> {
    const text = (await this.#text(name)) ?? ''; // nothing was ever added
    return text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as unknown];
      } catch {
        return [];
      }
    });
  }

  async remove(name: string): Promise<void> {
    await patiently(() => rm(join(this.#folder, name), { force: true }));
  }

  /** @returns undefined if the file is not there */
  async #text(name: string): Promise<string | undefined> {
    try {
      return await patiently(() => readFile(join(this.#folder, name), 'utf8'));
    } catch (cause) {
      if (errorCodeOf(cause) === 'ENOENT') return undefined;
      throw new UserFacingError({
        code: 'unreadable_file',
        happened: l10n.t("A file in the editor's folder for extension data cannot be read."),
        todo: l10n.t(
          'Try again; if it stays so, check the permissions of that file: the log names it.',
        ),
        remedies: ['tryAgain'],
        cause,
      });
    }
  }
}

/** Tries again for a moment where another program may be in the way. */
export async function patiently<T>(run: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await run();
    } catch (error) {
      if (!PASSING.includes(errorCodeOf(error))) throw error;
      await delay(pause);
    }
  }
  return run();
}
