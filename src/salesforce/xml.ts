/** XML as the Metadata API speaks it, read into a small tree. */
import * as l10n from '@vscode/l10n';
import { SaxesParser } from 'saxes';

/** One element. Namespace prefixes are gone; text has its entities and CDATA decoded, and its white space. */
export class XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;

  constructor(
    name: string,
    attributes: Readonly<Record<string, string>>,
    children: readonly XmlElement[],
    text: string,
  ) {
    this.name = name;
    this.attributes = attributes;
    this.children = children;
    this.text = text;
  }

  /** The first child of a name. */
  child(name: string): XmlElement | undefined {
    return this.children.find((child) => child.name === name);
  }

  /** All children of a name: always a list, also of one or none. */
  all(name: string): readonly XmlElement[] {
    return this.children.filter((child) => child.name === name);
  }

  /** The text of the first child of a name. */
  textOf(name: string): string | undefined {
    return this.child(name)?.text;
  }
}

/** It is not XML, or is XML that nobody honest writes; the message says why. Whose it is, the reader knows. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

const MOST_DEPTH = 40;
/** In one tree: an org with thousands of apps does not come near it. */
const MOST_ELEMENTS = 500_000;

/** Shared by the many elements that have none: an answer about thousands of apps is mostly leaves. */
const NO_ATTRIBUTES: Readonly<Record<string, string>> = Object.freeze({});
const NO_CHILDREN: readonly XmlElement[] = Object.freeze([]);

/** An element that is still open. */
interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  children: XmlElement[] | undefined;
  text: string;
}

/** Elements of a long list, that need not be in memory all at once: each is handed over as it ends. */
export interface ListItems {
  readonly name: string;
  /** How many elements are around each. */
  readonly depth: number;
  readonly take: (element: XmlElement) => void;
}

/**
 * Reads a document with a parser that accepts well-formed XML only.
 * @param items are left out of the tree; some may be handed over before the document turns out to be broken
 * @throws XmlError for anything malformed, with a DOCTYPE (entity expansion), nested too deep, or of too many elements
 */
export function parseXml(text: string, items?: ListItems): XmlElement {
  const parser = new SaxesParser();
  // Each name once, and copied: one that is cut out of the answer keeps all of the answer in memory.
  const names = new Map<string, string>();
  const nameOf = (qualified: string): string => {
    const known = names.get(qualified) ?? Buffer.from(localName(qualified)).toString();
    names.set(qualified, known);
    return known;
  };
  const open: OpenElement[] = [];
  let elements = 0;
  let root: XmlElement | undefined;
  const add = (content: string): void => {
    const current = open.at(-1);
    if (current) current.text += content;
  };
  parser.on('doctype', () => {
    throw new XmlError(l10n.t('it has a DOCTYPE'));
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= MOST_DEPTH) throw new XmlError(l10n.t('it is nested too deep'));
    elements += 1;
    if (elements > MOST_ELEMENTS) throw new XmlError(l10n.t('it has too many elements'));
    const keys = Object.keys(attributes);
    open.push({
      name: nameOf(name),
      attributes:
        keys.length === 0
          ? NO_ATTRIBUTES
          : Object.fromEntries(keys.map((key) => [nameOf(key), attributes[key] ?? ''])),
      children: undefined,
      text: '',
    });
  });
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const done = open.pop();
    if (!done) return;
    // White space between elements is layout, not text.
    const ownText = done.children ? '' : done.text;
    const element = new XmlElement(
      done.name,
      done.attributes,
      done.children ?? NO_CHILDREN,
      ownText,
    );
    if (items?.name === element.name && items.depth === open.length) {
      items.take(element);
      elements = open.length;
      return;
    }
    const parent = open.at(-1);
    if (parent) (parent.children ??= []).push(element);
    else root = element;
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof XmlError) throw error;
    throw new XmlError(error instanceof Error ? error.message : l10n.t('parser failed'));
  }
  if (!root) throw new XmlError(l10n.t('it has no root element'));
  return root;
}

/** The name without its namespace prefix: the services use one vocabulary, whatever prefix they pick. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
