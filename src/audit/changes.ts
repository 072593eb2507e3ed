/** Changes that were made to orgs, and which of them are in force. */
import type { FlagType } from '../salesforce/enforcement/componentXml.ts';
import type { FlagResult } from '../salesforce/enforcement/flagChange.ts';

/** One flag of one component that was changed, or was meant to be. */
export interface JournalEntry {
  readonly id: string;
  /** When it was sent, ISO 8601. */
  readonly at: string;
  /** User name in the org. */
  readonly by: string;
  readonly org: {
    /** Salesforce id. */
    readonly id: string;
    readonly label: string;
    readonly instanceUrl: string;
  };
  readonly subject: {
    readonly type: FlagType;
    readonly fullName: string;
    /** What people call it. */
    readonly label: string;
  };
  /** PKCE required, as stated before; null where it was not stated. */
  readonly before: boolean | null;
  /** What it was to become. */
  readonly after: boolean;
  /** `begun`: the window ended before it was known how it had ended. */
  readonly result: FlagResult | 'begun';
  /** What happened and what to do. */
  readonly words: string;
}

/** The last change of each component, newest first, as far as it may be in force and was one of requiring. */
export function changesInForce(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const latest = new Map<string, JournalEntry>();
  for (const entry of entries) {
    const { after, result } = entry;
    // What has changed nothing for certain, and a way back that did not lead there, leave the one before in force.
    const hasChanged = after || result === 'done' || result === 'alreadySo';
    if (result === 'refused' || result === 'notSent' || !hasChanged) continue;
    const key = `${entry.org.id}:${entry.subject.type}:${entry.subject.fullName}`;
    latest.delete(key);
    latest.set(key, entry);
  }
  return [...latest.values()].filter(({ after }) => after).toReversed();
}
