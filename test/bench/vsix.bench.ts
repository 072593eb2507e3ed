/** The size of the package, demo org included. Budget: 300 kilobytes of 1,000 bytes. */
import { unzipSync } from 'fflate';
import type { Bench } from './run.ts';
import { rounded } from './support.ts';
import { packedVsix } from './vsix.ts';

export const bench: Bench = async (report) => {
  const packed = await packedVsix();
  report('vsix', {
    kilobytes: rounded(packed.byteLength / 1000),
    files: Object.keys(unzipSync(packed)).length,
  });
};
