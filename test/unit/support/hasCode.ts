/** What a UserFacingError is recognised by, for `assert.throws` and `assert.rejects`. */
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';

export const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof UserFacingError && error.code === code;
