/**
 * What earlier versions have stored opens in this one and goes on working; what a newer one has stored is left as it
 * is. The recordings are of real sign-ins, each by the code of its version (CONTRIBUTING.md, a release).
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, globSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { startDemoOrg } from '../../../src/demo/demoOrg.ts';
import type { Proof } from '../../../src/salesforce/proof.ts';
import { AuditHistory } from '../../../src/session/auditHistory.ts';
import { PlanStore } from '../../../src/session/planStore.ts';
import { ProofStore } from '../../../src/session/proofStore.ts';
import { jsonNameOf, SharedFiles } from '../../../src/session/sharedFiles.ts';
import { hasCode } from '../support/hasCode.ts';
import { SharedSecrets } from '../support/sharedSecrets.ts';
import { signedIn } from '../support/signedIn.ts';
import { closeMachines, newMachine, openWindow } from '../support/window.ts';

interface Recording {
  readonly secrets: Readonly<Record<string, string>>;
  /** By their paths in the folder that the windows share. */
  readonly files: Readonly<Record<string, string>>;
}

const AUDIT = {
  org: 'Acme',
  at: '2026-11-21T10:00:00.000Z',
  counts: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  posture: { required: 0, requiredByOrg: 0, notRequired: 0, unknown: 0 },
  isWhole: true,
  isOrgRead: true,
  details: null,
};
const PROOF: Proof = { kind: 'probe', app: 'a', label: 'A', host: 'h', steps: [], at: AUDIT.at };

const RECORDINGS = globSync('test/fixtures/stored/*.json');

