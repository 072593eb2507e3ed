/** The org tree, by what a screen reader would say of its rows. */
import type { Locator, Page } from 'playwright-core';
import { SLOW } from './workbench.ts';

/** A row opens when what is below it is known, and a second click in the meantime would close it. */
const OPENING_MILLISECONDS = 15_000;
const MENU_MILLISECONDS = 10_000;
const LOOKS = 5;

export class OrgsTree {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** All rows that are on the screen. */
  rows(): Locator {
    return this.#page.locator('.pane-body .tree-explorer-viewlet-tree-view').getByRole('treeitem');
  }

  /** The row whose spoken label matches. */
  row(label: string | RegExp): Locator {
    return this.#page
      .locator('.pane-body .tree-explorer-viewlet-tree-view')
      .getByRole('treeitem', { name: label })
      .first();
  }

  /** A row below any app. */
  rowOfApp(): Locator {
    return this.#rowOfLevel(4);
  }

  /** A setting in any group of any app. */
  settingOfApp(): Locator {
    return this.#rowOfLevel(5);
  }

  #rowOfLevel(level: number): Locator {
    return this.rows()
      .and(this.#page.locator(`[aria-level="${level}"]`))
      .first();
  }

  /** Opens a row, again where the rows have just been drawn anew. */
  async expand(label: string | RegExp, timeout = SLOW): Promise<void> {
    const row = this.row(label);
    await row.waitFor({ timeout });
    const open = row.and(this.#page.locator('[aria-expanded=true]'));
    for (let look = 0; look < LOOKS && !(await open.isVisible()); look += 1) {
      await row.locator('.monaco-tl-twistie').click();
      await open.waitFor({ timeout: OPENING_MILLISECONDS }).catch(() => undefined);
    }
  }

  /**
   * Opens rows, one in the other, until one below them is seen; again where they were closed as all rows were drawn
   * anew.
   */
  async expandTo(
    below: string | RegExp | Locator,
    label: string | RegExp,
    ...others: readonly (string | RegExp)[]
  ): Promise<void> {
    const labels = [label, ...others];
    const target = typeof below === 'object' && 'waitFor' in below ? below : this.row(below);
    await this.row(label).waitFor();
    for (let look = 1; ; look += 1) {
      try {
        for (const label of labels) await this.expand(label, OPENING_MILLISECONDS);
        await target.waitFor({ timeout: OPENING_MILLISECONDS });
        return;
      } catch (error) {
        if (look === LOOKS) throw error;
      }
    }
  }

  /** Spoken labels of the rows on the screen, from the top. */
  async labels(): Promise<string[]> {
    const rows = await this.rows().all();
    const labels = await Promise.all(rows.map((row) => row.getAttribute('aria-label')));
    return labels.map((label) => label ?? '');
  }

  /** Buttons of the welcome view. */
  welcomeButton(name: string): Locator {
    return this.#page.locator('.welcome-view').getByRole('button', { name });
  }

  /** Selects these rows and no others. */
  async select(...labels: readonly RegExp[]): Promise<void> {
    for (const [place, label] of labels.entries()) {
      await this.row(label).click(place === 0 ? {} : { modifiers: ['ControlOrMeta'] });
    }
    const selected = this.rows().and(this.#page.locator('[aria-selected=true]'));
    await selected.nth(labels.length - 1).waitFor();
  }

  /**
   * Runs an entry of a row's context menu, or of a menu in it: the names of both. The selection reaches the menu a
   * moment late, the menu takes no click in its first moment, and it closes where a page that opens takes the focus.
   */
  async contextMenu(label: string | RegExp, ...entries: readonly string[]): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    for (let look = 1; ; look += 1) {
      try {
        await this.#page.waitForTimeout(500);
        await row.click({ button: 'right' });
        for (const entry of entries) {
          const item = this.#page.getByRole('menuitem', { name: entry, exact: true });
          await item.waitFor({ timeout: MENU_MILLISECONDS });
          await this.#page.waitForTimeout(500);
          await item.hover({ timeout: MENU_MILLISECONDS });
          await this.#page.keyboard.press(entry === entries.at(-1) ? 'Enter' : 'ArrowRight');
        }
        return;
      } catch (error) {
        if (look === LOOKS) throw error;
        await this.#page.keyboard.press('Escape');
      }
    }
  }
}
