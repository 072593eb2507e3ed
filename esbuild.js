// Builds what the .vsix holds: the extension with its demo org as chunks that load when they are first
// needed, and the scripts of the webviews. `--production` minifies and leaves out the source maps.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

const production = process.argv.includes('--production');

const common = {
  bundle: true,
  minify: production,
  sourcemap: !production,
  logLevel: 'warning',
  legalComments: 'none',
};

rmSync('dist', { recursive: true, force: true });

await Promise.all([
  build({
    ...common,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // A dynamic import becomes a file of its own: XML, OAuth and the demo org cost nothing until used.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: ['vscode'],
  }),
  build({
    ...common,
    entryPoints: { appDetails: 'src/views/appDetails/page.ts' },
    outdir: 'dist/webview',
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
  }),
]);
