/**
 * The apps of an org: list, names, then settings and PKCE status as they arrive. A second look reads only what
 * has changed. Part of it may fail; the rest is shown, and what is missing says so (SALESFORCE.md 4, 5, 6).
 */
import * as l10n from '@vscode/l10n';
import { isUnreached } from '../../oauth/networkError.ts';
import { UserFacingError } from '../../oauth/userFacingError.ts';
import { SOURCE_VERSION, type App } from '../app.ts';
import { firstNames, MOST_NAMED, nameInUse } from '../appNames.ts';
import type { FileProperties, MetadataAccess } from '../metadataApi.ts';
import { queryOne } from '../query.ts';
import { AppAssembly } from './appAssembly.ts';
import { unlistedEcas } from './completeness.ts';
import { GLOBAL, partName, type ComponentRecord } from './components.ts';
import { readOrgWideSettings, type OrgWideSettings } from './orgSettings.ts';
import type { OwnOrg } from './origin.ts';
import {
  listComponents,
  readComponents,
  settledIn,
  type ComponentFailure,
} from './readComponents.ts';
import { readUsage, usageByApp, type TokenCount, type Usage } from './usage.ts';

/** A part that could not be read. */
export interface CatalogProblem {
  readonly happened: string;
  readonly todo: string;
}

/** All of a reading as plain data, without secrets: enough to show it again, and to read only changes next time. */
export interface CatalogSnapshot {
  /** Such as `66.0`. */
  readonly apiVersion: string;
  readonly own: OwnOrg;
  readonly listed: readonly FileProperties[];
  readonly records: readonly ComponentRecord[];
  /** Why apps could not be read, by the apps' ids. */
  readonly unread: Readonly<Record<string, string>>;
  readonly orgWide: OrgWideSettings;
  readonly usage: Usage;
  readonly problems: readonly CatalogProblem[];
  /** Metadata types of which not everything could be listed or read. */
  readonly unavailable: readonly string[];
}

export interface Catalog {
  /** Sorted by label. */
  readonly apps: readonly App[];
  readonly orgWide: OrgWideSettings;
  readonly usage: Usage;
  /** Apps in use that are not among the org's own. */
  readonly unlisted: readonly TokenCount[];
  /** The same, if they are not apps of the org whose label could not be read. */
  readonly unclear: readonly TokenCount[];
  readonly problems: readonly CatalogProblem[];
  readonly snapshot: CatalogSnapshot;
}

export interface CatalogOptions {
  /** Such as `66.0`. */
  readonly apiVersion: string;
  /** Empty if it is not known: then the org is asked. */
  readonly orgId: string;
  readonly signal: AbortSignal;
  /** What an earlier reading found; what has not changed since is not read again. */
  readonly before?: CatalogSnapshot | undefined;
  /** When that was: what had changed shortly before it is read again. Without it, all of that holds. */
  readonly beforeReadAtMilliseconds?: number | undefined;
  /** What is shown meanwhile: where the network goes away before all of it was read again, the reading fails and leaves it. */
  readonly known?: CatalogSnapshot | undefined;
  /** Told of what went wrong on the way and is no end of it, each but once: for the log. */
  readonly onError?: (error: unknown) => void;
  /** Told of all apps when names are known and whenever settings have arrived. */
  readonly onApps: (apps: readonly App[]) => void;
}

/**
 * Reads an org's apps. What is known and was not reached is asked for once more where the org is there all the same;
 * what does not arrive then is missing, and says why.
 * @throws UserFacingError if not even the list of apps could be read, or the org is out of reach for something else that
 *   is known; the signal's reason on cancel
 */
export async function readCatalog(
  client: MetadataAccess['client'],
  options: CatalogOptions,
): Promise<Catalog> {
  const { signal, onError } = options;
  const first = await readOnce(client, options);
  const isAgain = first.lost !== undefined && (await isThere(client, signal));
  const { catalog, troubles, lost } = isAgain
    ? await readOnce(client, {
        ...options,
        before: first.catalog.snapshot,
        beforeReadAtMilliseconds: undefined,
      })
    : first;
  const isOver = lost !== undefined && !(isAgain && (await isThere(client, signal)));
  tell(troubles, isOver ? lost : undefined, onError);
  if (isOver) throw lost;
  return catalog;
}

/** What came of asking for all of it. */
interface Reading {
  readonly catalog: Catalog;
  readonly troubles: readonly Trouble[];
  /** Why something that is known was not reached. */
  readonly lost: UserFacingError | undefined;
}

