/** The questions of a sign-in: which org, and with which client app. No answer is a dead end. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { kindOfLoginHost, loginHostOf, PRODUCTION, SANDBOX } from '../salesforce/loginHost.ts';
import { copyCallbackUrls, redirectSettings } from './browser.ts';
import {
  clientAppsFor,
  clientAppsIn,
  CONSUMER_KEY,
  withClientApp,
  type ConfiguredClientApp,
} from './clientApps.ts';
import { openClientAppGuide } from './guide.ts';
import { callbackUrlFor, type RedirectWay } from './redirect.ts';

/** What a user chose to sign in to. `app` is known where a configured client app names its own host. */
export type Target =
  | { readonly kind: 'demoOrg' }
  | { readonly kind: 'org'; readonly loginHost: string; readonly app?: ConfiguredClientApp };

interface TargetItem extends vscode.QuickPickItem {
  readonly target?: Target | 'myDomain';
}

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
  const separator = (label: string): TargetItem => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
  });
  const items: TargetItem[] = [];
  const withHost = apps.filter((app) => app.loginHost !== undefined);
  if (withHost.length > 0) items.push(separator(l10n.t('your client apps')));
  for (const app of withHost) {
    const loginHost = app.loginHost ?? PRODUCTION;
    items.push({
      label: `$(key) ${app.name}`,
      description: new URL(loginHost).host,
      target: { kind: 'org', loginHost, app },
    });
  }
  items.push(
    separator('Salesforce'),
    {
      label: `$(cloud) ${l10n.t('Production')}`,
      description: l10n.t('login.salesforce.com, also developer editions'),
      target: { kind: 'org', loginHost: PRODUCTION },
    },
    {
      label: `$(beaker) ${l10n.t('Sandbox')}`,
      description: l10n.t('test.salesforce.com, also scratch orgs'),
      target: { kind: 'org', loginHost: SANDBOX },
    },
    {
      label: `$(globe) ${l10n.t('My Domain...')}`,
      description: l10n.t("best: an org's own address, by name or pasted URL"),
      target: 'myDomain',
    },
  );
  if (recent.length > 0) items.push(separator(l10n.t('recent')));
  for (const loginHost of recent) {
    items.push({
      label: `$(history) ${new URL(loginHost).host}`,
      target: { kind: 'org', loginHost },
    });
  }
  items.push(separator(l10n.t('no org at hand')), {
    label: `$(play) ${l10n.t('Demo Org')}`,
    description: l10n.t('runs on this computer, needs no account'),
    target: { kind: 'demoOrg' },
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: l10n.t('Sign In to a Salesforce Org'),
    placeHolder: l10n.t('Which org?'),
    matchOnDescription: true,
  });
  if (picked?.target !== 'myDomain') return picked?.target;
  const loginHost = await askMyDomain();
  return loginHost === undefined ? undefined : { kind: 'org', loginHost };
}

/** Asks for a My Domain, saying while it is typed where the log-in would go. */
async function askMyDomain(): Promise<string | undefined> {
  const input = await vscode.window.showInputBox({
    title: l10n.t('Sign In to a Salesforce Org: My Domain'),
    prompt: l10n.t(
      'A name such as acme or acme--uat, or any URL of the org (Lightning, Setup, My Domain).',
    ),
    placeHolder: 'acme.my.salesforce.com',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? undefined : judgeHost(text)),
  });
  return input === undefined || input.trim() === '' ? undefined : loginHostOf(input);
}

function judgeHost(text: string): vscode.InputBoxValidationMessage {
  try {
    const loginHost = loginHostOf(text);
    const custom = kindOfLoginHost(loginHost) === 'custom';
    return {
      message: custom
        ? l10n.t`${loginHost} is not one of Salesforce's own domains. Log in there only if it is your company's.`
        : l10n.t`Log in at ${loginHost}`,
      severity: custom
        ? vscode.InputBoxValidationSeverity.Warning
        : vscode.InputBoxValidationSeverity.Info,
    };
  } catch (error) {
    return {
      message: error instanceof Error ? error.message : l10n.t('This is not a host.'),
      severity: vscode.InputBoxValidationSeverity.Error,
    };
  }
}

