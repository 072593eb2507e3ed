/** The package as a user gets it, made anew. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { ROOT, VSIX } from '../harness/paths.ts';

/** Packages the extension. @returns the file's content */
export async function packedVsix(): Promise<Uint8Array> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const shell = process.platform === 'win32';
  await promisify(execFile)(npm, ['run', '--silent', 'package'], { cwd: ROOT, shell });
  return readFileSync(VSIX);
}

/** Packages and unpacks the extension. @returns its folder */
export async function unpackedVsix(folder: string): Promise<string> {
  const files = unzipSync(await packedVsix());
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith('/')) continue;
    const path = join(folder, 'vsix', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return join(folder, 'vsix', 'extension');
}
