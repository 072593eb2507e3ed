/**
 * Authorization requests to Salesforce that are built without a code challenge, in code of common languages. Few false
 * alarms matter more than all finds: a file that knows PKCE at all is left alone, and so are tests, comments and
 * configurations that leave the request to a library.
 */
import * as l10n from '@vscode/l10n';
import { isCode } from './checkedFiles.ts';

/** A place in the text, in UTF-16 units. */
export interface CodeFind {
  readonly rule: 'authorize-without-challenge' | 'pkce-generator';
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

const ENDPOINT = /\/services\/oauth2\/authorize\b/g;
/** The server makes verifier and challenge: whoever sees that answer can use a stolen code (SALESFORCE.md 13). */
const GENERATOR = /\/services\/oauth2\/pkce\/generator\b/g;
const KNOWS_PKCE = /code[_-]?challenge|code[_-]?verifier|\bpkce\b/i;
const ASKS_FOR_CODE =
  /response_?type["'\]]*\s*(?:=>|[=:,(]|%3D)+\s*(?:value\s*:\s*)?["'`]code\b|response_type=code\b/i;
const NAMES_CLIENT = /client_?id/i;
const NAMES_REDIRECT = /redirect_?ur[il]|callback/i;
const COMMENT = /^\s*(?:\/\/|\/?\*|#(?!\{)|<!--)/;
const TEST_PATH = /(^|[\\/._-])(tests?|specs?|__tests__|fixtures|mocks?|e2e)([\\/._-]|$)/i;
const EXPECTS = /\b(expect|assert|should|expected)\w*\b/i;

/** Lines around the endpoint that may belong to the same request. */
const LINES_BEFORE = 20;
const LINES_AFTER = 20;

const MESSAGES = {
  'authorize-without-challenge': l10n.t(
    'This authorization request has no code challenge: Salesforce refuses it as soon as the app, or the org, requires PKCE. Send code_challenge and code_challenge_method=S256, and code_verifier with the code (RFC 7636).',
  ),
  'pkce-generator': l10n.t(
    'The verifier comes from the server here, and travels over the network before it is needed. Make it where it is used: 32 random bytes, base64url (RFC 7636 section 4.1).',
  ),
} as const;

/** @param path decides whether the file is looked at: its ending, and that it is no test */
export function scanCode(path: string, text: string): readonly CodeFind[] {
  if (!isCode(path) || TEST_PATH.test(path)) return [];
  const generators = placesOf(GENERATOR, text).map((start) =>
    findAt('pkce-generator', text, start),
  );
  if (KNOWS_PKCE.test(text.replace(GENERATOR, ''))) return generators;
  const lines = linesOf(text);
  const requests = placesOf(ENDPOINT, text).filter((start) => {
    const index = lines.findLastIndex((line) => line.start <= start);
    const line = lines[index]?.text ?? '';
    if (COMMENT.test(line) || EXPECTS.test(line)) return false;
    const around = lines
      .slice(Math.max(0, index - LINES_BEFORE), index + LINES_AFTER + 1)
      .map((one) => one.text)
      .filter((one) => !COMMENT.test(one))
      .join('\n');
    return ASKS_FOR_CODE.test(around) && NAMES_CLIENT.test(around) && NAMES_REDIRECT.test(around);
  });
  return [
    ...generators,
    ...requests.map((start) => findAt('authorize-without-challenge', text, start)),
  ];
}

function placesOf(pattern: RegExp, text: string): readonly number[] {
  return [...text.matchAll(pattern)].map(({ index }) => index);
}

function findAt(rule: CodeFind['rule'], text: string, start: number): CodeFind {
  const length = /^[\w/]+/.exec(text.slice(start, start + 100))?.[0].length ?? 1;
  return { rule, message: MESSAGES[rule], start, end: start + length };
}

interface Line {
  readonly start: number;
  readonly text: string;
}

function linesOf(text: string): readonly Line[] {
  let start = 0;
  return text.split('\n').map((line) => {
    const own = { start, text: line };
    start += line.length + 1;
    return own;
  });
}
