/** What most tests of sessions begin with: a demo org, and a machine with a window, all of them new for each test. */
import assert from 'node:assert/strict';
import { startDemoOrg, type DemoOrg, type DemoOrgOptions } from '../../../src/demo/demoOrg.ts';
import type { Session } from '../../../src/session/session.ts';
import { until } from '../../harness/until.ts';
import { fetch } from './fetch.ts';
import { SharedSecrets } from './sharedSecrets.ts';
import { closeMachines, newMachine, openWindow, type Machine, type Window } from './window.ts';

export interface World {
  org: DemoOrg;
  secrets: SharedSecrets;
  machine: Machine;
  window: Window;
  /** How often the org was asked for tokens. */
  tokenCalls: () => number;
  /** Whether the org takes the access token of a session. */
  isAlive: (session: Pick<Session, 'accessToken'>) => Promise<boolean>;
  /** Waits until the org does not take it any more, or a test that waits for that fails. */
  untilDead: (session: Pick<Session, 'accessToken'>) => Promise<void>;
  /** The status that the org answers a refresh token with, without a window. */
  statusOf: (refreshToken: string | undefined) => Promise<number>;
}

/** To be called in a suite; what it gives is there as soon as a test runs. */
export function newWorlds(switches: DemoOrgOptions['switches'] = {}): World {
  const at = {} as World;
  beforeEach(async () => {
    const secrets = new SharedSecrets();
    const machine = newMachine(secrets);
    const org = await startDemoOrg({ switches });
    const tokenCalls = (): number =>
      org.requests.filter(({ path }) => path.endsWith('/token')).length;
    const statusOf: World['statusOf'] = async (refreshToken = '') => {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: org.clientId,
        refresh_token: refreshToken,
      });
      return (await fetch(`${org.url}/services/oauth2/token`, { method: 'POST', body })).status;
    };
    const isAlive: World['isAlive'] = async ({ accessToken }) => {
      const headers = { Authorization: `Bearer ${accessToken.reveal()}` };
      const { status } = await fetch(`${org.url}/services/oauth2/userinfo`, { headers });
      assert.ok([200, 403].includes(status), String(status));
      return status === 200;
    };
    const untilDead: World['untilDead'] = async (session) => {
      const fits = (alive: boolean): boolean => !alive;
      assert.equal(await until(() => isAlive(session), fits), false);
    };
    const window = openWindow(machine);
    const calls = { tokenCalls, isAlive, untilDead, statusOf };
    Object.assign(at, { org, secrets, machine, window, ...calls });
  });
  afterEach(async () => {
    closeMachines();
    await at.org.close();
  });
  return at;
}
