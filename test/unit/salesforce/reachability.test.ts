/** What is said of an org that does not answer: the network, or a demo org that has ended. */
import assert from 'node:assert/strict';
import { startDemoOrg } from '../../../src/demo/demoOrg.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';
import { reach, unreachable } from '../../../src/salesforce/reachability.ts';
import { fetch } from '../support/fetch.ts';

describe('reachability', () => {
  const failed = (code: string): Error =>
    new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });

  for (const [origin, failure, code] of [
    ['http://127.0.0.1:4711', failed('ECONNREFUSED'), 'demo_org_ended'],
    ['http://localhost:4711', new Error('net::ERR_CONNECTION_REFUSED'), 'demo_org_ended'],
    ['http://127.0.0.1:4711', failed('ECONNRESET'), 'network'],
    ['https://acme.my.salesforce.com', failed('ECONNREFUSED'), 'network'],
  ] as const) {
    it(`${origin}: ${failure.message}, ${String(failure.cause)}: ${code}`, () => {
      const error = unreachable(origin, failure, 1000, 'here');
      assert.equal(error.code, code);
      assert.match(String(error.cause), /^here: /);
      assert.equal(error.remedies.includes('startDemoOrg'), code === 'demo_org_ended');
    });
  }

  it('a demo org is there as long as it runs', async () => {
    const org = await startDemoOrg();
    const access = { fetch, timeoutMilliseconds: 5000, signal: undefined };
    await reach(access, org.url);
    await org.close();
    await assert.rejects(
      reach(access, org.url),
      (error) => error instanceof UserFacingError && error.code === 'demo_org_ended',
    );
  });
});
