/**
 * Every command, at trace level, with tokens that can be recognised: none of them may turn up anywhere. What goes
 * to the log is checked in test/unit/leaks.test.ts: this editor lacks the native module that writes logs.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { textsOfManifest } from '../harness/language.ts';
import { LogInPage } from '../harness/pages/logInPage.ts';
import type { Workbench } from '../harness/pages/workbench.ts';
import { ROOT } from '../harness/paths.ts';
import { until } from '../harness/until.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

/** Shapes of what the demo org hands out: access token, refresh token, code. A verifier and a state are 43+ characters. */
const MARKS = [/00D5g0000DemoOr!AQ/, /5Aep861/, /aPrx[\w.]{20}/];
/** Lines of output may not hold these either. */
const IN_LOGS = [...MARKS, /code_verifier=[\w-]/, /refresh_token=[\w.-]{10}/, /state=[\w-]{43}/];

/** These end what the others need, or send the user to the browser: each has its own step, or a sign-in like it. */
const OWN_STEPS = ['signIn', 'signInDemo', 'signOut', 'reauthenticate', 'openOrg'];
const COPIES = [
  'Copy Name',
  'Copy Consumer Key',
  'Copy Callback URLs',
  'Copy Id',
  'Copy Setup Link',
  'Copy as Markdown',
];

/** All other commands that the palette has when nothing is being read and no filter is set, as it shows them. */
function paletteTitles(): readonly string[] {
  const { contributes } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    contributes: {
      commands: { command: string; title: string; category: string; enablement?: string }[];
      menus: { commandPalette: { command: string; when: string }[] };
    };
  };
  const left = new Set([
    ...contributes.menus.commandPalette.map(({ command }) => command),
    ...OWN_STEPS.map((name) => `salesforcePkce.${name}`),
  ]);
  const words = textsOfManifest();
  const plain = (text: string): string => words[text.replaceAll('%', '')] ?? text;
  return contributes.commands
    .filter(
      ({ command, enablement }) => !left.has(command) && !/reading|filtered/.test(enablement ?? ''),
    )
    .map(({ category, title }) => `${plain(category)}: ${plain(title)}`);
}

/** What the editor keeps in the browser: its state and that of extensions, in databases and beside them. */
async function stateIn({ page }: Workbench): Promise<string> {
  return page.evaluate(async () => {
    const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no answer'));
      });
    const kept: unknown[] = [Object.entries(localStorage)];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await answerOf(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const rows = database.transaction(store).objectStore(store);
        kept.push([name, store, await answerOf(rows.getAllKeys())]);
        const values: unknown[] = await answerOf(
          database.transaction(store).objectStore(store).getAll(),
        );
        // Files are bytes.
        kept.push(
          values.map((value) =>
            value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
          ),
        );
      }
      database.close();
    }
    return JSON.stringify(kept);
  });
}

/** Escape, until nothing is asked any more. */
async function leaveQuestions({ page }: Workbench): Promise<void> {
  const question = page.locator('.quick-input-widget:visible, .monaco-dialog-box').first();
  while (await question.isVisible()) {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(200);
  }
}

interface Trail {
  /** Addresses that pages were sent to, with the host of the editor taken out. */
  readonly opened: string[];
  readonly consoles: string[];
}

/** Everything that the browser did for the editor from now on. */
function follow(context: BrowserContext): Trail {
  const trail: Trail = { opened: [], consoles: [] };
  context.on('request', (request) => {
    if (request.isNavigationRequest()) trail.opened.push(request.url());
  });
  context.on('console', (message) => trail.consoles.push(message.text()));
  return trail;
}

/** All files below a folder, as text. */
async function filesBelow(folder: string): Promise<readonly { path: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.push({ path, text: await readFile(path, 'latin1') });
  }
  return files;
}

