/** Where an app was made: here, in a package that is installed here, in another org, or not known. */
import * as l10n from '@vscode/l10n';
import type { App, AppKind, SettingValue } from '../app.ts';
import type { FileProperties } from '../metadataApi.ts';
import { isSameId } from '../salesforceId.ts';

/** What is known of the org itself. */
export interface OwnOrg {
  /** Empty if it is not known. */
  readonly orgId: string;
  /** Null if it has none, undefined if it is not known. */
  readonly namespace?: string | null | undefined;
}

interface OriginEvidence {
  readonly own: OwnOrg;
  /** What an ECA's header says. */
  readonly header: Readonly<Record<string, SettingValue>>;
  /** The app is listed, and could not be read; of an ECA, the header, which tells who made it. */
  readonly isUnreadable: boolean;
}

type Origin = Pick<App, 'origin' | 'originReason'>;

/** States of a component that a package has brought (SALESFORCE.md 4.2). */
const MANAGED_STATES = ['installed', 'beta', 'deprecated'];
/** States of one that an unlocked package has brought. */
const UNLOCKED_STATES = ['installedEditable', 'deprecatedEditable'];

const LOCAL: Origin = { origin: 'local', originReason: l10n.t('Made in this org.') };

export function originOf(
  kind: AppKind,
  { namespacePrefix, manageableState }: FileProperties,
  { own, header, isUnreadable }: OriginEvidence,
): Origin {
  const installed = (words: string): Origin => ({ origin: 'installed', originReason: words });
  const packageWords =
    namespacePrefix === undefined
      ? l10n.t('Installed from a package: only its author can change it.')
      : l10n.t`Installed from the package ${namespacePrefix}: only its author can change it.`;
  const distribution = header['app.distributionState'];
  if (distribution === 'AutoInstalled') {
    return installed(
      l10n.t('Installed by Salesforce of its own accord: only its author can change it.'),
    );
  }
  if (manageableState !== undefined && UNLOCKED_STATES.includes(manageableState)) {
    return {
      origin: 'unknown',
      originReason: l10n.t(
        "An unlocked package has brought it: this org can change it, and the package's next version may set it back.",
      ),
    };
  }
  if (distribution === 'Managed') return installed(packageWords);
  // `<orgId>:<name>`
  const scoped = header['app.orgScopedExternalApp'];
  const [owner = ''] = typeof scoped === 'string' ? scoped.split(':') : [];
  const isOthers = own.orgId !== '' && !isSameId(owner, own.orgId);
  if (/^00D\w{12,15}$/.test(owner) && isOthers) {
    return distribution === 'Local'
      ? {
          origin: 'unknown',
          originReason: l10n.t`Not known: it names another org (${owner}) and is for one org alone, as in a copy of that org, such as a sandbox.`,
        }
      : installed(l10n.t`Made in another org (${owner}): only that org can change it.`);
  }
  if (namespacePrefix !== undefined) {
    // What an org has packaged itself is released, beta or deprecated; what it has installed may share its namespace.
    if (manageableState === 'installed') return installed(packageWords);
    if (own.namespace === undefined) {
      return {
        origin: 'unknown',
        originReason: l10n.t`Not known: nothing tells whether the namespace ${namespacePrefix} is the org's own.`,
      };
    }
    return namespacePrefix === own.namespace ? LOCAL : installed(packageWords);
  }
  if (manageableState !== undefined && MANAGED_STATES.includes(manageableState)) {
    return installed(packageWords);
  }
  if (isUnreadable) {
    return {
      origin: 'unknown',
      originReason:
        kind === 'connectedApp'
          ? l10n.t(
              'Not known: the org lists the app and does not let it be read, as with apps that another org or a package owns.',
            )
          : l10n.t('Not known: the header of the app, which tells who made it, was not read.'),
    };
  }
  return LOCAL;
}
