/** Scopes as requests spell them: what granted ones give, and how more of them are asked for. */

/** Scopes that hold others (SALESFORCE.md 1.10). */
const HOLDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['refresh_token', ['offline_access']],
  ['offline_access', ['refresh_token']],
  ['id', ['profile', 'email', 'address', 'phone']],
]);
/** What `full` does not hold. */
const BESIDE_FULL = ['refresh_token', 'offline_access', 'openid'];

/** Whether granted scopes give all that is asked for. */
export function covers(granted: readonly string[], asked: readonly string[]): boolean {
  const held = new Set(granted.flatMap((scope) => [scope, ...(HOLDS.get(scope) ?? [])]));
  return asked.every(
    (scope) => held.has(scope) || (held.has('full') && !BESIDE_FULL.includes(scope)),
  );
}

/**
 * Scopes that are asked for already, and more. None of them leaves the choice to the client app: it gives all that it
 * has, and naming some would lose the rest.
 */
export function withMore(own: readonly string[], more: readonly string[] = []): readonly string[] {
  return own.length === 0 ? own : [...new Set([...own, ...more])];
}
