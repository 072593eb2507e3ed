/** What is known of the apps of many orgs, kept and read again. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import type { OrgCatalogs } from '../../../src/session/orgCatalogs.ts';
import { type CatalogState } from '../../../src/session/orgCatalogs.ts';
import type { Session } from '../../../src/session/session.ts';
import { openCatalogs, withOrg } from '../support/catalogs.ts';
import { fetch } from '../support/fetch.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow, type Window } from '../support/window.ts';

describe("what is known of each org's apps", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-catalogs-'));
    laterMilliseconds = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  const reported: unknown[] = [];
  let laterMilliseconds = 0;
  function catalogsOf(window: Window): OrgCatalogs {
    reported.length = 0;
    return openCatalogs(window, folder, reported, () => Date.now() + laterMilliseconds);
  }

  async function start(
    org: DemoOrg,
  ): Promise<{ session: Session; catalogs: OrgCatalogs; window: Window }> {
    const window = openWindow(newMachine());
    const session = await signedIn(org, window);
    return { session, window, catalogs: catalogsOf(window) };
  }

  const soapCalls = (org: DemoOrg): number =>
    org.requests.filter(({ operation }) => operation !== '').length;

  it('E34: another window shows at once what was last known, marked as such, without asking the org', () =>
    withOrg({}, async (org) => {
      const { session, catalogs, window } = await start(org);
      await catalogs.read(session.id);
      const requests = org.requests.length;
      const later = catalogsOf(window);
      await later.recall(session.id);
      const state = later.state(session.id);
      assert.ok(state.kind === 'ready' && state.isRemembered);
      assert.ok(state.readAtMilliseconds <= Date.now());
      assert.deepEqual(later.apps(session.id), catalogs.apps(session.id));
      assert.equal(org.requests.length, requests);
    }));

  it('a reading in another window goes on from what was kept', () =>
    withOrg({ apps: 60 }, async (org) => {
      const { session, catalogs, window } = await start(org);
      await catalogs.read(session.id);
      const before = soapCalls(org);
      const later = catalogsOf(window);
      const state = await later.read(session.id);
      assert.ok(state.kind === 'ready' && !state.isRemembered);
      // Three calls that list, three for the org's own settings.
      assert.equal(soapCalls(org) - before, 6);
    }));

  it('"everything" asks for all of it again, and waits for a smaller reading that runs', () =>
    withOrg({ apps: 60 }, async (org) => {
      const { session, catalogs } = await start(org);
      await catalogs.read(session.id);
      const before = soapCalls(org);
      const small = catalogs.read(session.id);
      await catalogs.read(session.id, { everything: true });
      await small;
      assert.ok(soapCalls(org) - before > 15);
    }));

  it('E19: a reading that fails keeps what was known, in memory and on the disk', () =>
    withOrg({}, async (org) => {
      const { session, catalogs, window } = await start(org);
      await catalogs.read(session.id);
      const known = catalogs.apps(session.id);
      org.switches.faults.push(parseFault('soap:API_DISABLED_FOR_ORG'));
      const state = await catalogs.read(session.id);
      assert.ok(state.kind === 'failed');
      assert.deepEqual(state.before, known);
      const later = catalogsOf(window);
      await later.recall(session.id);
      assert.deepEqual(later.apps(session.id), known);
    }));

  /** A user whose requests can be lost on the way. */
  async function startOnBadLine(org: DemoOrg) {
    /** Asked of each request's body. */
    let isLost: (body: string) => boolean = () => false;
    const window = openWindow(newMachine(), {
      fetch: (input, init) =>
        isLost(typeof init?.body === 'string' ? init.body : '')
          ? Promise.reject(new TypeError('fetch failed'))
          : fetch(input, init),
    });
    const session = await signedIn(org, window);
    const catalogs = catalogsOf(window);
    await catalogs.read(session.id);
    return {
      session,
      catalogs,
      known: catalogs.apps(session.id),
      lose: (which: typeof isLost) => void (isLost = which),
      /** Loses all from the first request on that has this in it. */
      goAwayAt: (text: string) => {
        let isGone = false;
        isLost = (body) => (isGone ||= body.includes(text));
      },
    };
  }

  const CONNECTED_APP_READ = '<met:type>ConnectedApp</met:type><met:fullNames>';

  for (const everything of [false, true]) {
    it(`E19, E44: a network that goes away in the middle of ${everything ? 'reading all of it again' : 'a second look'} leaves what was known, and whoever looks has it read`, () =>
      withOrg({}, async (org) => {
        const { session, catalogs, known, goAwayAt } = await startOnBadLine(org);
        goAwayAt('readMetadata');
        const state = await catalogs.read(session.id, { everything });
        assert.ok(state.kind === 'failed');
        assert.equal(state.error.code, 'network');
        assert.deepEqual(state.before, known);
        assert.ok(catalogs.isDue(session.id));
      }));
  }

  for (const [what, switches] of [
    ['global OAuth settings', { globalOauthRead: 'INVALID_TYPE' }],
    ["the org's settings", { orgWideReadable: false, toolingOauthOidc: false }],
  ] as const) {
    it(`E19: a network that goes away on the other way to ${what} leaves what was known`, () =>
      withOrg({ switches }, async (org) => {
        const { session, catalogs, known, goAwayAt } = await startOnBadLine(org);
        goAwayAt('<met:retrieve>');
        const state = await catalogs.read(session.id, { everything: true });
        assert.ok(state.kind === 'failed');
        assert.equal(state.error.code, 'network');
        assert.deepEqual(state.before, known);
      }));
  }

  it('E19: it also does where some of a type could not be read before', () =>
    withOrg({}, async (org) => {
      const { session, catalogs, known, goAwayAt } = await startOnBadLine(org);
      assert.ok(known.some(({ kind, pkce }) => kind === 'connectedApp' && pkce === 'unknown'));
      goAwayAt(CONNECTED_APP_READ);
      const state = await catalogs.read(session.id, { everything: true });
      assert.ok(state.kind === 'failed');
      assert.deepEqual(state.before, known);
    }));

  it('E19: what was lost on the way is asked for again where the org is there', () =>
    withOrg({}, async (org) => {
      const { session, catalogs, known, lose } = await startOnBadLine(org);
      let asked = 0;
      let askedOfEcas = 0;
      lose((body) => {
        if (body.includes('<met:type>ExternalClientApplication</met:type><met:fullNames>'))
          askedOfEcas += 1;
        return body.includes(CONNECTED_APP_READ) && ++asked <= 3;
      });
      const state = await catalogs.read(session.id, { everything: true });
      assert.ok(state.kind === 'ready');
      assert.deepEqual(catalogs.apps(session.id), known);
      // Three times on a bad line, then once more; what had arrived, not again.
      assert.deepEqual({ asked, askedOfEcas }, { asked: 4, askedOfEcas: 1 });
    }));

  it('E23: a part that never arrives any more is missing and says why, and keeps nobody from the rest', () =>
    withOrg({}, async (org) => {
      const { session, catalogs, known, lose } = await startOnBadLine(org);
      lose((body) => body.includes(CONNECTED_APP_READ));
      for (let look = 1; look <= 2; look += 1) {
        const state = await catalogs.read(session.id, { everything: true });
        assert.ok(state.kind === 'ready');
        for (const app of catalogs.apps(session.id)) {
          if (app.kind === 'connectedApp') {
            assert.equal(app.pkce, 'unknown');
            assert.match(app.pkceReason, /127\.0\.0\.1/);
          } else assert.equal(app.pkce, known.find(({ id }) => id === app.id)?.pkce);
        }
      }
      lose(() => false);
      await catalogs.read(session.id);
      assert.deepEqual(catalogs.apps(session.id), known);
    }));

  it('E23: who uses the apps may take too long: the rest is read all the same, each time', () =>
    withOrg({}, async (org) => {
      const { session, catalogs } = await start(org);
      await catalogs.read(session.id);
      const origins = catalogs.apps(session.id).map(({ origin }) => origin);
      org.switches.faults = [parseFault('query:reset')];
      const state = await catalogs.read(session.id);
      assert.ok(state.kind === 'ready');
      assert.equal(state.catalog.usage.kind, 'unknown');
      assert.deepEqual(
        catalogs.apps(session.id).map(({ origin }) => origin),
        origins,
      );
    }));

  it('E23: what was never read keeps nobody from the rest, however often it is not reached', () =>
    withOrg({ switches: { faults: [parseFault('read:reset')] } }, async (org) => {
      const { session, catalogs } = await start(org);
      for (let look = 1; look <= 2; look += 1) {
        assert.equal((await catalogs.read(session.id)).kind, 'ready');
      }
    }));

  it('E23: what an org says to a part that it refuses is in the log, once', () =>
    withOrg({ apps: 60 }, async (org) => {
      const { session, catalogs } = await start(org);
      org.switches.faults = [parseFault('read:FIELD_INTEGRITY_EXCEPTION:ErrorId 12345-678')];
      assert.equal((await catalogs.read(session.id)).kind, 'ready');
      const words = reported.map((error) => String((error as Error).cause));
      assert.equal(words.filter((text) => text.includes('ErrorId 12345-678')).length, 1);
    }));

  it('P20, E3: a Cancel ends the waiting for a token as well, and not the refresh', () =>
    withOrg({}, async (org) => {
      let isSignedIn = false;
      const isAsked = Promise.withResolvers<undefined>();
      const goesOn = Promise.withResolvers<undefined>();
      const other = openWindow(newMachine());
      const window = openWindow(newMachine(), {
        fetch: async (input, init) => {
          const isRefresh = isSignedIn && input.endsWith('/token');
          if (isRefresh) {
            isAsked.resolve(undefined);
            await goesOn.promise;
          }
          return other.fetch(input, init);
        },
      });
      const session = await signedIn(org, window);
      const catalogs = catalogsOf(window);
      isSignedIn = true;
      org.expireAccessTokens();
      const cancel = new AbortController();
      const reading = catalogs.read(session.id, { signal: cancel.signal });
      await isAsked.promise;
      cancel.abort();
      await reading;
      assert.equal(catalogs.state(session.id).kind, 'notRead');
      goesOn.resolve(undefined);
      const refreshed = await window.sessions.refresh(session.id);
      assert.notEqual(refreshed.accessToken.reveal(), session.accessToken.reveal());
      assert.equal(org.replays.length, 0);
    }));

  it('P7: a cancelled reading leaves everything as it was, and nothing that nobody waits for', () =>
    withOrg({ apps: 200, switches: { orgWideReadable: false } }, async (org) => {
      const { session, catalogs } = await start(org);
      await catalogs.read(session.id);
      const before = catalogs.state(session.id);
      org.switches.latencyMilliseconds = 100;
      const cancel = new AbortController();
      const running = catalogs.read(session.id, { everything: true, signal: cancel.signal });
      setTimeout(() => cancel.abort(), 250);
      await running;
      assert.deepEqual(catalogs.state(session.id), before);
      // What fails later and nobody hears of fails this test.
      await new Promise((resolve) => setTimeout(resolve, 200));
    }));

  for (const [what, stop] of [
    ['stopping all readings', (catalogs: OrgCatalogs) => catalogs.cancel()],
    ['signing out', (catalogs: OrgCatalogs, id: string) => catalogs.forget(id)],
  ] as const) {
    it(`P7: ${what} ends also what waits for a reading to begin its own`, () =>
      withOrg({ apps: 60 }, async (org) => {
        const { session, catalogs } = await start(org);
        org.switches.latencyMilliseconds = 100;
        const small = catalogs.read(session.id);
        const all = catalogs.read(session.id, { everything: true });
        await new Promise((resolve) => setTimeout(resolve, 150));
        stop(catalogs, session.id);
        for (const { kind } of await Promise.all([small, all])) assert.equal(kind, 'stopped');
        assert.equal(catalogs.isReading, false);
        assert.equal(catalogs.state(session.id).kind, 'notRead');
      }));
  }

  it("P20: a caller's own Cancel ends its wait for a reading that goes on", () =>
    withOrg({ apps: 60 }, async (org) => {
      const { session, catalogs } = await start(org);
      org.switches.latencyMilliseconds = 100;
      const small = catalogs.read(session.id);
      const cancel = new AbortController();
      const all = catalogs.read(session.id, { everything: true, signal: cancel.signal });
      setTimeout(() => cancel.abort(), 50);
      assert.equal((await all).kind, 'stopped');
      assert.equal((await small).kind, 'ready');
      assert.equal(catalogs.isReading, false);
    }));

  it('P20: who leaves a reading that others want does not end it for them', () =>
    withOrg({ apps: 60 }, async (org) => {
      const { session, catalogs } = await start(org);
      org.switches.latencyMilliseconds = 100;
      const cancel = new AbortController();
      const first = catalogs.read(session.id, { signal: cancel.signal });
      const second = catalogs.read(session.id);
      setTimeout(() => cancel.abort(), 50);
      assert.equal((await first).kind, 'stopped');
      assert.equal(catalogs.isReading, true);
      assert.equal((await second).kind, 'ready');
    }));

  it('who waits to read anew does so also where nobody wants the reading before any more', () =>
    withOrg({ apps: 60 }, async (org) => {
      const { session, catalogs } = await start(org);
      await catalogs.read(session.id);
      org.switches.latencyMilliseconds = 100;
      for (const wish of [{ anew: true }, { everything: true }, {}]) {
        const leave = new AbortController();
        const left = catalogs.read(session.id, { signal: leave.signal });
        const reads = soapCalls(org);
        const later =
          'anew' in wish || 'everything' in wish ? catalogs.read(session.id, wish) : undefined;
        setTimeout(() => leave.abort(), 150);
        assert.equal((await left).kind, 'stopped');
        assert.equal((await (later ?? catalogs.read(session.id, wish))).kind, 'ready');
        assert.ok(soapCalls(org) > reads);
      }
    }));

  it('who wants to know what has just changed is not content with a reading that began before', () =>
    withOrg({ apps: 60 }, async (org) => {
      const { session, catalogs } = await start(org);
      org.switches.latencyMilliseconds = 100;
      const lists = (): number =>
        org.requests.filter(({ operation }) => operation === 'listMetadata').length;
      const before = catalogs.read(session.id);
      const [one, other] = await Promise.all([
        catalogs.read(session.id, { anew: true }),
        catalogs.read(session.id, { anew: true }),
      ]);
      assert.deepEqual([one.kind, other.kind, (await before).kind], ['ready', 'ready', 'ready']);
      assert.equal(lists(), 6, 'the two share one');
    }));

  const late = (): Error => new DOMException('late', 'TimeoutError');
  for (const [what, failure] of [
    ['offline', () => new TypeError('fetch failed')],
    ['whose name cannot be found', () => Object.assign(new Error('x'), { code: 'ENOTFOUND' })],
    ['that does not answer', late],
  ] as const) {
    it(`E44: an org ${what} is due again when somebody looks, and recovers by itself`, () =>
      withOrg({}, async (org) => {
        const machine = newMachine();
        const session = await signedIn(org, openWindow(machine));
        let isDown = true;
        const window = openWindow(machine, {
          fetch: (input, init) => (isDown ? Promise.reject(failure()) : fetch(input, init)),
        });
        const catalogs = catalogsOf(window);
        assert.equal((await catalogs.read(session.id)).kind, 'failed');
        assert.equal(catalogs.isDue(session.id), true);
        isDown = false;
        assert.equal((await catalogs.read(session.id)).kind, 'ready');
        assert.equal(catalogs.isDue(session.id), false);
      }));
  }

  it('what the org itself has refused is not due until it is asked for', () =>
    withOrg({}, async (org) => {
      const { session, catalogs } = await start(org);
      assert.equal(catalogs.isDue(session.id), true);
      org.switches.faults.push(parseFault('soap:API_DISABLED_FOR_ORG'));
      assert.equal((await catalogs.read(session.id)).kind, 'failed');
      assert.equal(catalogs.isDue(session.id), false);
    }));

  it('who needs the apps joins a reading that runs, and asks again only where this window has none', () =>
    withOrg({}, async (org) => {
      const { session, catalogs, window } = await start(org);
      const lists = (): number =>
        org.requests.filter(({ operation }) => operation === 'listMetadata').length;
      const [one, other] = await Promise.all([
        catalogs.read(session.id),
        catalogs.readIfNeeded(session.id),
      ]);
      assert.deepEqual([one.kind, other.kind, lists()], ['ready', 'ready', 3]);
      assert.equal(await catalogs.readIfNeeded(session.id), catalogs.state(session.id));
      assert.equal(lists(), 3, 'what this window has read is enough');
      laterMilliseconds = 6 * 60_000;
      await catalogs.readIfNeeded(session.id);
      assert.equal(lists(), 6, 'what it has read long ago is not');
      laterMilliseconds = -60 * 60_000;
      await catalogs.readIfNeeded(session.id);
      assert.equal(lists(), 9, 'nor is what it has read at a time that has not come yet');
      laterMilliseconds = 6 * 60_000;
      const later = catalogsOf(window);
      await later.recall(session.id);
      await later.readIfNeeded(session.id);
      assert.equal(lists(), 12, 'nor is what an earlier window has kept');
      const fault = parseFault('soap:API_DISABLED_FOR_ORG');
      org.switches.faults.push(fault);
      assert.equal((await later.read(session.id)).kind, 'failed');
      org.switches.faults.splice(org.switches.faults.indexOf(fault), 1);
      assert.equal((await later.readIfNeeded(session.id)).kind, 'ready');
    }));

  it('an org that was signed out of in the middle says so', () =>
    withOrg({}, async (org) => {
      const { session, catalogs, window } = await start(org);
      await window.sessions.signOut(session.id);
      const state = await catalogs.read(session.id);
      assert.ok(state.kind === 'failed');
      assert.deepEqual([state.error.code, state.error.remedies], ['signed_out', ['signInAgain']]);
    }));

  it('signing out forgets what was kept, also while a reading is under way', () =>
    withOrg({}, async (org) => {
      const { session, catalogs } = await start(org);
      await catalogs.read(session.id);
      assert.equal(readdirSync(folder).length, 1);
      const running = catalogs.read(session.id);
      catalogs.forget(session.id);
      await running;
      for (let wait = 0; wait < 50 && readdirSync(folder).length > 0; wait += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.deepEqual(readdirSync(folder), []);
      assert.equal(catalogs.state(session.id).kind, 'notRead');
    }));

  it('what signed out in another window is let go of, and what is on the disk is left to that one', () =>
    withOrg({}, async (org) => {
      const { session, catalogs } = await start(org);
      await catalogs.read(session.id);
      catalogs.keepOnly(new Set([session.id, 'other']));
      assert.equal(catalogs.state(session.id).kind, 'ready');
      catalogs.keepOnly(new Set(['other']));
      assert.equal(catalogs.state(session.id).kind, 'notRead');
      assert.equal(catalogs.lastRead(session.id), undefined);
      assert.equal(readdirSync(folder).length, 1);
      assert.ok(catalogs.isDue(session.id), 'it is read when somebody looks at it');
      const reading = catalogs.read(session.id);
      while (!catalogs.isReading) await setImmediate();
      catalogs.keepOnly(new Set());
      await reading;
      assert.equal(catalogs.state(session.id).kind, 'notRead');
    }));

  it('E15: the file is for its owner alone, and holds no token', () =>
    withOrg({}, async (org) => {
      const { session, catalogs } = await start(org);
      await catalogs.read(session.id);
      const [name = ''] = readdirSync(folder);
      const file = join(folder, name);
      if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o077, 0);
      const text = readFileSync(file, 'utf8');
      assert.ok(!text.includes(session.accessToken.reveal()));
      for (const token of org.refreshTokens()) assert.ok(!text.includes(token));
    }));

  for (const [what, damage] of [
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['of another version', (text: string) => text.replace('"version":1', '"version":2')],
    ['of another org', (text: string) => text.replace(/"sessionId":"[^"]+"/, '"sessionId":"x"')],
    ['empty', () => ''],
    ['not what it should be', (text: string) => text.replace('"records":[', '"records":[7,')],
  ] as const) {
    it(`a kept catalog that is ${what} is passed over`, () =>
      withOrg({}, async (org) => {
        const { session, catalogs, window } = await start(org);
        await catalogs.read(session.id);
        const file = join(folder, readdirSync(folder)[0] ?? '');
        writeFileSync(file, damage(readFileSync(file, 'utf8')));
        const later = catalogsOf(window);
        await later.recall(session.id);
        assert.equal(later.state(session.id).kind, 'notRead');
        assert.equal((await later.read(session.id)).kind, 'ready');
      }));
  }

  it('states come in order: reading, names, ready; one that runs is joined', () =>
    withOrg({ apps: 30 }, async (org) => {
      const { session, catalogs } = await start(org);
      const seen: CatalogState['kind'][] = [];
      catalogs.onDidChange((id) => seen.push(catalogs.state(id).kind));
      const lists = (): number =>
        org.requests.filter(({ operation }) => operation === 'listMetadata').length;
      await Promise.all([catalogs.read(session.id), catalogs.read(session.id)]);
      assert.equal(seen[0], 'reading');
      assert.equal(seen.at(-1), 'ready');
      assert.equal(lists(), 3);
    }));
});
