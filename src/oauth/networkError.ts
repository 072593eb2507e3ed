/** What kept a request from being answered, in words: time, name, proxy, certificate, or just the network. */
import * as l10n from '@vscode/l10n';
import { AnswerTooLongError, isTimeout } from './http.ts';
import { UserFacingError, type Remedy } from './userFacingError.ts';

interface Meaning {
  readonly code: string;
  readonly happened: (host: string) => string;
  readonly todo: string;
  readonly remedies: readonly Remedy[];
}

const PROXY: Meaning = {
  code: 'proxy',
  happened: (host) => l10n.t`The proxy between here and ${host} did not let the request through.`,
  todo: l10n.t(
    'Check "http.proxy" in the settings. Where the proxy wants a user and password, put them into "http.proxyAuthorization" or into its address (http://user:password@host:port).',
  ),
  remedies: ['openProxySettings', 'tryAgain'],
};

const TOO_LONG: Meaning = {
  code: 'answer_too_long',
  happened: (host) => l10n.t`${host} sent an answer that is too long to be genuine.`,
  todo: l10n.t('Nothing of it was used. Check the address of the login host and of the org.'),
  remedies: ['openSettings'],
};

const UNCHECKED: Meaning = {
  code: 'certificates_not_checked',
  happened: (host) =>
    l10n.t`Nothing was sent to ${host}: with NODE_TLS_REJECT_UNAUTHORIZED=0 no certificate is checked, and anybody on the way could read your tokens.`,
  todo: l10n.t(
    "Take the variable out of the environment, and start again. A company's certificate authority belongs into the system's store, or into NODE_EXTRA_CA_CERTS.",
  ),
  remedies: ['openCertificateSettings'],
};

/** First match from the top, over the codes and messages of the failure and its causes. */
const MEANINGS: readonly (readonly [RegExp, Meaning])[] = [
  [/NODE_TLS_REJECT_UNAUTHORIZED/, UNCHECKED],
  [/proxy|\b407\b|tunnel/i, PROXY],
  [
    /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|CERT_|_CERT|certificate/i,
    {
      code: 'certificate',
      happened: (host) => l10n.t`The certificate of ${host} is not one that this computer trusts.`,
      todo: l10n.t(
        'If your company inspects traffic, its certificate authority must be in the system\'s store; "http.systemCertificates" makes the editor use that. Do not go on if you did not expect this.',
      ),
      remedies: ['openCertificateSettings', 'tryAgain'],
    },
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    {
      code: 'unknown_host',
      happened: (host) => l10n.t`The name ${host} could not be found.`,
      todo: l10n.t(
        'Check the network and the spelling of the host. Where only a proxy knows the names of the internet, set "http.proxy".',
      ),
      remedies: ['tryAgain', 'openProxySettings'],
    },
  ],
];

const ANY: Meaning = {
  code: 'network',
  happened: (host) => l10n.t`${host} could not be reached.`,
  todo: l10n.t('Check the network and "http.proxy" in the settings, then try again.'),
  remedies: ['tryAgain', 'openProxySettings'],
};

/**
 * The error for a request that failed without an answer.
 * @param failure what fetch threw; its bodies and headers go nowhere, its codes and messages to the log
 * @param place names the request in the log
 */
export function networkError(
  host: string,
  failure: unknown,
  timeoutMilliseconds: number,
  place = 'request',
): UserFacingError {
  const failures = failuresIn(failure);
  const words = wordsOf(failures);
  const cause = `${place}: ${words}`;
  if (isTimeout(failure)) {
    return new UserFacingError({
      code: 'timeout',
      happened: l10n.t`${host} did not answer within ${Math.round(timeoutMilliseconds / 1000)} seconds.`,
      todo: l10n.t(
        'Check the network and try again; salesforcePkce.requestTimeoutSeconds allows more time.',
      ),
      remedies: ['tryAgain', 'openSettings'],
      cause,
    });
  }
  // A host may be called after a proxy or a certificate.
  const meant = words.replaceAll(host.replace(/:\d+$/, ''), '');
  const { code, happened, todo, remedies } = failures.some(isTooLong)
    ? TOO_LONG
    : (MEANINGS.find(([pattern]) => pattern.test(meant))?.[1] ?? ANY);
  return new UserFacingError({ code, happened: happened(host), todo, remedies, cause });
}

const UNREACHED = ['network', 'unknown_host', 'timeout'];

/** Whether nobody was reached: that may pass without anybody's doing. */
export function isUnreached(error: unknown): error is UserFacingError {
  return error instanceof UserFacingError && UNREACHED.includes(error.code);
}

/** A proxy that wants to know who asks answers in the server's place. */
export function proxyRefusal(host: string, status: number): UserFacingError {
  const { code, happened, todo, remedies } = PROXY;
  const cause = `HTTP ${status}`;
  return new UserFacingError({ code, happened: happened(host), todo, remedies, cause });
}

const MOST_CAUSES = 5;

/** A failure and its causes. */
function failuresIn(failure: unknown): readonly Error[] {
  const failures: Error[] = [];
  let current: unknown = failure;
  while (current instanceof Error && failures.length < MOST_CAUSES) {
    failures.push(current);
    // Several addresses were tried: the first failure stands for all.
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return failures;
}

/** Their codes and messages, in one line. Who refuses a header repeats it: a token that holds what no header may. */
function wordsOf(failures: readonly Error[]): string {
  const words = failures.map((failure) =>
    'code' in failure ? `${String(failure.code)} ${failure.message}` : failure.message,
  );
  return words.join(' < ').replace(/Bearer [^"]*/g, 'Bearer ***') || 'unknown';
}

function isTooLong(failure: Error): boolean {
  return failure instanceof AnswerTooLongError;
}
