/**
 * Requires PKCE of apps and of whole orgs, and takes it back. Nothing is sent before a modal question that says what
 * may break, nothing is called done before the org shows it, and all of it is in the journal.
 */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { changesInForce } from '../audit/changes.ts';
import { contextOf } from '../audit/context.ts';
import { impactsOf } from '../audit/impact.ts';
import { RESULT_TEXTS } from '../audit/reports/journal.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { KIND_TEXT } from '../salesforce/app.ts';
import { distinctLabels } from '../salesforce/appNames.ts';
import { listsBothKinds } from '../salesforce/catalog/completeness.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import { count } from '../salesforce/count.ts';
import { eligibilityIn, ORG_TARGET } from '../salesforce/enforcement/eligibility.ts';
import { provenHandshake } from '../salesforce/proof.ts';
import type { OrgCatalogs } from '../session/orgCatalogs.ts';
import type { ProofStore } from '../session/proofStore.ts';
import { labelOf, placeOf, type Session } from '../session/session.ts';
import type { Documents } from '../views/documents.ts';
import { askWhatFirst, askWhichApps } from '../views/enforcementQuestions.ts';
import {
  leftAloneText,
  nothingLeftText,
  notReadyMarkdown,
  outcomesMarkdown,
  requireDetail,
  requireOfOrgDetail,
  summaryText,
  undoDetail,
  type ChangeOutcome,
  type Preflight,
  type Skipped,
} from '../views/enforcementTexts.ts';
import { showInformationMessage, showWarningMessage } from '../views/notifications.ts';
import { pickSession } from '../views/orgPicker.ts';
import { isNode, nodesOf, sessionIdOf } from '../views/orgsTree/nodes.ts';
import { withCancel } from '../views/progress.ts';
import { freshCatalog } from './freshCatalog.ts';
import { journaledChange, type JournaledChangeContext, type Subject } from './journaledChange.ts';

export interface EnforceCommandsContext extends JournaledChangeContext {
  readonly catalogs: OrgCatalogs;
  readonly documents: Documents;
  readonly proofs: ProofStore;
}

interface Candidate extends Subject {
  /** Kind and API name: labels repeat. */
  readonly description: string;
  readonly preflight: Preflight;
}

const REQUIRE = l10n.t('Require PKCE');
const SHOW_DETAILS = l10n.t('Show Details');
const UNDO = l10n.t('Undo...');

export class EnforceCommands {
  readonly #context: EnforceCommandsContext;
  /** Sessions whose org is being changed by this window. */
  readonly #busy = new Set<string>();

