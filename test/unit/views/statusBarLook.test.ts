import assert from 'node:assert/strict';
import { shortDuration } from '../../../src/views/duration.ts';
import { lookOf } from '../../../src/views/statusBarLook.ts';

const MINUTE = 60_000;

describe('status bar', () => {
  it('E37: short text with the time left, spoken in full, how it is known in the tooltip', () => {
    const look = lookOf(
      'Acme',
      { kind: 'valid', leftMilliseconds: 119 * MINUTE, source: 'introspection' },
      false,
    );
    assert.equal(look.text, '$(key) Acme: 1 h 59 min');
    assert.equal(
      look.spoken,
      'Salesforce org Acme. Token valid, 1 h 59 min left, known from introspection (exp).',
    );
    assert.equal(look.warning, false);
  });

  it('E37: a warning only where work is blocked until the user acts', () => {
    assert.equal(lookOf('Acme', { kind: 'expired', source: 'jwt' }, false).warning, false);
    assert.equal(lookOf('Acme', { kind: 'unknown' }, false).warning, false);
    const ended = lookOf('Acme', { kind: 'unknown' }, true);
    assert.equal(ended.warning, true);
    assert.match(ended.text, /sign in again/);
  });

  it('unknown is said as unknown', () => {
    assert.match(lookOf('Acme', { kind: 'unknown' }, false).detail, /not known/);
  });

  for (const [milliseconds, text] of [
    [0, 'under 1 min'],
    [59_999, 'under 1 min'],
    [MINUTE, '1 min'],
    [61 * MINUTE, '1 h 1 min'],
    [47 * 60 * MINUTE, '47 h 0 min'],
    [49 * 60 * MINUTE, '2 d'],
  ] as const) {
    it(`${milliseconds} ms is "${text}"`, () => assert.equal(shortDuration(milliseconds), text));
  }
});
