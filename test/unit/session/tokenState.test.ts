/** When a token ends, when it is replaced, and what a JWT may say of it. */
import assert from 'node:assert/strict';
import { Secret } from '../../../src/oauth/secret.ts';
import type { ExpirySource } from '../../../src/session/session.ts';
import { expiryFromAnswer, isDueForRefresh } from '../../../src/session/tokenState.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('when a token is replaced before it is used', () => {
  /** Of a token of one hour, ten minutes ahead, at a time before its end. */
  const isDue = (
    leftMilliseconds: number,
    more: { source?: ExpirySource; canRefresh?: boolean; aheadMilliseconds?: number } = {},
  ): boolean => {
    const { source = 'jwt', canRefresh = true, aheadMilliseconds = 10 * MINUTE } = more;
    return isDueForRefresh(
      { issuedAtMilliseconds: 0, refreshToken: canRefresh ? new Secret('x') : undefined },
      { atMilliseconds: HOUR, source },
      HOUR - leftMilliseconds,
      aheadMilliseconds,
    );
  };

  it('not before the time that is set, and from then on', () => {
    assert.deepEqual([isDue(10 * MINUTE + 1), isDue(10 * MINUTE), isDue(1)], [false, true, true]);
  });

  it('however long ahead is set: in the last fifth of its life', () => {
    const ahead = { aheadMilliseconds: HOUR };
    assert.deepEqual([isDue(12 * MINUTE + 1, ahead), isDue(12 * MINUTE, ahead)], [false, true]);
  });

  it('one that nothing can replace goes on to its end', () => {
    assert.deepEqual(
      [isDue(1, { canRefresh: false }), isDue(0, { canRefresh: false })],
      [false, true],
    );
  });

  it('where the end is an estimate or unknown, the org is left to say it', () => {
    for (const source of ['authSession', 'sessionTimeout'] as const) {
      assert.equal(isDue(-HOUR, { source }), false, source);
    }
    const session = { issuedAtMilliseconds: 0, refreshToken: new Secret('x') };
    assert.equal(isDueForRefresh(session, undefined, HOUR, HOUR), false);
  });
});

describe('what a JWT says of its end', () => {
  const token = (claims: string, header = 'eyJ'): Secret =>
    new Secret(`${header}.${Buffer.from(claims).toString('base64url')}.sig`);
  const endOf = (secret: Secret): number | undefined =>
    expiryFromAnswer(secret, undefined, 500_000)?.atMilliseconds;

  it('by this computer: the length of its life counts, not the server’s clock', () => {
    assert.equal(endOf(token('{"exp":9000,"iat":8000}')), 500_000 + 1_000_000);
  });

  it('without a time of issue, or with one after its end, its end counts as it is', () => {
    for (const claims of ['{"exp":9000}', '{"exp":9000,"iat":9001}', '{"exp":9000,"iat":"x"}']) {
      assert.equal(endOf(token(claims)), 9_000_000, claims);
    }
  });

  for (const claims of ['null', '7', '"exp"', '[]', '{}', '{"iat":1}', 'nonsense']) {
    it(`claims that are ${claims} say nothing, and expires_in is asked`, () => {
      assert.equal(endOf(token(claims)), undefined);
      assert.deepEqual(expiryFromAnswer(token(claims), 60, 0), {
        atMilliseconds: MINUTE,
        source: 'tokenAnswer',
      });
    });
  }

  it('what does not look like a JWT is none', () => {
    assert.equal(endOf(token('{"exp":9000}', '00D!x')), undefined);
    assert.equal(endOf(new Secret('eyJhbGciOiJub25lIn0')), undefined);
  });
});
