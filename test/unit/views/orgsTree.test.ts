/** What the org tree tells the editor as a whole. */
import assert from 'node:assert/strict';
import type { OrgsTreeContext } from '../../../src/views/orgsTree/orgsTree.ts';
import { editor } from '../support/vscodeStandIn.ts';

const { OrgsTree } = await import('../../../src/views/orgsTree/orgsTree.ts');

const DEMO = { id: 'demo', loginHost: 'http://127.0.0.1:4711' };
const ACME = { id: 'acme', loginHost: 'https://acme.my.salesforce.com' };

describe('org tree', () => {
  const nothing = () => ({ dispose: (): void => undefined });

  for (const [what, signedIn, missing, keys] of [
    ['nobody', [], [], { signedIn: false, realOrg: false }],
    ['the demo org', [DEMO], [], { signedIn: true, realOrg: false }],
    ['a real org beside it', [DEMO, ACME], [], { signedIn: true, realOrg: true }],
    ['a real org of another window', [], [ACME], { signedIn: true, realOrg: true }],
  ] as const) {
    it(`E55: with ${what} the step of the walkthrough about a real org is${keys.realOrg ? '' : ' not'} done`, async () => {
      editor.commands.length = 0;
      const context = {
        view: { onDidExpandElement: nothing, onDidChangeSelection: nothing },
        sessions: {
          list: () => Promise.resolve(signedIn),
          missing: () => Promise.resolve(missing),
          onDidChange: nothing,
        },
        catalogs: {
          isReading: false,
          apps: () => [],
          lastRead: () => undefined,
          onDidChange: nothing,
        },
        listing: { filters: [], order: 'name', onDidChange: nothing },
        now: () => 0,
      };
      const tree = new OrgsTree(context as unknown as OrgsTreeContext);
      await new Promise((resolve) => setImmediate(resolve));
      tree.dispose();
      const told = new Map(editor.commands.map(([, key, value]) => [key, value]));
      for (const [key, value] of Object.entries(keys)) {
        assert.equal(told.get(`salesforcePkce.${key}`), value, key);
      }
    });
  }
});
