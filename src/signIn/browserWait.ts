/** The time between the opened link and the answer: countdown, and other ways when nothing happens. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { linkForBrowser, openInBrowser } from './browser.ts';
import type { Delivery } from './pendingRequests.ts';
import type { RedirectWay } from './redirect.ts';

/** When nothing has come back for this long, other ways are offered; the wait goes on. */
const OFFER_HELP_MILLISECONDS = 20_000;
const COUNTDOWN_MILLISECONDS = 30_000;

/** How the browser comes back, where it is not simply to this editor. */
const BACK: Readonly<Record<Exclude<RedirectWay, 'uriHandler'>, string>> = {
  loopback: l10n.t('It comes back to a page of this computer.'),
  relay: l10n.t('It comes back by the relay page.'),
  paste: l10n.t('Then paste the address that it ends at.'),
};

export interface BrowserWaitOptions {
  /** How long the user has in the browser. */
  readonly deadlineMilliseconds: number;
  readonly report: (message: string) => void;
  /** Takes in an answer that the user pastes. */
  readonly deliver: (response: URLSearchParams) => Promise<Delivery>;
}

export class BrowserWait {
  readonly #until: number;
  readonly #options: BrowserWaitOptions;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #over = new AbortController();
  #opened = false;

  constructor(options: BrowserWaitOptions) {
    this.#until = Date.now() + options.deadlineMilliseconds;
    this.#options = options;
  }

  /** Whether the user was sent to the browser. */
  get hasOpened(): boolean {
    return this.#opened;
  }

  /** Sends the user to the browser, unless the wait is over. */
  open(url: string, way: RedirectWay): void {
    if (this.#isOver()) return;
    this.#opened = true;
    this.#count(way);
    this.#timers.push(setInterval(() => this.#count(way), COUNTDOWN_MILLISECONDS));
    const nothingYet = [l10n.t('Nothing came back from the browser yet. Is the log-in page open?')];
    if (way === 'uriHandler' || way === 'relay') {
      nothingYet.push(
        l10n.t('Browser and editor may each ask whether to open the link: allow both.'),
      );
    }
    this.#timers.push(
      setTimeout(() => void this.#offer(url, nothingYet.join(' ')), OFFER_HELP_MILLISECONDS),
    );
    this.#openBrowser(url);
  }

  end(): void {
    this.#over.abort();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #openBrowser(url: string): void {
    void openInBrowser(url).then(
      (opened) => {
        if (!opened) void this.#offer(url, l10n.t('The browser was not opened.'));
      },
      () => this.#offer(url, l10n.t('No browser could be opened.')),
    );
  }

  #count(way: RedirectWay): void {
    const minutes = Math.max(1, Math.round((this.#until - Date.now()) / 60_000));
    const text = l10n.t`Log in and allow access in the browser page that was opened (${minutes} min left).`;
    this.#options.report(way === 'uriHandler' ? text : `${text} ${BACK[way]}`);
  }

  async #offer(url: string, question: string): Promise<void> {
    if (this.#isOver()) return;
    const copy = l10n.t('Copy Sign-In Link');
    const again = l10n.t('Open the Browser Again');
    const paste = l10n.t('Paste Callback URL...');
    const picked = await vscode.window.showInformationMessage(
      `${question} ${l10n.t('The sign-in goes on waiting.')}`,
      copy,
      again,
      paste,
    );
    if (picked !== undefined && this.#isOver()) {
      // The message outlives what it is about.
      void vscode.window.showInformationMessage(
        l10n.t(
          'This sign-in has ended, so its link works no more. Begin a new one if you are not signed in.',
        ),
      );
      return;
    }
    if (picked === copy) {
      await vscode.env.clipboard.writeText(await linkForBrowser(url));
      void vscode.window.showInformationMessage(
        l10n.t('Sign-in link copied. Open it in a browser on this computer; it works once.'),
      );
    }
    if (picked === again) this.#openBrowser(url);
    if (picked === paste) {
      const { askForPastedAnswer } = await import('./pasteBox.ts');
      await askForPastedAnswer(this.#options.deliver, this.#over.signal);
    }
  }

  /** Asked again after each wait: the answer may have come meanwhile. */
  #isOver(): boolean {
    return this.#over.signal.aborted;
  }
}
