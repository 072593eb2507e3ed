/** The log-in and approval pages of an org, in the browser page that the editor opened. */
import type { BrowserContext, Page } from 'playwright-core';
import { SLOW } from './workbench.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export class LogInPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The page that something opens while `during` runs. */
  static async openedBy(
    context: BrowserContext,
    during: () => Promise<unknown>,
  ): Promise<LogInPage> {
    const [page] = await Promise.all([context.waitForEvent('page', { timeout: SLOW }), during()]);
    const logIn = new LogInPage(page);
    try {
      await page.getByLabel('Password').waitFor({ timeout: SLOW });
    } catch (cause) {
      const text = await page.locator('body').innerText();
      throw new Error(`No log-in page at ${page.url()}: ${text}`, { cause });
    }
    return logIn;
  }

  async logIn({ username, password }: Credentials): Promise<void> {
    await this.page.getByLabel('Username').fill(username);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Log In' }).click();
  }

  async allow(): Promise<void> {
    await this.page.getByRole('button', { name: 'Allow' }).click();
  }

  async deny(): Promise<void> {
    await this.page.getByRole('button', { name: 'Deny' }).click();
  }
}
