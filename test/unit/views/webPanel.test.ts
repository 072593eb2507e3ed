/** A page that is shown is not loaded anew: it gets the parts that have changed. */
import assert from 'node:assert/strict';
import type { Uri } from 'vscode';
import type { PageContent } from '../../../src/views/pageHtml.ts';
import { editor, type ShownPanel } from '../support/vscodeStandIn.ts';

const { WebPanel } = await import('../../../src/views/webPanel.ts');

describe('web panel', () => {
  const content = (parts: Readonly<Record<string, string>>): PageContent => ({
    title: 'Page',
    parts: new Map(Object.entries(parts)),
  });
  let panel: ShownPanel;
  let web: InstanceType<typeof WebPanel>;
  let loaded: string;

  beforeEach(() => {
    const options = { viewType: 'some', title: 'Page', name: 'dashboard' };
    web = new WebPanel('extension' as unknown as Uri, options);
    panel = editor.panels.at(-1) ?? assert.fail();
    web.draw(content({ head: 'Head', one: 'One' }));
    loaded = panel.webview.html;
  });

  it('the first time it is loaded, with its own style and script', () => {
    assert.match(loaded, /<div id="head">\nHead\n<\/div>\n<div id="one">\nOne\n<\/div>/);
    assert.match(loaded, /href="extension\/media\/dashboard\.css"/);
    assert.match(loaded, /src="extension\/dist\/webview\/dashboard\.js"/);
    assert.deepEqual(panel.posted, []);
  });

  it('the same again changes nothing', () => {
    web.draw(content({ head: 'Head', one: 'One' }));
    assert.deepEqual([panel.webview.html, panel.posted], [loaded, []]);
  });

  it('what is new is put in, and the rest stays', () => {
    web.draw(content({ head: 'Head', one: 'Two' }));
    assert.deepEqual([panel.webview.html, panel.posted], [loaded, [{ parts: { one: 'Two' } }]]);
  });

  it('other parts than before make another page', () => {
    web.draw(content({ head: 'Head', two: 'Two' }));
    assert.match(panel.webview.html, /<div id="two">\nTwo/);
    assert.deepEqual(panel.posted, []);
  });

  it('a page that was loaded again by the editor, with what it began with, gets all that is newer', async () => {
    await panel.click({ do: 'loaded' });
    assert.equal(panel.posted.length, 0);
    web.draw(content({ head: 'Head', one: 'Two' }));
    await panel.click({ do: 'loaded' });
    assert.deepEqual(panel.posted.at(-1), { parts: { head: 'Head', one: 'Two' } });
  });

  it('a page that is hidden has what was last drawn when it comes back', () => {
    web.draw(content({ head: 'Head', one: 'Two' }));
    panel.show(false);
    assert.match(panel.webview.html, /<div id="one">\nTwo/);
    web.draw(content({ head: 'Head', one: 'Three' }));
    assert.match(panel.webview.html, /<div id="one">\nThree/);
    assert.equal(panel.posted.length, 1);
    const hidden = panel.webview.html;
    panel.show(true);
    panel.show(false);
    assert.equal(panel.webview.html, hidden, 'not loaded without need');
  });
});
