/** Requests in the log, for those who look for the way through a proxy: where they went and how long it took. */
import type { Fetch } from './http.ts';

/**
 * A Fetch that writes a line per request: method, host, path, status, milliseconds. Never parameters,
 * headers or bodies.
 */
export function traced(fetch: Fetch, write: (line: string) => void, isOn: () => boolean): Fetch {
  return async (input, init) => {
    if (!isOn()) return fetch(input, init);
    const { origin, pathname } = new URL(input);
    const begun = performance.now();
    const line = (outcome: string): void =>
      write(
        `${init?.method ?? 'GET'} ${origin}${pathname} ${outcome} ${Math.round(performance.now() - begun)} ms`,
      );
    try {
      const response = await fetch(input, init);
      line(String(response.status));
      return response;
    } catch (error) {
      line(error instanceof Error ? error.name : 'failed');
      throw error;
    }
  };
}