describe('leaks', () => {
  setUp();

  it('E15, P19, P52: no token, code or verifier in logs, settings, state, notifications, clipboard, links or referrers', async () => {
    const org = await newOrg({ switches: { rotate: true } });
    const { tour, context, editor } = await newUser({
      name: 'leaks',
      settings: {
        'salesforcePkce.trace': true,
        'salesforcePkce.scopes': ['api', 'refresh_token', 'web'],
      },
    });
    const { workbench, tree } = tour;
    const trail = follow(context);
    const notes: string[] = [];
    const clips: string[] = [];
    const look = async (): Promise<void> => {
      notes.push(await workbench.page.locator('.monaco-workbench').innerText());
      clips.push(await workbench.page.evaluate(() => navigator.clipboard.readText()));
    };
    await tour.signIn(org);
    await tour.lookAtTree();
    await look();
    for (const title of paletteTitles()) {
      await workbench.runCommand(title);
      await workbench.page.waitForTimeout(500);
      await look();
      await leaveQuestions(workbench);
    }
    for (const copy of COPIES) {
      await workbench.page.evaluate(() => navigator.clipboard.writeText('nothing yet'));
      await tree.contextMenu(/^Kiosk, External client app/, 'Copy', copy);
      const clipboard = (): Promise<string> =>
        workbench.page.evaluate(() => navigator.clipboard.readText());
      const copied = await until(clipboard, (text) => text !== 'nothing yet');
      assert.notEqual(copied, 'nothing yet', copy);
      await look();
    }
    await workbench.runCommand('Salesforce PKCE: Audit Org...');
    const report = workbench.webview();
    await report.getByRole('heading', { level: 1, name: 'PKCE and OAuth audit' }).waitFor();
    notes.push(await report.locator('body').innerText());
    await look();
    await workbench.runCommand('Salesforce PKCE: Open Org in Browser');
    await workbench.page.waitForTimeout(800);
    await workbench.page.bringToFront();
    await workbench.runCommand('Salesforce PKCE: Copy Access Token...');
    await workbench.dialogButton('Copy').waitFor();
    await look();
    await workbench.dialogButton('Cancel').click();
    const again = await LogInPage.openedBy(context, () =>
      workbench.runCommand('Salesforce PKCE: Sign In Again...'),
    );
    await again.logIn(org);
    await again.allow();
    await workbench.page.bringToFront();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    await look();
    await workbench.runAndPick('Salesforce PKCE: Sort Apps...', 'PKCE status');
    const state = await until(
      () => stateIn(workbench),
      (text) => text.includes('appOrder'),
    );
    assert.match(state, /appOrder/, 'the state of the extension is among it');
    await workbench.signOut();
    await tree.welcomeButton('Sign In to Org...').waitFor();
    await workbench.showNotifications();
    await look();

    await tour.step('files of the editor: logs, settings, the lock and the ledger', async () => {
      const files = await filesBelow(join(editor.folder, 'server'));
      assert.ok(files.some(({ path }) => path.includes('salesforce-pkce')));
      for (const { path, text } of files) {
        for (const mark of IN_LOGS) assert.ok(!mark.test(text), `${path} holds ${String(mark)}`);
      }
    });
    const checked: readonly (readonly [string, readonly string[], readonly RegExp[]])[] = [
      ['the screen', notes, IN_LOGS],
      ["the editor's state", [state], IN_LOGS],
      ['the clipboard', clips, IN_LOGS],
      ['the console', trail.consoles, IN_LOGS],
      ['a referrer', org.requests.map(({ referer }) => referer), IN_LOGS],
      // Salesforce's own redirect brings code and state; nothing else may be in an address.
      [
        'an address',
        trail.opened.filter((url) => !/[?&]code=/.test(url)),
        [...MARKS, /code_verifier=/, /access_token/, /refresh_token=/],
      ],
    ];
    for (const [where, texts, marks] of checked) {
      assert.ok(texts.length > 0, where);
      for (const text of texts) {
        for (const mark of marks) assert.ok(!mark.test(text), `${where}: ${String(mark)}: ${text}`);
      }
    }
    const codes = trail.opened.filter((url) => /[?&]code=/.test(url));
    assert.ok(codes.length > 0);
    for (const url of codes) assert.match(new URL(url).pathname, /\/callback$/);
  });
});
