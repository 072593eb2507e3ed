/** What an org's admin sets for an app (SALESFORCE.md 4.3, 5.3), a row each. */
import * as l10n from '@vscode/l10n';
import { inGroup, type SettingText } from './settingText.ts';

export const POLICY_TEXTS: readonly SettingText[] = [
  ...inGroup('Policies', [
    [
      'Permitted Users',
      l10n.t('Whether every user may approve the app, or only those that an admin has listed.'),
      { path: 'ExtlClntAppOauthConfigurablePolicies.permittedUsersPolicyType' },
    ],
    [
      'Profiles',
      l10n.t('Users with one of these profiles may use the app, if an admin pre-authorizes them.'),
      { path: 'ConnectedApp.profileName', since: 46 },
      { path: 'ExtlClntAppOauthConfigurablePolicies.commaSeparatedProfile' },
    ],
    [
      'Permission Sets',
      l10n.t(
        'Users with one of these permission sets may use the app, if an admin pre-authorizes them.',
      ),
      { path: 'ConnectedApp.permissionSetName', since: 46 },
      { path: 'ExtlClntAppOauthConfigurablePolicies.commaSeparatedPermissionSet' },
    ],
    [
      'IP Relaxation',
      l10n.t('How strictly the IP ranges of org and profile are enforced for this app.'),
      { path: 'ConnectedApp.oauthPolicy.ipRelaxation', since: 49 },
      { path: 'ExtlClntAppOauthConfigurablePolicies.ipRelaxationPolicyType' },
    ],
    [
      'Refresh Token Policy',
      l10n.t(
        'How long a refresh token lives: infinite, zero (at once dead), a fixed life, or a time of inactivity.',
      ),
      { path: 'ConnectedApp.oauthPolicy.refreshTokenPolicy', since: 49, absent: 'infinite' },
      { path: 'ExtlClntAppOauthConfigurablePolicies.refreshTokenPolicyType' },
    ],
    [
      'Refresh Token Validity',
      l10n.t('How many of the units below a refresh token lives.'),
      { path: 'ExtlClntAppOauthConfigurablePolicies.refreshTokenValidityPeriod' },
    ],
    [
      'Refresh Token Validity Unit',
      l10n.t('Hours, days or months.'),
      { path: 'ExtlClntAppOauthConfigurablePolicies.refreshTokenValidityUnit' },
    ],
    [
      'Client Credentials Flow Allowed by Admin',
      l10n.t('The flow works only if both the app and this policy have it on.'),
      { path: 'ExtlClntAppOauthConfigurablePolicies.isClientCredentialsFlowEnabled' },
    ],
    [
      'Token Exchange Flow Allowed by Admin',
      l10n.t('The flow works only if both the app and this policy have it on.'),
      { path: 'ConnectedApp.oauthPolicy.isTokenExchangeFlowEnabled' },
      { path: 'ExtlClntAppOauthConfigurablePolicies.isTokenExchangeFlowEnabled' },
    ],
    [
      'Code and Credentials Flow for Guests',
      l10n.t('Guest users may use the flow.'),
      { path: 'ExtlClntAppOauthConfigurablePolicies.isGuestCodeCredFlowEnabled' },
    ],
    [
      'Required Session Security Level',
      l10n.t(
        'The level that a log-in must reach; high assurance means multi-factor authentication.',
      ),
      { path: 'ConnectedApp.sessionPolicy.sessionLevel', since: 49 },
      { path: 'ExtlClntAppOauthConfigurablePolicies.requiredSessionLevel' },
    ],
    [
      'If the Session Level Is Too Low',
      l10n.t('Block the user, or ask for a stronger log-in.'),
      { path: 'ConnectedApp.sessionPolicy.policyAction', since: 49 },
      { path: 'ExtlClntAppOauthConfigurablePolicies.policyAction' },
    ],
    [
      'Session Timeout (Minutes)',
      l10n.t('How long a session of this app lasts without use.'),
      { path: 'ConnectedApp.sessionPolicy.sessionTimeout', since: 49 },
      { path: 'ExtlClntAppOauthConfigurablePolicies.sessionTimeoutInMinutes' },
    ],
    [
      'JWT Access Token Timeout',
      l10n.t('How long a JWT access token lives.'),
      { path: 'ExtlClntAppOauthConfigurablePolicies.namedUserJwtTimeout' },
    ],
    [
      'JWT Access Token Timeout: Set By',
      l10n.t('The session timeout of the user, or a time of its own.'),
      { path: 'ExtlClntAppOauthConfigurablePolicies.namedUserJwtSessionTimeoutType', since: 65 },
    ],
    [
      'JWT Access Token Timeout for Guests',
      l10n.t("How long a guest's JWT access token lives."),
      { path: 'ExtlClntAppOauthConfigurablePolicies.guestJwtTimeout' },
    ],
    [
      'JWT Access Token Timeout for Guests: Set By',
      l10n.t('The session timeout of the user, or a time of its own.'),
      { path: 'ExtlClntAppOauthConfigurablePolicies.guestJwtSessionTimeoutType', since: 65 },
    ],
    [
      'Custom Scopes (Policy)',
      l10n.t('Scopes that the org has defined itself, as the admin allows them.'),
      { path: 'ExtlClntAppOauthConfigurablePolicies.commaSeparatedCustomScopes' },
    ],
    [
      'Custom Attributes (Policy)',
      l10n.t('Further facts about the user, as the admin adds them.'),
      { path: 'ExtlClntAppOauthConfigurablePolicies.customAttributes' },
    ],
    [
      'Custom Handler',
      l10n.t('Apex class that adds to what tokens say, or refuses users.'),
      { path: 'ConnectedApp.plugin' },
      { path: 'ExtlClntAppOauthConfigurablePolicies.apexHandler' },
    ],
    [
      'Custom Handler: Run As',
      l10n.t('The user as whom that class runs.'),
      { path: 'ConnectedApp.pluginExecutionUser', since: 46 },
      { path: 'ExtlClntAppOauthConfigurablePolicies.executeHandlerAs' },
    ],
    [
      'Single Logout URL (Policy)',
      l10n.t('Told when the user logs out of Salesforce.'),
      { path: 'ConnectedApp.oauthPolicy.singleLogoutUrl' },
      { path: 'ExtlClntAppOauthConfigurablePolicies.singleLogoutUrl' },
    ],
    [
      'Start URL (OAuth)',
      l10n.t('Where users land who open the app.'),
      { path: 'ExtlClntAppOauthConfigurablePolicies.startUrl' },
    ],
    [
      'App Enabled in This Org',
      l10n.t('An admin may switch the whole app off.'),
      { path: 'ExtlClntAppConfigurablePolicies.isEnabled' },
    ],
    [
      'OAuth Enabled in This Org',
      l10n.t("An admin may switch the app's OAuth off."),
      { path: 'ExtlClntAppConfigurablePolicies.isOauthPluginEnabled' },
    ],
    [
      'Start Page',
      l10n.t('Where users land who open the app.'),
      { path: 'ExtlClntAppConfigurablePolicies.startPage' },
    ],
    [
      'Start URL',
      l10n.t("The page itself, where it is one of the app's own."),
      { path: 'ConnectedApp.startUrl' },
      { path: 'ExtlClntAppConfigurablePolicies.startUrl' },
    ],
  ]),
];
