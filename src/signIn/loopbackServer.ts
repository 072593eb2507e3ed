/**
 * The page of this computer that the browser comes back to (RFC 8252 section 7.3): it listens on the loopback
 * addresses alone, for one sign-in, and is gone when that is over.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { errorCodeOf } from '../oauth/errorCode.ts';
import { htmlLanguage } from '../oauth/language.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { escapeXml as escape } from '../salesforce/escapeXml.ts';
import { loopbackRedirectUri, REDIRECT_PATH, type OpenRedirect } from './redirect.ts';

type Deliver = Parameters<NonNullable<OpenRedirect['begin']>>[0];

/** Nothing of the answer is repeated, nothing is loaded from elsewhere, and nobody is told where it came from. */
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  Connection: 'close',
} as const;

const MOST_CONNECTIONS = 20;
const LAST_PAGE_MILLISECONDS = 1_000;
const FREE_PORT_ATTEMPTS = 20;

/**
 * Starts to listen on 127.0.0.1 and, where the computer has it, on [::1].
 * @param port 0: a free one
 * @param registered a callback URL on this computer that a client app has, in place of our own
 * @throws UserFacingError `port_in_use` if another program has the port
 */
export async function openLoopback(port: number, registered?: string): Promise<OpenRedirect> {
  const path = registered === undefined ? REDIRECT_PATH : new URL(registered).pathname;
  let deliver: Deliver | undefined;
  const answering = new Set<Promise<void>>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const done = handle(request, response, path, () => deliver)
      .catch(() => void response.destroy())
      .finally(() => answering.delete(done));
    answering.add(done);
  };
  const servers = await listen(port, answer);
  const [first] = servers;
  const listening = (first?.address() as AddressInfo).port;
  return {
    way: 'loopback',
    redirectUri: registered ?? loopbackRedirectUri(listening),
    throughEditor: false,
    begin: (given) => {
      deliver = given;
    },
    close: async () => {
      deliver = undefined;
      for (const server of servers) server.close();
      // The page that says "you can close this tab" is still on its way.
      await Promise.race([Promise.all(answering), delay(LAST_PAGE_MILLISECONDS)]);
      await Promise.all(servers.map(close));
    },
  };
}

async function listen(
  port: number,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<readonly Server[]> {
  for (let attempt = 1; ; attempt += 1) {
    const servers: Server[] = [];
    try {
      const v4 = await listenAt('127.0.0.1', port, answer);
      servers.push(v4);
      try {
        servers.push(await listenAt('::1', (v4.address() as AddressInfo).port, answer));
      } catch (error) {
        // A computer without IPv6 has nobody there who could take the answer.
        if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(errorCodeOf(error))) throw error;
      }
      return servers;
    } catch (error) {
      await Promise.all(servers.map(close));
      if (port === 0 && attempt < FREE_PORT_ATTEMPTS) continue;
      throw portError(port, error);
    }
  }
}

async function listenAt(
  address: string,
  port: number,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(answer);
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true }, resolve);
  });
  return server;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function portError(port: number, cause: unknown): UserFacingError {
  const taken = errorCodeOf(cause) === 'EADDRINUSE';
  return new UserFacingError({
    code: taken ? 'port_in_use' : 'port_unavailable',
    happened: taken
      ? l10n.t`Port ${port} of this computer is taken by another program.`
      : l10n.t`Port ${port} of this computer cannot be used.`,
    todo: l10n.t(
      'Close that program or another sign-in that waits, set another port in salesforcePkce.loopbackPort and register it at the client app, or take another way.',
    ),
    remedies: ['otherWay', 'openSettings'],
    cause,
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  deliver: () => Deliver | undefined,
): Promise<void> {
  const port = request.socket.localPort ?? 0;
  const hosts = [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
  // Another name for this computer is a page of the web that wants in (DNS rebinding).
  if (!hosts.includes(request.headers.host ?? '')) return send(response, 404, WRONG_PLACE);
  const url = URL.parse(request.url ?? '', `http://localhost:${port}`);
  if (url?.pathname !== path) return send(response, 404, WRONG_PLACE);
  if (request.method !== 'GET') {
    response.setHeader('Allow', 'GET');
    return send(response, 405, WRONG_PLACE);
  }
  const delivery = await deliver()?.(url.searchParams);
  return delivery?.outcome === 'accepted'
    ? send(response, 200, ARRIVED)
    : send(response, 400, NOT_WAITED_FOR);
}

/** Resolves when the page is on its way, so that closing the server does not cut it off. */
function send(response: ServerResponse, status: number, body: string): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.writeHead(status, HEADERS).end(body, () => resolve());
  });
}

function page(title: string, text: string): string {
  return `<!doctype html>
<html ${htmlLanguage()}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 90vh; margin: 0; padding: 1rem; }
main { max-width: 30rem; text-align: center; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
</style>
</head>
<body><main><h1>${escape(title)}</h1><p>${escape(text)}</p></main></body>
</html>
`;
}

const ARRIVED = page(
  l10n.t('You can close this tab'),
  l10n.t('The answer has reached the editor. Go back there to see how the sign-in went.'),
);
const NOT_WAITED_FOR = page(
  l10n.t('Nothing waits for this'),
  l10n.t(
    'This is not the answer of the sign-in that waits in the editor. Finish the log-in page that was opened last, or start again in the editor.',
  ),
);
const WRONG_PLACE = page(
  l10n.t('Nothing is here'),
  l10n.t('This page serves a sign-in of your editor only.'),
);
