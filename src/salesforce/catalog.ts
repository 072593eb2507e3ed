/**
 * The apps of an org: list, names, then settings and PKCE status as they arrive. Part of it may fail; the
 * rest is shown, and what is missing says so (SALESFORCE.md 4, 5, 6).
 */
import type {
  ConnectedAppOauthConfig,
  ExtlClntAppGlobalOauthSettings,
} from '@salesforce/types/metadata';
import * as v from 'valibot';
import { UserFacingError } from '../oauth/userFacingError.ts';
import type { App, AppKind, AppOrigin, SettingValue } from './app.ts';
import {
  listMetadata,
  readMetadata,
  type FileProperties,
  type MetadataAccess,
  type MetadataListing,
} from './metadataApi.ts';
import { pkceVerdict, type AppPkceFinding, type OrgWidePkce } from './pkceStatus.ts';
import { settingValuesOf, type ComponentType } from './settingValues.ts';
import type { XmlElement } from './xml.ts';

/** Settings of the whole org that decide about PKCE. */
export interface OrgWideSettings {
  /** Undefined if it could not be read. */
  readonly isPkceRequired: boolean | undefined;
}

/** A part that could not be read. */
export interface CatalogProblem {
  readonly happened: string;
  readonly todo: string;
}

export interface Catalog {
  /** Sorted by label. */
  readonly apps: readonly App[];
  readonly orgWide: OrgWideSettings;
  readonly problems: readonly CatalogProblem[];
}

export interface CatalogOptions {
  /** Such as `66.0`. */
  readonly apiVersion: string;
  readonly signal: AbortSignal;
  /** Told of all apps when names are known and whenever settings have arrived. */
  readonly onApps: (apps: readonly App[]) => void;
}

/** Metadata types of an ECA beside its header, and what is lost without each. */
const SATELLITES = {
  ExtlClntAppGlobalOauthSettings: 'PKCE, rotation and secrets',
  ExtlClntAppOauthSettings: 'scopes',
  ExtlClntAppOauthConfigurablePolicies: 'OAuth policies',
  ExtlClntAppConfigurablePolicies: 'app policies',
  ExtlClntAppOauthSecuritySettings: 'the refresh token IP allowlist',
} as const satisfies Partial<Record<ComponentType, string>>;

type SatelliteType = keyof typeof SATELLITES;
const SATELLITE_TYPES = Object.keys(SATELLITES) as SatelliteType[];
/** Came with API 67; older orgs do not know the type. */
const SINCE_67: readonly string[] = ['ExtlClntAppOauthSecuritySettings'];

const GLOBAL: SatelliteType = 'ExtlClntAppGlobalOauthSettings';
/** The one name for the flag, as Salesforce's own types have it for both kinds. */
const PKCE_FLAG = 'isPkceRequired' satisfies keyof ConnectedAppOauthConfig &
  keyof ExtlClntAppGlobalOauthSettings;
const MANAGED_STATES = [
  'installed',
  'beta',
  'deprecated',
  'released',
  'installedEditable',
  'deprecatedEditable',
];

const ANNOUNCE_EVERY_MILLISECONDS = 100;

/** An app while its parts come in. */
interface Draft {
  readonly kind: AppKind;
  readonly fullName: string;
  readonly properties: FileProperties;
  label: string;
  oauth: Record<string, SettingValue> | null;
  /** What an ECA's header says beside its name; shown only along with OAuth settings. */
  header: Record<string, SettingValue>;
  finding: AppPkceFinding;
}

/**
 * Reads an org's apps.
 * @throws UserFacingError if not even the list of apps could be read; the signal's reason on cancel
 */
export async function readCatalog(
  client: MetadataAccess['client'],
  options: CatalogOptions,
): Promise<Catalog> {
  const access: MetadataAccess = { client, apiVersion: options.apiVersion, signal: options.signal };
  const types = SATELLITE_TYPES.filter(
    (type) => !SINCE_67.includes(type) || Number(options.apiVersion) >= 67,
  );
  const [listing, orgWide, ownNamespace] = await Promise.all([
    listMetadata(access, ['ConnectedApp', 'ExternalClientApplication', ...types]),
    readOrgWide(access),
    readOwnNamespace(access),
  ]);
  const reading = new CatalogReading(access, listing, orgWide, ownNamespace, options.onApps);
  return reading.run();
}

class CatalogReading {
  readonly #access: MetadataAccess;
  readonly #listing: MetadataListing;
  readonly #orgWide: OrgWidePkce;
  readonly #ownNamespace: string | null | undefined;
  readonly #onApps: (apps: readonly App[]) => void;
  readonly #drafts = new Map<string, Draft>();
  readonly #apps = new Map<string, App>();
  readonly #problems: CatalogProblem[] = [];
  #announcedAt = Number.NEGATIVE_INFINITY;

  constructor(
    access: MetadataAccess,
    listing: MetadataListing,
    orgWide: OrgWidePkce,
    ownNamespace: string | null | undefined,
    onApps: (apps: readonly App[]) => void,
  ) {
    this.#access = access;
    this.#listing = listing;
    this.#orgWide = orgWide;
    this.#ownNamespace = ownNamespace;
    this.#onApps = onApps;
  }

