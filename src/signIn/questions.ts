/** The questions of a sign-in: which org, and with which client app. No answer is a dead end. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { kindOfLoginHost, loginHostOf, PRODUCTION, SANDBOX } from '../salesforce/loginHost.ts';
import { copyCallbackUrls, redirectSettings } from './browser.ts';
import {
  clientAppAt,
  clientAppsFor,
  clientAppsIn,
  clientAppsOfOtherHosts,
  CONSUMER_KEY,
  withClientApp,
  type ConfiguredClientApp,
} from './clientApps.ts';
import { openClientAppGuide } from './guide.ts';
import { askInBox, type AnswerRow } from './questionBox.ts';
import { callbackUrlFor, type RedirectWay } from './redirect.ts';

/** What a user chose to sign in to. `app` is known where a configured client app names its own host. */
export type Target =
  | { readonly kind: 'demoOrg' }
  | { readonly kind: 'org'; readonly loginHost: string; readonly app?: ConfiguredClientApp };

/** Client apps of the settings; the log hears of entries that cannot be used. */
export function configuredClientApps(log: (line: string) => void): readonly ConfiguredClientApp[] {
  const setting: unknown = vscode.workspace.getConfiguration('salesforcePkce').get('clients');
  const { apps, problems } = clientAppsIn(setting);
  for (const problem of problems) log(`salesforcePkce.clients: ${problem}`);
  return apps;
}

/** Asks which org. Undefined if the user left. */
export async function askTarget(
  apps: readonly ConfiguredClientApp[],
  recent: readonly string[],
): Promise<Target | undefined> {
  const answer = await askInBox<Target | 'myDomain'>({
    title: l10n.t('Sign In to a Salesforce Org'),
    placeholder: l10n.t('Paste any URL of the org, type its My Domain name, or choose'),
    rows: targetRows(apps, recent),
    typed: addressRow,
  });
  if (answer !== 'myDomain') return answer;
  const loginHost = await askMyDomain();
  return loginHost === undefined ? undefined : { kind: 'org', loginHost };
}

