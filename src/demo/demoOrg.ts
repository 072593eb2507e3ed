/**
 * The demo org: a stand-in for Salesforce on loopback, for newcomers, tests and benchmarks. It keeps
 * everything in memory and is gone when it is closed.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { addAuthorize } from './authorize.ts';
import { Clients } from './clients.ts';
import { Grants, type DemoUser, type Replay } from './grants.ts';
import { Keys } from './keys.ts';
import { MetadataStore } from './metadataStore.ts';
import { addOauthEndpoints } from './oauthEndpoints.ts';
import { addRestEndpoints } from './restEndpoints.ts';
import { addBuiltInApps, addGeneratedApps, DEMO_CLIENT_ID } from './sampleApps.ts';
import { addSoapEndpoint } from './soapEndpoint.ts';
import { loadSourceTree } from './sourceTree.ts';
import { DEFAULT_SWITCHES, type DemoSwitches } from './switches.ts';
import { builtInTokens, generatedTokens } from './tokenList.ts';

export interface DemoOrgOptions {
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** A Salesforce source tree to serve in place of the built-in org. */
  readonly appsDir?: string;
  /** How many generated apps to serve in place of the built-in org. */
  readonly apps?: number;
  /** How many tokens the generated apps have, beside those of users who sign in. */
  readonly tokens?: number;
  readonly switches?: Partial<DemoSwitches>;
  /** Is told of each request before and after it was worked on; what it returns is waited for. */
  readonly observe?: (moment: 'arrived' | 'answered', request: Request) => unknown;
  /** 18 characters; other orgs side by side need another. */
  readonly orgId?: string;
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** The SOQL of a query. */
  readonly query: string;
  /** The operation of a SOAP call. */
  operation: string;
  /** Where the browser came from, as it tells; empty if it does not. */
  readonly referer: string;
}

export interface DemoOrg {
  /** Origin: log-in host and instance in one. */
  readonly url: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  /** A second user, who may not read metadata. */
  readonly viewer: { readonly username: string; readonly password: string };
  readonly orgId: string;
  /** Files of the source tree that could not be used, each with the reason. */
  readonly warnings: readonly string[];
  /** May be changed while the org runs. */
  readonly switches: DemoSwitches;
  /** What has been asked, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Retired refresh tokens that were presented, oldest first, each with the one that had replaced it. */
  readonly replays: readonly Replay[];
  /** The refresh token of each grant, also of those that have ended. */
  refreshTokens(): readonly string[];
  /** The consumer secret of a client app of the org. */
  secretOf(clientId: string): string;
  /** Changes one switch of an app, as an admin would in Setup. */
  setFlag(type: string, fullName: string, element: string, value: boolean): void;
  /** Deletes a component. */
  remove(type: string, fullName: string): void;
  /** Lets every access token expire now. */
  expireAccessTokens(): void;
  close(): Promise<void>;
}

const MOST_BODY_BYTES = 4 * 1024 * 1024;
const MOST_RECORDED = 100_000;
const DEFAULT_ORG_ID = '00D5g0000DemoOrgEA';

const DEMO_USERS: readonly DemoUser[] = [
  {
    id: '0055g0000DemoUsrAA',
    username: 'demo@pkce.example',
    password: 'demo-org-123',
    name: 'Dana Demo',
    modifyMetadata: true,
  },
  {
    id: '0055g0000DemoVwrAA',
    username: 'viewer@pkce.example',
    password: 'demo-org-123',
    name: 'Vic Viewer',
    modifyMetadata: false,
  },
];

/** Pages hold forms that stand for a log-in: nobody may frame, cache or refer to them. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/**
 * Starts a demo org. It listens on 127.0.0.1 alone.
 * @throws Error if the port is taken or the source tree cannot be read
 */
export async function startDemoOrg(options: DemoOrgOptions = {}): Promise<DemoOrg> {
  const switches: DemoSwitches = { ...DEFAULT_SWITCHES, faults: [], ...options.switches };
  const orgId = options.orgId ?? DEFAULT_ORG_ID;
  const store = new MetadataStore();
  let warnings: readonly string[] = [];
  if (options.appsDir !== undefined) warnings = await loadSourceTree(options.appsDir, store);
  else if (options.apps !== undefined) addGeneratedApps(store, options.apps);
  else addBuiltInApps(store);
  const isBuiltIn = options.appsDir === undefined && options.apps === undefined;
  const tokens = isBuiltIn ? builtInTokens(store) : generatedTokens(store, options.tokens ?? 0);

  const requests: RecordedRequest[] = [];
  const recordOf = new WeakMap<Request, RecordedRequest>();
  const grants = new Grants();
  const clients = new Clients(store, switches);
  let url = '';

  const app = new Hono();
  app.use(async (c, next) => {
    if (requests.length < MOST_RECORDED) {
      const referer = c.req.header('referer') ?? '';
      const { method, path } = c.req;
      const record = { method, path, query: c.req.query('q') ?? '', operation: '', referer };
      requests.push(record);
      recordOf.set(c.req.raw, record);
    }
    if (switches.latencyMilliseconds > 0) {
      await new Promise((resolve) => setTimeout(resolve, switches.latencyMilliseconds));
    }
    await options.observe?.('arrived', c.req.raw);
    await next();
    await options.observe?.('answered', c.req.raw);
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
  });
  // Another name for 127.0.0.1 is a page of the web that wants in (DNS rebinding).
  app.use(async (c, next) => {
    const { hostname } = new URL(c.req.url);
    if (hostname !== '127.0.0.1' && hostname !== 'localhost') return c.text('Wrong host', 421);
    return next();
  });
  app.use(bodyLimit({ maxSize: MOST_BODY_BYTES, onError: (c) => c.text('Too large', 413) }));
  app.get('/', (c) =>
    c.text('This is a demo org of PKCE for Salesforce. Sign in to it from the editor.'),
  );
  addAuthorize(app, { switches, clients, grants, users: DEMO_USERS });
  addOauthEndpoints(app, {
    url: () => url,
    orgId,
    switches,
    clients,
    grants,
    keys: new Keys(),
  });
  addSoapEndpoint(app, {
    switches,
    store,
    grants,
    onOperation: (request, operation) => {
      const record = recordOf.get(request);
      if (record) record.operation = operation;
    },
  });
  addRestEndpoints(app, {
    orgId,
    orgName: 'Demo Org',
    switches,
    store,
    grants,
    clients,
    tokens,
  });
  app.onError((_error, c) => c.text('The request could not be understood', 400));

  // The editor's extension host is shared: its global Request and Response stay as they are.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const [user, viewer] = DEMO_USERS;
  if (!user || !viewer) throw new Error('A demo org has two users');
  return {
    url,
    clientId: DEMO_CLIENT_ID,
    username: user.username,
    password: user.password,
    viewer,
    orgId,
    warnings,
    switches,
    requests,
    replays: grants.replays,
    refreshTokens: () => grants.all().flatMap(({ refreshToken }) => refreshToken ?? []),
    secretOf: (clientId) => clients.secretOf(clientId),
    setFlag: (type, fullName, element, value) => {
      store.setFlag(type, fullName, element, value);
    },
    remove: (type, fullName) => {
      store.remove(type, fullName);
    },
    expireAccessTokens: () => grants.expireAccess(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
