/**
 * Requires PKCE of apps, or of the whole org, or takes that back: read the whole component, change one flag, send all
 * of it once, and read again until it shows (SALESFORCE.md 7). An update's own "success" proves nothing.
 */
import * as l10n from '@vscode/l10n';
import { chunksOf, type MetadataAccess } from '../metadataApi.ts';
import { NotSentError } from '../orgClient.ts';
import { SalesforceError } from '../salesforceError.ts';
import type { XmlElement } from '../xml.ts';
import { canHoldFlag, flagOf, updateXml, type FlagTarget } from './componentXml.ts';
import { closed, type Draft, type FlagChange, type FlagOutcome } from './flagChange.ts';
import { readAtOnce, readByRetrieve, Trouble, type Way } from './readComponents.ts';
import { refusalOf, refusalWords, saveResultsIn, type SaveResult } from './saveResult.ts';
import { verify } from './verifyChange.ts';

const COMPONENTS_PER_UPDATE = 10;

/**
 * @param access what it reads with is what it writes with: another version knows other elements. Its signal is the
 *   user's Cancel: what has been sent is still looked at once
 * @returns one outcome for each target, in their order; it does not throw, whatever an org does
 */
export async function setPkceRequired(
  access: MetadataAccess,
  targets: readonly FlagTarget[],
  change: FlagChange,
): Promise<readonly FlagOutcome[]> {
  const drafts = targets.map((target): Draft => ({
    target,
    component: undefined,
    before: undefined,
    outcome: undefined,
    sent: undefined,
    refusal: '',
    otherChanges: [],
  }));
  try {
    await readAndSend(access, drafts, change);
  } catch (error) {
    if (!(error instanceof NotSentError)) throw error;
    change.onError?.(error.cause);
    const words = `${l10n.t('It was not sent: nothing was changed.')} ${refusalOf(error.cause)}`;
    for (const draft of drafts) {
      if (draft.sent === undefined) draft.outcome ??= closed('notSent', words);
    }
  }
  await verify(access, drafts, change);
  return drafts.map(({ target, before, outcome, otherChanges }) => ({
    target,
    before,
    otherChanges,
    ...(outcome ?? closed('notSent', l10n.t('Cancelled before it was sent: nothing was changed.'))),
  }));
}

/**
 * Each call's components are read right before it is sent: the whole component goes back, and with an older copy of it
 * what somebody else has changed meanwhile would be lost.
 * @throws NotSentError if the rest needs not be tried: no token to send it with, or `beforeSending` failed
 */
async function readAndSend(
  access: MetadataAccess,
  drafts: readonly Draft[],
  change: FlagChange,
): Promise<void> {
  const { value, report, onError } = change;
  let tried = 0;
  // "All components must be of the same type in the same call" (Metadata API Developer Guide, updateMetadata). A result
  // has a name and no type: of two types in one call, one could be taken for the other.
  const byType = [...Map.groupBy(drafts, ({ target }) => target.type).values()];
  for (const some of byType.flatMap((all) => chunksOf(all, COMPONENTS_PER_UPDATE))) {
    const trouble = new Trouble(access.signal, onError);
    let open: readonly Draft[] = some;
    // A retrieve takes long: what could be read without one is sent before it begins.
    for (const way of [readAtOnce, readByRetrieve]) {
      if (open.length === 0) break;
      report?.(readingText(tried, drafts.length));
      const found = await readBy(way, access, open, trouble);
      if (access.signal.aborted) return;
      // Where nobody answers, waiting once for each of the others helps nobody.
      if (trouble.unreached && found.size === 0) throw new NotSentError(trouble.unreached);
      for (const draft of open) judge(draft, found.get(draft.target), value);
      const ready = open.filter(({ component, outcome }) => component && !outcome);
      if (ready.length > 0) await send(access, ready, change, way);
      open = open.filter(({ component }) => !component);
    }
    for (const draft of open) {
      const words = l10n.t('The settings could not be read as a whole, so nothing was sent.');
      draft.outcome = closed('refused', `${words} ${trouble.words}`.trimEnd());
    }
    tried += some.length;
  }
}

function readingText(tried: number, all: number): string {
  return all > COMPONENTS_PER_UPDATE
    ? l10n.t`Reading the settings as they are (${tried} of ${all} tried)`
    : l10n.t('Reading the settings as they are');
}

