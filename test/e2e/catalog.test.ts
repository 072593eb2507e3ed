/** Finding, filtering, sorting, copying and opening apps, as a user does it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { parseFault } from '../../src/demo/switches.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

describe('catalog', () => {
  setUp();

  const clipboard = (workbench: { page: Page }): Promise<string> =>
    workbench.page.evaluate(() => navigator.clipboard.readText());

  it('E31, E36: find an app over all orgs by its callback URL, and read about it', async () => {
    const [org, other] = [await newOrg(), await newOrg({ orgId: '00D5g0000OtherOrAA', apps: 40 })];
    const { tour } = await newUser({ name: 'find' });
    const { workbench } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    await tour.signIn(other);
    await tour.tree
      .row(new RegExp(`^Salesforce org .*${new URL(other.url).host}.*required PKCE`))
      .waitFor();
    await workbench.runCommand('Salesforce PKCE: Find App...');
    await workbench.quickPickRows().filter({ hasText: 'Billing Connector' }).waitFor();
    await tour.picture('find');
    await workbench.quickInput().fill('app0017.acme.example');
    await workbench.quickPickRows().filter({ hasText: 'App 0017' }).waitFor();
    assert.equal(await workbench.quickPickRows().count(), 1);
    await tour.picture('found-by-callback');
    await workbench.page.keyboard.press('Enter');
    const frame = workbench.webview();
    await frame.getByRole('heading', { level: 1, name: 'App 0017' }).waitFor();
    await frame.getByText('Made in this org.').first().waitFor();
    await frame.getByText(/In metadata: ConnectedApp\.oauthConfig\.isPkceRequired/).waitFor();
    await tour.picture('page');
  });

  it('E31: a filter is visible and can be cleared; the order is visible', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'filter' });
    const { workbench, tree } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    await workbench.runCommand('Salesforce PKCE: Filter Apps...');
    await workbench.page
      .locator('.quick-input-list-entry', { hasText: 'PKCE not required' })
      .click();
    await tour.picture('filter');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByText(/Filter: PKCE not required \(6 of 15 apps\)/).waitFor();
    await tree.row(/^Warehouse Sync/).waitFor({ state: 'detached' });
    await tour.picture('filtered');
    await workbench.runCommand('Salesforce PKCE: Clear Filter');
    await tree.row(/^Warehouse Sync/).waitFor();
    await workbench.runAndPick('Salesforce PKCE: Sort Apps...', 'PKCE status');
    await workbench.page.getByText(/Sorted by PKCE status/).waitFor();
    await tree
      .row(/client app, /)
      .and(tree.row(/PKCE not required/))
      .waitFor();
    await tour.picture('sorted');
  });

  it('E30, E35: several apps are copied at once: keys, and rows as Markdown', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'copy' });
    const { workbench, tree } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    const copy = async (entry: string, said: string): Promise<string> => {
      await tree.contextMenu(/^Kiosk/, 'Copy', entry);
      await workbench.page.getByText(said).waitFor();
      return clipboard(workbench);
    };
    await tree.row(/^Billing Connector/).click();
    await tree.row(/^Kiosk/).click({ modifiers: ['ControlOrMeta'] });
    const keys = (await copy('Copy Consumer Key', 'Copied 2 consumer keys.')).split('\n');
    assert.equal(keys.length, 2);
    for (const key of keys) assert.match(key, /^3MVG9/);
    const table = (await copy('Copy as Markdown', 'Copied 2 rows.')).trim().split('\n');
    assert.equal(table.length, 4);
    assert.match(table[2] ?? '', /^\| Billing Connector \| External client app \|/);
  });

  it('E35: an app opens in Setup, without a token in the link', async () => {
    const org = await newOrg();
    const { tour, context } = await newUser({ name: 'setup' });
    await tour.signIn(org);
    await tour.lookAtTree();
    await tour.workbench.statusBarItem(/known from introspection/).waitFor();
    await tour.tree.row(/^Kiosk/).click();
    const frame = tour.workbench.webview();
    const [opened] = await Promise.all([
      context.waitForEvent('page'),
      frame.getByRole('button', { name: 'Open in Setup' }).click(),
    ]);
    // It comes as an empty one, and goes there then.
    await opened.waitForURL(
      ({ pathname, search }) =>
        /^\/lightning\/setup\/ManageExternalClientApplication\/0xI\w+\/detail$/.test(pathname) &&
        search === '',
    );
  });

  it('E32: thousands of apps come in pages; what takes long can be stopped', async () => {
    const org = await newOrg({ apps: 2500 });
    // A reading that is not stopped goes on for minutes.
    const { tour } = await newUser({
      name: 'many',
      settings: { 'salesforcePkce.requestTimeoutSeconds': 300 },
    });
    const { workbench, tree } = tour;
    await tour.signIn(org);
    await tree.row(/^Org-wide PKCE setting/).waitFor();
    await tree.row(/^External Client Apps: 625 apps/).waitFor();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    await tree.row(/^External Client Apps/).click();
    // Collapsed by the click: the connected apps are next.
    await tree.row(/^Connected Apps: 1,875 apps/).waitFor();
    await workbench.page.locator('.tree-explorer-viewlet-tree-view .monaco-list').first().focus();
    await workbench.page.keyboard.press('End');
    await tree.row(/^Apps in use that are not installed|^Show 500 more apps/).waitFor();
    const more = tree.row(/^Show 500 more apps, not shown: 1375/);
    await more.waitFor();
    await tour.picture('pages');
    // The keyboard goes on where the page begins. A click may go to rows that are just drawn anew.
    const first = workbench.page.locator('.monaco-list-row.focused', { hasText: 'App 0667' });
    await workbench.untilSeen(first, async () => {
      if (await more.isVisible()) await more.click();
    });
    await workbench.page.keyboard.press('End');
    await tree.row(/^Show 500 more apps, not shown: 875/).waitFor();
    org.switches.faults = [parseFault('list:hang')];
    await workbench.runCommand('Salesforce PKCE: Reload All Apps');
    await workbench.page.waitForTimeout(500);
    await tour.picture('reading');
    await workbench.runCommand('Salesforce PKCE: Stop Reading Apps');
    const bar = workbench.page.locator('.sidebar .monaco-progress-container.active');
    await bar.first().waitFor({ state: 'hidden' });
    await workbench.page.locator('.tree-explorer-viewlet-tree-view .monaco-list').first().focus();
    await workbench.page.keyboard.press('End');
    await tree.row(/^Show 500 more apps, not shown: 875/).waitFor();
  });

  it('an app whose source tells little, and an org without apps', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pkce-little-'));
    try {
      const empty = await newOrg({ appsDir: folder });
      writeFileSync(
        join(folder, 'Bare.eca-meta.xml'),
        '<ExternalClientApplication><label>Bare</label><distributionState>Local</distributionState></ExternalClientApplication>',
      );
      const little = await newOrg({ appsDir: folder });
      const { tour } = await newUser({ name: 'little' });
      await tour.signIn(little);
      await tour.lookAtTree();
      await tour.openApp();
      const frame = tour.workbench.webview();
      await frame.getByRole('heading', { level: 1, name: 'Bare' }).waitFor();
      await tour.workbench.signOut();
      await tour.signIn(empty);
      await tour.lookAtTree();
      await tour.tree.row(/^No external client apps/).waitFor();
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });
});
