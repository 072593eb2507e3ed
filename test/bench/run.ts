/**
 * `npm run bench [-- NAME ...]`: the figures that the design budgets, one JSON line each, and nothing else of ours on
 * standard output. A bench is a file NAME.bench.ts here that exports one function; time is compared only within one run.
 */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../harness/paths.ts';

/** What a bench exports: it reports each line of figures under a name. */
export type Bench = (
  report: (name: string, figures: Readonly<Record<string, unknown>>) => void,
  /** Whether somebody wants the line of that name, in a bench of several. */
  isWanted: (name: string) => boolean,
) => Promise<void>;

interface BenchFile {
  readonly bench: Bench;
  /** Names of its lines, where they are others than its own. */
  readonly lines?: readonly string[];
}

const say = process.stdout.write.bind(process.stdout);
// What libraries and editors say on the way is no figure.
process.stdout.write = process.stderr.write.bind(process.stderr);

const benches = await Promise.all(
  globSync('test/bench/*.bench.ts', { cwd: ROOT })
    .sort()
    .map(async (file) => {
      const { bench, lines } = (await import(join(ROOT, file))) as BenchFile;
      const name = basename(file, '.bench.ts');
      return { name, bench, lines: lines ?? [name] };
    }),
);
const names = [...new Set(benches.flatMap(({ name, lines }) => [name, ...lines]))];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`No bench is called ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const { name, bench, lines } of benches) {
    const isWhole = wanted.length === 0 || (wanted.includes(name) && !lines.includes(name));
    const isWanted = (line: string): boolean => isWhole || wanted.includes(line);
    if (!lines.some(isWanted)) continue;
    await bench(
      (line, figures) => say(`${JSON.stringify({ bench: line, ...figures })}\n`),
      isWanted,
    );
  }
}
