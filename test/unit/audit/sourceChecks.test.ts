/** Problems of source files, and fixes that change one element and nothing else of the text. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import {
  fileFindings,
  lineIn,
  sourceProblems,
  type SourceProblem,
} from '../../../src/audit/sourceChecks.ts';
import {
  placedElements,
  type PlacedElement,
  type TextEdit,
} from '../../../src/salesforce/sourceText.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"';
const connectedApp = (config: string): string =>
  `${HEAD}<ConnectedApp ${NAMESPACE}>\n    <label>A</label>\n    <oauthConfig>\n${config}    </oauthConfig>\n</ConnectedApp>\n`;
const PATH = 'force-app/main/default/connectedApps/A.connectedApp-meta.xml';
const CASES = globSync(
  'test/fixtures/metadata-cases/{connectedApps,extlClntAppGlobalOauthSets,settings}/*.xml',
);

function applied(text: string, { start, end, text: added }: TextEdit): string {
  return text.slice(0, start) + added + text.slice(end);
}
const rules = (problems: readonly SourceProblem[]): readonly string[] =>
  problems.map(({ rule }) => rule).sort();

/** Every element with its text, in its order. */
function flat({ name, text, children }: PlacedElement, path = ''): readonly string[] {
  const own = `${path}/${name}`;
  return [`${own}=${text}`, ...children.flatMap((child) => flat(child, own))];
}

function problemsOf(path: string, text: string): readonly SourceProblem[] {
  const problems = sourceProblems(path, text);
  assert.ok(problems);
  return problems;
}

