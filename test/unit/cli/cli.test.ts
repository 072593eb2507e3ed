/** The audit without an editor: sources, orgs, formats, exit codes. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FORMATS } from '../../../src/audit/reports/reports.ts';
import { sourceProblems } from '../../../src/audit/sourceChecks.ts';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import { withOrg } from '../support/catalogs.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow } from '../support/window.ts';

const MAIN = join('src', 'cli', 'main.ts');
const XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** @param node arguments of Node itself */
function run(
  args: readonly string[],
  more: Record<string, string> = {},
  node: readonly string[] = [],
): Promise<Outcome> {
  const { SF_ACCESS_TOKEN: _none, ...environment } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...node, MAIN, ...args],
      { env: { ...environment, ...more }, maxBuffer: 32 * 1024 * 1024, timeout: 60_000 },
      (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
      },
    );
  });
}

describe('audit from the command line', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-cli-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  const put = (path: string, content: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), `<?xml version="1.0" encoding="UTF-8"?>\n${content}`);
  };
  const putEca = (pkce: string): void => {
    put(
      'force-app/externalClientApps/Good.eca-meta.xml',
      `<ExternalClientApplication ${XMLNS}><distributionState>Local</distributionState><label>Good</label></ExternalClientApplication>`,
    );
    put(
      'force-app/extlClntAppGlobalOauthSets/Good_glbl.ecaGlblOauth-meta.xml',
      `<ExtlClntAppGlobalOauthSettings ${XMLNS}>
    <callbackUrl>https://a.example/cb</callbackUrl>
    <externalClientApplication>Good</externalClientApplication>
    <isConsumerSecretOptional>false</isConsumerSecretOptional>
    ${pkce}
    <isRefreshTokenRotationEnabled>true</isRefreshTokenRotationEnabled>
    <isSecretRequiredForRefreshToken>true</isSecretRequiredForRefreshToken>
</ExtlClntAppGlobalOauthSettings>`,
    );
  };

  it('0: nothing that bad in a source tree', async () => {
    putEca('<isPkceRequired>true</isPkceRequired>');
    const { code, out, err } = await run(['--source', folder, '--fail-on', 'info']);
    assert.equal(code, 0, err + out);
    assert.match(out, /Nothing was found/);
  });

  it('2: where no file of an app was found, nothing was judged', async () => {
    const { code, err } = await run(['--source', folder]);
    assert.equal(code, 2);
    assert.match(err, /^No usable source file of an app is in /);
    put('settings/Security.settings-meta.xml', `<SecuritySettings ${XMLNS}/>`);
    assert.equal((await run(['--source', folder])).code, 2);
  });

  it('2: where nobody can tell which apps the settings of an org are for, they count for none', async () => {
    putEca('<isPkceRequired>true</isPkceRequired>');
    put(
      'prod/OauthOidc.settings-meta.xml',
      `<OauthOidcSettings ${XMLNS}><isPkceRequired>true</isPkceRequired></OauthOidcSettings>`,
    );
    for (const project of ['prod', 'force-app']) put(`${project}/sfdx-project.json`, '{}');
    const good = await run(['--source', folder]);
    assert.equal(good.code, 2, good.out);
    assert.match(good.err, /apps in other projects/);
    putEca('<isPkceRequired>false</isPkceRequired>');
    assert.equal((await run(['--source', folder])).code, 1);
    for (const project of ['prod', 'force-app']) {
      rmSync(join(folder, project, 'sfdx-project.json'));
    }
    put('samples/sfdx-project.json', '{}');
    assert.equal(
      (await run(['--source', folder])).code,
      0,
      'of one project, whose org requires it',
    );
  });

  it('2: a report that nobody reads to its end is not told', async () => {
    for (let index = 0; index < 400; index += 1) {
      put(
        `App_${index}.connectedApp-meta.xml`,
        `<ConnectedApp ${XMLNS}><label>App ${index}</label><oauthConfig><isPkceRequired>true</isPkceRequired></oauthConfig></ConnectedApp>`,
      );
    }
    const args = [MAIN, '--source', folder, '--format', 'json', '--fail-on', 'critical'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 2);
  });

  /** What code scanning would show: `rule file:line`. */
  async function scanned(source: string): Promise<readonly string[]> {
    const { out } = await run(['--source', source, '--format', 'sarif']);
    const log = JSON.parse(out) as {
      runs: {
        results: {
          ruleId: string;
          locations: {
            physicalLocation?: {
              artifactLocation: { uri: string };
              region: { startLine: number };
            };
          }[];
        }[];
      }[];
    };
    return (log.runs[0]?.results ?? []).map(({ ruleId, locations: [location] }) => {
      const { artifactLocation, region } = location?.physicalLocation ?? {};
      return `${ruleId} ${artifactLocation?.uri}:${region?.startLine}`;
    });
  }

  it('1: something is, with the file and line in SARIF', async () => {
    putEca('<isPkceRequired>false</isPkceRequired>');
    put(
      'force-app/settings/OauthOidc.settings-meta.xml',
      `<OauthOidcSettings ${XMLNS}><isPkceRequired>false</isPkceRequired></OauthOidcSettings>`,
    );
    assert.equal((await run(['--source', folder])).code, 1);
    const file = 'force-app/extlClntAppGlobalOauthSets/Good_glbl.ecaGlblOauth-meta.xml';
    assert.ok((await scanned(folder)).includes(`pkce-not-required ${file}:6`));
  });

  it('what the editor shows of a file, code scanning shows in the same line', async () => {
    const source = join('test', 'fixtures', 'metadata-cases');
    const shown = globSync('**/*.xml', { cwd: source }).flatMap((path) => {
      const text = readFileSync(join(source, path), 'utf8');
      return (sourceProblems(path, text) ?? []).map(
        // Paths are those from the working directory, as in a repository that is scanned.
        ({ rule, start }) => `${rule} ${source}/${path}:${text.slice(0, start).split('\n').length}`,
      );
    });
    const results = await scanned(source);
    assert.deepEqual(
      shown.filter((one) => !results.includes(one)),
      [],
    );
    assert.ok(new Set(shown.map((one) => one.split(':')[1])).size > 10, 'in many lines');
  });

  it('1: files are named as addresses name them, and a link to a file is one', async () => {
    const app = `<ConnectedApp ${XMLNS}><oauthConfig><consumerSecret>S3CRET</consumerSecret></oauthConfig></ConnectedApp>`;
    put('C# and? more/A.connectedApp', app);
    put('elsewhere/text', app);
    symlinkSync(join(folder, 'elsewhere/text'), join(folder, 'B.connectedApp'));
    const found = await scanned(folder);
    assert.ok(
      found.includes('secret-in-source C%23%20and%3F%20more/A.connectedApp:2'),
      String(found),
    );
    assert.ok(found.includes('secret-in-source B.connectedApp:2'), String(found));
  });

  it('1: a secret is in a file, whatever else is in order; it is never printed', async () => {
    const secret = '<consumerSecret>S3CRET</consumerSecret>';
    const config = `<oauthConfig>\n${secret}<isPkceRequired>true</isPkceRequired></oauthConfig>`;
    // In the format of the Metadata API, and of an app that is not in the source.
    put('A.connectedApp', `<ConnectedApp ${XMLNS}><label>A</label>${config}</ConnectedApp>`);
    put(
      'B.ecaGlblOauth-meta.xml',
      `<ExtlClntAppGlobalOauthSettings ${XMLNS}>${secret}<externalClientApplication>B</externalClientApplication></ExtlClntAppGlobalOauthSettings>`,
    );
    const { code, out, err } = await run(['--source', folder, '--fail-on', 'critical']);
    assert.equal(code, 1);
    assert.match(out, /A: A consumer secret is in a source file/);
    assert.match(out, /B: A consumer secret is in a source file/);
    assert.ok(!(out + err).includes('S3CRET'));
    assert.ok((await scanned(folder)).includes('secret-in-source A.connectedApp:3'));
  });

  it('nothing of a file or its name gives orders to a terminal, or begins a line of its own', async () => {
    putEca('<isPkceRequired>true</isPkceRequired>');
    put(
      '%1Bc%0A::error::x.connectedApp',
      `<ConnectedApp ${XMLNS}><oauthConfig><isPkceRequired>false</isPkceRequired></oauthConfig></ConnectedApp>`,
    );
    put(
      'B.connectedApp',
      `<ConnectedApp ${XMLNS}><label>B\u009b2J&#10;::error::y</label><oauthConfig><callbackUrl>http://a.example/&#13;::error::u</callbackUrl><isPkceRequired>false</isPkceRequired><scopes>Full</scopes><scopes>&#10;::error::s</scopes></oauthConfig></ConnectedApp>`,
    );
    put(
      'Of.ecaOauth',
      `<ExtlClntAppOauthSettings ${XMLNS}><externalClientApplication>Gone&#10;::error::g</externalClientApplication></ExtlClntAppOauthSettings>`,
    );
    for (const format of FORMATS) {
      const { out, err } = await run(['--source', folder, '--format', format]);
      assert.doesNotMatch(out + err, /[^\P{Cc}\t\n\r]/u, format);
      assert.doesNotMatch(out + err, /^::/m, format);
      // CSV and SARIF hold findings alone.
      const told = ['csv', 'sarif'].includes(format) ? ['u', 's'] : ['u', 's', 'g'];
      for (const what of told) assert.ok(out.includes(`::error::${what}`), `${format} ${what}`);
    }
  });

  it('1 or not: the worst that is allowed is for the user to say', async () => {
    const { code } = await run(['--source', join('test', 'fixtures', 'metadata-cases')]);
    assert.equal(code, 1);
  });

  it('2: what a file does not state is not known; an org might', async () => {
    putEca('');
    const { code, out } = await run(['--source', folder]);
    assert.equal(code, 2);
    assert.match(out, /does not say whether PKCE is required/);
  });

  it('2: which of two files with one component holds is not known', async () => {
    putEca('<isPkceRequired>true</isPkceRequired>');
    const good = `<ConnectedApp ${XMLNS}><label>A</label><oauthConfig><isPkceRequired>true</isPkceRequired></oauthConfig></ConnectedApp>`;
    put('a/A.connectedApp-meta.xml', good);
    put('a/dist/A.connectedApp-meta.xml', good);
    assert.equal((await run(['--source', folder])).code, 0);
    put('b/A.connectedApp-meta.xml', good);
    const { code, err } = await run(['--source', folder]);
    assert.equal(code, 2);
    assert.match(err, /^b\/A\.connectedApp-meta\.xml: a\/A\.connectedApp-meta\.xml has/m);
  });

  it('2: a file that cannot be used is named, and the others are judged', async () => {
    putEca('<isPkceRequired>true</isPkceRequired>');
    put('force-app/connectedApps/Broken.connectedApp-meta.xml', '<ConnectedApp><label>');
    put('force-app/connectedApps/Other.connectedApp-meta.xml', '<!DOCTYPE x><ConnectedApp/>');
    const { code, err } = await run(['--source', folder]);
    assert.equal(code, 2);
    assert.match(err, /Broken\.connectedApp-meta\.xml/);
    assert.match(err, /Other\.connectedApp-meta\.xml: it has a DOCTYPE/);
  });

  for (const [why, args] of [
    ['nothing to audit', []],
    ['two things to audit', ['--source', '.', '--org', 'https://x']],
    ['a format that there is not', ['--source', '.', '--format', 'pdf']],
    ['a severity that there is not', ['--source', '.', '--fail-on', 'awful']],
    ['an argument that there is not', ['--token', 'x', '--org', 'https://x']],
    ['a folder that there is not', ['--source', '/does/not/exist']],
  ] as const) {
    it(`2: ${why}`, async () => {
      const { code, out, err } = await run(args);
      assert.equal(code, 2);
      assert.equal(out, '');
      assert.ok(err.length > 10);
      assert.equal(err.includes('Exit codes:'), !why.startsWith('a folder'), err);
    });
  }

  it('2: a mistake of the program itself is not said to be one of its arguments', async () => {
    putEca('<isPkceRequired>true</isPkceRequired>');
    const older = ['--import', 'data:text/javascript,delete Map.groupBy'];
    const { code, err } = await run(['--source', folder], {}, older);
    assert.equal(code, 2);
    assert.match(err, /groupBy is not a function/);
    assert.doesNotMatch(err, /Exit codes:/);
  });

  it('the Node that is promised is the one that it is built for, and has what the code uses', () => {
    const read = (file: string, pattern: RegExp): number =>
      Number(pattern.exec(readFileSync(file, 'utf8'))?.[1]);
    const promised = read('docs/audit.md', /pkce-audit\.js`, for Node\.js (\d+) or newer/);
    assert.ok(promised >= 22, 'Map.groupBy came with 21, URL.parse with 22');
    assert.equal(
      read('esbuild.js', /'dist\/cli',\s+platform: 'node',\s+target: 'node(\d+)'/),
      promised,
    );
    assert.ok(read('docs/code-scanning.yml', /node-version: (\d+)/) >= promised);
  });

  async function tokenOf(org: DemoOrg): Promise<string> {
    return (await signedIn(org, openWindow(newMachine()))).accessToken.reveal();
  }

  it('an org, with a token of the environment that is never printed', () =>
    withOrg({}, async (org) => {
      const token = await tokenOf(org);
      const outcome = await run(['--org', org.url, '--format', 'json'], { SF_ACCESS_TOKEN: token });
      assert.equal(outcome.code, 1, outcome.err);
      const { audits } = JSON.parse(outcome.out) as { audits: { findings: unknown[] }[] };
      assert.ok((audits[0]?.findings.length ?? 0) > 20);
      assert.ok(!(outcome.out + outcome.err).includes(token));
    }));

  for (const [what, around] of [
    ['a line break in it', (token: string) => `${token.slice(0, 60)}\n${token.slice(60)}`],
    ['quotes around it', (token: string) => `"${token}"`],
    ['all of an answer', (token: string) => JSON.stringify({ result: { accessToken: token } })],
  ] as const) {
    it(`2: a token with ${what} is refused before it is used, and not printed`, () =>
      withOrg({}, async (org) => {
        const token = await tokenOf(org);
        const { code, out, err } = await run(['--org', org.url], {
          SF_ACCESS_TOKEN: around(token),
        });
        assert.equal(code, 2);
        assert.match(err, /SF_ACCESS_TOKEN is no access token/);
        for (const part of [token.slice(20, 60), token.slice(60)])
          assert.ok(!(out + err).includes(part));
      }));
  }

  it('P27: 2: where no certificate is checked, a token goes nowhere', async () => {
    const token = '00D5g0000DemoOrg!AQmarked';
    const { code, out, err } = await run(['--org', 'acme.my.salesforce.com'], {
      SF_ACCESS_TOKEN: token,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    });
    assert.equal(code, 2);
    assert.match(err, /Nothing was sent to acme\.my\.salesforce\.com.*NODE_TLS_REJECT/);
    assert.ok(!(out + err).includes(token));
  });

  it('a line break at the end of a token does no harm', () =>
    withOrg({}, async (org) => {
      const token = await tokenOf(org);
      const { code, err } = await run(['--org', org.url], { SF_ACCESS_TOKEN: `${token}\n` });
      assert.equal(code, 1, err);
    }));

  it('what an org has made itself is its own, also where its token does not name the org', async () => {
    for (const [name, madeIn] of [
      ['Own', '00D5g0000DemoOrg'],
      ['Foreign', '00D5g0000Payroll'],
    ] as const) {
      put(
        `${name}.eca-meta.xml`,
        `<ExternalClientApplication ${XMLNS}><label>${name}</label><orgScopedExternalApp>${madeIn}:${name}</orgScopedExternalApp></ExternalClientApplication>`,
      );
      put(
        `${name}.ecaGlblOauth-meta.xml`,
        `<ExtlClntAppGlobalOauthSettings ${XMLNS}><externalClientApplication>${name}</externalClientApplication></ExtlClntAppGlobalOauthSettings>`,
      );
    }
    await withOrg({ appsDir: folder, switches: { jwtAccessTokens: true } }, async (org) => {
      const token = await tokenOf(org);
      assert.match(token, /^eyJ/);
      const { out } = await run(['--org', org.url, '--format', 'json'], { SF_ACCESS_TOKEN: token });
      const { audits } = JSON.parse(out) as { audits: { isvControls: { label: string }[] }[] };
      assert.deepEqual(
        audits[0]?.isvControls.map(({ label }) => label),
        ['Own'],
      );
    });
  });

  it("2: a token goes to Salesforce's own hosts alone", async () => {
    const requests: string[] = [];
    const proxy = createServer().on('connect', ({ url = '' }, socket) => {
      requests.push(url);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const environment = {
      SF_ACCESS_TOKEN: '00D5g0000DemoOrg!SECRET',
      https_proxy: `http://127.0.0.1:${port}`,
      no_proxy: '',
    };
    try {
      for (const host of ['acme.my.salesforce.co', 'acme.my.salesforce.com.evil.example']) {
        const { code, err } = await run(['--org', host], environment);
        assert.equal(code, 2);
        assert.match(err, new RegExp(`${host} is not one of Salesforce's own hosts`));
        assert.ok(!err.includes('SECRET'));
      }
      assert.equal(requests.length, 0);
      // The proxy does see those that are asked.
      await run(['--org', 'acme'], environment);
      assert.ok(requests.includes('acme.my.salesforce.com:443'));
    } finally {
      proxy.close();
    }
  });

  it('2: an org without a token, with one that it refuses, and one that does not answer as an org', () =>
    withOrg({}, async (org) => {
      const without = await run(['--org', org.url]);
      assert.equal(without.code, 2);
      assert.match(without.err, /SF_ACCESS_TOKEN/);
      const requests = org.requests.length;
      const wrong = `${org.orgId}!WRONGWRONGWRONGWRONG`;
      const refused = await run(['--org', org.url], { SF_ACCESS_TOKEN: wrong });
      assert.equal(refused.code, 2);
      assert.match(refused.err, /does not accept the access token/);
      assert.ok(!refused.err.includes('WRONGWRONG'));
      assert.ok(org.requests.length > requests);
      const token = await tokenOf(org);
      org.switches.faults = [parseFault('versions:page')];
      const page = await run(['--org', org.url], { SF_ACCESS_TOKEN: token });
      assert.equal(page.code, 2);
      assert.match(page.err, /not JSON/);
    }));
});
