/** The editor's window as a user sees it: palette, quick input, notifications, dialogs. */
import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import type { RealEditor } from '../realEditor.ts';

/**
 * Nothing waits this long on a machine that has time; a busy one is no failure: the editor was seen to answer the first
 * run of a command after more than a minute.
 */
export const SLOW = 180_000;
const LOOK_MILLISECONDS = 100;
const STEADY_LOOKS = 3;
const LOOKS_BEFORE_CLICK = 15;
const LOOKS_AT_FOCUS = 6;
const PALETTE_OPENINGS = 6;
const PALETTE_MILLISECONDS = 20_000;
const QUESTION_MILLISECONDS = 60_000;
const CLICKS_IN_NOTIFICATION = 3;
const LOOKS_BEHIND_BELL = 4;
const BELL_MILLISECONDS = 10_000;

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(SLOW);
  }

  /** Opens a window of an editor, with a folder or an empty one, and waits until it can be used. */
  static async open(
    context: BrowserContext,
    editor: RealEditor,
    folder?: string,
  ): Promise<Workbench> {
    await forwardPorts(context, editor);
    const workbench = new Workbench(await context.newPage());
    const query = folder === undefined ? 'ew=true' : `folder=${encodeURIComponent(folder)}`;
    await workbench.page.goto(`${editor.url}/?${query}`);
    await workbench.untilReady();
    return workbench;
  }

  async untilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('.statusbar-item').first().waitFor();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.untilReady();
  }

  /**
   * Runs a command from the palette, by its full title; again where a page took the focus, which closes the palette,
   * where a question that came late took its place, or where the command was not to be had yet.
   */
  async runCommand(title: string): Promise<void> {
    for (let opening = 1; ; opening += 1) {
      await this.#untilNothingAsks();
      await this.#leavePage();
      await this.page.keyboard.press('F1');
      const row = this.quickPickRows().filter({ hasText: title }).first();
      try {
        await this.quickInput().fill(`>${title}`, { timeout: PALETTE_MILLISECONDS });
        await row.click({ timeout: PALETTE_MILLISECONDS });
        return;
      } catch (error) {
        if (opening === PALETTE_OPENINGS) throw error;
        await this.#leaveBox();
      }
    }
  }

  /** Waits for the last question to close; one that came late, after its test had gone on, is left. */
  async #untilNothingAsks(): Promise<void> {
    const hidden = { state: 'hidden', timeout: QUESTION_MILLISECONDS } as const;
    await this.#question()
      .waitFor(hidden)
      .catch(() => this.#leaveBox());
  }

  /** What asks in the box on top, or in front of everything. */
  #question(): Locator {
    return this.page.locator('.quick-input-widget:visible, .monaco-dialog-box').first();
  }

  /** Leaves whatever asks. */
  async #leaveBox(): Promise<void> {
    const box = this.#question();
    for (let press = 0; press < PALETTE_OPENINGS && (await box.isVisible()); press += 1) {
      await this.page.keyboard.press('Escape');
      await this.page.waitForTimeout(LOOK_MILLISECONDS);
    }
  }

  /**
   * Runs a command and answers its first question by the row whose text holds `label`; again where a page took the
   * focus, which closes the question.
   */
  async runAndPick(title: string, label: string): Promise<void> {
    const row = this.quickPickRows().filter({ hasText: label }).first();
    for (let opening = 1; ; opening += 1) {
      await this.runCommand(title);
      try {
        await row.waitFor({ timeout: QUESTION_MILLISECONDS });
        await row.click({ timeout: PALETTE_MILLISECONDS });
        return;
      } catch (error) {
        if (opening === PALETTE_OPENINGS) throw error;
        await this.#leaveBox();
      }
    }
  }

  /** Does what shows something, and again where a page took the focus, which closes it. */
  async untilSeen(wanted: Locator, show: () => Promise<void>): Promise<void> {
    for (let look = 1; ; look += 1) {
      await this.#leavePage();
      await show();
      try {
        await wanted.waitFor({ timeout: QUESTION_MILLISECONDS });
        return;
      } catch (error) {
        if (look === PALETTE_OPENINGS) throw error;
      }
    }
  }

  quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible input[type="text"]').first();
  }

  /** Rows of the open quick pick. */
  quickPickRows(): Locator {
    return this.page.locator('.quick-input-widget:visible').getByRole('option');
  }

  /** Waits until a box with this in its title is open: that of the question before may still be there. */
  async untilAsked(title: string): Promise<void> {
    await this.page.locator('.quick-input-title:visible').filter({ hasText: title }).waitFor();
  }

  /** Chooses the row whose text holds `label`. */
  async pick(label: string): Promise<void> {
    const row = this.quickPickRows().filter({ hasText: label }).first();
    await row.waitFor();
    await row.click();
  }

  /** Types into the open input box and accepts. */
  async answer(text: string): Promise<void> {
    const input = this.quickInput();
    await input.waitFor();
    await input.fill(text);
    await input.press('Enter');
  }

  /** Answers the editor's question where a file should be saved, once it has suggested a place of its own. */
  async saveAs(file: string): Promise<void> {
    const input = this.quickInput();
    await input.waitFor();
    while (!(await input.inputValue()).includes('/')) await this.page.waitForTimeout(100);
    for (let isOpen = true; isOpen; isOpen = await input.isVisible()) {
      // It may close while it is typed into once more.
      const closing = { timeout: BELL_MILLISECONDS };
      await input.fill(file, closing).catch(() => undefined);
      await this.page.waitForTimeout(500);
      await input.press('Enter', closing).catch(() => undefined);
      await input.waitFor({ state: 'hidden', ...closing }).catch(() => undefined);
    }
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item').filter({ hasText: text });
  }

  /**
   * Waits for a notification. One that comes just as the list of them closes is behind the bell alone, where a user
   * looks then.
   */
  async untilNotified(text: string | RegExp): Promise<Locator> {
    const notification = this.notification(text).first();
    for (let look = 1; look < LOOKS_BEHIND_BELL; look += 1) {
      const isSeen = notification.waitFor({ timeout: BELL_MILLISECONDS }).then(
        () => true,
        () => false,
      );
      if (await isSeen) return notification;
      await this.showNotifications();
    }
    await notification.waitFor();
    return notification;
  }

  /** Clicks a button of a notification; again behind the bell where it went there meanwhile. */
  async clickInNotification(text: string | RegExp, button: string): Promise<void> {
    for (let click = 1; ; click += 1) {
      const notification = await this.untilNotified(text);
      try {
        await notification.hover({ timeout: BELL_MILLISECONDS });
        await notification
          .getByRole('button', { name: button })
          .click({ timeout: BELL_MILLISECONDS });
        return;
      } catch (error) {
        if (click === CLICKS_IN_NOTIFICATION) throw error;
      }
    }
  }

  async showNotifications(): Promise<void> {
    await this.page.bringToFront();
    await this.runCommand('Notifications: Show Notifications');
  }

  async dismissNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  /** What the page (webview) in front shows. */
  webview(): FrameLocator {
    return this.page
      .frameLocator('iframe.webview.ready:visible')
      .frameLocator('iframe#active-frame');
  }

  /** A modal dialog's button. */
  dialogButton(name: string): Locator {
    return this.page.locator('.monaco-dialog-box').getByRole('button', { name });
  }

  /** Signs out of the only org, and says yes to the question. */
  async signOut(): Promise<void> {
    await this.runCommand('Salesforce PKCE: Sign Out...');
    await this.dialogButton('Sign Out').click();
  }

  /** The status bar item whose spoken label holds `text`. */
  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').getByRole('button', { name: text });
  }

  /** Brings the extension's view to the front; in a new window none comes back by itself, so nothing is waited for. */
  async openOrgsView({ isNew = false } = {}): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: 'PKCE for Salesforce' });
    await tab.waitFor();
    // After a reload the view comes back by itself, later on a busy machine: a click then closes it again. So it is
    // looked at for a while, before a click and after it.
    let shown = 0;
    for (let look = isNew ? LOOKS_BEFORE_CLICK : 1; shown < STEADY_LOOKS; look += 1) {
      shown = (await tab.getAttribute('aria-selected')) === 'true' ? shown + 1 : 0;
      if (shown === 0 && look % LOOKS_BEFORE_CLICK === 0) await tab.click();
      await this.page.waitForTimeout(LOOK_MILLISECONDS);
    }
  }

  /**
   * Takes the focus from a page (webview) in an editor tab. The editor gives it to the page late, and again as the
   * palette or a dialog closes: on a busy machine that closes what a command has asked meanwhile.
   */
  async #leavePage(): Promise<void> {
    if ((await this.page.locator('iframe.webview').count()) === 0) return;
    await this.page.evaluate(
      async ({ looks, pause }) => {
        let last = document.activeElement;
        for (let same = 0; same < looks;) {
          await new Promise((resolve) => setTimeout(resolve, pause));
          same = document.activeElement === last ? same + 1 : 0;
          last = document.activeElement;
        }
        if (last instanceof HTMLIFrameElement) last.blur();
      },
      { looks: LOOKS_AT_FOCUS, pause: LOOK_MILLISECONDS },
    );
  }
}

/**
 * The workbench sends links to loopback through `/proxy/<port>/`, which code-server's own wrapper answers and
 * the server that we start does not: the browser is sent on to the port.
 */
async function forwardPorts(context: BrowserContext, editor: RealEditor): Promise<void> {
  await context.route(`${editor.url}/proxy/*/**`, async (route) => {
    const [, port, rest] = /\/proxy\/(\d+)(\/.*)$/.exec(route.request().url()) ?? [];
    const location = `http://127.0.0.1:${port ?? ''}${rest ?? ''}`;
    await route.fulfill({ status: 302, headers: { location } });
  });
}
