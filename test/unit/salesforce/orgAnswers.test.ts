/** What an org may answer, honest or not, and what becomes of it. */
import assert from 'node:assert/strict';
import { zipSync, strToU8 } from 'fflate';
import { Secret } from '../../../src/oauth/secret.ts';
import { negotiateApiVersion, versionForChanges } from '../../../src/salesforce/apiVersion.ts';
import type { App } from '../../../src/salesforce/app.ts';
import { partName } from '../../../src/salesforce/catalog/components.ts';
import { readUsage, usageByApp, type Usage } from '../../../src/salesforce/catalog/usage.ts';
import { confirmIdentity } from '../../../src/salesforce/identity.ts';
import { createOrgClient, NotSentError } from '../../../src/salesforce/orgClient.ts';
import { retrieveMetadata } from '../../../src/salesforce/retrieve.ts';
import { SalesforceError } from '../../../src/salesforce/salesforceError.ts';
import { authSessionEnd, orgSessionTimeout } from '../../../src/salesforce/sessionLength.ts';
import { soapResponseIn, UnreadableAnswer } from '../../../src/salesforce/soap.ts';
import { soap, withAnswers, type Reply } from '../support/answers.ts';
import { someApp } from '../support/apps.ts';
import { withOrg } from '../support/catalogs.ts';
import { fetch } from '../support/fetch.ts';
import { hasCode } from '../support/hasCode.ts';
import type { Asked } from '../support/server.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow } from '../support/window.ts';

const rows = (...records: readonly object[]): string => JSON.stringify({ done: true, records });

const unreadable = (why: RegExp) => (error: unknown) =>
  error instanceof UnreadableAnswer && why.test(String(error.cause));