function separator(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function targetRows(
  apps: readonly ConfiguredClientApp[],
  recent: readonly string[],
): readonly AnswerRow<Target | 'myDomain'>[] {
  const ownRows = apps.flatMap((app): AnswerRow<Target>[] => {
    const { name, loginHost } = app;
    if (loginHost === undefined) return [];
    const { host } = new URL(loginHost);
    const description = host === name ? '' : host;
    return [{ label: `$(key) ${name}`, description, answer: { kind: 'org', loginHost, app } }];
  });
  const recentRows = recent
    .filter((loginHost) => !apps.some((app) => app.loginHost === loginHost))
    .map((loginHost): AnswerRow<Target> => ({
      label: `$(history) ${new URL(loginHost).host}`,
      answer: { kind: 'org', loginHost },
    }));
  return [
    ...(ownRows.length > 0 ? [separator(l10n.t('your client apps')), ...ownRows] : []),
    separator('Salesforce'),
    {
      label: `$(globe) ${l10n.t('My Domain...')}`,
      description: l10n.t("best: an org's own address, by name or pasted URL"),
      answer: 'myDomain',
    },
    {
      label: `$(cloud) ${l10n.t('Production')}`,
      description: l10n.t('login.salesforce.com, not for a local client app'),
      answer: { kind: 'org', loginHost: PRODUCTION },
    },
    {
      label: `$(beaker) ${l10n.t('Sandbox')}`,
      description: l10n.t('test.salesforce.com, not for a local client app'),
      answer: { kind: 'org', loginHost: SANDBOX },
    },
    ...(recentRows.length > 0 ? [separator(l10n.t('recent')), ...recentRows] : []),
    separator(l10n.t('no org at hand')),
    {
      label: `$(play) ${l10n.t('Demo Org')}`,
      description: l10n.t('runs on this computer, needs no account'),
      answer: { kind: 'demoOrg' },
    },
  ];
}

/**
 * Asks before a log-in at a host that nobody typed: a key binding, a task or another extension named it.
 * @returns true at once for Salesforce's own hosts and this computer
 */
export async function confirmLoginHost(loginHost: string): Promise<boolean> {
  const warning = warningOf(loginHost);
  if (warning === undefined) return true;
  const go = l10n.t('Sign In');
  const picked = await vscode.window.showWarningMessage(
    l10n.t`Sign in at ${loginHost}?`,
    {
      modal: true,
      detail: `${warning} ${l10n.t('You did not type this address: a key binding, a task or another extension asks for it.')}`,
    },
    go,
  );
  return picked === go;
}

/** Where an address leads. */
interface Destination {
  readonly loginHost: string;
  readonly words: string;
  /** What to think of first. */
  readonly warning: string | undefined;
}

function destinationOf(address: string): Destination | UserFacingError {
  try {
    const loginHost = loginHostOf(address);
    return {
      loginHost,
      words: l10n.t`Sign in at ${loginHost}`,
      warning: warningOf(loginHost),
    };
  } catch (error) {
    if (error instanceof UserFacingError) return error;
    throw error;
  }
}

function warningOf(loginHost: string): string | undefined {
  return kindOfLoginHost(loginHost) === 'custom'
    ? l10n.t(
        "This is not one of Salesforce's own domains. Log in there only if it is your company's.",
      )
    : undefined;
}

function addressRow(address: string): AnswerRow<Target> {
  const destination = destinationOf(address);
  if (destination instanceof UserFacingError) {
    return { label: `$(error) ${destination.happened}`, detail: destination.todo };
  }
  const { loginHost, words, warning } = destination;
  const answer: Target = { kind: 'org', loginHost };
  return warning === undefined
    ? { label: `$(globe) ${words}`, answer }
    : { label: `$(warning) ${words}`, detail: warning, answer };
}

/** Asks for a My Domain, saying while it is typed where the log-in would go. */
async function askMyDomain(): Promise<string | undefined> {
  const severities = vscode.InputBoxValidationSeverity;
  const input = await vscode.window.showInputBox({
    title: l10n.t('Sign In to a Salesforce Org: My Domain'),
    prompt: l10n.t(
      'A name such as acme or acme--uat, or any URL of the org (Lightning, Setup, My Domain).',
    ),
    placeHolder: 'acme.my.salesforce.com',
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return undefined;
      const destination = destinationOf(text);
      if (destination instanceof UserFacingError)
        return { message: destination.message, severity: severities.Error };
      const { words, warning } = destination;
      return warning === undefined
        ? { message: words, severity: severities.Info }
        : { message: warning, severity: severities.Warning };
    },
  });
  return input === undefined || input.trim() === '' ? undefined : loginHostOf(input);
}

/**
 * The client app for a login host: the one that is configured, or one that is chosen or whose consumer key is
 * pasted; where none is configured, with what is needed to make one. Undefined if the user left; `demoOrg` if they
 * would rather try that.
 */
export async function askClientApp(
  apps: readonly ConfiguredClientApp[],
  loginHost: string,
  way: RedirectWay,
): Promise<ConfiguredClientApp | 'demoOrg' | undefined> {
  const fitting = clientAppsFor(apps, loginHost);
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  const host = new URL(loginHost).host;
  const others = clientAppsOfOtherHosts(apps, loginHost);
  return askInBox<ConfiguredClientApp | 'demoOrg'>({
    ...(only
      ? {
          title: l10n.t`Sign In at ${host}`,
          placeholder: l10n.t('With which client app? Choose one, or paste a consumer key'),
        }
      : {
          title: l10n.t`Sign In: No Client App Is Configured for ${host}`,
          placeholder: l10n.t('Paste the consumer key of a client app, never the secret'),
        }),
    rows: [
      ...fitting.map((app) => ({
        label: `$(key) ${app.name}`,
        description: app.clientId,
        answer: app,
      })),
      ...(others.length > 0 ? [separator(l10n.t('client apps of other hosts'))] : []),
      ...others.map((app) => ({
        label: `$(key) ${app.name}`,
        description: app.clientId,
        answer: clientAppAt(app, loginHost),
      })),
      ...(only ? [] : firstSteps(way)),
    ],
    typed: (text) => consumerKeyRow(text, loginHost),
  });
}

