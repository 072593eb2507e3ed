/** Requiring PKCE: one flag changes and nothing else, and nothing is called done that the org does not show. */
import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault, type DemoSwitches } from '../../../src/demo/switches.ts';
import {
  updateXml,
  type FlagTarget,
  type FlagType,
} from '../../../src/salesforce/enforcement/componentXml.ts';
import type { FlagChange, FlagOutcome } from '../../../src/salesforce/enforcement/flagChange.ts';
import { setPkceRequired } from '../../../src/salesforce/enforcement/setPkceRequired.ts';
import { signedOutError } from '../../../src/session/sessionErrors.ts';
import { createOrgClient, type OrgClient } from '../../../src/salesforce/orgClient.ts';
import {
  readMetadata,
  wholeElement,
  type MetadataAccess,
} from '../../../src/salesforce/metadataApi.ts';
import { componentIn } from '../../../src/salesforce/sourceFiles.ts';
import { parseXml, type XmlElement } from '../../../src/salesforce/xml.ts';
import { clientOf, read, updatesOf, withMeddler, withOrg } from '../support/catalogs.ts';
import { fetch } from '../support/fetch.ts';

const CASES = 'test/fixtures/metadata-cases';
const KIOSK: FlagTarget = { type: 'ExtlClntAppGlobalOauthSettings', fullName: 'Kiosk_glbloauth' };
const LEGACY: FlagTarget = { type: 'ConnectedApp', fullName: 'Legacy_Portal' };
const TABLET: FlagTarget = { type: 'ConnectedApp', fullName: 'Field_Service_Tablet' };
const ORG: FlagTarget = { type: 'OauthOidcSettings', fullName: 'OauthOidc' };
const SHORT = { pausesMilliseconds: [0, 5, 5], settleMilliseconds: 5 };

async function accessTo(org: DemoOrg): Promise<MetadataAccess> {
  const { signal } = new AbortController();
  return { client: await clientOf(org), apiVersion: '68.0', signal };
}

async function enforce(
  org: DemoOrg,
  targets: readonly FlagTarget[],
  change: Partial<FlagChange> = {},
): Promise<readonly FlagOutcome[]> {
  return setPkceRequired(await accessTo(org), targets, { value: true, ...SHORT, ...change });
}

async function componentOf(org: DemoOrg, { type, fullName }: FlagTarget): Promise<XmlElement> {
  let found: XmlElement | undefined;
  await readMetadata(await accessTo(org), type, [fullName], wholeElement, (_names, result) => {
    if (!('error' in result)) found = result.get(fullName);
  });
  assert.ok(found, fullName);
  return found;
}

/**
 * Every element of a component, but the flag, and the secret that no real org gives away. By name, in their own order
 * where a name repeats: one of the files was put in disorder by hand, as no org answers.
 */
function bytesOf({ name, children, text }: XmlElement): string {
  const kept = children.filter((child) => !/^(isPkceRequired|consumerSecret)$/.test(child.name));
  const sorted = kept.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return `<${name}>${sorted.map(bytesOf).join('')}${text}</${name}>`;
}

/** One app with a fault or switch, and how it ended. */
async function resultWith(
  switches: Partial<DemoSwitches>,
  target: FlagTarget,
  change: Partial<FlagChange> = {},
): Promise<FlagOutcome> {
  return withOrg({ switches }, async (org) => {
    const [outcome] = await enforce(org, [target], change);
    assert.ok(outcome);
    return outcome;
  });
}

/** A demo org with the apps of these files, by their names. */
async function withFiles(
  files: Readonly<Record<string, string>>,
  switches: Partial<DemoSwitches>,
  run: (org: DemoOrg) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pkce-apps-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  try {
    await withOrg({ appsDir: folder, switches }, run);
  } finally {
    rmSync(folder, { recursive: true, maxRetries: 5 });
  }
}

