/** A part of SecretStorage of its own, for windows that share it with others and no files: locks and ledger are files. */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { once } from './once.ts';
import type { Secrets } from './sessionStore.ts';
import type { SharedFiles } from './sharedFiles.ts';

const FILE = 'scope.jsonl';
const Scope = v.object({ scope: v.pipe(v.string(), v.uuid()) });

/**
 * Secrets that are as shared as a folder is: under a name of its own, which a file in it tells.
 * @param files of the folder that has the locks and the ledger
 */
export function scopedSecrets(secrets: Secrets, files: SharedFiles): Secrets {
  let known: string | undefined;
  const prefix = once(async () => (known = `remote/${await scopeOf(files)}/`));
  return {
    get: async (key) => secrets.get((await prefix()) + key),
    store: async (key, value) => secrets.store((await prefix()) + key, value),
    delete: async (key) => secrets.delete((await prefix()) + key),
    keys: async () => {
      const scope = await prefix();
      const keys = (await secrets.keys()).filter((key) => key.startsWith(scope));
      return keys.map((key) => key.slice(scope.length));
    },
    onDidChange: (listener, of, disposables) =>
      secrets.onDidChange(
        ({ key }) => {
          // As long as nothing was asked for, nobody waits for news.
          if (known === undefined || !key.startsWith(known)) return;
          listener.call(of, { key: key.slice(known.length) });
        },
        undefined,
        disposables,
      ),
  };
}

/** The first line rules, whichever window wrote it. */
async function scopeOf(files: SharedFiles): Promise<string> {
  const first = async (): Promise<string | undefined> =>
    (await files.lines(FILE)).find((line) => v.is(Scope, line))?.scope;
  const there = await first();
  if (there !== undefined) return there;
  const scope = randomUUID();
  await files.append(FILE, { scope });
  return (await first()) ?? scope;
}
