/** What a source file alone tells, by what it holds or leaves out: the settings of an app as they are read do not. */
import * as l10n from '@vscode/l10n';
import type { PlacedElement } from '../../salesforce/sourceText.ts';
import { REFERENCES, type SourceRule } from '../rule.ts';

const FLAG = 'isPkceRequired';

function textIn(part: PlacedElement, element: string): string | undefined {
  return part.children.find(({ name }) => name === element)?.text.trim();
}

/** A file that was written with an old API version cannot say it: where it is deployed, the default may hold. */
const pkceNotStated: SourceRule = {
  id: 'pkce-not-stated',
  title: l10n.t('The file does not say whether PKCE is required'),
  why: l10n.t('A new connected app does not require it unless it is said.'),
  remedy: l10n.t('Require PKCE in the file, once the client sends it.'),
  reference: REFERENCES.pkceArticle,
  judge: (type, part) =>
    type === 'ConnectedApp' && textIn(part, FLAG) === undefined
      ? { severity: 'info', evidence: [l10n.t`The file has no element ${FLAG}.`] }
      : null,
};

const orgPkceNotRequired: SourceRule = {
  id: 'org-pkce-not-required',
  title: l10n.t('The org does not require PKCE of every app'),
  why: l10n.t('A new app, or one that is changed, can do without PKCE unnoticed.'),
  remedy: l10n.t('Switch it on as the last step: clients first, then each app, then the org.'),
  reference: REFERENCES.pkceArticle,
  judge: (type, part) =>
    type === 'OauthOidcSettings' && textIn(part, FLAG) === 'false'
      ? { severity: 'info', evidence: [l10n.t`The element ${FLAG} is false.`] }
      : null,
};

const SECRET = 'consumerSecret';

const secretInSource: SourceRule = {
  id: 'secret-in-source',
  title: l10n.t('A consumer secret is in a source file'),
  why: l10n.t('Everybody who can read the file or its history knows it.'),
  remedy: l10n.t('Take it out, and rotate it in Setup.'),
  reference: REFERENCES.oauthSecurity,
  judge: (_type, part) =>
    part.children.some(({ name, text }) => name === SECRET && text.trim() !== '')
      ? { severity: 'critical', evidence: [l10n.t`The element ${SECRET} is not empty.`] }
      : null,
};

export const SOURCE_RULES: readonly SourceRule[] = [
  pkceNotStated,
  orgPkceNotRequired,
  secretInSource,
];
