/** What an authorization server refuses without a user: enforced, not enforced, or cannot tell. */
import assert from 'node:assert/strict';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault, type DemoSwitches } from '../../../src/demo/switches.ts';
import { judgeProbe, probe, type ProbeClient } from '../../../src/salesforce/probe.ts';
import type { ProofStep } from '../../../src/salesforce/proof.ts';
import { read, withOrg } from '../support/catalogs.ts';
import { fetch } from '../support/fetch.ts';

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

  it('a log-in page is an acceptance, whatever errors its scripts speak of', () => {
    for (const script of [
      'try{}catch(e){window.error=e.message}',
      'show("invalid_request: missing required code challenge")',
    ]) {
      const body = `<script>${script}</script><form><input type="password"></form>`;
      const { verdict, seen } = judgeProbe('noChallenge', CLIENT, answer({ status: 200, body }));
      assert.equal(verdict, 'refuted', script);
      assert.match(seen, /a log-in page: the request was accepted/);
    }
  });

  it('a page of many fields without an end does not hold it up', function () {
    this.timeout(2000);
    const body = '<input '.repeat(30_000);
    const { verdict } = judgeProbe('noChallenge', CLIENT, answer({ status: 200, body }));
    assert.equal(verdict, 'unknown');
  });

  it('a foreign redirect that is taken is not enforced', () => {
    const verdict = (location: string) =>
      judgeProbe('foreignRedirect', CLIENT, answer({ location })).verdict;
    assert.equal(verdict('https://pkce-probe.invalid/callback?code=aPrx123'), 'refuted');
    assert.equal(verdict('/setup/secur/RemoteAccessAuthorizationPage.apexp?x'), 'refuted');
    const body = '<input type="password">';
    const { seen } = judgeProbe('foreignRedirect', CLIENT, answer({ status: 200, body }));
    assert.match(seen, /accepted as it was\.$/);
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

  const QUERY = 'error=invalid_request&error_description=missing%20required%20code%20challenge';
  for (const [what, check, parts, verdict, words] of [
    [
      'its own callback with the right words',
      'noChallenge',
      { location: `${CLIENT.redirectUri}?${QUERY}` },
      'proven',
      /missing required/,
    ],
    [
      'its own callback with another error',
      'noChallenge',
      { location: `${CLIENT.redirectUri}?error=redirect_uri_mismatch` },
      'unknown',
      /callback URL that was read/,
    ],
    [
      'its own callback without an error',
      'noChallenge',
      { location: `${CLIENT.redirectUri}?code=x` },
      'unknown',
      /neither a log-in page/,
    ],
    [
      'a callback in the fragment',
      'noChallenge',
      { location: `${CLIENT.redirectUri}#${QUERY}` },
      'proven',
      /missing required/,
    ],
    [
      'a page that shows the code',
      'noChallenge',
      { status: 400, body: '<p>invalid_client_id</p>' },
      'unknown',
      /does not know the consumer key/,
    ],
    [
      'a page that shows code and words',
      'noChallenge',
      { status: 400, body: '<p>invalid_request</p><p>Missing required code challenge</p>' },
      'proven',
      /Missing required/,
    ],
    [
      'a page with the parameters in it',
      'plain',
      { status: 400, body: 'x error=invalid_request&amp;error_description=bad method' },
      'proven',
      /bad method/,
    ],
    [
      'a refusal for another reason',
      'plain',
      { status: 400, body: 'error=server_error' },
      'unknown',
      /not for what was wrong/,
    ],
    [
      'a refusal of the redirect URI',
      'foreignRedirect',
      { status: 400, body: 'error=redirect_uri_mismatch' },
      'proven',
      /redirect_uri_mismatch/,
    ],
    [
      'words about the redirect URI',
      'foreignRedirect',
      {
        status: 400,
        body: 'error=invalid_request&error_description=redirect_uri must match configuration',
      },
      'proven',
      /must match/,
    ],
    [
      'a foreign callback, for the wrong question',
      'noChallenge',
      { location: 'https://pkce-probe.invalid/callback?code=x' },
      'unknown',
      /nobody registered/,
    ],
    [
      'a log-in page',
      'noChallenge',
      { status: 200, body: '<input type="password">' },
      'refuted',
      /only after the log-in/,
    ],
    [
      'a log-in page, for plain',
      'plain',
      { status: 200, body: '<input type="password">' },
      'refuted',
      /accepted as it was\. A server that always compares by S256, .*, answers the same\.$/,
    ],
    [
      'a page without a password',
      'noChallenge',
      { status: 200, body: '<input>' },
      'unknown',
      /^HTTP 200: neither/,
    ],
    [
      'a log-in page that is no HTML',
      'noChallenge',
      { status: 200, contentType: 'text/plain', body: '<input type="password">' },
      'unknown',
      /neither/,
    ],
    [
      'a redirect without an address',
      'noChallenge',
      { status: 302 },
      'unknown',
      /^HTTP 302: neither/,
    ],
    [
      'an address that is not valid',
      'noChallenge',
      { location: 'http://[' },
      'unknown',
      /address that is not valid/,
    ],
  ] as const) {
    it(`${check}: ${what} is ${verdict}`, () => {
      const judged = judgeProbe(check, CLIENT, answer(parts));
      assert.equal(judged.verdict, verdict);
      assert.match(judged.seen, words);
    });
  }

  it('stops when it is cancelled', () =>
    assert.rejects(
      probe(
        { fetch, timeoutMilliseconds: 500, signal: AbortSignal.abort(new Error('enough')) },
        CLIENT,
      ),
      /enough/,
    ));
});
