/** What the status bar says of a session in every state. */
import assert from 'node:assert/strict';
import { oauthError } from '../../../src/oauth/oauthError.ts';
import { shortDuration } from '../../../src/views/duration.ts';
import { lookOf } from '../../../src/views/statusBarLook.ts';

const MINUTE = 60_000;

describe('status bar', () => {
  it('E37: short text with the time left, spoken in full, how it is known in the tooltip', () => {
    const look = lookOf(
      'Acme',
      { kind: 'valid', leftMilliseconds: 119 * MINUTE, source: 'introspection' },
      undefined,
    );
    assert.equal(look.text, '$(key) Acme: 1 h 59 min');
    assert.equal(
      look.spoken,
      'Salesforce org Acme. Token valid, 1 h 59 min left, known from introspection (exp).',
    );
    assert.equal(look.warning, false);
  });

  it('E37: a warning only where work is blocked until the user acts', () => {
    assert.equal(lookOf('Acme', { kind: 'expired', source: 'jwt' }, undefined).warning, false);
    assert.equal(lookOf('Acme', { kind: 'unknown' }, undefined).warning, false);
    const ended = lookOf('Acme', { kind: 'unknown' }, oauthError('refresh', 'invalid_grant', ''));
    assert.equal(ended.warning, true);
    assert.match(ended.text, /sign in again/);
  });

  it('E38: an estimate is marked as one, in the short text and in the spoken one', () => {
    for (const source of ['authSession', 'sessionTimeout'] as const) {
      const state = { kind: 'valid', leftMilliseconds: 90 * MINUTE, source } as const;
      const look = lookOf('Acme', state, undefined);
      assert.equal(look.text, '$(key) Acme: ~1 h 30 min');
      assert.match(look.spoken, /about 1 h 30 min left, estimated from/);
      const past = lookOf('Acme', { kind: 'expired', source }, undefined);
      assert.doesNotMatch(past.text, /expired/);
      assert.match(past.detail, /it may still work/);
    }
  });

  it('where there is no refresh token nobody says that it is refreshed', () => {
    for (const state of [
      { kind: 'unknown' },
      { kind: 'expired', source: 'jwt' },
      { kind: 'expired', source: 'authSession' },
    ] as const) {
      const { detail } = lookOf('Acme', state, undefined, false);
      assert.match(detail, /there is no refresh token: sign in again/i);
      assert.doesNotMatch(detail, /refreshed/);
      assert.match(lookOf('Acme', state, undefined).detail, /It is refreshed when/);
    }
  });

  it('unknown is said as unknown', () => {
    assert.match(lookOf('Acme', { kind: 'unknown' }, undefined).detail, /not known/);
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
