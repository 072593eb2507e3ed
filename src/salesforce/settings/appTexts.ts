/**
 * An app's settings (SALESFORCE.md 4.3, 5.3; seed 004), a row each: what Setup calls it, what it means, and which
 * element holds it in a connected app and in an external client app. Policies are in policyTexts.ts. A setting
 * without a row is shown all the same, under its element's name.
 */
import * as l10n from '@vscode/l10n';
import { PKCE_WHERE_ABSENT } from '../pkceStatus.ts';
import { inGroup, type SettingText } from './settingText.ts';

export const APP_TEXTS: readonly SettingText[] = [
  ...inGroup('Security', [
    [
      'Require Proof Key for Code Exchange (PKCE)',
      l10n.t(
        'Authorization requests without a code challenge are refused, so that a stolen code is useless. Covers the web server, hybrid web server, and code and credentials flows.',
      ),
      {
        path: 'ConnectedApp.oauthConfig.isPkceRequired',
        since: 59,
        absent: PKCE_WHERE_ABSENT.ConnectedApp,
      },
      {
        path: 'ExtlClntAppGlobalOauthSettings.isPkceRequired',
        absent: PKCE_WHERE_ABSENT.ExtlClntAppGlobalOauthSettings,
      },
    ],
    [
      'Secret Optional for Web Server Flow',
      l10n.t(
        'If on, the client app is public: a code is exchanged without a client secret. Setup shows the opposite, "Require Secret for Web Server Flow".',
      ),
      { path: 'ConnectedApp.oauthConfig.isConsumerSecretOptional', since: 49, absent: false },
      { path: 'ExtlClntAppGlobalOauthSettings.isConsumerSecretOptional', absent: false },
    ],
    [
      'Require Secret for Refresh Token Flow',
      l10n.t(
        'A refresh request must bring the client secret. Clients that cannot keep a secret need this off.',
      ),
      { path: 'ConnectedApp.oauthConfig.isSecretRequiredForRefreshToken', since: 51, absent: true },
      { path: 'ExtlClntAppGlobalOauthSettings.isSecretRequiredForRefreshToken', absent: true },
    ],
    [
      'Require Secret for Token Exchange Flow',
      l10n.t('A token exchange request must bring the client secret.'),
      { path: 'ConnectedApp.oauthConfig.isSecretRequiredForTokenExchange', since: 60 },
      { path: 'ExtlClntAppGlobalOauthSettings.isSecretRequiredForTokenExchange', since: 60 },
    ],
    [
      'Enable Refresh Token Rotation',
      l10n.t(
        'Each refresh gives a new refresh token; using an old one ends the session, so that theft is noticed.',
      ),
      { path: 'ConnectedApp.oauthConfig.isRefreshTokenRotationEnabled', since: 60, absent: false },
      {
        path: 'ExtlClntAppGlobalOauthSettings.isRefreshTokenRotationEnabled',
        since: 60,
        absent: false,
      },
    ],
    [
      'Limit Idle Refresh Token TTL',
      l10n.t('A refresh token that is not used for 30 days expires.'),
      { path: 'ConnectedApp.oauthConfig.isEnforceRefreshTokenTTL', since: 68, absent: false },
      { path: 'ExtlClntAppGlobalOauthSettings.isEnforceRefreshTokenTTL', since: 67, absent: false },
    ],
    [
      'Refresh Token IP Allowlist',
      l10n.t('Only these addresses may complete the web server flow or refresh a token.'),
      { path: 'ExtlClntAppOauthSecuritySettings.tokenIpRanges', since: 67 },
    ],
    [
      'Admin Approved Users Are Pre-Authorized',
      l10n.t('Only users whose profile or permission set an admin has listed may use the app.'),
      { path: 'ConnectedApp.oauthConfig.isAdminApproved', since: 46, absent: false },
    ],
    [
      'Introspect All Tokens',
      l10n.t('The app may ask about every token of the org, not just its own.'),
      { path: 'ConnectedApp.oauthConfig.isIntrospectAllTokens', since: 49, absent: false },
      { path: 'ExtlClntAppGlobalOauthSettings.isIntrospectAllTokens', absent: false },
    ],
    [
      'Bind Tokens to the IP Address',
      l10n.t('A token works only from the address that it was issued to.'),
      { path: 'ConnectedApp.oauthConfig.isIpBindingEnabled', since: 68 },
    ],
    [
      'Require DPoP',
      l10n.t('Tokens are bound to a key of the client, so that a stolen token is useless.'),
      { path: 'ConnectedApp.oauthConfig.isDPopEnabled', since: 68 },
      { path: 'ExtlClntAppGlobalOauthSettings.isDPopEnabled', since: 68 },
    ],
    [
      'Mutual TLS',
      l10n.t('The client proves itself with a certificate at the connection.'),
      { path: 'ConnectedApp.oauthConfig.isPKImTLSEnabled', since: 68 },
      { path: 'ExtlClntAppGlobalOauthSettings.isMtlsEnabled', since: 68 },
    ],
    [
      'Mutual TLS: Certificate Field',
      l10n.t("Which field of the client's certificate is checked."),
      { path: 'ExtlClntAppOauthSecuritySettings.tlsClientAuthCertParamType', since: 68 },
    ],
    [
      'Mutual TLS: Certificate Value',
      l10n.t('What that field must say.'),
      { path: 'ExtlClntAppOauthSecuritySettings.tlsClientAuthCertParamValue', since: 68 },
    ],
    [
      'Digital Signature Certificate',
      l10n.t(
        'Clients may sign requests with the matching key in place of a secret, as the JWT bearer flow does.',
      ),
      { path: 'ConnectedApp.oauthConfig.certificate' },
      { path: 'ExtlClntAppGlobalOauthSettings.certificate', since: 60 },
    ],
    [
      'Client Assertion Certificate',
      l10n.t('Certificate that checks signed client assertions.'),
      { path: 'ExtlClntAppOauthSettings.clientAssertionCertificate' },
    ],
    [
      'Trusted IP Ranges',
      l10n.t(
        'Addresses from which the app may be used without further checks, as far as IP relaxation allows.',
      ),
      { path: 'ConnectedApp.ipRanges' },
      { path: 'ExtlClntAppOauthSettings.trustedIpRanges' },
    ],
    [
      'Rotate Consumer Key',
      l10n.t('A deployment with this on replaces the consumer key.'),
      { path: 'ExtlClntAppGlobalOauthSettings.shouldRotateConsumerKey' },
    ],
    [
      'Rotate Consumer Secret',
      l10n.t('A deployment with this on replaces the consumer secret.'),
      { path: 'ExtlClntAppGlobalOauthSettings.shouldRotateConsumerSecret' },
    ],
  ]),
  ...inGroup('Callback and Scopes', [
    [
      'Consumer Key',
      l10n.t('The client id that the client sends. It is public, not a secret.'),
      { path: 'ConnectedApp.oauthConfig.consumerKey' },
      { path: 'ExtlClntAppGlobalOauthSettings.consumerKey' },
    ],
    [
      'Callback URL',
      l10n.t(
        'Where Salesforce may send the authorization code; the client must name one of them exactly.',
      ),
      { path: 'ConnectedApp.oauthConfig.callbackUrl' },
      { path: 'ExtlClntAppGlobalOauthSettings.callbackUrl' },
    ],
    [
      'OAuth Scopes',
      l10n.t('What tokens of this app may do; a request without scopes gets all of them.'),
      { path: 'ConnectedApp.oauthConfig.scopes' },
      { path: 'ExtlClntAppOauthSettings.commaSeparatedOauthScopes' },
    ],
    [
      'Custom Scopes',
      l10n.t('Scopes that the org has defined itself.'),
      { path: 'ExtlClntAppOauthSettings.commaSeparatedCustomScopes' },
    ],
    [
      'Single Logout URL',
      l10n.t('Told when the user logs out of Salesforce.'),
      { path: 'ConnectedApp.oauthConfig.singleLogoutUrl' },
      { path: 'ExtlClntAppOauthSettings.singleLogoutUrl' },
    ],
    [
      'Linked OAuth Settings',
      l10n.t('Global OAuth settings that these belong to, as <org id>:<name>.'),
      { path: 'ExtlClntAppOauthSettings.oauthLink' },
    ],
  ]),
  ...inGroup('Tokens', [
    [
      'Issue JWT-Based Access Tokens for Named Users',
      l10n.t(
        'Access tokens are JSON Web Tokens that tell their own expiry, instead of opaque text.',
      ),
      { path: 'ConnectedApp.oauthConfig.isNamedUserJwtEnabled', since: 59, absent: false },
      { path: 'ExtlClntAppGlobalOauthSettings.isNamedUserJwtEnabled', since: 61, absent: false },
    ],
    [
      'ID Token Duration (Minutes)',
      l10n.t('How long an ID token is valid: 1 to 720 minutes.'),
      { path: 'ConnectedApp.oauthConfig.idTokenConfig.idTokenValidity', absent: 2 },
      { path: 'ExtlClntAppGlobalOauthSettings.idTokenConfig.idTokenValidityInMinutes', absent: 2 },
    ],
    [
      'ID Token Audiences',
      l10n.t('The services that the ID token is meant for.'),
      { path: 'ConnectedApp.oauthConfig.idTokenConfig.idTokenAudience' },
      { path: 'ExtlClntAppGlobalOauthSettings.idTokenConfig.idTokenAudience' },
    ],
    [
      'ID Token: Include Custom Attributes',
      l10n.t('Custom attributes of the app go into the ID token.'),
      { path: 'ConnectedApp.oauthConfig.idTokenConfig.idTokenIncludeAttributes' },
      { path: 'ExtlClntAppGlobalOauthSettings.idTokenConfig.idTokenIncludeAttributes' },
    ],
    [
      'ID Token: Include Custom Permissions',
      l10n.t("The user's custom permissions go into the ID token."),
      { path: 'ConnectedApp.oauthConfig.idTokenConfig.idTokenIncludeCustomPerms' },
      { path: 'ExtlClntAppGlobalOauthSettings.idTokenConfig.idTokenIncludeCustomPermissions' },
    ],
    [
      'ID Token: Include Standard Claims',
      l10n.t('Name, profile, phone and address of the user go into the ID token.'),
      { path: 'ConnectedApp.oauthConfig.idTokenConfig.idTokenIncludeStandardClaims' },
      { path: 'ExtlClntAppGlobalOauthSettings.idTokenConfig.idTokenIncludeStandardClaims' },
    ],
    [
      'Custom Attributes',
      l10n.t('Further facts about the user that answers and ID tokens carry, each by a formula.'),
      { path: 'ConnectedApp.attributes' },
      { path: 'ExtlClntAppOauthSettings.customAttributes' },
    ],
    [
      'Asset Token Audiences',
      l10n.t('The services that asset tokens are meant for.'),
      { path: 'ConnectedApp.oauthConfig.assetTokenConfig.assetAudiences', since: 49 },
      { path: 'ExtlClntAppOauthSettings.assetTokenAudiences' },
    ],
    [
      'Asset Token Validity',
      l10n.t('How long an asset token is valid.'),
      { path: 'ConnectedApp.oauthConfig.assetTokenConfig.assetValidityPeriod', since: 49 },
      { path: 'ExtlClntAppOauthSettings.assetTokenValidity' },
    ],
    [
      'Asset Token Signing Certificate',
      l10n.t('Certificate that asset tokens are signed with.'),
      { path: 'ConnectedApp.oauthConfig.assetTokenConfig.assetSigningCertId', since: 49 },
      { path: 'ExtlClntAppOauthSettings.assetTokenSigningCertificate' },
    ],
    [
      'Asset Token: Include Custom Attributes',
      l10n.t('Custom attributes of the app go into asset tokens.'),
      { path: 'ConnectedApp.oauthConfig.assetTokenConfig.assetIncludeAttributes', since: 49 },
      { path: 'ExtlClntAppOauthSettings.areAttributesIncludedInAssetToken' },
    ],
    [
      'Asset Token: Include Custom Permissions',
      l10n.t("The user's custom permissions go into asset tokens."),
      { path: 'ConnectedApp.oauthConfig.assetTokenConfig.assetIncludeCustomPerms', since: 49 },
      { path: 'ExtlClntAppOauthSettings.areCustomPermsIncludedInAssetToken' },
    ],
  ]),
  ...inGroup('Flows', [
    [
      'Client Credentials Flow',
      l10n.t(
        "A program may log in with the client secret alone, as one fixed user. In an external client app the admin's policy must allow it too.",
      ),
      { path: 'ConnectedApp.oauthConfig.isClientCredentialEnabled', since: 56, absent: false },
      {
        path: 'ExtlClntAppGlobalOauthSettings.isClientCredentialsFlowEnabled',
        since: 60,
        absent: false,
      },
    ],
    [
      'Client Credentials Flow: Run As',
      l10n.t('The user as whom the client credentials flow logs in.'),
      { path: 'ConnectedApp.oauthConfig.oauthClientCredentialUser', since: 56 },
      { path: 'ExtlClntAppOauthConfigurablePolicies.clientCredentialsFlowUser' },
    ],
    [
      'Authorization Code and Credentials Flow',
      l10n.t('An own log-in page may send user name and password to get a code.'),
      { path: 'ConnectedApp.oauthConfig.isCodeCredentialEnabled', since: 57, absent: false },
      { path: 'ExtlClntAppGlobalOauthSettings.isCodeCredFlowEnabled', since: 61, absent: false },
    ],
    [
      'Code and Credentials: POST Body Only',
      l10n.t('User name and password are accepted in the body only, where logs do not see them.'),
      { path: 'ConnectedApp.oauthConfig.isCodeCredentialPostOnly', since: 57, absent: false },
      { path: 'ExtlClntAppGlobalOauthSettings.isCodeCredPostOnly', since: 61, absent: false },
    ],
    [
      'Device Flow',
      l10n.t(
        'A device without a browser may log in with a code that a user types elsewhere. PKCE does not cover it.',
      ),
      { path: 'ConnectedApp.oauthConfig.isDeviceFlowEnabled', since: 68, absent: false },
      { path: 'ExtlClntAppGlobalOauthSettings.isDeviceFlowEnabled', since: 60, absent: false },
    ],
    [
      'Token Exchange Flow',
      l10n.t("Another identity provider's token may be exchanged for a Salesforce token."),
      { path: 'ConnectedApp.oauthConfig.isTokenExchangeEnabled', since: 60, absent: false },
      { path: 'ExtlClntAppGlobalOauthSettings.isTokenExchangeEnabled', since: 60, absent: false },
    ],
    [
      'First-Party App',
      l10n.t("The app is one of the company's own."),
      { path: 'ExtlClntAppOauthSettings.isFirstPartyAppEnabled' },
    ],
  ]),
  ...inGroup('About the App', [
    [
      'Distribution State',
      l10n.t(
        'Local: for this org alone. Packaged, managed or auto-installed: made elsewhere, or made to be installed elsewhere.',
      ),
      { path: 'ExternalClientApplication.distributionState' },
    ],
    [
      'Management',
      l10n.t('Whether the app is managed in this org or for all orgs.'),
      { path: 'ExternalClientApplication.managedType' },
    ],
    [
      'Protected',
      l10n.t("Whether others may see the app's parts where it is installed."),
      { path: 'ExternalClientApplication.isProtected' },
    ],
    [
      'Owner',
      l10n.t('The org that made the app, and its name there, as <org id>:<name>.'),
      { path: 'ExternalClientApplication.orgScopedExternalApp' },
    ],
    [
      'Description',
      l10n.t('What its author says of the app.'),
      { path: 'ConnectedApp.description' },
      { path: 'ExternalClientApplication.description' },
    ],
    [
      'Contact Email',
      l10n.t('Whom to ask about the app.'),
      { path: 'ConnectedApp.contactEmail' },
      { path: 'ExternalClientApplication.contactEmail' },
    ],
    [
      'Contact Phone',
      l10n.t('Whom to ask about the app.'),
      { path: 'ConnectedApp.contactPhone' },
      { path: 'ExternalClientApplication.contactPhone' },
    ],
    [
      'Info URL',
      l10n.t('A page about the app.'),
      { path: 'ConnectedApp.infoUrl' },
      { path: 'ExternalClientApplication.infoUrl' },
    ],
    [
      'Logo URL',
      l10n.t("The app's picture in the list of apps."),
      { path: 'ConnectedApp.logoUrl' },
      { path: 'ExternalClientApplication.logoUrl' },
    ],
    [
      'Icon URL',
      l10n.t("The app's picture on the approval page."),
      { path: 'ConnectedApp.iconUrl' },
      { path: 'ExternalClientApplication.iconUrl' },
    ],
    [
      'Mobile Start URL',
      l10n.t('Where users land who open the app on a phone.'),
      { path: 'ConnectedApp.mobileStartUrl' },
    ],
  ]),
];
