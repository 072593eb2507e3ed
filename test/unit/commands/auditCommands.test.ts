/** Audits that are compared: which two are meant. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogOutputChannel } from 'vscode';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import type { Node } from '../../../src/views/orgsTree/nodes.ts';
import { openAudits, openCatalogs } from '../support/catalogs.ts';
import { signedIn } from '../support/signedIn.ts';
import { editor } from '../support/vscodeStandIn.ts';
import { closeMachines, newMachine, openWindow } from '../support/window.ts';

const { AuditCommands } = await import('../../../src/commands/auditCommands.ts');
const { Messages } = await import('../../../src/views/messages.ts');
type Context = ConstructorParameters<typeof AuditCommands>[0];

describe('audit commands', () => {
  let folder: string;
  let orgs: readonly DemoOrg[];
  before(async () => {
    orgs = await Promise.all(
      ['One', 'Two', 'Six'].map((name) => startDemoOrg({ orgId: `00D5g0000${name}OrgEAA` })),
    );
  });
  after(() => Promise.all(orgs.map((org) => org.close())));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-compare-'));
  });
  afterEach(() => {
    editor.pickRow = () => undefined;
    closeMachines();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  it('two orgs that are selected are compared with each other; of one, or of three, it is asked with what', async () => {
    const window = openWindow(newMachine());
    const rows: Node[] = [];
    for (const [index, org] of orgs.entries()) {
      const { id } = await signedIn(org, window, { alias: `Org ${index + 1}` });
      rows.push({ type: 'org', sessionId: id });
    }
    const catalogs = openCatalogs(window, folder);
    const audits = openAudits(window, catalogs);
    const shown: string[] = [];
    const context = {
      sessions: window.sessions,
      catalogs,
      audits,
      documents: { show: (name: string) => Promise.resolve(void shown.push(name)) },
      messages: new Messages({ error: () => undefined } as unknown as LogOutputChannel),
      history: () => Promise.resolve([]),
      version: '1.0.0',
      now: Date.now,
    } as unknown as Context;
    const commands = new AuditCommands(context);
    let asked = 0;
    editor.pickRow = ([row]) => ((asked += 1), row);
    const [one, two] = rows;
    await commands.compareAudits(two, [one, two]);
    assert.match(shown.at(-1) ?? '', /^Org 1 \(.+\) and Org 2 \(/);
    assert.equal(asked, 0);
    await commands.compareAudits(two, [two]);
    await commands.compareAudits(two, rows);
    assert.equal(asked, 2);
    assert.equal(shown.length, 3);
    assert.deepEqual(editor.messages, []);
    while (catalogs.isReading) await new Promise((resolve) => setTimeout(resolve, 10));
  });
});
