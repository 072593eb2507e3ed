/** Four windows of one user, whose secrets are kept as a browser-based editor keeps them. */
import assert from 'node:assert/strict';
import type { BrowserContext } from 'playwright-core';
import { OrgsTree } from '../harness/pages/orgsTree.ts';
import { Workbench } from '../harness/pages/workbench.ts';
import type { RealEditor } from '../harness/realEditor.ts';
import { until } from '../harness/until.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

interface OtherWindow {
  readonly workbench: Workbench;
  readonly tree: OrgsTree;
}

async function openWindow(context: BrowserContext, editor: RealEditor): Promise<OtherWindow> {
  const workbench = await Workbench.open(context, editor);
  await workbench.openOrgsView();
  return { workbench, tree: new OrgsTree(workbench.page) };
}

describe('four windows', () => {
  setUp();

  it("E7, E16, P29: sign in in one, use in all, reload, sign out in one; nobody kills or keeps what is another window's", async () => {
    const org = await newOrg({ switches: { rotate: true } });
    const { tour, context, editor } = await newUser({ name: 'four-windows', keepSecrets: true });
    const before = await openWindow(context, editor);
    await tour.workbench.page.bringToFront();
    await tour.signIn(org);
    await tour.lookAtTree();

    await tour.step('a window that was open before says that it needs a reload', async () => {
      await before.workbench.page.bringToFront();
      await before.tree.row(/^Salesforce org .*not in this window/).waitFor();
      await tour.picture('not-in-this-window', before.workbench.page);
      await before.workbench.reload();
      await before.workbench.openOrgsView();
      await before.tree.row(/^Salesforce org .*active/).waitFor();
    });

    const others = [before, await openWindow(context, editor), await openWindow(context, editor)];
    await tour.step('all four show what one has read, and use the session', async () => {
      for (const { workbench, tree } of others) {
        await workbench.page.bringToFront();
        await tree.row(/^Salesforce org .*as of/).waitFor();
        await workbench.runCommand('Salesforce PKCE: Refresh Apps');
        await tree.row(/^Salesforce org .*without required PKCE$/).waitFor();
      }
    });

    const tokenCalls = (): number =>
      org.requests.filter(({ path }) => path.endsWith('/token')).length;
    await tour.step(
      'the token expires: one window refreshes, the others spend no copy',
      async () => {
        org.expireAccessTokens();
        const asked = tokenCalls();
        await tour.workbench.page.bringToFront();
        await tour.workbench.runCommand('Salesforce PKCE: Refresh Apps');
        assert.equal(await until(tokenCalls, (calls) => calls > asked), asked + 1);
        await tour.lookAtTree();
        for (const { workbench, tree } of others) {
          await workbench.page.bringToFront();
          await workbench.runCommand('Salesforce PKCE: Refresh Apps');
          await tree.row(/^Salesforce org .*reload window/).waitFor();
        }
        await tour.picture('reload-window', before.workbench.page);
        assert.equal(tokenCalls(), asked + 1, 'a stale copy is never sent');
      },
    );

    await tour.step(
      'after a reload they go on with the new token, and nobody was signed out',
      async () => {
        for (const { workbench, tree } of others) {
          await workbench.page.bringToFront();
          await workbench.reload();
          await workbench.openOrgsView();
          await tree.expandTo(/Connected app, PKCE/, /^Salesforce org .*active/);
        }
        await tour.workbench.page.bringToFront();
        await tour.workbench.runCommand('Salesforce PKCE: Refresh Apps');
        await tour.lookAtTree();
      },
    );

    await tour.step('signed out in one: gone in all, within moments', async () => {
      const [last] = others.slice(-1);
      assert.ok(last);
      await last.workbench.page.bringToFront();
      await last.workbench.signOut();
      const begun = performance.now();
      // None of the others is brought to the front: they follow by themselves.
      const windows = [...others, { workbench: tour.workbench, tree: tour.tree }];
      await Promise.all(
        windows.map(({ tree }) => tree.welcomeButton('Sign In to Org...').waitFor()),
      );
      const seconds = (performance.now() - begun) / 1000;
      console.log(`        (gone in all windows after ${seconds.toFixed(1)} s)`);
      for (const { workbench } of windows) {
        await workbench.statusBarItem(/Salesforce org/).waitFor({ state: 'hidden' });
      }
      await before.workbench.reload();
      await before.workbench.openOrgsView();
      await before.tree.welcomeButton('Sign In to Org...').waitFor();
    });
    assert.equal(org.replays.length, 0, 'no refresh token was used twice');
  });
});
