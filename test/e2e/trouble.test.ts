/** What goes wrong, and what the user sees of it. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { parseFault } from '../../src/demo/switches.ts';
import { LogInPage } from '../harness/pages/logInPage.ts';
import { until } from '../harness/until.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

describe('trouble', () => {
  setUp();

  it('E3, E9: Deny ends the progress at once, with a sentence and a way on', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'deny' });
    const { workbench } = tour;
    const logIn = await tour.toLogIn(org);
    await logIn.logIn(org);
    await logIn.deny();
    await workbench.untilNotified('Access was not allowed on the approval page.');
    await tour.picture('denied');
    const progress = workbench.notification(/Signing in at/);
    await progress.waitFor({ state: 'detached' });
    await tour.tree.welcomeButton('Sign In to Org...').waitFor();
  });

  it('E4: Cancel ends the progress, without an error', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'cancel' });
    const { workbench } = tour;
    await tour.toLogIn(org);
    await workbench.showNotifications();
    await tour.picture('waiting');
    await workbench.clickInNotification(/Signing in at/, 'Cancel');
    await workbench.notification(/Signing in at/).waitFor({ state: 'detached' });
    // No error; who cancels because the browser went nowhere finds another way.
    await workbench.showNotifications();
    await workbench.clickInNotification(/The sign-in was cancelled/, 'Try Another Way...');
    await workbench.quickPickRows().filter({ hasText: 'Relay Page' }).waitFor();
    await tour.picture('another-way');
    await workbench.page.keyboard.press('Escape');
  });

  it('E4: Escape in the questions leaves without a word', async () => {
    const { tour } = await newUser({ name: 'escape' });
    await tour.askWhichOrg();
    await tour.workbench.page.keyboard.press('Escape');
    await tour.workbench.showNotifications();
    assert.deepEqual(await tour.workbench.notification(/./).allInnerTexts(), []);
  });

  it('E13: the address is judged while it is typed, in the first box and in that of My Domain', async () => {
    const { tour } = await newUser({ name: 'host' });
    const { workbench } = tour;
    await tour.askWhichOrg();
    const texts = [
      ['acme--uat', 'Sign in at https://acme--uat.sandbox.my.salesforce.com'],
      ['http://acme.my.salesforce.com', 'is not safe for signing in'],
      ['https://login.acme.example', "not one of Salesforce's own domains"],
    ] as const;
    for (const [typed, said] of texts) {
      await workbench.quickInput().fill(typed);
      await workbench.quickPickRows().first().filter({ hasText: said }).waitFor();
      await tour.picture('address');
    }
    await workbench.quickInput().fill('');
    await workbench.pick('My Domain...');
    const message = workbench.page.locator('.quick-input-message');
    await message.filter({ hasText: 'A name such as acme' }).waitFor();
    for (const [typed, said] of texts) {
      await workbench.quickInput().fill(typed);
      await message.filter({ hasText: said }).waitFor();
      await tour.picture('my-domain');
    }
  });

  it('E24, E55: the guide of the welcome view opens the walkthrough at the client app; the demo org is one step, a real org another', async () => {
    const { tour, context } = await newUser({ name: 'walkthrough' });
    const { page } = tour.workbench;
    await page.locator('.welcome-view').getByText('how to register one').click();
    await page.getByText('Get Started with PKCE for Salesforce').first().waitFor();
    await page.getByRole('button', { name: 'Enter Its Consumer Key' }).waitFor();
    await page.waitForTimeout(1500); // its page is drawn in a webview
    await tour.picture('walkthrough');
    const logIn = await LogInPage.openedBy(context, () =>
      tour.tree.welcomeButton('Try It with the Demo Org').click(),
    );
    await tour.picture('waiting');
    await logIn.page.getByRole('button', { name: 'Log In' }).click();
    await logIn.allow();
    await tour.tree.row(/^Salesforce org/).waitFor();
    await page.bringToFront();
    const tick = (step: string): Locator => page.getByRole('checkbox', { name: `${step}: ` });
    await tick('Try it with the demo org').and(page.locator('[aria-checked=true]')).waitFor();
    await tour.picture('demo-org');
    assert.equal(await tick('Sign in to your org').getAttribute('aria-checked'), 'false');
  });

  it('E12: without a client app the callback URL is copied and the guide opened, and the question stays', async () => {
    const { tour } = await newUser({ name: 'first-run' });
    const { workbench } = tour;
    await tour.askWhichOrg();
    await workbench.pick('Production');
    await workbench.quickPickRows().filter({ hasText: 'https://vscode.dev/redirect' }).waitFor();
    await workbench.pick('Copy the Callback URL to Register');
    const urls =
      'https://vscode.dev/redirect\ncode-oss://pkce-tools.salesforce-pkce/callback\nvscode:';
    const clipboard = () => workbench.page.evaluate(() => navigator.clipboard.readText());
    // What a test before has copied may be there.
    const copied = await until(clipboard, (text) => text.startsWith(urls));
    assert.ok(copied.startsWith(urls), copied);
    await workbench.pick('Show How to Register a Client App');
    await workbench.page.getByRole('button', { name: 'Enter Its Consumer Key' }).waitFor();
    await workbench.page.waitForTimeout(1500); // its page is drawn in a webview
    await tour.picture('guide');
    await tour.untilKeyIsAsked();
    await workbench.quickInput().fill('3MVG9');
    await workbench.quickPickRows().filter({ hasText: 'This is not a consumer key.' }).waitFor();
    await tour.picture('no-key');
  });

  it('E53: an org that cannot be reached is named before the browser opens, with the settings that may help', async () => {
    const { tour, context } = await newUser({ name: 'unreachable' });
    const { workbench } = tour;
    await tour.askWhichOrg();
    await workbench.pick('Production');
    await tour.untilKeyIsAsked();
    await workbench.answer('3MVG9someConsumerKey');
    await workbench.showNotifications();
    const said = workbench.notification(/login\.salesforce\.com/);
    await said.getByRole('button', { name: 'Open Proxy Settings' }).waitFor();
    await tour.picture('unreachable');
    assert.equal(context.pages().length, 1);
  });

  it('P54: asking for the scope "full" warns before the browser opens', async () => {
    const org = await newOrg();
    const { tour, context } = await newUser({
      name: 'full-scope',
      settings: { 'salesforcePkce.scopes': ['full'] },
    });
    const { workbench } = tour;
    await tour.askForKey(org);
    await workbench.answer(org.clientId);
    await workbench.page
      .locator('.monaco-dialog-box')
      .getByText(/The scope "full" gives the token everything/)
      .waitFor();
    await tour.picture('question');
    assert.equal(context.pages().length, 1);
    const logIn = await LogInPage.openedBy(context, () =>
      workbench.dialogButton('Sign In Anyway').click(),
    );
    assert.equal(new URL(logIn.page.url()).searchParams.get('scope'), 'full');
  });

  it('E23, E25: a user without the permission sees an error row, tries again, and the rows come', async () => {
    const org = await newOrg({
      switches: {
        faults: [
          parseFault(
            'soap:INSUFFICIENT_ACCESS:use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions',
          ),
        ],
      },
    });
    const { tour } = await newUser({ name: 'no-permission' });
    await tour.signIn(org);
    const failed = tour.tree.row(/^Error: Your user may not read or change metadata in this org\./);
    await failed.waitFor();
    await tour.tree.row(/^Ask an admin for the permission/).waitFor();
    await tour.picture('no-permission');
    org.switches.faults = [];
    await failed.click();
    await tour.lookAtTree();
  });

  it('E5, E12: after 20 s other ways are offered; the copied link finishes the same sign-in', async () => {
    const org = await newOrg();
    const { tour, context } = await newUser({ name: 'copied-link' });
    const { workbench } = tour;
    const first = await tour.toLogIn(org);
    await first.page.close();
    await workbench.untilNotified('Nothing came back from the browser yet.');
    await tour.picture('nothing-came-back');
    await workbench.clickInNotification('Nothing came back', 'Copy Sign-In Link');
    await workbench.untilNotified('Sign-in link copied.');
    const link = await workbench.page.evaluate(() => navigator.clipboard.readText());
    assert.match(link, /code_challenge_method=S256/);
    const second = await LogInPage.openedBy(context, async () => {
      const page = await context.newPage();
      await page.goto(link);
    });
    await second.logIn(org);
    await second.allow();
    await tour.tree.row(/Salesforce org/).waitFor();
  });

  it('E12: the details of an error can be copied, without secrets', async () => {
    const org = await newOrg({ switches: { faults: [parseFault('approve:OAUTH_APP_BLOCKED')] } });
    const { tour } = await newUser({ name: 'copy-details' });
    const { workbench } = tour;
    const logIn = await tour.toLogIn(org);
    await logIn.logIn(org);
    await logIn.allow();
    await workbench.showNotifications();
    await workbench.clickInNotification(
      'An admin of the org has blocked this client app.',
      'Copy Details',
    );
    const clipboard = () => workbench.page.evaluate(() => navigator.clipboard.readText());
    assert.match(
      await until(clipboard, (text) => text.startsWith('[OAUTH_APP_BLOCKED]')),
      /^\[OAUTH_APP_BLOCKED\].*\n {2}cause: authorization: OAUTH_APP_BLOCKED: this app is blocked by admin$/s,
    );
  });

  it('E6, E25: two orgs side by side; one that fails leaves the other alone', async () => {
    const failing = await newOrg({
      orgId: '00D5g0000OtherOrAA',
      switches: { faults: [parseFault('soap:API_DISABLED_FOR_ORG:no')] },
    });
    const good = await newOrg();
    const { tour } = await newUser({ name: 'two-orgs' });
    await tour.signIn(failing);
    await tour.tree.row(/^Error: The API is switched off/).waitFor();
    await tour.signIn(good);
    await tour.lookAtTree();
    assert.equal(await tour.tree.row(/^Error: The API is switched off/).count(), 1);
    assert.equal(
      (await tour.tree.labels()).filter((label) => label.startsWith('Salesforce org')).length,
      2,
    );
    await tour.picture('two-orgs');
  });

  it('E23: an org without apps says so', async () => {
    const org = await newOrg({ apps: 0 });
    const { tour } = await newUser({ name: 'empty' });
    await tour.signIn(org);
    await tour.tree.row(/^No connected apps/).waitFor();
    await tour.picture('empty');
  });

  it('E23, E26, E42: loading with the progress in the view, then 500 apps; a refresh keeps selection and expansion', async () => {
    const org = await newOrg({ apps: 500, switches: { latencyMilliseconds: 2500 } });
    const { tour } = await newUser({ name: 'many' });
    await tour.signIn(org);
    await tour.tree.row(/^App 0004, External client app, being read\./).waitFor();
    const bar = tour.workbench.page.locator('.sidebar .monaco-progress-container.active');
    await bar.first().waitFor();
    assert.equal(await tour.workbench.notification(/Reading|apps/).count(), 0);
    await tour.picture('loading');
    org.switches.latencyMilliseconds = 100; // it has been seen
    await tour.lookAtTree();
    await tour.tree.expandTo('Security', /^App 0004, External client app/);
    await tour.tree.row('Security').click();
    await bar.first().waitFor({ state: 'hidden' });
    org.switches.latencyMilliseconds = 2500; // so that it is seen again
    await tour.workbench.runCommand('Salesforce PKCE: Refresh Apps');
    await bar.first().waitFor();
    org.switches.latencyMilliseconds = 100;
    await bar.first().waitFor({ state: 'hidden' });
    await tour.tree.row('Security').waitFor();
    assert.equal(await tour.tree.row(/^App 0004/).getAttribute('aria-expanded'), 'true');
    assert.equal(await tour.tree.row('Security').getAttribute('aria-selected'), 'true');
  });

  it('E47: high contrast and a narrow window, to be looked at', async () => {
    const org = await newOrg();
    const { tour } = await newUser({
      name: 'high-contrast',
      viewport: { width: 700, height: 700 },
    });
    await tour.workbench.runCommand('Preferences: Color Theme');
    await tour.workbench.quickInput().fill('Dark High Contrast');
    await tour.workbench.page.keyboard.press('Enter');
    await tour.lookAtSignIn(org);
    await tour.lookAtTree();
    await tour.openApp();
  });
});
