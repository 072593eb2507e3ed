/** Requiring PKCE by the commands, and what the journal goes on to offer. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogOutputChannel } from 'vscode';
import { changesInForce } from '../../../src/audit/changes.ts';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import type { FlagResult } from '../../../src/salesforce/enforcement/flagChange.ts';
import { setPkceRequired } from '../../../src/salesforce/enforcement/setPkceRequired.ts';
import { readMetadata, wholeElement } from '../../../src/salesforce/metadataApi.ts';
import type { XmlElement } from '../../../src/salesforce/xml.ts';
import { Journal } from '../../../src/session/journal.ts';
import { metadataAccessTo } from '../../../src/session/orgAccess.ts';
import type { Session } from '../../../src/session/session.ts';
import { SharedFiles } from '../../../src/session/sharedFiles.ts';
import { openCatalogs, updatesOf, withMeddler, withOrg } from '../support/catalogs.ts';
import { hasCode } from '../support/hasCode.ts';
import { signedIn } from '../support/signedIn.ts';
import { editor } from '../support/vscodeStandIn.ts';
import { newMachine, openWindow } from '../support/window.ts';

const { EnforceCommands } = await import('../../../src/commands/enforceCommands.ts');
const { Messages } = await import('../../../src/views/messages.ts');
const { appRow } = await import('../../../src/views/orgsTree/nodes.ts');
type Begun = Omit<Parameters<Journal['begin']>[0], 'before' | 'after'>;
type Context = ConstructorParameters<typeof EnforceCommands>[0];

const FLAG = 'isPkceRequired';
const KIOSK = { type: 'ExtlClntAppGlobalOauthSettings', fullName: 'Kiosk_glbloauth' } as const;

describe('enforcement commands', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-enforce-'));
    editor.messages.length = 0;
    editor.pick = ({ isModal, buttons }) => (isModal ? buttons[0] : undefined);
    editor.pickRow = ([row]) => row;
  });
  afterEach(() => {
    editor.pick = () => undefined;
    editor.pickRow = () => undefined;
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  /** The commands of a window that is signed in to a demo org whose apps were read. */
  async function commandsFor(
    org: DemoOrg,
    now: () => number = Date.now,
    window = openWindow(newMachine()),
  ) {
    const session = await signedIn(org, window);
    const catalogs = openCatalogs(window, folder);
    const journal = new Journal(new SharedFiles(folder));
    const log = { error: () => undefined };
    const context = {
      ...window,
      catalogs,
      journal,
      documents: { show: () => Promise.resolve() },
      proofs: { of: () => Promise.resolve([]) },
      messages: new Messages(log as unknown as LogOutputChannel),
      now,
      timeoutMilliseconds: () => 5000,
      concurrency: () => 10,
      apiVersion: () => 'auto',
    } as unknown as Context;
    await catalogs.read(session.id);
    const rowOf = (name: string) => {
      const app = catalogs.apps(session.id).find(({ label }) => label === name);
      assert.ok(app, name);
      return appRow(session.id, app);
    };
    return {
      session,
      context,
      journal,
      commands: new EnforceCommands(context),
      row: rowOf('Kiosk'),
      rowOf,
      /** After a change the org is read anew, and kept. */
      settled: async () => {
        while (catalogs.isReading) await delay(10);
      },
    };
  }

  /** The settings of the Kiosk as the newest version of the API shows them. */
  async function kioskOf(context: Context, session: Session): Promise<XmlElement> {
    const { signal } = new AbortController();
    const asNewest = { ...context, apiVersion: () => '68.0' };
    const access = await metadataAccessTo(asNewest, session, signal);
    let kiosk: XmlElement | undefined;
    await readMetadata(access, KIOSK.type, [KIOSK.fullName], wholeElement, (_names, result) => {
      if (!('error' in result)) kiosk = result.get(KIOSK.fullName);
    });
    assert.ok(kiosk);
    return kiosk;
  }

  /** The questions in front of everything, since this was asked last. */
  const asked = (): readonly string[] =>
    editor.messages.splice(0).flatMap(({ isModal, text }) => (isModal ? [text] : []));

  const entryOf = (session: Session, org: DemoOrg, at: number) => ({
    at: new Date(at).toISOString(),
    by: 'somebody',
    org: { id: session.orgId, label: 'Demo', instanceUrl: org.url },
    subject: { ...KIOSK, label: 'Kiosk' },
  });

  it('nothing is sent without a yes to the question in front of everything; the org is the last step', () =>
    withOrg({}, async (org) => {
      const { commands, journal, row } = await commandsFor(org);
      const pickOf =
        (words: string): typeof editor.pickRow =>
        (rows) =>
          rows.find(({ label }) => label.includes(words));
      editor.pick = () => undefined;
      await commands.enforcePkce(row);
      assert.match(asked().join(), /^Require PKCE of "Kiosk" in /);
      // Whoever looks at the apps that are not ready, or at nothing, was not asked yet.
      for (const words of ['Show the Apps That Are Not Ready', 'no such row']) {
        editor.pickRow = pickOf(words);
        await commands.enforceOrgPkce();
        assert.deepEqual(asked(), []);
      }
      editor.pickRow = pickOf('Require It of the Whole Org Now');
      await commands.enforceOrgPkce();
      assert.match(asked().join(), /^Require PKCE of every app of /);
      assert.deepEqual([updatesOf(org), await journal.entries()], [[], []]);
    }));

  it('nor is anything taken back', () =>
    withOrg({}, async (org) => {
      const { commands, row, settled } = await commandsFor(org);
      await commands.enforcePkce(row);
      await settled();
      asked();
      editor.pick = () => undefined;
      await commands.undoChange();
      assert.match(asked().join(), /^Stop requiring PKCE of "Kiosk" in /);
      assert.equal(updatesOf(org).length, 1);
    }));

  it('apps of two orgs are not changed by one question', () =>
    withOrg({}, async (org) => {
      const { commands, row, session } = await commandsFor(org);
      const other = appRow(`${session.id.slice(0, -1)}9`, row.app);
      await assert.rejects(commands.enforcePkce(row, [row, other]), hasCode('several_orgs'));
      assert.deepEqual(editor.messages, []);
    }));

  it('an org is changed by one command at a time', () =>
    withOrg({}, async (org) => {
      const { commands, row, settled } = await commandsFor(org);
      const ends = await Promise.allSettled([commands.enforcePkce(row), commands.enforcePkce(row)]);
      const errors = ends.flatMap((end): readonly unknown[] =>
        end.status === 'rejected' ? [end.reason] : [],
      );
      assert.deepEqual([errors.map(hasCode('busy')), updatesOf(org).length], [[true], 1]);
      await settled();
    }));

  it('the button after a change takes back what it has changed, not what was so already', () =>
    withOrg({}, async (org) => {
      const { commands, row, rowOf, settled } = await commandsFor(org);
      editor.pick = ({ isModal, text, buttons }) => {
        // In Setup, while the question is read.
        if (text.startsWith('Require')) org.setFlag('ConnectedApp', 'Legacy_Portal', FLAG, true);
        return isModal ? buttons[0] : buttons.find((button) => button === 'Undo...');
      };
      await commands.enforcePkce(row, [row, rowOf('Legacy Portal')]);
      const [require, undo, ...more] = asked();
      assert.match(require ?? '', /^Require PKCE of 2 apps in /);
      assert.match(undo ?? '', /^Stop requiring PKCE of "Kiosk" in /);
      assert.deepEqual([more, updatesOf(org).length], [[], 2]);
      await settled();
    }));

  it('what else changed at the same time is a warning, though the change is done', () =>
    withMeddler(
      {},
      (org) => org.setFlag(KIOSK.type, KIOSK.fullName, 'isIntrospectAllTokens', true),
      async (org) => {
        const { commands, row, settled } = await commandsFor(org);
        await commands.enforcePkce(row);
        const last = editor.messages.at(-1);
        assert.equal(last?.kind, 'warning');
        assert.match(last.text, /^Kiosk: PKCE is required.*isIntrospectAllTokens/);
        await settled();
      },
    ));

  it('a change that somebody has taken back in Setup is not offered for Undo for ever', () =>
    withOrg({}, async (org) => {
      const { session, context, journal, commands, row, settled } = await commandsFor(org);
      await commands.enforcePkce(row);
      assert.equal(changesInForce(await journal.entries()).length, 1);
      // In Setup, so to say.
      const { signal } = new AbortController();
      const access = await metadataAccessTo(context, session, signal);
      const [back] = await setPkceRequired(access, [KIOSK], { value: false });
      assert.equal(back?.result, 'done');
      await commands.undoChange();
      assert.deepEqual(
        (await journal.entries()).map(({ after, result }) => [after, result]),
        [
          [true, 'done'],
          [false, 'alreadySo'],
        ],
      );
      assert.deepEqual(changesInForce(await journal.entries()), []);
      await commands.undoChange();
      assert.match(editor.messages.at(-1)?.text ?? '', /no change to take back/);
      await settled();
    }));

  it('a change that may still show is not taken for undone, until it had its time', () =>
    withOrg({}, async (org) => {
      let now = Date.now();
      const { session, journal, commands, settled } = await commandsFor(org, () => now);
      const kiosk = entryOf(session, org, now);
      const other = { ...kiosk, subject: { ...kiosk.subject, fullName: 'Other' } };
      const write = async (of: Begun, before: boolean, result?: FlagResult) => {
        const id = await journal.begin({ ...of, before, after: !before });
        if (result) await journal.end(id, { result, words: '' });
      };
      const undone = /^Kiosk: The app itself does not require PKCE any more/;
      // The wait for it is minutes long: the window died in it, say.
      for (const result of [undefined, 'unknown', 'noEffect'] as const) {
        await write(kiosk, false, 'done');
        await write(kiosk, true, 'done');
        await write(kiosk, false, result);
        // Nothing of this says that it has shown.
        await write(other, true, 'refused');
        await write(kiosk, false, 'refused');
        await commands.undoChange();
        const { text = '' } = editor.messages.at(-1) ?? {};
        assert.match(text, /^Kiosk: The org does not show the change/, result);
        assert.equal(changesInForce(await journal.entries()).length, 1, 'it is offered again');
      }
      now += 2 * 60 * 60 * 1000;
      await commands.undoChange();
      assert.match(editor.messages.at(-1)?.text ?? '', undone);
      assert.deepEqual(changesInForce(await journal.entries()), []);
      // One that has shown meanwhile is undone like all others.
      await write({ ...kiosk, at: new Date(now).toISOString() }, false);
      org.setFlag(KIOSK.type, KIOSK.fullName, FLAG, true);
      await commands.undoChange();
      assert.match(editor.messages.at(-1)?.text ?? '', undone);
      await settled();
    }));

  it('changes of other orgs are not offered here, and tell nothing of the changes of this one', () =>
    withOrg({}, async (org) => {
      const { session, journal, commands, row, settled } = await commandsFor(org);
      const change = { before: false, after: true };
      const here = entryOf(session, org, Date.now() - 2 * 60 * 60 * 1000);
      await journal.begin({ ...here, ...change });
      const there = { ...here.org, id: '00D000000000000EAA' };
      await journal.begin({ ...entryOf(session, org, Date.now()), org: there, ...change });
      const texts: unknown[] = [];
      const otherRow = appRow(`${session.id.slice(0, -1)}9`, row.app);
      for (const target of [otherRow, undefined, undefined]) {
        await commands.undoChange(target);
        texts.push(editor.messages.at(-1)?.text);
      }
      const none = 'There is no change to take back in an org that is signed in.';
      const undone = 'Kiosk: The app itself does not require PKCE any more.';
      assert.deepEqual(texts, [none, undone, none]);
      await settled();
    }));

  it('a change that an undo has found in force has shown: what is undone after that is', () =>
    withOrg({}, async (org) => {
      const { session, journal, commands, settled } = await commandsFor(org);
      const entry = entryOf(session, org, Date.now());
      await journal.begin({ ...entry, before: false, after: true });
      const undo = await journal.begin({ ...entry, before: true, after: false });
      await journal.end(undo, { result: 'noEffect', words: '' });
      await commands.undoChange();
      assert.match(
        editor.messages.at(-1)?.text ?? '',
        /^Kiosk: The app itself does not require PKCE any more/,
      );
      assert.deepEqual(changesInForce(await journal.entries()), []);
      await settled();
    }));

  it('a change is taken back by the user who made it, where several of the org are signed in', () =>
    withOrg({}, async (org) => {
      // The viewer signed in first, and may not change anything.
      const window = openWindow(newMachine());
      await signedIn(org, window, { username: org.viewer.username });
      const { journal, commands, row, settled } = await commandsFor(org, Date.now, window);
      await commands.enforcePkce(row);
      await settled();
      await commands.undoChange();
      assert.match(
        editor.messages.at(-1)?.text ?? '',
        /^Kiosk: The app itself does not require PKCE any more/,
      );
      const entries = await journal.entries();
      assert.deepEqual(
        entries.map(({ by }) => by),
        [org.username, org.username],
      );
      assert.deepEqual(
        editor.messages.filter(({ isModal }) => isModal).map(({ text }) => text.split(' (')[0]),
        [
          `Require PKCE of "Kiosk" in ${org.username}`,
          `Stop requiring PKCE of "Kiosk" in ${org.username}`,
        ],
      );
      await settled();
    }));

  it('where the org requires PKCE still, an undo warns of nothing that it does not open', () =>
    withOrg({}, async (org) => {
      org.setFlag('OauthOidcSettings', 'OauthOidc', 'isPkceRequired', true);
      const { commands, row, settled } = await commandsFor(org);
      await commands.enforcePkce(row);
      await settled();
      await commands.undoChange();
      const [, undo] = editor.messages.filter(({ isModal }) => isModal);
      assert.match(undo?.detail ?? '', /The org still requires PKCE of every app/);
      await settled();
    }));

  it('how a change ended that cannot be written into the journal is told, and so is that', () =>
    withOrg({}, async (org) => {
      const { commands, journal, row, settled } = await commandsFor(org);
      journal.end = () => Promise.reject(new Error('the disk is full'));
      await commands.enforcePkce(row);
      const [trouble, outcome] = editor.messages.splice(0).filter(({ isModal }) => !isModal);
      assert.match(trouble?.text ?? '', /could not be written into the journal/);
      assert.equal(outcome?.text, 'Kiosk: PKCE is required.');
      await settled();
    }));

  it('what cannot be written into the journal is not sent, and says so', () =>
    withOrg({}, async (org) => {
      const { commands, row, settled } = await commandsFor(org);
      mkdirSync(join(folder, 'journal.jsonl'));
      await commands.enforcePkce(row);
      assert.match(editor.messages.at(-1)?.text ?? '', /^Kiosk: It was not sent.*the journal/);
      assert.deepEqual(updatesOf(org), []);
      await settled();
    }));

  it('a change costs no setting that is newer than the version that the user has set', () =>
    withOrg({ switches: { newestApiVersion: 69 } }, async (org) => {
      const { session, context, commands, row, settled } = await commandsFor(org);
      Object.assign(context, { apiVersion: () => '60.0' });
      org.setFlag(KIOSK.type, KIOSK.fullName, 'isDPopEnabled', true);
      await commands.enforcePkce(row);
      assert.equal(editor.messages.at(-1)?.text, 'Kiosk: PKCE is required.');
      assert.equal((await kioskOf(context, session)).textOf('isPkceRequired'), 'true');
      assert.equal((await kioskOf(context, session)).textOf('isDPopEnabled'), 'true');
      await settled();
      await commands.undoChange();
      assert.equal((await kioskOf(context, session)).textOf('isPkceRequired'), 'false');
      assert.equal((await kioskOf(context, session)).textOf('isDPopEnabled'), 'true');
      assert.deepEqual(
        updatesOf(org).map(({ path }) => path.split('/').at(-1)),
        ['69.0', '69.0'],
        'also one that is newer than this extension',
      );
      await settled();
    }));

  it('where the org does not tell a version that will do, nothing is sent', () =>
    withOrg({}, async (org) => {
      const { context, journal, commands, row, settled } = await commandsFor(org);
      Object.assign(context, { apiVersion: () => '60.0' });
      editor.pick = ({ isModal, buttons }) => {
        // The apps were read; the change comes next.
        if (isModal) org.switches.newestApiVersion = 59;
        return buttons[0];
      };
      await assert.rejects(commands.enforcePkce(row), hasCode('api_version_too_old'));
      assert.deepEqual(await journal.entries(), []);
      assert.deepEqual(updatesOf(org), []);
      await settled();
    }));
});
