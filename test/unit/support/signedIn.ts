/** A user who has signed in to a demo org, with all that it takes for real. */
import assert from 'node:assert/strict';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import type { Session } from '../../../src/session/session.ts';
import { signIn } from '../../../src/signIn/signIn.ts';
import { browse } from './browser.ts';
import { inputFor, type Window } from './window.ts';

/** What it takes to sign in to a demo org, also to one of another process. */
export type DemoUserOf = Pick<DemoOrg, 'url' | 'clientId' | 'username' | 'password'>;

export async function signedIn(
  org: DemoUserOf,
  window: Window,
  options: {
    readonly scopes?: readonly string[];
    readonly username?: string;
    readonly alias?: string;
  } = {},
): Promise<Session> {
  const opened = Promise.withResolvers<string>();
  const { username, ...input } = options;
  const done = signIn(window, inputFor(org, opened.resolve, input));
  // A failure before the link is opened is the sign-in's.
  const link = await Promise.race([opened.promise, done.then(() => '')]);
  await window.handOver.receive(
    (await browse(org, link, username ? { username } : {})).searchParams,
  );
  const session = await done;
  assert.ok(session);
  return session;
}
