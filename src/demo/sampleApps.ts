/** The apps of a demo org without a source tree: a small telling mix, or as many as a benchmark wants. */
import { parseXml } from '../salesforce/xml.ts';
import type { MetadataStore } from './metadataStore.ts';

/** The client app that people sign in to the demo org with, listed as an ECA of the org. */
export const DEMO_CLIENT_ID =
  '3MVG9demoOrg.PKCEforSalesforce_0000000000000000000000000000000000000000000000000000001';

interface ConnectedAppSample {
  readonly name: string;
  readonly label: string;
  readonly callback: string;
  /** undefined: the element is absent, as in apps of old API versions. */
  readonly pkce?: boolean;
  readonly publicClient?: boolean;
  readonly rotation?: boolean;
  readonly scopes?: readonly string[];
  readonly refreshPolicy?: string;
  readonly namespace?: string;
}

const CONNECTED_APPS: readonly ConnectedAppSample[] = [
  {
    name: 'Data_Loader_Nightly',
    label: 'Data Loader Nightly',
    callback: 'https://etl.acme.example/oauth/callback',
    pkce: false,
    scopes: ['Api', 'RefreshToken'],
  },
  {
    name: 'Field_Service_Tablet',
    label: 'Field Service Tablet',
    callback: 'acmefield://auth/done',
    publicClient: true,
    pkce: false,
    scopes: ['Api', 'Web', 'RefreshToken'],
  },
  {
    name: 'Legacy_Portal',
    label: 'Legacy Portal',
    callback: 'https://portal.acme.example/sf\nhttp://localhost:8080/sf',
    scopes: ['Full', 'RefreshToken'],
    refreshPolicy: 'specific_lifetime:90:DAYS',
  },
  {
    name: 'Warehouse_Sync',
    label: 'Warehouse Sync',
    callback: 'https://wms.acme.example/callback',
    pkce: true,
    rotation: true,
    scopes: ['Api', 'RefreshToken'],
    refreshPolicy: 'specific_inactivity:30:DAYS',
  },
  {
    name: 'mailhub__MailHub',
    label: 'MailHub for Salesforce',
    callback: 'https://app.mailhub.example/oauth',
    pkce: false,
    namespace: 'mailhub',
    scopes: ['Api', 'RefreshToken'],
  },
  {
    name: 'quotely__Quotely',
    label: 'Quotely',
    callback: 'https://quotely.example/callback',
    pkce: true,
    namespace: 'quotely',
    scopes: ['Api', 'RefreshToken'],
  },
];

/** Apps that are no OAuth apps, or that show in the list and cannot be read. */
const OTHER_APPS = `<apps>
<ConnectedApp name="Intranet_SSO"><contactEmail>it@acme.example</contactEmail><label>Intranet SSO</label><samlConfig><acsUrl>https://intranet.acme.example/acs</acsUrl><entityUrl>https://intranet.acme.example</entityUrl><samlNameIdFormat>Unspecified</samlNameIdFormat><samlSubjectType>Username</samlSubjectType></samlConfig></ConnectedApp>
</apps>`;

interface EcaSample {
  readonly name: string;
  readonly label: string;
  readonly callback: string;
  readonly consumerKey?: string;
  readonly pkce?: boolean;
  readonly publicClient?: boolean;
  readonly rotation?: boolean;
  readonly clientCredentials?: boolean;
  readonly distribution?: string;
  readonly namespace?: string;
  readonly withoutGlobal?: boolean;
  /** `<orgId>:<name>` of the org that made it. */
  readonly madeIn?: string;
}

const EDITOR_SCHEMES = ['vscode', 'vscode-insiders', 'vscodium', 'cursor', 'windsurf', 'code-oss'];

/** Callback URLs of the demo client app: every editor's link, and loopback. */
export const DEMO_CLIENT_CALLBACKS: readonly string[] = [
  ...EDITOR_SCHEMES.map((scheme) => `${scheme}://pkce-tools.salesforce-pkce/callback`),
  'http://localhost:1789/callback',
  'http://127.0.0.1:1789/callback',
  'http://[::1]:1789/callback',
  // Relay pages, one of them a test's.
  'https://vscode.dev/redirect',
  'http://127.0.0.1:1789/relay/',
];

