/**
 * Loads an extension and activates it, in a process that has done nothing before. VS Code's API is a stand-in
 * that does nothing, so that what is measured is the extension's own part.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { provideVscode } from '../../harness/provideVscode.ts';

export interface ActivationOrders {
  /** Folder with a package.json. */
  readonly extension: string;
  /** Folder for what the extension stores. */
  readonly storage: string;
}

export interface ActivationFigures {
  readonly ms: number;
}

interface Extension {
  activate(context: unknown): unknown;
}

/** Can be called, constructed and asked for anything, and does nothing. */
const NOTHING: unknown = new Proxy(
  function nothing(): void {
    /* does nothing */
  },
  {
    get: (_target, name) => {
      if (name === 'then') return undefined;
      return name === Symbol.toPrimitive ? () => '' : NOTHING;
    },
    set: () => true,
    apply: () => NOTHING,
    construct: () => NOTHING as object,
  },
);

/** A module with everything that VS Code's has, all of it nothing. */
function standIn(): string {
  const types = createRequire(import.meta.url).resolve('@types/vscode/index.d.ts');
  const names = new Set(
    [...readFileSync(types, 'utf8').matchAll(/^\s*export (?:class|enum|namespace|const) (\w+)/gm)]
      .map(([, name = '']) => name)
      .filter((name) => /^\w+$/.test(name)),
  );
  const exports = [...names].map((name) => `export const ${name} = globalThis.__nothing;`);
  return exports.join('\n');
}

async function run({ extension, storage }: ActivationOrders): Promise<ActivationFigures> {
  Object.assign(globalThis, { __nothing: NOTHING });
  provideVscode(standIn());
  const packageJSON = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8')) as {
    main: string;
  };
  const uri = { fsPath: storage };
  const context = {
    extension: { packageJSON },
    subscriptions: [],
    globalState: { get: () => undefined, update: () => Promise.resolve() },
    secrets: NOTHING,
    globalStorageUri: uri,
    extensionUri: uri,
  };
  await import('vscode');
  const start = performance.now();
  const loaded = (await import(pathToFileURL(join(extension, packageJSON.main)).href)) as Extension;
  await loaded.activate(context);
  return { ms: performance.now() - start };
}

process.once('message', (orders: ActivationOrders) => {
  void run(orders).then(
    // What goes on after the activation is not waited for.
    (figures) => process.send?.(figures, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
