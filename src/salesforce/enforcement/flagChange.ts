/** What a change of the PKCE flag is made of: what is asked for, each component on its way, and how it ended. */
import type { XmlElement } from '../xml.ts';
import type { FlagTarget } from './componentXml.ts';

/**
 * - `done`: the org shows it, also at a second look, unless that was cancelled, or not answered, as the words say
 * - `alreadySo`: nothing had to be sent
 * - `refused`: the org said no, or nothing was sent since it could not have worked
 * - `noEffect`: the org accepted the change and does not show it
 * - `reverted`: the org showed it, and then did not any more
 * - `notSent`: cancelled before it was sent, or there was no token to send it with
 * - `unknown`: it was sent, and how it ended could not be found out
 */
export type FlagResult =
  'done' | 'alreadySo' | 'refused' | 'noEffect' | 'reverted' | 'notSent' | 'unknown';

export interface FlagOutcome {
  readonly target: FlagTarget;
  readonly result: FlagResult;
  /** What the component stated before; null where the element was absent, undefined where it is not known. */
  readonly before: boolean | null | undefined;
  /** Whole sentences: what happened and what to do. */
  readonly words: string;
  /** Elements beside the flag that are not as before: changed by somebody else at the same time, or by the org. */
  readonly otherChanges: readonly string[];
}

export interface FlagChange {
  readonly value: boolean;
  /** Called with what is about to be sent, once for each call; once it throws, nothing is sent any more. */
  readonly beforeSending?: (
    targets: readonly { readonly target: FlagTarget; readonly before: boolean | null }[],
  ) => Promise<void>;
  readonly report?: (message: string) => void;
  /** Told of what went wrong on the way, for the log. */
  readonly onError?: (error: unknown) => void;
  /** Waits before each look at the org, in milliseconds. */
  readonly pausesMilliseconds?: readonly number[];
  /** Wait before the second look at what has shown. */
  readonly settleMilliseconds?: number;
  /** How long the one look after a Cancel may take. */
  readonly lastLookMilliseconds?: number;
}

export type Ending = Pick<FlagOutcome, 'result' | 'words'>;

/** One component on its way. */
export interface Draft {
  readonly target: FlagTarget;
  /** As it was read right before the sending. */
  component: XmlElement | undefined;
  before: boolean | null | undefined;
  /** Set once nothing more can be found out. */
  outcome: Ending | undefined;
  /** How the sending ended; undefined before. */
  sent: 'accepted' | 'refused' | 'lost' | undefined;
  refusal: string;
  /** What else was different at the last look. */
  otherChanges: readonly string[];
}

export function closed(result: FlagResult, words: string): Ending {
  return { result, words };
}
