/** The login hosts of the last sign-ins, to pick from. */
import type { Memento } from 'vscode';
import { kindOfLoginHost, PRODUCTION, SANDBOX } from '../salesforce/loginHost.ts';

type Memory = Pick<Memento, 'get' | 'update'>;

const RECENT_KEY = 'recentLoginHosts';
const MOST_RECENT = 5;

/** Login hosts that were signed in to lately, newest first. */
export function recentLoginHosts(memory: Memory): readonly string[] {
  const stored = memory.get<unknown>(RECENT_KEY);
  return Array.isArray(stored) ? stored.filter(isOrigin) : [];
}

/** Remembers a login host that a sign-in succeeded at. The two that everybody has are offered anyway. */
export async function rememberLoginHost(memory: Memory, loginHost: string): Promise<void> {
  if (loginHost === PRODUCTION || loginHost === SANDBOX) return;
  if (kindOfLoginHost(loginHost) === 'loopback') return;
  const hosts = [loginHost, ...recentLoginHosts(memory).filter((host) => host !== loginHost)];
  await memory.update(RECENT_KEY, hosts.slice(0, MOST_RECENT));
}

function isOrigin(stored: unknown): stored is string {
  return typeof stored === 'string' && URL.parse(stored)?.origin === stored;
}
