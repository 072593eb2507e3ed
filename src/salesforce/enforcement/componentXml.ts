/**
 * A component as `updateMetadata` wants it back: whole, in the order of the WSDL, without key and secret, with one
 * flag changed (SALESFORCE.md 7). Pure.
 */
import { escapeXml } from '../escapeXml.ts';
import { PKCE_WHERE_ABSENT } from '../pkceStatus.ts';
import { flagIn, valuesIn } from '../settings/settingValues.ts';
import { XmlElement } from '../xml.ts';

/** Metadata types that hold a PKCE flag. */
export type FlagType = 'ConnectedApp' | 'ExtlClntAppGlobalOauthSettings' | 'OauthOidcSettings';

/** The component that holds a flag. */
export interface FlagTarget {
  readonly type: FlagType;
  readonly fullName: string;
}

const FLAG = 'isPkceRequired';
/** Where the flag is, if not in the component itself. */
const CONTAINER: Readonly<Partial<Record<FlagType, string>>> = { ConnectedApp: 'oauthConfig' };

/** What no update sends: the key cannot change, the secret is not ours to see. */
const KEY = 'consumerKey';
const SECRET = 'consumerSecret';
/** Would make the org replace key or secret. */
const ROTATES = /^shouldRotateConsumer(Key|Secret)$/;

/** The flag as the component states it; null where it is absent, undefined where it is neither true nor false. */
export function flagOf(type: FlagType, component: XmlElement): boolean | null | undefined {
  const part = partWithFlag(type, component);
  return part ? flagIn(valuesIn(part, ''), FLAG) : null;
}

/** What the component means: an org may leave out what is its default (SALESFORCE.md 15). */
export function meaningOf(type: FlagType, component: XmlElement): boolean | undefined {
  const flag = flagOf(type, component);
  return flag === null ? PKCE_WHERE_ABSENT[type] : flag;
}

/** Whether the component has the part that holds the flag: a connected app for SAML alone has not. */
export function canHoldFlag(type: FlagType, component: XmlElement): boolean {
  return partWithFlag(type, component) !== undefined;
}

export interface UpdateOptions {
  /** The consumer key goes back as it was read, for an org that insists on it. */
  readonly withKey?: boolean;
}

/**
 * The element of `updateMetadata` for a component.
 * @param component as it was read in the same API version
 * @param value what the flag is to be
 */
export function updateXml(
  type: FlagType,
  fullName: string,
  component: XmlElement,
  value: boolean,
  { withKey = false }: UpdateOptions = {},
): string {
  const named = new XmlElement('fullName', {}, [], fullName);
  const flagged = withFlag(type, component, new XmlElement(FLAG, {}, [], String(value)));
  const rest = flagged.children
    .filter(({ name }) => name !== 'fullName')
    .map((child) => (child.name === CONTAINER[type] ? sendable(child, withKey) : child));
  const whole = new XmlElement(type, {}, [named, ...rest], '');
  const { children } = CONTAINER[type] === undefined ? sendable(whole, withKey) : whole;
  return `<met:metadata xsi:type="met:${type}">${inOrder(children).map(toXml).join('')}</met:metadata>`;
}

/**
 * Everything of a component but its PKCE flag, in one text for each element: two components that are the same
 * otherwise have the same texts. Never shown and never kept.
 */
export function othersIn(type: FlagType, component: XmlElement): ReadonlyMap<string, string> {
  const others = new Map<string, string>();
  const add = (elements: readonly XmlElement[], prefix: string): void => {
    for (const element of inOrder(elements)) {
      // A secret that came all the same is neither sent nor looked at.
      if (element.name === 'fullName' || element.name === SECRET) continue;
      if (element.name === CONTAINER[type]) add(element.children, `${element.name}.`);
      else if (element.name !== FLAG) {
        const path = prefix + element.name;
        others.set(path, (others.get(path) ?? '') + toXml(element));
      }
    }
  };
  add(component.children, '');
  return others;
}

/** Names of the elements that differ between two states of a component, its PKCE flag aside. */
export function differences(
  type: FlagType,
  before: XmlElement,
  after: XmlElement,
): readonly string[] {
  const [a, b] = [othersIn(type, before), othersIn(type, after)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path));
}

function partWithFlag(type: FlagType, component: XmlElement): XmlElement | undefined {
  const container = CONTAINER[type];
  return container === undefined ? component : component.child(container);
}

function withFlag(type: FlagType, component: XmlElement, flag: XmlElement): XmlElement {
  const part = partWithFlag(type, component);
  if (!part) throw new Error(`${type} has no part with the flag`);
  const rest = part.children.filter(({ name }) => name !== FLAG);
  const changed = new XmlElement(part.name, part.attributes, [...rest, flag], '');
  if (part === component) return changed;
  const children = component.children.map((child) => (child === part ? changed : child));
  return new XmlElement(component.name, component.attributes, children, '');
}

function sendable(part: XmlElement, withKey: boolean): XmlElement {
  const children = part.children
    .filter(({ name }) => name !== SECRET && (withKey || name !== KEY))
    .map((child) =>
      ROTATES.test(child.name) ? new XmlElement(child.name, {}, [], 'false') : child,
    );
  return new XmlElement(part.name, part.attributes, children, part.text);
}

/** The WSDL's order is alphabetical in all of these types, the name first; what repeats stays in its own order. */
function inOrder(elements: readonly XmlElement[]): readonly XmlElement[] {
  return elements.toSorted((a, b) => {
    if (a.name === b.name) return 0;
    if (a.name === 'fullName' || b.name === 'fullName') return a.name === 'fullName' ? -1 : 1;
    return a.name < b.name ? -1 : 1;
  });
}

function toXml({ name, attributes, children, text }: XmlElement): string {
  if (attributes.nil === 'true') return `<met:${name} xsi:nil="true"/>`;
  const inner = children.length > 0 ? inOrder(children).map(toXml).join('') : escapeXml(text);
  return `<met:${name}>${inner}</met:${name}>`;
}
