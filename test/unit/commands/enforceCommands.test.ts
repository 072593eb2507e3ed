/** Requiring PKCE by the commands, and what the journal goes on to offer. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogOutputChannel } from 'vscode';
import { changesInForce } from '../../../src/audit/changes.ts';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { setPkceRequired } from '../../../src/salesforce/enforcement/setPkceRequired.ts';
import { Journal } from '../../../src/session/journal.ts';
import { metadataAccessTo } from '../../../src/session/orgAccess.ts';
import type { Session } from '../../../src/session/session.ts';
import { SharedFiles } from '../../../src/session/sharedFiles.ts';
import { openCatalogs, withOrg } from '../support/catalogs.ts';
import { signedIn } from '../support/signedIn.ts';
import { editor } from '../support/vscodeStandIn.ts';
import { newMachine, openWindow } from '../support/window.ts';

const { EnforceCommands } = await import('../../../src/commands/enforceCommands.ts');
const { Messages } = await import('../../../src/views/messages.ts');
const { appRow } = await import('../../../src/views/orgsTree/nodes.ts');
type Context = ConstructorParameters<typeof EnforceCommands>[0];

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
    const kiosk = catalogs.apps(session.id).find(({ label }) => label === 'Kiosk');
    assert.ok(kiosk);
    return {
      session,
      context,
      journal,
      commands: new EnforceCommands(context),
      row: appRow(session.id, kiosk),
      /** After a change the org is read anew, and kept. */
      settled: async () => {
        while (catalogs.isReading) await delay(10);
      },
    };
  }

  const entryOf = (session: Session, org: DemoOrg, at: number) => ({
    at: new Date(at).toISOString(),
    by: 'somebody',
    org: { id: session.orgId, label: 'Demo', instanceUrl: org.url },
    subject: { ...KIOSK, label: 'Kiosk' },
  });

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
      // The wait for it is minutes long: the window died in it.
      await journal.begin({ ...entryOf(session, org, now), before: false, after: true });
      await commands.undoChange();
      assert.match(editor.messages.at(-1)?.text ?? '', /^Kiosk: The org does not show the change/);
      assert.equal(changesInForce(await journal.entries()).length, 1, 'it is offered again');
      now += 2 * 60 * 60 * 1000;
      await commands.undoChange();
      assert.match(editor.messages.at(-1)?.text ?? '', /^Kiosk: PKCE is not required any more/);
      assert.deepEqual(changesInForce(await journal.entries()), []);
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
      assert.match(editor.messages.at(-1)?.text ?? '', /^Kiosk: PKCE is not required any more/);
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
      assert.match(editor.messages.at(-1)?.text ?? '', /^Kiosk: PKCE is not required any more/);
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

  it('what cannot be written into the journal is not sent, and says so', () =>
    withOrg({}, async (org) => {
      const { commands, row, settled } = await commandsFor(org);
      mkdirSync(join(folder, 'journal.jsonl'));
      await commands.enforcePkce(row);
      assert.match(editor.messages.at(-1)?.text ?? '', /^Kiosk: It was not sent.*the journal/);
      assert.ok(!org.requests.some(({ operation }) => operation === 'updateMetadata'));
      await settled();
    }));
});
