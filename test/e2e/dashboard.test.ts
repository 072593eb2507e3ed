/** The dashboard in the editor: figures, filter, click-through, keyboard, and how it looks in every theme. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoOrg } from '../../src/demo/demoOrg.ts';
import { violationsIn } from '../harness/accessibility.ts';
import type { Tour } from '../harness/tour.ts';
import { until } from '../harness/until.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

const THEMES = [
  ['light', 'Default Light Modern'],
  ['dark', 'Default Dark Modern'],
  ['contrast', 'Default High Contrast'],
  ['contrast-light', 'Default High Contrast Light'],
] as const;

interface KeptAudits {
  readonly sessionId: string;
  audits: { at: string; posture: Record<string, number>; details: unknown }[];
}

/** Two audits of earlier days, as this org's user would have them. */
async function rememberEarlierDays(folder: string, { orgId }: DemoOrg): Promise<void> {
  const data = join(folder, 'server', 'data', 'User', 'globalStorage');
  const audits = join(data, 'pkce-tools.salesforce-pkce', 'audits');
  // It is kept while rows are drawn, and another window's may be there still.
  const kept = await until(
    async () => {
      const files = (await readdir(audits).catch(() => []))
        .filter((name) => name.endsWith('.json'))
        .map((name) => join(audits, name));
      const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      return texts
        .map((text, index) => ({ file: files[index] ?? '', ...(JSON.parse(text) as KeptAudits) }))
        .find(({ sessionId }) => sessionId.startsWith(orgId));
    },
    (found) => found !== undefined,
  );
  const [today] = kept?.audits ?? [];
  assert.ok(kept && today);
  const day = (at: string, required: number): typeof today => ({
    ...today,
    at,
    details: null,
    posture: { required, requiredByOrg: 0, notRequired: 12 - required, unknown: 2 },
  });
  kept.audits = [day('2026-01-10T10:00:00.000Z', 3), day('2026-06-10T10:00:00.000Z', 4), today];
  const { file, ...content } = kept;
  await writeFile(file, JSON.stringify(content));
}

