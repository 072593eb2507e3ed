/** What a fuzzing target is, and the hostile values that all of them are fed with. */
import fc from 'fast-check';
import { UserFacingError } from '../../src/oauth/userFacingError.ts';

/**
 * - `ok`: refused with a clear error, or accepted as the oracle says it may be
 * - `crashed`: something was thrown that no user can act on, or a secret was in its words
 * - `wronglyAccepted`: the oracle, which knows the RFCs and not our code, says that it must be refused
 */
export type Verdict = 'ok' | { readonly crashed: string } | { readonly wronglyAccepted: string };

export interface Target {
  readonly name: string;
  /** Share of the inputs. */
  readonly weight: number;
  /** Runs the target with so many inputs; resolves with what was found. */
  run(inputs: number, seed: number): Promise<readonly Finding[]>;
}

export interface Finding {
  readonly target: string;
  readonly verdict: Exclude<Verdict, 'ok'>;
  /** The smallest input that shows it, and how to get it again. */
  readonly input: string;
  readonly seed: number;
  readonly path: string;
}

const HANG_MILLISECONDS = 5_000;

/** A target from its inputs and its judge. A judge that takes too long is a hang, which is a crash. */
export function target<T>(
  name: string,
  weight: number,
  input: fc.Arbitrary<T>,
  judge: (input: T) => Verdict | Promise<Verdict>,
): Target {
  return {
    name,
    weight,
    run: async (inputs, seed) => {
      let last: Exclude<Verdict, 'ok'> = { crashed: 'nothing' };
      const property = fc.asyncProperty(input, async (one) => {
        const verdict = await judged(judge, one);
        if (verdict === 'ok') return true;
        last = verdict;
        return false;
      });
      const details = await fc.check(property, { numRuns: inputs, seed, endOnFailure: false });
      if (!details.failed) return [];
      return [
        {
          target: name,
          verdict: last,
          input: fc.stringify(details.counterexample).slice(0, 2000),
          seed: details.seed,
          path: details.counterexamplePath ?? '',
        },
      ];
    },
  };
}

async function judged<T>(
  judge: (input: T) => Verdict | Promise<Verdict>,
  input: T,
): Promise<Verdict> {
  const hang = { crashed: `no end after ${HANG_MILLISECONDS} ms` };
  const limit = Promise.withResolvers<Verdict>();
  const timer = setTimeout(() => limit.resolve(hang), HANG_MILLISECONDS);
  const before = process.cpuUsage();
  try {
    const verdict = await Promise.race([judge(input), limit.promise]);
    // A judge that never waits lets no timer run.
    return process.cpuUsage(before).user / 1000 > HANG_MILLISECONDS ? hang : verdict;
  } catch (error) {
    return crash(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Stands in every token that a fuzzed answer may hold. */
export const PLANTED = 'PLANTEDsecretPLANTED';

/** Whether an error is one that a user can act on, without a secret in it. */
export function errorVerdict(error: unknown): Verdict {
  if (!(error instanceof UserFacingError)) return crash(error);
  const words = `${error.message} ${String(error.cause)} ${error.code} ${error.stack ?? ''}`;
  if (words.includes(PLANTED)) return { crashed: `a secret in the words of ${error.code}` };
  if (error.happened.trim() === '' || error.todo.trim() === '') return { crashed: 'no words' };
  return 'ok';
}

function crash(error: unknown): Verdict {
  return { crashed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** Values that parsers trip over. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1e308,
    -0,
    Number.MAX_SAFE_INTEGER + 2,
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\u202e',
    '%',
    '%00',
    '%E0%A4%A',
    '__proto__',
    'constructor',
    'toString',
    [],
    {},
    [[[[[[]]]]]],
    { __proto__: null },
    'x'.repeat(20_000),
    '<!DOCTYPE html><html>',
    '<script>alert(1)</script>',
    'javascript:alert(1)',
    '\ufeff{}',
  ),
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
);

/** The same as text. */
export const oddText: fc.Arbitrary<string> = odd.map((one) =>
  typeof one === 'string' ? one : ((JSON.stringify(one) as string | undefined) ?? ''),
);

/** An object like a good one, in which any member may be missing, odd, or another's. */
export function mangled(good: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  const members = Object.entries(good).map(
    ([name, value]) =>
      [
        name,
        fc.oneof(
          { weight: 6, arbitrary: fc.constant(value) },
          { weight: 2, arbitrary: odd },
          { weight: 1, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constantFrom(...Object.values(good)) },
        ),
      ] as const,
  );
  const extra = fc.dictionary(
    fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'error', 'active', 'expires_in', 'id_token'),
    ),
    odd,
    { maxKeys: 2 },
  );
  return fc
    .tuple(fc.record(Object.fromEntries(members)), extra)
    .map(([known, more]): unknown => ({ ...known, ...more }));
}

/** The text of an answer: good JSON of something mangled, or JSON that is cut, doubled, or none at all. */
export function bodyOf(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const text = value.map((one) => (JSON.stringify(one) as string | undefined) ?? '');
  return fc.oneof(
    { weight: 8, arbitrary: text },
    {
      weight: 1,
      arbitrary: fc
        .tuple(text, fc.nat(200))
        .map(([one, at]) => one.slice(0, Math.max(0, one.length - at))),
    },
    { weight: 1, arbitrary: fc.tuple(text, text).map(([one, other]) => one + other) },
    { weight: 1, arbitrary: oddText },
  );
}

export interface WireAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A whole answer of a server. */
export function answerOf(body: fc.Arbitrary<string>): fc.Arbitrary<WireAnswer> {
  return fc.record({
    status: fc.oneof(
      { weight: 8, arbitrary: fc.constant(200) },
      { weight: 3, arbitrary: fc.constantFrom(201, 302, 400, 401, 403, 404, 429, 500, 503) },
    ),
    type: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.constantFrom('application/json', 'application/json;charset=UTF-8'),
      },
      { weight: 1, arbitrary: fc.constantFrom('text/html', 'text/plain', '', 'application/xml') },
    ),
    body,
  });
}

/** The answer as fetch gives it. */
export function responseOf({ status, type, body }: WireAnswer): Response {
  return new Response(body, { status, headers: type === '' ? {} : { 'content-type': type } });
}
