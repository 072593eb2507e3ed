/** What a row of the tables of settings says of one setting, wherever it is kept. */
import * as l10n from '@vscode/l10n';

/** Where a setting is shown. In this order. */
export const GROUPS = [
  'Security',
  'Callback and Scopes',
  'Tokens',
  'Flows',
  'Policies',
  'About the App',
  'Other',
] as const;
export type SettingGroup = (typeof GROUPS)[number];

export const GROUP_TEXTS: Readonly<Record<SettingGroup, string>> = {
  Security: l10n.t('Security'),
  'Callback and Scopes': l10n.t('Callback and Scopes'),
  Tokens: l10n.t('Tokens'),
  Flows: l10n.t('Flows'),
  Policies: l10n.t('Policies'),
  'About the App': l10n.t('About the App'),
  Other: l10n.t('Other'),
};

/** One element of the Metadata API that holds a setting. */
export interface SettingElement {
  /** Such as `ConnectedApp.oauthConfig.isPkceRequired`: metadata type, containers, element. */
  readonly path: string;
  /** API version that it came with; undefined if it is older than any version that is used here. */
  readonly since?: number;
  /** What Salesforce takes where the element is absent, if that is documented. */
  readonly absent?: boolean | number | string;
}

export interface SettingText {
  readonly group: SettingGroup;
  /** What Setup calls it. */
  readonly label: string;
  /** What it means, in one or two sentences. */
  readonly explanation: string;
  /** Connected app and ECA often have one setting under two names. */
  readonly elements: readonly SettingElement[];
}

/**
 * @param rows each: label, explanation, elements
 * @returns rows of one group, in their order
 */
export function inGroup(
  group: SettingGroup,
  rows: readonly (readonly [string, string, ...SettingElement[]])[],
): SettingText[] {
  return rows.map(([label, explanation, ...elements]) => ({
    group,
    label,
    explanation,
    elements,
  }));
}
