/**
 * Reads that are repeated when an org or the network is in passing trouble: a few times, each later than the
 * one before, not in step with others, and not before the server says. Nothing that changes anything, and
 * no code and no refresh token, ever comes through here.
 */
import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { isLimitOfMoment } from './salesforceError.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** `Retry-After`: seconds, or a date. */
  readonly retryAfter: string | null;
}

const ATTEMPTS = 3;
const FIRST_PAUSE_MILLISECONDS = 250;
const LONGEST_PAUSE_MILLISECONDS = 20_000;

/** Too many requests for the moment, or nobody there who could answer. */
const TRANSIENT_STATUS = [429, 502, 503, 504];
/** SOAP says so with status 500. */
const TRANSIENT_FAULT = /\bSERVER_UNAVAILABLE\b/;
/** Of the day, which does not pass, or of those at a time, which does. */
const LIMIT = /\bREQUEST_LIMIT_EXCEEDED\b/;

/** An answer that is worth another attempt; the last one is the answer all the same. */
class TransientAnswer extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`HTTP ${answer.status}`);
    this.answer = answer;
  }
}

/**
 * Runs a read until it is answered, three times at most.
 * @param attempt throws UserFacingError where nothing was answered; a deadline that has passed is not repeated
 * @returns the answer, also one of passing trouble that did not pass
 */
export async function withRetries(
  attempt: () => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  try {
    return await pRetry(
      async () => {
        const answer = await attempt();
        if (isTransient(answer)) throw new TransientAnswer(answer);
        return answer;
      },
      {
        retries: ATTEMPTS - 1,
        minTimeout: FIRST_PAUSE_MILLISECONDS,
        randomize: true,
        ...(signal ? { signal } : {}),
        shouldRetry: ({ error }) =>
          error instanceof TransientAnswer ||
          (error instanceof UserFacingError && error.code === 'network'),
        onFailedAttempt: async ({ error, retriesLeft }) => {
          if (!(error instanceof TransientAnswer) || retriesLeft === 0) return;
          const pause = retryAfterMilliseconds(error.answer.retryAfter, Date.now());
          if (pause > 0) await delay(pause, undefined, signal ? { signal } : {});
        },
      },
    );
  } catch (error) {
    if (error instanceof TransientAnswer) return error.answer;
    throw error;
  }
}

function isTransient({ status, text }: Answer): boolean {
  if (status >= 400 && LIMIT.test(text)) return isLimitOfMoment(text);
  return TRANSIENT_STATUS.includes(status) || (status === 500 && TRANSIENT_FAULT.test(text));
}

/**
 * What a `Retry-After` asks for (RFC 9110 section 10.2.3), bounded: a server that asks for an hour is told
 * to the user instead.
 * @param nowMilliseconds this computer's clock
 */
export function retryAfterMilliseconds(header: string | null, nowMilliseconds: number): number {
  if (header === null) return 0;
  const asked = /^\d{1,9}$/.test(header.trim())
    ? Number(header) * 1000
    : Date.parse(header) - nowMilliseconds;
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 0), LONGEST_PAUSE_MILLISECONDS) : 0;
}