  constructor(context: EnforceCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.enforcePkce`: the apps of the rows it was called on, else some that are picked. */
  async enforcePkce(target?: unknown, targets?: unknown): Promise<void> {
    const nodes = nodesOf(target, targets).filter((node) => node.type === 'app');
    const [first] = nodes;
    if (!first) {
      const session = await pickSession(
        this.#context.sessions,
        target,
        l10n.t('In which org should PKCE be required of apps?'),
      );
      if (session) await this.#pickAndRequire(session);
      return;
    }
    // One org at a time: a question about two of them is easily misread.
    const sessionId = sessionIdOf(first);
    if (nodes.some((node) => sessionIdOf(node) !== sessionId)) {
      throw new UserFacingError({
        code: 'several_orgs',
        happened: l10n.t('The selected apps are of several orgs.'),
        todo: l10n.t('Select apps of one org: each org is changed by itself.'),
      });
    }
    const session = await this.#context.sessions.get(sessionId);
    const catalog = session && (await this.#read(session));
    if (!session || !catalog) return;
    const ids = new Set(nodes.map(({ app }) => app.id));
    const preflights = await this.#preflights(session, catalog);
    const { candidates, skipped } = candidatesIn(catalog, preflights, ids);
    await this.#requireOf(session, candidates, skipped);
  }

  /** `salesforcePkce.enforceOrgPkce` */
  async enforceOrgPkce(target?: unknown): Promise<void> {
    const session = await pickSession(
      this.#context.sessions,
      target,
      l10n.t('Which org should require PKCE of every app?'),
    );
    const catalog = session && (await this.#read(session));
    if (!session || !catalog) return;
    if (catalog.orgWide.isPkceRequired === true) {
      void showInformationMessage(l10n.t`${labelOf(session)} requires PKCE of every app already.`);
      return;
    }
    const notReady = await this.#preflights(session, catalog);
    if (notReady.length > 0) {
      const { candidates, skipped } = candidatesIn(catalog, notReady);
      const step = await askWhatFirst(session, notReady, candidates.length);
      if (step === 'apps') await this.#pickAndRequire(session);
      if (step === 'details') {
        await this.#context.documents.show(
          l10n.t`Apps not ready in ${labelOf(session)}`,
          notReadyMarkdown(labelOf(session), notReady, skipped.length),
        );
      }
      if (step !== 'org') return;
    }
    const picked = await showWarningMessage(
      l10n.t`Require PKCE of every app of ${placeOf(session)}?`,
      { modal: true, detail: requireOfOrgDetail(notReady, catalog) },
      l10n.t('Require PKCE of the Org'),
    );
    if (!picked) return;
    const subject = { label: l10n.t`The org ${labelOf(session)}`, target: ORG_TARGET };
    await this.#change(session, [subject], true, []);
  }

  /** `salesforcePkce.undoChange`: takes back changes of the journal that are in force. */
  async undoChange(target?: unknown): Promise<void> {
    const { journal, sessions } = this.#context;
    const all = (await sessions.list()).filter(
      ({ id }) => !isNode(target) || id === sessionIdOf(target),
    );
    const entries = changesInForce(await journal.entries()).flatMap((entry) => {
      const ofOrg = all.filter(({ orgId }) => orgId === entry.org.id);
      // Who has made the change may take it back: another user of the org perhaps not.
      const session = ofOrg.find(({ username }) => username === entry.by) ?? ofOrg[0];
      return session ? [{ entry, session }] : [];
    });
    if (entries.length === 0) {
      void showInformationMessage(
        l10n.t('There is no change to take back in an org that is signed in.'),
      );
      return;
    }
    const picked = await vscode.window.showQuickPick(
      entries.map(({ entry, session }) => ({
        label: entry.subject.label,
        description: `${entry.org.label} · ${entry.at.slice(0, 10)} · ${RESULT_TEXTS[entry.result]}`,
        detail: `${entry.subject.type} ${entry.subject.fullName}`,
        entry,
        session,
      })),
      {
        title: l10n.t('Undo Change'),
        placeHolder: l10n.t('Which change should be taken back?'),
        matchOnDetail: true,
        ignoreFocusOut: true,
      },
    );
    if (!picked) return;
    const { subject } = picked.entry;
    await this.#undo(picked.session, [{ label: subject.label, target: subject }]);
  }

  async #pickAndRequire(session: Session): Promise<void> {
    const catalog = await this.#read(session);
    if (!catalog) return;
    const preflights = await this.#preflights(session, catalog);
    const { candidates, skipped } = candidatesIn(catalog, preflights);
    if (candidates.length === 0) {
      void showInformationMessage(
        nothingLeftText(labelOf(session), skipped.length, listsBothKinds(catalog.snapshot)),
      );
      return;
    }
    const picked = await askWhichApps(session, candidates, skipped.length);
    if (picked.length > 0) await this.#requireOf(session, picked, []);
  }

  async #requireOf(
    session: Session,
    candidates: readonly Candidate[],
    skipped: readonly Skipped[],
  ): Promise<void> {
    const [only] = candidates;
    if (!only) {
      const [first] = skipped;
      throw new UserFacingError({
        code: 'nothing_to_change',
        happened:
          skipped.length === 1 ? (first?.reason ?? '') : l10n.t('None of the apps can be changed.'),
        todo: skipped.length === 1 ? l10n.t('Nothing was changed.') : leftAloneText(skipped),
      });
    }
    const left = skipped.length > 0 ? `\n\n${l10n.t`Left alone: ${leftAloneText(skipped)}`}` : '';
    const picked = await showWarningMessage(
      l10n.t`Require PKCE of ${appsText(candidates)} in ${placeOf(session)}?`,
      { modal: true, detail: requireDetail(candidates.map(({ preflight }) => preflight)) + left },
      REQUIRE,
    );
    if (picked === REQUIRE) await this.#change(session, candidates, true, skipped);
  }

  async #undo(session: Session, subjects: readonly Subject[]): Promise<void> {
    const go = l10n.t('Stop Requiring PKCE');
    const isOfOrg = subjects.some(({ target }) => target.type === ORG_TARGET.type);
    const read = this.#context.catalogs.lastRead(session.id)?.catalog;
    const isByOrg = isOfOrg ? false : read?.orgWide.isPkceRequired;
    const labels = subjects.map(({ label }) => label);
    const picked = await showWarningMessage(
      isOfOrg
        ? l10n.t`Stop requiring PKCE of every app of ${placeOf(session)}?`
        : l10n.t`Stop requiring PKCE of ${appsText(subjects)} in ${placeOf(session)}?`,
      { modal: true, detail: undoDetail(labels, isByOrg) },
      go,
    );
    if (picked === go) await this.#change(session, subjects, false, []);
  }

  async #change(
    session: Session,
    subjects: readonly Subject[],
    value: boolean,
    skipped: readonly Skipped[],
  ): Promise<void> {
    const { catalogs, documents, messages } = this.#context;
    if (this.#busy.has(session.id)) {
      throw new UserFacingError({
        code: 'busy',
        happened: l10n.t`${labelOf(session)} is being changed at the moment.`,
        todo: l10n.t('Wait until that has ended.'),
      });
    }
    this.#busy.add(session.id);
    let changes: readonly ChangeOutcome[];
    try {
      changes = await withCancel(
        value
          ? l10n.t`Requiring PKCE in ${labelOf(session)}`
          : l10n.t`Removing the PKCE requirement in ${labelOf(session)}`,
        (signal, report) =>
          journaledChange(this.#context, session, { subjects, value }, signal, report),
      );
    } finally {
      this.#busy.delete(session.id);
    }
    if (changes.length === 0) return;
    // Not waited for: the outcome is known already, the tree follows.
    void catalogs.read(session.id, { anew: true });
    const done = changes.filter(({ outcome }) => outcome.result === 'done');
    const isFine = changes.every(
      ({ outcome }) =>
        (outcome.result === 'done' || outcome.result === 'alreadySo') &&
        outcome.otherChanges.length === 0,
    );
    const summary = summaryText(changes, value);
    const buttons = value && done.length > 0 ? [SHOW_DETAILS, UNDO] : [SHOW_DETAILS];
    const picked = isFine
      ? await showInformationMessage(summary, ...buttons)
      : await messages.warn(summary, ...buttons);
    if (picked === SHOW_DETAILS) {
      const title = l10n.t`Changes in ${labelOf(session)}`;
      await documents.show(title, outcomesMarkdown(title, changes, skipped));
    }
    if (picked === UNDO) {
      await this.#undo(
        session,
        done.map(({ label, outcome }) => ({ label, target: outcome.target })),
      );
    }
  }

  async #read(session: Session): Promise<Catalog | undefined> {
    return freshCatalog(
      this.#context.catalogs,
      session,
      l10n.t`Reading the apps of ${labelOf(session)}`,
    );
  }

  async #preflights(session: Session, catalog: Catalog): Promise<readonly Preflight[]> {
    const proofs = await this.#context.proofs.of(session.orgId);
    return impactsOf(contextOf(catalog, this.#context.now())).map((impact) => ({
      impact,
      provenOn: provenHandshake(proofs, impact.app)?.at.slice(0, 10),
    }));
  }
}

/** The app by its name; more of them by their number. */
function appsText(subjects: readonly Subject[]): string {
  const [only] = subjects.length === 1 ? subjects : [];
  return only ? `"${only.label}"` : count(subjects.length, 'app');
}

/**
 * The apps that this org may change, and why not the others.
 * @param ids of the apps that are meant; all without it
 */
function candidatesIn(
  catalog: Catalog,
  preflights: readonly Preflight[],
  ids?: ReadonlySet<string>,
): { readonly candidates: readonly Candidate[]; readonly skipped: readonly Skipped[] } {
  const eligibilityOf = eligibilityIn(catalog);
  const nameOf = distinctLabels(catalog.apps);
  const byApp = new Map(preflights.map((preflight) => [preflight.impact.app, preflight]));
  const candidates: Candidate[] = [];
  const skipped: Skipped[] = [];
  const meant = catalog.apps.filter((app) =>
    ids ? ids.has(app.id) : app.pkce !== 'required' && app.pkce !== 'notApplicable',
  );
  for (const app of meant) {
    const eligibility = eligibilityOf(app);
    const preflight = byApp.get(app.id);
    if ('target' in eligibility && preflight) {
      const description = `${KIND_TEXT[app.kind].one} · ${app.fullName}`;
      candidates.push({ label: nameOf(app), description, target: eligibility.target, preflight });
    } else if ('reason' in eligibility) {
      skipped.push({ label: nameOf(app), reason: eligibility.reason });
    }
  }
  return { candidates, skipped };
}
