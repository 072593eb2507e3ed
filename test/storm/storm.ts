/**
 * A storm: many windows, each a process, on one session whose refresh token rotates and whose access tokens
 * live for seconds; windows are killed in the middle of refreshes and started again. What must not
 * happen is counted: a refresh token that is used twice, a call that fails in a window that lives.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDemoOrg, type DemoOrg } from '../../src/demo/demoOrg.ts';
import type { Secrets } from '../../src/session/sessionStore.ts';
import { SharedSecrets } from '../unit/support/sharedSecrets.ts';
import { signedIn } from '../unit/support/signedIn.ts';
import { openWindow, type Window } from '../unit/support/window.ts';
import type { FromWindow, StoreKind, ToWindow, WindowOrders } from './messages.ts';

export interface StormOptions {
  readonly windows: number;
  readonly seconds: number;
  readonly store: StoreKind;
  /** How long a window lives on average before it is killed for no reason, in seconds. */
  readonly meanLifeSeconds: number;
  /** Every how many-th refresh a window is killed in the middle of it. */
  readonly killEveryRefresh: number;
  /** Figures below which the storm goes on, up to {@link PATIENCE} times as long: a busy machine has few calls a second. */
  readonly least?: Readonly<
    Partial<Record<'calls' | 'refreshes' | 'kills' | 'bystanderCalls', number>>
  >;
}

const PATIENCE = 8;

export interface StormFigures {
  readonly windows: number;
  readonly seconds: number;
  /** Calls of windows that live. */
  readonly calls: number;
  readonly refreshes: number;
  readonly kills: number;
  /** Grants that were lost because a window was killed after the org had rotated and before it could store. */
  readonly orphanedGrants: number;
  /** Retired refresh tokens that were presented although their successor had been stored. */
  readonly replays: number;
  /** Calls that failed for another reason than an orphaned grant or, in a browser-based editor, a stale copy. */
  readonly failedCalls: number;
  /** Windows that could not get the new token, said so, and were reloaded. */
  readonly staleCopies: number;
  /** Failures by their codes, those that count and those that do not. */
  readonly codes: Readonly<Record<string, number>>;
  /** Calls of the session beside the storm, and how many of them failed. */
  readonly bystanderCalls: number;
  readonly bystanderFailures: number;
}

const HEADER = 'x-storm-window';
const TOKEN_LIFE_SECONDS = 3;
/** How much later than the window that stores the others read it, as on the desktop. */
const STORE_LAG_MILLISECONDS = 200;
/** What a window says of a session whose grant is gone. */
const GONE = ['grant_lost', 'invalid_grant', 'signed_out'];

/** Where in a refresh a window is killed. */
const MOMENTS = ['arrived', 'answered', 'stored', 'answered and a moment'] as const;

class Storm {
  readonly #options: StormOptions;
  readonly #org: DemoOrg;
  /** An org whose session stands beside the storm, in the same store. */
  readonly #bystander: DemoOrg;
  readonly #folder: string;
  readonly #secrets = new SharedSecrets(STORE_LAG_MILLISECONDS);
  readonly #driver: Window;
  readonly #windows = new Map<number, ChildProcess>();
  readonly #storedRefreshTokens = new Set<string>();
  /** Refresh tokens that the org gave to a window that was dead, and that were told by another. */
  readonly #orphans = new Set<string>();
  #sessionId = '';
  #bystanderId = '';
  #over = false;
  #signingIn: Promise<void> | undefined;
  /** Calls that were under way when the grant was found lost end in its failure. */
  #excusedUntil = 0;
  #refreshes = 0;
  readonly #counts = { calls: 0, kills: 0, orphans: 0, failed: 0, stale: 0, bystander: 0, hurt: 0 };
  readonly #codes = new Map<string, number>();

  constructor(options: StormOptions, org: DemoOrg, bystander: DemoOrg, folder: string) {
    this.#options = options;
    this.#org = org;
    this.#bystander = bystander;
    this.#folder = folder;
    this.#driver = openWindow({ secrets: this.#secrets, folder });
  }

