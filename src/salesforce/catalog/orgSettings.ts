/**
 * The org's own OAuth settings (SALESFORCE.md 6): read, retrieved where they cannot be read, and asked of the
 * Tooling API where neither works.
 */
import { isUnreached } from '../../oauth/networkError.ts';
import type { SettingValue } from '../app.ts';
import { readMetadata, wholeElement, type MetadataAccess } from '../metadataApi.ts';
import { PKCE_WHERE_ABSENT } from '../pkceStatus.ts';
import { queryOne } from '../query.ts';
import { flagIn, valuesIn } from '../settings/settingValues.ts';
import type { XmlElement } from '../xml.ts';

/** Settings of the whole org that decide about OAuth. */
export interface OrgWideSettings {
  /** Undefined if it could not be read. */
  readonly isPkceRequired?: boolean | undefined;
  /** All that was read, by `<type>.<element>`. */
  readonly values: Readonly<Record<string, SettingValue>>;
}

/** Metadata types of settings, and their one member. */
const SETTINGS = {
  OauthOidcSettings: 'OauthOidc',
  ConnectedAppSettings: 'ConnectedApp',
  ExternalClientAppSettings: 'ExternalClientApp',
} as const;

type SettingsType = keyof typeof SETTINGS;

/** The type that holds the PKCE flag. */
const OAUTH: SettingsType = 'OauthOidcSettings';

/** The documented default of both, where the Metadata API left them out. */
const BLOCKED_WHERE_ABSENT: Readonly<Record<string, boolean>> = {
  [`${OAUTH}.blockOAuthUnPwFlow`]: false,
  [`${OAUTH}.blockOAuthUsrAgtFlow`]: false,
};

/** Columns of the Tooling API's OauthOidcSettings, by element. */
const TOOLING_COLUMNS = {
  isPkceRequired: 'IsPkceRequired',
  blockOAuthUnPwFlow: 'BlockOauthUnPwFlow',
  blockOAuthUsrAgtFlow: 'BlockOauthUsrAgtFlow',
  oAuthCdCrdtFlowEnable: 'OauthCdCrdtFlowEnable',
} as const;

/**
 * Never rejects for what an org refuses: what could not be read is missing.
 * @param onFailure told why settings of a type could not be read, where it was for the network, and of the PKCE flag always
 */
export async function readOrgWideSettings(
  access: MetadataAccess,
  onFailure: (type: string, error: unknown) => void = () => undefined,
): Promise<OrgWideSettings> {
  const found = new Map<string, XmlElement>();
  const unread = new Map<string, unknown>();
  const failures: unknown[] = [];
  const noteFailure = (error: unknown): void => void failures.push(error);
  await Promise.all(
    Object.entries(SETTINGS).map(([type, member]) =>
      readMetadata(access, type, [member], wholeElement, (_names, result) => {
        if ('error' in result) {
          if (type === OAUTH) noteFailure(result.error);
          else if (isUnreached(result.error)) unread.set(type, result.error);
          return;
        }
        // A type of settings has one member, whatever an org calls it.
        const [element] = result.values();
        if (element) found.set(type, element);
      }),
    ),
  );
  if (!found.has(OAUTH)) await retrieveInto(access, found, noteFailure);
  let values: Record<string, SettingValue> = {};
  for (const [type, element] of found) values = { ...values, ...valuesIn(element, `${type}.`) };
  // What an org leaves out is what it is by default (SALESFORCE.md 15): the flows are allowed.
  if (found.has(OAUTH)) values = { ...BLOCKED_WHERE_ABSENT, ...values };
  if (!found.has(OAUTH)) {
    values = { ...values, ...(await askTooling(access, noteFailure)) };
  }
  const flag = flagIn(values, `${OAUTH}.isPkceRequired`);
  const absent = found.has(OAUTH) ? PKCE_WHERE_ABSENT.OauthOidcSettings : undefined;
  for (const [type, error] of unread) {
    if (!found.has(type)) onFailure(type, error);
  }
  // That nobody was reached on one of the ways may be the reason that none led there.
  if (flag === null && absent === undefined) {
    onFailure(OAUTH, failures.find(isUnreached) ?? failures[0]);
  }
  return { isPkceRequired: flag === null ? absent : flag, values };
}

async function retrieveInto(
  access: MetadataAccess,
  found: Map<string, XmlElement>,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const missing = Object.entries(SETTINGS).filter(([type]) => !found.has(type));
  try {
    const { retrieveMetadata } = await import('../retrieve.ts');
    const members = new Map([['Settings', missing.map(([, member]) => member)]]);
    for (const { element } of await retrieveMetadata(access, members)) {
      if (Object.hasOwn(SETTINGS, element.name)) found.set(element.name, element);
    }
  } catch (error) {
    access.signal.throwIfAborted();
    onFailure(error);
  }
}

async function askTooling(
  access: MetadataAccess,
  onFailure: (error: unknown) => void,
): Promise<Record<string, SettingValue>> {
  const soql = `SELECT ${Object.values(TOOLING_COLUMNS).join(', ')} FROM ${OAUTH}`;
  const row = await queryOne(access, soql, { api: 'tooling/query', onFailure });
  const entries = Object.entries(TOOLING_COLUMNS).flatMap(([element, column]) => {
    const value = row?.[column];
    return typeof value === 'boolean' ? [[`${OAUTH}.${element}`, value] as const] : [];
  });
  return Object.fromEntries(entries);
}
