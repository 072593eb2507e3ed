/** What is said of apps and what can be copied of them. */
import assert from 'node:assert/strict';
import { COPY_TEXTS, markdownTable, usageText } from '../../../src/views/appTexts.ts';
import { moment } from '../../../src/views/moment.ts';
import { someApp, someUsage } from '../support/apps.ts';

const NOW = new Date(2026, 10, 21, 12).getTime();

describe("an app's use in words", () => {
  it('tokens, users, last use', () => {
    assert.match(
      usageText(someUsage({}), NOW),
      /^2 refresh tokens of 1 user, last used .+, used 5 times in all\.$/,
    );
    assert.match(usageText(someUsage({ lastUsed: null }), NOW), /never used/);
    assert.equal(
      usageText(someUsage({ tokens: 0 }), NOW),
      'No refresh tokens of the app are known.',
    );
  });

  it('what is not known is said', () => {
    assert.equal(usageText(null, NOW), 'Who uses the app is not known.');
    assert.match(
      usageText(someUsage({ isOnlyOwn: true }), NOW),
      /Only your own.*Customize Application/,
    );
    assert.match(usageText(someUsage({ isOnlyOwn: null }), NOW), /Whether other users have more/);
    assert.match(usageText(someUsage({ isIncomplete: true }), NOW), /more tokens than could/);
    assert.match(usageText(someUsage({ isShared: true }), NOW), /by the name alone/);
  });
});

describe('E35: what can be copied of an app', () => {
  it('name, consumer key, callback URLs, id and Setup link; a secret is not among it', () => {
    assert.deepEqual(Object.keys(COPY_TEXTS), [
      'name',
      'consumerKey',
      'callbackUrls',
      'id',
      'setupLink',
    ]);
    const app = someApp({
      oauth: { consumerKey: '3MVG9key', callbackUrl: ['https://a', 'https://b'] },
      componentId: '0H4000000000001',
    });
    assert.equal(COPY_TEXTS.consumerKey(app), '3MVG9key');
    assert.equal(COPY_TEXTS.callbackUrls(app), 'https://a\nhttps://b');
    assert.equal(COPY_TEXTS.id(app), '0H4000000000001');
    assert.equal(COPY_TEXTS.setupLink(app, 'https://x'), 'https://x/0H4000000000001');
  });

  it('what is not known is empty', () => {
    for (const part of ['consumerKey', 'callbackUrls'] as const) {
      assert.equal(COPY_TEXTS[part](someApp({ oauth: null })), '');
    }
    assert.equal(COPY_TEXTS.id(someApp({})), '');
  });

  it('E30: rows as a Markdown table, where text of servers stays text', () => {
    const hostile = someApp({ label: 'A|B\n[x](javascript:alert(1)) <img src=x> `c`' });
    const table = markdownTable([
      { app: hostile, orgLabel: 'acme' },
      { app: someApp({}), orgLabel: 'acme' },
    ]);
    const lines = table.trimEnd().split('\n');
    assert.equal(lines.length, 4);
    assert.ok(lines[2]?.includes('A\\|B \\[x\\]\\(javascript:alert\\(1\\)\\) \\<img'), lines[2]);
    for (const line of lines) assert.equal(line.match(/(?<!\\)\|/g)?.length, 7, line);
  });
});

describe('a point in time', () => {
  const at = (...parts: [number, number, number, number, number]): string =>
    moment(new Date(...parts).getTime(), NOW);
  it('today the time is enough, earlier the day, in another year the year', () => {
    assert.doesNotMatch(at(2026, 10, 21, 9, 5), /21|2026/);
    assert.match(at(2026, 10, 20, 9, 5), /20/);
    assert.doesNotMatch(at(2026, 10, 20, 9, 5), /2026/);
    assert.match(at(2025, 10, 21, 9, 5), /2025/);
  });
});