  async run(): Promise<Catalog> {
    this.#startDrafts();
    this.#announce();
    const names = (type: string): string[] =>
      this.#listing.components.filter((one) => one.type === type).map((one) => one.fullName);
    await Promise.all([
      this.#readEach('ConnectedApp', names('ConnectedApp'), takeConnectedApp),
      this.#readEach('ExternalClientApplication', names('ExternalClientApplication'), takeHeader),
      ...SATELLITE_TYPES.map((type) => this.#readSatellites(type, names(type))),
    ]);
    // Whatever still waits has no Global settings that anybody could read.
    for (const draft of this.#drafts.values()) {
      if (draft.finding.kind === 'reading') draft.finding = this.#missingGlobal();
      this.#refresh(draft);
    }
    this.#sayWhatIsMissing();
    return {
      apps: this.#sorted(),
      orgWide: { isPkceRequired: this.#orgWide === 'unknown' ? undefined : this.#orgWide },
      problems: this.#problems,
    };
  }

  #startDrafts(): void {
    const { components, failures } = this.#listing;
    if (failures.has('ConnectedApp') && failures.has('ExternalClientApplication')) {
      throw failures.get('ConnectedApp');
    }
    for (const properties of components) {
      const kind = kindOf(properties.type);
      if (!kind || properties.fullName === '') continue;
      const { fullName } = properties;
      const draft: Draft = {
        kind,
        fullName,
        properties,
        label: withoutNamespace(properties).replaceAll('_', ' '),
        oauth: null,
        header: {},
        finding: { kind: 'reading' },
      };
      this.#drafts.set(idOf(kind, fullName), draft);
      this.#refresh(draft);
    }
  }

  /** Reads components that are apps themselves. */
  async #readEach(
    type: 'ConnectedApp' | 'ExternalClientApplication',
    names: readonly string[],
    take: (draft: Draft, record: XmlElement) => void,
  ): Promise<void> {
    const kind = kindOf(type);
    await readMetadata(this.#access, type, names, (asked, result) => {
      for (const name of asked) {
        const draft = kind && this.#drafts.get(idOf(kind, name));
        if (!draft) continue;
        const record = 'error' in result ? undefined : result.get(name);
        if (record) take(draft, record);
        else if (type === 'ConnectedApp')
          draft.finding = unreadable('error' in result ? result.error : undefined);
        this.#refresh(draft);
      }
      this.#announce();
    });
  }

  /** Reads an ECA's other components and joins them on the element that names their app, never on their own names. */
  async #readSatellites(type: SatelliteType, names: readonly string[]): Promise<void> {
    const errors: unknown[] = [];
    await readMetadata(this.#access, type, names, (_asked, result) => {
      if ('error' in result) {
        errors.push(result.error);
        return;
      }
      for (const record of result.values()) {
        const app = record.textOf('externalClientApplication')?.trim();
        const draft =
          app === undefined ? undefined : this.#drafts.get(idOf('externalClientApp', app));
        if (!draft) continue;
        draft.oauth = { ...draft.oauth, ...settingValuesOf(type, record) };
        if (type === GLOBAL) draft.finding = flagIn(record, true);
        this.#refresh(draft);
      }
      this.#announce();
    });
    const [first] = errors;
    if (first !== undefined) this.#addProblem(`${partName(type)} could not be read.`, first);
    if (type === GLOBAL && first !== undefined) {
      for (const draft of this.#drafts.values()) {
        if (draft.kind === 'externalClientApp' && draft.finding.kind === 'reading')
          draft.finding = unreadable(first);
      }
    }
  }

  #missingGlobal(): AppPkceFinding {
    const failure = this.#listing.failures.get(GLOBAL);
    if (failure !== undefined) return unreadable(failure);
    return {
      kind: 'unreadable',
      reason:
        'The org shows no global OAuth settings of this app: it may have none yet, belong to another org, or your user may lack the permission "View External Client Apps".',
    };
  }

  #sayWhatIsMissing(): void {
    const { failures } = this.#listing;
    for (const [type, error] of failures) {
      // An org without the ECA types has no ECAs whose parts could be missing.
      if (type in SATELLITES && failures.has('ExternalClientApplication')) continue;
      this.#addProblem(`${partName(type)} could not be listed.`, error);
    }
    if (this.#orgWide === 'unknown') {
      this.#problems.push({
        happened: 'The org-wide PKCE setting could not be read.',
        todo: 'Look at Setup > OAuth and OpenID Connect Settings, or ask an admin for the permission "Modify Metadata Through Metadata API Functions".',
      });
    }
  }

  #addProblem(happened: string, error: unknown): void {
    const detail = error instanceof UserFacingError ? `${error.happened} ${error.todo}` : '';
    this.#problems.push({ happened, todo: detail });
  }

  #refresh(draft: Draft): void {
    const id = idOf(draft.kind, draft.fullName);
    this.#apps.set(id, {
      id,
      kind: draft.kind,
      fullName: draft.fullName,
      label: draft.label,
      namespace: draft.properties.namespacePrefix ?? null,
      origin: originOf(draft, this.#ownNamespace),
      ...pkceVerdict(draft.finding, this.#orgWide),
      oauth: draft.oauth && { ...draft.oauth, ...draft.header },
    });
  }

  /** Tells of all apps, a few times a second at most: with thousands of apps, batches come faster than eyes. */
  #announce(): void {
    const now = performance.now();
    if (now - this.#announcedAt < ANNOUNCE_EVERY_MILLISECONDS) return;
    this.#announcedAt = now;
    this.#onApps(this.#sorted());
  }

  #sorted(): readonly App[] {
    return [...this.#apps.values()].sort(
      (a, b) => collator.compare(a.label, b.label) || (a.id < b.id ? -1 : 1),
    );
  }
}

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

