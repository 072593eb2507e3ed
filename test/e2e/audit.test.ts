/** The audit in the editor: the report to read, the file to keep, and what is accepted for a time. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newOrg, newUser, setUp } from './fixture.ts';

describe('audit', () => {
  setUp();

  it('the report shows what is wrong, worst first, and what is accepted for a time', async () => {
    const org = await newOrg();
    const { tour } = await newUser({
      name: 'audit',
      settings: {
        'salesforcePkce.suppressions': [
          {
            rule: 'pkce-not-required',
            app: 'connectedApp:Legacy_Portal',
            reason: 'Is switched off in spring.',
            until: '2099-01-01',
          },
          { rule: 'scope-full', reason: 'No day.' },
        ],
      },
    });
    const { workbench } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    const asked = org.requests.length;
    await workbench.runCommand('Salesforce PKCE: Audit Org...');
    const frame = workbench.webview();
    await frame.getByRole('heading', { level: 1, name: 'PKCE and OAuth audit' }).waitFor();
    await frame.getByRole('heading', { name: 'Kiosk: PKCE is not required' }).waitFor();
    const headings = await frame.getByRole('heading', { level: 3 }).allInnerTexts();
    assert.deepEqual(headings.slice(0, 3), ['What will break, for whom, when', 'Critical', 'High']);
    await frame.getByRole('heading', { level: 3, name: 'Accepted for a time' }).waitFor();
    await frame.getByText(/Is switched off in spring/).waitFor();
    assert.equal(
      await frame.getByRole('heading', { name: 'Legacy Portal: PKCE is not required' }).count(),
      0,
    );
    await tour.picture('report');
    assert.equal(org.requests.length, asked, 'what has just been read is not asked for again');
  });

  it('findings are in the tree, by rule, and lead to the app with what to do', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'findings' });
    const { workbench, tree } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    await tree.expandTo(
      /^Kiosk, critical: PKCE is not required/,
      /^Findings of the audit: 2 critical/,
      /^PKCE is not required: 2 critical, 4 high/,
    );
    await tour.picture('findings');
    await tree.row(/^Kiosk, critical: PKCE is not required/).click();
    const frame = workbench.webview();
    await frame.getByRole('heading', { level: 1, name: 'Kiosk' }).waitFor();
    await frame.getByRole('heading', { level: 2, name: 'Findings' }).waitFor();
    await frame.getByText(/External Client Apps: Require Proof Key/).waitFor();
    await tour.picture('app-with-findings');
  });

  it('an error that somebody has seen is explained', async () => {
    const { tour } = await newUser({ name: 'explain' });
    const { workbench } = tour;
    await workbench.runCommand('Salesforce PKCE: Explain Error...');
    await workbench.answer(
      'https://acme.example/cb?error=OAUTH_EC_APP_NOT_FOUND&error_description=External+client+app+is+not+installed+in+this+org',
    );
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText('The external client app is not installed in this org.').waitFor();
    await dialog.getByText(/Who can mend it: Whoever owns the client app/).waitFor();
    await tour.picture('explained');
    await workbench.dialogButton('Copy Explanation').click();
    await workbench.page.waitForFunction(async () =>
      (await navigator.clipboard.readText()).includes('My Domain'),
    );
  });

  it('a report is written where the user says, in the format of their choice', async () => {
    const org = await newOrg();
    const { tour, editor } = await newUser({ name: 'export' });
    const { workbench } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    await workbench.runCommand('Salesforce PKCE: Export Audit Report...');
    await workbench.quickPickRows().filter({ hasText: 'SARIF' }).waitFor();
    await tour.picture('formats');
    await workbench.pick('SARIF');
    const file = join(editor.folder, 'report.sarif');
    await workbench.saveAs(file);
    await workbench.untilNotified(/was written/);
    const { version, runs } = JSON.parse(await readFile(file, 'utf8')) as {
      version: string;
      runs: { results: unknown[] }[];
    };
    assert.equal(version, '2.1.0');
    assert.ok((runs[0]?.results.length ?? 0) > 10);
  });
});
