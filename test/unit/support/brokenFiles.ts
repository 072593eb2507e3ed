/** The file system as it can be: calls of `node:fs/promises` that fail or are late, as a test says. */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

type Call = 'open' | 'readFile' | 'rename';
type Real = (path: string, ...rest: unknown[]) => Promise<unknown>;

const mends: (() => void)[] = [];

/** Puts something in the place of a call, for the code under test as well. Until {@link mendFiles}. */
export function breakFiles(call: Call, broken: (real: Real) => Real): void {
  const real = fs[call] as Real;
  const put = (one: Real): void => {
    Object.assign(fs, { [call]: one });
    syncBuiltinESMExports();
  };
  mends.push(() => put(real));
  put(broken(real));
}

/**
 * Makes a call fail for some paths.
 * @param code such as `EBUSY`
 * @param times how often, before it works again
 */
export function failFiles(
  call: Call,
  code: string,
  isMeant: (path: string) => boolean,
  times = Number.POSITIVE_INFINITY,
): void {
  let left = times;
  breakFiles(call, (real) => (path, ...rest) => {
    if (!isMeant(path) || left <= 0) return real(path, ...rest);
    left -= 1;
    return Promise.reject(Object.assign(new Error(`${code}: ${call} '${path}'`), { code }));
  });
}

/** Whether a path is that of what all windows know of a session. */
export const isLedger = (path: string): boolean => /sessions.[0-9a-f]{32}\.json/.test(path);

/** All calls work again. */
export function mendFiles(): void {
  for (const mend of mends.splice(0).reverse()) mend();
}
