/** The migration plan: steps are ticked, kept, and checked against the org; the walkthrough leads there. */
import assert from 'node:assert/strict';
import { newOrg, newUser, setUp } from './fixture.ts';

describe('migration plan', () => {
  setUp();

  it('a step is said to be done and kept; one that the org tells is read from the org', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'plan' });
    const { workbench, tree } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    const open = async (): Promise<void> => {
      await workbench.runCommand('Salesforce PKCE: Migration Plan...');
      await workbench.quickPickRows().filter({ hasText: 'Data Loader Nightly' }).waitFor();
    };
    await open();
    await tour.picture('plan');
    await workbench.quickInput().fill('Kiosk');
    await workbench.pick('Kiosk');
    await workbench.quickPickRows().filter({ hasText: '1. The client sends PKCE' }).waitFor();
    await tour.picture('app');
    await workbench.pick('1. The client sends PKCE');
    await workbench
      .quickPickRows()
      .filter({ hasText: /Said on \d{4}/ })
      .waitFor();
    await tour.picture('ticked');
    await workbench.pick('3. PKCE required of the app');
    await workbench.dialogButton('Require PKCE').click();
    await tree.row(/^Kiosk, External client app, PKCE required/).waitFor();
    await open();
    await workbench.quickInput().fill('Kiosk');
    const row = workbench.quickPickRows().filter({ hasText: 'Kiosk' });
    await row.waitFor();
    assert.match(await row.innerText(), /2 of 5 done/);
    await workbench.quickInput().fill('');
    await workbench.pick('Show as a Page');
    await workbench.webview().getByText('Clients first, then each app').waitFor();
    await tour.picture('page');
  });

  for (const [name, theme] of [
    ['light', 'Default Light Modern'],
    ['dark', 'Default Dark Modern'],
    ['contrast', 'Default High Contrast'],
  ] as const) {
    it(`the walkthrough of the first hour: ${name}`, async () => {
      const { tour } = await newUser({
        name: `walkthrough-${name}`,
        settings: { 'workbench.colorTheme': theme },
      });
      const { workbench } = tour;
      await workbench.page.locator('.welcome-view').getByText('how to register one').click();
      await workbench.page
        .getByRole('button', { name: 'From findings to PKCE everywhere' })
        .click();
      await workbench.page.getByRole('button', { name: 'Migration Plan...' }).first().waitFor();
      await tour.picture('walkthrough');
    });
  }
});
