/** Each way back from the browser, end to end. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { BrowserContext } from 'playwright-core';
import type { LogInPage } from '../harness/pages/logInPage.ts';
import { startRelaySite } from '../harness/relaySite.ts';
import type { Tour } from '../harness/tour.ts';
import { until } from '../harness/until.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('ways back', () => {
  setUp();

  /** A user whose settings name a way, in the browser, before the last click. */
  async function atApproval(
    way: string,
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<{ tour: Tour; context: BrowserContext; logIn: LogInPage }> {
    const org = await newOrg();
    const { tour, context } = await newUser({
      name: `way-${way}`,
      settings: { 'salesforcePkce.redirect': way, ...settings },
    });
    const logIn = await tour.toLogIn(org);
    await logIn.logIn(org);
    await logIn.page.getByRole('button', { name: 'Allow' }).waitFor();
    return { tour, context, logIn };
  }

  it('P40, P41, E11: loopback: one answer, a page that says so, and nothing listens any more', async () => {
    const { tour, logIn } = await atApproval('loopback', { 'salesforcePkce.loopbackPort': 0 });
    const { page } = logIn;
    await logIn.allow();
    await page.getByText('You can close this tab').waitFor();
    const port = Number(new URL(page.url()).port);
    await tour.picture('loopback-page', page);
    await page.close();
    await tour.workbench.page.bringToFront();
    await tour.tree.row(/^Salesforce org/).waitFor();
    assert.equal(await listens(port), false);
  });

  it('P20, P40: loopback: after Cancel nothing listens, and another way is offered', async () => {
    const { tour } = await atApproval('loopback', { 'salesforcePkce.loopbackPort': 27_418 });
    const { workbench } = tour;
    assert.equal(await listens(27_418), true);
    await workbench.page.bringToFront();
    await workbench.showNotifications();
    await workbench.clickInNotification(/Signing in at/, 'Cancel');
    await workbench.notification(/Signing in at/).waitFor({ state: 'detached' });
    assert.equal(
      await until(
        () => listens(27_418),
        (is) => !is,
      ),
      false,
    );
    await workbench.untilNotified(/The sign-in was cancelled/);
  });

  it('E11: relay: a page on another server sends the browser on to this editor', async () => {
    const relay = await startRelaySite();
    try {
      const { tour, context, logIn } = await atApproval('relay', {
        'salesforcePkce.relayUrl': relay.url,
      });
      const seen: string[] = [];
      context.on('request', (request) => {
        if (request.isNavigationRequest()) seen.push(request.url());
      });
      await logIn.allow();
      await tour.tree.row(/^Salesforce org/).waitFor();
      assert.ok(seen.some((url) => url.startsWith(relay.url)));
    } finally {
      await relay.close();
    }
  });

  it('E11, E5: paste: the address that the browser ends at is enough', async () => {
    const { tour, logIn } = await atApproval('paste', { 'salesforcePkce.loopbackPort': 27_419 });
    const { workbench } = tour;
    const ended = new Promise<string>((resolve) => {
      logIn.page.on('request', (request) => {
        if (request.url().startsWith('http://localhost:27419/callback')) resolve(request.url());
      });
    });
    await logIn.allow();
    const address = await ended;
    await workbench.page.bringToFront();
    const box = workbench.page.locator('.quick-input-widget:visible input').first();
    await box.waitFor();
    await tour.picture('paste');
    await box.fill('http://localhost:27419/callback');
    await box.press('Enter');
    await workbench.page
      .locator('.quick-input-message')
      .filter({ hasText: 'There is no answer in this.' })
      .waitFor();
    await tour.picture('paste-wrong');
    await box.fill(address);
    await box.press('Enter');
    await tour.tree.row(/^Salesforce org/).waitFor();
  });

  it('P40: a loopback port that is taken is named before the browser opens, with another way', async () => {
    const org = await newOrg();
    const { tour, context } = await newUser({
      name: 'port-taken',
      settings: {
        'salesforcePkce.redirect': 'loopback',
        'salesforcePkce.loopbackPort': Number(new URL(org.url).port),
      },
    });
    await tour.askForKey(org);
    await tour.workbench.answer(org.clientId);
    const said = await tour.workbench.untilNotified(/is taken by another program/);
    await said.getByRole('button', { name: 'Try Another Way' }).waitFor();
    await tour.picture('port-taken');
    assert.equal(context.pages().length, 1);
  });
});
