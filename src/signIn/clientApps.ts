/** The client apps that the user has configured (`salesforcePkce.clients`), read as hostile text. */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { loginHostOf } from '../salesforce/loginHost.ts';

/** A client app of the settings. */
export interface ConfiguredClientApp {
  readonly name: string;
  readonly clientId: string;
  /** Origin; undefined if the app may be used at any login host. */
  readonly loginHost: string | undefined;
  /** Scopes to ask for with this app; undefined: those of `salesforcePkce.scopes`. */
  readonly scopes: readonly string[] | undefined;
}

/** Consumer keys are 8 to 256 characters (SALESFORCE.md 1.6). */
export const CONSUMER_KEY = /^[A-Za-z0-9._]{8,256}$/;

/** One or more names without spaces (RFC 6749 section 3.3: printable ASCII without quote and backslash). */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const ClientSetting = v.object({
  name: v.pipe(v.string(), v.trim(), v.minLength(1)),
  clientId: v.pipe(v.string(), v.trim(), v.regex(CONSUMER_KEY)),
  loginHost: v.optional(v.string()),
  scopes: v.optional(v.array(v.pipe(v.string(), v.regex(SCOPE)))),
});

/**
 * Reads the setting.
 * @returns the usable client apps, and a sentence for each entry that is not
 */
export function clientAppsIn(setting: unknown): {
  readonly apps: readonly ConfiguredClientApp[];
  readonly problems: readonly string[];
} {
  const apps: ConfiguredClientApp[] = [];
  const problems: string[] = [];
  if (!Array.isArray(setting)) {
    return { apps, problems: setting === undefined ? [] : [l10n.t('The setting is not a list.')] };
  }
  setting.forEach((entry: unknown, index) => {
    const result = v.safeParse(ClientSetting, entry);
    if (!result.success) {
      const path = v.getDotPath(result.issues[0]) ?? 'entry';
      problems.push(l10n.t`Client app ${index + 1}: "${path}" is missing or not valid.`);
      return;
    }
    const { name, clientId, loginHost, scopes } = result.output;
    try {
      apps.push({
        name,
        clientId,
        loginHost: loginHost?.trim() ? loginHostOf(loginHost) : undefined,
        scopes,
      });
    } catch (error) {
      problems.push(
        l10n.t`Client app "${name}": ${error instanceof Error ? error.message : l10n.t('bad login host')}`,
      );
    }
  });
  return { apps, problems };
}

/** Client apps for a login host: those made for it first, then those for any host. */
export function clientAppsFor(
  apps: readonly ConfiguredClientApp[],
  loginHost: string,
): readonly ConfiguredClientApp[] {
  return [
    ...apps.filter((app) => app.loginHost === loginHost),
    ...apps.filter((app) => app.loginHost === undefined),
  ];
}

/** Client apps of other hosts, each consumer key once, without those that fit the login host. */
export function clientAppsOfOtherHosts(
  apps: readonly ConfiguredClientApp[],
  loginHost: string,
): readonly ConfiguredClientApp[] {
  const fitting = clientAppsFor(apps, loginHost);
  const known = new Set(fitting.map(({ clientId }) => clientId));
  return apps.filter(({ clientId }) => {
    if (known.has(clientId)) return false;
    known.add(clientId);
    return true;
  });
}

/** A client app of another host as it is at this one: one that was named after its host is named after this. */
export function clientAppAt(app: ConfiguredClientApp, loginHost: string): ConfiguredClientApp {
  const isNamedAfterHost = app.loginHost !== undefined && new URL(app.loginHost).host === app.name;
  return { ...app, loginHost, name: isNamedAfterHost ? new URL(loginHost).host : app.name };
}

/**
 * The setting with one more client app in it: at the end, the entries that are there left as they are.
 * @returns undefined if an app with this consumer key fits the host already, or the setting is no list
 */
export function withClientApp(
  setting: unknown,
  { name, clientId, loginHost, scopes }: ConfiguredClientApp & { readonly loginHost: string },
): readonly unknown[] | undefined {
  // Somebody meant something by what is there.
  if (setting !== undefined && !Array.isArray(setting)) return undefined;
  const entries: readonly unknown[] = setting ?? [];
  const fitting = clientAppsFor(clientAppsIn(entries).apps, loginHost);
  if (fitting.some((known) => known.clientId === clientId)) return undefined;
  return [...entries, { name, clientId, loginHost, ...(scopes && { scopes }) }];
}
