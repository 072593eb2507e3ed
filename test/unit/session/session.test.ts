/** A session's name and stored form, and what can be the matter with one. */
import assert from 'node:assert/strict';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import {
  isOfNewerVersion,
  labelOf,
  parseSession,
  serialize,
} from '../../../src/session/session.ts';
import {
  busyError,
  endedError,
  GRANT_LOST,
  grantLostError,
  isLockError,
  lockError,
  needsUser,
  noRefreshTokenError,
  signedOutError,
  staleCopyError,
} from '../../../src/session/sessionErrors.ts';
import type { LedgerEntry } from '../../../src/session/tokenLedger.ts';
import { hasCode } from '../support/hasCode.ts';

const STORED = {
  version: 1,
  orgId: '00D5g0000DemoOrgEA',
  userId: '0055g0000DemoUserA',
  loginHost: 'https://login.salesforce.com',
  instanceUrl: 'https://acme.my.salesforce.com',
  clientId: '3MVG9x',
  username: 'dana@acme.example',
  displayName: 'Dana',
  scopes: ['api'],
  requestedScopes: ['api'],
  accessToken: 'a',
  refreshToken: 'r',
  addedAtMilliseconds: 1,
  issuedAtMilliseconds: 2,
};

function session(more: object = {}) {
  const parsed = parseSession(JSON.stringify({ ...STORED, ...more }));
  assert.ok(parsed);
  return parsed;
}

describe('a session', () => {
  it('is called by its alias, else by its user name', () => {
    assert.equal(labelOf({ username: 'dana', alias: undefined }), 'dana');
    assert.equal(labelOf({ username: 'dana', alias: 'Acme' }), 'Acme');
  });

  it('is stored and read as it is, with and without a refresh token', () => {
    for (const one of [session(), session({ refreshToken: undefined })]) {
      const again = parseSession(serialize(one));
      assert.equal(again?.accessToken.reveal(), 'a');
      assert.equal(again.refreshToken?.reveal(), one.refreshToken?.reveal());
      assert.equal(serialize(again), serialize(one));
    }
  });

  it('P48: of an instance that the login host cannot stand for is refused', () => {
    for (const hosts of [
      { instanceUrl: 'https://evil.example' },
      { instanceUrl: 'http://acme.my.salesforce.com' },
      { instanceUrl: 'https://acme.my.salesforce.com/x' },
      { instanceUrl: 'https://user@acme.my.salesforce.com' },
      { loginHost: 'https://login.salesforce.com/x' },
    ]) {
      const text = JSON.stringify({ ...STORED, ...hosts });
      assert.equal(parseSession(text), undefined, text);
    }
  });

  for (const [text, isNewer] of [
    ['{"version":2}', true],
    ['{"version":1}', false],
    ['{"version":0}', false],
    ['{"version":"2"}', false],
    ['{"version":1.5}', false],
    ['{}', false],
    ['null', false],
    ['7', false],
    ['"version"', false],
    ['nonsense', false],
  ] as const) {
    it(`${text} is ${isNewer ? '' : 'not '}of a newer version`, () =>
      assert.equal(isOfNewerVersion(text), isNewer));
  }
});

describe('what can be the matter with a session', () => {
  const entry = (ended: LedgerEntry['ended']): LedgerEntry =>
    ({ account: { username: 'dana', alias: 'Acme' }, ended }) as unknown as LedgerEntry;

  it('E19: only some of it needs the user; whoever hears of it can act', () => {
    const needy = [
      signedOutError(),
      staleCopyError(session(), false),
      grantLostError(session()),
      noRefreshTokenError(session()),
    ];
    assert.deepEqual(needy.map(needsUser), [true, true, true, true]);
    for (const { code, remedies } of needy) assert.ok(remedies.includes('signInAgain'), code);
    const passing = [busyError(), lockError('x')];
    assert.deepEqual(passing.map(needsUser), [false, false]);
    for (const { code, remedies } of passing) assert.deepEqual(remedies, ['tryAgain'], code);
    assert.deepEqual([needsUser(new Error('signed_out')), needsUser(undefined)], [false, false]);
  });

  it('which of it is about the lock', () => {
    assert.deepEqual([busyError(), lockError('x')].map(isLockError), [true, true]);
    const named = Object.assign(new Error('x'), { code: 'refresh_busy' });
    assert.deepEqual([signedOutError(), named, undefined].map(isLockError), [false, false, false]);
  });

  it('E19: why one has ended is what was noted; else that its grant is over', async () => {
    for (const one of [undefined, entry(undefined)]) {
      const error = await endedError(one);
      assert.ok(hasCode('grantEnded')(error) || needsUser(error));
      assert.equal(needsUser(error), true);
    }
    const inactive = await endedError(entry({ error: 'inactive_user', description: '' }));
    assert.match(inactive.happened, /inactive/i);
    assert.equal(needsUser(inactive), true);
  });

  it('P32: a grant that was lost in a refresh is told as that, with the name of the org if it is known', async () => {
    const named = await endedError(entry({ error: GRANT_LOST, description: '' }));
    assert.equal(named.code, GRANT_LOST);
    assert.match(named.happened, /in the middle of a refresh of Acme/);
    assert.match(grantLostError(undefined).happened, /in the middle of a refresh:/);
    assert.ok(named instanceof UserFacingError);
  });
});
