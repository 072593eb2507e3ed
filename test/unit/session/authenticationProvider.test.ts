/** What other extensions get, and what they hear. */
import assert from 'node:assert/strict';
import type { AuthenticationProviderAuthenticationSessionsChangeEvent as Change } from 'vscode';
import { parseFault } from '../../../src/demo/switches.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { covers } from '../../../src/salesforce/scopes.ts';
import { SalesforceAuthenticationProvider } from '../../../src/session/authenticationProvider.ts';
import { BrowserSecrets } from '../support/browserSecrets.ts';
import { until } from '../../harness/until.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow, type Window } from '../support/window.ts';
import { newWorlds } from '../support/world.ts';

describe('authentication provider', () => {
  let provider: SalesforceAuthenticationProvider;
  /** What a sign-in for another extension does; set by tests. */
  let browserAs = '';
  let grantOnly: readonly string[] | undefined;
  const asked: { scopes: readonly string[]; as: string | undefined }[] = [];

  afterEach(() => provider.dispose());
  const at = newWorlds();
  beforeEach(() => {
    browserAs = at.org.username;
    asked.length = 0;
    grantOnly = undefined;
    provider = providerOf(at.window);
  });

  function providerOf(of: Window): SalesforceAuthenticationProvider {
    return new SalesforceAuthenticationProvider({
      sessions: of.sessions,
      signIn: async (wish) => {
        asked.push({ scopes: wish.scopes, as: wish.account?.username });
        return browserAs === ''
          ? undefined
          : signedIn(at.org, of, { scopes: grantOnly ?? wish.scopes, username: browserAs });
      },
      signOut: async (session) => {
        await of.sessions.signOut(session.id);
      },
    });
  }

  async function heard(from: SalesforceAuthenticationProvider): Promise<Change[]> {
    const changes: Change[] = [];
    from.onDidChangeSessions((change) => changes.push(change));
    await from.getSessions([]);
    return changes;
  }
  const idsIn = (changes: readonly Change[]) =>
    changes.map(({ added = [], removed = [], changed = [] }) => ({
      added: added.map(({ id }) => id),
      removed: removed.map(({ id }) => id),
      changed: changed.map(({ id }) => id),
    }));
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

  it('E22: without a session there is none, and nothing is asked', async () => {
    assert.deepEqual(await provider.getSessions(['api']), []);
    assert.deepEqual(asked, []);
    assert.deepEqual(at.org.requests, []);
  });

  it('E22: account and label are those of the contract; the token is the live one', async () => {
    const session = await signedIn(at.org, at.window);
    const [found] = await provider.getSessions(['api']);
    assert.deepEqual(found, {
      id: session.id,
      accessToken: session.accessToken.reveal(),
      account: { id: `${at.org.orgId}/${session.userId}`, label: at.org.username },
      scopes: ['api', 'refresh_token'],
    });
  });

  it('E22: a scope that the session lacks is a new consent, never a wrong token', async () => {
    await signedIn(at.org, at.window);
    assert.deepEqual(await provider.getSessions(['web']), []);
    const [known] = await provider.getSessions([]);
    const account = known?.account;
    assert.ok(account);
    const session = await provider.createSession(['web'], { account });
    assert.deepEqual(asked, [{ scopes: ['api', 'refresh_token', 'web'], as: at.org.username }]);
    assert.deepEqual(session.scopes, ['api', 'refresh_token', 'web']);
    assert.equal((await provider.getSessions(['web', 'api'])).length, 1);
  });

  it('E22: an account whose token is in another window is known: nobody is asked for its org again', async () => {
    const machine = newMachine(new BrowserSecrets());
    await signedIn(at.org, openWindow(machine), { username: at.org.viewer.username });
    const { id } = await signedIn(at.org, openWindow(machine));
    const blind = openWindow({ ...machine, secrets: new BrowserSecrets() });
    const all = await blind.sessions.missing();
    const missing = all.find((account) => account.id === id);
    assert.ok(missing && all.length === 2);
    const blindProvider = providerOf(blind);
    try {
      await blindProvider.createSession(['web'], { account: { id, label: 'Acme' } });
      assert.deepEqual(asked, [
        { scopes: [...missing.requestedScopes, 'web'], as: at.org.username },
      ]);
    } finally {
      blindProvider.dispose();
    }
  });

  it('E22: scopes that were left to the client app stay there: naming some would lose the rest', async () => {
    const machine = newMachine(new BrowserSecrets());
    const { id } = await signedIn(at.org, openWindow(machine), { scopes: [] });
    const blindProvider = providerOf(openWindow({ ...machine, secrets: new BrowserSecrets() }));
    try {
      await blindProvider.createSession(['web'], { account: { id, label: 'Acme' } });
      assert.deepEqual(asked, [{ scopes: [], as: at.org.username }]);
    } finally {
      blindProvider.dispose();
    }
  });

  it('E22: what was not granted is an error that names it, not a session', async () => {
    grantOnly = ['api'];
    await assert.rejects(
      provider.createSession(['web', 'api']),
      (error) =>
        error instanceof UserFacingError &&
        error.code === 'missing_scopes' &&
        error.happened.includes('did not grant web to'),
    );
  });

  it('E22: another user than the account that was asked for is refused', async () => {
    await signedIn(at.org, at.window);
    const [known] = await provider.getSessions([]);
    browserAs = at.org.viewer.username;
    assert.ok(known);
    await assert.rejects(
      provider.createSession(['api'], { account: known.account }),
      (error) => error instanceof UserFacingError && error.code === 'other_account',
    );
  });

  it('E22: a user who leaves ends it with an error that says so', async () => {
    browserAs = '';
    await assert.rejects(
      provider.createSession(['api']),
      (error) => error instanceof UserFacingError && error.code === 'cancelled',
    );
  });

  it('E22: several accounts, and one that is picked', async () => {
    const first = await signedIn(at.org, at.window);
    const second = await signedIn(at.org, at.window, {
      scopes: ['api'],
      username: at.org.viewer.username,
    });
    assert.equal((await provider.getSessions(['api'])).length, 2);
    const account = { id: second.id, label: 'whatever' };
    assert.deepEqual(
      (await provider.getSessions(['api'], { account })).map(({ id }) => id),
      [second.id],
    );
    assert.deepEqual(
      (await provider.getSessions(['refresh_token'])).map(({ id }) => id),
      [first.id],
    );
  });

  it('E22: a token that is known to be over is refreshed before it is handed out', async () => {
    at.org.switches.jwtAccessTokens = true;
    at.org.switches.tokenLifetimeSeconds = 1;
    const session = await signedIn(at.org, at.window);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    at.org.switches.tokenLifetimeSeconds = 600;
    const before = at.tokenCalls();
    const [found] = await provider.getSessions(['api']);
    assert.equal(at.tokenCalls(), before + 1);
    assert.notEqual(found?.accessToken, session.accessToken.reveal());
  });

  it('E22: a token that is over and cannot be refreshed is not handed out', async () => {
    at.org.switches.jwtAccessTokens = true;
    at.org.switches.tokenLifetimeSeconds = 1;
    await signedIn(at.org, at.window);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    at.org.switches.faults = [parseFault('refresh:invalid_grant:expired access/refresh token')];
    assert.deepEqual(await provider.getSessions(['api']), []);
    // The Accounts menu still lists it, without a token.
    const [listed] = await provider.getSessions(undefined);
    assert.equal(listed?.accessToken, '');
  });

  it('E22: a session that has ended is not handed out, though nobody knows when its token ends', async () => {
    const session = await signedIn(at.org, at.window);
    at.org.switches.faults = [parseFault('refresh:invalid_grant:expired access/refresh token')];
    await assert.rejects(at.window.sessions.accessToken(session.id, session.accessToken));
    assert.equal(at.window.sessions.expiryOf(session), undefined);
    assert.deepEqual(await provider.getSessions(['api']), []);
    // Also in a window that finds it so.
    const later = openWindow(at.machine);
    assert.deepEqual(await providerOf(later).getSessions(['api']), []);
  });

  it('E22, E44: offline is not signed out: who has an expired token hears why, and starts no new sign-in', async () => {
    at.org.switches.jwtAccessTokens = true;
    at.org.switches.tokenLifetimeSeconds = 1;
    const session = await signedIn(at.org, at.window);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const offline = openWindow(at.machine, {
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    });
    const there = providerOf(offline);
    const isNetwork = (error: unknown): boolean =>
      error instanceof UserFacingError && error.code === 'network';
    await assert.rejects(there.getSessions(['api']), isNetwork);
    // One whose token is good is not held up by it.
    at.org.switches.tokenLifetimeSeconds = 600;
    const other = await signedIn(at.org, at.window, { username: at.org.viewer.username });
    assert.deepEqual(
      (await there.getSessions(['api'])).map(({ id }) => id),
      [other.id],
    );
    await assert.rejects(
      there.getSessions(['api'], { account: { id: session.id, label: 'whatever' } }),
      isNetwork,
    );
    there.dispose();
  });

  it('E22: a session that is gone by now is left out', async () => {
    const session = await signedIn(at.org, at.window);
    const listed = await at.window.sessions.list();
    await at.window.sessions.signOut(session.id);
    at.window.sessions.list = () => Promise.resolve(listed);
    assert.deepEqual(await provider.getSessions(['api']), []);
  });

  it('E1: the Accounts menu lists all, asks nobody, and gets no token', async () => {
    at.org.switches.jwtAccessTokens = true;
    at.org.switches.tokenLifetimeSeconds = 1;
    await signedIn(at.org, at.window);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const before = at.org.requests.length;
    const listed = await provider.getSessions(undefined);
    assert.deepEqual(
      listed.map(({ accessToken, account }) => [accessToken, account.label]),
      [['', at.org.username]],
    );
    assert.equal(at.org.requests.length, before);
  });

  it('E16, E22: added, changed, removed are told exactly, in all windows', async () => {
    const second = openWindow(at.machine);
    const other = providerOf(second);
    const [here, there] = [await heard(provider), await heard(other)];
    const told = (times: number): Promise<unknown> =>
      until(
        () => Math.min(here.length, there.length),
        (least) => least >= times,
      );
    const session = await signedIn(at.org, at.window);
    await told(1);
    await at.window.sessions.refresh(session.id);
    await told(2);
    await at.window.sessions.setActive(session.id);
    await settled();
    await provider.removeSession(session.id);
    await told(3);
    await settled();
    const none: string[] = [];
    const expected = [
      { added: [session.id], removed: none, changed: none },
      { added: none, removed: none, changed: [session.id] },
      { added: none, removed: [session.id], changed: none },
    ];
    assert.deepEqual(idsIn(here), expected);
    assert.deepEqual(idsIn(there), expected);
    for (const change of [...here, ...there]) {
      for (const told of [...(change.added ?? []), ...(change.changed ?? [])]) {
        assert.equal(told.accessToken, '', 'an event carries no token');
      }
    }
    other.dispose();
  });

  it('E21: sign-out from the Accounts menu revokes', async () => {
    const session = await signedIn(at.org, at.window);
    await provider.removeSession(session.id);
    assert.ok(at.org.requests.some(({ path }) => path.endsWith('/revoke')));
    assert.deepEqual(await provider.getSessions(undefined), []);
  });

  for (const [granted, wanted, yes] of [
    [['api'], [], true],
    [['api'], ['api'], true],
    [['api'], ['web'], false],
    [[], ['api'], false],
    [['full'], ['api', 'web'], true],
    [['full'], ['refresh_token'], false],
    [['full'], ['openid'], false],
    [['refresh_token'], ['offline_access'], true],
    [['offline_access'], ['refresh_token'], true],
    [['id'], ['email', 'profile'], true],
    [['email'], ['id'], false],
    [['__proto__'], ['api'], false],
  ] as const) {
    it(`granted ${granted.join(' ') || 'nothing'}: ${wanted.join(' ') || 'nothing'} is ${yes ? '' : 'not '}covered`, () =>
      assert.equal(covers(granted, wanted), yes));
  }
});
