/**
 * What is wrong in one source file, where, and the edit that mends it. The rules are those of the audit; a file by
 * itself tells less than an org, and only what it states is held against it. Pure.
 */
import * as l10n from '@vscode/l10n';
import { catalogOfSource } from '../salesforce/catalog/sourceCatalog.ts';
import { componentIn, type SourceComponent } from '../salesforce/sourceFiles.ts';
import {
  editOf,
  placedElements,
  type PlacedElement,
  type TextEdit,
} from '../salesforce/sourceText.ts';
import { XmlElement, XmlError } from '../salesforce/xml.ts';
import { audit, findingOf } from './audit.ts';
import { isSourceFile } from './checkedFiles.ts';
import type { Finding, Severity, Subject } from './finding.ts';
import { SOURCE_RULES } from './rules/sourceRules.ts';

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
  'pkce-not-stated': ['isPkceRequired', 'true'],
  'pkce-by-org-only': ['isPkceRequired', 'true'],
  'org-pkce-not-required': ['isPkceRequired', 'true'],
  'org-pkce-ahead-of-apps': ['isPkceRequired'],
  'secret-in-source': ['consumerSecret'],
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

/** @returns nothing for a file that is none of those that are looked at; undefined for one that does not hold what its name says */
export function sourceProblems(path: string, text: string): readonly SourceProblem[] | undefined {
  if (!isSourceFile(path)) return [];
  let component: SourceComponent;
  let root: PlacedElement;
  try {
    component = componentIn(path, text.replace(/^\uFEFF/, ''));
    root = placedElements(text);
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
  const part = oauthPartOf(component.type, root);
  if (!part) return [];
  // Which app it is does not matter to a problem in a file.
  const own = judged(component.type, part, { kind: 'org' });
  return [...auditedIn(component), ...own].flatMap(
    ({ rule, title, severity, evidence, remedy }) => {
      const [element, value] = elementOf(rule);
      if (element === undefined) return [];
      const place = placeOf(part, element, rule);
      const message = `${title}. ${rule === 'callback-url-dangerous' ? `${evidence.join(' ')} ` : ''}${remedy}`;
      return [{ rule, severity, message, ...place, fix: fixFor(text, part, element, value) }];
    },
  );
}

/**
 * What a file tells beside the settings that it holds.
 * @param type metadata type of what it holds
 * @throws XmlError if it is no XML
 */
export function fileFindings(type: string, text: string, subject: Subject): readonly Finding[] {
  const part = oauthPartOf(type, placedElements(text));
  return part ? judged(type, part, subject) : [];
}

/**
 * The line of a finding in the file of what it is about, from 1; that of the root element where no single element is
 * to blame.
 * @throws XmlError if the file is no XML
 */
export function lineIn(type: string, text: string, rule: string): number {
  const root = placedElements(text);
  const part = oauthPartOf(type, root);
  const [element] = elementOf(rule);
  const { start } = part && element !== undefined ? placeOf(part, element, rule) : root;
  return text.slice(0, start).split(/\r\n|\r|\n/).length;
}

/** Undefined for a connected app for SAML alone: it has nothing to look at. */
function oauthPartOf(type: string, root: PlacedElement): PlacedElement | undefined {
  return type === 'ConnectedApp' ? root.children.find(({ name }) => name === 'oauthConfig') : root;
}

function elementOf(rule: string): readonly [element?: string, value?: string] {
  return (Object.hasOwn(PLACES, rule) ? PLACES[rule] : undefined) ?? [];
}

/** The audit's own findings about a component, with no more around it than it needs to be one. */
function auditedIn(component: SourceComponent): readonly Finding[] {
  const app = component.element.textOf('externalClientApplication')?.trim();
  const around: SourceComponent[] = [];
  if (app !== undefined) {
    const element = new XmlElement('ExternalClientApplication', {}, [], '');
    around.push({ type: 'ExternalClientApplication', fullName: app, element });
  }
  if (component.type !== 'OauthOidcSettings') {
    // What the org demands is not this file's matter.
    const off = new XmlElement('isPkceRequired', {}, [], 'false');
    const element = new XmlElement('OauthOidcSettings', {}, [off], '');
    around.push({ type: 'OauthOidcSettings', fullName: 'OauthOidc', element });
  }
  return audit(catalogOfSource([component, ...around]), { org: '', nowMilliseconds: 0 }).findings;
}

function judged(type: string, part: PlacedElement, subject: Subject): readonly Finding[] {
  return SOURCE_RULES.flatMap((rule) => findingOf(rule, subject, rule.judge(type, part)));
}

function placeOf(
  part: PlacedElement,
  element: string,
  rule: string,
): { start: number; end: number } {
  const all = part.children.filter(({ name }) => name === element);
  const own =
    rule === 'scope-full'
      ? all.find(({ text }) => text.trim() === 'Full')
      : (all.find(({ text }) => text.trim() !== '') ?? all[0]);
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
