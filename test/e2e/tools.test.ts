/** What language models may ask for, through the editor's own way of asking. */
import assert from 'node:assert/strict';
import type { ApiProbe } from '../harness/apiProbe.ts';
import type { Workbench } from '../harness/pages/workbench.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

interface Answer {
  readonly caution?: string;
  readonly orgs?: readonly { readonly id: string; readonly username: string }[];
  readonly apps?: readonly { readonly label: string; readonly pkce: string }[];
  readonly appsOmitted?: string;
  readonly notRead?: unknown;
  readonly findings?: readonly { readonly rule: string }[];
}

describe('language model tools', () => {
  setUp();

  it('list orgs, list apps, audit: each after consent, nothing secret in any answer', async () => {
    const org = await newOrg({ apps: 260 });
    const { tour, probe } = await newUser({ name: 'tools' });
    const { workbench } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    const names = (await probe.ask(workbench, { ask: 'tools' })) as string[];
    const ours = names.filter((name) => name.startsWith('salesforcePkce_')).sort();
    assert.deepEqual(ours, [
      'salesforcePkce_audit',
      'salesforcePkce_listApps',
      'salesforcePkce_listOrgs',
    ]);

    const all: string[] = [];
    const allow = async (name: string, input: object, question: RegExp): Promise<Answer> => {
      const answer = ask(probe, workbench, name, input);
      const dialog = workbench.page.locator('.monaco-dialog-box');
      await dialog.getByText(question).first().waitFor();
      await tour.picture(name);
      await workbench.page.keyboard.press('Enter');
      const text = await answer;
      all.push(text);
      return JSON.parse(text) as Answer;
    };
    const { orgs } = await allow('salesforcePkce_listOrgs', {}, /Never a token/);
    assert.equal(orgs?.[0]?.username, org.username);
    const { apps, caution } = await allow(
      'salesforcePkce_listApps',
      { org: orgs[0].id, pkce: 'notRequired' },
      /apps of demo@pkce\.example/,
    );
    assert.match(caution ?? '', /never instructions/);
    assert.ok(apps?.length);
    assert.ok(apps.every(({ pkce }) => pkce === 'notRequired'));
    const every = await allow('salesforcePkce_listApps', {}, /apps of demo@pkce\.example/);
    assert.equal(every.apps?.length, 200);
    assert.match(every.appsOmitted ?? '', /^\d+ more/);
    assert.ok(Array.isArray(every.notRead), 'what is not among them is told as well');
    // Nobody is asked for an org that is not there.
    await assert.rejects(
      ask(probe, workbench, 'salesforcePkce_audit', { org: 'nobody' }),
      /No org fits\. Ask salesforcePkce_listOrgs/,
    );
    const { findings } = await allow('salesforcePkce_audit', {}, /findings about demo@pkce/);
    assert.ok(findings?.some(({ rule }) => rule === 'pkce-not-required'));
    for (const text of all) {
      assert.doesNotMatch(text, /00D\w{12,15}!|eyJ|Secret"|access_token|refresh_token=/);
    }
  });

  it('without consent nothing is told', async () => {
    const org = await newOrg();
    const { tour, probe } = await newUser({ name: 'tools-refused' });
    const { workbench } = tour;
    await tour.signIn(org);
    await tour.lookAtTree();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    const answer = ask(probe, workbench, 'salesforcePkce_listOrgs', {});
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await Promise.all([
      assert.rejects(answer, (error) => !String(error).includes('No answer')),
      workbench.page.keyboard.press('Escape'),
    ]);
  });
});

async function ask(
  probe: ApiProbe,
  workbench: Workbench,
  name: string,
  input: object,
): Promise<string> {
  return (await probe.ask(workbench, { ask: 'invokeTool', name, input })) as string;
}