describe('source checks', () => {
  it('PKCE off, a public client, rotation off, the old flows, a secret: each at its own element', () => {
    const text = connectedApp(
      [
        'callbackUrl>http://app.acme.example/cb',
        'consumerSecret>S3CRET',
        'isConsumerSecretOptional>true',
        'isIntrospectAllTokens>true',
        'isPkceRequired>false',
        'isRefreshTokenRotationEnabled>false',
        'scopes>Full',
        'scopes>RefreshToken',
      ]
        .map((one) => `        <${one}</${one.split('>')[0] ?? ''}>\n`)
        .join(''),
    );
    const problems = problemsOf(PATH, text);
    assert.deepEqual(rules(problems), [
      'callback-url-dangerous',
      'introspects-all-tokens',
      'pkce-not-required',
      'refresh-token-rotation-off',
      'scope-full',
      'secret-in-source',
    ]);
    const pkce = problems.find(({ rule }) => rule === 'pkce-not-required');
    assert.equal(text.slice(pkce?.start, pkce?.end), '<isPkceRequired>false</isPkceRequired>');
    assert.equal(pkce?.severity, 'critical');
    const full = problems.find(({ rule }) => rule === 'scope-full');
    assert.equal(text.slice(full?.start, full?.end), '<scopes>Full</scopes>');
    assert.ok(problems.every(({ message }) => !message.includes('S3CRET')));
  });

  it('what a file does not say is said, with the element to add in its place', () => {
    const text = connectedApp(
      '        <callbackUrl>https://a.example/cb</callbackUrl>\n        <scopes>Api</scopes>\n',
    );
    const [problem] = problemsOf(PATH, text);
    assert.equal(problem?.rule, 'pkce-not-stated');
    assert.ok(problem.fix);
    assert.equal(
      applied(text, problem.fix.edit),
      connectedApp(
        '        <callbackUrl>https://a.example/cb</callbackUrl>\n        <isPkceRequired>true</isPkceRequired>\n        <scopes>Api</scopes>\n',
      ),
    );
  });

  it('a value on a line of its own is that value', () => {
    const [open, close] = ['>\n            ', '\n        </'];
    const text = connectedApp(
      `        <isEnforceRefreshTokenTTL>false</isEnforceRefreshTokenTTL>\n        <isPkceRequired>true</isPkceRequired>\n        <scopes${open}Full${close}scopes>\n        <scopes${open}RefreshToken${close}scopes>\n`,
    ).replace(
      '</oauthConfig>',
      `</oauthConfig><oauthPolicy><refreshTokenPolicy${open}infinite${close}refreshTokenPolicy></oauthPolicy>`,
    );
    assert.deepEqual(rules(problemsOf(PATH, text)), ['refresh-token-unlimited', 'scope-full']);
  });

  it('a secret is one where it is not empty, and its line is that of its element', () => {
    const withSecret = (secret: string): string =>
      connectedApp(
        `        <consumerSecret>${secret}</consumerSecret>\n        <isPkceRequired>true</isPkceRequired>\n`,
      );
    const found = (type: string, text: string): readonly string[] =>
      fileFindings(type, text, { kind: 'org' }).map(({ rule }) => rule);
    assert.deepEqual(found('ConnectedApp', withSecret('abc')), ['secret-in-source']);
    assert.deepEqual(found('ConnectedApp', withSecret(' ')), []);
    assert.deepEqual(found('ConnectedApp', connectedApp('')), ['pkce-not-stated']);
    const global =
      '<ExtlClntAppGlobalOauthSettings>\n<consumerSecret>abc</consumerSecret>\n</ExtlClntAppGlobalOauthSettings>';
    assert.deepEqual(found('ExtlClntAppGlobalOauthSettings', global), ['secret-in-source']);
    assert.equal(lineIn('ExtlClntAppGlobalOauthSettings', global, 'secret-in-source'), 2);
    assert.equal(lineIn('ConnectedApp', withSecret('abc'), 'secret-in-source'), 5);
    assert.equal(lineIn('ConnectedApp', withSecret('abc'), 'app-unused'), 2);
  });

  it('settings of the org: the last step of the roll-out, and the old flows', () => {
    const path = 'test/fixtures/metadata-cases/settings/OauthOidc.settings-meta.xml';
    const text = readFileSync(path, 'utf8');
    assert.deepEqual(rules(problemsOf(path, text)), [
      'org-pkce-not-required',
      'username-password-flow-allowed',
    ]);
  });

  it('other files, files that are no XML, apps without OAuth, and good ones have none', () => {
    assert.deepEqual(problemsOf('a/B.settings-meta.xml', '<x/>'), []);
    assert.equal(sourceProblems(PATH, '<ConnectedApp><oauthConfig>'), undefined);
    assert.equal(sourceProblems(PATH, `${HEAD}<Other/>`), undefined);
    assert.deepEqual(problemsOf(PATH, `${HEAD}<ConnectedApp><label>A</label></ConnectedApp>`), []);
    assert.deepEqual(
      problemsOf(PATH, connectedApp('        <isPkceRequired>true</isPkceRequired>\n')),
      [],
    );
    assert.equal(sourceProblems(PATH, '<!DOCTYPE a [<!ENTITY b "c">]><ConnectedApp/>'), undefined);
  });

  it('namespace prefixes and a second element hide nothing, and a fix keeps the prefix', () => {
    const text = `<m:ConnectedApp xmlns:m="urn:x"><m:oauthConfig><m:consumerSecret/><m:consumerSecret>S3CRET</m:consumerSecret></m:oauthConfig></m:ConnectedApp>`;
    const problems = problemsOf(PATH, text);
    const secret = problems.find(({ rule }) => rule === 'secret-in-source');
    assert.equal(
      text.slice(secret?.start, secret?.end),
      '<m:consumerSecret>S3CRET</m:consumerSecret>',
    );
    const unstated = problems.find(({ rule }) => rule === 'pkce-not-stated');
    assert.ok(unstated?.fix);
    assert.match(
      applied(text, unstated.fix.edit),
      /<m:isPkceRequired>true<\/m:isPkceRequired><\/m:oauthConfig>/,
    );
    const empty = '<m:ConnectedApp xmlns:m="urn:x"><m:oauthConfig/></m:ConnectedApp>';
    const [first] = problemsOf(PATH, empty);
    assert.ok(first?.fix);
    assert.match(
      applied(empty, first.fix.edit),
      /<m:oauthConfig><m:isPkceRequired>true<\/m:isPkceRequired><\/m:oauthConfig>/,
    );
  });

  for (const path of CASES) {
    const original = readFileSync(path, 'utf8');
    const variants: readonly (readonly [string, string])[] = [
      ['as it is', original],
      ['CRLF', original.replace(/\r?\n/g, '\r\n')],
      ['with a byte order mark', `\uFEFF${original}`],
      ['on one line', original.replace(/>\s+</g, '><')],
      ['with characters beyond the first plane', original.replace('<label>', '<label>𝔘🎉')],
    ];
    for (const [name, text] of variants) {
      it(`every fix mends its problem and changes nothing else: ${path.slice(29)}, ${name}`, () => {
        for (const { rule, fix } of problemsOf(path, text)) {
          if (!fix) continue;
          const after = applied(text, fix.edit);
          const left = problemsOf(path, after);
          assert.ok(!left.some((other) => other.rule === rule), rule);
          const [, element = ''] = /^Set (\w+) to/.exec(fix.title) ?? [];
          const others = (all: string): readonly string[] =>
            flat(placedElements(all)).filter((one) => !one.includes(`/${element}=`));
          assert.deepEqual(others(after), others(text), rule);
          // One line more at most, and the others as they were, with their endings.
          const lines = (all: string): readonly string[] =>
            all.split('\n').filter((line) => !line.includes(`<${element}>`));
          if (name !== 'on one line') assert.deepEqual(lines(after), lines(text), rule);
          if (name === 'CRLF') assert.doesNotMatch(after, /[^\r]\n/);
        }
      });
    }
  }
});
