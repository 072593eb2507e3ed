/** Elements of a source file with their places in the text, and edits that keep everything else of it as it is. */
import * as l10n from '@vscode/l10n';
import { SaxesParser } from 'saxes';
import { escapeXml } from './escapeXml.ts';
import { localName, XmlError } from './xml.ts';

/** Places count UTF-16 units from the start of the text. */
export interface PlacedElement {
  /** Without its namespace prefix. */
  readonly name: string;
  /** With its colon; most often empty. */
  readonly prefix: string;
  /** Of its `<`. */
  readonly start: number;
  /** After its start tag; the same as `contentEnd` where it closes itself. */
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
  readonly text: string;
  readonly children: readonly PlacedElement[];
}

export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  readonly prefix: string;
  readonly start: number;
  readonly contentStart: number;
  readonly children: PlacedElement[];
  text: string;
}

const MOST_DEPTH = 40;

/**
 * Reads a document with the place of every element.
 * @throws XmlError for anything that is not well-formed, has a DOCTYPE, or is nested too deep
 */
export function placedElements(text: string): PlacedElement {
  const parser = new SaxesParser({ position: true });
  const open: OpenElement[] = [];
  let root: PlacedElement | undefined;
  // The parser does not count a byte order mark.
  const offset = text.startsWith('\uFEFF') ? 1 : 0;
  const here = (): number => parser.position + offset;
  parser.on('doctype', () => {
    throw new XmlError(l10n.t('it has a DOCTYPE'));
  });
  parser.on('opentag', ({ name }) => {
    if (open.length >= MOST_DEPTH) throw new XmlError(l10n.t('it is nested too deep'));
    const contentStart = here();
    // No attribute holds a bare "<".
    const start = text.lastIndexOf('<', contentStart - 1);
    const local = localName(name);
    const prefix = name.slice(0, name.length - local.length);
    open.push({ name: local, prefix, start, contentStart, children: [], text: '' });
  });
  const add = (content: string): void => {
    const current = open.at(-1);
    if (current) current.text += content;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', ({ isSelfClosing }) => {
    const done = open.pop();
    if (!done) return;
    const end = here();
    const element: PlacedElement = {
      name: done.name,
      prefix: done.prefix,
      start: done.start,
      contentStart: done.contentStart,
      contentEnd: isSelfClosing ? done.contentStart : text.lastIndexOf('</', end - 1),
      end,
      text: done.children.length > 0 ? '' : done.text,
      children: done.children,
    };
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  });
  try {
    parser.write(text.slice(offset)).close();
  } catch (error) {
    if (error instanceof XmlError) throw error;
    throw new XmlError(error instanceof Error ? error.message : l10n.t('parser failed'));
  }
  if (!root) throw new XmlError(l10n.t('it has no root element'));
  return root;
}

/**
 * The edit that gives a child of an element another text, or adds the child in the alphabetical order that the files
 * are in, with the indentation and line endings of its neighbours.
 */
export function editOf(text: string, parent: PlacedElement, name: string, value: string): TextEdit {
  const content = escapeXml(value);
  const tag = parent.prefix + name;
  const existing = parent.children.find((child) => child.name === name);
  if (existing) {
    return existing.contentEnd === existing.contentStart && text[existing.end - 2] === '/'
      ? { start: existing.start, end: existing.end, text: `<${tag}>${content}</${tag}>` }
      : { start: existing.contentStart, end: existing.contentEnd, text: content };
  }
  const added = `<${tag}>${content}</${tag}>`;
  const next = parent.children.find((child) => child.name > name);
  if (next) {
    return { start: next.start, end: next.start, text: added + spaceBefore(text, next) };
  }
  const last = parent.children.at(-1);
  if (last) return { start: last.end, end: last.end, text: spaceBefore(text, last) + added };
  if (text[parent.end - 2] === '/') {
    const open = text.slice(parent.start, parent.end - 2).trimEnd();
    return {
      start: parent.start + open.length,
      end: parent.end,
      text: `>${added}</${parent.prefix}${parent.name}>`,
    };
  }
  return { start: parent.contentStart, end: parent.contentStart, text: added };
}

function spaceBefore(text: string, { start }: PlacedElement): string {
  const before = text.slice(0, start);
  return before.slice(before.trimEnd().length);
}
