/** What the extension host runs: all suites, by mocha. */
import { join } from 'node:path';
import Mocha from 'mocha';

export async function run(): Promise<void> {
  const grep = process.env.PKCE_GREP;
  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, color: false, ...(grep ? { grep } : {}) });
  mocha.addFile(join(__dirname, 'suites.cjs'));
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => {
      if (failures > 0) reject(new Error(`${failures} editor tests failed.`));
      else resolve();
    });
  });
}
