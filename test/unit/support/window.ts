/** One editor window without the editor: the session and sign-in floors over a store, a clock and real HTTP. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import type { Fetch } from '../../../src/oauth/http.ts';
import { SessionStore } from '../../../src/session/sessionStore.ts';
import type { Secrets } from '../../../src/session/sessionStore.ts';
import { Sessions } from '../../../src/session/sessions.ts';
import { TokenLedger } from '../../../src/session/tokenLedger.ts';
import { CallbackHandOver } from '../../../src/signIn/callbackHandOver.ts';
import { PendingRequests, type Delivery } from '../../../src/signIn/pendingRequests.ts';
import type { OpenRedirect } from '../../../src/signIn/redirect.ts';
import type { SignInContext, SignInInput } from '../../../src/signIn/signIn.ts';
import { BrowserSecrets } from './browserSecrets.ts';
import { fetch } from './fetch.ts';
import { memento } from './memento.ts';
import { SharedSecrets } from './sharedSecrets.ts';

/** What the windows of one machine share. */
export interface Machine {
  readonly secrets: { window(): Secrets };
  readonly folder: string;
}

export interface WindowOptions {
  readonly deadlineMilliseconds?: number;
  /** Of a request. */
  readonly timeoutMilliseconds?: number;
  readonly fetch?: Fetch;
  /** This computer's clock. */
  readonly now?: () => number;
  /** What the log would hear of. */
  readonly report?: (error: unknown) => void;
  readonly onTakenOver?: (delivery: Delivery) => void;
  /** A clock that never jumps, in milliseconds. */
  readonly monotonic?: () => number;
}

const windows: { dispose(): void }[] = [];
const folders: string[] = [];

/** A machine with the desktop's secret storage, unless another is given. Gone after {@link closeMachines}. */
export function newMachine(secrets: Machine['secrets'] = new SharedSecrets()): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'pkce-machine-'));
  folders.push(folder);
  return { secrets, folder };
}

/** Closes all windows and forgets the machines. */
export function closeMachines(): void {
  for (const window of windows.splice(0)) window.dispose();
  for (const folder of folders.splice(0))
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

export interface Window extends SignInContext {
  readonly sessions: Sessions;
  readonly store: SessionStore;
  readonly ledger: TokenLedger;
  readonly memory: ReturnType<typeof memento>;
}

export function openWindow(machine: Machine, options: WindowOptions = {}): Window {
  const storage = machine.secrets.window();
  const store = new SessionStore(storage, options.monotonic);
  const ledger = new TokenLedger(join(machine.folder, 'sessions'));
  windows.push(ledger);
  const now = options.now ?? ((): number => Date.now());
  const network = options.fetch ?? fetch;
  const timeoutMilliseconds = (): number => options.timeoutMilliseconds ?? 5000;
  const report = options.report ?? ((): void => undefined);
  const memory = memento();
  const sessions = new Sessions({
    store,
    ledger,
    lockFolder: join(machine.folder, 'locks'),
    storeIsShared: !(machine.secrets instanceof BrowserSecrets),
    fetch: network,
    refreshAheadMilliseconds: () => 60_000,
    memory,
    timeoutMilliseconds,
    now,
    report,
  });
  const pending = new PendingRequests();
  const handOver = new CallbackHandOver({
    secrets: storage,
    pending,
    now,
    takeOverMilliseconds: 300,
    onTakenOver: options.onTakenOver ?? ((): void => undefined),
    report,
  });
  return {
    fetch: network,
    pending,
    handOver,
    sessions,
    store,
    ledger,
    memory,
    now,
    timeoutMilliseconds,
    deadlineMilliseconds: options.deadlineMilliseconds ?? 5000,
  };
}

export const REDIRECT_URI = 'vscode://pkce-tools.salesforce-pkce/callback';

/** The editor's own link: nothing to open, nothing to close. */
export const REGISTERED: OpenRedirect = {
  way: 'uriHandler',
  redirectUri: REDIRECT_URI,
  throughEditor: true,
  close: () => Promise.resolve(),
};

/** What a sign-in to a demo org takes; `openLink` decides what the browser does. */
export function inputFor(
  org: Pick<DemoOrg, 'url' | 'clientId'>,
  openLink: (url: string) => void,
  more: Partial<SignInInput> = {},
): SignInInput {
  return {
    loginHost: org.url,
    clientId: org.clientId,
    scopes: ['api', 'refresh_token'],
    redirect: REGISTERED,
    signal: new AbortController().signal,
    openLink,
    onAnswer: () => undefined,
    ...more,
  };
}
