/** Style and script of the pages in a real browser, without the editor around it: what is new comes in, the user stays. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { audit } from '../../src/audit/audit.ts';
import type { App } from '../../src/salesforce/app.ts';
import { settingsOf } from '../../src/salesforce/settings/settingView.ts';
import { appDetailsContent } from '../../src/views/appDetails/html.ts';
import type { DashboardOrg } from '../../src/views/dashboard/dashboardOrg.ts';
import { dashboardContent } from '../../src/views/dashboard/html.ts';
import { changedParts, pageHtml, type PageContent } from '../../src/views/pageHtml.ts';
import { DEFAULT_SCREENSHOTS, ROOT } from '../harness/paths.ts';
import { launchBrowser } from '../harness/realBrowser.ts';
import { catalogWith, someApp } from '../unit/support/apps.ts';

const SITE = 'http://page.test';
const NOW = Date.parse('2026-11-21T12:00:00Z');

function orgOf(
  name: string,
  parts: Partial<DashboardOrg> = {},
  labels: readonly string[] = ['Kiosk', 'Portal'],
): DashboardOrg {
  const apps = labels.map((label) =>
    someApp({
      id: `connectedApp:${label}`,
      label,
      pkce: 'notRequired',
      oauth: { isConsumerSecretOptional: label === 'Kiosk' },
    }),
  );
  return {
    sessionId: `00D${name}/005`,
    label: `Customer ${name}`,
    host: `${name}.my.salesforce.com`,
    audit: audit(catalogWith(apps), { org: name, nowMilliseconds: NOW }),
    note: '',
    wayOn: undefined,
    history: [],
    isWhole: true,
    ...parts,
  };
}

function appOf(oauth: NonNullable<App['oauth']> = {}, gone?: string): PageContent {
  const callbackUrl = ['https://client.example/a/very/long/callback/without/any/space'];
  const consumerKey = '3MVG9x'.repeat(12);
  const app = someApp({ label: 'Kiosk', oauth: { callbackUrl, consumerKey, ...oauth } });
  return appDetailsContent({
    app,
    orgLabel: 'Customer a',
    settings: settingsOf(app),
    findings: audit(catalogWith([app]), { org: 'a', nowMilliseconds: NOW }).findings,
    proofs: [],
    nowMilliseconds: NOW,
    readAtMilliseconds: NOW,
    gone,
  });
}

describe('dashboard and app page in a browser', () => {
  let browser: Browser;
  let page: Page;
  let shown: PageContent;
  /** Of its style and script. */
  let name: 'dashboard' | 'appDetails';
  const scripts = new Map<string, string>();

  before(async function () {
    this.timeout(120_000);
    for (const one of ['dashboard', 'appDetails']) {
      const bundle = await build({
        entryPoints: [join(ROOT, 'src', 'views', one, 'page.ts')],
        bundle: true,
        write: false,
        format: 'iife',
      });
      scripts.set(`/${one}.js`, bundle.outputFiles[0]?.text ?? '');
    }
    browser = await launchBrowser();
  });
  after(() => browser.close());

  /** What the editor does when `webview.html` is set. */
  async function load(of: typeof name, content: PageContent): Promise<void> {
    name = of;
    shown = content;
    await page.goto(SITE);
  }
  const loadOrgs = (...orgs: readonly DashboardOrg[]): Promise<void> =>
    load('dashboard', dashboardContent(orgs));

  /** What the editor does when the extension posts a message. */
  async function put(next: PageContent): Promise<void> {
    const parts = changedParts(shown, next);
    shown = next;
    assert.ok(parts && Object.keys(parts).length > 0);
    await page.evaluate((message) => window.postMessage(message, window.origin), { parts });
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  }
  const putOrgs = (...orgs: readonly DashboardOrg[]): Promise<void> => put(dashboardContent(orgs));

  async function assertNothingCutOff(): Promise<void> {
    const [width, needed] = await page.evaluate(() => {
      const { clientWidth, scrollWidth } = document.documentElement;
      return [clientWidth, scrollWidth] as const;
    });
    assert.ok(needed <= width, `${needed} of ${width}`);
  }

  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
  const asked = (): Promise<unknown> =>
    page.evaluate(() => Reflect.get(window, 'asked') as unknown);

  beforeEach(async () => {
    page = await browser.newPage();
    await page.addInitScript(() => {
      // So does the editor, which then scrolls there itself.
      window.addEventListener('click', (event) => {
        if (event.target instanceof HTMLAnchorElement) event.preventDefault();
      });
      const asked: unknown[] = [];
      Object.assign(window, {
        asked,
        acquireVsCodeApi: () => ({
          postMessage: (message: unknown) => void asked.push(message),
          getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
          setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
        }),
      });
    });
    await page.route(`${SITE}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname.endsWith('.js')) {
        const body = scripts.get(pathname) ?? '';
        await route.fulfill({ contentType: 'text/javascript', body });
      } else if (pathname.endsWith('.css')) {
        const style = await readFile(join(ROOT, 'media', pathname), 'utf8');
        const body = `:root { --vscode-focusBorder: blue; }\n${style}`;
        await route.fulfill({ contentType: 'text/css', body });
      } else {
        const resources = {
          styleUris: [`${SITE}/page.css`, `${SITE}/${name}.css`],
          scriptUri: `${SITE}/${name}.js`,
          cspSource: SITE,
          nonce: 'abc',
        };
        await route.fulfill({ contentType: 'text/html', body: pageHtml(resources, shown) });
      }
    });
  });
  afterEach(() => page.close());

  it('whoever types goes on typing while orgs are read, and new rows obey the filter', async () => {
    await loadOrgs(orgOf('a'), orgOf('b', { audit: undefined, note: 'Being read...' }));
    await page.getByLabel('Find', { exact: true }).focus();
    await page.keyboard.type('kis');
    await page.keyboard.press('ArrowLeft');
    await putOrgs(orgOf('a'), orgOf('b'));
    await page.keyboard.type('o');
    assert.equal(await page.getByLabel('Find', { exact: true }).inputValue(), 'kios');
    const rows = page.locator('tr[data-severity]:visible');
    assert.ok((await rows.count()) > 1);
    for (const text of await rows.allInnerTexts()) assert.match(text, /Kiosk/);
  });

  it('a part that is drawn anew keeps the keyboard, the caret and what was open', async () => {
    await loadOrgs(orgOf('a'), orgOf('b'));
    const summary = page.locator('summary').last();
    await summary.click();
    assert.equal(await focused(), 'breaks-00Db/005');
    await putOrgs(orgOf('a'), orgOf('b', { note: 'Being read...' }));
    assert.equal(await focused(), 'breaks-00Db/005');
    assert.deepEqual(
      await page
        .locator('details')
        .evaluateAll((all) => all.map((one) => one.hasAttribute('open'))),
      [false, true],
    );
    // The head: an org has another name.
    await page.getByLabel('Find', { exact: true }).fill('kisk');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await putOrgs(orgOf('a', { label: 'Acme' }), orgOf('b'));
    await page.keyboard.type('o');
    assert.equal(await page.getByLabel('Find', { exact: true }).inputValue(), 'kiosk');
  });

  it('where the element with the keyboard is gone, the heading of its org has it', async () => {
    await loadOrgs(orgOf('a'));
    await page.getByRole('button', { name: 'Full Report' }).focus();
    await putOrgs(orgOf('a', { audit: undefined }));
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Customer a');
  });

  it('E45: nothing that comes in takes the keyboard', async () => {
    await loadOrgs(orgOf('a'));
    await page.getByLabel('Find', { exact: true }).click();
    await page.getByRole('heading', { level: 1 }).click();
    assert.equal(await focused(), '');
    await putOrgs(orgOf('a', { note: 'Being read...' }));
    assert.equal(await focused(), '');
  });

  it('a page that was hidden is as it was: filter, what was open, and where the keyboard was', async () => {
    await loadOrgs(orgOf('a'), orgOf('b'));
    await page.getByLabel('Severity').selectOption('Critical');
    await page.locator('summary').first().click();
    const link = page.locator('tr[data-severity]:visible').getByRole('button', { name: 'Kiosk' });
    await link.first().focus();
    const id = await focused();
    // The keyboard is in another part of the editor, until the user comes back.
    await page.addInitScript(() => Object.assign(document, { hasFocus: () => false }));
    await loadOrgs(orgOf('a'), orgOf('b'));
    await loadOrgs(orgOf('a'), orgOf('b'), orgOf('c'));
    assert.equal(await page.getByLabel('Severity').inputValue(), 'critical');
    assert.equal(await page.locator('tr[data-severity]:visible').count(), 3);
    assert.equal(await page.locator('details[open]').count(), 1);
    assert.notEqual(id, '');
    assert.equal(await focused(), '');
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    assert.equal(await focused(), id);
  });

  it('what another page sends is not put in', async () => {
    await loadOrgs(orgOf('a'));
    await page.evaluate(() =>
      window.dispatchEvent(
        new MessageEvent('message', {
          origin: 'https://evil.example',
          data: { parts: { head: 'Evil' } },
        }),
      ),
    );
    assert.doesNotMatch(await page.locator('#head').innerText(), /Evil/);
  });

  it('what the filter leaves is announced, and that it does not search what is not on the page', async () => {
    const many = Array.from({ length: 200 }, (_, index) => `Portal ${index}`);
    await loadOrgs(orgOf('a', {}, ['Kiosk', ...many]), orgOf('b'));
    const announced = page.getByRole('status');
    await page.getByLabel('Find', { exact: true }).fill('kiosk');
    const rows = await page.locator('tr[data-severity]:visible').count();
    assert.equal(
      await announced.innerText(),
      `Findings shown: ${rows}. Not all of them are on this page.`,
    );
    await page.getByLabel('Severity').selectOption('For information');
    await page.getByText('None of the 300 that are shown passes the filter.').waitFor();
    await page.locator('#org').selectOption('Customer b');
    assert.equal(await announced.innerText(), 'Findings shown: 1.');
  });

  it('E45: the table of all orgs leads to each, and so does the keyboard; the filter is for it too', async () => {
    const orgs = Array.from({ length: 50 }, (_, place) => orgOf(String(place)));
    await loadOrgs(...orgs);
    const rows = page.locator('tr[data-org]:visible');
    assert.equal(await rows.count(), orgs.length);
    await rows.getByRole('link', { name: 'Customer 42' }).focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Customer 42');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'audit-00D42/005');
    await page.locator('#org').selectOption('Customer 7');
    assert.deepEqual(await rows.getByRole('link').allInnerTexts(), ['Customer 7']);
  });

  it('E45: in a narrow editor nothing is cut off, and what the filter hides is hidden', async () => {
    await page.setViewportSize({ width: 320, height: 400 });
    const label = 'a.very.long.user.name.without.any.space@subsidiary.of.customer.example';
    await loadOrgs(
      orgOf('a', { label, note: 'Being read...' }),
      orgOf('b', { label: label.toUpperCase() }),
    );
    await page.locator('summary').first().click();
    await assertNothingCutOff();
    await page.getByLabel('Severity').selectOption('Critical');
    assert.equal(await page.locator('tr[data-severity]:visible').count(), 2);
    // Below each other, each figure with its name.
    const org = await page.locator('tr[data-org] th').first().boundingBox();
    const figure = page.locator('tr[data-org] td').first();
    assert.equal((await figure.boundingBox())?.x, org?.x);
    assert.equal(
      await figure.evaluate((cell) => getComputedStyle(cell, '::before').content),
      '"PKCE required: "',
    );
  });

  it('the app page too: in a narrow editor nothing is cut off, and the keyboard stays at a button', async () => {
    await page.setViewportSize({ width: 320, height: 400 });
    await load('appDetails', appOf());
    await assertNothingCutOff();
    await page.getByRole('button', { name: 'Copy Callback' }).focus();
    await put(appOf({ isConsumerSecretOptional: true }));
    assert.equal(await focused(), 'copy-callbackUrl');
    await page.keyboard.press('Enter');
    assert.equal(await page.getByRole('status').innerText(), 'Copied');
    assert.deepEqual(await asked(), [
      { do: 'loaded' },
      { copy: 'https://client.example/a/very/long/callback/without/any/space' },
    ]);
  });

  it('E45: the page of an app that is gone: its buttons go, and the heading has the keyboard', async () => {
    await page.setViewportSize({ width: 640, height: 600 });
    await load('appDetails', appOf());
    await page.getByRole('button', { name: 'Open in Setup' }).focus();
    await put(appOf({}, 'This org is no longer signed in: this is what was last known of it.'));
    await page.getByText('no longer signed in').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Open in Setup' }).count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
    await page.screenshot({ path: join(DEFAULT_SCREENSHOTS, 'e2e', 'app-gone.png') });
  });

  for (const [of, content] of [
    ['dashboard', dashboardContent([orgOf('a'), orgOf('b')])],
    ['appDetails', appOf()],
  ] as const) {
    it(`E45: ${of}: the keyboard reaches every control, and is seen there`, async () => {
      await load(of, content);
      const controls = await page
        .locator(':is(button, input, select, summary, a):visible')
        .evaluateAll((all) => all.map(({ id }) => id));
      assert.ok(controls.length > 2);
      const seen: string[] = [];
      for (const control of controls) {
        await page.keyboard.press('Tab');
        const outline = await page.evaluate(
          () => getComputedStyle(document.activeElement ?? document.body).outline,
        );
        assert.match(outline, /^rgb\(0, 0, 255\) solid 1px/, control);
        seen.push(await focused());
      }
      assert.deepEqual(seen, controls);
    });
  }

  it('a click asks for the app of that org', async () => {
    await loadOrgs(orgOf('a'), orgOf('b'));
    await page.locator('.org').last().getByRole('button', { name: 'Kiosk' }).first().click();
    assert.deepEqual(await asked(), [
      { do: 'loaded' },
      { do: 'showApp', org: '00Db/005', app: 'connectedApp:Kiosk' },
    ]);
  });
});
