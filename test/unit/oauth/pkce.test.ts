/** Verifier and challenge by the vectors of RFC 7636, and secrets that do not print. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { codeChallengeOf, createCodeVerifier, createState } from '../../../src/oauth/pkce.ts';
import { Secret } from '../../../src/oauth/secret.ts';

interface Vector {
  readonly why: string;
  readonly verifier?: string;
  readonly verifierRepeat?: [string, number];
  readonly challenge: string;
  readonly wrongStandardBase64?: string;
}
const vectors = JSON.parse(readFileSync('test/fixtures/oauth-test-vectors.json', 'utf8')) as {
  appendixA: { octets: number[]; base64url: string };
  appendixB: { octets: number[]; verifier: string; challenge: string };
  extra: Vector[];
  reject: Vector[];
};
const verifierOf = ({ verifier, verifierRepeat }: Vector): string =>
  verifier ?? (verifierRepeat?.[0] ?? '').repeat(verifierRepeat?.[1] ?? 0);

describe('PKCE', () => {
  it('P1: each login makes a new verifier of 86 unreserved characters, 64 random bytes', () => {
    const seen = new Set<string>();
    for (let round = 0; round < 200; round += 1) {
      const verifier = createCodeVerifier().reveal();
      assert.match(verifier, /^[A-Za-z0-9\-._~]{86}$/);
      assert.equal(Buffer.from(verifier, 'base64url').length, 64);
      seen.add(verifier);
    }
    assert.equal(seen.size, 200);
  });

  it('P2: a challenge is 43 base64url characters without padding', () => {
    for (let round = 0; round < 200; round += 1) {
      assert.match(codeChallengeOf(createCodeVerifier()), /^[A-Za-z0-9_-]{43}$/);
    }
  });

  it('P2: the octets of RFC 7636 appendix A encode as it says', () => {
    const { octets, base64url } = vectors.appendixA;
    assert.equal(Buffer.from(octets).toString('base64url'), base64url);
  });

  it('P3: the values of RFC 7636 appendix B', () => {
    const { octets, verifier, challenge } = vectors.appendixB;
    assert.equal(Buffer.from(octets).toString('base64url'), verifier);
    assert.equal(codeChallengeOf(new Secret(verifier)), challenge);
  });

  for (const vector of vectors.extra) {
    it(`P3: ${vector.why}`, () => {
      const challenge = codeChallengeOf(new Secret(verifierOf(vector)));
      assert.equal(challenge, vector.challenge);
      assert.notEqual(challenge, vector.wrongStandardBase64);
    });
  }

  for (const vector of vectors.reject) {
    it(`P1: refuses a verifier of ${vector.why}, without repeating it`, () => {
      const verifier = verifierOf(vector);
      assert.throws(
        () => codeChallengeOf(new Secret(verifier)),
        (error: Error) => error instanceof RangeError && !error.message.includes(verifier),
      );
    });
  }

  it('P11: state has 256 random bits and never repeats', () => {
    const states = new Set(Array.from({ length: 200 }, createState));
    assert.equal(states.size, 200);
    for (const state of states) assert.equal(Buffer.from(state, 'base64url').length, 32);
  });

  it('E15: a secret prints as *** in text, JSON and the inspector', () => {
    const secret = new Secret('5Aep861-very-secret');
    const outputs = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
    ];
    for (const output of outputs) {
      assert.ok(output.includes('***'));
      assert.ok(!output.includes('very-secret'));
    }
  });
});
