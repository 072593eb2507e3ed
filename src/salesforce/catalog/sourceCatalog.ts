/**
 * The apps of a source tree. A file says less than an org: an element that is absent may be true or false where the
 * file goes, so that no default stands in for it (SALESFORCE.md 15).
 */
import * as l10n from '@vscode/l10n';
import { plainLine } from '../../oauth/redact.ts';
import { SOURCE_VERSION } from '../app.ts';
import type { FileProperties } from '../metadataApi.ts';
import { valuesIn, type ComponentType } from '../settings/settingValues.ts';
import { namespaceOf, type SourceComponent } from '../sourceFiles.ts';
import { appIdOf } from './appAssembly.ts';
import { catalogOf, type Catalog, type CatalogProblem } from './catalog.ts';
import { COMPONENT_TYPES, GLOBAL, isSatellite, kindOf, recordOf } from './components.ts';

export function catalogOfSource(components: readonly SourceComponent[]): Catalog {
  const listed = components
    .filter(({ type }) => kindOf(type) !== undefined)
    .map(({ type, fullName }): FileProperties => ({
      type,
      fullName,
      namespacePrefix: namespaceOf(fullName),
    }));
  const records = components
    .filter(({ type }) => (COMPONENT_TYPES as readonly string[]).includes(type))
    .map(({ type, fullName, element }) => recordOf(type as ComponentType, fullName, element));
  const ecas = new Set(
    listed.filter(({ type }) => type !== 'ConnectedApp').map(({ fullName }) => fullName),
  );
  const withGlobal = new Set(records.filter(({ type }) => type === GLOBAL).map(({ app }) => app));
  const unread = [...ecas]
    .filter((name) => !withGlobal.has(name))
    .map((name) => [appIdOf('externalClientApp', name), NO_GLOBAL] as const);
  const problems = records
    .filter(({ type, app }) => isSatellite(type) && !ecas.has(app ?? ''))
    .map(({ fullName, app }): CatalogProblem => ({
      happened: l10n.t`${fullName} belongs to the external client app ${plainLine(app ?? '(none)')}, which is not in the source.`,
      todo: l10n.t('Retrieve the app too.'),
    }));
  const values = Object.assign(
    {},
    ...components
      .filter(({ type }) => !(COMPONENT_TYPES as readonly string[]).includes(type))
      .map(({ type, element }) => valuesIn(element, `${type}.`)),
  ) as Catalog['orgWide']['values'];
  const flag = values['OauthOidcSettings.isPkceRequired'];
  return catalogOf({
    apiVersion: SOURCE_VERSION,
    // Files do not say whose they are.
    own: { orgId: '' },
    listed,
    records,
    unread: Object.fromEntries(unread),
    orgWide: { values, ...(typeof flag === 'boolean' ? { isPkceRequired: flag } : {}) },
    usage: { kind: 'unknown', reason: l10n.t('A source tree does not tell who uses its apps.') },
    problems,
    unavailable: COMPONENT_TYPES,
  });
}

const NO_GLOBAL = l10n.t(
  'Its global OAuth settings are not in the source: they name secrets, and are most often kept out of it. Audit the org.',
);
