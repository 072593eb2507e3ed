/** The main job as a user does it, step by step in a real editor, with a picture of each step. */
import { join } from 'node:path';
import type { BrowserContext, Locator } from 'playwright-core';
import type { DemoOrg } from '../../src/demo/demoOrg.ts';
import { ENGLISH, type Language } from './language.ts';
import { LogInPage } from './pages/logInPage.ts';
import { OrgsTree } from './pages/orgsTree.ts';
import { Workbench } from './pages/workbench.ts';
import type { RealEditor } from './realEditor.ts';

export class Tour {
  readonly workbench: Workbench;
  readonly tree: OrgsTree;
  readonly #context: BrowserContext;
  readonly #screenshots: string;
  readonly #say: (line: string) => void;
  readonly #language: Language;
  #pictures = 0;

  constructor(
    workbench: Workbench,
    context: BrowserContext,
    screenshots: string,
    say: (line: string) => void,
    language: Language = ENGLISH,
  ) {
    this.workbench = workbench;
    this.tree = new OrgsTree(workbench.page);
    this.#context = context;
    this.#screenshots = screenshots;
    this.#say = say;
    this.#language = language;
  }

  /** Opens a window. */
  static async begin(
    context: BrowserContext,
    editor: RealEditor,
    screenshots: string,
    say: (line: string) => void,
    folder?: string,
    language = ENGLISH,
  ): Promise<Tour> {
    const { tag } = language;
    if (tag !== undefined) {
      // What the editor's own language packs do.
      await context.addInitScript((name) => {
        Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: name });
      }, tag);
    }
    const workbench = await Workbench.open(context, editor, folder);
    const tour = new Tour(workbench, context, screenshots, say, language);
    await tour.step('Open the view of a newcomer', async () => {
      await tour.workbench.openOrgsView({ isNew: true });
      await tour.tree.welcomeButton(tour.words('Sign In to Org...')).waitFor();
      await tour.picture('welcome');
    });
    return tour;
  }

  /** What stands for an English text in this window's language. */
  words(english: string): string {
    return this.#language.words(english);
  }

  /** Runs a command of the extension from the palette, by its English title. */
  async run(title: string): Promise<void> {
    await this.workbench.runCommand(`Salesforce PKCE: ${this.words(title)}`);
  }

  /** One step; its name stands before whatever goes wrong in it. */
  async step<T>(name: string, run: () => Promise<T>): Promise<T> {
    this.#say(`- ${name}`);
    try {
      return await run();
    } catch (error) {
      await this.workbench.showNotifications().catch(() => undefined);
      await this.picture('failed').catch(() => undefined);
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }

  async picture(name: string, page = this.workbench.page): Promise<void> {
    this.#pictures += 1;
    const number = String(this.#pictures).padStart(2, '0');
    await page.screenshot({
      path: join(this.#screenshots, `${number}-${name}.png`),
      animations: 'disabled',
    });
  }

  /** F1, up to the question which org. */
  async askWhichOrg(): Promise<void> {
    await this.run('Sign In to Org...');
    await this.untilOrgIsAsked();
  }

  /** Answers which org by its address. */
  async giveAddress({ url }: Pick<DemoOrg, 'url'>): Promise<void> {
    await this.untilOrgIsAsked();
    await this.workbench.answer(url);
    await this.untilKeyIsAsked();
  }

  /** F1 and the questions up to the consumer key, whose answer opens the browser. */
  async askForKey(demoOrg: Pick<DemoOrg, 'url'>): Promise<void> {
    await this.askWhichOrg();
    await this.giveAddress(demoOrg);
  }

  /** The same, and the log-in page that opens. */
  async toLogIn(demoOrg: Pick<DemoOrg, 'url' | 'clientId'>): Promise<LogInPage> {
    await this.askForKey(demoOrg);
    return LogInPage.openedBy(this.#context, () => this.workbench.answer(demoOrg.clientId));
  }

  /** The question which org. */
  async untilOrgIsAsked(): Promise<void> {
    await this.#row('My Domain...').waitFor();
  }

  /** The question for the consumer key, with what helps to get one. */
  async untilKeyIsAsked(): Promise<void> {
    await this.#row('Show How to Register a Client App').waitFor();
  }

  /** The row with an English text in the open box. */
  #row(english: string): Locator {
    return this.workbench.quickPickRows().filter({ hasText: this.words(english) });
  }

  /** F1, the questions, the browser, and back. */
  async signIn(
    demoOrg: Pick<DemoOrg, 'url' | 'clientId' | 'username' | 'password'>,
  ): Promise<void> {
    await this.step('Sign in', async () => {
      const logIn = await this.toLogIn(demoOrg);
      await logIn.logIn(demoOrg);
      await logIn.allow();
      await this.#comeBack(demoOrg, logIn);
    });
  }

  /** The same, with each thing that the user sees on the way. */
  async lookAtSignIn(
    demoOrg: Pick<DemoOrg, 'url' | 'clientId' | 'username' | 'password'>,
  ): Promise<void> {
    const { workbench } = this;
    await this.step('Sign in from the command palette', async () => {
      await this.askWhichOrg();
      await this.picture('which-org');
      await this.giveAddress(demoOrg);
      await this.picture('client-app');
    });
    const logIn = await this.step('Log in and allow access in the browser', async () => {
      const opened = await LogInPage.openedBy(this.#context, () =>
        workbench.answer(demoOrg.clientId),
      );
      await this.picture('log-in', opened.page);
      await opened.logIn(demoOrg);
      await opened.page.getByRole('button', { name: 'Allow' }).waitFor();
      await this.picture('approval', opened.page);
      await workbench.showNotifications();
      await workbench.notification(this.words('Signing in at {0}').replace('{0}', '')).waitFor();
      await this.picture('waiting');
      await workbench.page.keyboard.press('Escape');
      await opened.page.bringToFront();
      await opened.allow();
      return opened;
    });
    await this.step('Come back to the editor', () => this.#comeBack(demoOrg, logIn));
  }

  async #comeBack({ url }: Pick<DemoOrg, 'url'>, logIn: LogInPage): Promise<void> {
    // This org's row: that of another may be there already.
    await this.tree.row(new RegExp(new URL(url).host)).waitFor();
    await logIn.page.close();
    await this.workbench.page.bringToFront();
  }

  /** All apps with their statuses, if there are any. */
  async lookAtTree(): Promise<void> {
    await this.step('See the apps with their PKCE status', async () => {
      await this.tree
        .row(/Connected app, PKCE|External client app, PKCE|not an OAuth app|^No connected apps/)
        .waitFor();
      await this.tree.row(/^Org-wide PKCE setting/).waitFor();
      await this.picture('tree');
    });
  }

  /** The first app's settings in the tree, as far as they are known, and its page. */
  async openApp(): Promise<void> {
    await this.step('Open an app', async () => {
      const app = /, (Connected|External client) app, /;
      await this.tree.expandTo(this.tree.rowOfApp(), app);
      const group = /^Security$/;
      if (await this.tree.row(group).isVisible()) {
        await this.tree.expandTo(this.tree.settingOfApp(), app, group);
      }
      await this.tree.row(app).click();
      const frame = this.workbench.webview();
      await frame.getByRole('heading', { level: 1 }).waitFor();
      await this.picture('app');
    });
  }

  async lookAtStatusBar(): Promise<void> {
    await this.step('See the token in the status bar', async () => {
      const item = this.workbench.statusBarItem(/Salesforce org/);
      await item.waitFor();
      const row = this.workbench.quickPickRows().filter({ hasText: 'Refresh Token Now' });
      await this.workbench.untilSeen(row, () => item.click());
      await this.picture('token-actions');
      await this.workbench.page.keyboard.press('Escape');
    });
  }
}