describe('enforcement', () => {
  for (const path of globSync(
    `${CASES}/{connectedApps,extlClntAppGlobalOauthSets,settings}/*.xml`,
  )) {
    it(`changes nothing else: ${path.slice(CASES.length + 1)}`, async () => {
      await withOrg({ appsDir: CASES }, async (org) => {
        const file = componentIn(path, readFileSync(path, 'utf8'));
        const target: FlagTarget = { type: file.type as FlagType, fullName: file.fullName };
        const before = await componentOf(org, target);
        const [outcome] = await enforce(org, [target]);
        const after = await componentOf(org, target);
        if (file.type === 'ConnectedApp' && !before.child('oauthConfig')) {
          assert.equal(outcome?.result, 'refused');
        } else {
          assert.ok(outcome);
          assert.match(outcome.result, /^(done|alreadySo)$/, outcome.words);
          const part = after.child('oauthConfig') ?? after;
          assert.equal(part.textOf('isPkceRequired'), 'true');
        }
        assert.equal(bytesOf(after), bytesOf(before));
        assert.deepEqual(outcome.otherChanges, []);
      });
    });
  }

  for (const target of [KIOSK, LEGACY, ORG]) {
    it(`a setting that nobody here has heard of stays: ${target.type}`, () =>
      withOrg({}, async (org) => {
        org.setFlag(target.type, target.fullName, 'aNewSetting', true);
        const before = await componentOf(org, target);
        assert.match(bytesOf(before), /<aNewSetting>true</);
        for (const value of [true, false]) {
          const [outcome] = await enforce(org, [target], { value });
          assert.equal(outcome?.result, 'done', outcome?.words);
          assert.deepEqual(outcome.otherChanges, []);
          assert.equal(bytesOf(await componentOf(org, target)), bytesOf(before));
        }
      }));
  }

  it('sends the whole component in the order of the WSDL, without key and secret, and rotates neither', () => {
    const component = parseXml(
      '<ConnectedApp><label>A &amp; B</label><contactEmail>a@b.c</contactEmail><oauthConfig><scopes>Web</scopes><scopes>Api</scopes><consumerSecret>s3</consumerSecret><consumerKey>k</consumerKey><callbackUrl>x\n y</callbackUrl></oauthConfig><permissionSetName/></ConnectedApp>',
    );
    assert.equal(
      updateXml('ConnectedApp', 'A', component, true),
      '<met:metadata xsi:type="met:ConnectedApp"><met:fullName>A</met:fullName><met:contactEmail>a@b.c</met:contactEmail><met:label>A &amp; B</met:label><met:oauthConfig><met:callbackUrl>x\n y</met:callbackUrl><met:isPkceRequired>true</met:isPkceRequired><met:scopes>Web</met:scopes><met:scopes>Api</met:scopes></met:oauthConfig><met:permissionSetName></met:permissionSetName></met:metadata>',
    );
    const global = parseXml(
      '<ExtlClntAppGlobalOauthSettings><shouldRotateConsumerSecret>true</shouldRotateConsumerSecret><consumerKey>k</consumerKey></ExtlClntAppGlobalOauthSettings>',
    );
    const sent = updateXml('ExtlClntAppGlobalOauthSettings', 'G', global, false, { withKey: true });
    assert.match(sent, /<met:shouldRotateConsumerSecret>false</);
    assert.match(sent, /<met:consumerKey>k</);
    assert.match(sent, /<met:isPkceRequired>false</);
  });

  it('is done when the org shows it, and takes it back as well', async () => {
    await withOrg({}, async (org) => {
      const told: unknown[] = [];
      const done = await enforce(org, [KIOSK, LEGACY], {
        beforeSending: (targets) => {
          told.push([updatesOf(org).length, ...targets.map(({ before }) => before)]);
          return Promise.resolve();
        },
      });
      assert.deepEqual(
        done.map(({ result }) => result),
        ['done', 'done'],
      );
      assert.deepEqual(
        told,
        [
          [0, false],
          [1, null],
        ],
        'told before each call, as stated and as absent',
      );
      assert.equal(updatesOf(org).length, 2, 'one call for each type');
      const again = await enforce(org, [KIOSK]);
      assert.equal(again[0]?.result, 'alreadySo');
      assert.equal(updatesOf(org).length, 2);
      const undone = await enforce(org, [KIOSK, LEGACY], { value: false });
      assert.deepEqual(
        undone.map(({ result, words }) => [result, words]),
        Array.from({ length: 2 }, () => [
          'done',
          'The org shows it: the app itself does not require PKCE any more.',
        ]),
      );
    });
  });

  for (const target of [KIOSK, LEGACY, ORG]) {
    it(`is done, both ways, where the org leaves out what is the default: ${target.type}`, async () => {
      await withOrg({ switches: { omitsDefaults: true } }, async (org) => {
        for (const value of [true, false]) {
          const [outcome] = await enforce(org, [target], { value });
          assert.equal(outcome?.result, 'done', outcome?.words);
        }
      });
    });
  }

  it('requires it of the whole org', async () => {
    await withOrg({}, async (org) => {
      assert.equal((await enforce(org, [ORG]))[0]?.result, 'done');
      assert.equal((await componentOf(org, ORG)).textOf('isPkceRequired'), 'true');
      const [undone] = await enforce(org, [ORG], { value: false });
      assert.equal(undone?.words, 'The org shows it: PKCE is not required of every app any more.');
    });
  });

  it('a change that shows later is waited for', async () => {
    const outcome = await resultWith({ updateShowsAfterReads: 2 }, LEGACY);
    assert.equal(outcome.result, 'done');
  });

  it('a silent no-op is told as one', async () => {
    const outcome = await resultWith({ silentUpdate: true }, LEGACY);
    assert.equal(outcome.result, 'noEffect');
    assert.match(outcome.words, /accepted the change and still shows the old setting/);
  });

  it('a change that comes undone is told as that', async () => {
    assert.equal((await resultWith({ updateReverts: true }, KIOSK)).result, 'reverted');
  });

  it('a second look that nobody answers is told, and takes nothing back', () =>
    withOrg({}, async (org) => {
      const report = (message: string): void => {
        if (message !== 'Looking once more') return;
        org.switches.faults.push(parseFault('read:INVALID_TYPE'));
        org.switches.retrieve = 'INSUFFICIENT_ACCESS';
      };
      const [outcome] = await enforce(org, [LEGACY], { report });
      assert.equal(outcome?.result, 'done');
      assert.match(outcome.words, /second look was not answered/);
    }));

  it('a flag that is neither true nor false is not written over', async () => {
    const files = {
      'Odd.connectedApp-meta.xml':
        '<ConnectedApp><label>Odd</label><oauthConfig><isPkceRequired>maybe</isPkceRequired></oauthConfig></ConnectedApp>',
    };
    await withFiles(files, {}, async (org) => {
      const [outcome] = await enforce(org, [{ type: 'ConnectedApp', fullName: 'Odd' }]);
      assert.equal(outcome?.result, 'refused');
      assert.match(outcome.words, /neither true nor false: nothing was sent/);
      assert.equal(updatesOf(org).length, 0);
    });
  });

  it('what the org refuses and shows all the same is done, with what it said', async () => {
    const faults = [parseFault('updated:INSUFFICIENT_ACCESS:no right')];
    const { result, words } = await resultWith({ faults }, LEGACY);
    assert.equal(result, 'done');
    assert.match(words, /It had refused the change, though: .*no right/);
  });

  it('an answer that does not name what was sent is no yes', () =>
    withOrg({ switches: { silentUpdate: true } }, async (org) => {
      const access = await accessTo(org);
      const client: OrgClient = {
        ...access.client,
        soapOnce: async (...call) => {
          await access.client.soapOnce(...call);
          return parseXml('<updateMetadataResponse/>');
        },
      };
      const change = { value: true, ...SHORT };
      const [outcome] = await setPkceRequired({ ...access, client }, [LEGACY], change);
      assert.equal(outcome?.result, 'unknown');
      assert.match(outcome.words, /its answer does not name what was sent/);
    }));

  for (const code of ['CANNOT_MODIFY_MANAGED_OBJECT', 'INSUFFICIENT_ACCESS_OR_READONLY'] as const) {
    it(`a managed app: ${code}`, async () => {
      const outcome = await resultWith(
        { managedUpdate: code },
        { type: 'ConnectedApp', fullName: 'mailhub__MailHub' },
      );
      assert.equal(outcome.result, 'refused');
      assert.match(outcome.words, /author/);
      assert.match(outcome.words, new RegExp(code));
    });
  }

  it('half of a batch that is refused leaves the other half done', async () => {
    await withOrg({ switches: { locked: ['Legacy_Portal'] } }, async (org) => {
      const outcomes = await enforce(org, [LEGACY, TABLET]);
      assert.deepEqual(
        outcomes.map(({ result }) => result),
        ['refused', 'done'],
      );
      assert.match(outcomes[0]?.words ?? '', /This setting is locked/);
      assert.equal(outcomes[1]?.words, 'The org shows it: PKCE is required.');
      assert.equal(updatesOf(org).length, 1, 'one call for both');
    });
  });

  it('what has the name of another in another type does not end as that does', async () => {
    const files = {
      'Twin.connectedApp-meta.xml':
        '<ConnectedApp><label>Twin</label><oauthConfig><isPkceRequired>false</isPkceRequired></oauthConfig></ConnectedApp>',
      'Twin.ecaGlblOauth-meta.xml':
        '<ExtlClntAppGlobalOauthSettings><externalClientApplication>Twin</externalClientApplication><isPkceRequired>false</isPkceRequired></ExtlClntAppGlobalOauthSettings>',
    };
    const faults = [parseFault('update:INSUFFICIENT_ACCESS:no*1')];
    await withFiles(files, { faults }, async (org) => {
      const outcomes = await enforce(org, [
        { type: 'ConnectedApp', fullName: 'Twin' },
        { type: 'ExtlClntAppGlobalOauthSettings', fullName: 'Twin' },
      ]);
      assert.deepEqual(
        outcomes.map(({ result }) => result),
        ['refused', 'done'],
      );
    });
  });

  it('many apps go in batches of ten: a call that is refused as a whole leaves the others done', async () => {
    const faults = [parseFault('update:INSUFFICIENT_ACCESS:no*1')];
    await withOrg({ apps: 40, switches: { faults } }, async (org) => {
      const { apps } = await read(org);
      const targets = apps
        .filter(
          ({ kind, pkce, origin }) =>
            kind === 'connectedApp' && pkce === 'notRequired' && origin === 'local',
        )
        .map(({ fullName }): FlagTarget => ({ type: 'ConnectedApp', fullName }));
      assert.ok(targets.length > 10 && targets.length <= 20, String(targets.length));
      const results = (await enforce(org, targets)).map(({ result }) => result);
      assert.ok(results.slice(0, 10).every((result) => result === 'refused'));
      assert.ok(results.slice(10).every((result) => result === 'done'));
      assert.equal(updatesOf(org).length, 1, 'the refused call was not sent again');
    });
  });

  it('an org that does not let it be undone says so', async () => {
    await withOrg({ switches: { pkceOneWay: true } }, async (org) => {
      await enforce(org, [LEGACY]);
      const [outcome] = await enforce(org, [LEGACY], { value: false });
      assert.equal(outcome?.result, 'refused');
      assert.match(outcome.words, /cannot be disabled/);
    });
  });

  for (const resend of ['refused', 'required'] as const) {
    it(`a consumer key that is ${resend} on its way back`, async () => {
      assert.equal((await resultWith({ consumerKeyResend: resend }, KIOSK)).result, 'done');
    });
  }

  it('a missing permission to change', async () => {
    const fault = parseFault('update:INSUFFICIENT_ACCESS:no right');
    const outcome = await resultWith({ faults: [fault] }, LEGACY);
    assert.equal(outcome.result, 'refused');
    assert.match(outcome.words, /permission/);
  });

  it('what the org says to a change is told and logged, an error that nobody here knows as well', async () => {
    const logged: unknown[] = [];
    const { result, words } = await resultWith(
      { faults: [parseFault('update:UNKNOWN_EXCEPTION:An unexpected error. ErrorId 12345-678')] },
      KIOSK,
      { onError: (error) => logged.push(error) },
    );
    assert.equal(result, 'unknown', 'the error may have come after the change');
    assert.match(words, /^The org does not show the change yet.*ErrorId 12345-678/);
    assert.equal(logged.length, 1);
  });

  for (const ends of ['before the first call', 'before the second call', 'by the org itself']) {
    it(`a session that ends ${ends}: what was not sent is said not to be, and is not waited for`, async () => {
      await withOrg({}, async (org) => {
        const client = await clientOf(org);
        let calls = 0;
        const ending: OrgClient = {
          ...client,
          soapOnce: (...call) => {
            calls += 1;
            if (ends === 'by the org itself' || (calls === 1 && ends !== 'before the first call')) {
              return client.soapOnce(...call);
            }
            return createOrgClient({
              fetch,
              instanceUrl: org.url,
              accessToken: () => Promise.reject(signedOutError()),
              timeoutMilliseconds: 5000,
              concurrency: 1,
            }).soapOnce(...call);
          },
        };
        const { signal } = new AbortController();
        const access = { client: ending, apiVersion: '68.0', signal };
        const outcomes = await setPkceRequired(access, [KIOSK, LEGACY], {
          value: true,
          ...SHORT,
          beforeSending: () => {
            if (ends === 'by the org itself') {
              org.expireAccessTokens();
              org.switches.faults = [
                parseFault('refresh:invalid_grant:expired access/refresh token'),
              ];
            }
            return Promise.resolve();
          },
        });
        const done = ends === 'before the second call' ? 'done' : 'notSent';
        assert.deepEqual(
          outcomes.map(({ result }) => result),
          [done, 'notSent'],
        );
        const last = outcomes.at(-1)?.words ?? '';
        assert.match(last, /^It was not sent: nothing was changed\. .{20}/);
        assert.equal(updatesOf(org).length, ends === 'before the first call' ? 0 : 1);
      });
    });
  }

  it('an answer that is lost after the change: the org has the last word, and nothing is sent twice', async () => {
    // Also where it speaks of the key, with which a change that was refused is sent again.
    const inTrouble = ['UNKNOWN_EXCEPTION', 'SERVER_UNAVAILABLE'].map(
      (code) => `${code}:consumer key`,
    );
    const ends = ['reset', 'html', 'truncated', 'empty', 'busy', ...inTrouble];
    for (const [target, end] of [LEGACY, KIOSK].flatMap((of) =>
      ends.map((end) => [of, end] as const),
    )) {
      const switches = { faults: [parseFault(`updated:${end}*1`)], updateShowsAfterReads: 2 };
      await withOrg({ switches }, async (org) => {
        const [outcome] = await enforce(org, [target]);
        assert.equal(outcome?.result, 'done', end);
        assert.match(outcome.words, /The org did not say how the change ended: ./);
        assert.equal(updatesOf(org).length, 1, end);
      });
    }
  });

  it('a request that is lost before the change is not known to have worked', async () => {
    const outcome = await resultWith({ faults: [parseFault('update:reset')] }, LEGACY);
    assert.equal(outcome.result, 'unknown');
  });

  it('an org that cannot be asked afterwards leaves it unknown', async () => {
    await withOrg({}, async (org) => {
      const [outcome] = await enforce(org, [LEGACY], {
        beforeSending: () => {
          org.switches.faults.push(
            parseFault('read:INVALID_TYPE*20'),
            parseFault('retrieve:INVALID_TYPE*20'),
          );
          return Promise.resolve();
        },
      });
      assert.equal(outcome?.result, 'unknown');
      assert.match(outcome.words, /could not be asked afterwards/);
    });
  });

  it('what cannot be read as a whole is not sent', async () => {
    await withOrg(
      { switches: { orgWideReadable: false, retrieve: 'INSUFFICIENT_ACCESS' } },
      async (org) => {
        const [outcome] = await enforce(org, [ORG]);
        assert.equal(outcome?.result, 'refused');
        assert.match(outcome.words, /could not be read as a whole, so nothing was sent\. \w/);
        assert.equal(outcome.before, undefined);
        assert.equal(updatesOf(org).length, 0);
      },
    );
  });

  it('what can only be retrieved is changed all the same', async () => {
    assert.equal((await resultWith({ globalOauthRead: 'INVALID_TYPE' }, KIOSK)).result, 'done');
    assert.equal((await resultWith({ orgWideReadable: false }, ORG)).result, 'done');
  });

  it('what somebody else changes while another app is retrieved is not overwritten', async () => {
    await withOrg({ switches: { globalOauthRead: 'INVALID_TYPE' } }, async (org) => {
      let changed = 0;
      const outcomes = await enforce(org, [KIOSK, LEGACY, ORG], {
        beforeSending: () => {
          // Once one is about to be sent, an admin changes the next.
          const { type, fullName } = changed === 0 ? LEGACY : ORG;
          const flag = changed === 0 ? 'isAdminApproved' : 'isIntrospectAllTokens';
          if (changed < 2) org.setFlag(type, fullName, flag, true);
          changed += 1;
          return Promise.resolve();
        },
      });
      assert.deepEqual(
        outcomes.map(({ result, otherChanges }) => [result, otherChanges]),
        [KIOSK, LEGACY, ORG].map(() => ['done', []]),
      );
      const app = await componentOf(org, LEGACY);
      assert.equal(app.child('oauthConfig')?.textOf('isAdminApproved'), 'true');
      assert.equal((await componentOf(org, ORG)).textOf('isIntrospectAllTokens'), 'true');
    });
  });

  it('what cannot be told of before a later call leaves those before as they ended', async () => {
    await withOrg({}, async (org) => {
      let calls = 0;
      const outcomes = await enforce(org, [KIOSK, LEGACY, TABLET], {
        beforeSending: async () => {
          calls += 1;
          if (calls === 2) throw new Error('the disk is full');
          await Promise.resolve();
        },
      });
      assert.deepEqual(
        outcomes.map(({ result }) => result),
        ['done', 'notSent', 'notSent'],
      );
      assert.equal(updatesOf(org).length, 1);
    });
  });

  it('what somebody else changes before a second call, with the key, is not overwritten', () =>
    withMeddler(
      { consumerKeyResend: 'required' },
      (org, change) => {
        if (change === 1) org.setFlag(KIOSK.type, KIOSK.fullName, 'isIntrospectAllTokens', true);
      },
      async (org) => {
        const [outcome] = await enforce(org, [KIOSK]);
        assert.equal(outcome?.result, 'done');
        assert.equal(updatesOf(org).length, 2);
        assert.deepEqual(outcome.otherChanges, []);
        const now = await componentOf(org, KIOSK);
        assert.equal(now.textOf('isIntrospectAllTokens'), 'true');
      },
    ));

  it('what shows by then, or cannot be read by then, is not sent with the key', async () => {
    const cannotRead = [parseFault('read:INVALID_TYPE'), parseFault('retrieve:INVALID_TYPE')];
    for (const [meddle, result] of [
      [(org: DemoOrg) => org.setFlag(KIOSK.type, KIOSK.fullName, 'isPkceRequired', true), 'done'],
      [(org: DemoOrg) => org.switches.faults.push(...cannotRead), 'refused'],
    ] as const) {
      await withMeddler({ consumerKeyResend: 'required' }, meddle, async (org) => {
        const [outcome] = await enforce(org, [KIOSK]);
        assert.equal(outcome?.result, result, outcome?.words);
        assert.match(outcome.words, /consumer ?key/i);
        assert.equal(updatesOf(org).length, 1);
      });
    }
  });

  it("a connected app's key never goes back, whatever the org says of it", () =>
    withOrg({ switches: { silentUpdate: true } }, async (org) => {
      org.switches.faults.push(parseFault('updated:FIELD_INTEGRITY_EXCEPTION:no consumer key'));
      assert.equal((await enforce(org, [LEGACY]))[0]?.result, 'refused');
      assert.equal(updatesOf(org).length, 1);
    }));

  it('where nobody answers any more, the others are not waited for one by one', async () => {
    await withOrg({ apps: 40 }, async (org) => {
      const { apps } = await read(org);
      const targets = apps
        .filter(({ kind, pkce }) => kind === 'connectedApp' && pkce === 'notRequired')
        .map(({ fullName }): FlagTarget => ({ type: 'ConnectedApp', fullName }));
      assert.ok(targets.length > 10);
      org.switches.faults = [parseFault('read:reset')];
      const before = org.requests.length;
      const outcomes = await enforce(org, targets);
      assert.ok(outcomes.every(({ result }) => result === 'notSent'));
      assert.match(outcomes.at(-1)?.words ?? '', /^It was not sent.*could not be reached/);
      const reads = org.requests.slice(before).map(({ operation }) => operation);
      assert.ok(!reads.includes('retrieve'));
      assert.equal(updatesOf(org).length, 0);
    });
  });

  it('what somebody else changes at the same time is named', () =>
    withMeddler(
      {},
      // On, and off again at the next change.
      (org, change) =>
        org.setFlag(KIOSK.type, KIOSK.fullName, 'isIntrospectAllTokens', change === 1),
      async (org) => {
        const [outcome] = await enforce(org, [KIOSK]);
        assert.equal(outcome?.result, 'done');
        assert.deepEqual(outcome.otherChanges, ['isIntrospectAllTokens']);
        org.switches.silentUpdate = true;
        const [silent] = await enforce(org, [KIOSK], { value: false });
        assert.equal(silent?.result, 'noEffect');
        assert.deepEqual(silent.otherChanges, ['isIntrospectAllTokens'], 'also without the flag');
      },
    ));
});
