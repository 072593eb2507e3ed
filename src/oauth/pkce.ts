/** Proof Key for Code Exchange: the code verifier and its challenge (RFC 7636 section 4). */
import { createHash, randomBytes } from 'node:crypto';
import { Secret } from './secret.ts';

/** The one method that is ever sent: `plain` is no protection, and Salesforce documents only SHA-256. */
export const CODE_CHALLENGE_METHOD = 'S256';

const VERIFIER_BYTES = 64;
const STATE_BYTES = 32;
/** 43 to 128 unreserved characters (RFC 7636 section 4.1). */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

/** A fresh code verifier: 64 random bytes as 86 base64url characters (RFC 7636 section 4.1, 7.1). */
export function createCodeVerifier(): Secret {
  return new Secret(randomBytes(VERIFIER_BYTES).toString('base64url'));
}

/**
 * `code_challenge = BASE64URL(SHA256(ASCII(code_verifier)))`, 43 characters (RFC 7636 section 4.2).
 * @throws RangeError if the verifier is not one that RFC 7636 section 4.1 allows; the message does not hold it
 */
export function codeChallengeOf(verifier: Secret): string {
  const value = verifier.reveal();
  if (!VERIFIER.test(value)) {
    throw new RangeError('A code verifier must be 43 to 128 characters of A-Z a-z 0-9 - . _ ~');
  }
  return createHash('sha256').update(value, 'ascii').digest('base64url');
}

/** A fresh `state`: 256 random bits, one use, tied to one pending request (RFC 6749 section 10.12). */
export function createState(): string {
  return randomBytes(STATE_BYTES).toString('base64url');
}
