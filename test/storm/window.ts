/** One window of a storm, a process of its own: the session floor over the driver's store, calling an org all the time. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UserFacingError } from '../../src/oauth/userFacingError.ts';
import { createOrgClient } from '../../src/salesforce/orgClient.ts';
import { Emitter } from '../../src/session/emitter.ts';
import { SessionStore, type Secrets } from '../../src/session/sessionStore.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { TokenLedger } from '../../src/session/tokenLedger.ts';
import { fetch } from '../unit/support/fetch.ts';
import type { FromWindow, ToWindow, WindowOrders } from './messages.ts';

const orders = JSON.parse(process.argv[2] ?? '{}') as WindowOrders;
const PAUSE_MILLISECONDS = 40;
const QUERY = '/services/data/v60.0/query?q=SELECT+Id+FROM+Organization';

const waiting = new Map<number, (value: unknown) => void>();
const changed = new Emitter<{ readonly key: string }>();
let calls = 0;
let ending = false;

function send(message: FromWindow): void {
  process.send?.(message);
}

process.on('message', (message: ToWindow) => {
  if (message.kind === 'answer') waiting.get(message.call)?.(message.value);
  else if (message.kind === 'changed') changed.fire({ key: message.key });
  else ending = true;
});

type StoreCall = FromWindow & { kind: 'store' };

function ask(method: StoreCall['method'], key = '', value = ''): Promise<unknown> {
  const call = (calls += 1);
  const answer = new Promise((resolve) => waiting.set(call, resolve));
  send({ kind: 'store', call, method, key, value });
  return answer.finally(() => waiting.delete(call));
}

/** One process keeps the secrets of all windows, and all hear of every change. */
const desktopSecrets: Secrets = {
  keys: async () => (await ask('keys')) as string[],
  get: async (key) => ((await ask('get', key)) ?? undefined) as string | undefined,
  store: async (key, value) => {
    await ask('store', key, value);
  },
  delete: async (key) => {
    await ask('delete', key);
  },
  onDidChange: changed.event,
};

/** Read once at the start; a change is written with all that this window knows, and heard here alone. */
async function browserSecrets(): Promise<Secrets> {
  const own = new Map((await ask('all')) as [string, string][]);
  const save = async (key: string): Promise<void> => {
    await ask('replaceAll', key, JSON.stringify([...own]));
    changed.fire({ key });
  };
  return {
    keys: () => Promise.resolve([...own.keys()]),
    get: (key) => Promise.resolve(own.get(key)),
    store: (key, value) => save((own.set(key, value), key)),
    delete: (key) => save((own.delete(key), key)),
    onDidChange: changed.event,
  };
}

const secrets = orders.store === 'desktop' ? desktopSecrets : await browserSecrets();
const sessions = new Sessions({
  store: new SessionStore(secrets),
  ledger: new TokenLedger(join(orders.folder, 'sessions')),
  lockFolder: join(orders.folder, 'locks'),
  storeIsShared: orders.store === 'desktop',
  fetch: (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set(orders.header, String(orders.number));
    return fetch(input, { ...init, headers: [...headers] });
  },
  memory: { get: () => undefined as never, update: () => Promise.resolve() },
  timeoutMilliseconds: () => 10_000,
  refreshAheadMilliseconds: () => 60_000,
  now: () => Date.now(),
  report: () => undefined,
});

async function callForEver(sessionId: string): Promise<void> {
  while (!ending) {
    let code: string | undefined;
    try {
      const session = await sessions.get(sessionId);
      if (!session) throw new UserFacingError({ code: 'signed_out', happened: '', todo: '' });
      const client = createOrgClient({
        fetch,
        instanceUrl: session.instanceUrl,
        accessToken: (rejected) => sessions.accessToken(sessionId, rejected),
        timeoutMilliseconds: 10_000,
        concurrency: 1,
      });
      await client.get(QUERY);
    } catch (error) {
      code = error instanceof UserFacingError ? error.code : String(error);
    }
    send({ kind: 'called', sessionId, code });
    await delay(PAUSE_MILLISECONDS * (0.5 + Math.random()));
  }
}

await Promise.all(orders.sessionIds.map(callForEver));
process.disconnect();