describe('dashboard', () => {
  setUp();

  /** A button of the page that is in front. */
  async function frameButton(tour: Tour, name: string): Promise<void> {
    await tour.workbench.webview().getByRole('button', { name }).first().click();
  }

  async function begin(name: string, settings: Readonly<Record<string, unknown>> = {}) {
    const org = await newOrg();
    const user = await newUser({ name, settings });
    await user.tour.signIn(org);
    await user.tour.lookAtTree();
    await user.tour.workbench.statusBarItem(/known from introspection/).waitFor();
    return { org, ...user };
  }

  it('figures, filter, click-through to the app', async () => {
    const { tour } = await begin('dashboard');
    const { workbench } = tour;
    await workbench.runCommand('Salesforce PKCE: Open Dashboard');
    const frame = tour.workbench.webview();
    await frame.getByRole('heading', { level: 1, name: 'PKCE Dashboard' }).waitFor();
    await frame.getByText('of 14 OAuth apps are known to require PKCE').waitFor();
    await frame.getByText(/What will break, for whom, when: 8 apps not ready, 5 in use/).click();
    await frame.getByText(/since 25 June 2026/).waitFor();
    await tour.picture('what-will-break');
    const rows = frame.locator('tr[data-severity]:visible');
    const all = await rows.count();
    assert.ok(all > 20);
    await frame.getByLabel('Severity').selectOption('Critical');
    assert.equal(await rows.count(), 2);
    await frame.getByLabel('Find', { exact: true }).fill('kiosk');
    assert.equal(await rows.count(), 1);
    await tour.picture('filtered');
    assert.match(await frame.locator('#announcement').innerText(), /^Findings shown: 1\.$/);
    await frame.getByLabel('Find', { exact: true }).fill('nobody has this');
    await frame.getByText('No finding passes the filter.').waitFor();
    await frame.getByLabel('Find', { exact: true }).fill('kiosk');
    // By the keyboard alone.
    await rows.getByRole('button', { name: 'Kiosk' }).focus();
    await workbench.page.keyboard.press('Enter');
    await tour.workbench.webview().getByRole('heading', { level: 1, name: 'Kiosk' }).waitFor();
  });

  it('an org that is changed meanwhile is drawn anew, and the filter stays', async () => {
    const { tour, org } = await begin('dashboard-live');
    const { workbench } = tour;
    await workbench.runCommand('Salesforce PKCE: Open Dashboard');
    const frame = tour.workbench.webview();
    await frame.getByText('of 14 OAuth apps are known to require PKCE').waitFor();
    await frame.getByLabel('Severity').selectOption('Critical');
    const rows = frame.locator('tr[data-severity]:visible');
    assert.equal(await rows.count(), 2);
    org.setFlag('ExtlClntAppGlobalOauthSettings', 'Kiosk_glbloauth', 'isPkceRequired', true);
    await frame.getByRole('button', { name: 'Refresh' }).click();
    await tour.workbench
      .webview()
      .getByText(/57 %|50 %|64 %/)
      .waitFor();
    assert.equal(await tour.workbench.webview().getByLabel('Severity').inputValue(), 'critical');
    assert.equal(await tour.workbench.webview().locator('tr[data-severity]:visible').count(), 1);
  });

  it('E45: several orgs: the table leads to each; whoever types goes on while they are read', async () => {
    const { tour } = await begin('dashboard-orgs');
    const { workbench } = tour;
    const other = await newOrg({ orgId: '00D5g0000OtherOrAA' });
    await tour.signIn(other);
    await workbench.runCommand('Salesforce PKCE: Open Dashboard');
    const frame = tour.workbench.webview();
    const rows = frame.getByRole('region', { name: 'All Orgs' }).getByRole('row');
    await rows.nth(2).filter({ hasText: 'Critical' }).waitFor();
    await tour.picture('orgs');
    const link = rows.nth(2).getByRole('link');
    const to = (await link.getAttribute('href')) ?? '';
    await link.focus();
    await workbench.page.keyboard.press('Enter');
    const part = frame.locator(`[id="${decodeURIComponent(to.slice(1))}"]`);
    await part.locator('h2:focus').waitFor();
    await tour.picture('jumped');
    const find = frame.getByLabel('Find', { exact: true });
    other.switches.latencyMilliseconds = 200;
    other.setFlag('ExtlClntAppGlobalOauthSettings', 'Kiosk_glbloauth', 'isPkceRequired', true);
    await frame.getByRole('button', { name: 'Refresh' }).click();
    await find.focus();
    await workbench.page.keyboard.type('kiosk', { delay: 500 });
    await rows.filter({ hasText: 'Critical 1' }).waitFor();
    assert.equal(await find.inputValue(), 'kiosk');
    assert.equal(await frame.locator(':focus').getAttribute('id'), 'text');
  });

  for (const [name, theme] of THEMES) {
    it(`E46, E47: looks right: ${name}`, async () => {
      const { org, tour, editor } = await begin(`dashboard-${name}`, {
        'workbench.colorTheme': theme,
      });
      const { workbench } = tour;
      await rememberEarlierDays(editor.folder, org);
      await workbench.runCommand('Salesforce PKCE: Open Dashboard');
      await tour.workbench
        .webview()
        .getByText('of 14 OAuth apps are known to require PKCE')
        .waitFor();
      await tour.workbench
        .webview()
        .getByText(/^21 % on 2026-01-10/)
        .waitFor();
      await tour.picture('dashboard');
      assert.deepEqual(await violationsIn(tour.workbench.webview().locator('html')), []);
      await tour.tree.expandTo(
        /^Kiosk, critical/,
        /^Findings of the audit/,
        /^PKCE is not required/,
      );
      await tour.picture('findings');
      await frameButton(tour, 'Full Report');
      await tour.workbench
        .webview()
        .getByRole('heading', { level: 1, name: 'PKCE and OAuth audit' })
        .waitFor();
      await tour.picture('report');
      if (name === 'light') {
        await workbench.page.setViewportSize({ width: 700, height: 800 });
        await tour.picture('narrow');
      }
      await tour.tree.row(/^Kiosk, critical/).click();
      await tour.workbench.webview().getByRole('heading', { level: 1, name: 'Kiosk' }).waitFor();
      assert.deepEqual(await violationsIn(tour.workbench.webview().locator('html')), []);
      await tour.picture('app');
    });
  }

  it('E45: at 200 % zoom nothing of the pages is cut off', async () => {
    const { tour } = await begin('zoom');
    const { workbench, tree } = tour;
    // What a window of 1280 x 800 has left at 200 %.
    await workbench.page.setViewportSize({ width: 640, height: 400 });
    const lookAt = async (name: string): Promise<void> => {
      await tour.workbench.webview().locator('h1').waitFor();
      await workbench.page.waitForTimeout(500);
      await tour.picture(name);
      const { width, needed } = await tour.workbench
        .webview()
        .locator('html')
        .evaluate((element) => ({ width: element.clientWidth, needed: element.scrollWidth }));
      assert.ok(needed <= width, `${name}: ${needed} of ${width}`);
    };
    await tree.row(/^Kiosk,/).click();
    await lookAt('app');
    await workbench.runCommand('Salesforce PKCE: Open Dashboard');
    await tour.workbench.webview().locator('.org').first().waitFor();
    await lookAt('dashboard');
  });

  it('E33: a finding is accepted from the tree, with a reason and a day, and counted apart', async () => {
    const { tour, editor } = await begin('accept');
    const { workbench, tree } = tour;
    await workbench.runCommand('Salesforce PKCE: Open Dashboard');
    await tour.workbench
      .webview()
      .getByText('of 14 OAuth apps are known to require PKCE')
      .waitFor();
    await tree.expandTo(/^Kiosk, critical/, /^Findings of the audit/, /^PKCE is not required/);
    await tree.contextMenu(/^Kiosk, critical/, 'Accept Finding for a Time...');
    await workbench.answer('Is taken down in spring.');
    await tour.picture('how-long');
    await workbench.pick('90 days');
    await tree.row(/^Kiosk, critical/).waitFor({ state: 'detached' });
    await tour.workbench.webview().getByText('1 accepted for a time, not counted.').waitFor();
    // E33: what is accepted is nothing to act on.
    await workbench.page
      .locator('.activitybar')
      .getByRole('tab', { name: /5 apps do not require PKCE/ })
      .waitFor();
    const settings = await readFile(
      join(editor.folder, 'server', 'data', 'User', 'settings.json'),
      'utf8',
    );
    assert.match(settings, /pkce-not-required/);
    assert.match(settings, /Is taken down in spring/);
  });

  it('two orgs are compared', async () => {
    const { tour } = await begin('compare');
    const { workbench } = tour;
    const other = await newOrg({ orgId: '00D5g0000OtherOrAA' });
    other.setFlag('ExtlClntAppGlobalOauthSettings', 'Kiosk_glbloauth', 'isPkceRequired', true);
    await tour.signIn(other);
    await tour.tree
      .row(new RegExp(`^Salesforce org .*${new URL(other.url).host}.*required PKCE`))
      .waitFor();
    await workbench.runAndPick('Salesforce PKCE: Audit Org...', 'All 2 Orgs');
    await tour.workbench.webview().getByRole('heading', { level: 2 }).nth(1).waitFor();
    await tour.picture('both');
    await workbench.runAndPick('Salesforce PKCE: Compare Audits...', new URL(other.url).host);
    await workbench.untilAsked('Compare ');
    // The second question stays, whatever takes the focus meanwhile.
    await workbench.webview().getByRole('heading', { level: 1 }).click();
    await workbench.pick('127.0.0.1');
    await tour.workbench.webview().getByRole('heading', { name: 'Another PKCE status' }).waitFor();
    await tour.picture('compared');
  });
});
