/** What an authorization server refuses without a user: enforced, not enforced, or cannot tell. */
import assert from 'node:assert/strict';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault, type DemoSwitches } from '../../../src/demo/switches.ts';
import { judgeProbe, probe, type ProbeClient } from '../../../src/salesforce/probe.ts';
import type { ProofStep } from '../../../src/salesforce/proof.ts';
import { fetch } from '../support/fetch.ts';
import { read, withOrg } from '../support/catalogs.ts';

async function clientFor(org: DemoOrg, fullName: string): Promise<ProbeClient> {
  const app = (await read(org)).apps.find((one) => one.fullName === fullName);
  const [redirectUri] = app?.oauth?.callbackUrl as string[];
  return {
    loginHost: org.url,
    clientId: app?.oauth?.consumerKey as string,
    redirectUri: redirectUri ?? '',
  };
}

async function probed(
  fullName: string,
  switches: Partial<DemoSwitches> = {},
): Promise<readonly ProofStep[]> {
  const { faults = [], ...others } = switches;
  return withOrg({ switches: others }, async (org) => {
    const client = await clientFor(org, fullName);
    // Not before: the user who reads the app signs in, too.
    org.switches.faults.push(...faults);
    return probe({ fetch, timeoutMilliseconds: 200 }, client);
  });
}

const verdicts = (steps: readonly ProofStep[]): readonly string[] =>
  steps.map(({ verdict }) => verdict);

const CLIENT: ProbeClient = {
  loginHost: 'https://acme.my.salesforce.com',
  clientId: '3MVG9x',
  redirectUri: 'https://app.acme.example/cb',
};
const answer = (parts: Partial<Parameters<typeof judgeProbe>[2]>) => ({
  status: 302,
  location: null,
  contentType: 'text/html',
  body: '',
  ...parts,
});

describe('probe', () => {
  it('an app that requires PKCE refuses, one that does not shows its log-in page', async () => {
    assert.deepEqual(verdicts(await probed('Warehouse_Sync')), ['proven', 'proven', 'proven']);
    assert.deepEqual(verdicts(await probed('Kiosk')), ['refuted', 'proven', 'proven']);
  });

  it('one request each, none of them followed, nobody logs in', async () => {
    const org = await startDemoOrg();
    try {
      const client = await clientFor(org, 'Warehouse_Sync');
      const before = org.requests.length;
      const steps = await probe({ fetch, timeoutMilliseconds: 500 }, client);
      assert.deepEqual(
        org.requests.slice(before).map(({ method, path }) => `${method} ${path}`),
        Array.from({ length: 3 }, () => 'GET /services/oauth2/authorize'),
      );
      for (const { sent, seen } of steps) {
        assert.doesNotMatch(sent, /state=[^*]/);
        assert.match(seen, /^HTTP \d+/);
      }
    } finally {
      await org.close();
    }
  });

  it('a refusal in the body counts, and so does plain that is accepted', async () => {
    assert.equal(
      (await probed('Warehouse_Sync', { missingChallenge: 'body' }))[0]?.verdict,
      'proven',
    );
    assert.equal((await probed('Kiosk', { plainMethod: 'accepted' }))[1]?.verdict, 'refuted');
    assert.equal((await probed('Kiosk', { shownErrorStatus: 200 }))[2]?.verdict, 'proven');
  });

  it('the whole org may require it, and say so only after the log-in', async () => {
    for (const [moment, verdict] of [
      ['before', 'proven'],
      ['after', 'refuted'],
    ] as const) {
      await withOrg({ switches: { orgWideMissingChallenge: moment } }, async (org) => {
        org.setFlag('OauthOidcSettings', 'OauthOidc', 'isPkceRequired', true);
        const [first] = await probe(
          { fetch, timeoutMilliseconds: 500 },
          await clientFor(org, 'Kiosk'),
        );
        assert.equal(first?.verdict, verdict);
        if (moment === 'after') assert.match(first.seen, /only after the log-in/);
      });
    }
  });

  it('an unknown client, and a server in trouble, tell nothing', async () => {
    await withOrg({}, async (org) => {
      const client = { ...(await clientFor(org, 'Kiosk')), clientId: '3MVG9nobody' };
      const steps = await probe({ fetch, timeoutMilliseconds: 500 }, client);
      assert.deepEqual(verdicts(steps), ['unknown', 'unknown', 'unknown']);
      assert.match(steps[0]?.seen ?? '', /does not know the consumer key/);
    });
    for (const wire of [
      'hang',
      'reset',
      'html',
      'empty',
      'redirect',
      'busy',
      'forbidden',
      'page',
      'bomb',
      'huge',
    ]) {
      const steps = await probed('Kiosk', { faults: [parseFault(`authorize:${wire}`)] });
      assert.deepEqual(verdicts(steps).slice(0, 2), ['unknown', 'unknown'], wire);
    }
    assert.deepEqual(
      verdicts(
        await probed('Kiosk', { faults: [parseFault('authorize:OAUTH_APP_BLOCKED')] }),
      ).slice(0, 2),
      ['unknown', 'unknown'],
    );
  });

  it("Salesforce's own way to the log-in is an acceptance; somebody else's is not known", () => {
    const at = (location: string) =>
      judgeProbe('noChallenge', CLIENT, answer({ location })).verdict;
    assert.equal(at('/setup/secur/RemoteAccessAuthorizationPage.apexp?source=x'), 'refuted');
    assert.equal(at('https://acme.my.salesforce.com/login?startURL=%2Fx'), 'refuted');
    assert.equal(at('https://idp.acme.example/login?startURL=x'), 'unknown');
    assert.equal(at('http://acme.my.salesforce.com/login'), 'unknown');
    assert.equal(
      at(
        'https://app.acme.example/cb?error=invalid_request&error_description=missing+required+code+challenge',
      ),
      'proven',
    );
    assert.equal(
      at(
        'https://app.acme.example/cb.evil?error=invalid_request&error_description=missing+required+code+challenge',
      ),
      'unknown',
    );
    assert.equal(
      at('https://app.acme.example/cb?error=access_denied&error_description=code'),
      'unknown',
    );
    assert.equal(at('not a url'), 'unknown');
  });

  it('a foreign redirect that is taken is not enforced', () => {
    const verdict = (location: string) =>
      judgeProbe('foreignRedirect', CLIENT, answer({ location })).verdict;
    assert.equal(verdict('https://pkce-probe.invalid/callback?code=aPrx123'), 'refuted');
    assert.equal(verdict('/setup/secur/RemoteAccessAuthorizationPage.apexp?x'), 'refuted');
  });

  it("a server's words are masked and cut short", () => {
    const { seen } = judgeProbe(
      'noChallenge',
      CLIENT,
      answer({
        location: `https://app.acme.example/cb?error=server_error&error_description=${encodeURIComponent(`\u202e5Aep861secretsecretsecret ${'x'.repeat(5000)}`)}`,
      }),
    );
    assert.ok(seen.length < 800);
    assert.doesNotMatch(seen, /5Aep|\u202e/);
  });
});
