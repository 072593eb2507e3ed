/** For all tests under mocha, which passes over promises that fail and that nobody waits for: here they fail a test. */
function fail(reason: unknown): never {
  throw reason;
}

export const mochaHooks = {
  /** Once per file: a worker of mocha forgets all listeners after each. */
  beforeAll(): void {
    process.off('unhandledRejection', fail).on('unhandledRejection', fail);
  },
};
