/** What a rule is: a pure function with the words that its findings carry. */
import type { PlacedElement } from '../salesforce/sourceText.ts';
import type { AppFacts } from './appFacts.ts';
import type { AuditContext } from './context.ts';
import type { Reference, Verdict } from './finding.ts';

export interface RuleWords {
  /** Lower case, with hyphens; stays the same for ever, since suppressions name it. */
  readonly id: string;
  readonly title: string;
  /** What an attacker could do, or what breaks: one or two sentences. */
  readonly why: string;
  readonly remedy: string;
  readonly reference: Reference;
}

/** Judges one app; null where there is nothing to say, or where it is not known. */
export interface AppRule extends RuleWords {
  readonly judge: (facts: AppFacts, context: AuditContext) => Verdict | null;
}

/** Judges the org as a whole. */
export interface OrgRule extends RuleWords {
  readonly judge: (context: AuditContext) => Verdict | null;
}

/** Judges one source file. */
export interface SourceRule extends RuleWords {
  /**
   * @param type metadata type of what the file holds
   * @param part element with the OAuth settings
   */
  readonly judge: (type: string, part: PlacedElement) => Verdict | null;
}

/** Salesforce's own documents that rules rest on. */
export const REFERENCES = {
  pkceArticle: {
    title: 'Salesforce Knowledge 005316703: enabling PKCE for external client and connected apps',
    url: 'https://help.salesforce.com/s/articleView?id=005316703&type=1',
  },
  healthReviewConnectedApps: {
    title: 'Security Health Review: Connected Apps',
    url: 'https://help.salesforce.com/s/articleView?id=xcloud.shr_connected_apps.htm&type=5',
  },
  healthReviewExternalClientApps: {
    title: 'Security Health Review: External Client Apps',
    url: 'https://help.salesforce.com/s/articleView?id=xcloud.shr_external_client_apps.htm&type=5',
  },
  oauthSecurity: {
    title: 'RFC 9700: Best Current Practice for OAuth 2.0 Security',
    url: 'https://www.rfc-editor.org/rfc/rfc9700',
  },
  nativeApps: {
    title: 'RFC 8252: OAuth 2.0 for Native Apps',
    url: 'https://www.rfc-editor.org/rfc/rfc8252',
  },
  uninstalledApps: {
    title: 'Salesforce Knowledge 005132365: use of uninstalled connected apps',
    url: 'https://help.salesforce.com/s/articleView?id=005132365&type=1',
  },
  connectedAppCreation: {
    title: 'Salesforce Knowledge 005228017: creation of connected apps',
    url: 'https://help.salesforce.com/s/articleView?id=005228017&type=1',
  },
} as const satisfies Record<string, Reference>;