/** What helps to get a client app, or to do without one. */
function firstSteps(way: RedirectWay): readonly AnswerRow<'demoOrg'>[] {
  return [
    separator(l10n.t('no client app yet')),
    {
      label: `$(copy) ${l10n.t('Copy the Callback URL to Register')}`,
      detail: callbackUrlFor(way, vscode.env.uriScheme, redirectSettings()),
      run: () => copyCallbackUrls(way),
    },
    {
      label: `$(book) ${l10n.t('Show How to Register a Client App')}`,
      detail: l10n.t(
        'PKCE required, no secret for the web server flow, scopes api and refresh_token',
      ),
      run: openClientAppGuide,
    },
    {
      label: `$(play) ${l10n.t('Try It with the Demo Org')}`,
      detail: l10n.t('runs on this computer, needs no account and no client app'),
      answer: 'demoOrg',
    },
  ];
}

/** An app with a pasted consumer key. It is kept once a sign-in has succeeded, so that a wrong one is asked for again. */
function consumerKeyRow(text: string, loginHost: string): AnswerRow<ConfiguredClientApp> {
  if (!CONSUMER_KEY.test(text)) {
    return {
      label: `$(error) ${l10n.t('This is not a consumer key.')}`,
      detail: l10n.t(
        'One has 8 to 256 letters, digits, dots and underscores, and often begins with 3MVG9.',
      ),
    };
  }
  return {
    label: `$(key) ${l10n.t('Sign in with this consumer key')}`,
    answer: { name: new URL(loginHost).host, clientId: text, loginHost, scopes: undefined },
  };
}

/** What the manifest says where nobody has set anything. */
const LEAST_SCOPES: readonly string[] = ['api', 'refresh_token'];

/** An empty list stands for all scopes of the client app: what is no list of texts must not pass for one. */
export function configuredScopes(): readonly string[] {
  const configuration = vscode.workspace.getConfiguration('salesforcePkce');
  const setting: unknown = configuration.get('scopes');
  const scopes: readonly unknown[] = Array.isArray(setting) ? setting : [setting];
  const texts = scopes.filter((scope) => typeof scope === 'string');
  if (texts.length > 0 || scopes.length === 0) return texts;
  return configuration.inspect<readonly string[]>('scopes')?.defaultValue ?? LEAST_SCOPES;
}

/**
 * Keeps a client app that a sign-in has just succeeded with in the user settings: a consumer key is public
 * (RFC 6749 section 2.2). One on loopback is gone tomorrow and is not kept.
 */
export async function rememberClientApp(app: ConfiguredClientApp): Promise<void> {
  const { loginHost } = app;
  if (loginHost === undefined || kindOfLoginHost(loginHost) === 'loopback') return;
  const configuration = vscode.workspace.getConfiguration('salesforcePkce');
  const setting: unknown = configuration.inspect('clients')?.globalValue;
  const changed = withClientApp(setting, { ...app, loginHost });
  if (changed) await configuration.update('clients', changed, vscode.ConfigurationTarget.Global);
}

/** What each way of coming back is called, and what it takes. */
const WAY_TEXT: Readonly<Record<RedirectWay, { readonly label: string; readonly detail: string }>> =
  {
    uriHandler: {
      label: `$(window) ${l10n.t("The Editor's Own Link")}`,
      detail: l10n.t('The browser opens this editor.'),
    },
    loopback: {
      label: `$(server) ${l10n.t('Loopback')}`,
      detail: l10n.t('The browser comes back to a page of this computer that answers once.'),
    },
    relay: {
      label: `$(globe) ${l10n.t('Relay Page')}`,
      detail: l10n.t('An https page sends the browser on to this editor.'),
    },
    paste: {
      label: `$(clippy) ${l10n.t('Paste the Callback URL')}`,
      detail: l10n.t('Always works: you copy the address that the browser ends at.'),
    },
  };

/** Asks for another way back, saying which callback URL each needs. Undefined if the user left. */
export async function askWay(ways: readonly RedirectWay[]): Promise<RedirectWay | undefined> {
  const settings = redirectSettings();
  const picked = await vscode.window.showQuickPick(
    ways.map((way) => ({
      label: WAY_TEXT[way].label,
      description: callbackUrlFor(way, vscode.env.uriScheme, settings),
      detail: WAY_TEXT[way].detail,
      way,
    })),
    {
      title: l10n.t('Sign In Another Way'),
      placeHolder: l10n.t(
        'How should the browser come back? Register the URL shown at the client app.',
      ),
      ignoreFocusOut: true,
    },
  );
  return picked?.way;
}
