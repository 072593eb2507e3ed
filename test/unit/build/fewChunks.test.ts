/** Dynamic imports come in few chunks, all of them. */
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { fewChunks } from '../../../build/fewChunks.js';

/** Bundles a module of `src` with this text. */
async function bundled(contents: string): Promise<readonly string[]> {
  const { outputFiles } = await build({
    stdin: { contents, loader: 'ts', resolveDir: 'src' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external: ['vscode'],
    outdir: 'dist',
    write: false,
    logLevel: 'silent',
    chunkNames: '[name]',
    plugins: [fewChunks],
  });
  return outputFiles.map(({ text }) => text);
}

describe('few chunks', () => {
  it('a dynamic import of one module loads the chunk that has all of its floors', async () => {
    const texts = await bundled("import('./salesforce/retrieve.ts').then(console.log);");
    assert.ok(texts.some((text) => /import\("\.\/floors[\w-]*\.js"\)/.test(text)));
    assert.ok(texts.some((text) => text.includes('checkRetrieveStatus')));
  });

  it('an import that is written so that it is not found is refused, not left out', () =>
    assert.rejects(
      bundled("import(\n  './salesforce/escapeXml.ts'\n).then(console.log);"),
      /escapeXml\.ts is imported in a way that was not found/,
    ));
});
