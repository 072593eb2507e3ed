/** The authorize endpoint of a demo org, with its log-in and approval pages (SALESFORCE.md 1.3 to 1.5, 1.8). */
import { randomBytes } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { covers } from '../salesforce/scopes.ts';
import { isRegisteredRedirect, type Clients, type DemoClient } from './clients.ts';
import { wireFault } from './faults.ts';
import { s256, type DemoUser, type Grants } from './grants.ts';
import { approvalPage, errorPage, logInPage } from './pages.ts';
import { isWireFault, takeFault, type DemoSwitches, type Place } from './switches.ts';

export interface AuthorizeContext {
  readonly switches: DemoSwitches;
  readonly clients: Clients;
  readonly grants: Grants;
  readonly users: readonly DemoUser[];
}

/** An authorization request that a browser is in the middle of. */
interface Ticket {
  readonly client: DemoClient;
  readonly redirectUri: string;
  readonly state: string | undefined;
  /** SHA-256 of the code verifier, as S256 writes it. */
  readonly challenge: string | undefined;
  readonly scopes: readonly string[];
  readonly expiresAtMilliseconds: number;
  user: DemoUser | undefined;
}

const TICKET_LIFE_MILLISECONDS = 15 * 60_000;
/** Errors that are shown on the login host: there is no trusted place to redirect to. */
const SHOWN = ['invalid_client_id', 'redirect_uri_mismatch', 'redirect_uri_missing'];
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  invalid_client_id: 'client identifier invalid',
  redirect_uri_mismatch: 'redirect_uri must match configuration',
  OAUTH_APP_BLOCKED: 'this app is blocked by admin',
  OAUTH_APP_ACCESS_DENIED: 'user is not admin approved to access this app',
  OAUTH_EC_APP_NOT_FOUND: 'External client app is not installed in this org',
  OAUTH_AUTHORIZATION_BLOCKED:
    'Cross-org OAuth flows are not supported for this external client app',
  OAUTH_APPROVAL_ERROR_GENERIC:
    'An unexpected error has occurred during authentication. Please try again.',
};
/** Names that may stand once at most; all others are passed over. */
const SINGLE = [
  'response_type',
  'client_id',
  'redirect_uri',
  'state',
  'scope',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'login_hint',
  'immediate',
];