function kindOf(type: string): AppKind | undefined {
  if (type === 'ConnectedApp') return 'connectedApp';
  return type === 'ExternalClientApplication' ? 'externalClientApp' : undefined;
}

function idOf(kind: AppKind, fullName: string): string {
  return `${kind}:${fullName}`;
}

function partName(type: string): string {
  if (type === 'ConnectedApp') return 'Connected apps';
  if (type === 'ExternalClientApplication') return 'External client apps';
  const part = SATELLITES[type as SatelliteType];
  return `${part.charAt(0).toUpperCase()}${part.slice(1)} of external client apps`;
}

function withoutNamespace({ fullName, namespacePrefix }: FileProperties): string {
  const prefix = namespacePrefix === undefined ? '' : `${namespacePrefix}__`;
  return prefix !== '' && fullName.startsWith(prefix) ? fullName.slice(prefix.length) : fullName;
}

function takeConnectedApp(draft: Draft, record: XmlElement): void {
  draft.label = record.textOf('label') ?? draft.label;
  const config = record.child('oauthConfig');
  draft.oauth = config ? settingValuesOf('ConnectedApp', record) : null;
  draft.finding = config ? flagIn(config, false) : { kind: 'noOauth' };
}

function takeHeader(draft: Draft, record: XmlElement): void {
  draft.label = record.textOf('label') ?? draft.label;
  draft.header = settingValuesOf('ExternalClientApplication', record);
}

function flagIn(element: XmlElement, absent: boolean): AppPkceFinding {
  const text = element.textOf(PKCE_FLAG)?.trim();
  if (text === undefined || text === '') return { kind: 'flag', value: absent, stated: false };
  if (text === 'true' || text === 'false')
    return { kind: 'flag', value: text === 'true', stated: true };
  return {
    kind: 'unreadable',
    reason: 'The org answered with a PKCE setting that is neither true nor false.',
  };
}

function unreadable(error: unknown): AppPkceFinding {
  const reason =
    error instanceof UserFacingError
      ? `${error.happened} ${error.todo}`
      : 'The org lists this app but does not let it be read: it belongs to another org or to a package.';
  return { kind: 'unreadable', reason };
}

/** Where an app was made. A namespace that is not the org's own, or a package's state, means installed. */
function originOf(draft: Draft, ownNamespace: string | null | undefined): AppOrigin {
  const { namespacePrefix, manageableState } = draft.properties;
  const distributionState = draft.header['app.distributionState'];
  if (distributionState === 'Managed' || distributionState === 'AutoInstalled') return 'installed';
  if (namespacePrefix !== undefined) {
    if (ownNamespace === undefined) return 'unknown';
    return namespacePrefix === ownNamespace ? 'local' : 'installed';
  }
  if (manageableState !== undefined && MANAGED_STATES.includes(manageableState)) return 'installed';
  return draft.finding.kind === 'unreadable' && draft.kind === 'connectedApp' ? 'unknown' : 'local';
}

async function readOrgWide(access: MetadataAccess): Promise<OrgWidePkce> {
  let flag: OrgWidePkce = 'unknown';
  await readMetadata(access, 'OauthOidcSettings', ['OauthOidc'], (_names, result) => {
    if ('error' in result) return;
    // One member was asked for; some versions name it, some do not.
    const [record] = result.values();
    const text = record?.textOf('isPkceRequired')?.trim();
    if (record)
      flag = text === undefined || text === 'false' ? false : text === 'true' ? true : 'unknown';
  });
  return flag;
}

const OrganizationAnswer = v.object({
  records: v.tuple([v.object({ NamespacePrefix: v.nullable(v.string()) })]),
});

/** The org's own namespace, null if it has none, undefined if it could not be asked. */
async function readOwnNamespace(access: MetadataAccess): Promise<string | null | undefined> {
  const query = encodeURIComponent('SELECT NamespacePrefix FROM Organization');
  try {
    const body = await access.client.get(
      `/services/data/v${access.apiVersion}/query?q=${query}`,
      access.signal,
    );
    const answer = v.safeParse(OrganizationAnswer, body);
    return answer.success ? answer.output.records[0].NamespacePrefix : undefined;
  } catch {
    access.signal.throwIfAborted();
    return undefined;
  }
}
