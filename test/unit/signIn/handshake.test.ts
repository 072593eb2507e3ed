/** A test sign-in with an app's own client id: what works, what is refused, and nothing that stays behind. */
import assert from 'node:assert/strict';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault, type DemoSwitches } from '../../../src/demo/switches.ts';
import type { Fetch } from '../../../src/oauth/http.ts';
import { Secret } from '../../../src/oauth/secret.ts';
import { isHandshakeProven } from '../../../src/salesforce/proof.ts';
import {
  handshake,
  type HandshakeInput,
  type HandshakeResult,
} from '../../../src/signIn/handshake.ts';
import type { OpenRedirect } from '../../../src/signIn/redirect.ts';
import { browse } from '../support/browser.ts';
import { read, withOrg } from '../support/catalogs.ts';
import { fetch } from '../support/fetch.ts';
import { newMachine, openWindow } from '../support/window.ts';

type Deliver = Parameters<NonNullable<OpenRedirect['begin']>>[0];

interface Run extends HandshakeResult {
  readonly trips: readonly number[];
  readonly clientId: string;
}

async function run(
  org: DemoOrg,
  fullName: string,
  more: Partial<HandshakeInput> = {},
  ready: () => void = () => undefined,
  network: Fetch = fetch,
): Promise<Run> {
  const app = (await read(org)).apps.find((one) => one.fullName === fullName);
  const clientId = app?.oauth?.consumerKey as string;
  const [redirectUri = ''] = app?.oauth?.callbackUrl as string[];
  const isPublic = app?.oauth?.isConsumerSecretOptional === true;
  const window = openWindow(newMachine(), { fetch: network });
  ready();
  let deliver: Deliver | undefined;
  const trips: number[] = [];
  const result = await handshake(window, {
    loginHost: org.url,
    clientId,
    clientSecret: isPublic ? undefined : new Secret(org.secretOf(clientId)),
    signal: new AbortController().signal,
    report: () => undefined,
    openRedirect: () =>
      Promise.resolve({
        way: 'paste',
        redirectUri,
        throughEditor: false,
        begin: (given) => {
          deliver = given;
        },
        close: () => Promise.resolve(),
      }),
    openLink: (url, trip) => {
      trips.push(trip);
      void browse(org, url).then((back) => deliver?.(back.searchParams));
    },
    ...more,
  });
  return { ...result, trips, clientId };
}

async function runWith(
  switches: Partial<DemoSwitches>,
  fullName: string,
  more: Partial<HandshakeInput> = {},
): Promise<Run> {
  return withOrg({ switches }, (org) => run(org, fullName, more));
}

const verdicts = ({ steps }: Run): Readonly<Record<string, string>> =>
  Object.fromEntries(steps.map(({ check, verdict }) => [check, verdict]));

