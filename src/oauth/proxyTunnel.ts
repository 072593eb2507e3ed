/**
 * The way through a proxy that wants the words of `http.proxyAuthorization`: VS Code sends them with its own
 * requests, not with those of extensions (measured in 1.139). A tunnel of ours, for https alone; every
 * other way is VS Code's.
 */
import { request, type IncomingMessage } from 'node:http';
import { connect as connectTo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { connect, getCACertificates } from 'node:tls';
import type { Fetch } from './http.ts';

/**
 * VS Code leaves a request alone that names a socket of its own, and would send this one through the proxy
 * once more otherwise. The name is not used: the connection is there already.
 */
const OWN_CONNECTION = '/tunnel';

/** What the user has set about the proxy. */
export interface ProxySettings {
  /** `http.proxy`. */
  readonly proxy: string | undefined;
  /** `http.proxyAuthorization`: the value of the header. */
  readonly authorization: string | undefined;
  /** `http.noProxy`: hosts that the proxy is not for. */
  readonly noProxy: readonly string[];
}

/**
 * A Fetch that goes through the proxy itself where the settings name one with an authorization and without
 * a user in its address, and leaves everything else as it is.
 */
export function throughProxy(fetch: Fetch, settings: () => ProxySettings): Fetch {
  return (input, init) => {
    const { proxy, authorization, noProxy } = settings();
    const url = new URL(input);
    const address = proxy ? URL.parse(proxy) : null;
    const ours =
      authorization &&
      address?.protocol === 'http:' &&
      address.username === '' &&
      url.protocol === 'https:' &&
      !isLeftOut(url, noProxy);
    return ours ? tunnelled(url, init ?? {}, address, authorization) : fetch(input, init);
  };
}

/** Whether a host is on the list: itself, or below a domain that is. */
export function isLeftOut(url: URL, noProxy: readonly string[]): boolean {
  return noProxy.some((entry) => {
    const [host = '', port] = entry.trim().toLowerCase().split(':');
    if (port !== undefined && port !== (url.port || '443')) return false;
    const domain = host.replace(/^\*?\./, '');
    return host === '*' || url.hostname === domain || url.hostname.endsWith(`.${domain}`);
  });
}

async function tunnelled(
  url: URL,
  init: RequestInit,
  proxy: URL,
  authorization: string,
): Promise<Response> {
  const signal = init.signal ?? undefined;
  const socket = await openTunnel(url, proxy, authorization, signal);
  // Node's own authorities and the system's, as VS Code trusts them elsewhere.
  const ca = [...getCACertificates('default'), ...getCACertificates('system')];
  const secure = connect({ socket, servername: url.hostname, ca });
  const leave = (): void => {
    secure.destroy();
    socket.destroy();
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  secure.once('error', reject);
  const headers = new Headers(init.headers);
  const body = init.body instanceof URLSearchParams ? init.body.toString() : init.body;
  if (init.body instanceof URLSearchParams && !headers.has('content-type')) {
    headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8');
  }
  headers.set('host', url.host);
  headers.set('connection', 'close');
  const sent = request(
    {
      createConnection: () => secure,
      socketPath: OWN_CONNECTION,
      method: init.method ?? 'GET',
      path: url.pathname + url.search,
      headers: Object.fromEntries(headers),
      ...(signal ? { signal } : {}),
    },
    resolve,
  );
  sent.once('error', reject);
  sent.end(typeof body === 'string' ? body : undefined);
  try {
    const message = await promise;
    // Read or left: the tunnel was for this one answer.
    message.once('close', leave);
    return responseOf(message);
  } catch (cause) {
    leave();
    if (signal?.aborted) throw signal.reason;
    throw new TypeError('fetch failed', { cause });
  }
}

async function openTunnel(
  url: URL,
  proxy: URL,
  authorization: string,
  signal: AbortSignal | undefined,
): Promise<Socket> {
  const target = `${url.hostname}:${url.port || '443'}`;
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const asked = request({
    // An address of IPv6 stands in brackets in a URL alone.
    createConnection: () =>
      connectTo(Number(proxy.port || '80'), proxy.hostname.replace(/^\[|\]$/g, '')),
    socketPath: OWN_CONNECTION,
    method: 'CONNECT',
    path: target,
    headers: { Host: target, 'Proxy-Authorization': authorization },
    ...(signal ? { signal } : {}),
  });
  asked.once('connect', (answer, socket: Socket) => {
    if (answer.statusCode === 200) resolve(socket);
    else {
      socket.destroy();
      reject(new Error(`Proxy response (${answer.statusCode ?? 0}) when tunnelling`));
    }
  });
  // An answer without a tunnel: 407, or a page of the proxy.
  asked.once('response', (answer) => {
    answer.resume();
    reject(new Error(`Proxy response (${answer.statusCode ?? 0}) when tunnelling`));
  });
  asked.once('error', reject);
  asked.end();
  try {
    return await promise;
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw new TypeError('fetch failed', { cause });
  }
}

function responseOf(message: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
  }
  const status = message.statusCode ?? 502;
  const bodyless = [204, 205, 304].includes(status);
  if (bodyless) message.resume();
  const body = bodyless ? null : (Readable.toWeb(message) as unknown as ReadableStream);
  return new Response(body, { status, headers });
}
