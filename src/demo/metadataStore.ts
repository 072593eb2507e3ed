/** The metadata of a demo org: components with all their elements, read and updated as the Metadata API does. */
import { randomUUID } from 'node:crypto';
import { escapeXml } from '../salesforce/escapeXml.ts';
import { APP_TEXTS } from '../salesforce/settings/appTexts.ts';
import { ORG_TEXTS } from '../salesforce/settings/orgTexts.ts';
import { POLICY_TEXTS } from '../salesforce/settings/policyTexts.ts';
import { XmlElement } from '../salesforce/xml.ts';

export interface Component {
  readonly type: string;
  readonly fullName: string;
  readonly id: string;
  readonly namespacePrefix: string | undefined;
  readonly manageableState: string;
  /** Listed, but not readable: an app that belongs to another org. */
  readonly unreadable: boolean;
  /** The component's element with every element that it holds. */
  content: XmlElement;
  lastModifiedAtMilliseconds: number;
}

/** Types of a demo org with the folder of their source files, and the prefix of their ids. */
export const TYPES: readonly {
  readonly name: string;
  readonly folder: string;
  readonly idPrefix: string;
  /** The API version that it came with; older ones do not know it. */
  readonly since?: number;
}[] = [
  { name: 'ConnectedApp', folder: 'connectedApps', idPrefix: '0H4' },
  {
    name: 'ExternalClientApplication',
    folder: 'externalClientApps',
    idPrefix: '0xI',
  },
  {
    name: 'ExtlClntAppGlobalOauthSettings',
    folder: 'extlClntAppGlobalOauthSets',
    idPrefix: '1Yt',
  },
  {
    name: 'ExtlClntAppOauthSettings',
    folder: 'extlClntAppOauthSettings',
    idPrefix: '888',
  },
  {
    name: 'ExtlClntAppOauthConfigurablePolicies',
    folder: 'extlClntAppOauthPolicies',
    idPrefix: '890',
  },
  {
    name: 'ExtlClntAppConfigurablePolicies',
    folder: 'extlClntAppPolicies',
    idPrefix: '891',
  },
  {
    name: 'ExtlClntAppOauthSecuritySettings',
    folder: 'extlClntAppOauthSecuritySettings',
    idPrefix: '892',
    since: 67,
  },
  { name: 'OauthOidcSettings', folder: 'settings', idPrefix: '893' },
  { name: 'SecuritySettings', folder: 'settings', idPrefix: '894' },
  { name: 'ConnectedAppSettings', folder: 'settings', idPrefix: '895' },
  { name: 'ExternalClientAppSettings', folder: 'settings', idPrefix: '896' },
];

/** The API version that an element came with, by its path: below that it is withheld (SALESFORCE.md 4.3, 5.3). */
const SINCE = new Map(
  [...APP_TEXTS, ...POLICY_TEXTS, ...ORG_TEXTS]
    .flatMap(({ elements }) => elements)
    .map(({ path, since = 0 }) => [path, since]),
);

export interface NewComponent {
  readonly type: string;
  readonly fullName: string;
  readonly content: XmlElement;
  readonly namespacePrefix?: string | undefined;
  readonly unreadable?: boolean;
}

/** What an org begins with was made some days ago. */
const AGE_MILLISECONDS = 3 * 24 * 60 * 60_000;

export class MetadataStore {
  readonly #components = new Map<string, Component>();
  #count = 0;

  add(component: NewComponent): void {
    this.#count += 1;
    const prefix = TYPES.find((type) => type.name === component.type)?.idPrefix ?? '000';
    this.#components.set(keyOf(component.type, component.fullName), {
      type: component.type,
      fullName: component.fullName,
      content: component.content,
      id: `${prefix}5g${String(this.#count).padStart(10, '0')}AAA`,
      namespacePrefix: component.namespacePrefix,
      manageableState: component.namespacePrefix === undefined ? 'unmanaged' : 'installed',
      unreadable: component.unreadable ?? false,
      lastModifiedAtMilliseconds: Date.now() - AGE_MILLISECONDS,
    });
  }

  list(type: string): readonly Component[] {
    return [...this.#components.values()].filter((component) => component.type === type);
  }

  get(type: string, fullName: string): Component | undefined {
    return this.#components.get(keyOf(type, fullName));
  }

  remove(type: string, fullName: string): void {
    this.#components.delete(keyOf(type, fullName));
  }

  /** Sets a switch of a component, in `oauthConfig` if it has one. */
  setFlag(type: string, fullName: string, name: string, value: boolean): void {
    const component = this.get(type, fullName);
    if (!component) throw new Error(`There is no ${type} ${fullName}`);
    const flag = new XmlElement(name, {}, [], String(value));
    const set = (element: XmlElement): XmlElement => {
      const rest = element.children.filter((child) => child.name !== name);
      const place = rest.findIndex((child) => child.name > name);
      const children = rest.toSpliced(place < 0 ? rest.length : place, 0, flag);
      return new XmlElement(element.name, element.attributes, children, element.text);
    };
    const { content } = component;
    const config = content.child('oauthConfig');
    const children = content.children.map((child) => (child === config ? set(child) : child));
    this.replace(
      component,
      config ? new XmlElement(content.name, content.attributes, children, '') : set(content),
    );
  }

  /** Replaces a component's elements. */
  replace(component: Component, content: XmlElement): void {
    component.content = content;
    component.lastModifiedAtMilliseconds = Date.now();
  }
}

function keyOf(type: string, fullName: string): string {
  return `${type}:${fullName}`;
}

/** A component's elements as an API version shows them, as XML text. */
export function elementsAsXml({ type, content }: Component, apiVersion: number): string {
  return childrenAsXml(content, type, apiVersion);
}

/** @param path metadata type and containers of the element, such as `ConnectedApp.oauthConfig` */
function childrenAsXml(element: XmlElement, path: string, apiVersion: number): string {
  return element.children
    .filter(({ name }) => name !== 'fullName' && (SINCE.get(`${path}.${name}`) ?? 0) <= apiVersion)
    .map((child) => {
      const inner =
        child.children.length > 0
          ? childrenAsXml(child, `${path}.${child.name}`, apiVersion)
          : escapeXml(child.text);
      return `<${child.name}>${inner}</${child.name}>`;
    })
    .join('');
}

/**
 * What an update leaves of its elements: those out of the WSDL's order are silently dropped (SALESFORCE.md 7). The
 * order is alphabetical in every type here.
 */
export function inWsdlOrder(element: XmlElement): XmlElement {
  const kept: XmlElement[] = [];
  for (const child of element.children) {
    const last = kept.at(-1);
    if (last === undefined || last.name === 'fullName' || last.name <= child.name) {
      kept.push(child.children.length > 0 ? inWsdlOrder(child) : child);
    }
  }
  return new XmlElement(element.name, element.attributes, kept, element.text);
}

/** An id for an asynchronous job. */
export function jobId(): string {
  return `09S5g${randomUUID().replaceAll('-', '').slice(0, 10)}AAA`;
}
