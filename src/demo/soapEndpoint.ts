/** The SOAP Metadata API of a demo org, with its limits and faults (SALESFORCE.md 4.2, 7, 10). */
import { strToU8, zipSync } from 'fflate';
import type { Context, Hono } from 'hono';
import { escapeXml } from '../salesforce/escapeXml.ts';
import { covers } from '../salesforce/scopes.ts';
import { suffixOf } from '../salesforce/sourceFiles.ts';
import { parseXml, XmlElement, XmlError } from '../salesforce/xml.ts';
import { wireFault } from './faults.ts';
import type { AccessGrant, Grants } from './grants.ts';
import {
  elementsAsXml,
  inWsdlOrder,
  jobId,
  TYPES,
  type Component,
  type MetadataStore,
} from './metadataStore.ts';
import { isWireFault, takeFault, type DemoSwitches, type Place } from './switches.ts';

export interface SoapContext {
  readonly switches: DemoSwitches;
  readonly store: MetadataStore;
  readonly grants: Grants;
  /** Is told which operation a request asks for. */
  readonly onOperation: (request: Request, operation: string) => void;
}

const TYPES_PER_LIST = 3;
const NAMES_PER_READ = 10;
const COMPONENTS_PER_UPDATE = 10;
const OLDEST_VERSION = 30;
/** JWT access tokens are refused below it. */
const FIRST_VERSION_WITH_JWT = 68;
const GLOBAL = 'ExtlClntAppGlobalOauthSettings';
/** What a component cannot be without (SALESFORCE.md 4.3, 7); source files may lack it. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  ConnectedApp: ['contactEmail', 'label', 'oauthConfig.callbackUrl'],
  [GLOBAL]: ['externalClientApplication'],
};
const NAMESPACES =
  'xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

class Fault extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Call {
  readonly version: number;
  readonly request: XmlElement;
  readonly access: AccessGrant;
}

/** Where the faults of an operation strike. */
const PLACES_OF: Readonly<Record<string, Place>> = {
  listMetadata: 'list',
  readMetadata: 'read',
  retrieve: 'retrieve',
  checkRetrieveStatus: 'retrieve',
  updateMetadata: 'update',
};

