/** What every end-to-end test has: one editor and one browser for all of a process, a fresh user for each, a demo org on the side. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { startDemoOrg, type DemoOrg, type DemoOrgOptions } from '../../src/demo/demoOrg.ts';
import { apiProbe, type ApiProbe } from '../harness/apiProbe.ts';
import { ENGLISH, type Language } from '../harness/language.ts';
import { SLOW } from '../harness/pages/workbench.ts';
import { DEFAULT_SCREENSHOTS, VSIX } from '../harness/paths.ts';
import { launchBrowser } from '../harness/realBrowser.ts';
import { startEditor, type RealEditor } from '../harness/realEditor.ts';
import { answerMintKey } from '../harness/secrets.ts';
import { Tour } from '../harness/tour.ts';

export interface Fixture {
  readonly editor: RealEditor;
  readonly browser: Browser;
  /** Another extension, installed beside ours. */
  readonly probe: ApiProbe;
}

let shared: Promise<Fixture> | undefined;
const open: (() => Promise<void>)[] = [];
const tours: Tour[] = [];

/** Starts editor and browser for a suite, and ends what its tests have opened after each. */
export function setUp(): void {
  before(async function () {
    this.timeout(300_000);
    shared ??= start();
    await shared;
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      for (const tour of tours) await tour.picture('failed').catch(() => undefined);
    }
    tours.length = 0;
    for (const close of open.splice(0).reverse()) await close();
  });
}

/** Ends editor and browser, after the last suite. */
export async function tearDown(): Promise<void> {
  const fixture = await shared;
  await fixture?.browser.close();
  await fixture?.editor.stop();
  await fixture?.probe.close();
}

async function start(): Promise<Fixture> {
  const probe = await apiProbe();
  const [editor, browser] = await Promise.all([
    startEditor({ vsix: [VSIX, probe.vsix] }),
    launchBrowser(),
  ]);
  return { editor, browser, probe };
}

export interface UserOptions {
  /** Name of the folder for pictures. */
  readonly name: string;
  /** Secrets outlive a reload, as on the desktop. */
  readonly keepSecrets?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Opened as the workspace. */
  readonly folder?: string;
  readonly language?: Language;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A new user with a window of their own. */
export async function newUser(
  options: UserOptions,
): Promise<{ tour: Tour; context: BrowserContext } & Fixture> {
  if (!shared) throw new Error('setUp() has not run');
  const { editor, browser, probe } = await shared;
  // The editor keeps user settings on its side: a new user starts without any.
  await writeFile(
    join(editor.folder, 'server', 'data', 'User', 'settings.json'),
    JSON.stringify(options.settings ?? {}),
  );
  // So does the extension: what all windows of a machine share is another machine's for a new user.
  const globalStorage = join(editor.folder, 'server', 'data', 'User', 'globalStorage');
  await rm(join(globalStorage, 'pkce-tools.salesforce-pkce'), {
    recursive: true,
    force: true,
    // The window before may still be writing.
    maxRetries: 10,
  });
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(SLOW);
  open.push(() => context.close());
  if (options.keepSecrets) await answerMintKey(context);
  const screenshots = join(DEFAULT_SCREENSHOTS, 'e2e', options.name);
  await mkdir(screenshots, { recursive: true });
  const { folder, language = ENGLISH } = options;
  const tour = await Tour.begin(context, editor, screenshots, () => undefined, folder, language);
  tours.push(tour);
  return { tour, context, editor, browser, probe };
}

let orgs = 0;

/** A demo org that ends with the test. No two have one id: a window that was left may still keep what it read of its. */
export async function newOrg(options: DemoOrgOptions = {}): Promise<DemoOrg> {
  orgs += 1;
  const orgId = `00D5g0000DemoOr${orgs.toString(36).padStart(3, '0').toUpperCase()}`;
  const org = await startDemoOrg({ orgId, ...options });
  open.push(() => org.close());
  return org;
}
