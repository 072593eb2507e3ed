/** The main job, end to end. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { LogInPage } from '../harness/pages/logInPage.ts';
import { until } from '../harness/until.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

describe('main job', () => {
  setUp();

  it('E2, E10, E27, E33, E34, E36, E39, E46, E48: palette sign-in, log-in page, approval, tree, app, status bar, sign-out', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'main-job' });
    const { workbench, tree } = tour;
    await tour.lookAtSignIn(org);
    await tour.lookAtTree();

    await tour.step('E27: the new org is selected, the keyboard is elsewhere', async () => {
      const row = tree.row(/Salesforce org/);
      await row.and(workbench.page.locator('[aria-selected=true]')).waitFor();
      const inTree = await workbench.page.evaluate(
        () => document.activeElement?.closest('.tree-explorer-viewlet-tree-view') !== null,
      );
      assert.equal(inTree, false);
    });
    await tour.step('E48: rows speak app, kind, verdict, reason', async () => {
      await tree
        .row(
          "Kiosk, External client app, PKCE not required. Off in the app's own setting, and the org does not require it either.",
        )
        .waitFor();
      await tree
        .row(
          /^Survey Draft, External client app, PKCE unknown\. The org shows no global OAuth settings/,
        )
        .waitFor();
      await tree.row(/^Intranet SSO, Connected app, not an OAuth app\./).waitFor();
    });
    await tour.step('E34: the view says whose apps they are and when they were read', async () => {
      await workbench.page.getByText(/^Apps of demo@pkce\.example, read at \d/).waitFor();
    });
    const tab = workbench.page
      .locator('.activitybar')
      .getByRole('tab', { name: /PKCE for Salesforce/ });
    await tour.step('E33: the badge counts the apps that do not require PKCE', async () => {
      const wanted = '6 apps do not require PKCE';
      const label = async () => (await tab.getAttribute('aria-label')) ?? '';
      assert.ok((await until(label, (text) => text.includes(wanted))).includes(wanted));
    });
    // E36: selecting a row shows the app, and changes nothing.
    await tour.openApp();
    await tour.lookAtStatusBar();
    await tour.step('E38: the time left comes from introspection', async () => {
      await workbench
        .statusBarItem(/Token valid, 1 h 5\d min left, known from introspection/)
        .waitFor();
    });
    await tour.step('sign out from the palette', async () => {
      await workbench.signOut();
      await tree.welcomeButton('Sign In to Org...').waitFor();
      await workbench.statusBarItem(/Salesforce org/).waitFor({ state: 'hidden' });
      const label = async () => (await tab.getAttribute('aria-label')) ?? '';
      const seen = await until(label, (text) => !text.includes('require PKCE'));
      assert.doesNotMatch(seen, /require PKCE/, 'E33');
      await tour.picture('signed-out');
    });
    assert.ok(
      org.requests.some(({ path }) => path.endsWith('/revoke')),
      'the grant was revoked',
    );
    const versions = org.requests.filter(({ path }) => path === '/services/data');
    assert.equal(
      versions.length,
      2,
      'asked before the sign-in, and by the one reading of the apps',
    );
    const link = org.requests.filter(({ path }) => path.endsWith('/authorize'));
    assert.equal(link.length, 1);
  });

  it('E39: the status bar offers refresh, sign in again, switch and hide, and they work', async () => {
    const org = await newOrg({ switches: { rotate: true } });
    const other = await newOrg({ orgId: '00D5g0000OtherOrAA' });
    const { tour } = await newUser({ name: 'token-actions' });
    const { workbench } = tour;
    await tour.signIn(other);
    await tour.signIn(org);
    const open = async (): Promise<void> => {
      await workbench.statusBarItem(/Salesforce org/).click();
      await workbench.quickPickRows().filter({ hasText: 'Refresh Token Now' }).waitFor();
    };
    const tokenCalls = (): number =>
      org.requests.filter(({ path }) => path.endsWith('/token')).length;
    await open();
    for (const action of [
      'Refresh Token Now',
      'Sign In Again...',
      'Set Active Org...',
      'Show Apps',
      'Sign Out',
      'Hide This Item',
    ]) {
      await workbench.quickPickRows().filter({ hasText: action }).first().waitFor();
    }
    const before = tokenCalls();
    await workbench.pick('Refresh Token Now');
    await workbench.page.getByText(/^Token of .* refreshed\.$/).waitFor();
    assert.equal(tokenCalls(), before + 1);
    await open();
    await workbench.pick('Set Active Org...');
    await workbench.pick(new URL(other.url).host);
    await tour.tree.row(new RegExp(`${new URL(other.url).host}, active`)).waitFor();
    await open();
    await workbench.pick('Hide This Item');
    await workbench.statusBarItem(/Salesforce org/).waitFor({ state: 'hidden' });
  });

  it('E45: from the palette to an app and its settings by keyboard alone', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'keyboard' });
    await tour.signIn(org);
    await tour.lookAtTree();
    const { page } = tour.workbench;
    // The last change that a sign-in brings; after it the tree stands still.
    await tour.workbench.statusBarItem(/known from introspection/).waitFor();
    await tour.workbench.runCommand('View: Show PKCE for Salesforce');
    // The palette gives the keyboard back when it has gone, which takes a moment.
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await page.locator('.tree-explorer-viewlet-tree-view .monaco-list').first().focus();
    await page.locator('.tree-explorer-viewlet-tree-view .monaco-list:focus').waitFor();
    await page.waitForTimeout(300);
    for (const key of ['Home', ...Array.from({ length: 4 }, () => 'ArrowDown'), 'ArrowRight']) {
      await page.keyboard.press(key);
    }
    await tour.tree.row('Security').waitFor();
    await page.keyboard.press('Enter');
    await tour.picture('keyboard');
    const frame = tour.workbench.webview();
    await frame.getByRole('heading', { level: 1, name: 'Billing Connector' }).waitFor();
  });

  it('the first minute: from the welcome view to the apps of the demo org by three clicks, nothing typed', async () => {
    const { tour, context } = await newUser({ name: 'demo-org' });
    const begun = performance.now();
    let clicks = 0;
    const click = async (button: Locator): Promise<void> => {
      clicks += 1;
      await button.click();
    };
    const { page } = await LogInPage.openedBy(context, () =>
      click(tour.tree.welcomeButton('Try It with the Demo Org')),
    );
    assert.equal(await page.getByLabel('Username').inputValue(), 'demo@pkce.example');
    await click(page.getByRole('button', { name: 'Log In' }));
    await click(page.getByRole('button', { name: 'Allow' }));
    await tour.tree.row(/^Kiosk, External client app, PKCE not required/).waitFor();
    const seconds = (performance.now() - begun) / 1000;
    await tour.picture('apps');
    await tour.tree.row(/^Salesforce org Demo Org/).waitFor();
    assert.equal(clicks, 3);
    console.log(`      (${clicks} clicks, ${seconds.toFixed(1)} s)`);
  });

  it('the first five minutes, by keyboard alone: an address and a consumer key, and the apps of a real org are there', async () => {
    const org = await newOrg();
    const { tour, context } = await newUser({ name: 'first-org' });
    const { page } = tour.workbench;
    const begun = performance.now();
    const texts: string[] = [];
    const keys: string[] = [];
    const press = async (
      key: string,
      where: Pick<Locator, 'press'> = page.keyboard,
    ): Promise<void> => {
      keys.push(key);
      await where.press(key);
    };
    /** Pastes a text, sees what Enter would do, and presses it. */
    const paste = async (text: string, offered: string): Promise<void> => {
      texts.push(text);
      await page.keyboard.insertText(text);
      await tour.workbench.quickPickRows().first().filter({ hasText: offered }).waitFor();
      await tour.picture('pasted');
      await press('Enter');
    };
    await press('F1');
    await tour.workbench.quickInput().waitFor();
    await paste('Salesforce PKCE: Sign In to Org', 'Sign In to Org...');
    await tour.untilOrgIsAsked();
    await paste(org.url, `Sign in at ${org.url}`);
    await tour.untilKeyIsAsked();
    const logIn = await LogInPage.openedBy(context, () =>
      paste(org.clientId, 'Sign in with this consumer key'),
    );
    await press('Enter', logIn.page.keyboard);
    await press('Enter', logIn.page.getByRole('button', { name: 'Allow' }));
    await tour.tree.row(/^Kiosk, External client app, PKCE not required/).waitFor();
    const seconds = (performance.now() - begun) / 1000;
    await tour.picture('apps');
    assert.equal(texts.length, 3, 'the command, the address, the consumer key');
    assert.equal(keys.length, 6, 'F1, three times Enter in the editor, twice in the browser');
    console.log(
      `      (${keys.length} keys beside ${texts.length} texts, ${seconds.toFixed(1)} s)`,
    );
  });

  it('day two of the demo org: it ended with its window, and two clicks and a log-in bring it back', async () => {
    const { tour, context } = await newUser({ name: 'demo-org-again', keepSecrets: true });
    const { workbench, tree } = tour;
    const logIn = async (start: Locator): Promise<void> => {
      const { page } = await LogInPage.openedBy(context, () => start.click());
      await page.getByRole('button', { name: 'Log In' }).click();
      await page.getByRole('button', { name: 'Allow' }).click();
      await workbench.page.bringToFront();
    };
    await logIn(tree.welcomeButton('Try It with the Demo Org'));
    await tour.lookAtTree();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    await workbench.reload();
    await workbench.openOrgsView();
    // What is known of it is shown; who looks at it learns that it has ended.
    await tree.row(/^Salesforce org Demo Org.*as of/).waitFor();
    await tree.row(/Connected app, PKCE/).click();
    const ended = tree.row(/^Error: The demo org ended with its window\. Start it again/);
    await ended.waitFor();
    await tour.picture('ended');
    await logIn(ended);
    await ended.waitFor({ state: 'detached' });
    await workbench.page.getByText(/^Apps of Demo Org, read at/).waitFor();
    await tour.picture('again');
    const orgs = (await tree.labels()).filter((label) => label.startsWith('Salesforce org'));
    assert.equal(orgs.length, 1);
  });

  it('a client app that is known of another host is one Enter away', async () => {
    const org = await newOrg();
    const { tour, context } = await newUser({
      name: 'other-host',
      settings: {
        'salesforcePkce.clients': [
          { name: 'Acme', clientId: org.clientId, loginHost: 'https://acme.my.salesforce.com' },
        ],
      },
    });
    const { workbench } = tour;
    await tour.askForKey(org);
    await workbench.quickPickRows().first().filter({ hasText: 'Acme' }).waitFor();
    await tour.picture('client-apps');
    const logIn = await LogInPage.openedBy(context, () => workbench.page.keyboard.press('Enter'));
    assert.equal(new URL(logIn.page.url()).searchParams.get('client_id'), org.clientId);
  });

  it('E1, E34: after a reload the org is there with what was known of it; nothing was asked, nothing prompted', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'reload', keepSecrets: true });
    await tour.signIn(org);
    await tour.lookAtTree();
    await tour.workbench.statusBarItem(/known from introspection/).waitFor();
    const asked = org.requests.length;
    await tour.workbench.reload();
    await tour.workbench.openOrgsView();
    await tour.tree.row(/^Salesforce org .*as of/).waitFor();
    await tour.lookAtTree();
    await tour.workbench.page.getByText(/Apps of .* not read again yet/).waitFor();
    await tour.workbench.statusBarItem(/known from introspection/).waitFor();
    assert.equal(org.requests.length, asked);
    assert.equal(
      await tour.workbench.page.locator('.monaco-dialog-box, .quick-input-widget:visible').count(),
      0,
    );
    // Whoever looks at an app wants to see it as it is now.
    await tour.tree.row(/Connected app, PKCE/).click();
    await tour.workbench.page.getByText(/Apps of .* read at/).waitFor();
    assert.ok(org.requests.length > asked);
  });
});
