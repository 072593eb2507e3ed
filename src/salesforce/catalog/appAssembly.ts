/**
 * Puts the apps of an org together from what was listed, read and asked, in whatever order it arrives. The
 * same for a reading that is under way and for one that was kept from an earlier time.
 */
import type {
  ConnectedAppOauthConfig,
  ExtlClntAppGlobalOauthSettings,
} from '@salesforce/types/metadata';
import * as l10n from '@vscode/l10n';
import { locale } from '../../oauth/language.ts';
import {
  SOURCE_VERSION,
  type App,
  type AppKind,
  type AppUsage,
  type SettingValue,
} from '../app.ts';
import type { FileProperties } from '../metadataApi.ts';
import {
  PKCE_WHERE_ABSENT,
  pkceStatusOf,
  type FlagReading,
  type OrgWidePkce,
} from '../pkceStatus.ts';
import { flagIn } from '../settings/settingValues.ts';
import { GLOBAL, isSatellite, kindOf, type ComponentRecord } from './components.ts';
import { originOf, type OwnOrg } from './origin.ts';

/** The one name for the flag, as Salesforce's own types have it for both kinds. */
const PKCE_FLAG = 'isPkceRequired' satisfies keyof ConnectedAppOauthConfig &
  keyof ExtlClntAppGlobalOauthSettings;

/** An app while its parts come in. */
interface Draft {
  readonly id: string;
  readonly kind: AppKind;
  readonly properties: FileProperties;
  /** Made of the API name until it is read. */
  label: string;
  isLabelRead: boolean;
  /** Values by type of component, each as it was read. */
  readonly values: Map<string, Readonly<Record<string, SettingValue>>>;
  flag: FlagReading;
  /** Full name of the component with its global OAuth settings. */
  globalName: string | undefined;
  usage: AppUsage | null;
  /** All values in one, once they have been put together. */
  oauth: App['oauth'] | undefined;
}

export class AppAssembly {
  readonly #own: OwnOrg;
  readonly #apiVersion: string;
  readonly #drafts = new Map<string, Draft>();
  /** Those that have a consumer key, by it; filled in as settings arrive. */
  readonly #byKey = new Map<string, Set<Draft>>();
  /** Consumer keys of external client apps that are not listed. */
  readonly #unlistedKeys = new Set<string>();
  /** Those that are as their drafts say. */
  readonly #apps = new Map<string, App>();
  /** In the order of the last time, which is nearly that of the next: then sorting costs the least. */
  readonly #order: Draft[];
  #orgWide: OrgWidePkce = 'reading';
  #isComplete = false;
  #sorted: readonly App[] | undefined;

