/** What the extension host runs: all suites, by mocha. */
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { REPORT_MARK } from '../harness/reportMark.ts';

export async function run(): Promise<void> {
  const grep = process.env.PKCE_GREP;
  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, color: false, ...(grep ? { grep } : {}) });
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => {
    for (const line of format(...parts).split('\n')) console.log(REPORT_MARK + line);
  };
  mocha.addFile(join(__dirname, 'suites.cjs'));
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => {
      if (failures > 0) reject(new Error(`${failures} editor tests failed.`));
      else resolve();
    });
  });
}
