/** Requiring PKCE in the editor: the question, the outcome that the org shows, refusals, the journal, and back. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoOrg } from '../../src/demo/demoOrg.ts';
import { parseFault, type DemoSwitches } from '../../src/demo/switches.ts';
import type { Tour } from '../harness/tour.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

describe('enforce', () => {
  setUp();

  const dialog = (tour: Tour) => tour.workbench.page.locator('.monaco-dialog-box');

  async function begin(
    name: string,
    switches: Partial<DemoSwitches> = {},
  ): Promise<{ org: DemoOrg; tour: Tour; folder: string }> {
    const org = await newOrg({ switches });
    const { tour, editor } = await newUser({ name });
    await tour.signIn(org);
    await tour.lookAtTree();
    await tour.workbench.statusBarItem(/known from introspection/).waitFor();
    return { org, tour, folder: editor.folder };
  }

  /** Runs the command, picks apps, and says yes. */
  async function requireOf(tour: Tour, labels: readonly string[]): Promise<void> {
    const { workbench } = tour;
    await workbench.runCommand('Salesforce PKCE: Require PKCE of Apps...');
    for (const label of labels) {
      await workbench.page.locator('.quick-input-list-entry', { hasText: label }).first().click();
    }
    await tour.picture('which-apps');
    await workbench.page.keyboard.press('Enter');
    await dialog(tour).waitFor();
    await tour.picture('question');
    await workbench.dialogButton('Require PKCE').click();
  }

  const updates = (org: DemoOrg): number =>
    org.requests.filter(({ operation }) => operation === 'updateMetadata').length;

  it('E43: one app from its row: a question, the proof by the org, the journal, and back', async () => {
    const { org, tour, folder } = await begin('enforce');
    const { workbench, tree } = tour;
    await tree.contextMenu(/^Kiosk,/, 'Require PKCE of Apps...');
    await dialog(tour)
      .getByText(/^Require PKCE of "Kiosk" in demo@pkce\.example \(127\.0\.0\.1/)
      .waitFor();
    await dialog(tour)
      .getByText(/new log-ins whose client sends no code challenge are refused/)
      .waitFor();
    await dialog(tour)
      .getByText(/It may be impossible to undo/)
      .waitFor();
    await tour.picture('question');
    assert.equal(updates(org), 0, 'nothing is sent before the answer');
    await workbench.dialogButton('Cancel').click();
    assert.equal(updates(org), 0);
    await requireOf(tour, ['Kiosk']);
    await tree.row(/^Kiosk, External client app, PKCE required/).waitFor();
    await tree.row(/^Partner Upload,/).click();
    await tour.workbench.webview().getByRole('button', { name: 'Require PKCE...' }).waitFor();
    await tour.picture('app-page');
    await tour.workbench.webview().getByRole('button', { name: 'Require PKCE...' }).click();
    await dialog(tour)
      .getByText(/^Require PKCE of "Partner Upload"/)
      .waitFor();
    await workbench.dialogButton('Cancel').click();
    await workbench.untilNotified('Kiosk: PKCE is required.');
    await tour.picture('done');
    await workbench.clickInNotification('Kiosk: PKCE is required.', 'Undo...');
    await dialog(tour)
      .getByText(/stolen authorization code/)
      .waitFor();
    await tour.picture('undo-question');
    await workbench.dialogButton('Stop Requiring PKCE').click();
    await tree.row(/^Kiosk, External client app, PKCE not required/).waitFor();
    await workbench.runCommand('Salesforce PKCE: Show Journal of Changes');
    await tour.workbench.webview().getByRole('heading', { name: 'Journal of changes' }).waitFor();
    await tour.workbench.webview().getByText('not required to required').waitFor();
    await tour.workbench.webview().getByText('required to not required').waitFor();
    await tour.picture('journal');
    await workbench.runAndPick('Salesforce PKCE: Export Journal of Changes...', 'CSV');
    const file = join(folder, 'journal.csv');
    await workbench.saveAs(file);
    await workbench.untilNotified(/journal of changes was written/);
    const lines = (await readFile(file, 'utf8')).trim().split('\r\n');
    assert.equal(lines.length, 3);
    assert.match(lines[1] ?? '', /demo@pkce\.example.*Kiosk.*false,true,done/);
  });

  it('an app that somebody else made is left alone, and so is one that cannot be read', async () => {
    const { tour } = await begin('enforce-others');
    const { workbench, tree } = tour;
    await tree.row(/^MailHub for Salesforce,/).click({ button: 'right' });
    await workbench.page.getByRole('menuitem', { name: 'Open in Setup' }).waitFor();
    assert.equal(await workbench.page.getByRole('menuitem', { name: 'Require PKCE' }).count(), 0);
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('Salesforce PKCE: Require PKCE of Apps...');
    await workbench.page.locator('.quick-input-list-entry', { hasText: 'Kiosk' }).waitFor();
    const names = await workbench.page.locator('.quick-input-list-entry').allInnerTexts();
    assert.equal(names.length, 5);
    assert.ok(!names.some((name) => /MailHub|Partner Org/.test(name)));
  });

  it('half of a batch that is refused: the other half is done, and a page says which', async () => {
    const { tour } = await begin('enforce-half', { locked: ['Legacy_Portal'] });
    const { workbench } = tour;
    await requireOf(tour, ['Data Loader Nightly', 'Kiosk', 'Legacy Portal']);
    await workbench.untilNotified(/2 done, 1 refused/);
    await tour.picture('half');
    await workbench.clickInNotification(/2 done, 1 refused/, 'Show Details');
    await tour.workbench
      .webview()
      .getByText(/This setting is locked/)
      .waitFor();
    await tour.picture('half-details');
  });

  const ends: readonly (readonly [string, Partial<DemoSwitches>, RegExp])[] = [
    ['reverted', { updateReverts: true }, /showed the change and then the old setting again/],
    [
      'permission',
      { faults: [parseFault('update:INSUFFICIENT_ACCESS:no right')] },
      /may not read or change metadata|permission/,
    ],
    ['lost-answer', { faults: [parseFault('updated:reset*1')] }, /PKCE is required/],
  ];
  for (const [name, switches, words] of ends) {
    it(`how it ended is told: ${name}`, async () => {
      const { org, tour } = await begin(`enforce-${name}`, switches);
      const { workbench } = tour;
      await requireOf(tour, ['Kiosk']);
      await workbench.untilNotified(words);
      await tour.picture(name);
      assert.equal(updates(org), name === 'permission' ? 0 : 1, 'sent once');
    });
  }

  it('a silent no-op is waited for with progress, and the wait can be cancelled', async () => {
    const { tour } = await begin('enforce-silent', { silentUpdate: true });
    const { workbench } = tour;
    await requireOf(tour, ['Kiosk']);
    await workbench.untilNotified(/Waiting for the org to show it/);
    await tour.picture('waiting-for-the-org');
    await workbench.clickInNotification(/Waiting for the org to show it/, 'Cancel');
    await workbench.untilNotified(/does not show it yet; you cancelled the wait/);
    await tour.picture('cancelled');
  });

  it('the whole org: only after the apps that are not ready were shown, by an explicit choice', async () => {
    const { org, tour } = await begin('enforce-org');
    const { workbench, tree } = tour;
    await workbench.runCommand('Salesforce PKCE: Require PKCE of the Whole Org...');
    await workbench.quickPickRows().filter({ hasText: 'Require PKCE of the Apps First' }).waitFor();
    await workbench.quickPickRows().filter({ hasText: 'Field Service' }).waitFor();
    await tour.picture('not-ready');
    await workbench.pick('Show the Apps That Are Not Ready');
    await tour.workbench
      .webview()
      .getByText(/Refresh tokens that exist go on working/)
      .waitFor();
    await tour.picture('not-ready-page');
    await workbench.runAndPick(
      'Salesforce PKCE: Require PKCE of the Whole Org...',
      'Require It of the Whole Org Now',
    );
    await dialog(tour)
      .getByText(/apps may be hit/)
      .waitFor();
    await dialog(tour)
      .getByText(/In use and not installed/)
      .waitFor();
    await tour.picture('org-question');
    assert.equal(updates(org), 0);
    await workbench.dialogButton('Require PKCE of the Org').click();
    await tree.row(/^Org-wide PKCE setting: required/).waitFor();
    await tour.picture('org-done');
    await workbench.runCommand('Salesforce PKCE: Undo Change...');
    await workbench.quickPickRows().filter({ hasText: 'The org' }).waitFor();
    await workbench.pick('The org');
    await workbench.dialogButton('Stop Requiring PKCE').click();
    await tree.row(/^Org-wide PKCE setting: not required/).waitFor();
  });
});
