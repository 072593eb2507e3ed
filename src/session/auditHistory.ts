/** Audits of earlier days of each org: on this computer, one for each day, figures for a year, details for the last ones. */
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { dayOf } from '../audit/day.ts';
import { SEVERITIES } from '../audit/finding.ts';
import type { PastAudit } from '../audit/history.ts';
import { Emitter } from './emitter.ts';
import { jsonNameOf, type SharedFiles } from './sharedFiles.ts';

const MOST_DAYS = 366;
/** A comparison needs all findings, a trend only their number. */
const MOST_DETAILS = 3;

const text = v.string();
const number = v.pipe(v.number(), v.minValue(0));
const findings = v.array(
  v.object({
    rule: text,
    title: text,
    severity: v.picklist(SEVERITIES),
    subject: text,
    label: text,
  }),
);
const Stored = v.object({
  version: v.literal(1),
  sessionId: text,
  audits: v.array(
    v.object({
      org: text,
      at: v.pipe(text, v.isoTimestamp()),
      counts: v.object({
        critical: number,
        high: number,
        medium: number,
        low: number,
        info: number,
      }),
      posture: v.object({
        required: number,
        requiredByOrg: number,
        notRequired: number,
        unknown: number,
      }),
      isWhole: v.optional(v.boolean(), true),
      isOrgRead: v.optional(v.boolean(), true),
      details: v.nullable(
        v.object({
          findings,
          accepted: v.optional(findings, []),
          apps: v.array(
            v.object({
              id: text,
              label: text,
              pkce: v.picklist([
                'required',
                'requiredByOrg',
                'notRequired',
                'notApplicable',
                'unknown',
              ]),
            }),
          ),
          unknown: v.optional(v.array(text), []),
          unjudgedRules: v.optional(v.array(text), []),
        }),
      ),
    }),
  ),
});

export class AuditHistory {
  readonly #files: SharedFiles;
  /** What was read, until there is more: the dashboard asks for all orgs again and again. */
  readonly #read = new Map<string, Promise<readonly PastAudit[]>>();
  readonly #changed = new Emitter<string>();

  /** Fires with the id of a session whose history has grown or is gone. */
  readonly onDidChange = this.#changed.event;

  constructor(files: SharedFiles) {
    this.#files = files;
  }

  /** The oldest first. What another window adds shows when this one adds something too. */
  of(sessionId: string): Promise<readonly PastAudit[]> {
    const known = this.#read.get(sessionId);
    if (known) return known;
    const read = this.#load(sessionId);
    this.#read.set(sessionId, read);
    // What could not be read is asked for again the next time.
    read.catch(() => this.#read.delete(sessionId));
    return read;
  }

  /** Keeps an audit in place of an earlier one of the same day. @throws file system errors */
  async add(sessionId: string, audit: PastAudit): Promise<void> {
    const day = dayOf(Date.parse(audit.at));
    const before = await this.#load(sessionId);
    const last = before.at(-1);
    // A reading that found nothing new is no reason to write a large file.
    const isNew =
      !last ||
      dayOf(Date.parse(last.at)) !== day ||
      !isDeepStrictEqual({ ...last, at: '' }, { ...audit, at: '' });
    if (isNew) {
      const others = before.filter(({ at }) => dayOf(Date.parse(at)) !== day);
      // In order also where a clock was wrong for a while.
      const all = [...others, audit]
        .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
        .slice(-MOST_DAYS);
      const audits = all.map((one, index) =>
        index < all.length - MOST_DETAILS ? { ...one, details: null } : one,
      );
      await this.#files.update(jsonNameOf(sessionId), { version: 1, sessionId, audits });
    }
    this.#tellChanged(sessionId);
  }

  async forget(sessionId: string): Promise<void> {
    await this.#files.remove(jsonNameOf(sessionId));
    this.#tellChanged(sessionId);
  }

  async #load(sessionId: string): Promise<readonly PastAudit[]> {
    const result = v.safeParse(Stored, await this.#files.read(jsonNameOf(sessionId)));
    return result.success && result.output.sessionId === sessionId ? result.output.audits : [];
  }

  #tellChanged(sessionId: string): void {
    this.#read.delete(sessionId);
    this.#changed.fire(sessionId);
  }
}
