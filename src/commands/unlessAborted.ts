/** A user's Cancel is no error. */

/** @returns undefined if the user has cancelled */
export async function unlessAborted<T>(
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