  /**
   * @param listed all components of the org; those that are no apps are passed over
   * @param apiVersion such as `66.0`
   */
  constructor(listed: readonly FileProperties[], own: OwnOrg, apiVersion: string) {
    this.#own = own;
    this.#apiVersion = apiVersion;
    for (const properties of listed) {
      const kind = kindOf(properties.type);
      if (!kind || properties.fullName === '') continue;
      this.#set({
        id: appIdOf(kind, properties.fullName),
        kind,
        properties,
        label: withoutNamespace(properties).replaceAll('_', ' '),
        isLabelRead: false,
        values: new Map(),
        flag: { kind: 'reading' },
        globalName: undefined,
        usage: null,
        oauth: undefined,
      });
    }
    this.#order = [...this.#drafts.values()];
  }

  /** Takes a component that was read. One whose app is not listed is passed over. */
  take(record: ComponentRecord): void {
    const kind = kindOf(record.type) ?? 'externalClientApp';
    const name = isSatellite(record.type) ? record.app : record.fullName;
    const draft = name === null ? undefined : this.#drafts.get(appIdOf(kind, name));
    if (!draft) {
      if (record.type === GLOBAL) this.#noteUnlisted(record);
      return;
    }
    draft.values.set(record.type, record.values);
    draft.oauth = undefined;
    this.#noteKey(draft);
    if (kindOf(record.type) && record.label !== null) {
      draft.label = record.label;
      draft.isLabelRead = true;
    }
    if (record.type === 'ConnectedApp') {
      draft.flag = record.hasOauth
        ? this.#readingOf(record, PKCE_WHERE_ABSENT.ConnectedApp)
        : { kind: 'noOauth' };
    } else if (record.type === GLOBAL) {
      draft.globalName ??= record.fullName;
      draft.flag =
        draft.globalName === record.fullName
          ? this.#readingOf(record, PKCE_WHERE_ABSENT[GLOBAL])
          : TWICE;
    }
    this.#set(draft);
  }

  /** Says of one app why its settings could not be read. */
  unreadable(id: string, reason: string): void {
    const draft = this.#drafts.get(id);
    if (!draft) return;
    draft.flag = { kind: 'unreadable', reason };
    this.#set(draft);
  }

  setOrgWide(orgWide: OrgWidePkce): void {
    this.#orgWide = orgWide;
    for (const draft of this.#drafts.values()) this.#set(draft);
  }

  /** @param usageOf what is known of an app's use; null if nothing is */
  setUsage(usageOf: (app: App) => AppUsage | null): void {
    for (const draft of this.#drafts.values()) {
      draft.usage = usageOf(this.#appOf(draft));
      this.#set(draft);
    }
  }

  /**
   * Everything has arrived: what still waits has nothing that anybody could read.
   * @param missing why an ECA has no global OAuth settings to show
   */
  finish(missing: string): void {
    for (const draft of this.#drafts.values()) {
      if (draft.flag.kind === 'reading') this.unreadable(draft.id, missing);
    }
  }

  /** Why apps could not be read, by the apps' ids. */
  unread(): Readonly<Record<string, string>> {
    const entries = [...this.#drafts.values()].flatMap(({ id, flag }) =>
      flag.kind === 'unreadable' ? [[id, flag.reason] as const] : [],
    );
    return Object.fromEntries(entries);
  }

  /** Ids of apps whose label could not be read. */
  unnamed(): ReadonlySet<string> {
    const drafts = [...this.#drafts.values()];
    return new Set(drafts.filter(({ isLabelRead }) => !isLabelRead).map(({ id }) => id));
  }

  /** Nothing more comes: what has not arrived is missing. */
  complete(): void {
    this.#isComplete = true;
    for (const draft of this.#drafts.values()) {
      if (isWithoutHeader(draft)) this.#set(draft);
    }
  }

  /** All apps as far as they are known, sorted by label. */
  apps(): readonly App[] {
    this.#sorted ??= this.#order.sort(byLabel).map((draft) => this.#appOf(draft));
    return this.#sorted;
  }

  /** @param absent what an org means by leaving the element out */
  #readingOf({ values }: ComponentRecord, absent: boolean): FlagReading {
    const value = flagIn(values, PKCE_FLAG);
    // OAuth settings without a callback URL, or any other, are none that an app could have.
    if (values.oauthConfig === '' && this.#apiVersion !== SOURCE_VERSION) return EMPTY;
    if (typeof value === 'boolean') return { kind: 'flag', value, stated: true };
    if (value === null) {
      // Version 0 is that of source files.
      const isStated = Number(this.#apiVersion) > 0;
      return isStated ? { kind: 'flag', value: absent, stated: false } : { kind: 'notStated' };
    }
    return {
      kind: 'unreadable',
      reason: l10n.t('The org answered with a PKCE setting that is neither true nor false.'),
    };
  }

  #noteKey(draft: Draft): void {
    const key = this.#keyOf(draft);
    if (key !== undefined) this.#byKey.set(key, (this.#byKey.get(key) ?? new Set()).add(draft));
  }

  #noteUnlisted({ values }: ComponentRecord): void {
    const key = this.#keyIn(values);
    if (key === undefined) return;
    this.#unlistedKeys.add(key);
    for (const draft of this.#byKey.get(key) ?? []) this.#set(draft);
  }

  #keyOf({ values }: Draft): string | undefined {
    return this.#keyIn(values.get('ConnectedApp') ?? values.get(GLOBAL));
  }

  /** Keys in files may be placeholders, and tell nothing. */
  #keyIn(values: ComponentRecord['values'] | undefined): string | undefined {
    const key = this.#apiVersion === SOURCE_VERSION ? undefined : values?.consumerKey;
    return typeof key === 'string' && key !== '' ? key : undefined;
  }

  /**
   * External client apps with a connected app's consumer key. Made in this org, such a one was made of it: an org gives
   * no key twice, but for Setup's migration (SALESFORCE.md 13.8).
   */
  #ecasOfKeyOf(draft: Draft): readonly App[] {
    const ecas = [...this.#withKeyOf(draft)].filter(({ kind }) => kind !== draft.kind);
    return ecas.map((eca) => this.#appOf(eca));
  }

  #withKeyOf(draft: Draft): ReadonlySet<Draft> {
    return this.#byKey.get(this.#keyOf(draft) ?? '') ?? NONE;
  }

  /** What was read of a draft's flag, and whether it holds. */
  #flagOf(draft: Draft, { origin }: Pick<App, 'origin'>): FlagReading {
    if (draft.kind === 'connectedApp' && origin !== 'installed') {
      const ecas = this.#ecasOfKeyOf(draft);
      const by = ecas.find((eca) => eca.origin === 'local');
      if (by && origin === 'local') return { kind: 'replaced', by };
      const isUnlisted = this.#unlistedKeys.has(this.#keyOf(draft) ?? '');
      if (isUnlisted || ecas.some((eca) => eca.origin !== 'installed')) {
        return { kind: 'maybeReplaced' };
      }
    }
    return isContradicted(draft) ? CONTRADICTED : draft.flag;
  }

  /** Keeps a draft; its app is put together when somebody wants to see it. */
  #set(draft: Draft): void {
    this.#drafts.set(draft.id, draft);
    this.#apps.delete(draft.id);
    for (const { id } of this.#withKeyOf(draft)) this.#apps.delete(id);
    this.#sorted = undefined;
  }

  #appOf(draft: Draft): App {
    const kept = this.#apps.get(draft.id);
    if (kept) return kept;
    const { id, kind, properties, values } = draft;
    // While more is on its way nobody judges by what has arrived.
    draft.oauth ??= draft.flag.kind === 'reading' ? undefined : oauthOf(draft);
    const origin = originOf(kind, properties, {
      own: this.#own,
      header: values.get('ExternalClientApplication') ?? {},
      isUnreadable:
        kind === 'connectedApp'
          ? draft.flag.kind === 'unreadable'
          : this.#isComplete && isWithoutHeader(draft),
    });
    const app: App = {
      id,
      kind,
      fullName: properties.fullName,
      label: draft.label,
      namespace: properties.namespacePrefix ?? null,
      ...origin,
      ...pkceStatusOf(this.#flagOf(draft, origin), this.#orgWide),
      oauth: draft.oauth ?? null,
      apiVersion: this.#apiVersion,
      componentId: properties.id ?? null,
      lastModified: properties.lastModifiedDate ?? null,
      usage: draft.usage,
    };
    this.#apps.set(id, app);
    return app;
  }
}

