/** The metadata and REST interfaces of the demo org, as Salesforce is known to have them. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import { startDemoOrg, type DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import { parseXml, type XmlElement } from '../../../src/salesforce/xml.ts';
import { accessTokenOf, soap } from '../support/foreignClient.ts';

describe('interfaces of the demo org', () => {
  let org: DemoOrg;
  before(async () => {
    org = await startDemoOrg();
  });
  after(() => org.close());
  afterEach(() => {
    org.switches.faults = [];
  });

  const token = (username?: string): Promise<string> => accessTokenOf(org, username);

  it('SOAP: limits and faults', async () => {
    const session = await token();
    const list = (types: string[]) =>
      soap(
        org,
        session,
        `<m:listMetadata>${types.map((type) => `<m:queries><m:type>${type}</m:type></m:queries>`).join('')}</m:listMetadata>`,
      );
    const code = async (call: Promise<{ status: number; content: XmlElement }>) => {
      const { status, content } = await call;
      assert.equal(status, 500);
      return content.textOf('faultcode');
    };
    assert.equal(
      await code(list(['ConnectedApp', 'ConnectedApp', 'ConnectedApp', 'ConnectedApp'])),
      'sf:EXCEEDED_ID_LIMIT',
    );
    assert.equal(await code(list(['NoSuchType'])), 'sf:INVALID_TYPE');
    const names = Array.from(
      { length: 11 },
      (_, index) => `<m:fullNames>A${index}</m:fullNames>`,
    ).join('');
    assert.equal(
      await code(
        soap(
          org,
          session,
          `<m:readMetadata><m:type>ConnectedApp</m:type>${names}</m:readMetadata>`,
        ),
      ),
      'sf:EXCEEDED_ID_LIMIT',
    );
    assert.equal(
      await code(soap(org, '00D!nobody', '<m:describeMetadata/>')),
      'sf:INVALID_SESSION_ID',
    );
    const withoutApi = await accessTokenOf(org, undefined, 'id refresh_token');
    assert.equal(
      await code(soap(org, withoutApi, '<m:describeMetadata/>')),
      'sf:INVALID_SESSION_ID',
    );
    assert.equal(
      await code(soap(org, await token(org.viewer.username), '<m:describeMetadata/>')),
      'sf:INSUFFICIENT_ACCESS',
    );
    assert.equal(
      await code(soap(org, session, '<m:describeMetadata/>', '99.0')),
      'sf:UNSUPPORTED_API_VERSION',
    );
    const components = Array.from(
      { length: 11 },
      () => '<m:metadata xsi:type="m:ConnectedApp"><m:fullName>X</m:fullName></m:metadata>',
    ).join('');
    assert.equal(
      await code(soap(org, session, `<m:updateMetadata>${components}</m:updateMetadata>`)),
      'sf:EXCEEDED_ID_LIMIT',
    );
    const mixed = ['ConnectedApp', 'OauthOidcSettings'].map(
      (type) => `<m:metadata xsi:type="m:${type}"><m:fullName>X</m:fullName></m:metadata>`,
    );
    assert.equal(
      await code(soap(org, session, `<m:updateMetadata>${mixed.join('')}</m:updateMetadata>`)),
      'sf:UNKNOWN_EXCEPTION',
    );
  });

  it('SOAP: an update changes what a read gives, drops what is out of order, leaves packages alone', async () => {
    const session = await token();
    const update = async (fullName: string, inner: string) =>
      (
        await soap(
          org,
          session,
          `<m:updateMetadata><m:metadata xsi:type="m:ConnectedApp"><m:fullName>${fullName}</m:fullName>${inner}</m:metadata></m:updateMetadata>`,
        )
      ).content.child('result');
    const flag = async (fullName: string) =>
      (
        await soap(
          org,
          session,
          `<m:readMetadata><m:type>ConnectedApp</m:type><m:fullNames>${fullName}</m:fullNames></m:readMetadata>`,
        )
      ).content
        .child('result')
        ?.child('records')
        ?.child('oauthConfig')
        ?.textOf('isPkceRequired');
    const config =
      '<m:contactEmail>a@b</m:contactEmail><m:label>L</m:label><m:oauthConfig><m:callbackUrl>https://x.example</m:callbackUrl><m:isPkceRequired>true</m:isPkceRequired></m:oauthConfig>';
    assert.equal((await update('Legacy_Portal', config))?.textOf('success'), 'true');
    assert.equal(await flag('Legacy_Portal'), 'true');
    await update(
      'Legacy_Portal',
      '<m:contactEmail>a@b</m:contactEmail><m:label>L</m:label><m:oauthConfig><m:isPkceRequired>false</m:isPkceRequired><m:callbackUrl>https://x.example</m:callbackUrl></m:oauthConfig>',
    );
    assert.equal(await flag('Legacy_Portal'), 'false');
    const partial = '<m:oauthConfig><m:isPkceRequired>true</m:isPkceRequired></m:oauthConfig>';
    assert.match(
      (await update('Warehouse_Sync', partial))?.child('errors')?.textOf('message') ?? '',
      /missing: \[contactEmail,label,oauthConfig\.callbackUrl\]/,
    );
    assert.equal(
      (await update('quotely__Quotely', config))?.child('errors')?.textOf('statusCode'),
      'CANNOT_MODIFY_MANAGED_OBJECT',
    );
    assert.match(
      (
        await update(
          'Warehouse_Sync',
          config.replace('<m:callbackUrl>', '<m:consumerKey>k</m:consumerKey><m:callbackUrl>'),
        )
      )
        ?.child('errors')
        ?.textOf('message') ?? '',
      /already taken/,
    );
  });

  it('SOAP: elements newer than the asked version are withheld', async () => {
    const body =
      '<m:readMetadata><m:type>ConnectedApp</m:type><m:fullNames>Warehouse_Sync</m:fullNames></m:readMetadata>';
    const config = async (version: string) =>
      (await soap(org, await token(), body, version)).content
        .child('result')
        ?.child('records')
        ?.child('oauthConfig');
    assert.equal((await config('58.0'))?.child('isPkceRequired'), undefined);
    assert.equal((await config('59.0'))?.textOf('isPkceRequired'), 'true');
  });

  it('SOAP: retrieve gives a zip with the same', async () => {
    const session = await token();
    const started = await soap(
      org,
      session,
      '<m:retrieve><m:retrieveRequest><m:unpackaged><m:types><m:members>*</m:members><m:name>ExtlClntAppGlobalOauthSettings</m:name></m:types></m:unpackaged></m:retrieveRequest></m:retrieve>',
    );
    const id = started.content.child('result')?.textOf('id') ?? '';
    const status = await soap(
      org,
      session,
      `<m:checkRetrieveStatus><m:asyncProcessId>${id}</m:asyncProcessId><m:includeZip>true</m:includeZip></m:checkRetrieveStatus>`,
    );
    const files = unzipSync(
      Buffer.from(status.content.child('result')?.textOf('zipFile') ?? '', 'base64'),
    );
    assert.ok(Object.keys(files).some((name) => name.endsWith('Kiosk_glbloauth.ecaGlblOauth')));
  });

  it('REST: versions without a token; queries with pages, limits and faults', async () => {
    const versions = (await (await fetch(`${org.url}/services/data`)).json()) as {
      version: string;
    }[];
    assert.equal(versions.at(-1)?.version, '68.0');
    const session = await token();
    const query = (soql: string, tooling = '') =>
      fetch(`${org.url}/services/data/v68.0${tooling}/query?q=${encodeURIComponent(soql)}`, {
        headers: { Authorization: `Bearer ${session}` },
      });
    const good = await query('SELECT Id, NamespacePrefix FROM Organization');
    assert.match(good.headers.get('sforce-limit-info') ?? '', /^api-usage=\d+\/15000$/);
    for (const object of [
      'ConnectedApplication',
      'ExternalClientApplication',
      'OauthToken',
      'AuthSession',
    ])
      assert.equal((await query(`SELECT Id FROM ${object}`)).status, 200, object);
    assert.equal(
      (await query('SELECT IsPkceRequired FROM OauthOidcSettings', '/tooling')).status,
      200,
    );
    for (const [soql, code] of [
      ['SELECT Id FROM Nothing', 'INVALID_TYPE'],
      ['SELECT Nope FROM Organization', 'INVALID_FIELD'],
      ['DROP TABLE x', 'MALFORMED_QUERY'],
    ] as const) {
      const [error] = (await (await query(soql)).json()) as { errorCode: string }[];
      assert.equal(error?.errorCode, code);
    }
    org.switches.faults = [
      parseFault('rest:REQUEST_LIMIT_EXCEEDED:TotalRequests Limit exceeded.*1'),
    ];
    assert.equal((await query('SELECT Id FROM Organization')).status, 403);
  });

  it('serves every element of every file of a source tree', async () => {
    const folder = 'test/fixtures/metadata-cases';
    const real = await startDemoOrg({ appsDir: folder });
    try {
      const session = await accessTokenOf(real);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
        file.endsWith('.xml'),
      );
      assert.equal(files.length, 25);
      for (const file of files) {
        const source = parseXml(readFileSync(join(folder, file), 'utf8'));
        const fullName = basename(file).replace(/\.\w+-meta\.xml$/, '');
        const { content } = await soap(
          real,
          session,
          `<m:readMetadata><m:type>${source.name}</m:type><m:fullNames>${fullName}</m:fullNames></m:readMetadata>`,
        );
        const served = content.child('result')?.child('records');
        assert.deepEqual(
          served?.children.filter(({ name }) => name !== 'fullName'),
          source.children,
          file,
        );
      }
    } finally {
      await real.close();
    }
  });
});