async function readOnce(
  client: MetadataAccess['client'],
  options: CatalogOptions,
): Promise<Reading> {
  const { apiVersion, orgId, signal, onApps } = options;
  const access: MetadataAccess = { client, apiVersion, signal };
  // Another version shows other elements.
  const before =
    options.before?.apiVersion === apiVersion
      ? settledIn(options.before, options.beforeReadAtMilliseconds)
      : undefined;
  const { known } = options;
  const troubles: Trouble[] = [];
  const usageReading = readUsage(access, (error) => {
    // Use comes and goes: it is no reason to keep the rest.
    troubles.push({ error, isLoss: false });
  });
  const orgWideReading = readOrgWideSettings(access, (type, error) => {
    troubles.push({ error, isLoss: hasSettings(known, type) });
  });
  // Both are awaited below; until then nobody looks at them.
  for (const reading of [usageReading, orgWideReading]) reading.catch(() => undefined);
  const [listing, own] = await Promise.all([
    listComponents(access),
    readOwnOrg(access, orgId, known?.own),
  ]);
  const assembly = new AppAssembly(listing.components, own, apiVersion);
  const announce = announcerOf(assembly, onApps);
  announce();

  const records: ComponentRecord[] = [];
  const failures: ComponentFailure[] = [];
  const orgWideDone = orgWideReading.then((orgWide) => {
    assembly.setOrgWide(orgWide.isPkceRequired ?? 'unknown');
    announce();
    return orgWide;
  });
  orgWideDone.catch(() => undefined); // no sooner either
  await readComponents(access, listing.components, before, {
    onRecords: (some) => {
      for (const record of some) {
        records.push(record);
        assembly.take(record);
      }
      announce();
    },
    onFailure: (failure) => {
      failures.push(failure);
      const { error } = failure;
      troubles.push({ error, isLoss: isUnreached(error) && hasSome(known, failure) });
      for (const id of failure.appIds) assembly.unreadable(id, reasonOf(failure.error));
      announce();
    },
  });
  const [orgWide, usage] = await Promise.all([orgWideDone, usageReading]);
  for (const [type, error] of listing.failures) {
    const isLoss = known?.listed.some((one) => one.type === type) === true;
    if (!isWithoutEcas(type, listing.failures)) troubles.push({ error, isLoss });
  }
  const losses = troubles.filter(({ isLoss }) => isLoss).map(({ error }) => error);
  assembly.finish(missingGlobal(listing.failures.get(GLOBAL), errorOf(GLOBAL, failures)));
  const problems = problemsOf(listing.failures, failures, orgWide, usage);
  const unread = assembly.unread();
  const catalog = completed(assembly, {
    apiVersion,
    own,
    listed: listing.components,
    records,
    unread,
    orgWide,
    usage,
    problems,
    unavailable: [
      ...new Set([...listing.failures.keys(), ...failures.map((failure) => failure.type)]),
    ],
  });
  return { catalog, troubles, lost: losses.find(isUnreached) };
}

/** Whether the org answers, whatever it says. */
async function isThere(client: MetadataAccess['client'], signal: AbortSignal): Promise<boolean> {
  try {
    await client.get('/services/data', signal);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    return !isUnreached(error);
  }
}

/** The catalog that a snapshot was taken of. */
export function catalogOf(snapshot: CatalogSnapshot): Catalog {
  const assembly = new AppAssembly(snapshot.listed, snapshot.own, snapshot.apiVersion);
  const isSource = snapshot.apiVersion === SOURCE_VERSION;
  assembly.setOrgWide(snapshot.orgWide.isPkceRequired ?? (isSource ? 'notInSource' : 'unknown'));
  for (const record of snapshot.records) assembly.take(record);
  for (const [id, reason] of Object.entries(snapshot.unread)) assembly.unreadable(id, reason);
  return completed(assembly, snapshot);
}

function completed(assembly: AppAssembly, snapshot: CatalogSnapshot): Catalog {
  const { orgWide, usage, problems } = snapshot;
  assembly.complete();
  const { of, unlisted, unclear } = usageByApp(usage, assembly.apps(), assembly.unnamed());
  assembly.setUsage(of);
  return {
    apps: assembly.apps(),
    orgWide,
    usage,
    unlisted,
    unclear,
    problems: [...problems, ...unlistedProblem(snapshot), ...unclearProblem(unclear)],
    snapshot,
  };
}

function unlistedProblem(snapshot: CatalogSnapshot): readonly CatalogProblem[] {
  // A source tree names the files.
  if (snapshot.apiVersion === SOURCE_VERSION) return [];
  const names = unlistedEcas(snapshot);
  if (names.length === 0) return [];
  return [
    {
      happened: l10n.t`The org has settings of external client apps that it does not list: ${firstNames(names, MOST_NAMED)}.`,
      todo: l10n.t(
        'Look at Setup > External Client App Manager, or ask an admin for the permission "View External Client Apps".',
      ),
    },
  ];
}

function unclearProblem(unclear: readonly TokenCount[]): readonly CatalogProblem[] {
  if (unclear.length === 0) return [];
  const names = firstNames(unclear.map(nameInUse), MOST_NAMED);
  return [
    {
      happened: l10n.t`Whether apps in use are installed is not known: ${names}.`,
      todo: l10n.t(
        'They may be apps that are listed and whose name could not be read. Look at Setup > Connected Apps OAuth Usage.',
      ),
    },
  ];
}

const ANNOUNCE_EVERY_MILLISECONDS = 100;
/** Of all time at most one part in this many is spent on telling. */
const ANNOUNCE_SHARE = 10;

