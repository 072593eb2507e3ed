/** A memento that forgets with the test. */
import type { Memento } from 'vscode';

export function memento(): Pick<Memento, 'get' | 'update'> {
  const values = new Map<string, unknown>();
  return {
    get: (key: string) => values.get(key) as never,
    update: (key, value) => Promise.resolve(void values.set(key, value)),
  };
}
