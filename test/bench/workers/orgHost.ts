/** Many demo orgs in a process of their own. Orders come by IPC. */
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import type { DemoUserOf } from '../../unit/support/signedIn.ts';

export interface OrgHostOrders {
  readonly orgs: number;
  readonly apps: number;
  readonly latencyMilliseconds: number;
  readonly slowLatencyMilliseconds: number;
}

/** First the users of the orgs; on `trouble` the first org is dead and the second slow. */
export type OrgHostAnswer = readonly DemoUserOf[] | 'trouble';

let orgs: readonly DemoOrg[] = [];
let slowLatency = 0;

async function start(orders: OrgHostOrders): Promise<OrgHostAnswer> {
  const { apps, latencyMilliseconds } = orders;
  slowLatency = orders.slowLatencyMilliseconds;
  orgs = await Promise.all(
    Array.from({ length: orders.orgs }, (_none, index) =>
      startDemoOrg({
        apps,
        orgId: `00D5g0000Bench${String(index).padStart(2, '0')}AA`,
        switches: { latencyMilliseconds },
      }),
    ),
  );
  return orgs.map(({ url, clientId, username, password }) => ({
    url,
    clientId,
    username,
    password,
  }));
}

function trouble(): OrgHostAnswer {
  const [dead, slow] = orgs;
  if (dead) {
    dead.switches.faults = ['versions:hang', 'rest:hang', 'soap:hang'].map(parseFault);
  }
  if (slow) slow.switches.latencyMilliseconds = slowLatency;
  return 'trouble';
}

process.on('message', (orders: OrgHostOrders | 'trouble') => {
  void (orders === 'trouble' ? Promise.resolve(trouble()) : start(orders)).then((answer) =>
    process.send?.(answer),
  );
});
