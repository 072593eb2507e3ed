/**
 * Scopes by the name that metadata uses: what Setup says, with the string that goes into a request (SALESFORCE.md
 * 1.10). An open set: a scope without a row is shown by its name.
 */
const SCOPE_TEXTS: Readonly<Record<string, string>> = {
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
  A2A: 'Access agent-to-agent APIs (a2a_api)',
  CmdbDiscovery: 'Access configuration discovery APIs (cmdb_discovery_api)',
  SemanticLayer: 'Access the semantic layer',
};

/** @param scope as metadata names it, such as `Api` */
export function scopeText(scope: string): string {
  return (Object.hasOwn(SCOPE_TEXTS, scope) ? SCOPE_TEXTS[scope] : undefined) ?? scope;
}

/**
 * What requests call a scope; several where it has several names.
 * @param scope as metadata names it, such as `Api`
 */
export function requestScopesOf(scope: string): readonly string[] {
  const [, names] = /\(([a-z0-9_, ]+)\)$/.exec(scopeText(scope)) ?? [];
  return names?.split(', ') ?? [];
}

/** Whether scopes, as metadata names them, ask for refresh tokens. */
export function hasRefreshScope(scopes: readonly string[]): boolean {
  return scopes.some((scope) => requestScopesOf(scope).includes('refresh_token'));
}
