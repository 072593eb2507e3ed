/** A part of SecretStorage of its own, for windows that share it with others and no files: locks and ledger are files. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { Secrets } from './sessionStore.ts';

/**
 * The scope of windows whose extension runs on a remote side of a desktop.
 * @param folder where their files are, on that machine
 */
export function remoteScope(folder: string): string {
  const place = createHash('sha256').update(`${hostname()}\n${folder}`).digest('hex').slice(0, 32);
  return `remote/${place}/`;
}

/** @param scope beginning of every key of the part; no part's may begin another's, nor a key outside of them */
export function scopedSecrets(secrets: Secrets, scope: string): Secrets {
  const within = (key: string): boolean => key.startsWith(scope);
  return {
    get: (key) => secrets.get(scope + key),
    store: (key, value) => secrets.store(scope + key, value),
    delete: (key) => secrets.delete(scope + key),
    keys: async () => (await secrets.keys()).filter(within).map((key) => key.slice(scope.length)),
    onDidChange: (listener, of, disposables) =>
      secrets.onDidChange(
        ({ key }) => {
          if (within(key)) listener.call(of, { key: key.slice(scope.length) });
        },
        undefined,
        disposables,
      ),
  };
}
