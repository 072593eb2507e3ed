/**
 * What is wrong in one source file, where, and the edit that mends it. The rules are those of the audit; a file by
 * itself tells less than an org, and only what it states is held against it. Pure.
 */
import * as l10n from '@vscode/l10n';
import { SOURCE_VERSION } from '../salesforce/app.ts';
import { catalogOfSource } from '../salesforce/catalog/sourceCatalog.ts';
import { componentIn, type SourceComponent } from '../salesforce/sourceFiles.ts';
import {
  editOf,
  placedElements,
  type PlacedElement,
  type TextEdit,
} from '../salesforce/sourceText.ts';
import { XmlElement, XmlError } from '../salesforce/xml.ts';
import { audit } from './audit.ts';
import { isSourceFile } from './checkedFiles.ts';
import type { Severity } from './finding.ts';

export interface SourceProblem {
  /** Id of the rule. */
  readonly rule: string;
  readonly message: string;
  readonly severity: Severity;
  /** Where, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly fix: SourceFix | undefined;
}

export interface SourceFix {
  readonly title: string;
  readonly edit: TextEdit;
}

/** The element that a rule is about, and what it should be; undefined where nobody but the owner can tell. */
const PLACES: Readonly<Record<string, readonly [element: string, value?: string]>> = {
  'pkce-not-required': ['isPkceRequired', 'true'],
  'refresh-token-rotation-off': ['isRefreshTokenRotationEnabled', 'true'],
  'refresh-token-unlimited': ['isEnforceRefreshTokenTTL', 'true'],
  'refresh-without-secret': ['isSecretRequiredForRefreshToken', 'true'],
  'secret-required-of-public-client': ['isSecretRequiredForRefreshToken', 'false'],
  'introspects-all-tokens': ['isIntrospectAllTokens', 'false'],
  'device-flow-on': ['isDeviceFlowEnabled', 'false'],
  'username-password-flow-allowed': ['blockOAuthUnPwFlow', 'true'],
  'user-agent-flow-allowed': ['blockOAuthUsrAgtFlow', 'true'],
  'callback-url-dangerous': ['callbackUrl'],
  'id-token-long': ['idTokenConfig'],
  'scope-full': ['scopes'],
};
const SECRET = 'consumerSecret';
const FLAG = 'isPkceRequired';

/** @returns nothing for a file that is none of the files that are looked at, or that is no XML: other tools say so */
export function sourceProblems(path: string, text: string): readonly SourceProblem[] {
  if (!isSourceFile(path)) return [];
  let component: SourceComponent;
  let root: PlacedElement;
  try {
    component = componentIn(path, text.replace(/^\uFEFF/, ''));
    root = placedElements(text);
  } catch (error) {
    if (error instanceof XmlError) return [];
    throw error;
  }
  const part = root.children.find(({ name }) => name === 'oauthConfig') ?? root;
  // A connected app for SAML alone has nothing to look at.
  if (component.type === 'ConnectedApp' && part === root) return [];
  return [
    ...findingsIn(component, text, part),
    ...unstated(component, text, part),
    ...orgFlag(component, text, part),
    ...secretIn(part),
  ];
}

/** The audit's own findings about this component, with no more around it than it needs to be one. */
function findingsIn(
  component: SourceComponent,
  text: string,
  part: PlacedElement,
): readonly SourceProblem[] {
  const app = component.element.textOf('externalClientApplication')?.trim();
  const around: SourceComponent[] = [];
  if (app !== undefined) {
    const element = new XmlElement('ExternalClientApplication', {}, [], '');
    around.push({ type: 'ExternalClientApplication', fullName: app, element });
  }
  if (component.type !== 'OauthOidcSettings') {
    // What the org demands is not this file's matter.
    const off = new XmlElement(FLAG, {}, [], 'false');
    const element = new XmlElement('OauthOidcSettings', {}, [off], '');
    around.push({ type: 'OauthOidcSettings', fullName: 'OauthOidc', element });
  }
  const { findings } = audit(catalogOfSource([component, ...around]), {
    org: SOURCE_VERSION,
    nowMilliseconds: 0,
  });
  return findings.flatMap(({ rule, title, severity, evidence, remedy }) => {
    const [element, value] = (Object.hasOwn(PLACES, rule) ? PLACES[rule] : undefined) ?? [];
    if (element === undefined) return [];
    const place = placeOf(part, element, rule);
    const message = `${title}. ${rule === 'callback-url-dangerous' ? `${evidence.join(' ')} ` : ''}${remedy}`;
    return [{ rule, severity, message, ...place, fix: fixFor(text, part, element, value) }];
  });
}

/** A file that was written with an old API version cannot say it: where it is deployed, the default may hold. */
function unstated(
  { type }: SourceComponent,
  text: string,
  part: PlacedElement,
): readonly SourceProblem[] {
  if (type !== 'ConnectedApp' || part.children.some(({ name }) => name === FLAG)) return [];
  return [
    {
      rule: 'pkce-not-stated',
      severity: 'info',
      message: l10n.t(
        'The file does not say whether PKCE is required. A new connected app does not require it unless it is said.',
      ),
      start: part.start,
      end: part.contentStart,
      fix: fixFor(text, part, FLAG, 'true'),
    },
  ];
}

function orgFlag(
  { type }: SourceComponent,
  text: string,
  part: PlacedElement,
): readonly SourceProblem[] {
  const flag = part.children.find(({ name }) => name === FLAG);
  if (type !== 'OauthOidcSettings' || flag?.text.trim() !== 'false') return [];
  return [
    {
      rule: 'org-pkce-off',
      severity: 'info',
      message: l10n.t(
        'The org does not require PKCE of every app. Switch it on as the last step: clients first, then each app, then the org.',
      ),
      start: flag.start,
      end: flag.end,
      fix: fixFor(text, part, FLAG, 'true'),
    },
  ];
}

function secretIn(part: PlacedElement): readonly SourceProblem[] {
  return part.children
    .filter(({ name, text }) => name === SECRET && text.trim() !== '')
    .map(({ start, end }) => ({
      rule: 'secret-in-source',
      severity: 'critical' as const,
      message: l10n.t(
        'A consumer secret in a source file is known to everybody who can read the file and its history. Take it out, and rotate it in Setup.',
      ),
      start,
      end,
      fix: undefined,
    }));
}

function placeOf(
  part: PlacedElement,
  element: string,
  rule: string,
): { start: number; end: number } {
  const all = part.children.filter(({ name }) => name === element);
  const own = rule === 'scope-full' ? all.find(({ text }) => text.trim() === 'Full') : all[0];
  return own ? { start: own.start, end: own.end } : { start: part.start, end: part.contentStart };
}

function fixFor(
  text: string,
  part: PlacedElement,
  element: string,
  value: string | undefined,
): SourceFix | undefined {
  if (value === undefined) return undefined;
  return { title: l10n.t`Set ${element} to ${value}`, edit: editOf(text, part, element, value) };
}
