/**
 * `npm run bench [-- NAME ...]`: the figures that the design budgets, one JSON line each. A bench is a file
 * NAME.bench.ts here that exports one function; time is compared only within one run.
 */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../harness/paths.ts';

/** What a bench exports: it reports each line of figures under a name. */
export type Bench = (
  report: (name: string, figures: Readonly<Record<string, unknown>>) => void,
) => Promise<void>;

const files = new Map(
  globSync('test/bench/*.bench.ts', { cwd: ROOT })
    .sort()
    .map((file) => [basename(file, '.bench.ts'), join(ROOT, file)]),
);
// Lines have names of their own, such as tree-5000 of the bench tree.
const wanted = process.argv
  .slice(2)
  .map((name) => (files.has(name) ? name : name.replace(/-\d+$/, '')));
const unknown = wanted.filter((name) => !files.has(name));
if (unknown.length > 0) {
  console.error(
    `No bench is called ${unknown.join(', ')}. There are: ${[...files.keys()].join(', ')}.`,
  );
  process.exitCode = 2;
} else {
  for (const [name, file] of files) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const { bench } = (await import(file)) as { bench: Bench };
    await bench((line, figures) => console.log(JSON.stringify({ bench: line, ...figures })));
  }
}
