/** The one place where an org is changed: each change stands in the journal before it is sent, and how it ended after. */
import * as l10n from '@vscode/l10n';
import { changesInForce, type JournalEntry } from '../audit/changes.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import type { FlagTarget } from '../salesforce/enforcement/componentXml.ts';
import { setPkceRequired } from '../salesforce/enforcement/setPkceRequired.ts';
import { SETTLES_MILLISECONDS } from '../salesforce/metadataApi.ts';
import type { Journal } from '../session/journal.ts';
import { accessForChanges, type OrgAccessContext } from '../session/orgAccess.ts';
import { labelOf, type Session } from '../session/session.ts';
import type { ChangeOutcome } from '../views/enforcementTexts.ts';
import type { Messages } from '../views/messages.ts';
import { unlessAborted } from './unlessAborted.ts';

export interface JournaledChangeContext extends OrgAccessContext {
  readonly journal: Journal;
  readonly messages: Messages;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

/** What one change is about. */
export interface Subject {
  readonly label: string;
  readonly target: FlagTarget;
}

/** PKCE required, or not any more, of some apps or of the org. */
export interface Change {
  readonly subjects: readonly Subject[];
  readonly value: boolean;
}

const JOURNAL_TROUBLE = l10n.t(
  'How the change ended could not be written into the journal: it stands there as begun. Is the disk full?',
);

const MAY_STILL_SHOW = l10n.t(
  'The org does not show the change that you take back, so nothing was sent. It may still come: look again in half an hour, and undo it then if it did.',
);
/** @returns nothing if the user has left before anything was asked */
export async function journaledChange(
  context: JournaledChangeContext,
  session: Session,
  { subjects, value }: Change,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<readonly ChangeOutcome[]> {
  const { journal, messages, now } = context;
  const labels = new Map(subjects.map(({ label, target }) => [keyOf(target), label]));
  const labelFor = (target: FlagTarget): string => labels.get(keyOf(target)) ?? target.fullName;
  const entries = new Map<string, string>();
  const begin = async (target: FlagTarget, before: boolean | null): Promise<void> => {
    const id = await journal.begin({
      at: new Date(now()).toISOString(),
      by: session.username,
      org: { id: session.orgId, label: labelOf(session), instanceUrl: session.instanceUrl },
      subject: { ...target, label: labelFor(target) },
      before,
      after: value,
    });
    entries.set(keyOf(target), id);
  };
  const access = await unlessAborted(signal, () => accessForChanges(context, session, signal));
  if (!access) return [];
  const mayStillShow = value ? [] : await keysThatMayStillShow(context, session);
  const found = await setPkceRequired(
    access,
    subjects.map(({ target }) => ({ type: target.type, fullName: target.fullName })),
    {
      value,
      report,
      beforeSending: async (ready) => {
        try {
          for (const { target, before } of ready) await begin(target, before);
        } catch (error) {
          throw new UserFacingError({
            code: 'no_journal',
            happened: l10n.t('The change could not be written into the journal.'),
            todo: l10n.t('Free some disk space, or see the log.'),
            cause: error,
          });
        }
      },
      onError: (error) => messages.logError(error),
    },
  );
  const outcomes = found.map((outcome) =>
    outcome.result === 'alreadySo' && mayStillShow.includes(keyOf(outcome.target))
      ? { ...outcome, result: 'unknown' as const, words: MAY_STILL_SHOW }
      : outcome,
  );
  for (const { target, result, words, before } of outcomes) {
    // An undo that finds itself done already is done: the change is not offered again.
    if (result === 'alreadySo' && !value) {
      await begin(target, before ?? null).catch((error: unknown) => messages.logError(error));
    }
    const id = entries.get(keyOf(target));
    // The change was made: a full disk does not hide how it ended.
    if (id === undefined) continue;
    await journal.end(id, { result, words }).catch((error: unknown) => {
      messages.logError(error);
      void messages.warn(JOURNAL_TROUBLE);
    });
  }
  return outcomes.map((outcome) => ({ label: labelFor(outcome.target), outcome }));
}

/** Keys of changes that the org did not show yet, and may: to find them undone is no proof that they are. */
async function keysThatMayStillShow(
  { journal, now }: JournaledChangeContext,
  session: Session,
): Promise<readonly string[]> {
  const entries = (await journal.entries()).filter(({ org }) => org.id === session.orgId);
  return changesInForce(entries)
    .filter(
      (change) =>
        ['begun', 'unknown', 'noEffect'].includes(change.result) &&
        now() - Date.parse(change.at) < SETTLES_MILLISECONDS &&
        !hasShown(change, entries),
    )
    .map(({ subject }) => keyOf(subject));
}

/** Whether a later change of the same component has found it in force. */
function hasShown(change: JournalEntry, entries: readonly JournalEntry[]): boolean {
  const later = entries.slice(entries.indexOf(change) + 1);
  return later.some(
    ({ subject, before }) => keyOf(subject) === keyOf(change.subject) && before === change.after,
  );
}

function keyOf({ type, fullName }: FlagTarget): string {
  return `${type}:${fullName}`;
}
