/** Proving what settings only say: a probe without a user, and a test handshake as the app itself. */
import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import type { DemoOrg } from '../../src/demo/demoOrg.ts';
import { LogInPage } from '../harness/pages/logInPage.ts';
import type { Tour } from '../harness/tour.ts';
import { SLOW } from '../harness/pages/workbench.ts';
import { until } from '../harness/until.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

describe('prove', () => {
  setUp();

  async function begin(
    name: string,
  ): Promise<{ org: DemoOrg; tour: Tour; context: BrowserContext }> {
    const org = await newOrg();
    const { tour, context } = await newUser({ name });
    await tour.signIn(org);
    await tour.lookAtTree();
    await tour.workbench.statusBarItem(/known from introspection/).waitFor();
    return { org, tour, context };
  }

  async function choose(tour: Tour, command: string, app: string): Promise<void> {
    await tour.workbench.runCommand(`Salesforce PKCE: ${command}`);
    await tour.workbench.quickInput().fill(app);
    await tour.workbench.pick(app);
    await tour.workbench.page.locator('.monaco-dialog-box').waitFor();
  }

  it('probe: asked for, three requests, and what came back', async () => {
    const { org, tour } = await begin('probe');
    await choose(tour, 'Probe App...', 'Kiosk');
    await tour.picture('question');
    const asked = (): number =>
      org.requests.filter(({ path }) => path === '/services/oauth2/authorize').length;
    const before = asked();
    await tour.workbench.dialogButton('Send Three Requests').click();
    const frame = tour.workbench.webview();
    await frame.getByRole('heading', { level: 1, name: /Kiosk: Probed on/ }).waitFor();
    assert.equal(asked(), before + 3);
    const cells = await frame.getByRole('cell').allInnerTexts();
    assert.deepEqual(
      cells.filter((_, index) => index % 3 === 1),
      ['no', 'yes', 'yes'],
    );
    await tour.picture('probed');
    await tour.workbench.runCommand('Salesforce PKCE: Audit Org...');
    await tour.workbench.webview().getByRole('heading', { name: 'Proofs' }).waitFor();
    await tour.workbench
      .webview()
      .getByRole('heading', { name: 'What will break, for whom, when' })
      .waitFor();
  });

  async function logInAndAllow(
    org: DemoOrg,
    context: BrowserContext,
    during: () => Promise<unknown>,
  ): Promise<Page> {
    const opened = await LogInPage.openedBy(context, during);
    await opened.logIn(org);
    await opened.page.getByRole('button', { name: 'Allow' }).waitFor();
    return opened.page;
  }

  it('handshake: two trips to the browser, each step shown, and part of the report', async () => {
    const { org, tour, context } = await begin('handshake');
    const { workbench } = tour;
    await choose(tour, 'Test Handshake of App...', 'PKCE for Salesforce');
    await tour.picture('question');
    const first = await logInAndAllow(org, context, () =>
      workbench.dialogButton('Start Test Sign-In').click(),
    );
    const second = await logInAndAllow(org, context, () =>
      first.getByRole('button', { name: 'Allow' }).click(),
    );
    await workbench.page.bringToFront();
    await workbench.untilNotified(/Once more/);
    await tour.picture('second-trip');
    await workbench.page.keyboard.press('Escape');
    await second.bringToFront();
    await second.getByRole('button', { name: 'Allow' }).click();
    await workbench.page.bringToFront();
    const frame = tour.workbench.webview();
    await frame.getByRole('heading', { name: /PKCE for Salesforce: Handshake/ }).waitFor();
    const cells = await frame.getByRole('cell').allInnerTexts();
    assert.deepEqual(
      cells.filter((_, index) => index % 3 === 1),
      // The demo client app does not rotate unless it is told to.
      ['yes', 'yes', 'yes', 'cannot tell', 'yes'],
    );
    await tour.picture('handshake');
    assert.deepEqual(
      (await tour.tree.labels()).filter((label) => label.startsWith('Salesforce org')).length,
      1,
      'no session came of it',
    );
  });

  it('handshake of a confidential client: its secret is asked for, the address is pasted', async () => {
    const { org, tour, context } = await begin('handshake-secret');
    const { workbench } = tour;
    const clientId = `3MVG9${'Warehouse_Sync'.padEnd(80, 'x')}`;
    await choose(tour, 'Test Handshake of App...', 'Warehouse Sync');
    await workbench.dialogButton('Start Test Sign-In').click();
    const box = workbench.page.locator('.quick-input-widget:visible input[type="password"]');
    const type = async (text: string): Promise<void> => {
      await box.waitFor();
      await box.fill(text);
      await box.press('Enter');
    };
    await box.waitFor();
    await tour.picture('secret');
    let end = '';
    context.on('request', (request) => {
      if (request.url().startsWith('https://wms.acme.example/')) end = request.url();
    });
    const login = await logInAndAllow(org, context, () => type(org.secretOf(clientId)));
    await login.getByRole('button', { name: 'Allow' }).click();
    const first = await until(
      () => end,
      (url) => url !== '',
    );
    assert.match(first, /code=/);
    await login.close();
    await workbench.page.bringToFront();
    await box.waitFor();
    const [again] = await Promise.all([context.waitForEvent('page', { timeout: SLOW }), type(end)]);
    await again.getByLabel('Password').waitFor();
    const opened = new LogInPage(again);
    await opened.logIn(org);
    await opened.allow();
    await until(
      () => end,
      (url) => url !== first,
    );
    await again.close();
    await workbench.page.bringToFront();
    await type(end);
    await tour.workbench
      .webview()
      .getByRole('heading', { name: /Warehouse Sync: Handshake proven on/ })
      .waitFor();
    await tour.picture('proven');
  });
});