describe('what is stored', () => {
  afterEach(() => closeMachines());

  it('there is a recording of this version, and of earlier ones', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const names = RECORDINGS.map((file) => basename(file, '.json'));
    assert.ok(names.includes(version), version);
    assert.ok(names.length > 1);
  });

  for (const file of RECORDINGS) {
    const version = basename(file, '.json');
    it(`a session of ${version} is there, is refreshed, and signs out`, async () => {
      const org = await startDemoOrg();
      try {
        // The org of the recording is gone: its address and tokens are those of one that runs.
        const donor = newMachine(new SharedSecrets());
        const { accessToken, refreshToken } = await signedIn(org, openWindow(donor));
        const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording;
        const secrets = new SharedSecrets();
        for (const [key, text] of Object.entries(recording.secrets)) {
          const session = JSON.parse(text) as Record<string, unknown>;
          secrets.values.set(
            key,
            JSON.stringify({
              ...session,
              loginHost: org.url,
              instanceUrl: org.url,
              accessToken: accessToken.reveal(),
              refreshToken: refreshToken?.reveal(),
            }),
          );
        }
        const machine = newMachine(secrets);
        for (const [path, content] of Object.entries(recording.files)) {
          // The ledger knows the recorded tokens by their hashes; these are others.
          if (path.startsWith('sessions/')) continue;
          mkdirSync(join(machine.folder, dirname(path)), { recursive: true });
          writeFileSync(join(machine.folder, path), content);
        }
        const window = openWindow(machine);
        const [session, ...others] = await window.sessions.list();
        assert.ok(session);
        assert.deepEqual(others, []);
        assert.deepEqual(
          [session.alias, session.username, session.scopes],
          ['Acme', 'demo@pkce.example', ['api', 'refresh_token']],
        );
        org.switches.rotate = true;
        const refreshed = await window.sessions.refresh(session.id);
        assert.notEqual(refreshed.refreshToken?.reveal(), refreshToken?.reveal());
        await window.sessions.signOut(session.id);
        assert.deepEqual(await window.sessions.list(), []);
        assert.equal([...secrets.values.keys()].length, 0);
      } finally {
        await org.close();
      }
    });

    it(`the windows' files of ${version} are understood: the recorded tokens are the current ones`, async () => {
      const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording;
      const secrets = new SharedSecrets();
      for (const [key, text] of Object.entries(recording.secrets)) secrets.values.set(key, text);
      const machine = newMachine(secrets);
      for (const [path, content] of Object.entries(recording.files)) {
        mkdirSync(join(machine.folder, dirname(path)), { recursive: true });
        writeFileSync(join(machine.folder, path), content);
      }
      const window = openWindow(machine);
      const [session] = await window.sessions.list();
      assert.ok(session);
      assert.equal(window.sessions.troubleOf(session.id), undefined);
    });
  }

  for (const file of globSync('test/fixtures/settings/*.json')) {
    it(`every setting of ${basename(file, '.json')} means the same`, () => {
      const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
        contributes: { configuration: { properties: Record<string, Record<string, unknown>> } };
      };
      const earlier = JSON.parse(readFileSync(file, 'utf8')) as Record<
        string,
        Record<string, unknown>
      >;
      for (const [name, { enum: values = [], ...schema }] of Object.entries(earlier)) {
        const { enum: now = [], ...today } = contributes.configuration.properties[name] ?? {};
        for (const [key, value] of Object.entries(schema)) {
          assert.equal(today[key], value, `${name} ${key}`);
        }
        for (const value of values as string[]) assert.ok((now as string[]).includes(value), name);
      }
    });
  }

  it('a session of a newer version is neither used nor changed nor deleted', async () => {
    const secrets = new SharedSecrets();
    const [newest = ''] = RECORDINGS.toReversed();
    const recording = JSON.parse(readFileSync(newest, 'utf8')) as Recording;
    for (const [key, text] of Object.entries(recording.secrets)) {
      secrets.values.set(
        key,
        JSON.stringify({ ...(JSON.parse(text) as object), version: 2, more: 1 }),
      );
    }
    const before = new Map(secrets.values);
    const window = openWindow(newMachine(secrets));
    assert.deepEqual(await window.sessions.list(), []);
    assert.deepEqual(secrets.values, before);
  });

  describe('in files by the name of an org', () => {
    const [own, other] = ['00D000000000001AAA', '00D000000000002AAA'];
    let files: SharedFiles;
    beforeEach(() => (files = new SharedFiles(newMachine(new SharedSecrets()).folder)));

    for (const [what, add, of] of [
      [
        'proofs',
        () => new ProofStore(files).add(own, PROOF),
        (org) => new ProofStore(files).of(org),
      ],
      [
        'steps of a plan',
        () => new PlanStore(files).tell(own, 'a', 'clientUpdated', '2026-11-21'),
        (org) => new PlanStore(files).of(org),
      ],
      [
        'audits',
        () => new AuditHistory(files).add(own, AUDIT),
        (org) => new AuditHistory(files).of(org),
      ],
    ] as readonly [string, () => Promise<void>, (org: string) => Promise<object>][]) {
      it(`${what} of an org are no other's, whatever a file is called`, async () => {
        await add();
        await files.replace(jsonNameOf(other), await files.read(jsonNameOf(own)));
        const [here, there] = await Promise.all([of(own), of(other)]);
        assert.deepEqual([Object.keys(here).length, Object.keys(there).length], [1, 0]);
      });

      it(`${what} that a newer version has written are left alone, and that is said`, async () => {
        const newer = { version: 2, orgId: own, of: 'tomorrow' };
        await files.replace(jsonNameOf(own), newer);
        await assert.rejects(add(), hasCode('newer_version'));
        assert.deepEqual(await files.read(jsonNameOf(own)), newer);
      });
    }

    it("a proof takes the place of its own app's alone, and of its kind", async () => {
      const proofs = new ProofStore(files);
      for (const app of ['a', 'b', 'a']) await proofs.add(own, { ...PROOF, app });
      await proofs.add(own, { ...PROOF, kind: 'handshake' });
      const kept = await proofs.of(own);
      assert.deepEqual(
        kept.map(({ app, kind }) => `${kind} ${app}`),
        ['probe b', 'probe a', 'handshake a'],
      );
    });
  });
});
