/** Settings of a whole org that decide about OAuth (SALESFORCE.md 5.4, 6), a row each. */
import * as l10n from '@vscode/l10n';
import { PKCE_WHERE_ABSENT } from '../pkceStatus.ts';
import { inGroup, type SettingText } from './settingText.ts';

export const ORG_TEXTS: readonly SettingText[] = [
  ...inGroup('Security', [
    [
      'Require PKCE for Supported Authorization Flows',
      l10n.t("The org demands PKCE of every app, whatever the app's own setting says."),
      {
        path: 'OauthOidcSettings.isPkceRequired',
        since: 59,
        absent: PKCE_WHERE_ABSENT.OauthOidcSettings,
      },
    ],
    [
      'Limit API Access to Admin-Approved Apps',
      l10n.t('Only apps that an admin has approved, and users who may use them, reach the APIs.'),
      { path: 'ConnectedAppSettings.enableAdminApprovedAppsOnly' },
    ],
    [
      'Limit API Access to Admin-Approved Apps for External Users',
      l10n.t('The same for users of Experience Cloud sites.'),
      { path: 'ConnectedAppSettings.enableAdminApprovedAppsOnlyForExternalUser' },
    ],
    [
      'Access to Consumer Secrets by the REST API',
      l10n.t('Users with the permission may read client secrets over the REST API.'),
      { path: 'ExternalClientAppSettings.enableClientSecretInRestApiAccess', since: 62 },
    ],
    [
      'Access to Consumer Secrets by the Metadata API',
      l10n.t('Client secrets may be retrieved with the metadata. Salesforce has deprecated it.'),
      { path: 'ExternalClientAppSettings.enableConsumerSecretApiAccess' },
    ],
  ]),
  ...inGroup('Flows', [
    [
      'Username-Password Flow Blocked by the Org',
      l10n.t('Programs cannot log in by sending a user name and a password.'),
      { path: 'OauthOidcSettings.blockOAuthUnPwFlow' },
    ],
    [
      'User-Agent Flow Blocked by the Org',
      l10n.t('Access tokens are not handed out in the address of a page.'),
      { path: 'OauthOidcSettings.blockOAuthUsrAgtFlow' },
    ],
    [
      'Allow Code and Credentials Flows',
      l10n.t('Apps may offer log-in pages of their own.'),
      { path: 'OauthOidcSettings.oAuthCdCrdtFlowEnable' },
    ],
    [
      'Agent Authorization Linking',
      l10n.t('Salesforce does not document what it does.'),
      { path: 'OauthOidcSettings.agentAuthLinking' },
    ],
  ]),
  ...inGroup('Other', [
    [
      'Package OAuth Settings from the Developer Org',
      l10n.t('OAuth settings of external client apps may be packaged where they were made.'),
      { path: 'ExternalClientAppSettings.enablePackageEcaOauthFromDevOrg', since: 62 },
    ],
    [
      'Skip the Welcome Page of the User Provisioning Wizard',
      l10n.t('Has nothing to do with OAuth.'),
      { path: 'ConnectedAppSettings.enableSkipUserProvisioningWizardWelcomePage' },
    ],
  ]),
];
