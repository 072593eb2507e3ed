/** The client apps of a demo org: what the OAuth endpoints know of each, taken from the org's own metadata. */
import { createHmac, randomBytes } from 'node:crypto';
import { requestScopesOf } from '../salesforce/settings/scopeTexts.ts';
import type { XmlElement } from '../salesforce/xml.ts';
import type { MetadataStore } from './metadataStore.ts';
import { DEMO_CLIENT_CALLBACKS, DEMO_CLIENT_ID } from './sampleApps.ts';
import type { DemoSwitches } from './switches.ts';

export interface DemoClient {
  readonly clientId: string;
  readonly name: string;
  readonly callbackUrls: readonly string[];
  readonly pkceRequired: boolean;
  readonly secretRequired: boolean;
  readonly secretRequiredForRefresh: boolean;
  readonly rotation: boolean;
  /** Scopes as requests spell them. */
  readonly scopes: readonly string[];
  /** Refresh tokens die at once. */
  readonly zeroRefresh: boolean;
}

const DEMO_SCOPES = ['api', 'refresh_token', 'openid', 'id', 'web', 'full'];

export class Clients {
  readonly #store: MetadataStore;
  readonly #switches: DemoSwitches;
  readonly #secretKey = randomBytes(32);

  constructor(store: MetadataStore, switches: DemoSwitches) {
    this.#store = store;
    this.#switches = switches;
  }

  find(clientId: string): DemoClient | undefined {
    if (clientId === DEMO_CLIENT_ID) return this.#demoClient();
    return this.#connectedApp(clientId) ?? this.#externalClientApp(clientId);
  }

  /** The consumer secret of a client app; made up per run. */
  secretOf(clientId: string): string {
    return createHmac('sha256', this.#secretKey).update(clientId).digest('hex').toUpperCase();
  }

  /** Whether the org as a whole demands PKCE. */
  orgRequiresPkce(): boolean {
    const settings = this.#store.get('OauthOidcSettings', 'OauthOidc');
    return settings?.content.textOf('isPkceRequired')?.trim() === 'true';
  }

  #demoClient(): DemoClient {
    return {
      clientId: DEMO_CLIENT_ID,
      name: 'PKCE for Salesforce',
      callbackUrls: DEMO_CLIENT_CALLBACKS,
      pkceRequired: true,
      secretRequired: false,
      secretRequiredForRefresh: false,
      rotation: this.#switches.rotate,
      scopes: DEMO_SCOPES,
      zeroRefresh: false,
    };
  }

  #connectedApp(clientId: string): DemoClient | undefined {
    for (const { content } of this.#store.list('ConnectedApp')) {
      const config = content.child('oauthConfig');
      if (config?.textOf('consumerKey')?.trim() !== clientId) continue;
      return {
        ...flagsOf(config, false),
        clientId,
        name: content.textOf('label') ?? clientId,
        scopes: config.all('scopes').flatMap(({ text }) => requestScopes(text)),
        zeroRefresh: content.child('oauthPolicy')?.textOf('refreshTokenPolicy') === 'zero',
      };
    }
    return undefined;
  }

  #externalClientApp(clientId: string): DemoClient | undefined {
    for (const { content } of this.#store.list('ExtlClntAppGlobalOauthSettings')) {
      if (content.textOf('consumerKey')?.trim() !== clientId) continue;
      const app = content.textOf('externalClientApplication')?.trim();
      const satellite = (type: string): XmlElement | undefined =>
        this.#store
          .list(type)
          .find((one) => one.content.textOf('externalClientApplication')?.trim() === app)?.content;
      const scopes = satellite('ExtlClntAppOauthSettings')?.textOf('commaSeparatedOauthScopes');
      const policies = satellite('ExtlClntAppOauthConfigurablePolicies');
      return {
        ...flagsOf(content, true),
        clientId,
        name: content.textOf('label') ?? clientId,
        scopes: (scopes ?? '').split(',').flatMap(requestScopes),
        zeroRefresh: policies?.textOf('refreshTokenPolicyType') === 'Zero',
      };
    }
    return undefined;
  }
}

function flagsOf(
  config: XmlElement,
  pkceByDefault: boolean,
): Pick<
  DemoClient,
  'callbackUrls' | 'pkceRequired' | 'secretRequired' | 'secretRequiredForRefresh' | 'rotation'
> {
  const flag = (name: string, absent: boolean): boolean =>
    (config.textOf(name)?.trim() ?? String(absent)) === 'true';
  return {
    callbackUrls: (config.textOf('callbackUrl') ?? '')
      .split(/\r?\n/)
      .map((url) => url.trim())
      .filter(Boolean),
    pkceRequired: flag('isPkceRequired', pkceByDefault),
    secretRequired: !flag('isConsumerSecretOptional', false),
    secretRequiredForRefresh: flag('isSecretRequiredForRefreshToken', true),
    rotation: flag('isRefreshTokenRotationEnabled', false),
  };
}

/** What requests call a scope of metadata; one that nobody here has heard of by its name in lower case. */
function requestScopes(text: string): readonly string[] {
  const names = requestScopesOf(text.trim());
  return names.length > 0 ? names : [text.trim().toLowerCase()];
}

function isLoopbackUrl(url: URL): boolean {
  return url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

/**
 * Whether a redirect URI is one of the client's: letter by letter, the port too (SALESFORCE.md 9). The demo client
 * app alone may use any port on loopback (RFC 8252 section 7.3), so that whoever tries it has nothing to set, and a
 * browser-based editor's external callback on loopback, whose query no list can hold.
 */
export function isRegisteredRedirect(client: DemoClient, redirectUri: string): boolean {
  if (client.callbackUrls.includes(redirectUri)) return true;
  if (client.clientId !== DEMO_CLIENT_ID) return false;
  const asked = URL.parse(redirectUri);
  if (!asked || !isLoopbackUrl(asked) || asked.hash !== '') return false;
  const portLeftOpen = client.callbackUrls.some((registered) => {
    const url = URL.parse(registered);
    return (
      url !== null &&
      isLoopbackUrl(url) &&
      url.hostname === asked.hostname &&
      url.pathname === asked.pathname &&
      url.search === asked.search
    );
  });
  return portLeftOpen || isExternalCallback(asked);
}

function isExternalCallback(url: URL): boolean {
  const names = [...url.searchParams.keys()].sort().join();
  return (
    url.pathname.endsWith('/callback') &&
    names === 'vscode-authority,vscode-path,vscode-reqid,vscode-scheme' &&
    url.searchParams.get('vscode-authority') === 'pkce-tools.salesforce-pkce' &&
    url.searchParams.get('vscode-path') === '/callback'
  );
}
