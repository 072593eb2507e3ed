/** What `updateMetadata` answers for each component, and what its refusals mean (SALESFORCE.md 7). */
import * as l10n from '@vscode/l10n';
import { serverWords } from '../../oauth/redact.ts';
import { UserFacingError } from '../../oauth/userFacingError.ts';
import { SalesforceError } from '../salesforceError.ts';
import type { XmlElement } from '../xml.ts';

interface SaveError {
  readonly statusCode: string;
  readonly message: string;
}

export interface SaveResult {
  readonly fullName: string;
  readonly success: boolean;
  readonly errors: readonly SaveError[];
}

/** @param response the response element of `updateMetadata` */
export function saveResultsIn(response: XmlElement): readonly SaveResult[] {
  return response.all('result').map((result) => ({
    fullName: result.textOf('fullName') ?? '',
    success: result.textOf('success')?.trim() === 'true',
    errors: result.all('errors').map((error) => ({
      statusCode: error.textOf('statusCode')?.trim() ?? '',
      message: error.textOf('message') ?? '',
    })),
  }));
}

const OTHERS_APP = l10n.t(
  'The app belongs to a package or to another org, or your user may not change it. An installed app is changed by its author; your own needs "Customize Application" and "Modify All Data" or "Manage Connected Apps".',
);

/** What is known of status codes; which one a managed app draws is not established. */
const MEANINGS: Readonly<Record<string, string>> = {
  CANNOT_MODIFY_MANAGED_OBJECT: l10n.t(
    'The app belongs to a package: only its author can change it. Ask them for a version that requires PKCE.',
  ),
  INSUFFICIENT_ACCESS_OR_READONLY: OTHERS_APP,
  INSUFFICIENT_ACCESS: OTHERS_APP,
  INVALID_CROSS_REFERENCE_KEY: l10n.t('The org does not have it any more. Refresh the apps.'),
  UNABLE_TO_LOCK_ROW: l10n.t('Somebody else is changing it at the moment. Try again.'),
};

/** Why a component was not changed, in sentences with the org's own words. */
export function refusalWords(errors: readonly SaveError[]): string {
  if (errors.length === 0) return l10n.t('The org refused the change without saying why.');
  const sentences = errors.map(({ statusCode, message }) => {
    const meaning = Object.hasOwn(MEANINGS, statusCode) ? MEANINGS[statusCode] : undefined;
    const own = [serverWords(statusCode), serverWords(message)].filter(Boolean).join(': ');
    return meaning === undefined
      ? l10n.t`The org refused the change (${own}). If it says that the setting is locked, Salesforce Customer Support can tell why.`
      : `${meaning} (${own})`;
  });
  return sentences.join(' ');
}

/** What an error says, with the org's own words where there are any. */
export function refusalOf(error: unknown): string {
  if (!(error instanceof UserFacingError)) {
    return l10n.t('The answer of the org could not be read.');
  }
  return error instanceof SalesforceError && error.words !== ''
    ? `${error.message} ${l10n.t`The org says: ${error.words}`}`
    : error.message;
}
