/** Numbers, days and times are written in the language of the texts around them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '../../harness/paths.ts';

const run = promisify(execFile);

/** What a number and a day look like on a system of that language, where the texts are in `tag`. */
async function written(system: string, tag: string): Promise<string> {
  const code = `
    import { locale, speak } from './src/oauth/language.ts';
    import { count } from './src/salesforce/count.ts';
    import { moment } from './src/views/moment.ts';
    speak(${JSON.stringify(tag)}, {});
    const day = (month) => new Date(2026, month, 20, 14, 5).getTime();
    console.log([locale(), count(5000, 'app'), moment(day(4), day(10))].join(' | '));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: ROOT,
    env: { ...process.env, LC_ALL: `${system}.UTF-8` },
  });
  return stdout.trim().replaceAll(/[\u00a0\u202f]/g, ' ');
}

describe('the language of numbers and days', () => {
  it('is that of the texts, whatever the system speaks', async () => {
    assert.equal(await written('en_US', 'da'), 'da | 5.000 apps | 20. maj, 14.05');
    assert.equal(await written('de_DE', 'en'), 'en | 5,000 apps | May 20, 02:05 PM');
  });

  it('is written as the system’s region writes it, where the system speaks it too', async () => {
    assert.equal(await written('en_GB', 'en'), 'en-GB | 5,000 apps | 20 May, 14:05');
    assert.equal(await written('de_AT', 'de'), 'de-AT | 5 000 apps | 20. Mai, 14:05');
    assert.equal(await written('pt_BR', 'pt-br'), 'pt-BR | 5.000 apps | 20 de mai., 14:05');
  });

  it('a made-up language writes them somehow', async () => {
    assert.match(await written('en_US', 'qps-ploc'), /^qps-ploc \| 5,?000 apps \| .*05/);
  });
});
