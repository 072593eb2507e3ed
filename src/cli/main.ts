#!/usr/bin/env node
/** `npm run audit`: the audit without an editor, for CI. Its exit code says how it went. */
import { parseArgs } from 'node:util';
import { audit, type Audit } from '../audit/audit.ts';
import { SEVERITIES, type Finding, type Severity } from '../audit/finding.ts';
import { FORMATS, report, type Format } from '../audit/reports/reports.ts';
import type { FileLocation } from '../audit/reports/sarif.ts';
import { isAllJudged } from '../audit/reports/words.ts';
import { errorCodeOf } from '../oauth/errorCode.ts';
import { plainLine, printable, redact } from '../oauth/redact.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { readOrg } from './org.ts';
import { readSource } from './source.ts';
import { VERSION } from './version.ts';

const HELP = `npm run audit -- --source DIR | --org URL [options]
  --source DIR         judge the apps of a Salesforce source tree, offline
  --org URL            judge an org; its access token comes from the environment variable SF_ACCESS_TOKEN
  --format FORMAT      ${FORMATS.join(', ')} (markdown)
  --fail-on SEVERITY   ${SEVERITIES.join(', ')} (high): findings as bad as that, or worse, fail
  --help

Exit codes: 0 nothing that bad was found, 1 something was, 2 it could not be told: an app that could not be
judged, a part that could not be read, an org that cannot be reached, arguments that do not fit.
`;

const CLEAN = 0;
const FINDINGS = 1;
const COULD_NOT_TELL = 2;

/** Arguments that do not fit. */
class UsageError extends Error {}

/** Also of those that parseArgs does not know. */
function isUsage(error: unknown): boolean {
  return error instanceof UsageError || errorCodeOf(error).startsWith('ERR_PARSE_ARGS');
}

interface Orders {
  readonly source: string | undefined;
  readonly org: string | undefined;
  readonly format: Format;
  readonly failOn: Severity;
}

function ordersIn(args: string[]): Orders | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      source: { type: 'string' },
      org: { type: 'string' },
      format: { type: 'string', default: 'markdown' },
      'fail-on': { type: 'string', default: 'high' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { source, org, format, 'fail-on': failOn } = values;
  if ((source === undefined) === (org === undefined)) {
    throw new UsageError('Say what to audit: --source DIR or --org URL.');
  }
  const oneOf = <T extends string>(name: string, value: string, all: readonly T[]): T => {
    const found = all.find((one) => one === value);
    if (!found) throw new UsageError(`--${name} ${value}: write one of ${all.join(', ')}.`);
    return found;
  };
  return {
    source,
    org,
    format: oneOf('format', format, FORMATS),
    failOn: oneOf('fail-on', failOn, SEVERITIES),
  };
}

async function run({ source, org, format, failOn }: Orders): Promise<number> {
  const nowMilliseconds = Date.now();
  let result: Audit;
  let locate: ((finding: Finding) => FileLocation | undefined) | undefined;
  let isWhole = true;
  if (source === undefined) {
    const { catalog, name } = await readOrg(org ?? '', process.env);
    result = audit(catalog, { org: name, nowMilliseconds });
  } else {
    const read = await readSource(source);
    for (const warning of read.warnings) console.error(plainLine(warning));
    isWhole = read.warnings.length === 0;
    locate = read.locate;
    const { catalog, fileFindings } = read;
    result = audit(catalog, { org: source, nowMilliseconds, fileFindings });
  }
  const options = { version: VERSION, ...(locate ? { locate } : {}) };
  process.stdout.write(printable(report(format, [result], options)));
  const bad = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  if (bad.some((severity) => result.counts[severity] > 0)) return FINDINGS;
  return isWhole && isAllJudged(result) ? CLEAN : COULD_NOT_TELL;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever was to read the report has left, if it is no full disk.
  const hasLeft = error.code === 'EPIPE';
  if (!hasLeft) console.error(wordsOf(error));
  process.exit(COULD_NOT_TELL);
});

try {
  const orders = ordersIn(process.argv.slice(2));
  if (orders === 'help') process.stdout.write(HELP);
  else process.exitCode = await run(orders);
} catch (error) {
  process.exitCode = COULD_NOT_TELL;
  console.error(wordsOf(error));
  if (error instanceof UserFacingError && error.cause !== undefined) {
    console.error(wordsOf(error.cause));
  }
  if (isUsage(error)) console.error(HELP);
}

function wordsOf(error: unknown): string {
  return printable(redact(error instanceof Error ? error.message : String(error)));
}