const ECAS: readonly EcaSample[] = [
  {
    name: 'PKCE_for_Salesforce',
    label: 'PKCE for Salesforce',
    callback: DEMO_CLIENT_CALLBACKS.join('\n'),
    consumerKey: DEMO_CLIENT_ID,
    pkce: true,
    publicClient: true,
    rotation: true,
  },
  {
    name: 'Billing_Connector',
    label: 'Billing Connector',
    callback: 'https://billing.acme.example/oauth/callback',
    pkce: true,
    rotation: true,
  },
  {
    name: 'Partner_Upload',
    label: 'Partner Upload',
    callback: 'https://upload.acme.example/callback',
    pkce: false,
    clientCredentials: true,
  },
  {
    name: 'Kiosk',
    label: 'Kiosk',
    callback: 'https://kiosk.acme.example/cb',
    pkce: false,
    publicClient: true,
  },
  { name: 'Survey_Draft', label: 'Survey Draft', callback: '', withoutGlobal: true },
  {
    name: 'signly__Signly',
    label: 'Signly eSignature',
    callback: 'https://signly.example/oauth',
    pkce: true,
    rotation: true,
    distribution: 'Managed',
    namespace: 'signly',
  },
  {
    name: 'Payroll_Bridge',
    label: 'Payroll Bridge',
    callback: 'https://payroll.example/sf',
    pkce: true,
    distribution: 'Packaged',
    madeIn: '00D5g0000Payroll:Payroll_Bridge',
  },
];

function consumerKeyOf(name: string): string {
  return `3MVG9${name.replaceAll(/\W/g, '').padEnd(80, 'x').slice(0, 80)}`;
}

function flag(name: string, value: boolean | undefined): string {
  return value === undefined ? '' : `<${name}>${value}</${name}>`;
}

function connectedAppXml(app: ConnectedAppSample): string {
  const scopes = (app.scopes ?? ['Api']).map((scope) => `<scopes>${scope}</scopes>`).join('');
  return `<ConnectedApp><contactEmail>it@acme.example</contactEmail><label>${app.label}</label><oauthConfig><callbackUrl>${app.callback}</callbackUrl><consumerKey>${consumerKeyOf(app.name)}</consumerKey><isAdminApproved>false</isAdminApproved><isConsumerSecretOptional>${app.publicClient ?? false}</isConsumerSecretOptional><isIntrospectAllTokens>false</isIntrospectAllTokens>${flag('isPkceRequired', app.pkce)}${flag('isRefreshTokenRotationEnabled', app.rotation)}<isSecretRequiredForRefreshToken>${!(app.publicClient ?? false)}</isSecretRequiredForRefreshToken>${scopes}</oauthConfig><oauthPolicy><ipRelaxation>ENFORCE</ipRelaxation><refreshTokenPolicy>${app.refreshPolicy ?? 'infinite'}</refreshTokenPolicy></oauthPolicy></ConnectedApp>`;
}

function addConnectedApp(store: MetadataStore, app: ConnectedAppSample): void {
  const content = parseXml(connectedAppXml(app));
  store.add({ type: 'ConnectedApp', fullName: app.name, content, namespacePrefix: app.namespace });
}