const NONE: ReadonlySet<Draft> = new Set();

/** An app that is said to have no OAuth settings, and is used by OAuth or has a policy for it. */
function isContradicted({ flag, values, usage }: Draft): boolean {
  if (flag.kind !== 'noOauth') return false;
  const isUsed = usage !== null && usage.tokens > 0 && !usage.isShared;
  const names = Object.keys(values.get('ConnectedApp') ?? {});
  return isUsed || names.some((name) => name.startsWith('oauthPolicy.'));
}

const EMPTY: FlagReading = {
  kind: 'unreadable',
  reason: l10n.t('The org answered with OAuth settings that hold nothing.'),
};

/** Which of them holds, nobody can tell. */
const TWICE: FlagReading = {
  kind: 'unreadable',
  reason: l10n.t('The org gives two components with global OAuth settings for this app.'),
};

const CONTRADICTED: FlagReading = {
  kind: 'unreadable',
  reason: l10n.t(
    'The org shows no OAuth settings of the app, and yet it has refresh tokens or an OAuth policy: what is not shown is not known.',
  ),
};

function isWithoutHeader({ kind, values }: Draft): boolean {
  return kind === 'externalClientApp' && !values.has('ExternalClientApplication');
}

const collator = new Intl.Collator(locale(), { sensitivity: 'base', numeric: true });

/** People's order: A before b before C, 2 before 10. */
export function byLabel(a: Pick<App, 'label' | 'id'>, b: Pick<App, 'label' | 'id'>): number {
  return collator.compare(a.label, b.label) || (a.id < b.id ? -1 : 1);
}

export function appIdOf(kind: AppKind, fullName: string): string {
  return `${kind}:${fullName}`;
}

function withoutNamespace({ fullName, namespacePrefix }: FileProperties): string {
  const prefix = namespacePrefix === undefined ? '' : `${namespacePrefix}__`;
  return prefix !== '' && fullName.startsWith(prefix) ? fullName.slice(prefix.length) : fullName;
}

/** All OAuth settings in one; an ECA's header is shown only along with them. */
function oauthOf({ kind, values, flag }: Draft): App['oauth'] {
  if (kind === 'connectedApp') {
    return flag.kind === 'noOauth' ? null : (values.get('ConnectedApp') ?? null);
  }
  if (![...values.keys()].some(isSatellite)) return null;
  return Object.assign({}, ...values.values()) as App['oauth'];
}
