/** An error answer of an org's REST or SOAP API, with what helps (SALESFORCE.md 10). */
import * as l10n from '@vscode/l10n';
import { serverWords } from '../oauth/redact.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';

interface Meaning {
  readonly happened: string;
  readonly todo: string;
}

const LATER = l10n.t('Try again later; the log has the words of the org.');

const MEANINGS: Readonly<Record<string, Meaning>> = {
  INSUFFICIENT_ACCESS: {
    happened: l10n.t('Your user may not read or change metadata in this org.'),
    todo: l10n.t(
      'Ask an admin for the permission "Modify Metadata Through Metadata API Functions" (or "Modify All Data").',
    ),
  },
  INVALID_SESSION_ID: {
    happened: l10n.t('The org does not accept the session.'),
    todo: l10n.t(
      'Sign in again. If it stays so, see that the client app has the scope "api" and that the sign-in asks for it, and that the org lets you in from this network.',
    ),
  },
  API_DISABLED_FOR_ORG: {
    happened: l10n.t('The API is switched off for this org or user.'),
    todo: l10n.t(
      'Ask an admin for the permission "API Enabled", or for an edition that has the API.',
    ),
  },
  API_CURRENTLY_DISABLED: {
    happened: l10n.t('The API of this org is switched off for the moment.'),
    todo: LATER,
  },
  REQUEST_LIMIT_EXCEEDED: {
    happened: l10n.t('The org has used up its API requests of the last 24 hours.'),
    todo: l10n.t(
      'Wait until older requests leave the 24 hours, or ask an admin to raise the limit.',
    ),
  },
  CLIENT_NOT_ACCESSIBLE_FOR_USER: {
    happened: l10n.t('Your user may not use this client app for the API.'),
    todo: l10n.t("Ask an admin about the app's policies and about API Access Control."),
  },
  UNSUPPORTED_API_VERSION: {
    happened: l10n.t('The org does not know the API version that was asked for.'),
    todo: l10n.t('Set salesforcePkce.apiVersion to auto.'),
  },
  INVALID_TYPE: {
    happened: l10n.t('This org does not know a type that was asked for.'),
    todo: l10n.t('Nothing needs to be done if the org does not use external client apps.'),
  },
  SERVER_UNAVAILABLE: { happened: l10n.t('The org could not answer just now.'), todo: LATER },
};

/** "ConcurrentRequests (Concurrent API Requests) Limit exceeded." and the like have the code of the day's limit. */
export function isLimitOfMoment(words: string): boolean {
  return /\bConcurrent\w*/i.test(words);
}

const TOO_MANY_AT_ONCE: Meaning = {
  happened: l10n.t('The org has too many API requests at the moment.'),
  todo: l10n.t(
    'Try again; if it stays so, send fewer requests at a time. Of this extension, salesforcePkce.requestConcurrency says how many.',
  ),
};

/** Whether there is more to say of an API's error than its code. */
export function isKnownSalesforceError(code: string): boolean {
  return Object.hasOwn(MEANINGS, code);
}

export class SalesforceError extends UserFacingError {
  /** HTTP status of the answer. */
  readonly status: number;
  /** The org's own words, made safe to show. */
  readonly words: string;

  /**
   * @param code errorCode of REST, or fault code of SOAP without its prefix
   */
  constructor(code: string, message: string, status: number) {
    const words = serverWords(message);
    const safeCode = serverWords(code);
    const meaning = meaningOf(code, words) ?? {
      happened: l10n.t`The org answered with an error (${safeCode}).`,
      todo: LATER,
    };
    super({
      code: safeCode,
      ...meaning,
      remedies: code === 'INVALID_SESSION_ID' ? ['signInAgain'] : ['tryAgain'],
      cause: `HTTP ${status}: ${words}`,
    });
    this.status = status;
    this.words = words;
  }
}

function meaningOf(code: string, words: string): Meaning | undefined {
  if (code === 'REQUEST_LIMIT_EXCEEDED' && isLimitOfMoment(words)) return TOO_MANY_AT_ONCE;
  return Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
}
