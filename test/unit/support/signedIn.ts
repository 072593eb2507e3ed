/** A user who signs in to a demo org, with all that it takes for real. */
import assert from 'node:assert/strict';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import type { Session } from '../../../src/session/session.ts';
import { signIn, type SignInInput } from '../../../src/signIn/signIn.ts';
import { browse } from './browser.ts';
import { inputFor, type Window } from './window.ts';

/** What it takes to sign in to a demo org, also to one of another process. */
export type DemoUserOf = Pick<DemoOrg, 'url' | 'clientId' | 'username' | 'password'>;

const begun: AbortController[] = [];

/** Starts a sign-in that waits; `link` is what the browser would open. */
export async function beginSignIn(
  org: Pick<DemoOrg, 'url' | 'clientId'>,
  window: Window,
  more: Partial<SignInInput> = {},
): Promise<{ link: string; done: Promise<Session | undefined>; cancel: AbortController }> {
  const cancel = new AbortController();
  begun.push(cancel);
  const opened = Promise.withResolvers<string>();
  const done = signIn(window, inputFor(org, opened.resolve, { signal: cancel.signal, ...more }));
  // A failure before the link is opened is the sign-in's.
  const link = await Promise.race([opened.promise, done.then(() => '')]);
  done.catch(() => undefined);
  return { link, done, cancel };
}

/** Cancels the sign-ins that still wait. */
export function cancelSignIns(): void {
  for (const cancel of begun.splice(0)) cancel.abort();
}

export async function signedIn(
  org: DemoUserOf,
  window: Window,
  options: Partial<SignInInput> & { readonly username?: string } = {},
): Promise<Session> {
  const { username, ...input } = options;
  const { link, done } = await beginSignIn(org, window, input);
  await window.handOver.receive(
    (await browse(org, link, username ? { username } : {})).searchParams,
  );
  const session = await done;
  assert.ok(session);
  return session;
}