/** Tells of all apps, a few times a second at most: with thousands of apps, batches come faster than eyes. */
function announcerOf(assembly: AppAssembly, onApps: (apps: readonly App[]) => void): () => void {
  let notBefore = Number.NEGATIVE_INFINITY;
  return () => {
    const start = performance.now();
    if (start < notBefore) return;
    onApps(assembly.apps());
    const end = performance.now();
    notBefore = end + Math.max(ANNOUNCE_EVERY_MILLISECONDS, ANNOUNCE_SHARE * (end - start));
  };
}

/** Something that could not be read. */
interface Trouble {
  readonly error: unknown;
  /** An earlier reading has it. */
  readonly isLoss: boolean;
}

/** Whether an earlier reading has settings of the org of a type. */
function hasSettings(known: CatalogSnapshot | undefined, type: string): boolean {
  return Object.keys(known?.orgWide.values ?? {}).some((name) => name.startsWith(`${type}.`));
}

/** Whether an earlier reading has any of the components that could not be read. */
function hasSome(known: CatalogSnapshot | undefined, { type, names }: ComponentFailure): boolean {
  const lost = new Set(names);
  return known?.records.some((one) => one.type === type && lost.has(one.fullName)) === true;
}

/** Tells of each trouble once, but for the one that ends the reading. */
function tell(
  troubles: readonly Trouble[],
  end: UserFacingError | undefined,
  onError: CatalogOptions['onError'],
): void {
  const keyOf = ({ message, cause }: Error): string => `${message} ${String(cause)}`;
  const told = new Set(end ? [keyOf(end)] : []);
  for (const { error } of troubles) {
    if (!(error instanceof Error) || told.has(keyOf(error))) continue;
    onError?.(error);
    told.add(keyOf(error));
  }
}

/** An org without the ECA types has no ECAs whose parts could be missing. */
function isWithoutEcas(type: string, unlisted: ReadonlyMap<string, unknown>): boolean {
  return type.startsWith('ExtlClntApp') && unlisted.has('ExternalClientApplication');
}

function wordsOf(error: unknown): string {
  return error instanceof UserFacingError ? error.message : '';
}

function reasonOf(error: unknown): string {
  return (
    wordsOf(error) ||
    l10n.t(
      'The org lists this app but does not let it be read: it belongs to another org or to a package.',
    )
  );
}

/** Why components of a type could not be read; undefined if the org just does not have some that it lists. */
function errorOf(type: string, failures: readonly ComponentFailure[]): unknown {
  return failures.find((failure) => failure.type === type && failure.error !== undefined)?.error;
}

/** Why an ECA has no global OAuth settings to show. */
function missingGlobal(unlisted: unknown, unread: unknown): string {
  if (wordsOf(unlisted) !== '') return wordsOf(unlisted);
  if (wordsOf(unread) !== '') {
    // Which settings were to be whose, only they themselves tell.
    return `${l10n.t("This app's global OAuth settings are not among those that could be read.")} ${wordsOf(unread)}`;
  }
  return l10n.t(
    'The org shows no global OAuth settings of this app: it may have none yet, belong to another org, or your user may lack the permission "View External Client Apps".',
  );
}

function problemsOf(
  unlisted: ReadonlyMap<string, unknown>,
  failures: readonly ComponentFailure[],
  orgWide: OrgWideSettings,
  usage: Usage,
): CatalogProblem[] {
  const problems: CatalogProblem[] = [];
  for (const [type, error] of unlisted) {
    if (isWithoutEcas(type, unlisted)) continue;
    problems.push({
      happened: l10n.t`${partName(type)} could not be listed.`,
      todo: wordsOf(error),
    });
  }
  // Connected apps tell why themselves, each in its own row.
  for (const type of new Set(failures.map((failure) => failure.type))) {
    if (type === 'ConnectedApp') continue;
    const error = errorOf(type, failures);
    if (error === undefined) continue;
    problems.push({ happened: l10n.t`${partName(type)} could not be read.`, todo: wordsOf(error) });
  }
  if (orgWide.isPkceRequired === undefined) {
    problems.push({
      happened: l10n.t('The org-wide PKCE setting could not be read.'),
      todo: l10n.t(
        'Look at Setup > OAuth and OpenID Connect Settings, or ask an admin for the permission "Modify Metadata Through Metadata API Functions".',
      ),
    });
  }
  if (usage.kind === 'unknown') {
    problems.push({ happened: l10n.t('Who uses the apps is not known.'), todo: usage.reason });
  }
  return problems;
}

/**
 * The org by its own account, or as an earlier reading has it: that does not change.
 * @param orgId empty if only the org can tell
 */
async function readOwnOrg(
  access: MetadataAccess,
  orgId: string,
  known: OwnOrg | undefined,
): Promise<OwnOrg> {
  const row = await queryOne(access, 'SELECT Id, NamespacePrefix FROM Organization');
  if (!row && known) return known;
  const { Id: id, NamespacePrefix: namespace } = row ?? {};
  return {
    orgId: orgId === '' && typeof id === 'string' ? id : orgId,
    namespace: namespace === null || typeof namespace === 'string' ? namespace : undefined,
  };
}
