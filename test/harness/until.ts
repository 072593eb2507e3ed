/** Waiting for what is not an element of a page: files, requests, the clipboard. */
import { setTimeout as delay } from 'node:timers/promises';
import { SLOW } from './pages/workbench.ts';

const LOOK_MILLISECONDS = 100;

/**
 * Looks until what is there is what is waited for, or a busy machine would be ready as well.
 * @returns what was seen last: what a test says of it fails with that
 */
export async function until<T>(look: () => T | Promise<T>, fits: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + SLOW;
  let seen = await look();
  while (!fits(seen) && performance.now() < deadline) {
    await delay(LOOK_MILLISECONDS);
    seen = await look();
  }
  return seen;
}
