/**
 * What Setup calls each OAuth setting, and what it means in one sentence (SALESFORCE.md 4.3, 5.3; seed 004). A
 * setting without a row is shown all the same, under its element name.
 */

/** Where a setting is shown. In this order. */
export const GROUPS = [
  'Security',
  'Callback and Scopes',
  'Tokens',
  'Flows',
  'Policies',
  'Other',
] as const;
export type SettingGroup = (typeof GROUPS)[number];

export interface SettingText {
  readonly group: SettingGroup;
  readonly label: string;
  readonly explanation: string;
  /** What Salesforce takes where the element is absent, if that is documented. */
  readonly absent?: boolean;
}

const S = 'Security';
const C = 'Callback and Scopes';
const T = 'Tokens';
const F = 'Flows';
const P = 'Policies';

function row(
  group: SettingGroup,
  label: string,
  explanation: string,
  absent?: boolean,
): SettingText {
  return absent === undefined
    ? { group, label, explanation }
    : { group, label, explanation, absent };
}

/** Texts by key of `App.oauth`. Where connected app and ECA have one setting under two names, both are here. */
export const SETTING_TEXTS: Readonly<Record<string, SettingText>> = {
  isPkceRequired: row(
    S,
    'Require Proof Key for Code Exchange (PKCE)',
    'Authorization requests without a code challenge are refused, so that a stolen code is useless.',
  ),
  isConsumerSecretOptional: row(
    S,
    'Secret Optional for Web Server Flow',
    'If on, the client app is public: a code is exchanged without a client secret. Setup shows the opposite, "Require Secret for Web Server Flow".',
    false,
  ),
  isSecretRequiredForRefreshToken: row(
    S,
    'Require Secret for Refresh Token Flow',
    'A refresh request must bring the client secret. Clients that cannot keep a secret need this off.',
    true,
  ),
  isSecretRequiredForTokenExchange: row(
    S,
    'Require Secret for Token Exchange Flow',
    'A token exchange request must bring the client secret.',
  ),
  isRefreshTokenRotationEnabled: row(
    S,
    'Enable Refresh Token Rotation',
    'Each refresh gives a new refresh token; using an old one ends the session, so that theft is noticed.',
    false,
  ),
  isEnforceRefreshTokenTTL: row(
    S,
    'Limit Idle Refresh Token TTL',
    'A refresh token that is not used for 30 days expires.',
    false,
  ),
  isAdminApproved: row(
    S,
    'Admin Approved Users Are Pre-Authorized',
    'Only users whose profile or permission set an admin has listed may use the app.',
    false,
  ),
  isIntrospectAllTokens: row(
    S,
    'Introspect All Tokens',
    'The app may ask about every token of the org, not just its own.',
    false,
  ),
  isIpBindingEnabled: row(
    S,
    'Bind Tokens to the IP Address',
    'A token works only from the address that it was issued to.',
  ),
  isDPopEnabled: row(
    S,
    'Require DPoP',
    'Tokens are bound to a key of the client, so that a stolen token is useless.',
  ),
  isPKImTLSEnabled: row(
    S,
    'Mutual TLS',
    'The client proves itself with a certificate at the connection.',
  ),
  isMtlsEnabled: row(
    S,
    'Mutual TLS',
    'The client proves itself with a certificate at the connection.',
  ),
  certificate: row(
    S,
    'Digital Signature Certificate',
    'Clients may sign requests with the matching key in place of a secret, as the JWT bearer flow does.',
  ),
  clientAssertionCertificate: row(
    S,
    'Client Assertion Certificate',
    'Certificate that checks signed client assertions.',
  ),
  ipRanges: row(
    S,
    'Trusted IP Ranges',
    'Addresses from which the app may be used without further checks, as far as IP relaxation allows.',
  ),
  trustedIpRanges: row(
    S,
    'Trusted IP Ranges',
    'Addresses from which the app may be used without further checks, as far as IP relaxation allows.',
  ),
  'security.tokenIpRanges': row(
    S,
    'Refresh Token IP Allowlist',
    'Only these addresses may complete the web server flow or refresh a token.',
  ),
  consumerKey: row(
    C,
    'Consumer Key',
    'The client id that the client sends. It is public, not a secret.',
  ),
  callbackUrl: row(
    C,
    'Callback URL',
    'Where Salesforce may send the authorization code; the client must name one of them exactly.',
  ),
  scopes: row(
    C,
    'OAuth Scopes',
    'What tokens of this app may do; a request without scopes gets all of them.',
  ),
  commaSeparatedOauthScopes: row(
    C,
    'OAuth Scopes',
    'What tokens of this app may do; a request without scopes gets all of them.',
  ),
  commaSeparatedCustomScopes: row(C, 'Custom Scopes', 'Scopes that the org has defined itself.'),
  singleLogoutUrl: row(C, 'Single Logout URL', 'Told when the user logs out of Salesforce.'),
  isNamedUserJwtEnabled: row(
    T,
    'Issue JWT-Based Access Tokens for Named Users',
    'Access tokens are JSON Web Tokens that tell their own expiry, instead of opaque text.',
    false,
  ),
  'idTokenConfig.idTokenValidity': row(
    T,
    'ID Token Duration (Minutes)',
    'How long an ID token is valid: 1 to 720 minutes, 2 by default.',
  ),
  'idTokenConfig.idTokenValidityInMinutes': row(
    T,
    'ID Token Duration (Minutes)',
    'How long an ID token is valid: 1 to 720 minutes, 2 by default.',
  ),
  'idTokenConfig.idTokenAudience': row(
    T,
    'ID Token Audiences',
    'The services that the ID token is meant for.',
  ),
  'idTokenConfig.idTokenIncludeAttributes': row(
    T,
    'ID Token: Include Custom Attributes',
    'Custom attributes of the app go into the ID token.',
  ),
  'idTokenConfig.idTokenIncludeCustomPerms': row(
    T,
    'ID Token: Include Custom Permissions',
    "The user's custom permissions go into the ID token.",
  ),
  'idTokenConfig.idTokenIncludeCustomPermissions': row(
    T,
    'ID Token: Include Custom Permissions',
    "The user's custom permissions go into the ID token.",
  ),
  'idTokenConfig.idTokenIncludeStandardClaims': row(
    T,
    'ID Token: Include Standard Claims',
    'Name, profile, phone and address of the user go into the ID token.',
  ),
  isClientCredentialEnabled: row(
    F,
    'Client Credentials Flow',
    'A program may log in with the client secret alone, as one fixed user.',
    false,
  ),
  isClientCredentialsFlowEnabled: row(
    F,
    'Client Credentials Flow',
    "A program may log in with the client secret alone, as one fixed user, if the admin's policy allows it too.",
    false,
  ),
  oauthClientCredentialUser: row(
    F,
    'Client Credentials Flow: Run As',
    'The user as whom the client credentials flow logs in.',
  ),
  isCodeCredentialEnabled: row(
    F,
    'Authorization Code and Credentials Flow',
    'An own log-in page may send user name and password to get a code.',
    false,
  ),
  isCodeCredFlowEnabled: row(
    F,
    'Authorization Code and Credentials Flow',
    'An own log-in page may send user name and password to get a code.',
    false,
  ),
  isCodeCredentialPostOnly: row(
    F,
    'Code and Credentials: POST Body Only',
    'User name and password are accepted in the body only, where logs do not see them.',
    false,
  ),
  isCodeCredPostOnly: row(
    F,
    'Code and Credentials: POST Body Only',
    'User name and password are accepted in the body only, where logs do not see them.',
    false,
  ),
  isDeviceFlowEnabled: row(
    F,
    'Device Flow',
    'A device without a browser may log in with a code that a user types elsewhere. PKCE does not cover it.',
    false,
  ),
  isTokenExchangeEnabled: row(
    F,
    'Token Exchange Flow',
    "Another identity provider's token may be exchanged for a Salesforce token.",
    false,
  ),
  isFirstPartyAppEnabled: row(F, 'First-Party App', "The app is one of the company's own."),
  'oauthPolicy.ipRelaxation': row(
    P,
    'IP Relaxation',
    'How strictly the IP ranges of org and profile are enforced for this app.',
  ),
  'oauthPolicy.ipRelaxationPolicyType': row(
    P,
    'IP Relaxation',
    'How strictly the IP ranges of org and profile are enforced for this app.',
  ),
  'oauthPolicy.refreshTokenPolicy': row(
    P,
    'Refresh Token Policy',
    'How long a refresh token lives: infinite, zero (at once dead), a fixed life, or a time of inactivity.',
  ),
  'oauthPolicy.refreshTokenPolicyType': row(
    P,
    'Refresh Token Policy',
    'How long a refresh token lives: infinite, zero (at once dead), a fixed life, or a time of inactivity.',
  ),
  'oauthPolicy.refreshTokenValidityPeriod': row(
    P,
    'Refresh Token Validity',
    'How many of the units below a refresh token lives.',
  ),
  'oauthPolicy.refreshTokenValidityUnit': row(
    P,
    'Refresh Token Validity Unit',
    'Hours, days or months.',
  ),
  'oauthPolicy.permittedUsersPolicyType': row(
    P,
    'Permitted Users',
    'Whether every user may approve the app, or only those that an admin has listed.',
  ),
  'oauthPolicy.isClientCredentialsFlowEnabled': row(
    P,
    'Client Credentials Flow Allowed by Admin',
    'The flow works only if both the app and this policy have it on.',
  ),
  'oauthPolicy.clientCredentialsFlowUser': row(
    P,
    'Client Credentials Flow: Run As',
    'The user as whom the client credentials flow logs in.',
  ),
  'oauthPolicy.isTokenExchangeFlowEnabled': row(
    P,
    'Token Exchange Flow Allowed by Admin',
    'The flow works only if both the app and this policy have it on.',
  ),
  'oauthPolicy.isGuestCodeCredFlowEnabled': row(
    P,
    'Code and Credentials Flow for Guests',
    'Guest users may use the flow.',
  ),
  'oauthPolicy.requiredSessionLevel': row(
    P,
    'Required Session Security Level',
    'The level that a log-in must reach; high assurance means multi-factor authentication.',
  ),
  'oauthPolicy.policyAction': row(
    P,
    'If the Session Level Is Too Low',
    'Block the user, or ask for a stronger log-in.',
  ),
  'oauthPolicy.sessionTimeoutInMinutes': row(
    P,
    'Session Timeout (Minutes)',
    'How long a session of this app lasts without use.',
  ),
  'oauthPolicy.singleLogoutUrl': row(
    P,
    'Single Logout URL (Policy)',
    'Told when the user logs out of Salesforce.',
  ),
  'oauthPolicy.startUrl': row(P, 'Start URL (OAuth)', 'Where users land who open the app.'),
  'oauthPolicy.commaSeparatedPermissionSet': row(
    P,
    'Permission Sets',
    'Users with one of these may use the app, if an admin pre-authorizes them.',
  ),
  'oauthPolicy.commaSeparatedProfile': row(
    P,
    'Profiles',
    'Users with one of these may use the app, if an admin pre-authorizes them.',
  ),
  'oauthPolicy.namedUserJwtTimeout': row(
    P,
    'JWT Access Token Timeout',
    'How long a JWT access token lives.',
  ),
  'sessionPolicy.sessionTimeout': row(
    P,
    'Session Timeout (Minutes)',
    'How long a session of this app lasts without use.',
  ),
  'sessionPolicy.sessionLevel': row(
    P,
    'Required Session Security Level',
    'The level that a log-in must reach; high assurance means multi-factor authentication.',
  ),
  'sessionPolicy.policyAction': row(
    P,
    'If the Session Level Is Too Low',
    'Block the user, or ask for a stronger log-in.',
  ),
  profileName: row(
    P,
    'Profiles',
    'Users with one of these profiles may use the app, if an admin pre-authorizes them.',
  ),
  permissionSetName: row(
    P,
    'Permission Sets',
    'Users with one of these permission sets may use the app, if an admin pre-authorizes them.',
  ),
  'policy.isEnabled': row(P, 'App Enabled in This Org', 'An admin may switch the whole app off.'),
  'policy.isOauthPluginEnabled': row(
    P,
    'OAuth Enabled in This Org',
    "An admin may switch the app's OAuth off.",
  ),
  'policy.startPage': row(P, 'Start Page', 'Where users land who open the app.'),
  'app.distributionState': row(
    'Other',
    'Distribution State',
    'Local: for this org alone. Packaged, managed or auto-installed: made elsewhere, or made to be installed elsewhere.',
  ),
};

