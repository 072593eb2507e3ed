/** A consultant's editor: fifty orgs in one window. */
import assert from 'node:assert/strict';
import { parseFault } from '../../src/demo/switches.ts';
import { keepSecrets } from '../harness/secrets.ts';
import { SharedSecrets } from '../unit/support/sharedSecrets.ts';
import { signedIn } from '../unit/support/signedIn.ts';
import { closeMachines, newMachine, openWindow } from '../unit/support/window.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

const ORGS = 50;

describe('fifty orgs', () => {
  setUp();
  after(closeMachines);

  it('E1, E21, E30, E32, E43: are there after a reload with nothing asked, are found by name, read, audited and signed out together', async () => {
    const orgs = await Promise.all(
      Array.from({ length: ORGS }, (_, place) =>
        newOrg({ orgId: `00D5g0000Org0${name(place)}AAA` }),
      ),
    );
    // Signed in by the same code outside the editor: fifty times through the browser shows nothing more.
    const secrets = new SharedSecrets();
    const window = openWindow(newMachine(secrets));
    for (const [place, org] of orgs.entries()) {
      await signedIn(org, window, { alias: `Customer ${name(place)}` });
    }
    const { tour } = await newUser({
      name: 'fifty-orgs',
      keepSecrets: true,
      // A click selects, and opens nothing.
      settings: { 'workbench.tree.expandMode': 'doubleClick' },
    });
    const { workbench, tree } = tour;
    const { page } = workbench;
    const list = page.locator('.tree-explorer-viewlet-tree-view .monaco-list').first();
    const asked = (): number => orgs.reduce((sum, { requests }) => sum + requests.length, 0);
    const before = asked();
    await keepSecrets(page, 'pkce-tools.salesforce-pkce', secrets.values);
    await workbench.reload();
    await workbench.openOrgsView();
    await tour.step('all are there, and none of them is asked', async () => {
      await tree.row(/^Salesforce org Customer 00, .*active/).waitFor();
      await tour.picture('orgs');
      await list.focus();
      await page.keyboard.press('End');
      await tree.row(/^Salesforce org Customer 49/).waitFor();
      assert.equal(asked(), before);
    });
    await tour.step('one is made the active one by a part of its name', async () => {
      await tour.run('Set Active Org...');
      await workbench.quickInput().fill('37');
      await tour.picture('set-active');
      await page.keyboard.press('Enter');
      await list.focus();
      await tree.row(/^Salesforce org Customer 37, .*active/).waitFor();
    });
    await tour.step('all are read, side by side', async () => {
      await tour.run('Refresh Apps');
      await page.getByText(/^Apps of 50 orgs, read at/).waitFor();
      await list.focus();
      await page.keyboard.press('Home');
      for (const place of [0, 10, 20]) {
        await tree
          .row(new RegExp(`^Salesforce org Customer ${name(place)}, .* 6 without required PKCE$`))
          .waitFor();
      }
      await tour.picture('read');
    });
    await tour.step('an app is found in all of them, and on the dashboard', async () => {
      await tour.run('Find App...');
      await workbench.quickInput().fill('Customer 42');
      await workbench.quickPickRows().filter({ hasText: 'Customer 42' }).first().waitFor();
      await tour.picture('find');
      await page.keyboard.press('Escape');
      await tour.run('Open Dashboard');
      const frame = workbench.webview();
      await frame.locator('#org').selectOption({ label: 'Customer 42' });
      await frame.getByRole('heading', { name: 'Customer 42' }).waitFor();
      await tour.picture('dashboard');
      await workbench.runCommand('View: Close All Editors');
    });
    await tour.step(
      'three of them are asked anew and audited, one of which is in trouble',
      async () => {
        const [first, troubled] = orgs;
        assert.ok(first && troubled);
        troubled.switches.faults = [parseFault('soap:API_DISABLED_FOR_ORG:no')];
        const ofThree = async (entry: string): Promise<void> => {
          await tree.select(...[0, 1, 2].map(rowOf));
          await tree.contextMenu(rowOf(0), entry);
        };
        const counts = orgs.map(({ requests }) => requests.length);
        await ofThree('Refresh Apps');
        await tree.row(/^Salesforce org Customer 01, .*as of/).waitFor();
        const askedAnew = orgs.flatMap(({ requests }, place) =>
          requests.length > (counts[place] ?? 0) ? [place] : [],
        );
        assert.deepEqual(askedAnew, [0, 1, 2]);
        await ofThree('Audit Org...');
        await workbench.untilNotified('Not in the report, as they could not be read: Customer 01.');
        await page.getByRole('tab', { name: 'Customer 00, Customer 02' }).waitFor();
        await tour.picture('audit');
        await workbench.runCommand('View: Close All Editors');
      },
    );
    await tour.step('all are signed out together, after one question', async () => {
      await list.focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('Control+A');
      await tree.contextMenu(rowOf(0), 'Sign Out...');
      await workbench.dialogButton('Sign Out').waitFor();
      await tour.picture('sign-out');
      await workbench.dialogButton('Sign Out').click();
      await tree.welcomeButton('Sign In to Org...').waitFor();
      for (const { requests } of orgs) {
        assert.ok(requests.some(({ path }) => path.endsWith('/revoke')));
      }
    });
  });
});

function name(place: number): string {
  return String(place).padStart(2, '0');
}

function rowOf(place: number): RegExp {
  return new RegExp(`^Salesforce org Customer ${name(place)}`);
}
