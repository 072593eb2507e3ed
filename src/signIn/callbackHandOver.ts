/**
 * Brings an answer to the window that asked. Desktop VS Code gives a callback to the window that was
 * active last; that window hands it over through SecretStorage, where every window hears of it, and
 * the copy is deleted as soon as it is taken, or after a few seconds if nobody takes it. A storage that
 * fails keeps nobody from signing in: the window that asked can still get the answer itself.
 */
import { createHash } from 'node:crypto';
import { stateOf } from '../oauth/authorizationResponse.ts';
import type { Secrets } from '../session/sessionStore.ts';
import type { Delivery, PendingRequests } from './pendingRequests.ts';

/** What became of a callback: as delivered here, or handed to another window, or left by all. */
export type Reception = Delivery | { readonly outcome: 'handedOver' | 'unclaimed' };

export interface CallbackHandOverContext {
  readonly secrets: Secrets;
  readonly pending: PendingRequests;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
  /** How long a handed-over answer waits for its window. */
  readonly takeOverMilliseconds: number;
  /** Told what became of an answer that another window handed over to this one. */
  readonly onTakenOver: (delivery: Delivery) => void;
  /** What the log should hear of: why SecretStorage could not be used. */
  readonly report: (error: unknown) => void;
}

const WAITING = 'waiting/';
const ANSWER = 'answer/';

/** Keys hold a hash: a key may be listed or logged where a value may not. */
function keyOf(prefix: string, state: string): string {
  return prefix + createHash('sha256').update(state).digest('base64url');
}

export class CallbackHandOver {
  readonly #context: CallbackHandOverContext;
  /** Keys of the answers that this window waits for. */
  readonly #own = new Set<string>();
  readonly #subscription: { dispose(): void };

  constructor(context: CallbackHandOverContext) {
    this.#context = context;
    this.#subscription = context.secrets.onDidChange(({ key }) => {
      if (this.#own.has(key)) void this.#tried(() => this.#takeOver(key));
    });
  }

  /** Tells all windows that this one waits for the answer with this state. */
  async announce(state: string, deadlineMilliseconds: number): Promise<void> {
    const { secrets, now } = this.#context;
    const answer = keyOf(ANSWER, state);
    this.#own.add(answer);
    await this.#tried(() => this.#forgetStale());
    const until = now() + deadlineMilliseconds;
    await this.#tried(() => secrets.store(keyOf(WAITING, state), String(until)));
    // A keyring that asks the user takes its time: the sign-in may be over.
    if (!this.#own.has(answer)) await this.withdraw(state);
  }

  /** This window no longer waits. */
  async withdraw(state: string): Promise<void> {
    const { secrets } = this.#context;
    this.#own.delete(keyOf(ANSWER, state));
    await this.#tried(() => secrets.delete(keyOf(WAITING, state)));
    await this.#tried(() => secrets.delete(keyOf(ANSWER, state)));
  }

  /** Takes in a callback that VS Code gave to this window. */
  async receive(response: URLSearchParams): Promise<Reception> {
    const delivery = await this.#context.pending.deliver(response);
    const state = stateOf(response);
    if (delivery.outcome !== 'unknown' || state === undefined) return delivery;
    const { secrets, now } = this.#context;
    const until = Number(await this.#tried(() => secrets.get(keyOf(WAITING, state))));
    if (!(until > now())) return delivery;
    return (await this.#tried(() => this.#handOver(state, response)))
      ? { outcome: 'handedOver' }
      : { outcome: 'unclaimed' };
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** @returns whether the other window took the answer */
  async #handOver(state: string, response: URLSearchParams): Promise<boolean> {
    const { secrets, takeOverMilliseconds } = this.#context;
    const key = keyOf(ANSWER, state);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const subscription = secrets.onDidChange(async (event) => {
      if (event.key !== key) return;
      await this.#tried(async () => {
        if ((await secrets.get(key)) === undefined) resolve(true);
      });
    });
    const timer = setTimeout(() => resolve(false), takeOverMilliseconds);
    try {
      await secrets.store(key, response.toString());
      return await promise;
    } finally {
      clearTimeout(timer);
      subscription.dispose();
      await this.#tried(() => secrets.delete(key));
    }
  }

  async #takeOver(key: string): Promise<void> {
    const { secrets, pending, onTakenOver } = this.#context;
    const answer = await secrets.get(key);
    if (answer === undefined) return;
    await this.#tried(() => secrets.delete(key));
    onTakenOver(await pending.deliver(new URLSearchParams(answer)));
  }

  /** Removes what windows left behind that were closed in the middle of a sign-in. */
  async #forgetStale(): Promise<void> {
    const { secrets, now } = this.#context;
    for (const key of await secrets.keys()) {
      if (!key.startsWith(WAITING)) continue;
      if (!(Number(await secrets.get(key)) > now())) {
        await secrets.delete(key);
        await secrets.delete(ANSWER + key.slice(WAITING.length));
      }
    }
  }
  /** @returns undefined where the storage fails, which is told */
  async #tried<T>(run: () => Thenable<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      this.#context.report(error);
      return undefined;
    }
  }
}
