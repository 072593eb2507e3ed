/** Numbers of the settings, against the manifest. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { numberSetting } from '../../src/settings.ts';
import { DEFAULT_LOOPBACK_PORT } from '../../src/signIn/redirect.ts';

const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));

describe('settings', () => {
  for (const [name, otherwise, good, bad] of [
    ['requestConcurrency', 10, [1, 25], [0, -1, 26, 2.5]],
    ['requestTimeoutSeconds', 30, [5, 7.5, 300], [-1, 0, 4.9, 301]],
    ['refreshAheadSeconds', 60, [0, 3600], [-1, 3601, 0.5]],
    ['loopbackPort', DEFAULT_LOOPBACK_PORT, [0, 27_418, 65_535], [-1, 70_000, 80.5]],
  ] as const) {
    it(`E49: ${name} is a number that the manifest allows, or its default`, () => {
      for (const value of good) assert.equal(numberSetting(manifest, name, value), value);
      for (const value of [...bad, '10', '', true, null, undefined, [7], {}, Number.NaN, Infinity])
        assert.equal(numberSetting(manifest, name, value), otherwise, JSON.stringify(value));
    });
  }
});
