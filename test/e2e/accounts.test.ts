/** Other extensions and the Accounts menu, in a real editor. */
import assert from 'node:assert/strict';
import type { ProbedSession } from '../harness/apiProbe.ts';
import { LogInPage } from '../harness/pages/logInPage.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

const NONE = 'none';

describe('accounts', () => {
  setUp();

  it('E22: another extension gets a session in every combination, with the consent of the user', async () => {
    const org = await newOrg();
    const { tour, context, probe } = await newUser({ name: 'accounts' });
    const { workbench } = tour;
    const get = async (
      scopes: readonly string[],
      options: Readonly<Record<string, unknown>> = {},
    ): Promise<ProbedSession | undefined> =>
      (await probe.ask(workbench, { ask: 'getSession', scopes, options })) as
        ProbedSession | undefined;

    await tour.step('silent, nobody signed in: nothing, and no prompt', async () => {
      assert.equal(await get(['api'], { silent: true }), undefined);
      assert.equal(await workbench.page.locator('.monaco-dialog-box').count(), 0);
      assert.equal(org.requests.length, 0);
    });

    await tour.step('createIfNone: consent, our sign-in, and the session', async () => {
      const answer = get(['api'], { createIfNone: true });
      await workbench.dialogButton('Allow').waitFor();
      await tour.picture('consent');
      await workbench.dialogButton('Allow').click();
      await tour.giveAddress(org);
      const logIn = await LogInPage.openedBy(context, () => workbench.answer(org.clientId));
      await logIn.logIn(org);
      await logIn.allow();
      const session = await answer;
      await workbench.page.bringToFront();
      assert.equal(session?.account.label, org.username);
      assert.match(session.account.id, /^00D\w{15}\/005\w{15}$/);
      const who = await fetch(`${org.url}/services/oauth2/userinfo`, {
        headers: { Authorization: `Bearer ${session.accessToken}` },
      });
      assert.equal(who.status, 200);
      await tour.tree.row(/^Salesforce org/).waitFor();
    });

    await tour.step('silent and by account: the same session, and no prompt', async () => {
      const session = await get(['api'], { silent: true });
      assert.ok(session);
      assert.equal((await get(['api'], { account: org.username, silent: true }))?.id, session.id);
      assert.equal((await get([], { silent: true }))?.id, session.id);
    });

    await tour.step('a scope that the session lacks: not the wrong token', async () => {
      assert.equal(await get(['web'], { silent: true }), undefined);
    });

    await tour.step('with createIfNone and the account: a new consent of the org', async () => {
      const answer = get(['web'], { createIfNone: true, account: org.username });
      await workbench.dialogButton('Allow').waitFor();
      const logIn = await LogInPage.openedBy(context, () =>
        workbench.dialogButton('Allow').click(),
      );
      const scopes = new URL(logIn.page.url()).searchParams.get('scope');
      assert.equal(scopes, 'api refresh_token web');
      await logIn.logIn(org);
      await logIn.allow();
      const session = await answer;
      await workbench.page.bringToFront();
      assert.deepEqual(session?.scopes, ['api', 'refresh_token', 'web']);
    });

    await tour.step('a user who denies: no session, and an error that says so', async () => {
      const answer = get(['full'], { createIfNone: true, account: org.username }).then(
        () => 'a session',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      );
      await workbench.dialogButton('Cancel').click();
      assert.match(await answer, /did not consent|Cancel/i);
    });

    await tour.step('the Accounts menu lists the account and signs out', async () => {
      await workbench.page
        .locator('.activitybar')
        .getByRole('button', { name: /^Accounts/ })
        .click();
      const entry = workbench.page.getByRole('menuitem', {
        name: /demo@pkce\.example \(Salesforce\)/,
      });
      await entry.waitFor();
      await tour.picture('accounts-menu');
      await entry.hover();
      await workbench.page.keyboard.press('ArrowRight');
      const signOut = workbench.page.getByRole('menuitem', { name: 'Sign Out' });
      await signOut.waitFor();
      await signOut.hover();
      await workbench.page.keyboard.press('Enter');
      await workbench.dialogButton('Sign Out').click();
      await tour.tree.welcomeButton('Sign In to Org...').waitFor();
      assert.ok(org.requests.some(({ path }) => path.endsWith('/revoke')));
      assert.equal((await get(['api'], { silent: true }))?.id ?? NONE, NONE);
      const changes = (await probe.ask(workbench, { ask: 'sessionsChanges' })) as string[];
      assert.ok(changes.filter((id) => id === 'salesforce-pkce').length >= 3);
    });

    await tour.step('two orgs are two accounts, and the Accounts menu has both', async () => {
      const second = await newOrg({ orgId: '00D5g0000OtherOrAA' });
      await tour.signIn(org);
      // The editor tells accounts apart by their labels; user names of Salesforce are nobody else's.
      await tour.signIn({
        ...{ url: second.url, clientId: second.clientId },
        ...second.viewer,
      });
      const accounts = (await probe.ask(workbench, { ask: 'getAccounts' })) as { id: string }[];
      assert.equal(new Set(accounts.map(({ id }) => id)).size, 2);
      await workbench.page
        .locator('.activitybar')
        .getByRole('button', { name: /^Accounts/ })
        .click();
      const entries = workbench.page.getByRole('menuitem', { name: /\(Salesforce\)/ });
      await entries.nth(1).waitFor();
      await tour.picture('two-accounts');
      assert.equal(await entries.count(), 2);
    });
  });
});
