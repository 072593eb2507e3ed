/**
 * Authorization requests to Salesforce that are built without a code challenge, in code of common languages. Few false
 * alarms matter more than all finds: a file that knows PKCE at all is left alone, and so are tests, comments and
 * configurations that leave the request to a library.
 */
import * as l10n from '@vscode/l10n';
import { isCode } from './checkedFiles.ts';
import { lineAt } from './lineIndex.ts';

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
/** Nobody mends more of one file at a time: so many are a generated one. */
const MOST_FINDS = 200;

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
  const finds: CodeFind[] = [];
  for (const { rule, start } of hitsIn(text)) {
    const last = finds.at(-1);
    if (last && finds.length === MOST_FINDS) {
      const message = `${last.message} ${l10n.t('There are more in this file.')}`;
      return [...finds.slice(0, -1), { ...last, message }];
    }
    finds.push(findAt(rule, text, start));
  }
  return finds;
}

interface Hit {
  readonly rule: CodeFind['rule'];
  readonly start: number;
}

/** One after the other, so that nobody looks for more than are told. */
function* hitsIn(text: string): Generator<Hit> {
  for (const { index: start } of text.matchAll(GENERATOR)) yield { rule: 'pkce-generator', start };
  if (KNOWS_PKCE.test(text.replace(GENERATOR, ''))) return;
  const lines = text.split('\n');
  const starts = startsOf(lines);
  // A line may be a whole minified file, with thousands of them.
  const verdicts = new Map<number, boolean>();
  for (const { index: start } of text.matchAll(ENDPOINT)) {
    const line = lineAt(starts, start);
    const isRequest = verdicts.get(line) ?? isRequestAt(lines, line);
    verdicts.set(line, isRequest);
    if (isRequest) yield { rule: 'authorize-without-challenge', start };
  }
}

/** Whether an endpoint in this line is part of a request for a code. */
function isRequestAt(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? '';
  if (COMMENT.test(line) || EXPECTS.test(line)) return false;
  const around = lines
    .slice(Math.max(0, index - LINES_BEFORE), index + LINES_AFTER + 1)
    .filter((one) => !COMMENT.test(one))
    .join('\n');
  return ASKS_FOR_CODE.test(around) && NAMES_CLIENT.test(around) && NAMES_REDIRECT.test(around);
}

function findAt(rule: CodeFind['rule'], text: string, start: number): CodeFind {
  const length = /^[\w/]+/.exec(text.slice(start, start + 100))?.[0].length ?? 1;
  return { rule, message: MESSAGES[rule], start, end: start + length };
}

function startsOf(lines: readonly string[]): readonly number[] {
  let next = 0;
  return lines.map((line) => {
    const start = next;
    next += line.length + 1;
    return start;
  });
}
