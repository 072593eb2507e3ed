/** What a user can do with a token, and how a session ends, in a real editor. */
import assert from 'node:assert/strict';
import { parseFault } from '../../src/demo/switches.ts';
import { LogInPage } from '../harness/pages/logInPage.ts';
import { until } from '../harness/until.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

describe('tokens', () => {
  setUp();

  it('E38, P52: the details say all but the token', async () => {
    const org = await newOrg({ switches: { rotate: true } });
    const { tour } = await newUser({ name: 'token-details' });
    const { workbench } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    // A token that the org no longer takes is replaced without anybody's doing, and the clock goes on with the new one.
    await workbench.statusBarItem(/Token valid, 1 h 5\d min left/).waitFor();
    org.switches.tokenLifetimeSeconds = 3 * 3600;
    org.expireAccessTokens();
    await workbench.runCommand('Salesforce PKCE: Refresh Apps');
    await workbench.statusBarItem(/Token valid, 2 h 5\d min left/).waitFor();
    await workbench.runCommand('Salesforce PKCE: Refresh Token');
    await workbench.page.getByText(/^Token of .* refreshed\.$/).waitFor();
    await workbench.runCommand('Salesforce PKCE: Show Token Details...');
    await workbench.quickPickRows().filter({ hasText: 'Expires' }).waitFor();
    await tour.picture('details');
    const lines: string[] = [];
    for (const name of ['Expires', 'Refresh token', 'Rotation', 'Token format', 'Org']) {
      await workbench.quickInput().fill(name);
      lines.push(await workbench.quickPickRows().first().innerText());
    }
    const text = lines.join('\n');
    assert.match(text, /known from introspection/);
    assert.match(text, /the org rotates it/);
    assert.doesNotMatch(text, /00D5g0000DemoOr!|5Aep861/);
    await workbench.page.keyboard.press('Escape');
  });

  for (const [scopes, path] of [
    [['api', 'refresh_token'], '/'],
    [['api', 'refresh_token', 'web'], '/secur/frontdoor.jsp'],
  ] as const) {
    it(`P37: with the scopes ${scopes.join(' ')} the org opens at ${path}, without a token in the link`, async () => {
      const org = await newOrg();
      const { tour, context } = await newUser({
        name: 'open-org',
        settings: { 'salesforcePkce.scopes': scopes },
      });
      await tour.signIn(org);
      const [page] = await Promise.all([
        context.waitForEvent('page'),
        tour.workbench.runCommand('Salesforce PKCE: Open Org in Browser'),
      ]);
      // It comes as an empty one, and goes there then.
      await page.waitForURL(({ pathname }) => pathname === path);
      assert.doesNotMatch(decodeURIComponent(page.url()), /00D5g0000DemoOr!|5Aep/);
    });
  }

  it('E19, E9: a session that the server has ended says so once, everywhere, and comes back with one click', async () => {
    const org = await newOrg();
    const { tour, context } = await newUser({ name: 'ended', keepSecrets: true });
    const { workbench } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    org.switches.faults = [parseFault('refresh:invalid_grant:expired access/refresh token')];
    org.expireAccessTokens();
    await workbench.runCommand('Salesforce PKCE: Refresh Apps');
    await tour.tree.row(/^Salesforce org .*sign in again/).waitFor();
    await workbench.statusBarItem(/The session has ended/).waitFor();
    await tour.picture('ended');
    await tour.tree.row(/^Error: The session has ended/).waitFor();
    const refreshes = (): number =>
      org.requests.filter(({ path }) => path.endsWith('/token')).length;
    const before = refreshes();
    await workbench.runCommand('Salesforce PKCE: Refresh Apps');
    await workbench.reload();
    await workbench.openOrgsView();
    await tour.tree.row(/^Salesforce org .*sign in again/).waitFor();
    assert.equal(refreshes(), before, 'a dead grant is not tried again, also after a reload');
    org.switches.faults = [];
    // What was known is shown; looking at it tries to read it again, which says why that cannot be.
    await tour.tree.row(/Connected app, PKCE/).click();
    const logIn = await LogInPage.openedBy(context, () =>
      tour.tree.row(/^Error: The session has ended/).click(),
    );
    assert.equal(await logIn.page.getByLabel('Username').inputValue(), org.username);
    await logIn.logIn(org);
    await logIn.allow();
    await workbench.page.bringToFront();
    await workbench.statusBarItem(/known from introspection/).waitFor();
  });

  it('E21, E30, E43: several orgs at once are signed out after one question that names them', async () => {
    const one = await newOrg();
    const other = await newOrg({ orgId: '00D5g0000OtherOrAA' });
    const { tour } = await newUser({
      name: 'sign-out-all',
      // A click selects a row and leaves it closed.
      settings: { 'workbench.tree.expandMode': 'doubleClick' },
    });
    const { workbench, tree } = tour;
    await tour.signIn(one);
    await tour.signIn(other);
    await tour.lookAtTree();
    // The last changes that a sign-in brings; after them the tree stands still.
    await workbench.page.getByText(/^Apps of 2 orgs, read at/).waitFor();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    const rows = [one, other].map(
      ({ url }) => new RegExp(`^Salesforce org .*${new URL(url).host}`),
    );
    const [, last = /^$/] = rows;
    await workbench.page.getByRole('button', { name: 'Collapse All' }).click();
    const signOutOfBoth = async (): Promise<void> => {
      await tree.select(...rows);
      await tree.contextMenu(last, 'Sign Out...');
      await workbench.dialogButton('Sign Out').waitFor();
    };
    await signOutOfBoth();
    await tour.picture('both');
    await workbench.dialogButton('Cancel').click();
    for (const row of rows) await tree.row(row).waitFor();
    await signOutOfBoth();
    await workbench.dialogButton('Sign Out').click();
    await tree.welcomeButton('Sign In to Org...').waitFor();
    for (const org of [one, other]) {
      assert.ok(org.requests.some(({ path }) => path.endsWith('/revoke')));
    }
  });

  it('P35, E21: offline, a sign-out forgets here and says that the grant may live on, with a link', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'sign-out-offline' });
    const { workbench } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    org.switches.faults = [parseFault('revoke:reset')];
    await workbench.signOut();
    const said = await workbench.untilNotified(
      /did not confirm the sign-out of .* The grant may live on/,
    );
    await said.getByRole('button', { name: 'Open Setup' }).waitFor();
    await tour.picture('unconfirmed');
    await tour.tree.welcomeButton('Sign In to Org...').waitFor();
  });

  it('P52: a token is copied after a warning, and is off the clipboard a minute later', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'copy-token' });
    const { workbench } = tour;
    const clipboard = (): Promise<string> =>
      workbench.page.evaluate(() => navigator.clipboard.readText());
    await tour.signIn(org);
    await workbench.runCommand('Salesforce PKCE: Copy Access Token...');
    await workbench.dialogButton('Copy').waitFor();
    await tour.picture('copy-warning');
    await workbench.dialogButton('Copy').click();
    await workbench.page.getByText(/^Access token copied/).waitFor();
    assert.match(await clipboard(), /^00D5g0000DemoOr!/);
    const copied = performance.now();
    await workbench.page.waitForTimeout(30_000);
    assert.match(await clipboard(), /^00D5g0000DemoOr!/);
    assert.equal(await until(clipboard, (text) => text === ''), '');
    assert.ok(performance.now() - copied < 110_000, 'a minute, and the patience of a busy machine');
  });
});