/** Scopes by the name that metadata uses: what Setup says, with the string that goes into a request. */
export const SCOPE_TEXTS: Readonly<Record<string, string>> = {
  Basic: 'Access the identity URL service (id, profile, email, address, phone)',
  Api: 'Manage user data via APIs (api)',
  Web: 'Manage user data via web browsers (web)',
  Full: 'Full access (full)',
  Chatter: 'Access Connect REST API resources (chatter_api)',
  CustomApplications: 'Access Visualforce applications (visualforce)',
  RefreshToken: 'Perform requests at any time (refresh_token, offline_access)',
  OfflineAccess: 'Perform requests at any time (refresh_token, offline_access)',
  OpenID: 'Access unique user identifiers (openid)',
  Profile: 'Access the user profile (profile)',
  Email: 'Access the email address (email)',
  Address: 'Access the address (address)',
  Phone: 'Access the phone number (phone)',
  CustomPermissions: 'Access custom permissions (custom_permissions)',
  Wave: 'Access Analytics REST API resources (wave_api)',
  Eclair: 'Access Analytics REST API Charts Geodata resources (eclair_api)',
  Pardot: 'Manage Account Engagement services (pardot_api)',
  Lightning: 'Access Lightning applications (lightning)',
  Content: 'Access content resources (content)',
  CDPIngest: 'Manage Data Cloud ingestion data (cdp_ingest_api)',
  CDPProfile: 'Manage Data Cloud profile data (cdp_profile_api)',
  CDPQuery: 'Perform SQL queries on Data Cloud data (cdp_query_api)',
  CDPSegment: 'Perform segmentation on Data Cloud data (cdp_segment_api)',
  CDPIdentityResolution: 'Manage Data Cloud identity resolution (cdp_identityresolution_api)',
  CDPCalculatedInsight: 'Manage Data Cloud calculated insight data (cdp_calculated_insight_api)',
  CDP: 'Access all Data Cloud API resources (cdp_api)',
  Chatbot: 'Access chatbot services (chatbot_api)',
  ForgotPassword: 'Access the headless forgot password API (forgot_password)',
  UserRegistration: 'Access the headless registration API (user_registration_api)',
  PwdlessLogin: 'Access the headless passwordless login API (pwdless_login_api)',
  SFAP: 'Access the Salesforce API Platform (sfap_api)',
  SFApiPlatform: 'Access the Salesforce API Platform (sfap_api)',
  Interaction: 'Access the Interaction API (interaction_api)',
  EinsteinGPT: 'Access Einstein GPT services (einstein_gpt_api)',
  MCP: 'Access Salesforce-hosted MCP servers (mcp_api)',
  SCRT: 'Access Service Cloud real-time APIs (scrt_api)',
  DataCloudUserClaims: 'Include Data Cloud user claims (data_cloud_user_claims)',
};
