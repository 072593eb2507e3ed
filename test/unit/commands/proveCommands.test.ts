/** Proving what an app's settings say: what was found is shown, also where it cannot be kept. */
import assert from 'node:assert/strict';
import type { LogOutputChannel } from 'vscode';
import type { App } from '../../../src/salesforce/app.ts';
import type { Proof } from '../../../src/salesforce/proof.ts';
import { someApp } from '../support/apps.ts';
import { withOrg } from '../support/catalogs.ts';
import { signedIn } from '../support/signedIn.ts';
import { editor } from '../support/vscodeStandIn.ts';
import { newMachine, openWindow } from '../support/window.ts';

const { ProveCommands } = await import('../../../src/commands/proveCommands.ts');
const { Messages } = await import('../../../src/views/messages.ts');
const { appRow } = await import('../../../src/views/orgsTree/nodes.ts');
type Context = ConstructorParameters<typeof ProveCommands>[0];

/** Probes the demo org's client app. */
async function probe(add: (proof: Proof) => Promise<void>, parts: Partial<App> = {}) {
  const pages: string[] = [];
  const logged: string[] = [];
  let told = 0;
  editor.messages.length = 0;
  editor.pick = ({ buttons }) => buttons.find((button) => button.startsWith('Send'));
  try {
    await withOrg({}, async (org) => {
      const window = openWindow(newMachine());
      const session = await signedIn(org, window);
      const log = { error: (line: string) => void logged.push(line) };
      const context = {
        ...window,
        documents: { show: (_: string, page: string) => Promise.resolve(void pages.push(page)) },
        proofs: { add: (_: string, proof: Proof) => add(proof) },
        messages: new Messages(log as unknown as LogOutputChannel),
        onProof: () => (told += 1),
        timeoutMilliseconds: () => 5000,
        now: () => Date.now(),
      };
      const oauth = { consumerKey: org.clientId, callbackUrl: ['http://127.0.0.1:1789/callback'] };
      await new ProveCommands(context as unknown as Context).probeApp(
        appRow(session.id, someApp({ label: 'Kiosk', oauth, ...parts })),
      );
    });
  } finally {
    editor.pick = () => undefined;
  }
  return { pages, logged, told, messages: editor.messages.slice(1) };
}

describe('proving', () => {
  it('what was found is shown and kept', async () => {
    const kept: Proof[] = [];
    const { pages, told, messages } = await probe((proof) =>
      Promise.resolve(void kept.push(proof)),
    );
    assert.equal(pages.length, 1);
    assert.deepEqual([kept.length, told], [1, 1]);
    assert.deepEqual(
      messages.map(({ kind }) => kind),
      ['information'],
    );
  });

  it('nothing is asked in the name of an app that another has replaced, or may have', async () => {
    const refused = {
      code: 'client_not_known',
      message: /shares? its consumer key with another app/,
    };
    const add = (): Promise<void> => Promise.reject(new Error('kept'));
    const replaced = { replacedBy: 'externalClientApp:Kiosk' };
    await assert.rejects(probe(add, replaced), refused);
    await assert.rejects(probe(add, { isMaybeReplaced: true }), refused);
    assert.deepEqual(editor.messages, []);
  });

  it('what was found is shown also where it cannot be kept, and that is told apart', async () => {
    const { pages, logged, told, messages } = await probe(() =>
      Promise.reject(new Error('ENOSPC: no space left')),
    );
    assert.equal(pages.length, 1);
    assert.equal(told, 0);
    assert.deepEqual(messages.map(({ kind }) => kind).sort(), ['information', 'warning']);
    assert.ok(messages.some(({ text }) => text.includes('could not be kept')));
    assert.match(logged.join('\n'), /ENOSPC/);
  });
});