export function addSoapEndpoint(app: Hono, context: SoapContext): void {
  const { switches, store, grants } = context;
  const zips = new Map<string, string>();
  /** What components become after so many reads that still show them as they are. */
  const later = new Map<Component, { readonly content: XmlElement; reads: number }>();

  const operations: Readonly<Record<string, (call: Call) => string>> = {
    listMetadata,
    readMetadata,
    updateMetadata,
    describeMetadata,
    retrieve,
    checkRetrieveStatus,
  };

  app.post('/services/Soap/m/:version/:orgId?', async (c) => {
    const [, operation = ''] = /Body>\s*<(?:\w+:)?(\w+)/.exec(await c.req.text()) ?? [];
    const place = Object.hasOwn(PLACES_OF, operation) ? PLACES_OF[operation] : undefined;
    const struck = takeFault(switches, 'soap', ...(place ? [place] : []));
    if (struck && isWireFault(struck.error)) return wireFault(c, struck.error);
    if (struck) return fault(c, struck.error, struck.description);
    if (!/^(text|application)\/(soap\+)?xml\b/i.test(c.req.header('content-type') ?? '')) {
      return c.text('Expected text/xml', 415);
    }
    try {
      const done = await run(c);
      const lost = operation === 'updateMetadata' ? takeFault(switches, 'updated') : undefined;
      if (!lost) return answer(c, done);
      if (isWireFault(lost.error)) return await wireFault(c, lost.error);
      throw new Fault(lost.error, lost.description);
    } catch (error) {
      if (error instanceof Fault) return fault(c, error.code, error.message);
      if (error instanceof XmlError) return c.text('Not a SOAP request', 400);
      throw error;
    }
  });

  async function run(c: Context): Promise<string> {
    const envelope = parseXml(await c.req.text());
    const version = Number(c.req.param('version'));
    if (!(version >= OLDEST_VERSION && version <= switches.newestApiVersion)) {
      throw new Fault(
        'UNSUPPORTED_API_VERSION',
        `Invalid Api version specified on URL: ${c.req.param('version') ?? ''}`,
      );
    }
    const [request] = envelope.child('Body')?.children ?? [];
    const operation =
      request && Object.hasOwn(operations, request.name) ? operations[request.name] : undefined;
    if (!request || !operation)
      throw new Fault('UNKNOWN_EXCEPTION', 'No operation available for request');
    context.onOperation(c.req.raw, request.name);
    const token = envelope.child('Header')?.child('SessionHeader')?.textOf('sessionId') ?? '';
    const access = grants.access(token);
    if (!access || (token.startsWith('eyJ') && version < FIRST_VERSION_WITH_JWT)) {
      throw new Fault(
        'INVALID_SESSION_ID',
        'Invalid Session ID found in SessionHeader: Illegal Session',
      );
    }
    if (!covers(access.grant.scopes, ['api'])) {
      throw new Fault(
        'INVALID_SESSION_ID',
        'INVALID_SESSION_ID: This session is not valid for use with the API',
      );
    }
    if (!access.grant.user.modifyMetadata) {
      throw new Fault(
        'INSUFFICIENT_ACCESS',
        'use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions',
      );
    }
    return `<${request.name}Response>${operation({ version, request, access })}</${request.name}Response>`;
  }

  function knownType(name: string, version: number): string {
    const eca = name.startsWith('Ext');
    const type = TYPES.find((one) => one.name === name);
    if (!type || version < (type.since ?? 0) || (eca && !switches.externalClientApps)) {
      throw new Fault('INVALID_TYPE', `Unknown type:${name}`);
    }
    return name;
  }

  function listMetadata({ request, version }: Call): string {
    const queries = request.all('queries');
    if (queries.length > TYPES_PER_LIST)
      throw new Fault(
        'EXCEEDED_ID_LIMIT',
        `record limit reached. cannot submit more than ${TYPES_PER_LIST} queries in this operation`,
      );
    return queries
      .flatMap((query) => store.list(knownType(query.textOf('type') ?? '', version)))
      .map((component) => `<result>${fileProperties(component, switches.lastModified)}</result>`)
      .join('');
  }

  function readMetadata({ request, version }: Call): string {
    const names = request.all('fullNames').map((name) => name.text);
    if (names.length > NAMES_PER_READ) throw tooMany(NAMES_PER_READ);
    const type = knownType(request.textOf('type') ?? '', version);
    if (type === GLOBAL && switches.globalOauthRead === 'INVALID_TYPE')
      throw new Fault(
        'INVALID_TYPE',
        `This type of metadata is not available for this operation: ${type}`,
      );
    const hidden =
      (type === GLOBAL && switches.globalOauthRead === 'empty') ||
      (type === 'OauthOidcSettings' && !switches.orgWideReadable) ||
      (type === 'SecuritySettings' && !switches.securitySettingsReadable);
    const records = names.map((name) => {
      const component = hidden ? undefined : store.get(type, name);
      if (component) comeTrue(component);
      if (!component || component.unreadable)
        return switches.missingName === 'nil' ? '<records xsi:nil="true"/>' : '';
      const whole = elementsAsXml(component, version);
      const asDefault = `<isPkceRequired>${type === GLOBAL}</isPkceRequired>`;
      const elements = switches.omitsDefaults ? whole.replace(asDefault, '') : whole;
      return `<records xsi:type="${type}"><fullName>${escapeXml(name)}</fullName>${elements}</records>`;
    });
    return `<result>${records.join('')}</result>`;
  }

  function comeTrue(component: Component): void {
    const change = later.get(component);
    if (!change) return;
    change.reads -= 1;
    if (change.reads >= 0) return;
    later.delete(component);
    store.replace(component, change.content);
  }

  function updateMetadata({ request, version }: Call): string {
    const components = request.all('metadata');
    if (components.length > COMPONENTS_PER_UPDATE) throw tooMany(COMPONENTS_PER_UPDATE);
    // The guide to updateMetadata forbids it; which fault it draws is not established.
    if (new Set(components.map(typeOf)).size > 1)
      throw new Fault('UNKNOWN_EXCEPTION', 'all components must be of the same type');
    return components.map((component) => `<result>${update(component, version)}</result>`).join('');
  }

  function update(sent: XmlElement, version: number): string {
    const fullName = sent.textOf('fullName') ?? '';
    const name = `<fullName>${escapeXml(fullName)}</fullName>`;
    const refused = (statusCode: string, message: string): string =>
      `<errors><message>${escapeXml(message)}</message><statusCode>${statusCode}</statusCode></errors>${name}<success>false</success>`;
    const type = knownType(typeOf(sent), version);
    const component = store.get(type, fullName);
    if (!component)
      return refused('INVALID_CROSS_REFERENCE_KEY', `no ${type} named ${fullName} found`);
    if (component.manageableState !== 'unmanaged')
      return refused(switches.managedUpdate, 'Cannot modify managed object');
    if (switches.locked.includes(fullName))
      return refused('FIELD_INTEGRITY_EXCEPTION', 'This setting is locked. Contact Support.');
    if (switches.pkceOneWay && flagIn(component.content) === true && flagIn(sent) !== true)
      return refused('FIELD_INTEGRITY_EXCEPTION', 'PKCE cannot be disabled once it is enabled');
    const missing = (REQUIRED[type] ?? []).filter(
      (path) => textAt(component.content, path) !== undefined && textAt(sent, path) === undefined,
    );
    if (missing.length > 0)
      return refused('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join()}]`);
    const key = (sent.child('oauthConfig') ?? sent).textOf('consumerKey');
    if (key === undefined && type === GLOBAL && switches.consumerKeyResend === 'required')
      return refused('REQUIRED_FIELD_MISSING', 'Required fields are missing: [consumerKey]');
    if (key !== undefined && type === 'ConnectedApp')
      return refused('INVALID_FIELD', 'The consumer key is already taken');
    if (key !== undefined && switches.consumerKeyResend === 'refused')
      return refused('INVALID_FIELD', 'You cannot provide a Consumer Key');
    if (!switches.silentUpdate) {
      const before = component.content;
      const after = withKey(inWsdlOrder(sent), before);
      if (switches.updateShowsAfterReads > 0) {
        later.set(component, { content: after, reads: switches.updateShowsAfterReads });
      } else store.replace(component, after);
      if (switches.updateReverts) later.set(component, { content: before, reads: 1 });
    }
    return `${name}<success>true</success>`;
  }

  function describeMetadata(): string {
    const objects = TYPES.filter(
      ({ name }) => switches.externalClientApps || !name.startsWith('Ext'),
    ).map(
      ({ name, folder }) =>
        `<metadataObjects><directoryName>${folder}</directoryName><inFolder>false</inFolder><metaFile>false</metaFile><suffix>${suffixOf(name)}</suffix><xmlName>${name}</xmlName></metadataObjects>`,
    );
    return `<result>${objects.join('')}<organizationNamespace></organizationNamespace><partialSaveAllowed>true</partialSaveAllowed><testRequired>false</testRequired></result>`;
  }

  function retrieve({ request, version }: Call): string {
    if (switches.retrieve !== 'allowed')
      throw new Fault(switches.retrieve, 'retrieve is not available to this user');
    const files: Record<string, Uint8Array> = {};
    const wanted = request.child('retrieveRequest')?.child('unpackaged')?.all('types') ?? [];
    for (const entry of wanted) {
      const asked = entry.textOf('name') ?? '';
      const members = entry.all('members').map((member) => member.text);
      const types = TYPES.filter(({ name }) =>
        // Settings are asked for by their own names.
        asked === 'Settings' ? members.includes(name.replace(/Settings$/, '')) : name === asked,
      );
      for (const component of types.flatMap(({ name }) => store.list(name))) {
        if (
          component.unreadable ||
          !(members.includes('*') || members.includes(component.fullName))
        )
          continue;
        const type = TYPES.find(({ name }) => name === component.type);
        if (!type) continue;
        files[
          `unpackaged/${type.folder}/${encodeURIComponent(component.fullName)}.${suffixOf(type.name)}`
        ] = strToU8(
          `<?xml version="1.0" encoding="UTF-8"?>\n<${type.name} xmlns="http://soap.sforce.com/2006/04/metadata">${elementsAsXml(component, version)}</${type.name}>\n`,
        );
      }
    }
    files['unpackaged/package.xml'] = strToU8(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Package xmlns="http://soap.sforce.com/2006/04/metadata"/>\n',
    );
    const id = jobId();
    zips.set(id, Buffer.from(zipSync(files)).toString('base64'));
    return `<result><done>false</done><id>${id}</id><state>Queued</state></result>`;
  }

  function checkRetrieveStatus({ request }: Call): string {
    const id = request.textOf('asyncProcessId') ?? '';
    const zip = zips.get(id);
    if (zip === undefined) throw new Fault('INVALID_CROSS_REFERENCE_KEY', 'no such job');
    return `<result><done>true</done><id>${id}</id><status>Succeeded</status><success>true</success><zipFile>${zip}</zipFile></result>`;
  }
}

/** Metadata type of a component as it was sent, by its `xsi:type`. */
function typeOf(sent: XmlElement): string {
  return (sent.attributes.type ?? '').replace(/^.*:/, '');
}

function flagIn(content: XmlElement): boolean | undefined {
  const text = (content.child('oauthConfig') ?? content).textOf('isPkceRequired')?.trim();
  return text === undefined ? undefined : text === 'true';
}

/** The text of an element by its path. */
function textAt(content: XmlElement, path: string): string | undefined {
  const [name = '', ...rest] = path.split('.');
  const child = content.child(name);
  return rest.length === 0 || !child ? child?.text : textAt(child, rest.join('.'));
}

function tooMany(most: number): Fault {
  return new Fault(
    'EXCEEDED_ID_LIMIT',
    `record limit reached. cannot submit more than ${most} records in this operation`,
  );
}

/** The consumer key cannot change: it stays, in its alphabetical place, whatever an update sends. */
function withKey(sent: XmlElement, before: XmlElement): XmlElement {
  const old = before.child('oauthConfig') ?? before;
  const key = old.child('consumerKey');
  if (!key) return sent;
  const add = (element: XmlElement): XmlElement => {
    const rest = element.children.filter((child) => child.name !== 'consumerKey');
    const place = rest.findIndex(
      (child) => child.name > 'consumerKey' && child.name !== 'fullName',
    );
    return new XmlElement(
      element.name,
      element.attributes,
      rest.toSpliced(place < 0 ? rest.length : place, 0, key),
      element.text,
    );
  };
  const config = sent.child('oauthConfig');
  if (!config) return old === before ? add(sent) : sent;
  return new XmlElement(
    sent.name,
    sent.attributes,
    sent.children.map((child) => (child === config ? add(child) : child)),
    sent.text,
  );
}

function fileProperties(component: Component, lastModified: DemoSwitches['lastModified']): string {
  const type = TYPES.find(({ name }) => name === component.type);
  const modified = lastModified === 'epoch' ? 0 : component.lastModifiedAtMilliseconds;
  const user =
    '<createdById>0055g00000DEMO1AAA</createdById><createdByName>Demo Admin</createdByName><createdDate>2026-01-05T08:00:00.000Z</createdDate>';
  const namespace =
    component.namespacePrefix === undefined
      ? ''
      : `<namespacePrefix>${escapeXml(component.namespacePrefix)}</namespacePrefix>`;
  return `${user}<fileName>${type?.folder ?? ''}/${escapeXml(component.fullName)}.${suffixOf(component.type)}</fileName><fullName>${escapeXml(component.fullName)}</fullName><id>${component.id}</id><lastModifiedById>0055g00000DEMO1AAA</lastModifiedById><lastModifiedByName>Demo Admin</lastModifiedByName><lastModifiedDate>${new Date(modified).toISOString()}</lastModifiedDate><manageableState>${component.manageableState}</manageableState>${namespace}<type>${component.type}</type>`;
}

function envelope(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope ${NAMESPACES}><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
}

function answer(c: Context, body: string): Response {
  return c.body(envelope(body), 200, { 'Content-Type': 'text/xml; charset=utf-8' });
}

function fault(c: Context, code: string, message: string): Response {
  const text = escapeXml(`${code}: ${message}`);
  return c.body(
    envelope(
      `<soapenv:Fault><faultcode xmlns:sf="http://soap.sforce.com/2006/04/metadata">sf:${escapeXml(code)}</faultcode><faultstring>${text}</faultstring></soapenv:Fault>`,
    ),
    500,
    { 'Content-Type': 'text/xml; charset=utf-8' },
  );
}
