/**
 * A forward proxy as companies have them: tunnels (CONNECT) and plain requests, with a user and password if
 * wanted. Whatever host is asked for, the way leads to one port of this computer: the names of the
 * internet are known to the proxy alone.
 */
import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import { promisify } from 'node:util';

export interface ProxyOptions {
  /** `user:password`; without it the proxy asks nobody. */
  readonly credentials?: string;
  /** Port on 127.0.0.1 that stands for the internet. */
  readonly upstreamPort: number;
}

export interface Proxy {
  readonly port: number;
  /** What was let through, such as `CONNECT acme.my.salesforce.com:443`. */
  readonly passed: readonly string[];
  /** How many were turned away for want of credentials. */
  readonly refused: () => number;
  /** How many connections to it are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const passed: string[] = [];
  let refused = 0;
  const tunnels = new Set<Duplex>();
  const isAllowed = ({ headers }: IncomingMessage): boolean => {
    if (options.credentials === undefined) return true;
    const wanted = `Basic ${Buffer.from(options.credentials).toString('base64')}`;
    return headers['proxy-authorization'] === wanted;
  };
  const server = createServer((asked, response) => {
    if (!isAllowed(asked)) {
      refused += 1;
      response.writeHead(407, { 'Proxy-Authenticate': 'Basic realm="company"' }).end();
      return;
    }
    passed.push(`${asked.method ?? ''} ${asked.url ?? ''}`);
    const { pathname, search } = new URL(asked.url ?? '', 'http://unknown');
    const onward = request(
      {
        host: '127.0.0.1',
        port: options.upstreamPort,
        method: asked.method,
        path: pathname + search,
        headers: asked.headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.once('error', () => response.writeHead(502).end());
    asked.pipe(onward);
  });
  server.on('connect', (asked: IncomingMessage, socket, head: Buffer) => {
    socket.on('error', () => undefined);
    if (!isAllowed(asked)) {
      refused += 1;
      socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="company"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
      );
      return;
    }
    passed.push(`CONNECT ${asked.url ?? ''}`);
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    const onward = connect(options.upstreamPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
    });
    pipeline(socket, onward, socket, () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    passed,
    refused: () => refused,
    connections: promisify(server.getConnections.bind(server)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        // A tunnel is no connection of the server's any more.
        for (const tunnel of tunnels) tunnel.destroy();
      }),
  };
}
