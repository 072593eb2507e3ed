/** What pages are made with, and how their markup is looked at. */
import assert from 'node:assert/strict';
import type { PageResources } from '../../../src/views/pageHtml.ts';

export const RESOURCES: PageResources = {
  styleUris: ['vscode-resource://style'],
  scriptUri: 'vscode-resource://script',
  cspSource: 'vscode-resource:',
  nonce: 'abc',
};

/** What whoever does not see a page, or has no mouse, needs of its markup. */
export function assertAccessible(html: string): void {
  assert.match(html, /<html lang="\w+" dir="ltr">/);
  const levels = [...html.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
  assert.deepEqual(
    levels.filter((level) => level === 1),
    [1],
    'one heading of the page',
  );
  for (const [place, level] of levels.entries()) {
    assert.ok(level <= (levels[place - 1] ?? 0) + 1, `h${level} after h${levels[place - 1] ?? 0}`);
  }
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length, 'ids are there once: the keyboard is found by them');
  for (const [, id] of html.matchAll(/ aria-(?:labelledby|describedby)="([^"]*)"/g)) {
    assert.ok(ids.includes(id), id);
  }
  for (const [table] of html.matchAll(/<table.*?<(?:thead|tbody)/gs)) {
    assert.match(table, /<caption| aria-labelledby="/);
  }
  for (const [, table = ''] of html.matchAll(/<table(.*?)<\/table>/gs)) {
    for (const [head] of table.matchAll(/<th\b[^>]*>/g)) assert.match(head, / scope="(row|col)"/);
  }
  for (const [control] of html.matchAll(/<(?:input|select)[^>]*>/g)) {
    assert.match(html.slice(0, html.indexOf(control)), /<label>[^<]+$/, control);
  }
  for (const [button, words] of html.matchAll(/<button[^>]*>(.*?)<\/button>/gs)) {
    assert.match(button, / type="button"/);
    assert.match(button, / id="[^"]+"/);
    assert.notEqual(words, '');
  }
  for (const [picture] of html.matchAll(/(?:<td[^>]*>)?<svg[^>]*>/g)) {
    assert.match(picture, / aria-hidden="true"/, 'its words are beside it');
  }
  assert.match(html, /<div id="announcement" role="status" class="spoken"><\/div>/);
}
