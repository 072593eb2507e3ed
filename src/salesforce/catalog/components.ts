/**
 * The components that make up the apps of an org (SALESFORCE.md 4.3, 5.1, 5.2), and one component as plain
 * data that can be kept.
 */
import * as l10n from '@vscode/l10n';
import { shownName } from '../../oauth/redact.ts';
import type { AppKind, SettingValue } from '../app.ts';
import { settingValuesOf, type ComponentType } from '../settings/settingValues.ts';
import type { XmlElement } from '../xml.ts';

/** Metadata types of an ECA beside its header, and what is lost without each. */
export const SATELLITES = {
  ExtlClntAppGlobalOauthSettings: l10n.t('PKCE, rotation and secrets of external client apps'),
  ExtlClntAppOauthSettings: l10n.t('Scopes of external client apps'),
  ExtlClntAppOauthConfigurablePolicies: l10n.t('OAuth policies of external client apps'),
  ExtlClntAppConfigurablePolicies: l10n.t('App policies of external client apps'),
  ExtlClntAppOauthSecuritySettings: l10n.t(
    'The refresh token IP allowlist of external client apps',
  ),
} as const satisfies Partial<Record<ComponentType, string>>;

export type SatelliteType = keyof typeof SATELLITES;

/** The satellite that holds an ECA's PKCE flag. */
export const GLOBAL = 'ExtlClntAppGlobalOauthSettings' satisfies SatelliteType;

const SATELLITE_TYPES = Object.keys(SATELLITES) as SatelliteType[];
/** Came with API 67; older orgs do not know the type. */
const SINCE_67: readonly string[] = ['ExtlClntAppOauthSecuritySettings'];

/** What apps are made of, in every version; all else is settings of the org. */
export const COMPONENT_TYPES: readonly ComponentType[] = [
  'ConnectedApp',
  'ExternalClientApplication',
  ...SATELLITE_TYPES,
];

/** The types that an org of an API version can be asked for. */
export function componentTypes(apiVersion: string): readonly ComponentType[] {
  return COMPONENT_TYPES.filter((type) => !SINCE_67.includes(type) || Number(apiVersion) >= 67);
}

/** The kind of app that a component is the head of, if it is one. */
export function kindOf(type: string): AppKind | undefined {
  if (type === 'ConnectedApp') return 'connectedApp';
  return type === 'ExternalClientApplication' ? 'externalClientApp' : undefined;
}

export function isSatellite(type: string): type is SatelliteType {
  return Object.hasOwn(SATELLITES, type);
}

/** What people call a type. */
export function partName(type: string): string {
  if (type === 'ConnectedApp') return l10n.t('Connected apps');
  if (type === 'ExternalClientApplication') return l10n.t('External client apps');
  return isSatellite(type) ? SATELLITES[type] : l10n.t`${type} of external client apps`;
}

/** One component as it was read. Plain data, without secrets. */
export interface ComponentRecord {
  readonly type: ComponentType;
  readonly fullName: string;
  readonly label: string | null;
  /** For satellites: full name of the app. Joined on this element, never on the component's own name. */
  readonly app: string | null;
  /** Whether the component says anything about OAuth; false for a connected app without `oauthConfig`. */
  readonly hasOauth: boolean;
  readonly values: Readonly<Record<string, SettingValue>>;
}

/** Two components of an org are the same if these are. */
export function keyOf(component: { readonly type: string; readonly fullName: string }): string {
  return `${component.type}:${component.fullName}`;
}

/** Takes what is needed from a component's element; secrets stay behind. */
export function recordOf(
  type: ComponentType,
  fullName: string,
  element: XmlElement,
): ComponentRecord {
  const label = element.textOf('label');
  return {
    type,
    fullName,
    label: label === undefined ? null : shownName(label),
    app: element.textOf('externalClientApplication')?.trim() ?? null,
    hasOauth: type !== 'ConnectedApp' || element.child('oauthConfig') !== undefined,
    values: settingValuesOf(type, element),
  };
}
