/** Links to Setup pages (SALESFORCE.md 7): an app's own where its id is dependable, else the list that it is in. */
import type { App } from './app.ts';

const PAGES = {
  oauthAndOpenIdConnect: 'OauthOidcSettings',
  externalClientApps: 'ManageExternalClientApplication',
  connectedApps: 'ConnectedApplication',
  connectedAppsUsage: 'ConnectedAppsUsage',
} as const;

export type SetupPage = keyof typeof PAGES;

/** Salesforce ids begin with what they are ids of. */
const ECA_ID = /^0xI\w{12}(\w{3})?$/;
const CONNECTED_APP_ID = /^0H4\w{12}(\w{3})?$/;

/**
 * @param instanceUrl origin of the org
 * @returns the page in Lightning Setup
 */
export function setupLink(instanceUrl: string, page: SetupPage): string {
  return `${lightningOf(instanceUrl)}/lightning/setup/${PAGES[page]}/home`;
}

/**
 * The Setup page of one app.
 * @param instanceUrl origin of the org
 */
export function appSetupLink(instanceUrl: string, app: Pick<App, 'kind' | 'componentId'>): string {
  const id = app.componentId ?? '';
  if (app.kind === 'externalClientApp') {
    return ECA_ID.test(id)
      ? `${lightningOf(instanceUrl)}/lightning/setup/${PAGES.externalClientApps}/${id}/detail`
      : setupLink(instanceUrl, 'externalClientApps');
  }
  return CONNECTED_APP_ID.test(id)
    ? `${instanceUrl}/${id}`
    : setupLink(instanceUrl, 'connectedApps');
}

function lightningOf(instanceUrl: string): string {
  return instanceUrl
    .replace(/\.my\.salesforce\.com$/, '.lightning.force.com')
    .replace(/\.my\.salesforce\.mil$/, '.lightning.crmforce.mil');
}