function addEca(store: MetadataStore, app: EcaSample): void {
  const add = (type: string, fullName: string, inner: string): void => {
    const content = parseXml(`<${type}>${inner}</${type}>`);
    store.add({ type, fullName, content, namespacePrefix: app.namespace });
  };
  const link = `<externalClientApplication>${app.name}</externalClientApplication>`;
  const secretNeeded = !(app.publicClient ?? false);
  add(
    'ExternalClientApplication',
    app.name,
    `<contactEmail>it@acme.example</contactEmail><distributionState>${app.distribution ?? 'Local'}</distributionState><isProtected>false</isProtected><label>${app.label}</label>${app.madeIn === undefined ? '' : `<orgScopedExternalApp>${app.madeIn}</orgScopedExternalApp>`}`,
  );
  add(
    'ExtlClntAppConfigurablePolicies',
    `${app.name}_plcy`,
    `${link}<isEnabled>true</isEnabled><isOauthPluginEnabled>true</isOauthPluginEnabled><label>${app.label} policies</label><startPage>None</startPage>`,
  );
  if (app.withoutGlobal) return;
  add(
    'ExtlClntAppGlobalOauthSettings',
    `${app.name}_glbloauth`,
    `<callbackUrl>${app.callback}</callbackUrl><consumerKey>${app.consumerKey ?? consumerKeyOf(app.name)}</consumerKey>${link}<isClientCredentialsFlowEnabled>${app.clientCredentials ?? false}</isClientCredentialsFlowEnabled><isConsumerSecretOptional>${!secretNeeded}</isConsumerSecretOptional><isDeviceFlowEnabled>false</isDeviceFlowEnabled><isIntrospectAllTokens>false</isIntrospectAllTokens>${flag('isPkceRequired', app.pkce)}${flag('isRefreshTokenRotationEnabled', app.rotation)}<isSecretRequiredForRefreshToken>${secretNeeded}</isSecretRequiredForRefreshToken><label>${app.label}</label><shouldRotateConsumerKey>false</shouldRotateConsumerKey><shouldRotateConsumerSecret>false</shouldRotateConsumerSecret>`,
  );
  add(
    'ExtlClntAppOauthSettings',
    `${app.name}_oauth`,
    `<commaSeparatedOauthScopes>Api, RefreshToken</commaSeparatedOauthScopes>${link}<isFirstPartyAppEnabled>false</isFirstPartyAppEnabled><label>${app.label}</label>`,
  );
  add(
    'ExtlClntAppOauthConfigurablePolicies',
    `${app.name}_oauthPlcy`,
    `${link}<ipRelaxationPolicyType>Enforce</ipRelaxationPolicyType><isClientCredentialsFlowEnabled>false</isClientCredentialsFlowEnabled><label>${app.label}</label><permittedUsersPolicyType>AllSelfAuthorized</permittedUsersPolicyType><refreshTokenPolicyType>SpecificLifetime</refreshTokenPolicyType><refreshTokenValidityPeriod>365</refreshTokenValidityPeriod><refreshTokenValidityUnit>Days</refreshTokenValidityUnit><requiredSessionLevel>STANDARD</requiredSessionLevel>`,
  );
}

function addOrgWide(store: MetadataStore): void {
  const content = parseXml(
    '<OauthOidcSettings><blockOAuthUnPwFlow>true</blockOAuthUnPwFlow><blockOAuthUsrAgtFlow>true</blockOAuthUsrAgtFlow><isPkceRequired>false</isPkceRequired><oAuthCdCrdtFlowEnable>false</oAuthCdCrdtFlowEnable></OauthOidcSettings>',
  );
  store.add({ type: 'OauthOidcSettings', fullName: 'OauthOidc', content });
  store.add({
    type: 'ConnectedAppSettings',
    fullName: 'ConnectedApp',
    content: parseXml(
      '<ConnectedAppSettings><enableAdminApprovedAppsOnly>false</enableAdminApprovedAppsOnly><enableAdminApprovedAppsOnlyForExternalUser>false</enableAdminApprovedAppsOnlyForExternalUser></ConnectedAppSettings>',
    ),
  });
  store.add({
    type: 'ExternalClientAppSettings',
    fullName: 'ExternalClientApp',
    content: parseXml(
      '<ExternalClientAppSettings><enableClientSecretInRestApiAccess>false</enableClientSecretInRestApiAccess><enablePackageEcaOauthFromDevOrg>false</enablePackageEcaOauthFromDevOrg></ExternalClientAppSettings>',
    ),
  });
  store.add({
    type: 'SecuritySettings',
    fullName: 'Security',
    content: parseXml(
      '<SecuritySettings><sessionSettings><sessionTimeout>TwoHours</sessionTimeout></sessionSettings></SecuritySettings>',
    ),
  });
}

/** The built-in org. */
export function addBuiltInApps(store: MetadataStore): void {
  for (const app of CONNECTED_APPS) addConnectedApp(store, app);
  for (const content of parseXml(OTHER_APPS).children) {
    store.add({ type: content.name, fullName: content.attributes.name ?? '', content });
  }
  store.add({
    type: 'ConnectedApp',
    fullName: 'Partner_Org_Connector',
    content: parseXml('<ConnectedApp/>'),
    unreadable: true,
  });
  for (const app of ECAS) addEca(store, app);
  addOrgWide(store);
}

/** `count` generated apps, one ECA in four, with a realistic mix of settings; the same at each call. */
export function addGeneratedApps(store: MetadataStore, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const number = String(index + 1).padStart(4, '0');
    const callback = `https://app${number}.acme.example/oauth/callback`;
    const pkce = index % 3 === 0 ? undefined : index % 3 === 1;
    const sample = {
      name: `App_${number}`,
      label: `App ${number}`,
      callback,
      publicClient: index % 10 === 5,
      rotation: index % 5 === 0,
      ...(pkce === undefined ? {} : { pkce }),
    };
    if (index % 4 === 3) addEca(store, sample);
    else addConnectedApp(store, sample);
  }
  addOrgWide(store);
}
