// Builds what the .vsix holds: the extension with its demo org as chunks that load when they are first
// needed, and the scripts of the webviews. `--production` minifies and leaves out the source maps.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const production = process.argv.includes('--production');

const common = {
  bundle: true,
  minify: production,
  sourcemap: !production,
  logLevel: 'warning',
  legalComments: 'none',
  // The same library without the ways to read bundles from files.
  alias: { '@vscode/l10n': '@vscode/l10n/dist/browser.js' },
};

/** For the extension host. */
const inHost = {
  outdir: 'dist',
  platform: 'node',
  target: 'node22',
  format: 'esm',
  external: ['vscode'],
};

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
    CHUNKS[name].some((folder) => module.startsWith(join(import.meta.dirname, 'src', folder, '/'))),
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
const fewChunks = {
  name: 'few chunks',
  setup: ({ onResolve, onLoad }) => {
    const later = [...new Set(laterModules())];
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      const chunk = kind === 'dynamic-import' ? chunkOf(resolve(resolveDir, path)) : undefined;
      return chunk && { path: chunk, namespace: 'chunk' };
    });
    onLoad({ filter: /.*/, namespace: 'chunk' }, async ({ path: chunk }) => {
      const modules = later.filter((module) => chunkOf(module) === chunk);
      await refuseTwins(modules);
      return {
        contents: modules.map((module) => `export * from ${JSON.stringify(module)};`).join('\n'),
        resolveDir: import.meta.dirname,
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

rmSync('dist', { recursive: true, force: true });

await Promise.all([
  build({
    ...common,
    ...inHost,
    entryPoints: { extension: 'src/extension.ts' },
    // One small file: the editor waits for it.
    plugins: [
      {
        name: 'parts apart',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\/(parts|language)\.ts$/ }, ({ path }) => ({
            path: path.replace('.ts', '.js'),
            external: true,
          })),
      },
    ],
  }),
  build({
    ...common,
    ...inHost,
    entryPoints: { parts: 'src/parts.ts', language: 'src/language.ts' },
    // A dynamic import becomes a file of its own: XML, OAuth and the demo org cost nothing until used.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [fewChunks],
  }),
  // The command line, for CI: one file, not part of the .vsix.
  build({
    ...common,
    entryPoints: { 'pkce-audit': 'src/cli/main.ts' },
    outdir: 'dist/cli',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // undici is CommonJS, and asks for Node's own modules as it loads.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  }),
  build({
    ...common,
    entryPoints: {
      appDetails: 'src/views/appDetails/page.ts',
      dashboard: 'src/views/dashboard/page.ts',
    },
    outdir: 'dist/webview',
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
  }),
]);

// Node looks for the type of a module in the nearest package.json: this one is read faster than the manifest.
writeFileSync('dist/package.json', '{"type":"module"}\n');
