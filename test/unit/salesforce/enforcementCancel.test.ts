/** Cancelling a change: nothing is sent any more, and what was sent is looked at once, with an end. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import type { FlagTarget } from '../../../src/salesforce/enforcement/componentXml.ts';
import type { FlagOutcome } from '../../../src/salesforce/enforcement/flagChange.ts';
import { setPkceRequired } from '../../../src/salesforce/enforcement/setPkceRequired.ts';
import { clientOf, withOrg } from '../support/catalogs.ts';

const LEGACY: FlagTarget = { type: 'ConnectedApp', fullName: 'Legacy_Portal' };
const KIOSK: FlagTarget = {
  type: 'ExtlClntAppGlobalOauthSettings',
  fullName: 'Kiosk_glbloauth',
};

function calls(org: DemoOrg, operation: string): number {
  return org.requests.filter((request) => request.operation === operation).length;
}

describe('a change that is cancelled', () => {
  it('before the sending: nothing is changed', () =>
    withOrg({}, async (org) => {
      const access = {
        client: await clientOf(org),
        apiVersion: '68.0',
        signal: AbortSignal.abort(),
      };
      const [outcome] = await setPkceRequired(access, [LEGACY], { value: true });
      assert.equal(outcome?.result, 'notSent');
      assert.equal(calls(org, 'updateMetadata'), 0);
    }));

  it('while it is written down, before the sending: nothing is sent', () =>
    withOrg({}, async (org) => {
      const cancel = new AbortController();
      const access = { client: await clientOf(org), apiVersion: '68.0', signal: cancel.signal };
      const [outcome] = await setPkceRequired(access, [LEGACY], {
        value: true,
        beforeSending: () => {
          cancel.abort();
          return Promise.resolve();
        },
      });
      assert.equal(outcome?.result, 'notSent');
      assert.equal(calls(org, 'updateMetadata'), 0);
    }));

  it('while the settings are retrieved: nothing is sent, and the log hears of no error', () =>
    withOrg({ switches: { globalOauthRead: 'empty' } }, async (org) => {
      const cancel = new AbortController();
      const heard: unknown[] = [];
      const access = { client: await clientOf(org), apiVersion: '68.0', signal: cancel.signal };
      const changing = setPkceRequired(access, [KIOSK], {
        value: true,
        onError: (error) => heard.push(error),
      });
      while (calls(org, 'retrieve') === 0) await delay(5);
      await delay(50); // in the pause before it is asked for
      cancel.abort();
      const [outcome] = await changing;
      assert.equal(outcome?.result, 'notSent');
      assert.equal(calls(org, 'updateMetadata'), 0);
      assert.deepEqual(heard, []);
    }));

  it('while it is sent: what the org refuses for want of a consumer key is not sent again', () =>
    withOrg({ switches: { consumerKeyResend: 'required' } }, async (org) => {
      const cancel = new AbortController();
      const [outcome] = await setPkceRequired(
        { client: await clientOf(org), apiVersion: '68.0', signal: cancel.signal },
        [KIOSK],
        {
          value: true,
          beforeSending: () => {
            org.switches.latencyMilliseconds = 200;
            setTimeout(() => cancel.abort(), 50);
            return Promise.resolve();
          },
        },
      );
      assert.equal(calls(org, 'updateMetadata'), 1);
      assert.equal(outcome?.result, 'refused');
    }));

  /** Changes one app, and cancels while the org is waited for. */
  async function cancelled(org: DemoOrg, onWait = (): void => undefined): Promise<FlagOutcome> {
    const cancel = new AbortController();
    const client = await clientOf(org, { timeoutMilliseconds: 60_000 });
    const [outcome] = await setPkceRequired(
      { client, apiVersion: '68.0', signal: cancel.signal },
      [LEGACY],
      {
        value: true,
        pausesMilliseconds: [0, 60_000, 60_000],
        settleMilliseconds: 60_000,
        lastLookMilliseconds: 1000,
        report: (message) => {
          if (!message.startsWith('Waiting')) return;
          onWait();
          setTimeout(() => cancel.abort(), 20);
        },
      },
    );
    assert.ok(outcome);
    return outcome;
  }

  it('after the sending: what was sent is looked at once, and is not known', () =>
    withOrg({ switches: { silentUpdate: true } }, async (org) => {
      const { result, words } = await cancelled(org);
      assert.equal(result, 'unknown');
      assert.match(words, /you cancelled the wait/);
      assert.equal(calls(org, 'readMetadata'), 3, 'before, at once, and after the Cancel');
    }));

  it('that look has a deadline of its own', () =>
    withOrg({ switches: { silentUpdate: true } }, async (org) => {
      const start = performance.now();
      const { result } = await cancelled(org, () => {
        org.switches.faults.push(parseFault('read:hang'));
      });
      assert.equal(result, 'unknown');
      assert.ok(performance.now() - start < 20_000);
    }));

  it('what could not be read once is not said to be as before', () =>
    withOrg({}, async (org) => {
      const cancel = new AbortController();
      const client = await clientOf(org);
      const [outcome] = await setPkceRequired(
        { client, apiVersion: '68.0', signal: cancel.signal },
        [LEGACY],
        {
          value: true,
          lastLookMilliseconds: 1000,
          beforeSending: () => {
            org.switches.faults.push(parseFault('read:INVALID_TYPE'));
            org.switches.retrieve = 'INSUFFICIENT_ACCESS';
            return Promise.resolve();
          },
          report: (message) => {
            if (message.startsWith('Waiting')) cancel.abort();
          },
        },
      );
      assert.equal(outcome?.result, 'unknown');
      assert.match(outcome.words, /could not be asked afterwards/);
    }));

  it('what it shows is not looked at again', () =>
    withOrg({ switches: { updateShowsAfterReads: 1 } }, async (org) => {
      const { result } = await cancelled(org);
      assert.equal(result, 'done');
      assert.equal(calls(org, 'readMetadata'), 3, 'before, at once, and after the Cancel');
    }));
});
