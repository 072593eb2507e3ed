/** `npm run test:e2e [-- --grep TEXT]`: a browser drives a real VS Code with the packaged .vsix installed. */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { ROOT, VSIX } from '../harness/paths.ts';

if (!existsSync(VSIX)) {
  console.error('There is no dist/salesforce-pkce.vsix: run npm run package first.');
  process.exit(1);
}
const place = process.argv.indexOf('--grep');
const grep = place < 0 ? undefined : process.argv[place + 1];
const mocha = new Mocha({
  ui: 'bdd',
  timeout: 300_000,
  slow: 60_000,
  ...(grep === undefined ? {} : { grep }),
});
for (const file of globSync('test/e2e/**/*.test.ts', { cwd: ROOT }).sort()) {
  mocha.addFile(join(ROOT, file));
}
await mocha.loadFilesAsync();
mocha.run((failures) => {
  process.exitCode = failures > 0 ? 1 : 0;
});
