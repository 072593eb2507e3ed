/** Targets of what changes and proves: answers to probes and updates, source files and their edits, code. */
import fc from 'fast-check';
import { scanCode } from '../../src/audit/codeScan.ts';
import { sourceProblems } from '../../src/audit/sourceChecks.ts';
import { othersIn, updateXml } from '../../src/salesforce/enforcement/componentXml.ts';
import { refusalWords, saveResultsIn } from '../../src/salesforce/enforcement/saveResult.ts';
import { judgeProbe } from '../../src/salesforce/probe.ts';
import { PROBE_CHECKS } from '../../src/salesforce/proof.ts';
import { parseXml, XmlElement, XmlError } from '../../src/salesforce/xml.ts';
import { oddText, PLANTED, target, type Target, type Verdict } from './target.ts';

const CLIENT = {
  loginHost: 'https://acme.my.salesforce.com',
  clientId: '3MVG9acme',
  redirectUri: 'https://app.acme.example/cb',
};

const locations = fc.oneof(
  fc.constant(null),
  oddText,
  fc.webUrl(),
  fc
    .tuple(
      fc.constantFrom(
        CLIENT.redirectUri,
        `${CLIENT.redirectUri}.evil`,
        'https://app.acme.example:444/cb',
        'https://pkce-probe.invalid/callback',
        'https://acme.my.salesforce.com/login',
        'https://acme.my.salesforce.com.evil.example/login',
        '//evil.example/login',
      ),
      oddText,
    )
    .map(
      ([where, words]) =>
        `${where}?error=invalid_request&error_description=${encodeURIComponent(words.toWellFormed())}`,
    ),
);

const names = fc.constantFrom(
  'label',
  'callbackUrl',
  'consumerKey',
  'consumerSecret',
  'isPkceRequired',
  'scopes',
  'fullName',
  'shouldRotateConsumerKey',
  'zzz',
);
const leaves = fc.tuple(names, oddText).map(([name, text]) => new XmlElement(name, {}, [], text));
const components = fc
  .tuple(fc.array(leaves), fc.array(leaves))
  .map(
    ([own, config]) =>
      new XmlElement(
        'ConnectedApp',
        {},
        [...own, new XmlElement('oauthConfig', {}, config, '')],
        '',
      ),
  );

const sourceTexts = fc.oneof(
  oddText,
  fc
    .tuple(fc.array(fc.tuple(names, oddText)), fc.constantFrom('\n', '\r\n', ''), fc.boolean())
    .map(([elements, ending, hasMark]) => {
      const lines = elements.map(([name, text]) => `<${name}>${text}</${name}>`);
      return `${hasMark ? '\uFEFF' : ''}<ConnectedApp>${ending}<oauthConfig>${ending}${lines.join(ending)}${ending}</oauthConfig></ConnectedApp>`;
    }),
);

export const changeTargets: readonly Target[] = [
  target(
    'answers to a probe',
    6,
    fc.record({
      check: fc.constantFrom(...PROBE_CHECKS),
      status: fc.constantFrom(200, 302, 303, 400, 500),
      location: locations,
      contentType: fc.constantFrom('', 'text/html', 'application/json'),
      body: fc.oneof(oddText, fc.constant('<input type="password">')),
    }),
    ({ check, ...answer }): Verdict => {
      const { verdict, seen } = judgeProbe(check, CLIENT, answer);
      if (seen.includes(PLANTED)) return { crashed: `shows a secret: ${seen}` };
      // What comes from elsewhere proves nothing about this client.
      const host = answer.location === null ? undefined : URL.parse(answer.location)?.host;
      const isForeign = host?.includes('evil') === true || host === 'app.acme.example:444';
      return isForeign && answer.status < 400 && answer.status >= 300 && verdict !== 'unknown'
        ? { wronglyAccepted: `${check}: ${answer.location ?? ''}` }
        : 'ok';
    },
  ),
  target('components on their way back', 4, components, (component): Verdict => {
    const sent = parseXml(
      `<x xmlns:met="m" xmlns:xsi="i">${updateXml('ConnectedApp', 'A', component, true)}</x>`,
    );
    const config = sent.child('metadata')?.child('oauthConfig');
    if (config?.all('isPkceRequired').length !== 1) return { crashed: 'the flag' };
    if (config.child('consumerKey') ?? config.child('consumerSecret')) {
      return { wronglyAccepted: 'key or secret was sent' };
    }
    if (config.all('shouldRotateConsumerKey').some(({ text }) => text !== 'false')) {
      return { wronglyAccepted: 'the key would be rotated' };
    }
    othersIn('ConnectedApp', component);
    return 'ok';
  }),
  target('results of an update', 3, oddText, (text): Verdict => {
    let response;
    try {
      response = parseXml(
        `<r><result><success>${text}</success><errors><message>${text}</message><statusCode>${text}</statusCode></errors></result></r>`,
      );
    } catch (error) {
      return error instanceof XmlError ? 'ok' : { crashed: String(error) };
    }
    const [result] = saveResultsIn(response);
    const words = refusalWords(result?.errors ?? []);
    if (words.includes(PLANTED)) return { crashed: 'shows a secret' };
    return result?.success === true && text.trim() !== 'true' ? { wronglyAccepted: text } : 'ok';
  }),
  target('source files and their fixes', 4, sourceTexts, (text): Verdict => {
    for (const { fix, start, end } of sourceProblems('A.connectedApp-meta.xml', text) ?? []) {
      if (start > end || end > text.length) return { crashed: `a place outside: ${start}` };
      if (!fix) continue;
      const { edit } = fix;
      const after = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
      // A fix that breaks the file is worse than none.
      parseXml(after.replace(/^\uFEFF/, ''));
    }
    return 'ok';
  }),
  target(
    'code',
    2,
    fc.array(
      fc.oneof(
        oddText,
        fc.constantFrom('/services/oauth2/authorize', 'response_type=code', 'client_id', '\n'),
      ),
    ),
    (parts): Verdict => {
      const text = parts.join('');
      const finds = scanCode('a.js', text);
      return finds.every(({ start, end }) => start < end && end <= text.length)
        ? 'ok'
        : { crashed: 'a place outside' };
    },
  ),
];
