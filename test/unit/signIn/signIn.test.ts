/** The whole way in, with every answer that is not the right one. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import { OAuthError } from '../../../src/oauth/oauthError.ts';
import { refresh } from '../../../src/oauth/tokenEndpoint.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import type { Session } from '../../../src/session/session.ts';
import { serialize } from '../../../src/session/session.ts';
import type { OpenRedirect } from '../../../src/signIn/redirect.ts';
import { signIn } from '../../../src/signIn/signIn.ts';
import { browse } from '../support/browser.ts';
import { SharedSecrets } from '../support/sharedSecrets.ts';
import { beginSignIn, cancelSignIns, signedIn } from '../support/signedIn.ts';
import {
  inputFor,
  openWindow,
  REDIRECT_URI,
  REGISTERED,
  type Window,
  closeMachines,
  newMachine,
  type Machine,
} from '../support/window.ts';

describe('sign-in', () => {
  let org: DemoOrg;
  let other: DemoOrg;
  let secrets: SharedSecrets;
  let machine: Machine;
  let window: Window;

  before(async () => {
    org = await startDemoOrg();
    other = await startDemoOrg({ orgId: '00D5g0000OtherOrAA' });
  });
  after(async () => {
    await org.close();
    await other.close();
  });
  beforeEach(() => {
    secrets = new SharedSecrets();
    machine = newMachine(secrets);
    window = openWindow(machine);
    org.switches.faults = [];
    org.switches.latencyMilliseconds = 0;
  });
  afterEach(() => {
    cancelSignIns();
    closeMachines();
  });

  const begin = (at = org, from = window) => beginSignIn(at, from);
  const deliver = (to: Window, url: URL) => to.handOver.receive(url.searchParams);
  const stateIn = (link: string): string => new URL(link).searchParams.get('state') ?? '';
  const tokenCalls = (at: DemoOrg): number =>
    at.requests.filter(({ path }) => path.endsWith('/token')).length;

  it('E6: the whole way: link, log-in, approval, callback, tokens, identity, session', async () => {
    let wait: AbortSignal | undefined;
    const redirect: OpenRedirect = { ...REGISTERED, begin: (_deliver, signal) => (wait = signal) };
    const { link, done } = await beginSignIn(org, window, { redirect });
    assert.equal(wait?.aborted, false);
    assert.equal((await deliver(window, await browse(org, link))).outcome, 'accepted');
    const session = await done;
    assert.ok(wait.aborted, 'no way back takes answers in any more');
    assert.equal(session?.username, org.username);
    assert.equal(session.orgId, org.orgId);
    assert.equal(session.instanceUrl, org.url);
    assert.deepEqual(session.scopes, ['api', 'refresh_token']);
    assert.deepEqual(
      (await window.sessions.list()).map(({ id }) => id),
      [session.id],
    );
  });

  it('P52: afterwards the store holds the session and nothing else', async () => {
    const { link, done } = await begin();
    await deliver(window, await browse(org, link));
    const session = await done;
    assert.deepEqual([...secrets.values.keys()], [`session/${session?.id ?? ''}`]);
  });

  it('P11, P43: a wrong, missing or foreign state leaves the sign-in waiting', async () => {
    const { link, done } = await begin();
    const back = await browse(org, link);
    for (const state of [
      '',
      'short',
      'A'.repeat(43),
      stateIn(link).slice(0, 42),
      `${stateIn(link)}x`,
    ]) {
      const wrong = new URL(back);
      wrong.searchParams.set('state', state);
      assert.equal((await deliver(window, wrong)).outcome, 'unknown');
    }
    const missing = new URL(back);
    missing.searchParams.delete('state');
    assert.equal((await deliver(window, missing)).outcome, 'unknown');
    assert.equal((await deliver(window, back)).outcome, 'accepted');
    assert.ok(await done);
  });

  it("P12: a foreign error does not cancel somebody's sign-in", async () => {
    const { link, done } = await begin();
    const foreign = new URL(`${REDIRECT_URI}?error=access_denied&state=${'B'.repeat(43)}`);
    assert.equal((await deliver(window, foreign)).outcome, 'unknown');
    await deliver(window, await browse(org, link));
    assert.ok(await done);
  });

  it('P14, P15: damaged answers with the right state are refused in words, and the sign-in waits on', async () => {
    const { link, done } = await begin();
    const back = await browse(org, link);
    for (const damage of ['&code=again', '&error=access_denied']) {
      const reception = await deliver(window, new URL(back.href + damage));
      assert.equal(reception.outcome, 'malformed');
    }
    const bare = new URL(`${REDIRECT_URI}?state=${stateIn(link)}`);
    assert.equal((await deliver(window, bare)).outcome, 'malformed');
    await deliver(window, back);
    assert.ok(await done);
  });

  it('P18: an answer delivered twice starts one exchange', async () => {
    const calls = tokenCalls(org);
    const { link, done } = await begin();
    const back = await browse(org, link);
    const outcomes = await Promise.all([deliver(window, back), deliver(window, back)]);
    assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ['accepted', 'finished']);
    await done;
    assert.equal((await deliver(window, back)).outcome, 'finished');
    assert.equal(tokenCalls(org), calls + 1);
  });

  it('P20: cancel ends the sign-in with its own reason, and a late answer is refused', async () => {
    const { link, done, cancel } = await begin();
    const back = await browse(org, link);
    const reason = new Error('cancelled by the user');
    cancel.abort(reason);
    await assert.rejects(done, (error: unknown) => error === reason);
    assert.equal((await deliver(window, back)).outcome, 'finished');
    assert.equal(secrets.values.size, 0);
  });

  it('P20, E4: the deadline ends it with the causes, and a late answer is refused', async () => {
    const hasty = openWindow(machine, { deadlineMilliseconds: 60 });
    const { link, done } = await begin(org, hasty);
    await assert.rejects(done, (error: Error) => {
      assert.ok(error instanceof UserFacingError);
      assert.equal(error.code, 'sign_in_timeout');
      assert.match(error.todo, /redirect_uri_mismatch/);
      assert.deepEqual(error.remedies, ['tryAgain', 'otherWay', 'copyCallbackUrls']);
      return true;
    });
    assert.equal((await deliver(hasty, await browse(org, link))).outcome, 'finished');
    assert.equal(secrets.values.size, 0);
  });

  it('E9: Deny ends it at once, in words', async () => {
    const { link, done } = await begin();
    await deliver(window, await browse(org, link, { deny: true }));
    await assert.rejects(
      done,
      (error: Error) => error instanceof OAuthError && error.error === 'access_denied',
    );
  });

  for (const fault of [
    'OAUTH_APP_BLOCKED',
    'OAUTH_EC_APP_NOT_FOUND',
    'OAUTH_AUTHORIZATION_BLOCKED',
    'OAUTH_APPROVAL_ERROR_GENERIC',
    'OAUTH_APP_ACCESS_DENIED',
  ]) {
    it(`E9: ${fault} after the log-in`, async () => {
      org.switches.faults = [parseFault(`approve:${fault}`)];
      const { link, done } = await begin();
      await deliver(window, await browse(org, link));
      await assert.rejects(
        done,
        (error: Error) =>
          error instanceof OAuthError && error.error === fault && error.meaning !== 'unknown',
      );
    });
  }

  it('E6, P46: two sign-ins at once, to two orgs, both finish', async () => {
    const one = await begin(org);
    const two = await begin(other);
    await deliver(window, await browse(other, two.link));
    await deliver(window, await browse(org, one.link));
    assert.equal((await one.done)?.orgId, org.orgId);
    assert.equal((await two.done)?.orgId, other.orgId);
  });

  it('E6: two sign-ins at once, to the same org as the same user: both finish, the later one stays and works', async () => {
    const one = await begin(org);
    const two = await begin(org);
    const answers = await Promise.all([browse(org, one.link), browse(org, two.link)]);
    const before = org.requests.length;
    for (const { outcome } of await Promise.all(answers.map((back) => deliver(window, back))))
      assert.equal(outcome, 'accepted');
    const both = await Promise.all([one.done, two.done]);
    const [kept, ...others] = await window.sessions.list();
    assert.ok(kept);
    assert.deepEqual(others, []);
    assert.deepEqual(
      both.map((session) => session?.id),
      [kept.id, kept.id],
    );
    // The kept grant can be refreshed; the replaced one is revoked, after the sign-in.
    while (!org.requests.slice(before).some(({ path }) => path.endsWith('/revoke'))) await delay(5);
    await window.sessions.refresh(kept.id);
    const replaced = both.find(
      (session) => session?.refreshToken?.reveal() !== kept.refreshToken?.reveal(),
    );
    assert.ok(replaced?.refreshToken);
    await assert.rejects(refresh(window.sessions.endpointAccess(replaced), replaced.refreshToken), {
      code: 'invalid_grant',
    });
  });

  it('P44, P46: answers swapped between two orgs reach neither token endpoint with a foreign code', async () => {
    const one = await begin(org);
    const two = await begin(other);
    const [fromOne, fromTwo] = [await browse(org, one.link), await browse(other, two.link)];
    const swapped = new URL(fromTwo);
    swapped.searchParams.set('state', stateIn(one.link));
    // The code of the other org goes, if anywhere, to the host that this state was made for: refused there.
    const calls = tokenCalls(other);
    await deliver(window, swapped);
    await assert.rejects(
      one.done,
      (error: Error) => error instanceof OAuthError && error.error === 'invalid_grant',
    );
    assert.equal(tokenCalls(other), calls);
    await deliver(window, fromTwo);
    assert.equal((await two.done)?.orgId, other.orgId);
    assert.equal((await deliver(window, fromOne)).outcome, 'finished');
  });

  it('E7: an answer that lands in another window completes in the one that asked; both know', async () => {
    const second = openWindow(machine);
    const heard: string[] = [];
    second.store.onDidChange((id) => heard.push(id));
    const { link, done } = await begin(org, window);
    const back = await browse(org, link);
    // The rest takes longer than a handed-over answer may wait: it must be taken at once.
    org.switches.latencyMilliseconds = 400;
    assert.equal((await deliver(second, back)).outcome, 'handedOver');
    const session = await done;
    assert.ok(session);
    assert.deepEqual(
      (await second.sessions.list()).map(({ id }) => id),
      [session.id],
    );
    assert.ok(heard.includes(session.id));
    assert.deepEqual(
      [...secrets.values.keys()],
      [`session/${session.id}`],
      'the handed-over copy is gone',
    );
  });

  it('E8: refused callbacks write nothing anywhere', async () => {
    await deliver(window, new URL(`${REDIRECT_URI}?code=aPrxStolen==&state=${'C'.repeat(43)}`));
    assert.equal(secrets.values.size, 0);
  });

  it('P39: a stolen code is useless without the verifier', async () => {
    const { link } = await begin();
    const code = (await browse(org, link)).searchParams.get('code') ?? '';
    const exchange = (more: Record<string, string>) =>
      fetch(`${org.url}/services/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          client_id: org.clientId,
          redirect_uri: REDIRECT_URI,
          ...more,
        }),
      });
    for (const more of [{}, { code_verifier: 'A'.repeat(43) }]) {
      const answer = await exchange(more);
      assert.equal(answer.status, 400);
      assert.equal(((await answer.json()) as { error: string }).error, 'invalid_grant');
    }
  });

  it('P17: a code that ends in == survives from the callback to the token request', async () => {
    const { link, done } = await begin();
    const back = await browse(org, link);
    assert.match(back.search, /%3D%3D/);
    assert.match(back.searchParams.get('code') ?? '', /==$/);
    await deliver(window, back);
    assert.ok(await done);
  });

  it('E14: signing in again replaces the session of the same user, keeps alias and place', async () => {
    const first = await begin(org);
    await deliver(window, await browse(org, first.link));
    const before = await first.done;
    assert.ok(before);
    await window.store.put({ ...before, alias: 'Mine' });
    const second = await begin(org);
    await deliver(window, await browse(org, second.link));
    const after = await second.done;
    assert.equal(after?.alias, 'Mine');
    assert.equal(after.addedAtMilliseconds, before.addedAtMilliseconds);
    assert.notEqual(after.accessToken.reveal(), before.accessToken.reveal());
    assert.equal((await window.sessions.list()).length, 1);
  });

  it('E14: another user who is let in is a new entry without the alias; who was expected keeps alias and place', async () => {
    const mine = await signedIn(org, window, { alias: 'Acme' });
    const elsewhere = await signedIn(other, window);
    const again = (username: string): Promise<Session> =>
      signedIn(org, window, {
        username,
        alias: 'Acme',
        expected: { id: mine.id, acceptOther: () => Promise.resolve(true) },
      });
    const viewer = await again(org.viewer.username);
    const aliases = async (): Promise<unknown> =>
      (await window.sessions.list()).map(({ id, alias }) => [id, alias]);
    const expected = [
      [mine.id, 'Acme'],
      [elsewhere.id, undefined],
      [viewer.id, undefined],
    ];
    assert.deepEqual(await aliases(), expected);
    await again(org.username);
    assert.deepEqual(await aliases(), expected);
    // Who has an alias of their own keeps it, too.
    await window.store.put({ ...viewer, alias: 'Viewer' });
    assert.equal((await again(org.viewer.username)).alias, 'Viewer');
  });

  it('P49: another user than expected is stored only if the user agrees; otherwise the grant is revoked', async () => {
    const asked: string[] = [];
    const opened = Promise.withResolvers<string>();
    const done = signIn(
      window,
      inputFor(org, opened.resolve, {
        expected: {
          id: `${org.orgId}/0055g00000OtherUAAA`,
          acceptOther: (session) => {
            asked.push(session.username);
            return Promise.resolve(false);
          },
        },
      }),
    );
    const before = org.requests.length;
    await deliver(
      window,
      await browse(org, await opened.promise, { username: org.viewer.username }),
    );
    assert.equal(await done, undefined);
    assert.deepEqual(asked, [org.viewer.username]);
    assert.deepEqual(await window.sessions.list(), []);
    assert.ok(org.requests.slice(before).some(({ path }) => path.endsWith('/revoke')));
  });

  it('E15: what is printed of a session, a request or an error never shows a token', async () => {
    const { link, done } = await begin();
    await deliver(window, await browse(org, link));
    const session = await done;
    assert.ok(session);
    const secretsOfSession = [session.accessToken.reveal(), session.refreshToken?.reveal() ?? '?'];
    for (const secret of secretsOfSession)
      assert.ok(serialize(session).includes(secret), 'stored as a secret');
    const printed = [JSON.stringify(session), inspect(session, { depth: 9, showHidden: true })];
    for (const text of printed)
      for (const secret of secretsOfSession) assert.ok(!text.includes(secret));
  });

  it('P54: by default "api" and "refresh_token" are asked for, no more', async () => {
    const { default: manifest } = (await import('../../../package.json', {
      with: { type: 'json' },
    })) as unknown as {
      default: {
        contributes: { configuration: { properties: Record<string, { default: unknown }> } };
      };
    };
    assert.deepEqual(
      manifest.contributes.configuration.properties['salesforcePkce.scopes']?.default,
      ['api', 'refresh_token'],
    );
  });
});
