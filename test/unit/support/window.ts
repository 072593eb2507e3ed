/** One editor window without the editor: the session and sign-in floors over a store, a clock and real HTTP. */
import { CallbackRelay } from '../../../src/signIn/callbackRelay.ts';
import { PendingRequests } from '../../../src/signIn/pendingRequests.ts';
import type { SignInContext, SignInInput } from '../../../src/signIn/signIn.ts';
import { Sessions } from '../../../src/session/sessions.ts';
import { SessionStore } from '../../../src/session/sessionStore.ts';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { fetch } from './fetch.ts';
import type { SharedSecrets } from './sharedSecrets.ts';

export interface Window extends SignInContext {
  readonly sessions: Sessions;
  readonly store: SessionStore;
}

export function openWindow(
  secrets: SharedSecrets,
  options: { deadlineMilliseconds?: number } = {},
): Window {
  const storage = secrets.window();
  const store = new SessionStore(storage);
  const memory = new Map<string, unknown>();
  const now = (): number => Date.now();
  const timeoutMilliseconds = (): number => 5000;
  const sessions = new Sessions({
    store,
    fetch,
    memory: {
      get: (key: string) => memory.get(key) as never,
      update: (key: string, value: unknown) => {
        memory.set(key, value);
        return Promise.resolve();
      },
    },
    timeoutMilliseconds,
    now,
  });
  const pending = new PendingRequests();
  const relay = new CallbackRelay({ secrets: storage, pending, now, takeOverMilliseconds: 300 });
  return {
    fetch,
    pending,
    relay,
    sessions,
    store,
    now,
    timeoutMilliseconds,
    deadlineMilliseconds: options.deadlineMilliseconds ?? 5000,
  };
}

export const REDIRECT_URI = 'vscode://pkce-tools.salesforce-pkce/callback';

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
    redirectUri: REDIRECT_URI,
    signal: new AbortController().signal,
    openLink,
    onAnswer: () => undefined,
    ...more,
  };
}
