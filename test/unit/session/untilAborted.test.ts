/** Waiting that can be left. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { untilAborted } from '../../../src/session/untilAborted.ts';

describe('untilAborted', () => {
  const reason = new Error('cancelled');

  it('gives what comes first: the outcome, or the reason', async () => {
    const cancel = new AbortController();
    assert.equal(await untilAborted(Promise.resolve(1), cancel.signal), 1);
    assert.equal(await untilAborted(Promise.resolve(1), undefined), 1);
    const waiting = untilAborted(new Promise(() => undefined), cancel.signal);
    cancel.abort(reason);
    await assert.rejects(waiting, reason);
  });

  for (const when of ['before it began', 'later'] as const) {
    it(`what fails after a Cancel that came ${when} is nobody's unhandled error`, async () => {
      const unhandled: unknown[] = [];
      const listen = (error: unknown): void => void unhandled.push(error);
      const before = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection');
      process.on('unhandledRejection', listen);
      try {
        const failing = Promise.withResolvers<never>();
        const cancel = new AbortController();
        if (when === 'before it began') cancel.abort(reason);
        const waiting = untilAborted(failing.promise, cancel.signal);
        cancel.abort(reason);
        await assert.rejects(waiting, reason);
        failing.reject(new Error('late'));
        await delay(20);
        assert.deepEqual(unhandled, []);
      } finally {
        process.off('unhandledRejection', listen);
        for (const one of before) process.on('unhandledRejection', one);
      }
    });
  }
});
