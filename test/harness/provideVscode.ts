/** A module named `vscode` for code that runs without the editor. */
import { registerHooks } from 'node:module';

/** @param source of the module; it stands for `vscode` in all that is imported from now on */
export function provideVscode(source: string): void {
  const url = 'stand-in:vscode';
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode'
        ? { url, shortCircuit: true, format: 'module' }
        : next(specifier, context),
    load: (of, context, next) =>
      of === url ? { source, shortCircuit: true, format: 'module' } : next(of, context),
  });
}
