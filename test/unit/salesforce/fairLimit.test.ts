/** No org takes the turns of the others. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { FairLimit } from '../../../src/salesforce/fairLimit.ts';
import { until } from '../../harness/until.ts';

const NEVER = new Promise<never>(() => undefined);

describe('the limit over all orgs', () => {
  it('never more at a time than it says, and everything runs', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 }),
        async (most, tasks) => {
          const limit = new FairLimit(most);
          let running = 0;
          let peak = 0;
          let done = 0;
          const task = async (): Promise<void> => {
            running += 1;
            peak = Math.max(peak, running);
            await delay(0);
            running -= 1;
            done += 1;
          };
          await Promise.all(
            tasks.flatMap((count) => {
              const lane = limit.lane();
              return Array.from({ length: count }, () => lane.run(task));
            }),
          );
          assert.ok(peak <= most);
          assert.equal(
            done,
            tasks.reduce((all, count) => all + count, 0),
          );
        },
      ),
      { numRuns: 50 },
    ));

  it('a dead org holds no more than its share: the others go on', async () => {
    const limit = new FairLimit(4);
    const dead = limit.lane();
    for (let count = 0; count < 20; count += 1) void dead.run(() => NEVER);
    const [one, two] = [limit.lane(), limit.lane()];
    // The dead org was alone and has all four; what is asked for later has to wait for nobody else.
    const answers = Promise.all([one.run(() => delay(5)), two.run(() => delay(5))]);
    assert.equal(await Promise.race([answers, delay(50, 'blocked')]), 'blocked');

    const fair = new FairLimit(4);
    const lanes = [fair.lane(), fair.lane(), fair.lane()];
    const [silent] = lanes;
    const order: string[] = [];
    for (let count = 0; count < 8; count += 1) {
      lanes.forEach((lane, index) => {
        void lane.run(async () => {
          if (lane === silent) await NEVER;
          await delay(1);
          order.push(`${index}`);
        });
      });
    }
    const count = await until(
      () => order.length,
      (length) => length === 16,
    );
    assert.equal(count, 16);
  });

  it('the next turn goes to the org that has the fewest in flight', async () => {
    const limit = new FairLimit(3);
    const [busy, quiet] = [limit.lane(), limit.lane()];
    const gates = Array.from({ length: 3 }, () => Promise.withResolvers<undefined>());
    for (const { promise } of gates) void busy.run(() => promise);
    const order: string[] = [];
    const note = (name: string) => () => {
      order.push(name);
      return Promise.resolve();
    };
    const later = [busy.run(note('busy')), quiet.run(note('quiet')), busy.run(note('busy'))];
    gates[0]?.resolve(undefined);
    await Promise.all(later);
    assert.deepEqual(order, ['quiet', 'busy', 'busy']);
    for (const { resolve } of gates) resolve(undefined);
  });

  it('what is cancelled while it waits never runs, and takes nobody else along', async () => {
    const limit = new FairLimit(1);
    const lane = limit.lane();
    const gate = Promise.withResolvers<undefined>();
    const first = lane.run(() => gate.promise);
    const cancel = new AbortController();
    let ran = false;
    const second = lane.run(() => {
      ran = true;
      return Promise.resolve();
    }, cancel.signal);
    const third = lane.run(() => Promise.resolve('third'));
    cancel.abort(new Error('stop'));
    await assert.rejects(second, /stop/);
    gate.resolve(undefined);
    await first;
    assert.equal(await third, 'third');
    assert.equal(ran, false);
  });

  it('a task that fails gives its place back', async () => {
    const lane = new FairLimit(1).lane();
    await assert.rejects(
      lane.run(() => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await lane.run(() => Promise.resolve(1)), 1);
  });
});
