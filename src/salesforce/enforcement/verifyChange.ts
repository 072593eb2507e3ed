/** Looks at the org after a change of the PKCE flag, and words what became of it (SALESFORCE.md 7). */
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import type { MetadataAccess } from '../metadataApi.ts';
import { differences, meaningOf, type FlagTarget } from './componentXml.ts';
import { ORG_TARGET } from './eligibility.ts';
import { closed, type Draft, type Ending, type FlagChange } from './flagChange.ts';
import { readAll } from './readComponents.ts';

/** A change may take minutes until it shows: two of them in all. */
const PAUSES_MILLISECONDS = [0, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];
const SETTLE_MILLISECONDS = 2000;
const LAST_LOOK_MILLISECONDS = 15_000;

/** Looks at what was sent until it shows, then once more: a change has been seen to come undone. */
export async function verify(
  access: MetadataAccess,
  drafts: readonly Draft[],
  change: FlagChange,
): Promise<void> {
  const {
    pausesMilliseconds = PAUSES_MILLISECONDS,
    settleMilliseconds = SETTLE_MILLISECONDS,
    lastLookMilliseconds = LAST_LOOK_MILLISECONDS,
  } = change;
  const sent = drafts.filter((draft) => draft.sent !== undefined);
  const shown = new Set<Draft>();
  /** Those that could be read at any look. */
  const seen = new Set<Draft>();
  /** @returns those of them that could not be read */
  const look = async (some: readonly Draft[]): Promise<readonly Draft[]> => {
    // After a Cancel there is one more look, which the Cancel does not stop, and a clock does.
    const own = access.signal.aborted
      ? { ...access, signal: AbortSignal.timeout(lastLookMilliseconds) }
      : access;
    const targets = some.map(({ target }) => target);
    const found = await readAll(own, targets, change.onError);
    for (const draft of some) {
      const now = found.get(draft.target);
      if (!now || !draft.component) continue;
      seen.add(draft);
      draft.otherChanges = differences(draft.target.type, draft.component, now);
      if (meaningOf(draft.target.type, now) === change.value) {
        shown.add(draft);
        draft.outcome = closed('done', doneWords(draft, change.value));
      } else if (shown.delete(draft)) {
        draft.outcome = closed('reverted', REVERTED);
      }
    }
    return some.filter(({ target }) => !found.has(target));
  };
  const isCancelled = (): boolean => access.signal.aborted;
  for (const [round, pause] of pausesMilliseconds.entries()) {
    // What was refused needs no waiting: it is looked at once, since the org has the last word.
    const open = sent.filter(
      (draft) => !draft.outcome && (round === 0 || draft.sent !== 'refused'),
    );
    if (open.length === 0) break;
    if (round > 0) change.report?.(l10n.t`Waiting for the org to show it (look ${round + 1})`);
    const goesOn = await paused(pause, access.signal);
    await look(open);
    if (!goesOn) break;
  }
  if (shown.size > 0 && !isCancelled()) {
    change.report?.(l10n.t('Looking once more'));
    const goesOn = await paused(settleMilliseconds, access.signal);
    const unseen = goesOn ? await look([...shown]) : [];
    // A Cancel in the middle of it is no answer that was not given.
    for (const draft of isCancelled() ? [] : unseen) {
      draft.outcome = closed('done', `${doneWords(draft, change.value)} ${NOT_SEEN_AGAIN}`);
    }
  }
  for (const draft of sent) draft.outcome ??= endOf(draft, seen.has(draft), access.signal.aborted);
}

/** @returns false if the user has cancelled */
async function paused(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  if (milliseconds > 0 && !signal.aborted) {
    await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  }
  return !signal.aborted;
}

const REVERTED = l10n.t(
  'The org showed the change and then the old setting again. Look at the app in Setup; the setting may be locked, or something else may have set it back.',
);

const NOT_SEEN_AGAIN = l10n.t('Whether it stays so is not known: a second look was not answered.');

function doneWords({ target, sent, refusal }: Draft, value: boolean): string {
  const shows = shownText(target, value);
  if (sent === 'lost') return `${shows} ${unsaidText(refusal)}`;
  return sent === 'refused'
    ? `${shows} ${l10n.t`It had refused the change, though: ${refusal}`}`
    : shows;
}

/** Of the component alone: app and org each may require what the other does not. */
function shownText({ type }: FlagTarget, value: boolean): string {
  if (value) return l10n.t('The org shows it: PKCE is required.');
  return type === ORG_TARGET.type
    ? l10n.t('The org shows it: PKCE is not required of every app any more.')
    : l10n.t('The org shows it: the app itself does not require PKCE any more.');
}

function unsaidText(reason: string): string {
  return l10n.t`The org did not say how the change ended: ${reason}`;
}

function endOf({ sent, refusal }: Draft, isReadable: boolean, isCancelled: boolean): Ending {
  if (sent === 'refused') return closed('refused', refusal);
  if (!isReadable) {
    const words = l10n.t(
      'Whether the change holds is not known: the org could not be asked afterwards. Refresh the apps in some minutes.',
    );
    const lost = sent === 'lost' ? unsaidText(refusal) : '';
    return closed('unknown', `${words} ${lost}`.trimEnd());
  }
  if (sent === 'lost') {
    return closed(
      'unknown',
      `${l10n.t('The org does not show the change yet; it may still come. Refresh the apps in some minutes before you try again.')} ${unsaidText(refusal)}`,
    );
  }
  return isCancelled
    ? closed(
        'unknown',
        l10n.t(
          'It was sent, and the org does not show it yet; you cancelled the wait. Refresh the apps in some minutes.',
        ),
      )
    : closed(
        'noEffect',
        l10n.t(
          'The org accepted the change and still shows the old setting. Changes can take minutes: refresh the apps later. If it stays so, set it in Setup.',
        ),
      );
}
