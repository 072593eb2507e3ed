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

export class DemoFaults {
  readonly #switches: DemoSwitches;

  constructor(switches: DemoSwitches) {
    this.#switches = switches;
  }

  /** The answer of a fault that strikes at a place, or undefined. */
  async strike(c: Context, place: Place): Promise<Response | undefined> {
    const fault = takeFault(this.#switches, place);
    if (!fault) return undefined;
    if (isWireFault(fault.error)) return wireFault(c, fault.error);
    if (place === 'rest') {
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
  }
}
