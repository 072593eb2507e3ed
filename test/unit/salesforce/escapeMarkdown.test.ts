/** Names from servers in Markdown: text, whatever they look like. */
import assert from 'node:assert/strict';
import { escapeMarkdown } from '../../../src/salesforce/escapeMarkdown.ts';

describe('names in Markdown', () => {
  for (const [name, escaped] of [
    ['*Kiosk* [x](command:y) | <img>', '\\*Kiosk\\* \\[x\\]\\(command:y\\) \\| \\<img\\>'],
    // What editors make links of by themselves: two slashes, and www (markdown-it's linkify, GFM's autolinks).
    ['Renew: https://evil.example/x', 'Renew: https:/\\/evil.example/x'],
    ['///evil.example', '/\\/\\/evil.example'],
    ['WWW.evil.example', 'WWW\\.evil.example'],
    ['a\nb\r\n\tc', 'a b c'],
    ['12:30, dana@acme.example', '12:30, dana@acme.example'],
  ] as const) {
    it(JSON.stringify(name), () => assert.equal(escapeMarkdown(name), escaped));
  }
});
