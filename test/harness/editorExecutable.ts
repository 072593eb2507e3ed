/** The editor that `runTests` of @vscode/test-electron starts: it wants one executable file. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './paths.ts';

/**
 * Desktop VS Code where VSCODE_PATH names one, else the editor that comes from the npm registry.
 * @param folder for the file, if one has to be made
 */
export async function editorExecutable(folder: string): Promise<string> {
  if (process.env.VSCODE_PATH !== undefined) return process.env.VSCODE_PATH;
  const script = join(ROOT, 'test', 'harness', 'standIn.ts');
  const windows = process.platform === 'win32';
  const file = join(folder, windows ? 'code.cmd' : 'code');
  const text = windows
    ? `@"${process.execPath}" "${script}" %*\r\n`
    : `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`;
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}
