/** The REST API of a demo org: versions, and queries with pages and the limit header (SALESFORCE.md 4.4, 10). */
import type { Context, Hono } from 'hono';
import { covers } from '../salesforce/scopes.ts';
import type { Clients } from './clients.ts';
import { struckFault } from './faults.ts';
import type { AccessGrant, Grant, Grants } from './grants.ts';
import type { MetadataStore } from './metadataStore.ts';
import type { DemoSwitches } from './switches.ts';
import { menuItemsOf, type TokenRow } from './tokenList.ts';

export interface RestContext {
  readonly orgId: string;
  readonly orgName: string;
  readonly switches: DemoSwitches;
  readonly store: MetadataStore;
  readonly grants: Grants;
  readonly clients: Clients;
  /** Tokens beside those of {@link grants}. */
  readonly tokens: readonly TokenRow[];
}

type Row = Readonly<Record<string, string | number | boolean | null>>;

const OLDEST_VERSION = 31;
const DAILY_REQUESTS = 15_000;
/** Rows of one page; OauthToken has its own size and a limit altogether. */
const PAGE_ROWS = 2000;
const TOKEN_PAGE_ROWS = 500;
const MOST_TOKEN_ROWS = 2500;

class RestError extends Error {
  readonly errorCode: string;
  readonly status: 400 | 401 | 403 | 404;
  constructor(errorCode: string, message: string, status: 400 | 401 | 403 | 404 = 400) {
    super(message);
    this.errorCode = errorCode;
    this.status = status;
  }
}

