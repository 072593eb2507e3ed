/**
 * The journal of changes to orgs: on this computer, shared by its windows, only ever added to. Each change is written
 * before it is sent, and again when it is known how it ended. What comes back from the disk is checked.
 */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { JournalEntry } from '../audit/changes.ts';
import type { FlagOutcome } from '../salesforce/enforcement/flagChange.ts';
import type { SharedFiles } from './sharedFiles.ts';

const FILE = 'journal.jsonl';

const text = v.string();
const Line = v.variant('kind', [
  v.object({
    kind: v.literal('begun'),
    id: text,
    at: text,
    by: text,
    org: v.object({ id: text, label: text, instanceUrl: text }),
    subject: v.object({
      type: v.picklist(['ConnectedApp', 'ExtlClntAppGlobalOauthSettings', 'OauthOidcSettings']),
      fullName: text,
      label: text,
    }),
    before: v.nullable(v.boolean()),
    after: v.boolean(),
  }),
  v.object({
    kind: v.literal('ended'),
    id: text,
    result: v.picklist([
      'done',
      'alreadySo',
      'refused',
      'noEffect',
      'reverted',
      'notSent',
      'unknown',
    ]),
    words: text,
  }),
]);
type Line = v.InferOutput<typeof Line>;

export class Journal {
  readonly #files: SharedFiles;

  constructor(files: SharedFiles) {
    this.#files = files;
  }

  /**
   * Notes a change that is about to be sent.
   * @returns the id of the entry
   * @throws file system errors: then it must not be sent
   */
  async begin(entry: Omit<JournalEntry, 'id' | 'result' | 'words'>): Promise<string> {
    const id = randomUUID();
    await this.#add({ kind: 'begun', id, ...entry });
    return id;
  }

  /** Notes how it ended. @throws file system errors */
  async end(id: string, { result, words }: Pick<FlagOutcome, 'result' | 'words'>): Promise<void> {
    await this.#add({ kind: 'ended', id, result, words });
  }

  /** All entries, the oldest first. */
  async entries(): Promise<readonly JournalEntry[]> {
    const entries = new Map<string, JournalEntry>();
    for (const line of await this.#files.lines(FILE)) {
      const parsed = v.safeParse(Line, line);
      if (!parsed.success) continue;
      const { kind, ...rest } = parsed.output;
      const known = entries.get(rest.id);
      if (kind === 'begun' && !known) {
        entries.set(rest.id, { ...(rest as Begun), result: 'begun', words: '' });
      } else if (kind === 'ended' && known) {
        const { result, words } = rest as Ended;
        entries.set(rest.id, { ...known, result, words });
      }
    }
    return [...entries.values()];
  }

  async #add(line: Line): Promise<void> {
    await this.#files.append(FILE, line);
  }
}

type Begun = Omit<Extract<Line, { kind: 'begun' }>, 'kind'>;
type Ended = Omit<Extract<Line, { kind: 'ended' }>, 'kind'>;
