/** A process of its own that takes a file lock, says so, and holds it until it is killed or told to let go. */
import { FileLock } from '../../../src/session/fileLock.ts';

const [folder = '', work = 'hold'] = process.argv.slice(2);
const lock = new FileLock(folder);

if (work === 'hold') {
  const holding = await lock.acquire(60_000);
  process.send?.('held');
  process.on('message', () => {
    void holding.isHeld().then(async (held) => {
      process.send?.(held ? 'still held' : 'overtaken');
      await holding.release();
      process.disconnect();
    });
  });
} else {
  // Takes turns, telling when it is inside: two at once would be seen.
  for (let turn = 0; turn < 15; turn += 1) {
    const holding = await lock.acquire(60_000);
    process.send?.('in');
    await new Promise((resolve) => setTimeout(resolve, 2));
    process.send?.('out');
    await new Promise((resolve) => setTimeout(resolve, 1));
    await holding.release();
  }
  process.disconnect();
}
