/**
 * The door to the network: one fetch-shaped function, handed in by whoever starts the program. In the
 * extension host it is VS Code's own fetch (proxy, system certificates), elsewhere undici's.
 */

/** What every floor uses to reach the network. Same contract as the Fetch standard's `fetch`. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/** Limits of one exchange; every request has a deadline, and most can be cancelled by the user. */
export interface RequestLimits {
  /** Give up after this many milliseconds. */
  readonly timeoutMilliseconds: number;
  /** The user's Cancel. */
  readonly signal?: AbortSignal | undefined;
}

/** One signal that fires at the deadline or at the user's Cancel, whichever comes first. */
export function signalOf(limits: RequestLimits): AbortSignal {
  const deadline = AbortSignal.timeout(limits.timeoutMilliseconds);
  return limits.signal ? AbortSignal.any([limits.signal, deadline]) : deadline;
}

/** Whether a failure is a deadline that has passed: of {@link withinLimits}, or of `AbortSignal.timeout`. */
export function isTimeout(failure: unknown): boolean {
  return failure instanceof DOMException && failure.name === 'TimeoutError';
}

/**
 * Runs an exchange with such a signal. Nothing of it is left when the exchange has ended: where there are thousands
 * of them, timers and signals that wait for nothing add up.
 */
export async function withinLimits<T>(
  { timeoutMilliseconds, signal }: RequestLimits,
  exchange: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const either = new AbortController();
  const deadline = setTimeout(() => {
    either.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }, timeoutMilliseconds);
  const cancel = (): void => either.abort(signal?.reason);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await exchange(either.signal);
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener('abort', cancel);
  }
}

/** An answer that was refused for its length. */
export class AnswerTooLongError extends TypeError {
  override readonly name = 'AnswerTooLongError';
}

/**
 * The body as text, refused as soon as it is longer than any honest answer: what does not fit is not read.
 * @throws AnswerTooLongError
 */
export async function boundedText(response: Response, mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body) {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > mostBytes) throw new AnswerTooLongError(`More than ${mostBytes} bytes`);
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}