  async run(): Promise<StormFigures> {
    const { windows, seconds } = this.#options;
    this.#sessionId = await this.#signIn(this.#org);
    this.#bystanderId = await this.#signIn(this.#bystander);
    for (let number = 0; number < windows; number += 1) this.#start(number);
    await this.#blow(seconds);
    this.#over = true;
    await this.#signingIn;
    await Promise.all([...this.#windows.values()].map(end));
    const replays = this.#org.replays.filter(({ next }) => this.#storedRefreshTokens.has(next));
    const { calls, kills, orphans, failed, stale, bystander, hurt } = this.#counts;
    return {
      windows,
      seconds,
      calls,
      refreshes: this.#refreshes,
      kills,
      orphanedGrants: orphans,
      replays: replays.length,
      failedCalls: failed,
      staleCopies: stale,
      codes: Object.fromEntries(this.#codes),
      bystanderCalls: bystander,
      bystanderFailures: hurt,
    };
  }

  /** The demo org's observer: a window's refresh is at the server. */
  atServer(moment: 'arrived' | 'answered', request: Request): void {
    const number = Number(request.headers.get(HEADER));
    if (this.#over || !request.url.endsWith('/token') || !request.headers.has(HEADER)) return;
    if (moment === 'arrived') this.#refreshes += 1;
    const { killEveryRefresh } = this.#options;
    if (this.#refreshes % killEveryRefresh !== 0) return;
    const aim = MOMENTS[(this.#refreshes / killEveryRefresh) % MOMENTS.length];
    if (aim === moment) this.#kill(number);
    if (aim === 'answered and a moment' && moment === 'answered') {
      setTimeout(() => this.#kill(number), 1 + Math.random() * 4);
    }
    if (aim === 'stored' && moment === 'arrived') this.#killAtStore.add(number);
  }

  readonly #killAtStore = new Set<number>();

  async #blow(seconds: number): Promise<void> {
    const begun = performance.now();
    const lasted = (): number => (performance.now() - begun) / 1000;
    const { windows, meanLifeSeconds } = this.#options;
    while (lasted() < seconds || (!this.#isEnough() && lasted() < seconds * PATIENCE)) {
      await delay(100);
      const chance = 0.1 / meanLifeSeconds;
      for (const number of this.#windows.keys()) {
        if (this.#windows.size === windows && Math.random() < chance) this.#kill(number);
      }
    }
  }

  #isEnough(): boolean {
    const { calls = 0, refreshes = 0, kills = 0, bystanderCalls = 0 } = this.#options.least ?? {};
    const counts = this.#counts;
    return (
      counts.calls >= calls &&
      counts.kills >= kills &&
      counts.bystander >= bystanderCalls &&
      this.#refreshes >= refreshes
    );
  }

  /** A real sign-in through the demo org's pages, in a window of the driver's own. */
  async #signIn(org: DemoOrg): Promise<string> {
    const session = await signedIn(org, this.#driver);
    if (!session.refreshToken) throw new Error('The sign-in of the storm gave no refresh token');
    this.#storedRefreshTokens.add(session.refreshToken.reveal());
    return session.id;
  }

  #start(number: number): void {
    const orders: WindowOrders = {
      number,
      store: this.#options.store,
      folder: this.#folder,
      sessionIds: [this.#sessionId, this.#bystanderId],
      header: HEADER,
    };
    const child = fork(join(import.meta.dirname, 'window.ts'), [JSON.stringify(orders)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#windows.set(number, child);
    const view = this.#secrets.window();
    const changes = view.onDidChange(({ key }) => {
      if (this.#options.store === 'desktop') tell(child, { kind: 'changed', key });
    });
    child.on('message', (message: FromWindow) => {
      if (message.kind === 'store') void this.#serve(number, child, view, message);
      else this.#count(number, child, message);
    });
    child.once('exit', () => {
      changes.dispose();
      this.#windows.delete(number);
      if (!this.#over) this.#start(number);
    });
  }

  async #serve(
    number: number,
    child: ChildProcess,
    view: Secrets,
    message: FromWindow & { kind: 'store' },
  ): Promise<void> {
    const { call, method, key, value } = message;
    let answer: unknown;
    if (method === 'get') answer = await view.get(key);
    else if (method === 'keys') answer = await view.keys();
    else if (method === 'all') answer = [...this.#secrets.values];
    else {
      this.#change(view, method, key, value);
      if (this.#killAtStore.delete(number)) {
        this.#kill(number);
        return;
      }
    }
    tell(child, { kind: 'answer', call, value: answer });
  }

  #change(
    view: Secrets,
    method: 'store' | 'delete' | 'replaceAll',
    key: string,
    value: string,
  ): void {
    if (method === 'delete') void view.delete(key);
    else if (method === 'store') void view.store(key, value);
    else {
      for (const [name, text] of JSON.parse(value) as [string, string][]) {
        if (name === key) void view.store(name, text);
        else this.#secrets.values.set(name, text);
      }
    }
    const token = /"refreshToken":"([^"]+)"/.exec(this.#secrets.values.get(key) ?? '')?.[1];
    if (token !== undefined) this.#storedRefreshTokens.add(token);
  }

  #count(number: number, child: ChildProcess, message: FromWindow & { kind: 'called' }): void {
    const { sessionId, code } = message;
    if (this.#windows.get(number) !== child || child.killed) return; // it lives no more
    if (code !== undefined) this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
    if (code === 'stale_copy') {
      // Where the new token was lost with its window, no reload brings it.
      if (sessionId === this.#sessionId && this.#isOrphaned()) this.#signInAgain();
      // The window says so and offers a reload; here somebody takes the offer.
      this.#counts.stale += 1;
      child.kill('SIGKILL');
      return;
    }
    if (sessionId === this.#bystanderId) {
      this.#counts.bystander += 1;
      if (code !== undefined) this.#counts.hurt += 1;
      return;
    }
    this.#counts.calls += 1;
    if (code === undefined) return;
    if (GONE.includes(code) && (this.#signingIn !== undefined || this.#isOrphaned())) {
      this.#signInAgain();
    } else if (!GONE.includes(code) || performance.now() > this.#excusedUntil) {
      this.#counts.failed += 1;
    }
  }

  /** A grant was lost with a window: the org's newest refresh token of it was never stored. */
  #isOrphaned(): boolean {
    const lost = this.#org
      .refreshTokens()
      .filter((token) => !this.#storedRefreshTokens.has(token) && !this.#orphans.has(token));
    for (const token of lost) this.#orphans.add(token);
    return lost.length > 0;
  }

  #signInAgain(): void {
    this.#signingIn ??= (async () => {
      this.#counts.orphans += 1;
      await this.#signIn(this.#org);
      // In a browser-based editor the others learn of it by a reload.
      if (this.#options.store === 'browser') {
        for (const child of this.#windows.values()) child.kill('SIGKILL');
      }
      this.#excusedUntil = performance.now() + 1000;
      this.#signingIn = undefined;
    })();
  }

  #kill(number: number): void {
    const child = this.#windows.get(number);
    if (!child || child.killed) return;
    this.#counts.kills += 1;
    child.kill('SIGKILL');
  }
}

function tell(child: ChildProcess, message: ToWindow): void {
  if (child.connected) child.send(message, () => undefined);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  tell(child, { kind: 'end' });
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(timer);
}

/** Lets a storm blow over a demo org of its own. */
export async function storm(options: StormOptions): Promise<StormFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'pkce-storm-'));
  const holder: { storm?: Storm } = {};
  const org = await startDemoOrg({
    switches: { rotate: true, tokenLifetimeSeconds: TOKEN_LIFE_SECONDS },
    observe: (moment, request) => holder.storm?.atServer(moment, request),
  });
  const bystander = await startDemoOrg({ orgId: '00D5g0000OtherOrAA', switches: { rotate: true } });
  try {
    holder.storm = new Storm(options, org, bystander, folder);
    return await holder.storm.run();
  } finally {
    await org.close();
    await bystander.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
