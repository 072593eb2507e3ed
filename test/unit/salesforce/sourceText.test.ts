/** Source files with the places of their elements, the edits of them, and what files are called. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MetadataStore } from '../../../src/demo/metadataStore.ts';
import { loadSourceTree } from '../../../src/demo/sourceTree.ts';
import {
  componentIn,
  fullNameIn,
  namespaceOf,
  sourceTypeOf,
  suffixOf,
} from '../../../src/salesforce/sourceFiles.ts';
import { IGNORED_FOLDERS } from '../../../src/salesforce/sourceFiles.ts';
import { sourceFolder } from '../../../src/salesforce/sourceFolder.ts';
import { editOf, placedElements } from '../../../src/salesforce/sourceText.ts';
import { XmlError } from '../../../src/salesforce/xml.ts';

const edited = (text: string, name: string, value: string): string => {
  const { start, end, text: added } = editOf(text, placedElements(text), name, value);
  return text.slice(0, start) + added + text.slice(end);
};

describe('source files', () => {
  for (const [what, text] of [
    ['nothing', ''],
    ['only a comment', '<!-- nothing -->'],
    ['an end that is missing', '<a><b></a>'],
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['too deep a nesting', '<a>'.repeat(60) + '</a>'.repeat(60)],
  ] as const) {
    it(`${what} is no document`, () => assert.throws(() => placedElements(text), XmlError));
  }

  it('places count from the start, also behind a byte order mark', () => {
    for (const mark of ['', '\uFEFF']) {
      const text = `${mark}<a>\n  <b>x<![CDATA[y]]></b>\n  <c/>\n</a>`;
      const [b, c] = placedElements(text).children;
      assert.equal(text.slice(b?.start, b?.end), '<b>x<![CDATA[y]]></b>');
      assert.equal(text.slice(b?.contentStart, b?.contentEnd), 'x<![CDATA[y]]>');
      assert.equal(b?.text, 'xy');
      assert.equal(text.slice(c?.start, c?.end), '<c/>');
    }
  });

  for (const [what, before, name, value, after] of [
    ['another text', '<a><b>no</b></a>', 'b', 'yes', '<a><b>yes</b></a>'],
    ['a text for an empty element', '<a><b></b></a>', 'b', 'yes', '<a><b>yes</b></a>'],
    ['a text for one that closes itself', '<a><b/></a>', 'b', 'yes', '<a><b>yes</b></a>'],
    ['a text that needs escaping', '<a><b/></a>', 'b', '<&>', '<a><b>&lt;&amp;&gt;</b></a>'],
    ['a new first', '<a>\r\n  <c/>\r\n</a>', 'b', '1', '<a>\r\n  <b>1</b>\r\n  <c/>\r\n</a>'],
    ['a new last', '<a>\n\t<b/>\n</a>', 'c', '1', '<a>\n\t<b/>\n\t<c>1</c>\n</a>'],
    ['the only one', '<a></a>', 'c', '1', '<a><c>1</c></a>'],
    ['one for a parent that closes itself', '<a x="1" />', 'c', '1', '<a x="1"><c>1</c></a>'],
  ] as const) {
    it(`an edit: ${what}`, () => assert.equal(edited(before, name, value), after));
  }

  it('100,000 spaces in a file do not hold up an edit', function () {
    this.timeout(2000);
    const text = `<a>\n  <b>x${' '.repeat(100_000)}y</b>\n  <c/>\n</a>`;
    assert.ok(edited(text, 'd', '1').endsWith('y</b>\n  <c/>\n  <d>1</d>\n</a>'));
  });

  for (const [path, type] of [
    ['apps/Kiosk.connectedApp-meta.xml', 'ConnectedApp'],
    ['C:\\apps\\Kiosk.connectedApp', 'ConnectedApp'],
    ['Kiosk.eca-meta.xml', 'ExternalClientApplication'],
    ['settings/OauthOidc.settings-meta.xml', 'OauthOidcSettings'],
    ['settings/Account.settings-meta.xml', undefined],
    ['Kiosk.cls', undefined],
    ['Makefile', undefined],
  ] as const) {
    it(`${path} holds ${type ?? 'nothing of interest'}`, () =>
      assert.equal(sourceTypeOf(path), type));
  }

  it('names are decoded where they can be, and have a namespace where they say so', () => {
    assert.equal(fullNameIn('a/Kiosk%26More.connectedApp'), 'Kiosk&More');
    assert.equal(fullNameIn('a/100%.connectedApp'), '100%');
    assert.equal(namespaceOf('quotely__Connector'), 'quotely');
    assert.equal(namespaceOf('No_Namespace'), undefined);
    assert.equal(suffixOf('ConnectedApp'), 'connectedApp');
    assert.equal(suffixOf('OauthOidcSettings'), 'settings');
  });

  it('a file that holds something else than its name says is refused', () => {
    assert.throws(
      () => componentIn('Kiosk.connectedApp', '<Other/>'),
      (error) =>
        error instanceof XmlError &&
        error.message === 'its root element is Other, not ConnectedApp',
    );
    assert.throws(() => componentIn('Kiosk.cls', '<Other/>'), XmlError);
    assert.equal(componentIn('Kiosk.connectedApp', '<ConnectedApp/>').fullName, 'Kiosk');
  });

  /** Does something in a folder of its own. */
  async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'pkce-source-'));
    try {
      await work(folder);
    } finally {
      await rm(folder, { recursive: true, maxRetries: 10 });
    }
  }

  /** The files that are read, and what is told of others. */
  async function toldOf(folder: string): Promise<readonly string[]> {
    const told: string[] = [];
    for await (const entry of sourceFolder(folder)) {
      told.push('problem' in entry ? `${entry.path}: ${entry.problem}` : entry.path);
    }
    return told;
  }

  it('a folder: what cannot be read is named with the reason, the rest is read', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'Good.connectedApp-meta.xml'), '<ConnectedApp/>');
      await writeFile(join(folder, 'Bad.connectedApp-meta.xml'), '<Other/>');
      await writeFile(join(folder, 'Large.connectedApp-meta.xml'), '');
      await truncate(join(folder, 'Large.connectedApp-meta.xml'), 3 * 1024 * 1024);
      const told: string[] = [];
      for await (const entry of sourceFolder(folder)) {
        told.push(
          'problem' in entry ? `${entry.path}: ${entry.problem}` : entry.component.fullName,
        );
      }
      assert.deepEqual(told, [
        'Bad.connectedApp-meta.xml: its root element is Other, not ConnectedApp',
        'Good',
        'Large.connectedApp-meta.xml: it is larger than 2 MB',
      ]);
    }));

  it('a folder: links and folders that cannot be looked into are named, devices are not read', () =>
    inFolder(async (folder) => {
      await mkdir(join(folder, 'a'));
      await symlink(folder, join(folder, 'a', 'loop'));
      await symlink(tmpdir(), join(folder, 'a', 'out-of-it'));
      await symlink('/dev/zero', join(folder, 'Zero.connectedApp-meta.xml'));
      await symlink(join(folder, 'nowhere'), join(folder, 'gone'));
      await mkdir(join(folder, 'node_modules'));
      await symlink(folder, join(folder, 'node_modules', 'loop'));
      const told = await toldOf(folder);
      assert.deepEqual(told, [
        'Zero.connectedApp-meta.xml: it is no file',
        'a/out-of-it: it is a link to a folder, which is not followed',
      ]);
    }));

  it('a folder: what tools make is passed over, and served by a demo org all the same', () =>
    inFolder(async (folder) => {
      for (const below of ['build', 'force-app/vendor', 'node_modules']) {
        await mkdir(join(folder, below), { recursive: true });
        await writeFile(
          join(folder, below, `In_${below.replaceAll(/\W/g, '_')}.connectedApp`),
          '<ConnectedApp/>',
        );
      }
      assert.deepEqual(await toldOf(folder), []);
      const store = new MetadataStore();
      assert.deepEqual(await loadSourceTree(folder, store), []);
      assert.deepEqual(
        store.list('ConnectedApp').map(({ fullName }) => fullName),
        ['In_build', 'In_force_app_vendor'],
      );
    }));

  it('a folder: of two files about one external client app the second is named', () =>
    inFolder(async (folder) => {
      for (const name of ['A_1', 'A_2']) {
        await writeFile(
          join(folder, `${name}.ecaGlblOauth-meta.xml`),
          '<ExtlClntAppGlobalOauthSettings><externalClientApplication>A</externalClientApplication></ExtlClntAppGlobalOauthSettings>',
        );
      }
      const told = await toldOf(folder);
      assert.deepEqual(told, [
        'A_1.ecaGlblOauth-meta.xml',
        'A_2.ecaGlblOauth-meta.xml: A_1.ecaGlblOauth-meta.xml is about the same app, A',
      ]);
    }));

  it('a folder: one file for each component; another one is named, and what tools make is passed over', () =>
    inFolder(async (folder) => {
      const put = async (path: string, content: string): Promise<void> => {
        await mkdir(join(folder, path, '..'), { recursive: true });
        await writeFile(join(folder, path), content);
      };
      await put('a/A.connectedApp-meta.xml', '<ConnectedApp/>');
      await put('b/A.connectedApp', '<ConnectedApp/>');
      await put('b/A.eca-meta.xml', '<ExternalClientApplication/>');
      await put('b/OauthOidc.settings-meta.xml', '<OauthOidcSettings/>');
      await put('c/OauthOidc.settings-meta.xml', '<OauthOidcSettings/>');
      // One that cannot be read holds nothing.
      await put('b/B.connectedApp-meta.xml', '<ConnectedApp>');
      await put('c/B.connectedApp-meta.xml', '<ConnectedApp/>');
      for (const ignored of IGNORED_FOLDERS) {
        await put(`c/${ignored}/d/A.connectedApp-meta.xml`, '<ConnectedApp/>');
      }
      const told = await toldOf(folder);
      assert.deepEqual(told, [
        'a/A.connectedApp-meta.xml',
        'b/A.connectedApp: a/A.connectedApp-meta.xml has the same component',
        'b/A.eca-meta.xml',
        'b/B.connectedApp-meta.xml: 1:14: unclosed tag: ConnectedApp',
        'b/OauthOidc.settings-meta.xml',
        'c/B.connectedApp-meta.xml',
        'c/OauthOidc.settings-meta.xml: b/OauthOidc.settings-meta.xml has the same component',
      ]);
      assert.ok(
        ['.git', 'node_modules', 'dist', '.sfdx'].every((one) => IGNORED_FOLDERS.includes(one)),
      );
    }));
});