/**
 * The client app for a login host: the one that is configured, the picked one of several, or one whose
 * consumer key is asked for, with what is needed to make one. Undefined if the user left; `demoOrg` if
 * they would rather try that.
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
  if (fitting.length > 1) {
    const picked = await vscode.window.showQuickPick(
      fitting.map((app) => ({ label: app.name, description: app.clientId, app })),
      { title: l10n.t`Sign In at ${host}`, placeHolder: l10n.t('With which client app?') },
    );
    return picked?.app;
  }
  return firstClientApp(loginHost, way);
}

type FirstStep = 'enterKey' | 'copyCallbackUrls' | 'guide' | 'demoOrg';

/** First run: says what is needed and helps to get it. */
async function firstClientApp(
  loginHost: string,
  way: RedirectWay,
): Promise<ConfiguredClientApp | 'demoOrg' | undefined> {
  const host = new URL(loginHost).host;
  const callbackUrl = callbackUrlFor(way, vscode.env.uriScheme, redirectSettings());
  const items: readonly (vscode.QuickPickItem & { readonly step: FirstStep })[] = [
    {
      label: `$(key) ${l10n.t('Enter a Consumer Key...')}`,
      detail: l10n.t(
        'of an external client app or connected app of the org that is set up as below',
      ),
      step: 'enterKey',
    },
    {
      label: `$(copy) ${l10n.t('Copy the Callback URL to Register')}`,
      detail: callbackUrl,
      step: 'copyCallbackUrls',
    },
    {
      label: `$(book) ${l10n.t('Show How to Register a Client App')}`,
      detail: l10n.t(
        'PKCE required, no secret for the web server flow, scopes api and refresh_token',
      ),
      step: 'guide',
    },
    {
      label: `$(play) ${l10n.t('Try It with the Demo Org')}`,
      detail: l10n.t('runs on this computer, needs no account and no client app'),
      step: 'demoOrg',
    },
  ];
  for (;;) {
    const picked = await vscode.window.showQuickPick(items, {
      title: l10n.t`Sign In at ${host}: a Client App Is Needed`,
      placeHolder: l10n.t(
        'Salesforce lets a program in by a client app of the org. None is configured yet.',
      ),
      ignoreFocusOut: true,
    });
    switch (picked?.step) {
      case undefined:
        return undefined;
      case 'demoOrg':
        return 'demoOrg';
      case 'copyCallbackUrls':
        await copyCallbackUrls(way);
        break;
      case 'guide':
        await openClientAppGuide();
        break;
      case 'enterKey': {
        const app = await askConsumerKey(loginHost, callbackUrl);
        if (app) return app;
      }
    }
  }
}

/** Asks for a consumer key. It is kept once a sign-in with it has succeeded, so that a wrong one is asked for again. */
async function askConsumerKey(
  loginHost: string,
  callbackUrl: string,
): Promise<ConfiguredClientApp | undefined> {
  const host = new URL(loginHost).host;
  const clientId = await vscode.window.showInputBox({
    title: l10n.t`Sign In at ${host}: Consumer Key`,
    prompt: l10n.t`The client app must have the callback URL ${callbackUrl}. Enter the consumer key only, never the secret.`,
    placeHolder: '3MVG9...',
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' || CONSUMER_KEY.test(text.trim())
        ? undefined
        : l10n.t(
            'A consumer key has 8 to 256 letters, digits, dots and underscores, and often starts with 3MVG9.',
          ),
  });
  if (clientId === undefined || clientId.trim() === '') return undefined;
  return { name: host, clientId: clientId.trim(), loginHost, scopes: undefined };
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
    },
  );
  return picked?.way;
}
