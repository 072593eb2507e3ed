/** What the driver of a storm and its windows say to each other. */

/** How the secret store behaves: as on the desktop, or as in a browser-based editor. */
export type StoreKind = 'desktop' | 'browser';

/** What a window process is started with, as JSON in its first argument. */
export interface WindowOrders {
  readonly number: number;
  readonly store: StoreKind;
  readonly folder: string;
  readonly sessionIds: readonly string[];
  /** Name of the header by which the demo org's observer tells the windows apart. */
  readonly header: string;
}

/** From a window: something of the store is wanted, or a call has ended. */
export type FromWindow =
  | {
      readonly kind: 'store';
      readonly call: number;
      readonly method: 'get' | 'keys' | 'store' | 'delete' | 'all' | 'replaceAll';
      readonly key: string;
      readonly value: string;
    }
  | { readonly kind: 'called'; readonly sessionId: string; readonly code: string | undefined };

/** To a window: an answer of the store, a change, or the order to end. */
export type ToWindow =
  | { readonly kind: 'answer'; readonly call: number; readonly value: unknown }
  | { readonly kind: 'changed'; readonly key: string }
  | { readonly kind: 'end' };