function readBy(
  way: Way,
  access: MetadataAccess,
  drafts: readonly Draft[],
  trouble: Trouble,
): ReturnType<Way> {
  return way(
    access,
    drafts.map(({ target }) => target),
    trouble,
  );
}

/** Takes a component as it is now, and closes what needs not be sent, or cannot be. */
function judge(draft: Draft, component: XmlElement | undefined, value: boolean): void {
  if (!component) return;
  const { type } = draft.target;
  draft.component = component;
  draft.before = flagOf(type, component);
  if (draft.before === value) {
    draft.outcome = closed('alreadySo', l10n.t('It was so already: nothing was sent.'));
  } else if (!canHoldFlag(type, component)) {
    draft.outcome = closed('refused', l10n.t('The app has no OAuth settings: nothing was sent.'));
  } else if (draft.before === undefined) {
    draft.outcome = closed(
      'refused',
      l10n.t('The org gives the flag a value that is neither true nor false: nothing was sent.'),
    );
  }
}

/**
 * @param way how these components were read
 * @throws NotSentError if there is no token to send it with, or `beforeSending` failed
 */
async function send(
  access: MetadataAccess,
  drafts: readonly Draft[],
  change: FlagChange,
  way: Way,
): Promise<void> {
  try {
    await change.beforeSending?.(
      drafts.map(({ target, before }) => ({ target, before: before ?? null })),
    );
  } catch (error) {
    throw new NotSentError(error);
  }
  // Asked again after each call: the user may have left meanwhile.
  const isCancelled = (): boolean => access.signal.aborted;
  if (isCancelled()) return;
  change.report?.(l10n.t('Sending the change'));
  await sendBatch(access, drafts, change, false);
  // Whether an ECA's key may go back or must is not established (SALESFORCE.md 7, 11).
  const wantsKey = drafts.filter(
    ({ target, sent, refusal }) =>
      target.type === 'ExtlClntAppGlobalOauthSettings' &&
      sent === 'refused' &&
      /consumer ?key/i.test(refusal),
  );
  if (wantsKey.length === 0 || isCancelled()) return;
  const found = await readBy(way, access, wantsKey, new Trouble(access.signal, change.onError));
  if (isCancelled()) return;
  const again = wantsKey.filter(({ target }) => found.has(target));
  for (const draft of again) {
    const { before } = draft;
    judge(draft, found.get(draft.target), change.value);
    draft.before = before;
  }
  const ready = again.filter(({ outcome }) => !outcome);
  // What was sent is not "so already": the look afterwards tells what became of it.
  for (const draft of again) {
    if (draft.outcome?.result === 'alreadySo') draft.outcome = undefined;
  }
  if (ready.length > 0) await sendBatch(access, ready, change, true);
}

/** Not stopped by the user's Cancel: a request that is cut off may have been worked on all the same. */
async function sendBatch(
  { client, apiVersion }: MetadataAccess,
  drafts: readonly Draft[],
  { value, onError }: FlagChange,
  withKey: boolean,
): Promise<void> {
  const components = drafts.flatMap(({ target, component }) =>
    component ? [updateXml(target.type, target.fullName, component, value, { withKey })] : [],
  );
  let results: readonly SaveResult[];
  try {
    const body = `<met:updateMetadata>${components.join('')}</met:updateMetadata>`;
    results = saveResultsIn(await client.soapOnce(apiVersion, body));
  } catch (error) {
    if (error instanceof NotSentError) throw error;
    onError?.(error);
    for (const draft of drafts) {
      draft.sent = isRefusal(error) ? 'refused' : 'lost';
      draft.refusal = refusalOf(error);
    }
    return;
  }
  for (const draft of drafts) {
    const result = results.find(({ fullName }) => fullName === draft.target.fullName);
    draft.sent = result ? (result.success ? 'accepted' : 'refused') : 'lost';
    draft.refusal = result
      ? refusalWords(result.errors)
      : l10n.t('its answer does not name what was sent.');
  }
}

/** A fault refuses the whole call; anything else, also trouble within the org, may have come after the change. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof SalesforceError &&
    !['UNKNOWN_EXCEPTION', 'SERVER_UNAVAILABLE'].includes(error.code)
  );
}