export function addRestEndpoints(app: Hono, context: RestContext): void {
  const { switches, store, grants, clients } = context;
  const cursors = new Map<string, { readonly rows: readonly Row[]; readonly type: string }>();
  let used = 0;

  // Needs no token (SALESFORCE.md 8).
  app.get('/services/data', async (c) => {
    const fault = await struckFault(c, switches, 'versions');
    if (fault) return fault;
    const versions = [];
    for (let version = OLDEST_VERSION; version <= switches.newestApiVersion; version += 1) {
      versions.push({
        label: `Release ${version}`,
        url: `/services/data/v${version}.0`,
        version: `${version}.0`,
      });
    }
    return c.json(versions);
  });

  async function guarded(c: Context, run: (access: AccessGrant) => unknown): Promise<Response> {
    const isQuery = /\/query\b/.test(c.req.path);
    const fault = await struckFault(c, switches, 'rest', ...(isQuery ? (['query'] as const) : []));
    if (fault) return fault;
    try {
      const version = Number(/\/v(\d+\.\d)\//.exec(c.req.path)?.[1]);
      if (!(version >= OLDEST_VERSION && version <= switches.newestApiVersion)) throw notFound();
      const token = (c.req.header('authorization') ?? '').replace(/^Bearer /i, '');
      const access = grants.access(token);
      if (!access) throw new RestError('INVALID_SESSION_ID', 'Session expired or invalid', 401);
      if (!covers(access.grant.scopes, ['api'])) {
        throw new RestError(
          'INVALID_SESSION_ID',
          'This session is not valid for use with the REST API',
          401,
        );
      }
      used += 1;
      c.header('Sforce-Limit-Info', `api-usage=${used}/${DAILY_REQUESTS}`);
      return c.json(run(access));
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      return c.json([{ message: error.message, errorCode: error.errorCode }], error.status);
    }
  }

  app.get('/services/data/:version/query', (c) =>
    guarded(c, (access) => query(c.req.query('q') ?? '', access, c.req.param('version'), tables)),
  );
  app.get('/services/data/:version/tooling/query', (c) =>
    guarded(c, (access) =>
      query(c.req.query('q') ?? '', access, c.req.param('version'), toolingTables),
    ),
  );
  app.get('/services/data/:version/query/:cursor', (c) =>
    guarded(c, () => {
      const [id = '', start = ''] = c.req.param('cursor').split('-');
      const cursor = cursors.get(id);
      if (!cursor || !/^\d+$/.test(start))
        throw new RestError('INVALID_QUERY_LOCATOR', 'invalid query locator');
      return pageOf(cursor, id, Number(start), c.req.param('version'));
    }),
  );
  app.all('/services/data/*', (c) =>
    guarded(c, () => {
      throw notFound();
    }),
  );

  const tables: Readonly<Record<string, (access: AccessGrant) => Row[]>> = {
    Organization: () => [
      {
        Id: context.orgId,
        Name: context.orgName,
        NamespacePrefix: null,
        IsSandbox: false,
        OrganizationType: 'Developer Edition',
        InstanceName: 'DEMO1',
      },
    ],
    ConnectedApplication: () =>
      store.list('ConnectedApp').map((component) => ({
        Id: component.id,
        Name: component.content.textOf('label') ?? component.fullName,
        CreatedDate: '2026-01-05T08:00:00.000+0000',
        LastModifiedDate: dateText(component.lastModifiedAtMilliseconds),
        OptionsAllowAdminApprovedUsersOnly:
          component.content.child('oauthConfig')?.textOf('isAdminApproved') === 'true',
        OptionsHasSessionLevelPolicy: component.content.child('sessionPolicy') !== undefined,
        OptionsIsInternal: false,
        RefreshTokenValidityPeriod: null,
        StartUrl: component.content.textOf('startUrl') ?? null,
      })),
    ExternalClientApplication: () =>
      store.list('ExternalClientApplication').map((component) => ({
        Id: component.id,
        DeveloperName: component.fullName.replace(/^\w+?__/, ''),
        MasterLabel: component.content.textOf('label') ?? component.fullName,
        ContactEmail: component.content.textOf('contactEmail') ?? null,
        Description: component.content.textOf('description') ?? null,
        DistributionState: component.content.textOf('distributionState') ?? 'Local',
        NamespacePrefix: component.namespacePrefix ?? null,
        OrgScopedExternalApp: component.content.textOf('orgScopedExternalApp') ?? null,
      })),
    // "Customize Application" sees everybody's rows, others their own.
    OauthToken: ({ grant: { user } }) =>
      [...grants.all().flatMap(tokensOf), ...context.tokens]
        .filter(({ userId }) => user.modifyMetadata || userId === user.id)
        .map(tokenRow),
    AppMenuItem: () =>
      menuItemsOf(store).map(({ id, applicationId }) => ({
        Id: id,
        ApplicationId: applicationId,
        Type: 'ConnectedApplication',
      })),
    UserPermissionAccess: (access) => {
      if (!switches.permissionAccess) throw unknownType('UserPermissionAccess');
      return [{ Id: null, PermissionsCustomizeApplication: access.grant.user.modifyMetadata }];
    },
    AuthSession: (access) =>
      (switches.authSession ? [access] : []).map(() => ({
        Id: '0Ak5g00000DEMO1AAA',
        UsersId: access.grant.user.id,
        NumSecondsValid: switches.tokenLifetimeSeconds,
        LastModifiedDate: dateText(access.issuedAtMilliseconds),
        CreatedDate: dateText(access.issuedAtMilliseconds),
        SessionType: 'OauthApprovalUi',
        LoginType: 'Remote Access 2.0',
        IsCurrent: true,
        ParentId: null,
      })),
  };

  function tokensOf(grant: Grant): TokenRow[] {
    if (!grant.alive || grant.refreshToken === undefined) return [];
    return [
      {
        appName: clients.find(grant.clientId)?.name ?? grant.clientId,
        appMenuItemId: null,
        userId: grant.user.id,
        createdAtMilliseconds: grant.lastUsedAtMilliseconds,
        lastUsedAtMilliseconds: grant.lastUsedAtMilliseconds,
        useCount: grant.useCount,
        refreshToken: grant.refreshToken,
      },
    ];
  }

  const toolingTables: Readonly<Record<string, (access: AccessGrant) => Row[]>> = {
    OauthOidcSettings: () => {
      if (!switches.toolingOauthOidc) throw unknownType('OauthOidcSettings');
      const settings = store.get('OauthOidcSettings', 'OauthOidc')?.content;
      const flag = (name: string): boolean => settings?.textOf(name)?.trim() === 'true';
      return [
        {
          IsPkceRequired: flag('isPkceRequired'),
          BlockOauthUnPwFlow: flag('blockOAuthUnPwFlow'),
          BlockOauthUsrAgtFlow: flag('blockOAuthUsrAgtFlow'),
          OauthCdCrdtFlowEnable: flag('oAuthCdCrdtFlowEnable'),
        },
      ];
    },
  };

  function query(soql: string, access: AccessGrant, version: string, from: typeof tables): unknown {
    const parts =
      /^\s*SELECT\s+([\w.,\s]+?)\s+FROM\s+(\w+)(?:\s+WHERE\s+(.+?))?(?:\s+ORDER\s+BY\s+(\w+)(?:\s+(ASC|DESC))?)?(?:\s+LIMIT\s+(\d+))?\s*$/i.exec(
        soql,
      );
    const [, fieldList, type = '', where, orderBy, direction, most] = parts ?? [];
    if (fieldList === undefined) throw new RestError('MALFORMED_QUERY', 'unexpected token');
    const table = Object.hasOwn(from, type) ? from[type] : undefined;
    if (!table || (type === 'ExternalClientApplication' && !switches.externalClientApps))
      throw unknownType(type);
    const fields = fieldList.split(',').map((field) => field.trim());
    let rows = table(access).filter((row) => where === undefined || matches(row, where, type));
    if (orderBy !== undefined) {
      const sign = direction?.toUpperCase() === 'DESC' ? -1 : 1;
      rows = rows.toSorted((a, b) => {
        const [one, other] = [String(a[orderBy]), String(b[orderBy])];
        return one === other ? 0 : sign * (one < other ? -1 : 1);
      });
    }
    if (most !== undefined) rows = rows.slice(0, Number(most));
    if (type === 'OauthToken') rows = rows.slice(0, MOST_TOKEN_ROWS);
    const chosen = rows.map((row) =>
      Object.fromEntries(fields.map((field) => [field, fieldOf(row, field, type)])),
    );
    const id = `01g5g${String(cursors.size + 1).padStart(10, '0')}AAA`;
    const cursor = { rows: chosen, type };
    if (chosen.length > rowsPerPage(type)) cursors.set(id, cursor);
    return pageOf(cursor, id, 0, version);
  }

  function pageOf(
    cursor: { readonly rows: readonly Row[]; readonly type: string },
    id: string,
    start: number,
    version: string,
  ) {
    const end = start + rowsPerPage(cursor.type);
    const done = end >= cursor.rows.length;
    const records = cursor.rows.slice(start, end).map((row) => ({
      attributes: {
        type: cursor.type,
        url: `/services/data/${version}/sobjects/${cursor.type}/${String(row.Id ?? '')}`,
      },
      ...row,
    }));
    return {
      totalSize: cursor.rows.length,
      done,
      ...(done ? {} : { nextRecordsUrl: `/services/data/${version}/query/${id}-${end}` }),
      records,
    };
  }
}

function rowsPerPage(type: string): number {
  return type === 'OauthToken' ? TOKEN_PAGE_ROWS : PAGE_ROWS;
}

function matches(row: Row, where: string, type: string): boolean {
  return where.split(/\s+AND\s+/i).every((condition) => {
    const [, field = '', operator, literal = ''] =
      /^(\w+)\s*(<=|>=|!=|=|<|>)\s*(.+)$/.exec(condition.trim()) ?? [];
    if (operator === undefined)
      throw new RestError('MALFORMED_QUERY', `unexpected token: ${condition}`);
    const value = String(fieldOf(row, field, type));
    // Dates are written without quotes, with Z or an offset that has a colon.
    if (field.endsWith('Date') && !/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(literal))
      throw new RestError('MALFORMED_QUERY', `unexpected token: ${literal}`);
    const wanted = field.endsWith('Date')
      ? dateText(Date.parse(literal))
      : literal.replace(/^'(.*)'$/, '$1');
    switch (operator) {
      case '=':
        return value === wanted;
      case '!=':
        return value !== wanted;
      case '<':
        return value < wanted;
      case '>':
        return value > wanted;
      case '<=':
        return value <= wanted;
      default:
        return value >= wanted;
    }
  });
}

function fieldOf(row: Row, field: string, type: string): Row[string] {
  const value = row[field];
  if (value === undefined)
    throw new RestError('INVALID_FIELD', `No such column '${field}' on entity '${type}'`);
  return value;
}

function tokenRow(token: TokenRow): Row {
  return {
    Id: null,
    // Whatever their names say, both are as good as the refresh token.
    AccessToken: token.refreshToken,
    DeleteToken: token.refreshToken,
    RequestToken: null,
    AppName: token.appName,
    AppMenuItemId: token.appMenuItemId,
    CreatedDate: dateText(token.createdAtMilliseconds),
    LastUsedDate:
      token.lastUsedAtMilliseconds === null ? null : dateText(token.lastUsedAtMilliseconds),
    UseCount: token.useCount,
    UserId: token.userId,
  };
}

function dateText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+0000');
}

function notFound(): RestError {
  return new RestError('NOT_FOUND', 'The requested resource does not exist', 404);
}

function unknownType(type: string): RestError {
  return new RestError('INVALID_TYPE', `sObject type '${type}' is not supported.`);
}
