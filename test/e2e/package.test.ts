/** What is inside the .vsix that people install. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { strFromU8, unzipSync } from 'fflate';
import { ROOT, VSIX } from '../harness/paths.ts';

interface Sbom {
  readonly bomFormat: string;
  readonly components: readonly {
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly licenses: readonly { readonly license: { readonly id: string } }[];
  }[];
}

describe('the package', () => {
  const files = unzipSync(readFileSync(VSIX));
  const text = (name: string): string => {
    const file = files[`extension/${name}`];
    assert.ok(file, name);
    return strFromU8(file);
  };

  it('E57: has what runs, its texts and its licences, and nothing else', () => {
    const ours =
      /^extension\/(dist\/(chunks\/|webview\/)?[\w-]+\.js|media\/(walkthrough\/)?[\w.-]+)$/;
    const named = new Set([
      ...['[Content_Types].xml', 'extension.vsixmanifest'],
      ...['package.json', 'package.nls.json', 'package.nls.da.json', 'l10n/bundle.l10n.da.json']
        .concat(['readme.md', 'changelog.md', 'LICENSE.txt', 'dist/package.json'])
        .concat(['dist/THIRD-PARTY-NOTICES.txt', 'dist/sbom.cdx.json'])
        .map((name) => `extension/${name}`),
    ]);
    assert.deepEqual(
      Object.keys(files).filter((name) => !named.has(name) && !ours.test(name)),
      [],
    );
    for (const name of named) assert.ok(files[name], name);
  });

  it('E57: is small', () => {
    assert.ok(statSync(VSIX).size <= 300_000);
  });

  it('E57: names every package in it with its licence, in the SBOM and in the notices', () => {
    const { bomFormat, components } = JSON.parse(text('dist/sbom.cdx.json')) as Sbom;
    assert.equal(bomFormat, 'CycloneDX');
    const notices = text('dist/THIRD-PARTY-NOTICES.txt');
    const names = components.map(({ group, name }) => (group ? `${group}/${name}` : name));
    for (const bundled of ['oauth4webapi', 'valibot', 'saxes', 'hono', 'jose', '@vscode/l10n']) {
      assert.ok(names.includes(bundled), bundled);
    }
    for (const [index, { version, licenses }] of components.entries()) {
      const id = licenses[0]?.license.id ?? '';
      assert.match(id, /^(MIT|ISC|BSD-\d-Clause|Apache-2\.0)$/);
      assert.ok(notices.includes(`${names[index] ?? ''} ${version} (${id})`), names[index]);
    }
    assert.match(notices, /Copyright \(c\) .*Filip Skokan/i);
  });

  it('needs nothing installed beside it, and runs no script', () => {
    const manifest = JSON.parse(text('package.json')) as {
      readonly dependencies?: object;
      readonly scripts?: Readonly<Record<string, string>>;
    };
    assert.equal(manifest.dependencies, undefined);
    const hooks = Object.keys(manifest.scripts ?? {}).filter((name) =>
      /^(pre|post)?(install|prepare)|^vscode:/.test(name),
    );
    assert.deepEqual(hooks, []);
  });

  it('E57: vsce makes it without a warning, and the same again from the same sources', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pkce-vsix-'));
    try {
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        [join(ROOT, 'build', 'package.js'), join(folder, 'again.vsix')],
        { cwd: ROOT },
      );
      assert.ok(readFileSync(VSIX).equals(readFileSync(join(folder, 'again.vsix'))));
      assert.doesNotMatch(stdout + stderr, /warn|error/i);
      assert.match(stdout, /DONE/);
    } finally {
      rmSync(folder, { recursive: true, maxRetries: 10 });
    }
  });

  it('names no address of a registry', () => {
    for (const [name, bytes] of Object.entries(files)) {
      assert.doesNotMatch(strFromU8(bytes, true), /registry\.npmjs|registry\.yarnpkg/, name);
    }
  });

  it('the command line is a package of its own, with the licences of what is in it', async () => {
    const run = promisify(execFile);
    const folder = mkdtempSync(join(tmpdir(), 'pkce-cli-package-'));
    try {
      const options = { cwd: folder, shell: process.platform === 'win32' };
      const npm = async (...args: string[]): Promise<unknown> => run('npm', args, options);
      await npm('pack', '--silent', join(ROOT, 'dist', 'cli'));
      const packed = readdirSync(folder);
      assert.equal(packed.length, 1);
      await npm('install', '--prefix', folder, '--offline', '--no-audit', `./${packed[0] ?? ''}`);
      const installed = join(folder, 'node_modules', 'salesforce-pkce-audit');
      assert.match(readFileSync(join(installed, 'THIRD-PARTY-NOTICES.txt'), 'utf8'), /undici/);
      const source = join(ROOT, 'test', 'fixtures', 'metadata-cases');
      const args = ['--source', source, '--format', 'csv', '--fail-on', 'critical'];
      const bin = join(folder, 'node_modules', '.bin', 'pkce-audit');
      const { code, stdout } = (await run(bin, args, options).catch((error: unknown) => error)) as {
        code: number;
        stdout: string;
      };
      assert.equal(code, 1);
      assert.match(stdout, /pkce-not-required/);
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });
});
