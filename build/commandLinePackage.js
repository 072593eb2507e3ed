// What makes a package of the command line's bundle: a manifest, the licences in it, and ours.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNotices } from './notices.js';

/** @param folder of the bundle and its SBOM */
export function writeCommandLinePackage(folder) {
  const { version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
  const manifest = {
    name: 'salesforce-pkce-audit',
    version,
    description: 'Audits the OAuth apps of a Salesforce org or source tree: which require PKCE.',
    license,
    type: 'module',
    bin: { 'pkce-audit': 'pkce-audit.js' },
    engines: { node: '>=22' },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync('LICENSE', join(folder, 'LICENSE'));
  writeNotices(folder);
}
