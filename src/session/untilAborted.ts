/** Waiting that can be left, for work that goes on. */

const MOMENT_MILLISECONDS = 2_000;

/** The promise's outcome, or the signal's reason if that comes first. */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) return promise;
  promise.catch(() => undefined); // after an abort nobody hears of it
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A signal that comes a moment after another one: what ends within that ends as if nobody had cancelled. */
export function aMomentAfter(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (!signal) return undefined;
  const after = new AbortController();
  const begin = (): void => {
    setTimeout(() => after.abort(signal.reason), MOMENT_MILLISECONDS).unref();
  };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return after.signal;
}
