/** The page of one app: nothing in it is more than text. */
import assert from 'node:assert/strict';
import type { App } from '../../../src/salesforce/app.ts';
import { settingsOf } from '../../../src/salesforce/settings/settingView.ts';
import { appDetailsContent } from '../../../src/views/appDetails/html.ts';
import { pageHtml } from '../../../src/views/pageHtml.ts';
import { assertAccessible, RESOURCES } from '../support/pages.ts';

const HOSTILE = `"><img src=x onerror=alert(1)><script>alert('x')</script>`;
const app: App = {
  id: 'connectedApp:X',
  kind: 'connectedApp',
  fullName: HOSTILE,
  label: HOSTILE,
  namespace: null,
  origin: 'local',
  originReason: 'Made in this org.',
  apiVersion: '66.0',
  componentId: null,
  lastModified: null,
  usage: null,
  pkce: 'notRequired',
  pkceReason: HOSTILE,
  oauth: {
    callbackUrl: [HOSTILE],
    consumerKey: HOSTILE,
    [HOSTILE]: HOSTILE,
    isPkceRequired: false,
  },
};
const content = appDetailsContent({
  app,
  orgLabel: HOSTILE,
  settings: settingsOf(app),
  proofs: [],
  findings: [
    {
      rule: 'pkce-not-required',
      title: HOSTILE,
      severity: 'high',
      cvss: null,
      control: HOSTILE,
      subject: { kind: 'org' },
      why: HOSTILE,
      evidence: [HOSTILE],
      remedy: HOSTILE,
      reference: { title: '', url: '' },
    },
  ],
  nowMilliseconds: Date.parse('2026-11-21T12:00:00Z'),
  readAtMilliseconds: undefined,
  gone: undefined,
});
const html = pageHtml(RESOURCES, content);

describe('app details page', () => {
  it('no value of a server is markup', () => {
    assert.ok(!html.includes('<img'));
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.ok(!html.includes("alert('x')"));
  });

  it('a strict content security policy: nothing remote, one script by nonce', () => {
    const csp = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    assert.match(csp, /^default-src &apos;none&apos;/);
    assert.match(csp, /script-src &apos;nonce-abc&apos;$/);
  });

  it('E45, E46: headings in order, every table has a name', () => {
    assertAccessible(html);
    assert.match(html, /<table aria-labelledby="settings-0"/);
  });

  it('E46: the verdict is a word, the sign beside it is for eyes only', () => {
    assert.match(html, /<span class="sign" aria-hidden="true">!<\/span>/);
    assert.match(html, /<h2>PKCE not required<\/h2>/);
  });

  it('names that every object inherits are settings like any other', () => {
    const oauth = { constructor: 'c', toString: 't', scopes: ['valueOf'] };
    const views = settingsOf({ ...app, oauth });
    for (const key of ['constructor', 'toString']) {
      assert.equal(views.find((view) => view.key === key)?.group, 'Other');
    }
    assert.equal(views.find((view) => view.key === 'scopes')?.valueText, 'valueOf');
  });

  it('Copy copies what the app has, and is not there where it has nothing', () => {
    const pageOf = (oauth: App['oauth']): string => {
      const shown = { ...app, oauth };
      const parts = { orgLabel: '', proofs: [], findings: [], nowMilliseconds: 0 };
      const settings = settingsOf(shown);
      const more = { readAtMilliseconds: undefined, gone: undefined };
      return pageHtml(RESOURCES, appDetailsContent({ app: shown, settings, ...parts, ...more }));
    };
    assert.match(
      pageOf({ callbackUrl: ['https://a', 'https://b'] }),
      /data-copy="https:\/\/a\nhttps:/,
    );
    const empty = pageOf({ callbackUrl: [], consumerKey: '' });
    assert.match(empty, /\(none\)/);
    assert.doesNotMatch(empty, /data-copy/);
  });

  it('defaults are marked as such', () => {
    const rotation = settingsOf(app).find(({ key }) => key === 'isRefreshTokenRotationEnabled');
    assert.deepEqual([rotation?.valueText, rotation?.isDefault], ['no', true]);
  });

  it('PKCE absent from an ECA is shown as its default, yes; from a connected app, no', () => {
    const of = (kind: App['kind']): string | undefined =>
      settingsOf({ ...app, kind, oauth: { consumerKey: 'k' } }).find(
        ({ key }) => key === 'isPkceRequired',
      )?.valueText;
    assert.deepEqual([of('externalClientApp'), of('connectedApp')], ['yes', 'no']);
  });
});
