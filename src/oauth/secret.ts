/**
 * A value that must not be seen: token, authorization code, code verifier, client secret. It prints
 * as `***` in strings, JSON and the inspector, so that a leak takes the effort of calling `reveal`.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call it only where it goes to its rightful receiver. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '***';
  }
}
