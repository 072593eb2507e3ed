/**
 * Other languages: Danish as its users see it, a made-up one that shows what was left in English, and one that is
 * written from right to left.
 */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { REFERENCES } from '../../src/audit/rule.ts';
import type { App } from '../../src/salesforce/app.ts';
import { APP_TEXTS } from '../../src/salesforce/settings/appTexts.ts';
import { ORG_TEXTS } from '../../src/salesforce/settings/orgTexts.ts';
import { POLICY_TEXTS } from '../../src/salesforce/settings/policyTexts.ts';
import { scopeText } from '../../src/salesforce/settings/scopeTexts.ts';
import { pseudoTranslation, translation, type Language } from '../harness/language.ts';
import { read } from '../unit/support/catalogs.ts';
import { newOrg, newUser, setUp, type Fixture } from './fixture.ts';

/** What is nobody's to translate: Salesforce's own names of settings and pages, formats, titles of documents. */
const NAMES = [
  ...[...APP_TEXTS, ...ORG_TEXTS, ...POLICY_TEXTS].map(({ label }) => label),
  ...Object.values(REFERENCES).map(({ title }) => title),
  ...['PKCE for Salesforce', 'Salesforce', 'PKCE', 'Security Health Review', 'UTC', 'API'],
  ...['Require Proof Key for Code Exchange (PKCE)', 'Refresh token rotation'],
  ...['Scope least privilege', 'Connected Apps', 'External Client Apps'],
  ...['Critical (9.0-10.0)', 'High (7.0-8.9)', 'api'],
  // Of the demo org.
  ...['Dana Demo', 'Postman', 'Data Import Wizard Pro'],
  // The palette's own.
  ...['other commands', 'similar commands', 'recently used'],
  ...['Markdown', 'HTML', 'CSV', 'JSON', 'SARIF', 'JWT', 'HTTP', 'Demo User'],
];

/** Phrases of one org: names of apps, and the values of their settings. */
function phrasesOf(apps: readonly App[]): string[] {
  const values = apps.flatMap(({ oauth }) => Object.values(oauth ?? {}).flat());
  const texts = values.flatMap((value) =>
    typeof value === 'object' ? Object.values(value) : [String(value)],
  );
  return [
    ...apps.flatMap(({ label, fullName, namespace }) => [label, fullName, namespace ?? '']),
    ...texts.flatMap((text) => [scopeText(text), text, ...text.split(/[\s,]+/)]),
  ];
}

/** Words that are still English, of a text in the made-up language, which has no plain letters. */
function leftIn(text: string, phrases: readonly string[]): string[] {
  const known = [...new Set([...NAMES, ...phrases])].filter((phrase) => phrase.length > 1);
  known.sort((a, b) => b.length - a.length);
  let rest = text
    .replaceAll(/\b(https?|sfdc|vscode|com\.[a-z]+):\/\/\S+/g, ' ')
    .replaceAll(/\b[\w.-]+@[\w.-]+\b/g, ' ')
    // Dates, in the language that the editor has for those it does not know.
    .replaceAll(/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}\b/g, ' ')
    // Elements of the Metadata API, and hosts.
    .replaceAll(/\b[A-Za-z]\w*(\.[A-Za-z]\w*)+\b/g, ' ');
  for (const phrase of known) rest = rest.replaceAll(phrase, ' ');
  rest = rest
    // Places in Setup, ids of rules, OAuth's own parameters.
    .replaceAll(/Setup > [^.\n]*/g, ' ')
    .replaceAll(/\b[a-z]+([-_][a-z]+)+\b/g, ' ')
    .replaceAll(/\berror=/g, ' ');
  return rest.match(/\b[A-Za-z]{3,}\b/g) ?? [];
}

