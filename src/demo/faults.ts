/** Faults on demand: what a server in trouble, or something between it and us, answers. */
import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import {
  isWireFault,
  takeFault,
  type DemoSwitches,
  type Place,
  type WireFault,
} from './switches.ts';

/** REST errors and their HTTP status. */
const REST_STATUS: Readonly<Record<string, 400 | 401 | 403 | 404 | 503>> = {
  INVALID_SESSION_ID: 401,
  REQUEST_LIMIT_EXCEEDED: 403,
  API_DISABLED_FOR_ORG: 403,
  NOT_FOUND: 404,
  SERVER_UNAVAILABLE: 503,
};

const NEVER = new Promise<never>(() => undefined);

/** The answer of a fault that strikes at one of these places now, or undefined. */
export async function struckFault(
  c: Context,
  switches: DemoSwitches,
  ...places: readonly Place[]
): Promise<Response | undefined> {
  const fault = takeFault(switches, ...places);
  if (!fault) return undefined;
  if (isWireFault(fault.error)) return wireFault(c, fault.error);
  if (places.includes('rest')) {
    return c.json(
      [{ message: fault.description, errorCode: fault.error }],
      REST_STATUS[fault.error] ?? 400,
    );
  }
  const transient = /^(server_error|service_unavailable|system_down)$/.test(fault.error);
  return c.json(
    { error: fault.error, error_description: fault.description },
    transient ? 503 : 400,
  );
}

/** Also used where an answer has another form: SOAP, and the browser's pages. */
export async function wireFault(c: Context, fault: WireFault): Promise<Response> {
  switch (fault) {
    case 'hang':
      return NEVER;
    case 'reset':
      (c.env as { incoming: IncomingMessage }).incoming.socket.destroy();
      return NEVER;
    case 'html':
      return c.html(
        '<!doctype html><title>Maintenance</title><h1>We are down for maintenance</h1>',
        503,
      );
    case 'empty':
      return c.body(null, 200);
    case 'redirect':
      return c.redirect('https://elsewhere.example/', 302);
    case 'busy':
      return c.text('Try again later', 503, { 'Retry-After': '1' });
    case 'forbidden':
      return c.html('<!doctype html><title>Blocked</title><h1>Blocked by your company</h1>', 403);
    case 'page':
      return c.html('<!doctype html><title>Hotel</title><h1>Welcome to our network</h1>');
    case 'truncated':
      return answerAs(c, '<?xml version="1.0"?><Envelope><Body><x><result><type>Conn', '[{"ver');
    case 'bomb':
      return answerAs(c, BOMB, '['.repeat(100_000));
    case 'huge': {
      const padding = ' '.repeat(HUGE_BYTES);
      return answerAs(c, `<Envelope>${padding}</Envelope>`, `[${padding}]`);
    }
  }
}

const HUGE_BYTES = 50 * 1024 * 1024;
/** Entities of entities, each ten times as long as the one before. */
const BOMB = `<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">${Array.from(
  { length: 8 },
  (_none, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`,
).join('')}]><x>&e8;</x>`;

/** In the form that the request is answered in when all is well. */
function answerAs(c: Context, xml: string, json: string): Response {
  return (c.req.header('content-type') ?? '').includes('xml')
    ? c.body(xml, 200, { 'Content-Type': 'text/xml;charset=UTF-8' })
    : c.body(json, 200, { 'Content-Type': 'application/json;charset=UTF-8' });
}
