/** What all windows know of a session, and how a window's copy of it is judged by that. */
import assert from 'node:assert/strict';
import { Secret } from '../../../src/oauth/secret.ts';
import { jsonNameOf, SharedFiles } from '../../../src/session/sharedFiles.ts';
import {
  entryFor,
  fingerprintOf,
  isLeftBehind,
  standingOf,
  type LedgerEntry,
  type Standing,
} from '../../../src/session/tokenLedger.ts';
import { signedIn } from '../support/signedIn.ts';
import { newWorlds } from '../support/world.ts';

const SALT = 'salt';
const copyOf = (token: string) => ({
  accessToken: new Secret('access'),
  refreshToken: new Secret(token),
});
const print = (token: string): string => fingerprintOf(copyOf(token), SALT);

describe('the standing of a copy', () => {
  const account = {
    id: '00D5g0000DemoOrgAA/0055g0000DemoUsrAA',
    username: 'demo@pkce.example',
    alias: undefined,
    loginHost: 'https://acme.my.salesforce.com',
    clientId: 'client',
    requestedScopes: [],
  };
  const over = { error: 'invalid_grant', description: '' };

  const CASES: readonly (readonly [
    string,
    { readonly token: string; readonly follows?: string },
    Omit<LedgerEntry, 'account' | 'salt'>,
    Standing,
  ])[] = [
    ['the one that is known', { token: 'a' }, { current: print('a') }, 'current'],
    ['any other', { token: 'x' }, { current: print('a') }, 'stale'],
    [
      'one that is being replaced',
      { token: 'a' },
      { current: print('a'), next: print('b') },
      'lost',
    ],
    ['its replacement', { token: 'b' }, { current: print('a'), next: print('b') }, 'current'],
    ['one that has ended', { token: 'a' }, { current: print('a'), ended: over }, 'ended'],
    [
      'one of an account that has left',
      { token: 'x' },
      { current: print('a'), signedOut: true },
      'signedOut',
    ],
    [
      'the next of the one that is known',
      { token: 'b', follows: 'a' },
      { current: print('a') },
      'current',
    ],
    [
      'the next of one that was sent',
      { token: 'b', follows: 'a' },
      { current: print('a'), spending: true },
      'current',
    ],
    [
      'a sign-in after the end',
      { token: 'b', follows: 'a' },
      { current: print('a'), ended: over },
      'current',
    ],
    [
      'a sign-in after a sign-out',
      { token: 'b', follows: 'a' },
      { current: print('a'), signedOut: true },
      'current',
    ],
    ['the next of an earlier one', { token: 'b', follows: 'a' }, { current: print('c') }, 'stale'],
    [
      'the next of one that another is replacing by now',
      { token: 'b', follows: 'a' },
      { current: print('a'), next: print('c') },
      'stale',
    ],
    [
      'one that the ledger has heard of since, and that has left',
      { token: 'b', follows: 'a' },
      { current: print('b'), signedOut: true },
      'signedOut',
    ],
  ];
  for (const [what, { token, follows }, entry, expected] of CASES) {
    it(`P29, P32: ${what} is ${expected}`, () => {
      const copy = { ...copyOf(token), follows: follows && print(follows) };
      assert.equal(standingOf(copy, { account, salt: SALT, ...entry }), expected);
    });
  }

  it('where nothing is known, nothing speaks against a copy', () =>
    assert.equal(standingOf(copyOf('a'), undefined), 'current'));

  for (const [what, token, entry, expected] of [
    ['the token that a sign-out could not revoke', 'a', { unrevoked: true }, true],
    ['another token than that', 'b', { unrevoked: true }, false],
    ['a token that was revoked', 'a', {}, false],
    ['a token of a session that goes on', 'a', { unrevoked: true, signedOut: undefined }, false],
  ] as const) {
    it(`P35: ${what} is ${expected ? '' : 'not '}for this window to revoke`, () => {
      const known = { account, salt: SALT, current: print('a'), signedOut: true, ...entry };
      assert.equal(isLeftBehind(copyOf(token), known), expected);
    });
  }

  it('P35: where nothing is known, nothing is left behind', () =>
    assert.equal(isLeftBehind(copyOf('a'), undefined), false));
});

describe('what is written for all windows', () => {
  const at = newWorlds();

  it("P29: what a file tells of another session is not taken for this one's", async () => {
    const session = await signedIn(at.org, at.window);
    const files = new SharedFiles(`${at.machine.folder}/sessions`);
    const other = `${session.id.slice(0, -1)}9`;
    await files.replace(jsonNameOf(other), await files.read(jsonNameOf(session.id)));
    assert.ok(await at.window.ledger.read(session.id));
    assert.equal(await at.window.ledger.read(other), undefined);
  });

  it('P29: can be read again, however long the texts of a server or of settings are', async () => {
    const session = await signedIn(at.org, at.window);
    for (const long of [
      { requestedScopes: ['api', 'x'.repeat(201)] },
      { username: 'x'.repeat(401) },
      { alias: 'x'.repeat(201) },
      { clientId: 'x'.repeat(301) },
    ]) {
      const { ledger } = at.window;
      const entry = entryFor({ ...session, ...long });
      const ended = { error: 'x'.repeat(301), description: 'x'.repeat(2001) };
      await ledger.write({ ...entry, ended });
      const read = await ledger.read(session.id);
      assert.equal(read?.current, entry.current, Object.keys(long).join());
      assert.equal(read.ended?.error, 'x'.repeat(200));
      assert.equal(read.account.requestedScopes[0], 'api');
    }
  });
});
