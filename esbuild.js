// Builds what the .vsix holds: the extension with its demo org as chunks that load when they are first
// needed, and the scripts of the webviews. `--production` minifies and leaves out the source maps.
import { rmSync, writeFileSync } from 'node:fs';
import { cyclonedxEsbuildPlugin } from '@cyclonedx/cyclonedx-esbuild';
import { build } from 'esbuild';
import { fewChunks } from './build/fewChunks.js';
import { writeCommandLinePackage } from './build/commandLinePackage.js';
import { writeNotices } from './build/notices.js';
import { writeReadme } from './build/readme.js';

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

/** All of other people's code in a bundle, with their licences. */
const listParts = () =>
  cyclonedxEsbuildPlugin({
    outputFile: 'sbom.cdx.json',
    gatherLicenseTexts: true,
    outputReproducible: true,
  });

/** For the extension host. */
const inHost = {
  outdir: 'dist',
  platform: 'node',
  target: 'node22',
  format: 'esm',
  external: ['vscode'],
};

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
    // All of other people's code that is in the .vsix comes by this way.
    plugins: [fewChunks, listParts()],
  }),
  // The command line, for CI: one file in a package of its own, not part of the .vsix.
  build({
    ...common,
    entryPoints: { 'pkce-audit': 'src/cli/main.ts' },
    outdir: 'dist/cli',
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // undici is CommonJS, and asks for Node's own modules as it loads.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    plugins: [listParts()],
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
writeNotices('dist');
writeCommandLinePackage('dist/cli');
writeReadme('dist/readme.md');
