/** What the org tree tells the editor as a whole. */
import assert from 'node:assert/strict';
import type { OrgsTreeContext } from '../../../src/views/orgsTree/orgsTree.ts';
import { editor } from '../support/vscodeStandIn.ts';

const { OrgsTree } = await import('../../../src/views/orgsTree/orgsTree.ts');

const DEMO = { id: 'demo', orgId: '00D5g0000DemoOrgEA', loginHost: 'http://127.0.0.1:4711' };
const ACME = {
  id: 'acme',
  orgId: '00D5g0000OtherOrAA',
  loginHost: 'https://acme.my.salesforce.com',
};

describe('org tree', () => {
  const nothing = () => ({ dispose: (): void => undefined });

  /** What the tree tells the editor of these orgs: context keys, and the view with its badge. */
  async function toldOf(
    signedIn: readonly object[],
    missing: readonly object[],
    apps: readonly object[] = [],
    accepted: readonly string[] = [],
  ) {
    editor.commands.length = 0;
    const view: { badge?: { value: number; tooltip: string } } & Record<string, unknown> = {
      onDidExpandElement: nothing,
      onDidChangeSelection: nothing,
    };
    const context = {
      view,
      sessions: {
        list: () => Promise.resolve(signedIn),
        missing: () => Promise.resolve(missing),
        onDidChange: nothing,
      },
      catalogs: {
        isReading: false,
        apps: () => apps,
        lastRead: () => undefined,
        onDidChange: nothing,
      },
      audits: { acceptedApps: () => new Set(accepted), onDidChange: nothing },
      listing: { filters: [], order: 'name', onDidChange: nothing },
      now: () => 0,
    };
    const tree = new OrgsTree(context as unknown as OrgsTreeContext);
    await new Promise((resolve) => setImmediate(resolve));
    tree.dispose();
    return { view, keys: new Map(editor.commands.map(([, key, value]) => [key, value])) };
  }

  for (const [what, signedIn, missing, keys] of [
    ['nobody', [], [], { signedIn: false, realOrg: false }],
    ['the demo org', [DEMO], [], { signedIn: true, realOrg: false }],
    ['a real org beside it', [DEMO, ACME], [], { signedIn: true, realOrg: true }],
    ['a real org of another window', [], [ACME], { signedIn: true, realOrg: true }],
  ] as const) {
    it(`E55: with ${what} the step of the walkthrough about a real org is${keys.realOrg ? '' : ' not'} done`, async () => {
      const told = await toldOf(signedIn, missing);
      for (const [key, value] of Object.entries(keys)) {
        assert.equal(told.keys.get(`salesforcePkce.${key}`), value, key);
      }
    });
  }

  it('E33: the badge leaves out what is accepted, and goes where nothing is left', async () => {
    const apps = [
      { id: '1', pkce: 'notRequired' },
      { id: '2', pkce: 'notRequired' },
      { id: '3', pkce: 'required' },
    ];
    const badgeOf = async (accepted: readonly string[]): Promise<unknown> =>
      (await toldOf([DEMO], [], apps, accepted)).view.badge;
    assert.deepEqual(await badgeOf([]), { value: 2, tooltip: '2 apps do not require PKCE' });
    assert.deepEqual(await badgeOf(['2']), { value: 1, tooltip: '1 app does not require PKCE' });
    assert.equal(await badgeOf(['1', '2']), undefined);
    // Two users of one org, and one of another.
    const second = { ...DEMO, id: 'second' };
    const users = await toldOf([DEMO, second, ACME], [], apps);
    assert.deepEqual(users.view.badge, { value: 4, tooltip: '4 apps do not require PKCE' });
  });
});