/** Asserts that every grant that is newer than these has ended: what is revoked already cannot be revoked. */
async function assertAllEnded(org: DemoOrg, before: readonly string[]): Promise<void> {
  for (const token of org.refreshTokens().filter((one) => !before.includes(one))) {
    const answer = await fetch(`${org.url}/services/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token }),
    });
    assert.equal(answer.status, 400, 'revoked already');
  }
}

const ALL_PROVEN = {
  authorization: 'proven',
  exchange: 'proven',
  wrongVerifier: 'proven',
  rotatedToken: 'proven',
  usedCode: 'proven',
};

describe('handshake', () => {
  it('a confidential client with rotation: everything is proven, in two trips where the code was spent', async () => {
    const done = await runWith({}, 'Warehouse_Sync');
    assert.deepEqual(verdicts(done), ALL_PROVEN);
    assert.deepEqual(done.trips, [1, 2]);
  });

  it('that all is revoked is said where the org has confirmed it, or knows no such grant any more', async () => {
    assert.equal((await runWith({}, 'Warehouse_Sync')).isRevoked, true);
    for (const fault of ['revoke:reset', 'revoke:unsupported_token_type', 'refresh:reset*1']) {
      const done = await runWith({ faults: [parseFault(fault)] }, 'Warehouse_Sync');
      assert.equal(verdicts(done).exchange, 'proven');
      assert.equal(done.isRevoked, false, fault);
    }
  });

  it('one trip is enough where a wrong verifier leaves the code alone', async () => {
    const done = await runWith({ wrongVerifier: 'keepsCode' }, 'Warehouse_Sync');
    assert.deepEqual(verdicts(done), ALL_PROVEN);
    assert.deepEqual(done.trips, [1]);
  });

  it('a wrong verifier that is refused as a bad request counts as well', async () => {
    const done = await runWith({ verifierMismatch: 'invalid_request' }, 'Warehouse_Sync');
    assert.equal(verdicts(done).wrongVerifier, 'proven');
  });

  it('without rotation or refresh tokens that part cannot be told, the rest can', async () => {
    const done = await runWith({}, 'Data_Loader_Nightly');
    assert.deepEqual(verdicts(done), { ...ALL_PROVEN, rotatedToken: 'unknown' });
    assert.match(done.steps[3]?.seen ?? '', /rotation is off/);
    const publicOne = await runWith({}, 'Field_Service_Tablet');
    assert.equal(verdicts(publicOne).exchange, 'proven');
  });

  it('a wrong secret refutes the exchange, and says nothing about the verifier', async () => {
    const done = await runWith({}, 'Warehouse_Sync', { clientSecret: new Secret('wrong') });
    assert.deepEqual(verdicts(done), {
      authorization: 'proven',
      exchange: 'refuted',
      wrongVerifier: 'unknown',
    });
    assert.match(done.steps[2]?.seen ?? '', /invalid_client/);
  });

  it('nothing stays behind: every grant ends, and no step shows a secret', async () => {
    await withOrg({}, async (org) => {
      let before: readonly string[] = [];
      const { steps, clientId } = await run(org, 'Data_Loader_Nightly', {}, () => {
        before = org.refreshTokens();
      });
      const text = JSON.stringify(steps);
      assert.doesNotMatch(text, /aPrx|5Aep|00D\w+!|verifier=[^*]|state=[^*]/);
      assert.ok(text.includes('client_secret=***') && !text.includes(org.secretOf(clientId)));
      await assertAllEnded(org, before);
    });
  });

  for (const step of ['Trying a wrong verifier', 'Presenting the code once more']) {
    it(`a Cancel while the org does not answer ends it, and leaves nothing behind: ${step}`, async () => {
      await withOrg({}, async (org) => {
        const cancel = new AbortController();
        let before: readonly string[] = [];
        const report = (message: string): void => {
          if (message !== step) return;
          org.switches.faults.push(parseFault('token:hang'));
          setTimeout(() => cancel.abort(), 50);
        };
        const more = { signal: cancel.signal, report };
        const running = run(org, 'Data_Loader_Nightly', more, () => {
          before = org.refreshTokens();
        });
        await assert.rejects(running, { name: 'AbortError' });
        await assertAllEnded(org, before);
      });
    });
  }

  it('a token endpoint in trouble tells nothing, and is not taken for a refusal', async () => {
    const done = await withOrg({}, (org) =>
      run(org, 'Warehouse_Sync', {}, () => {
        org.switches.faults.push(parseFault('token:html'));
      }),
    );
    assert.deepEqual(verdicts(done), {
      authorization: 'proven',
      exchange: 'unknown',
      wrongVerifier: 'unknown',
    });
  });

  for (const [words, exchange] of [
    ['login_rate_exceeded', 'unknown'],
    ['invalid_request:Token request is already being processed', 'unknown'],
    ['invalid_client:client identifier invalid', 'refuted'],
  ] as const) {
    const strike = (org: DemoOrg, place: string, times: string): void => {
      org.switches.faults.push(parseFault(`${place}:${words}${times}`));
    };
    const runStruck = (times: string): Promise<Run> =>
      withOrg({ switches: { wrongVerifier: 'keepsCode' } }, (org) =>
        run(org, 'Warehouse_Sync', {}, () => strike(org, 'token', times)),
      );

    it(`"${words}" is no refusal of a wrong verifier: it may have another reason`, async () => {
      const done = await runStruck('*1');
      assert.deepEqual(verdicts(done), { ...ALL_PROVEN, wrongVerifier: 'unknown' });
      assert.match(done.steps[1]?.seen ?? '', /^Refused: .* It may have another reason\.$/);
      assert.deepEqual(done.trips, [1]);
    });

    it(`"${words}" leaves the exchange ${exchange}`, async () => {
      const done = await runStruck('');
      assert.deepEqual(verdicts(done), {
        authorization: 'proven',
        exchange,
        wrongVerifier: 'unknown',
      });
      assert.deepEqual(done.trips, [1]);
    });

    it(`"${words}" is no refusal of a replaced refresh token or a used code`, async () => {
      await withOrg({ switches: { wrongVerifier: 'keepsCode' } }, async (org) => {
        const report = (message: string): void => {
          if (message === 'Presenting the code once more') strike(org, 'token', '*1');
        };
        const network: Fetch = async (url, init) => {
          const answer = await fetch(url, init);
          // The next refresh is the one with the token that this one has replaced.
          if ((init?.body as URLSearchParams | undefined)?.get('grant_type') === 'refresh_token')
            strike(org, 'refresh', '*1');
          return answer;
        };
        const done = await run(org, 'Warehouse_Sync', { report }, undefined, network);
        assert.deepEqual(verdicts(done), {
          ...ALL_PROVEN,
          rotatedToken: 'unknown',
          usedCode: 'unknown',
        });
      });
    });
  }

  it('a code that somebody else has used up says nothing about the verifier', async () => {
    const done = await withOrg({}, (org) =>
      run(org, 'Warehouse_Sync', {}, () => {
        // Both exchanges of the first code; that of the second works.
        org.switches.faults.push(parseFault('token:invalid_grant:expired authorization code*2'));
      }),
    );
    assert.deepEqual(verdicts(done), { ...ALL_PROVEN, wrongVerifier: 'unknown' });
    assert.deepEqual(done.trips, [1, 2]);
  });

  it('codes that somebody else uses up each time do not refute the exchange', async () => {
    const done = await withOrg({}, (org) =>
      run(org, 'Warehouse_Sync', {}, () => {
        org.switches.faults.push(parseFault('token:invalid_grant:expired authorization code'));
      }),
    );
    assert.deepEqual(verdicts(done), {
      authorization: 'proven',
      wrongVerifier: 'unknown',
      exchange: 'unknown',
    });
    assert.deepEqual(done.trips, [1, 2]);
  });

  it('a server that takes any verifier has used the code up: the right one has a code of its own', async () => {
    let calls = 0;
    const done = await withOrg({}, (org) =>
      run(
        org,
        'Warehouse_Sync',
        {},
        () =>
          org.switches.faults.push(parseFault('token:invalid_grant:expired authorization code*1')),
        (input, init) => {
          calls += input.endsWith('/token') ? 1 : 0;
          const isWrongOne = input.endsWith('/token') && calls === 1;
          const tokens = { access_token: 'any', token_type: 'Bearer', instance_url: org.url };
          return isWrongOne ? Promise.resolve(Response.json(tokens)) : fetch(input, init);
        },
      ),
    );
    assert.deepEqual(verdicts(done), { ...ALL_PROVEN, wrongVerifier: 'refuted' });
    assert.deepEqual(done.trips, [1, 2]);
  });

  it('a Cancel in the browser ends it', async () => {
    const cancel = new AbortController();
    await assert.rejects(
      runWith({}, 'Warehouse_Sync', {
        signal: cancel.signal,
        openLink: () => cancel.abort(),
      }),
      { name: 'AbortError' },
    );
  });

  it('is proven only if the handshake works and a wrong verifier does not', async () => {
    const { steps } = await runWith({}, 'Data_Loader_Nightly');
    const proof = { kind: 'handshake', app: '', label: '', at: '', host: '', steps } as const;
    assert.equal(isHandshakeProven(proof), true);
    const refuted = steps.map((step) =>
      step.check === 'usedCode' ? { ...step, verdict: 'refuted' as const } : step,
    );
    assert.equal(isHandshakeProven({ ...proof, steps: refuted }), false);
    assert.equal(isHandshakeProven({ ...proof, steps: steps.slice(0, 1) }), false);
    assert.equal(isHandshakeProven({ ...proof, kind: 'probe' }), false);
  });
});
