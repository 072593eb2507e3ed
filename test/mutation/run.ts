/**
 * Mutation testing: changes the code of a floor in a thousand small ways and counts how many the tests notice. Each
 * floor is tried against its own tests, which is what tells whether they are any good.
 *
 * `npm run test:mutation [-- oauth session audit]`
 */
import { Stryker } from '@stryker-mutator/core';

/** The tests of each floor that stand elsewhere than in its own folder. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  oauth: ['test/unit/leaks.test.ts', 'test/unit/signIn/**/*.test.ts'],
  session: [
    'test/unit/audit/history.test.ts',
    'test/unit/audit/migration.test.ts',
    'test/unit/exportedApi.test.ts',
    'test/unit/leaks.test.ts',
    'test/unit/salesforce/appSelection.test.ts',
    'test/unit/signIn/signIn*.test.ts',
    'test/unit/views/openPages.test.ts',
    'test/unit/views/rows.test.ts',
  ],
  audit: ['test/unit/session/journal.test.ts'],
};

/** Its windows are processes of their own, which know nothing of a mutant. */
const BLIND = 'test/unit/session/refreshStorm.test.ts';

/** No floor may have less than that. */
const LOWEST_SCORE = 85;

const asked = process.argv.slice(2);
const floors = asked.length > 0 ? asked : Object.keys(FLOORS);
const scores: string[] = [];
let isFine = true;
for (const floor of floors) {
  const more = FLOORS[floor];
  if (!more) throw new Error(`${floor} is none of ${Object.keys(FLOORS).join(', ')}.`);
  const results = await new Stryker({
    mutate: [`src/${floor}/**/*.ts`],
    mochaOptions: { spec: [`test/unit/${floor}/**/*.test.ts`, ...more], ignore: [BLIND] },
    jsonReporter: { fileName: `dist/mutation/${floor}.json` },
  }).runMutationTest();
  const count = (...statuses: readonly string[]): number =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  const score = (100 * noticed) / (noticed + count('Survived', 'NoCoverage'));
  scores.push(`${floor}: ${score.toFixed(1)} % of ${results.length} mutants noticed`);
  isFine &&= score >= LOWEST_SCORE;
}
console.log(scores.join('\n'));
process.exitCode = isFine ? 0 : 1;