export function addAuthorize(app: Hono, context: AuthorizeContext): void {
  const { switches, clients, grants, users } = context;
  const tickets = new Map<string, Ticket>();

  function shown(c: Context, error: string, description = DESCRIPTIONS[error] ?? '') {
    return c.html(errorPage(error, description), switches.shownErrorStatus);
  }

  function back(
    c: Context,
    redirectUri: string,
    state: string | undefined,
    parameters: Record<string, string>,
  ) {
    const query = new URLSearchParams(parameters);
    if (state !== undefined) query.set('state', state);
    return c.redirect(
      redirectUri + (redirectUri.includes('?') ? '&' : '?') + query.toString(),
      302,
    );
  }

  function failed(
    c: Context,
    ticket: Pick<Ticket, 'redirectUri' | 'state'>,
    error: string,
    description = DESCRIPTIONS[error] ?? '',
  ) {
    return back(c, ticket.redirectUri, ticket.state, { error, error_description: description });
  }

  async function fault(c: Context, place: Place, ticket: Pick<Ticket, 'redirectUri' | 'state'>) {
    const struck = takeFault(switches, place);
    if (!struck) return undefined;
    if (isWireFault(struck.error)) return wireFault(c, struck.error);
    const description = struck.description === '' ? DESCRIPTIONS[struck.error] : struck.description;
    return SHOWN.includes(struck.error)
      ? shown(c, struck.error, description)
      : failed(c, ticket, struck.error, description);
  }

  app.get('/services/oauth2/authorize', async (c) => {
    const query = new URL(c.req.url).searchParams;
    const repeated = SINGLE.find((name) => query.getAll(name).length > 1);
    if (repeated !== undefined) return shown(c, 'invalid_request', `${repeated} is repeated`);
    const client = clients.find(query.get('client_id') ?? '');
    if (!client) return shown(c, 'invalid_client_id');
    const redirectUri = query.get('redirect_uri') ?? '';
    if (redirectUri === '') return shown(c, 'redirect_uri_missing', 'redirect_uri is missing');
    if (!isRegisteredRedirect(client, redirectUri)) return shown(c, 'redirect_uri_mismatch');
    const request = { redirectUri, state: query.get('state') ?? undefined };
    const struck = await fault(c, 'authorize', request);
    if (struck) return struck;
    if (query.get('response_type') !== 'code') {
      return failed(c, request, 'unsupported_response_type', 'response type is not supported');
    }
    const challenge = query.get('code_challenge') ?? undefined;
    const method = query.get('code_challenge_method') ?? 'S256';
    if (
      challenge !== undefined &&
      method !== 'S256' &&
      !(method === 'plain' && switches.plainMethod === 'accepted')
    ) {
      return failed(c, request, 'invalid_request', 'code challenge method not supported');
    }
    if (challenge !== undefined && !/^[\w.~-]{43,128}$/.test(challenge)) {
      return failed(c, request, 'invalid_request', 'invalid code challenge');
    }
    const orgDemands = clients.orgRequiresPkce() && switches.orgWideMissingChallenge === 'before';
    if (challenge === undefined && (client.pkceRequired || orgDemands)) {
      if (switches.missingChallenge === 'body') {
        return new Response(
          'error=invalid_request&error_description=missing%20required%20code%20challenge',
        );
      }
      return failed(c, request, 'invalid_request', 'missing required code challenge');
    }
    if (query.get('immediate') === 'true') return failed(c, request, 'immediate_unsuccessful', '');
    const ticket = randomBytes(24).toString('base64url');
    const asked = (query.get('scope') ?? '').split(' ').filter(Boolean);
    tickets.set(ticket, {
      ...request,
      client,
      // A plain challenge is the verifier itself.
      challenge: method === 'plain' && challenge !== undefined ? s256(challenge) : challenge,
      scopes: asked.length > 0 ? asked : client.scopes,
      expiresAtMilliseconds: Date.now() + TICKET_LIFE_MILLISECONDS,
      user: undefined,
    });
    const username = query.get('login_hint') ?? '';
    return c.html(logIn(ticket, client, username, '../../login'));
  });

  function logIn(ticket: string, client: DemoClient, username: string, action: string) {
    const [first] = users;
    const hint = { username: first?.username ?? '', password: first?.password ?? '' };
    return logInPage({
      ticket,
      username,
      clientName: client.name,
      hint,
      failed: action === 'login',
      action,
    });
  }

  /** The ticket of a posted form; it is what a stranger's page cannot know, so the forms cannot be forged. */
  async function posted(c: Context) {
    const form = new URLSearchParams(await c.req.text());
    const name = form.get('ticket') ?? '';
    const ticket = tickets.get(name);
    return ticket && ticket.expiresAtMilliseconds > Date.now() ? { form, name, ticket } : undefined;
  }

  app.post('/login', async (c) => {
    const request = await posted(c);
    if (!request) return shown(c, 'invalid_request', 'this page has expired, start again');
    const { form, name, ticket } = request;
    const username = form.get('username') ?? '';
    const user = users.find(
      (one) => one.username === username && one.password === form.get('password'),
    );
    if (!user) return c.html(logIn(name, ticket.client, username, 'login'));
    ticket.user = user;
    const scopeMissing = !covers(ticket.client.scopes, ticket.scopes);
    const challengeMissing = ticket.challenge === undefined && clients.orgRequiresPkce();
    if (scopeMissing || challengeMissing) {
      // Found out only after the log-in, and said without a reason (SALESFORCE.md 1.3, 1.5).
      tickets.delete(name);
      return failed(c, ticket, 'OAUTH_APPROVAL_ERROR_GENERIC');
    }
    return c.html(
      approvalPage({
        ticket: name,
        username,
        clientName: ticket.client.name,
        scopes: ticket.scopes,
      }),
    );
  });

  app.post('/approve', async (c) => {
    const request = await posted(c);
    if (!request?.ticket.user)
      return shown(c, 'invalid_request', 'this page has expired, start again');
    const { form, name, ticket } = request;
    tickets.delete(name);
    const struck = await fault(c, 'approve', ticket);
    if (struck) return struck;
    if (form.get('decision') !== 'allow')
      return failed(c, ticket, 'access_denied', 'end-user denied authorization');
    const code = grants.issueCode({
      clientId: ticket.client.clientId,
      redirectUri: ticket.redirectUri,
      challenge: ticket.challenge,
      scopes: ticket.scopes,
      user: request.ticket.user,
    });
    return back(c, ticket.redirectUri, ticket.state, { code });
  });
}