describe('answers of an org', () => {
  describe('SOAP', () => {
    for (const [what, text] of [
      ['another document', '<html><body>Hello</body></html>'],
      ['an empty body', soap('')],
      ['no body', '<Envelope/>'],
    ] as const) {
      it(`${what} is no answer`, () =>
        assert.throws(() => soapResponseIn(text, 200), unreadable(/no SOAP body/)));
    }

    it('what is no XML at all is told as an answer, with the reason for the log', () =>
      assert.throws(
        () => soapResponseIn('<Envelope>', 200),
        (error) => hasCode('bad_xml')(error) && unreadable(/unclosed tag/)(error),
      ));

    it('an error status with something else than a fault is no answer', () =>
      assert.throws(
        () => soapResponseIn(soap('<ok/>'), 500),
        unreadable(/HTTP 500 without a fault/),
      ));

    it('a fault without code and words is an error all the same', () =>
      assert.throws(
        () => soapResponseIn(soap('<Fault/>'), 500),
        (error) =>
          error instanceof SalesforceError &&
          error.code === 'UNKNOWN_EXCEPTION' &&
          error.status === 500,
      ));

    it('a fault keeps its code without the prefix', () =>
      assert.throws(
        () =>
          soapResponseIn(
            soap(
              '<Fault><faultcode>sf:INVALID_SESSION_ID</faultcode><faultstring>gone</faultstring></Fault>',
            ),
            500,
          ),
        (error) =>
          error instanceof SalesforceError &&
          error.code === 'INVALID_SESSION_ID' &&
          error.words === 'gone',
      ));
  });

  describe('REST', () => {
    for (const [what, reply, expected] of [
      [
        'a redirect',
        { status: 302, location: 'https://elsewhere.example/' },
        hasCode('redirected'),
      ],
      ['a page', { type: 'text/html', body: '<html>' }, hasCode('not_json')],
      [
        'an error without a list',
        { status: 400, body: '{"errorCode":"MALFORMED_QUERY","message":"no"}' },
        (error: unknown) => error instanceof SalesforceError && error.code === 'MALFORMED_QUERY',
      ],
      [
        'an error of odd types',
        { status: 404, body: '[{"errorCode":7,"message":[]}]' },
        (error: unknown) => error instanceof SalesforceError && error.code === 'HTTP_404',
      ],
      [
        'an error that is null',
        { status: 400, body: 'null' },
        (error: unknown) => error instanceof SalesforceError && error.words === '',
      ],
      [
        'plain words about the token',
        { status: 401, type: 'text/plain', body: 'Bad_OAuth_Token' },
        (error: unknown) => error instanceof SalesforceError && error.code === 'INVALID_SESSION_ID',
      ],
    ] as const) {
      it(`${what} is named`, () =>
        withAnswers(
          () => reply,
          ({ client }) => assert.rejects(client.get('/services/data'), expected),
        ));
    }

    it('a token that no API takes is not replaced: another one would be refused as well', () =>
      withOrg({}, async (org) => {
        const window = openWindow(newMachine());
        const session = await signedIn(org, window, { scopes: ['id', 'refresh_token'] });
        let replaced = 0;
        const client = createOrgClient({
          fetch,
          instanceUrl: session.instanceUrl,
          accessToken: (rejected) => {
            if (rejected) replaced += 1;
            return Promise.resolve(session.accessToken);
          },
          timeoutMilliseconds: 5000,
          concurrency: 1,
        });
        const refused = (error: unknown): boolean =>
          error instanceof SalesforceError && error.code === 'INVALID_SESSION_ID';
        await assert.rejects(client.get('/services/data/v66.0/query?q=x'), refused);
        await assert.rejects(client.soap('66.0', '<met:describeMetadata/>'), refused);
        await assert.rejects(
          client.soapOnce('66.0', '<met:describeMetadata/>'),
          (error) => error instanceof NotSentError && refused(error.cause),
        );
        assert.equal(replaced, 0);
      }));

    for (const path of ['https://elsewhere.example/x', '//elsewhere.example/x', 'services/data']) {
      it(`the token is not sent to ${path}`, () =>
        withAnswers(
          () => ({ body: '{}' }),
          ({ client }) => assert.rejects(client.get(path), hasCode('foreign_path')),
        ));
    }
  });

  describe('API versions', () => {
    for (const [what, body, expected] of [
      ['the newest that both know', '[{"version":"64.0"},{"version":"99.0"}]', '68.0'],
      ['an older org', '[{"version":"61.0"},{"version":"60.0"}]', '61.0'],
    ] as const) {
      it(`auto: ${what}`, async () =>
        assert.equal(
          await withAnswers(
            () => ({ body }),
            ({ client }) => negotiateApiVersion(client, 'auto'),
          ),
          expected,
        ));
    }

    for (const [what, body, words] of [
      ['too old', '[{"version":"59.0"}]', /newest API version of the org is 59\.0/],
      ['none told', '[]', /did not tell/],
      ['nonsense', '{"version":"x"}', /did not tell/],
      ['versions that are no numbers', '[{"version":"new"}]', /did not tell/],
    ] as const) {
      it(`auto: ${what}`, () =>
        withAnswers(
          () => ({ body }),
          ({ client }) =>
            assert.rejects(
              negotiateApiVersion(client, 'auto'),
              (error) => hasCode('api_version_too_old')(error) && words.test(String(error)),
            ),
        ));

      it(`a change: ${what}`, () =>
        withAnswers(
          () => ({ body }),
          ({ client }) => assert.rejects(versionForChanges(client), hasCode('api_version_too_old')),
        ));
    }

    it('a change is made in the newest of the org, also where that is newer than this extension', () =>
      withAnswers(
        () => ({ body: '[{"version":"68.0"},{"version":"71.0"},{"version":"60.0"}]' }),
        async ({ client }) => assert.equal(await versionForChanges(client), '71.0'),
      ));

    it('a version of the setting is taken without asking, one that is not spoken is named', () =>
      withAnswers(
        () => ({ status: 500 }),
        async ({ client }) => {
          assert.equal(await negotiateApiVersion(client, '66'), '66.0');
          for (const wanted of ['59.0', '69.0', 'newest']) {
            await assert.rejects(
              negotiateApiVersion(client, wanted),
              hasCode('api_version_setting'),
            );
          }
        },
      ));
  });

  describe('who uses the apps', () => {
    const token = (parts: object): object => ({
      AppName: 'Kiosk',
      AppMenuItemId: null,
      UserId: '005A',
      CreatedDate: '2026-01-05T08:00:00.000+0000',
      LastUsedDate: null,
      UseCount: null,
      ...parts,
    });
    const usageFrom = (tokens: readonly object[], menu: readonly object[] = []) =>
      withAnswers(
        ({ url }) => {
          if (url.includes('OauthToken')) return { body: rows(...tokens) };
          if (url.includes('AppMenuItem')) return { body: rows(...menu) };
          return { body: rows({ PermissionsCustomizeApplication: true }) };
        },
        (access) => readUsage(access),
      );
    const named = (label: string, componentId: string | null = null): App =>
      someApp({ id: `connectedApp:${label}`, label, componentId });
    const usageOf = (app: App, usage: Usage, others: readonly App[] = []) =>
      usageByApp(usage, [app, ...others], new Set()).of(app);
    const unlistedIn = (usage: Usage, apps: readonly App[]) =>
      usageByApp(usage, apps, new Set()).unlisted;

    it('tokens that were never used, or name no app or user, are counted without inventing', async () => {
      const usage = await usageFrom([
        token({}),
        token({ UserId: '005B', UseCount: 3, LastUsedDate: '2026-02-01T00:00:00.000+0000' }),
        token({ AppName: null, UserId: null, UseCount: -5 }),
      ]);
      assert.ok(usage.kind === 'known');
      assert.equal(usage.isOnlyOwn, false);
      const kiosk = usageOf(named('Kiosk'), usage);
      assert.deepEqual(
        [kiosk?.tokens, kiosk?.users, kiosk?.uses, kiosk?.lastUsed, kiosk?.newestUnused],
        [2, 2, 3, '2026-02-01T00:00:00.000Z', '2026-01-05T08:00:00.000Z'],
      );
      const unnamed = usage.counts.find(({ name }) => name === '');
      assert.deepEqual([unnamed?.uses, unnamed?.lastUsed], [0, null]);
      assert.equal(usageOf(named('Nobody'), usage)?.lastUsed, null);
    });

    it('of an app without an id, tokens that bear the id of another listed app are not counted', async () => {
      const id = '0H4000000000001AAA';
      const usage = await usageFrom(
        [token({ AppMenuItemId: '0DS1' })],
        [{ Id: '0DS1', ApplicationId: id }],
      );
      assert.equal(usageOf(named('Kiosk'), usage, [named('Kiosk', id)])?.tokens, 0);
      assert.equal(usageOf(named('Kiosk'), usage)?.tokens, 1);
    });

    it('a last use that is no date is none', async () => {
      const usage = await usageFrom([token({ LastUsedDate: 'yesterday' })]);
      assert.equal(usageOf(named('Kiosk'), usage)?.lastUsed, null);
    });

    it('where menu items lead to apps, their ids count and not their names', async () => {
      const id = '0H4000000000001AAA';
      const usage = await usageFrom(
        [token({ AppMenuItemId: '0DS1' }), token({ AppMenuItemId: '0DS2' })],
        [
          { Id: '0DS1', ApplicationId: id },
          { Id: '0DS2', ApplicationId: null },
        ],
      );
      assert.equal(usageOf(named('Renamed', id), usage)?.tokens, 1);
      // The name is that of another app for the token without an id.
      const kiosk = named('Kiosk', '0H4000000000002AAA');
      assert.equal(usageOf(kiosk, usage, [named('Kiosk')])?.isShared, true);
      assert.equal(usageOf(kiosk, usage, [named('Renamed', id)])?.isShared, false);
      assert.deepEqual(
        unlistedIn(usage, [named('Kiosk'), named('Renamed', id)]).map(({ name }) => name),
        [],
      );
      assert.equal(unlistedIn(usage, [named('Renamed', id)]).length, 1);
      assert.deepEqual(unlistedIn({ kind: 'unknown', reason: '' }, []), []);
    });

    it('an org that answers with something else is unknown, with the reason', async () => {
      const usage = await withAnswers(
        () => ({ body: '{"rows":[]}' }),
        (access) => readUsage(access),
      );
      assert.ok(usage.kind === 'unknown');
      assert.equal(usage.reason, "The org's token list could not be read.");
      assert.equal(usageOf(named('Kiosk'), usage), null);
    });

    it('P25: pages without an end are left, and of a page only what is needed is kept', async () => {
      let pages = 0;
      const usage = await withAnswers(
        ({ url }) => {
          if (!url.includes('OauthToken') && !url.includes('more')) return { body: rows() };
          pages += 1;
          const records = [token({ big: 'x'.repeat(10_000) })];
          return { body: JSON.stringify({ done: false, nextRecordsUrl: '/more', records }) };
        },
        (access) => readUsage(access),
      );
      assert.ok(usage.kind === 'unknown');
      assert.match(usage.reason, /too many pages to be genuine/);
      assert.ok(pages < 600, String(pages));
    });

    it('an org that refuses is unknown, with what helps', async () => {
      const usage = await withAnswers(
        () => ({ status: 403, body: '[{"errorCode":"API_DISABLED_FOR_ORG","message":"no"}]' }),
        (access) => readUsage(access),
      );
      assert.ok(usage.kind === 'unknown');
      assert.match(usage.reason, /could not be read\. .*API/);
    });

    it('more tokens of one moment than one query gives: said, not guessed', async () => {
      const many = Array.from({ length: 2500 }, () => token({}));
      const usage = await usageFrom(many);
      assert.ok(usage.kind === 'known' && usage.isIncomplete);
    });
  });

  describe('retrieve', () => {
    const started = soap('<retrieveResponse><result><id>09S1</id></result></retrieveResponse>');
    const status = (content: string): string =>
      soap(
        `<checkRetrieveStatusResponse><result>${content}</result></checkRetrieveStatusResponse>`,
      );
    const zipped = (files: Readonly<Record<string, string>>): string =>
      Buffer.from(
        zipSync(
          Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])),
        ),
      ).toString('base64');
    const retrieved = (...answers: readonly string[]) => {
      const left = [started, ...answers];
      return withAnswers(
        () => ({ type: 'text/xml', body: left.shift() ?? answers.at(-1) ?? '' }),
        (access) => retrieveMetadata(access, new Map([['Settings', ['OauthOidc']]])),
      );
    };

    it('waits until the job has ended, and reads the files, the list of contents aside', async () => {
      const files = zipped({
        'package.xml': '<Package/>',
        'settings/OauthOidc.settings': '<OauthOidcSettings/>',
      });
      const found = await retrieved(
        status('<done>false</done>'),
        status(`<done>true</done><success>true</success><zipFile>${files}</zipFile>`),
      );
      assert.deepEqual(
        found.map(({ fullName, element }) => [fullName, element.name]),
        [['OauthOidc', 'OauthOidcSettings']],
      );
    });

    it('a job that fails is an error', () =>
      assert.rejects(
        retrieved(status('<done>true</done><success>false</success>')),
        hasCode('retrieve_failed'),
      ));

    for (const [what, zip] of [
      ['no zip', 'bm8gemlw'],
      ['nothing', ''],
    ] as const) {
      it(`${what} is an error`, () =>
        assert.rejects(
          retrieved(status(`<done>true</done><success>true</success><zipFile>${zip}</zipFile>`)),
          UnreadableAnswer,
        ));
    }

    it('a file that would be huge is not unpacked', () =>
      assert.rejects(
        retrieved(
          status(
            `<done>true</done><success>true</success><zipFile>${zipped({ 'settings/OauthOidc.settings': ' '.repeat(5 * 1024 * 1024) })}</zipFile>`,
          ),
        ),
        unreadable(/too large/),
      ));
  });

  describe('how long a session lasts', () => {
    it('the session that was used last counts; nonsense is not known', async () => {
      const answers = (body: string) =>
        withAnswers(
          () => ({ body }),
          (access) => authSessionEnd(access),
        );
      const row = (seconds: number, at: string): object => ({
        NumSecondsValid: seconds,
        LastModifiedDate: at,
      });
      assert.equal(
        await answers(
          rows(row(7200, '2026-01-01T10:00:00.000+0000'), row(900, '2026-01-01T09:00:00.000+0000')),
        ),
        Date.parse('2026-01-01T12:00:00Z'),
      );
      assert.equal(await answers(rows({ NumSecondsValid: 'long' })), undefined);
      assert.equal(await answers(rows()), undefined);
    });

    it('a timeout that is not among the known ones is not known', () =>
      withAnswers(
        () => ({
          type: 'text/xml',
          body: soap(
            '<readMetadataResponse><result><records><fullName>Security</fullName><sessionSettings><sessionTimeout>ThreeDays</sessionTimeout></sessionSettings></records></result></readMetadataResponse>',
          ),
        }),
        async (access) => assert.equal(await orgSessionTimeout(access), undefined),
      ));
  });

  describe('who the token belongs to', () => {
    const ORG = '00D000000000001AAA';
    const USER = '005000000000001AAA';
    const confirm = (answer: (asked: Asked) => Reply, signal?: AbortSignal) =>
      withAnswers(answer, (_access, url) =>
        confirmIdentity(
          { fetch, timeoutMilliseconds: 2000, ...(signal ? { signal } : {}) },
          { orgId: ORG, userId: USER, instanceUrl: url },
          new Secret('00Dtoken'),
        ),
      );
    const who = (parts: object): string =>
      JSON.stringify({ organization_id: ORG, user_id: USER, ...parts });

    it('without a name the id stands for it', async () => {
      const identity = await confirm(() => ({ body: who({}) }));
      assert.deepEqual([identity.username, identity.displayName], [USER, USER]);
    });

    it('plain words, a page and an odd answer confirm nothing', async () => {
      for (const body of ['Bad_OAuth_Token', '<html>', '{"user_id":7}']) {
        await assert.rejects(
          confirm(() => ({ body })),
          hasCode('identity_unconfirmed'),
        );
      }
    });

    it('another org or user is refused', async () => {
      for (const parts of [
        { organization_id: '00D000000000002AAA' },
        { user_id: '005000000000002AAA' },
      ]) {
        await assert.rejects(
          confirm(() => ({ body: who(parts) })),
          hasCode('identity_mismatch'),
        );
      }
    });

    it('a cancelled question is cancelled, not an error of the network', async () => {
      await assert.rejects(
        confirm(() => ({ body: who({}) }), AbortSignal.abort(new Error('enough'))),
        /enough/,
      );
    });
  });

  it('parts of an org have names, also those that nobody knows yet', () => {
    assert.equal(partName('ConnectedApp'), 'Connected apps');
    assert.equal(partName('ExternalClientApplication'), 'External client apps');
    assert.match(partName('ExtlClntAppGlobalOauthSettings'), /of external client apps$/);
    assert.equal(partName('ExtlClntAppNew'), 'ExtlClntAppNew of external client apps');
  });
});
