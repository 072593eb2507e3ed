// For esbuild: dynamic imports come in few chunks.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/**
 * What is loaded together as soon as something of it is needed, by folder. Left to itself esbuild makes a file of
 * every dynamic import and of every part that two of them share: a hundred small ones, a sixth more to download.
 */
const CHUNKS = {
  floors: ['oauth', 'salesforce', 'audit', 'session'],
  commands: ['signIn', 'views', 'commands'],
};
/** Loaded with an answer of a login host alone. */
const APART = resolve('src/oauth/protocolLibrary.ts');

/** @returns the chunk that a module is loaded with, undefined if it has one of its own */
function chunkOf(module) {
  if (module === APART) return undefined;
  return Object.keys(CHUNKS).find((name) =>
    CHUNKS[name].some((folder) => module.startsWith(join(ROOT, 'src', folder, '/'))),
  );
}

/** Modules that are imported dynamically. */
function laterModules() {
  return globSync('src/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bimport\('(\.[^']+)'\)/g)].map(([, path]) =>
      resolve(dirname(file), path),
    ),
  );
}

/** A dynamic import of one module gets the chunk that has all of them. */
export const fewChunks = {
  name: 'few chunks',
  setup: ({ onResolve, onLoad }) => {
    const later = [...new Set(laterModules())];
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const module = resolve(resolveDir, path);
      const chunk = chunkOf(module);
      if (chunk && !later.includes(module)) {
        throw new Error(
          `${path} is imported in a way that was not found: write import('${path}').`,
        );
      }
      return chunk && { path: chunk, namespace: 'chunk' };
    });
    onLoad({ filter: /.*/, namespace: 'chunk' }, async ({ path: chunk }) => {
      const modules = later.filter((module) => chunkOf(module) === chunk);
      await refuseTwins(modules);
      return {
        contents: modules.map((module) => `export * from ${JSON.stringify(module)};`).join('\n'),
        resolveDir: ROOT,
      };
    });
  },
};

/** Two exports of one name in one chunk would both be left out, without a word. */
async function refuseTwins(modules) {
  const { metafile } = await build({
    entryPoints: modules,
    bundle: false,
    format: 'esm',
    write: false,
    outdir: 'dist',
    metafile: true,
  });
  const owner = new Map();
  for (const { entryPoint, exports } of Object.values(metafile.outputs)) {
    for (const name of exports) {
      if (owner.has(name)) {
        throw new Error(`${entryPoint} and ${owner.get(name)} both export ${name}: rename one.`);
      }
      owner.set(name, entryPoint);
    }
  }
}
