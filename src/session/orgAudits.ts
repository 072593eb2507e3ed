/** The audit of each org, made when somebody wants to see it, and anew when there is something new. */
import type { Audit } from '../audit/audit.ts';
import { dayOf } from '../audit/day.ts';
import { inForce, ofOrg, PKCE_NOT_REQUIRED, type Suppression } from '../audit/suppression.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import type { Proof } from '../salesforce/proof.ts';
import { Emitter } from './emitter.ts';
import type { OrgCatalogs } from './orgCatalogs.ts';
import { labelOf } from './session.ts';
import type { Sessions } from './sessions.ts';

export interface OrgAuditsContext {
  readonly sessions: Sessions;
  readonly catalogs: OrgCatalogs;
  /** What the settings say is accepted for a time. */
  readonly suppressions: () => readonly Suppression[];
  /** What was proven about the apps of an org. */
  readonly proofs: (orgId: string) => Promise<readonly Proof[]>;
  /** Is told of each audit of what this window has read. */
  readonly onAudit: (sessionId: string, audit: Audit, catalog: Catalog) => void;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

interface Kept {
  readonly catalog: Catalog;
  /** What else the audit rests on. */
  readonly key: string;
  /** Made once for all who show it. */
  readonly audit: Promise<Audit>;
}

export class OrgAudits {
  readonly #context: OrgAuditsContext;
  readonly #kept = new Map<string, Kept>();
  readonly #changed = new Emitter<void>();
  /** How often something was proven or accepted. */
  #changes = 0;

  /** Fires when something was proven or accepted: the audits are made anew. */
  readonly onDidChange = this.#changed.event;

  constructor(context: OrgAuditsContext) {
    this.#context = context;
  }

  /** Is told of a new proof, and of suppressions that have changed. */
  tellChanged(): void {
    this.#changes += 1;
    this.#changed.fire();
  }

  /** `App.id` of an org's apps of which it is accepted for a time that they do not require PKCE. */
  acceptedApps(orgId: string): ReadonlySet<string> {
    const { suppressions, now } = this.#context;
    const accepted = inForce(ofOrg(suppressions(), orgId), dayOf(now()));
    return new Set(
      accepted.flatMap(({ rule, app }) => (rule === PKCE_NOT_REQUIRED && app ? [app] : [])),
    );
  }

  /**
   * The audit of what was last read of an org; undefined if nothing was. What another window has proven is in it from
   * the next reading on.
   */
  async of(sessionId: string): Promise<Audit | undefined> {
    const { sessions, catalogs, suppressions, proofs, now } = this.#context;
    const last = catalogs.lastRead(sessionId);
    const session = await sessions.get(sessionId);
    if (!last || !session) return undefined;
    const { catalog, readAtMilliseconds } = last;
    const accepted = ofOrg(suppressions(), session.orgId);
    const nowMilliseconds = now();
    // What is unused or accepted changes from one day to the next.
    const day = dayOf(nowMilliseconds);
    const key = JSON.stringify([
      labelOf(session),
      day,
      readAtMilliseconds,
      accepted,
      this.#changes,
    ]);
    const kept = this.#kept.get(sessionId);
    if (kept?.catalog === catalog && kept.key === key) return kept.audit;
    const make = async (): Promise<Audit> => {
      const proven = await proofs(session.orgId);
      const { audit } = await import('../audit/audit.ts');
      const made = audit(catalog, {
        org: labelOf(session),
        nowMilliseconds,
        readAtMilliseconds,
        suppressions: accepted,
        proofs: proven,
      });
      if (!last.isRemembered) this.#context.onAudit(sessionId, made, catalog);
      return made;
    };
    const made: Kept = { catalog, key, audit: make() };
    this.#kept.set(sessionId, made);
    made.audit.catch(() => {
      if (this.#kept.get(sessionId) === made) this.#kept.delete(sessionId);
    });
    return made.audit;
  }

  /** Forgets the audits of other sessions: they have signed out. */
  keepOnly(sessionIds: ReadonlySet<string>): void {
    for (const id of this.#kept.keys()) if (!sessionIds.has(id)) this.#kept.delete(id);
  }
}