describe('languages', () => {
  setUp();

  async function begin(language: Language, name: string) {
    const org = await newOrg();
    const user = await newUser({ name, language });
    await user.tour.lookAtSignIn(org);
    await user.tour.tree.row(/Kiosk/).waitFor();
    await user.tour.workbench.statusBarItem(/introspection|īƞŧřǿǿşƥḗḗƈŧīǿǿƞ/).waitFor();
    return { org, ...user };
  }

  /** The folder that our extension is installed in. */
  function installedIn({ editor }: Pick<Fixture, 'editor'>): string {
    const extensions = join(editor.folder, 'extensions');
    const [folder = ''] = globSync('pkce-tools.salesforce-pkce-*', { cwd: extensions });
    return join(extensions, folder);
  }

  it('Danish: tree, status bar, questions and pages', async () => {
    const { tour } = await begin(translation('da'), 'danish');
    const { workbench, tree } = tour;
    await tree.row(/^Kiosk, External client app, PKCE ikke krævet/).waitFor();
    await tree.expand(/^Auditens fund: 2 kritisk/);
    await tour.picture('tree');
    const refresh = workbench.quickPickRows().filter({ hasText: 'Forny token nu' });
    await workbench.untilSeen(refresh, () => workbench.statusBarItem(/Tokenet er gyldigt/).click());
    await tour.picture('session');
    await workbench.page.keyboard.press('Escape');
    await tree.row(/^Kiosk,/).click();
    await tour.workbench.webview().getByText('PKCE ikke krævet').waitFor();
    assert.equal(await tour.workbench.webview().locator('html').getAttribute('lang'), 'da');
    await tour.picture('app');
    await tour.run('Open Dashboard');
    await tour.workbench.webview().getByRole('heading', { name: 'PKCE-oversigt' }).waitFor();
    await tour.workbench.webview().getByText('Fund, de værste først').waitFor();
    await tour.picture('dashboard');
    await tour.run('Audit Org...');
    await tour.workbench.webview().getByRole('heading', { name: 'PKCE- og OAuth-audit' }).waitFor();
    await tour.picture('report');
  });

  it('E58: nothing that the extension shows is left in English', async () => {
    const { tour, org } = await (async () => {
      const fixture = await newUser({ name: 'pseudo-before' });
      await fixture.context.close();
      return begin(await pseudoTranslation('qps-ploc', installedIn(fixture)), 'pseudo');
    })();
    const { workbench, tree } = tour;
    const { apps } = await read(org);
    const phrases = [...phrasesOf(apps), tour.words('Demo Org'), new URL(org.url).host];
    const left: string[] = [];
    /** @param within what of the place, as a selector, has labels for screen readers and hints that are ours */
    const look = async (where: string, place: Locator, within = ''): Promise<void> => {
      await place.first().waitFor();
      const texts = await place.evaluateAll((elements, selector) => {
        return elements.flatMap((element) => {
          const inner = selector === '' ? [] : [...element.querySelectorAll(selector)];
          const hints = [element, ...inner].flatMap((one) =>
            ['aria-label', 'title', 'placeholder'].map((name) => one.getAttribute(name) ?? ''),
          );
          return [(element as HTMLElement).innerText, ...hints];
        });
      }, within);
      for (const line of texts.flatMap((text) => text.split('\n'))) {
        const words = leftIn(line, phrases);
        if (words.length > 0) left.push(`${where}: ${words.join(' ')} | ${line}`);
      }
    };
    const box = workbench.page.locator('.quick-input-widget:visible');
    const lookAtQuestion = async (title: string): Promise<void> => {
      await tour.run(title);
      await box.waitFor();
      await workbench.page.waitForTimeout(800);
      const parts = [
        '.quick-input-title',
        '.quick-input-list-entry .label-name',
        '.quick-input-list-entry .label-description',
        '.quick-input-list-label-meta',
        '.quick-input-list-separator',
        'input[type="text"]',
      ];
      await look(title, box.locator(parts.join(', ')).filter({ visible: true }));
      await tour.picture(title.replaceAll(/\W+/g, '-'));
      await workbench.page.keyboard.press('Escape');
    };
    const lookAtPage = async (title: string): Promise<void> => {
      await tour.run(title);
      await tour.workbench.webview().locator('h1').waitFor();
      await workbench.page.waitForTimeout(800);
      await look(title, tour.workbench.webview().locator('main, body.vscode-body'), '*');
      await tour.picture(title.replaceAll(/\W+/g, '-'));
      await workbench.runCommand('View: Close All Editors');
    };

    await tree.expand(/Kiosk/);
    await workbench.page.waitForTimeout(500);
    await tour.picture('tree');
    await look('tree', tree.rows());
    await look('view', workbench.page.locator('.pane-body .message'));
    await look(
      'status bar',
      workbench.page.locator('#pkce-tools\\.salesforce-pkce\\.salesforcePkce\\.token'),
    );
    await lookAtQuestion('Filter Apps...');
    await lookAtQuestion('Sort Apps...');
    await lookAtQuestion('Show Token Details...');
    await lookAtQuestion('Find App...');
    await lookAtQuestion('Migration Plan...');
    await lookAtQuestion('Export Audit Report...');
    await lookAtQuestion('Require PKCE of Apps...');
    await lookAtQuestion('Require PKCE of the Whole Org...');
    await lookAtQuestion('Sign In to Org...');
    await lookAtQuestion('Create Client App...');
    await lookAtQuestion('Explain Error...');
    await lookAtPage('Audit Org...');
    await lookAtPage('Open Dashboard');
    await lookAtPage('Show Journal of Changes');
    await tree.row(/Kiosk/).click();
    await tour.workbench.webview().locator('h1').waitFor();
    await look('app', tour.workbench.webview().locator('main'), '*');
    await tour.picture('app');
    await tour.run('Copy Access Token...');
    const dialog = workbench.page.locator('.monaco-dialog-box .dialog-message-container');
    await look('Copy Access Token...', dialog);
    await tour.picture('dialog');
    assert.equal(left.join('\n'), '');
  });

  it('right to left: the pages are laid out from the right, and nothing is cut off', async () => {
    const fixture = await newUser({ name: 'right-to-left-before' });
    await fixture.context.close();
    const arabic = await pseudoTranslation('ar', installedIn(fixture));
    const { tour } = await begin(arabic, 'right-to-left');
    const { workbench, tree } = tour;
    const lookAt = async (name: string): Promise<void> => {
      const body = tour.workbench.webview().locator('body');
      await tour.workbench.webview().locator('h1').waitFor();
      await workbench.page.waitForTimeout(500);
      await tour.picture(name);
      const seen = await body.evaluate((element) => ({
        direction: getComputedStyle(element).direction,
        heading: element.querySelector('h1')?.getBoundingClientRect().right ?? 0,
        width: document.documentElement.clientWidth,
        needed: document.documentElement.scrollWidth,
      }));
      assert.equal(seen.direction, 'rtl');
      assert.ok(seen.heading > seen.width * 0.8, 'the heading begins at the right');
      assert.ok(seen.needed <= seen.width, 'no scrolling to the side');
    };
    await tree.row(/Kiosk/).click();
    await lookAt('app');
    await tour.run('Open Dashboard');
    await tour.workbench.webview().locator('.org').first().waitFor();
    await lookAt('dashboard');
  });
});
