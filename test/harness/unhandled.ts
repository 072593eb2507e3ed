/** For all tests under mocha, which passes over promises that fail and that nobody waits for: here they fail a test. */
function fail(reason: unknown): never {
  throw reason;
}

/** A worker that has done its part has a second until it is told to end: what it covered is written all the same. */
if (process.send) process.on('SIGTERM', () => process.exit(143));

export const mochaHooks = {
  /** Once per file: a worker of mocha forgets all listeners after each. */
  beforeAll(): void {
    process.off('unhandledRejection', fail).on('unhandledRejection', fail);
  },
};
