/** Links to Setup pages that are dependable (SALESFORCE.md 7): list pages, since ids of single apps are not. */

const PAGES = {
  oauthAndOpenIdConnect: 'OauthOidcSettings',
  externalClientApps: 'ManageExternalClientApplication',
  connectedApps: 'ConnectedApplication',
  connectedAppsUsage: 'ConnectedAppsUsage',
} as const;

export type SetupPage = keyof typeof PAGES;

/**
 * @param instanceUrl origin of the org
 * @returns the page in Lightning Setup
 */
export function setupLink(instanceUrl: string, page: SetupPage): string {
  const lightning = instanceUrl
    .replace(/\.my\.salesforce\.com$/, '.lightning.force.com')
    .replace(/\.my\.salesforce\.mil$/, '.lightning.crmforce.mil');
  return `${lightning}/lightning/setup/${PAGES[page]}/home`;
}
