/**
 * A real Chromium for tests: the machine's own if there is one, else the one inside an npm package. Needs
 * no display and nothing installed by hand.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { CACHE } from './paths.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const LIBRARY_FOLDERS = [
  '/lib',
  '/usr/lib',
  '/lib64',
  '/usr/lib64',
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
];

interface Found {
  readonly executablePath: string;
  readonly libraryPath?: string;
}

/** Starts a browser. The caller closes it. */
export async function launchBrowser(options: { readonly headed?: boolean } = {}): Promise<Browser> {
  const found = installed() ?? (options.headed ? undefined : await packaged());
  if (!found) throw new Error('No browser with a window was found: set CHROME_PATH.');
  return chromium.launch({
    executablePath: found.executablePath,
    headless: !options.headed,
    args: FLAGS,
    timeout: 180_000,
    env: {
      ...(process.env as Record<string, string>),
      ...(found.libraryPath === undefined ? {} : { LD_LIBRARY_PATH: found.libraryPath }),
    },
  });
}

/** A browser of this machine. */
export function installed(): Found | undefined {
  const named = process.env.CHROME_PATH;
  if (named) return { executablePath: named };
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const name = NAMES.find((candidate) => existsSync(join(folder, candidate)));
    if (name !== undefined) return { executablePath: join(folder, name) };
  }
  return undefined;
}

/** The browser inside @sparticuz/chromium, unpacked once per clone; an interrupted unpacking is redone. */
async function packaged(): Promise<Found> {
  const folder = join(CACHE, 'chromium');
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  await mkdir(folder, { recursive: true });
  const temporary = process.env.TMPDIR;
  process.env.TMPDIR = folder; // where the package unpacks to
  try {
    const { default: sparticuz, inflate } = await import('@sparticuz/chromium');
    const executablePath = await sparticuz.executablePath();
    const bin = join(
      import.meta.dirname,
      '..',
      '..',
      'node_modules',
      '@sparticuz',
      'chromium',
      'bin',
    );
    const missing = !LIBRARY_FOLDERS.some((one) => existsSync(join(one, 'libnss3.so')));
    const libraries = missing ? join(await inflate(join(bin, 'al2023.tar.br')), 'lib') : undefined;
    await writeFile(complete, '');
    return libraries === undefined
      ? { executablePath }
      : { executablePath, libraryPath: libraries };
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
}
