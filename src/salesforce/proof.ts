/** What was tried on an app's authorization server, and what that proves: plain data, without secrets. */
import * as l10n from '@vscode/l10n';

/** `proven`: the server does what it should; `refuted`: it does not; `unknown`: the answer tells neither. */
export type ProofVerdict = 'proven' | 'refuted' | 'unknown';

/** What a probe asks: requests that nobody logs in to. */
export const PROBE_CHECKS = ['noChallenge', 'plain', 'foreignRedirect'] as const;
/** What a test handshake shows. */
export const HANDSHAKE_CHECKS = [
  'authorization',
  'wrongVerifier',
  'exchange',
  'rotatedToken',
  'usedCode',
] as const;

export type ProbeCheck = (typeof PROBE_CHECKS)[number];
export type HandshakeCheck = (typeof HANDSHAKE_CHECKS)[number];

export const CHECK_TEXTS: Readonly<Record<ProbeCheck | HandshakeCheck, string>> = {
  noChallenge: l10n.t('A request without a code challenge is refused'),
  plain: l10n.t('The method plain is refused'),
  foreignRedirect: l10n.t('A redirect URI that is not registered is refused'),
  authorization: l10n.t('The browser brings a code for the request'),
  exchange: l10n.t('The handshake works: code and verifier give a token'),
  wrongVerifier: l10n.t('A wrong verifier is refused'),
  rotatedToken: l10n.t('A refresh token that was replaced is refused'),
  usedCode: l10n.t('A code is refused the second time'),
};

/** In words: enforced, not enforced, cannot tell. */
export const VERDICT_TEXTS: Readonly<Record<ProofVerdict, string>> = {
  proven: l10n.t('yes'),
  refuted: l10n.t('no'),
  unknown: l10n.t('cannot tell'),
};

export interface ProofStep {
  readonly check: ProbeCheck | HandshakeCheck;
  readonly verdict: ProofVerdict;
  /** What was sent, redacted. */
  readonly sent: string;
  /** What came back, redacted, and what it means: whole sentences. */
  readonly seen: string;
}

export interface Proof {
  readonly kind: 'probe' | 'handshake';
  /** `App.id` */
  readonly app: string;
  /** What people call the app. */
  readonly label: string;
  /** ISO 8601. */
  readonly at: string;
  /** Host that was asked. */
  readonly host: string;
  readonly steps: readonly ProofStep[];
}

/** Whether a client with PKCE was seen to get a token, and one with a wrong verifier to get none. */
export function isHandshakeProven({ kind, steps }: Proof): boolean {
  const verdictOf = (check: HandshakeCheck): ProofVerdict | undefined =>
    steps.find((step) => step.check === check)?.verdict;
  return (
    kind === 'handshake' &&
    verdictOf('exchange') === 'proven' &&
    verdictOf('wrongVerifier') === 'proven' &&
    steps.every(({ verdict }) => verdict !== 'refuted')
  );
}

/** The proven handshake of an app, if there is one. */
export function provenHandshake(proofs: readonly Proof[], appId: string): Proof | undefined {
  return proofs.find((proof) => proof.app === appId && isHandshakeProven(proof));
}

/** An authorization request as it may be shown: its state belongs to whoever sent it. */
export function requestText(url: URL): string {
  const parts = [...url.searchParams].map(([name, value]) =>
    name === 'state' ? 'state=***' : `${name}=${value}`,
  );
  return `GET ${url.origin}${url.pathname} with ${parts.join(', ')}`;
}
