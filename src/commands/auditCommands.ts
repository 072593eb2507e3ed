/** The audit in the editor: a report to read, and one to keep. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Audit } from '../audit/audit.ts';
import { dayOf } from '../audit/day.ts';
import { pastOf, type PastAudit } from '../audit/history.ts';
import { comparisonMarkdown } from '../audit/reports/comparison.ts';
import { EXTENSIONS, FORMATS, report, type Format } from '../audit/reports/reports.ts';
import { count } from '../salesforce/count.ts';
import type { OrgAudits } from '../session/orgAudits.ts';
import type { OrgCatalogs, ReadOutcome } from '../session/orgCatalogs.ts';
import { labelOf, placeOf, type Session } from '../session/session.ts';
import { notReadError, signedOutError } from '../session/sessionErrors.ts';
import type { Sessions } from '../session/sessions.ts';
import { saveFile, type Documents } from '../views/documents.ts';
import { FOLLOW_UP } from '../views/followUp.ts';
import type { Messages } from '../views/messages.ts';
import { showInformationMessage, withoutLinks } from '../views/notifications.ts';
import { pickSession } from '../views/orgPicker.ts';
import { isNode, nodesOf, sessionIdOf } from '../views/orgsTree/nodes.ts';
import { withCancel } from '../views/progress.ts';
import { addSuppression } from '../views/suppressions.ts';

const FORMAT_TEXTS: Readonly<Record<Format, readonly [label: string, detail: string]>> = {
  markdown: ['Markdown', l10n.t('To read and to pass on.')],
  html: ['HTML', l10n.t('One page that stands alone, also on paper.')],
  csv: ['CSV', l10n.t('For spreadsheets, one line for each finding.')],
  json: ['JSON', l10n.t('For programs, by docs/audit.schema.json.')],
  sarif: ['SARIF 2.1.0', l10n.t('For code scanning.')],
};

const SUPPRESSION_DAYS = [30, 90, 180, 365];
const DAY_MILLISECONDS = 24 * 60 * 60_000;

export interface AuditCommandsContext {
  readonly sessions: Sessions;
  readonly catalogs: OrgCatalogs;
  readonly audits: OrgAudits;
  readonly documents: Documents;
  readonly messages: Messages;
  /** Earlier audits of an org, the oldest first. */
  readonly history: (sessionId: string) => Promise<readonly PastAudit[]>;
  /** Version of this extension. */
  readonly version: string;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

export class AuditCommands {
  readonly #context: AuditCommandsContext;

  constructor(context: AuditCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.audit`: shows the report of the orgs of the rows it was called on, else of one that is picked. */
  async audit(target?: unknown, targets?: unknown): Promise<void> {
    const sessions = await this.#orgsOf(target, targets);
    const audits = await this.#auditsOf(sessions);
    if (audits.length === 0) return;
    const name = orgsText(audits.map(({ org }) => org));
    await this.#context.documents.show(name, report('markdown', audits, this.#context));
  }

  /** `salesforcePkce.exportReport`: the same as a file. */
  async exportReport(target?: unknown, targets?: unknown): Promise<void> {
    const sessions = await this.#orgsOf(target, targets);
    if (sessions.length === 0) return;
    const picked = await vscode.window.showQuickPick(
      FORMATS.map((format) => {
        const [label, detail] = FORMAT_TEXTS[format];
        return { label, detail, format };
      }),
      {
        ...FOLLOW_UP,
        title: l10n.t('Export Audit Report'),
        placeHolder: l10n.t('In which format?'),
      },
    );
    if (!picked) return;
    const audits = await this.#auditsOf(sessions);
    if (audits.length === 0) return;
    await saveFile({
      title: l10n.t('Export Audit Report'),
      what: l10n.t`The audit report of ${orgsText(audits.map(({ org }) => org))}`,
      name: `pkce-audit-${dayOf(this.#context.now())}`,
      formatName: picked.label,
      extension: EXTENSIONS[picked.format],
      text: () => report(picked.format, audits, this.#context),
    });
  }

  /** `salesforcePkce.compareAudits`: an org with itself on an earlier day, or with another org. */
  async compareAudits(target?: unknown, targets?: unknown): Promise<void> {
    const { sessions, documents } = this.#context;
    const session = await pickSession(sessions, target, l10n.t('The audit of which org?'));
    if (!session) return;
    const now = await this.#pastOf(session);
    if (!now) return;
    // Two rows that are selected are both of them.
    const ids = new Set(nodesOf(target, targets).map(sessionIdOf));
    ids.delete(session.id);
    const [otherId] = ids.size === 1 ? ids : [];
    const selected = otherId === undefined ? undefined : await sessions.get(otherId);
    const other = selected ?? (await this.#askWithWhat(session, now));
    if (!other) return;
    const first = 'details' in other ? other : await this.#pastOf(other);
    const names: readonly [string, string] =
      'details' in other
        ? [other.at.slice(0, 10), now.at.slice(0, 10)]
        : [placeOf(other), placeOf(session)];
    const markdown = first && comparisonMarkdown(first, now, names);
    if (markdown !== undefined) await documents.show(l10n.t`${names[0]} and ${names[1]}`, markdown);
  }

  async #askWithWhat(session: Session, now: PastAudit): Promise<PastAudit | Session | undefined> {
    const { sessions, history } = this.#context;
    const today = dayOf(Date.parse(now.at));
    const earlier = (await history(session.id)).filter(
      ({ at, details }) => details && dayOf(Date.parse(at)) !== today,
    );
    const others = (await sessions.list()).filter(({ id }) => id !== session.id);
    const items: readonly (vscode.QuickPickItem & { readonly other: PastAudit | Session })[] = [
      ...others.map((other) => ({
        label: `$(cloud) ${labelOf(other)}`,
        description: new URL(other.instanceUrl).host,
        other,
      })),
      ...earlier.toReversed().map((other) => ({
        label: `$(history) ${other.at.slice(0, 10)}`,
        description: l10n.t('the same org on that day'),
        other,
      })),
    ];
    if (items.length === 0) {
      void showInformationMessage(
        l10n.t`There is nothing to compare ${labelOf(session)} with yet: sign in to another org, or come back on another day.`,
      );
      return undefined;
    }
    const picked = await vscode.window.showQuickPick(items, {
      ...FOLLOW_UP,
      title: l10n.t`Compare ${labelOf(session)}`,
      placeHolder: l10n.t('With what?'),
    });
    return picked?.other;
  }

  /** `salesforcePkce.suppressFinding`: accepts the finding of a row for a time. */
  async suppressFinding(target?: unknown): Promise<void> {
    if (!isNode(target) || target.type !== 'finding') return;
    const { rule, title, subject } = target.finding;
    const { now, sessions } = this.#context;
    const session = await sessions.get(sessionIdOf(target));
    if (!session) throw signedOutError();
    const reason = await vscode.window.showInputBox({
      title: l10n.t`Accept "${title}" for a Time`,
      prompt: withoutLinks(
        l10n.t`Why is it accepted for ${subject.kind === 'org' ? l10n.t('the org') : subject.label} in ${labelOf(session)}? Reports show the reason.`,
      ),
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? l10n.t('A reason is needed.') : undefined),
    });
    if (reason === undefined) return;
    const picked = await vscode.window.showQuickPick(
      SUPPRESSION_DAYS.map((days) => ({
        label: count(days, 'day'),
        description: l10n.t`until ${dayOf(now() + days * DAY_MILLISECONDS)}`,
        days,
      })),
      {
        ...FOLLOW_UP,
        title: l10n.t`Accept "${title}" for a Time`,
        placeHolder: l10n.t('For how long?'),
      },
    );
    if (!picked) return;
    const where = await addSuppression({
      rule,
      ...(subject.kind === 'app' ? { app: subject.id } : {}),
      org: session.orgId,
      reason: reason.trim(),
      until: dayOf(now() + picked.days * DAY_MILLISECONDS),
    });
    void tellAccepted(where);
  }

  /** One org, for the exported API. @throws UserFacingError if it cannot be read */
  async auditOf(session: Session): Promise<Audit> {
    return this.#judge(session, await this.#context.catalogs.readIfNeeded(session.id));
  }

  /** What an org's audit of right now comes to; undefined if the user has cancelled. */
  async #pastOf(session: Session): Promise<PastAudit | undefined> {
    const [audit] = await this.#auditsOf([session]);
    const read = this.#context.catalogs.lastRead(session.id);
    return audit && read && pastOf(audit, read.catalog);
  }

  async #orgsOf(target: unknown, targets: unknown): Promise<readonly Session[]> {
    const { sessions } = this.#context;
    const ids = [...new Set(nodesOf(target, targets).map(sessionIdOf))];
    if (ids.length > 1) {
      const all = await Promise.all(ids.map((id) => sessions.get(id)));
      return all.filter((session) => session !== undefined);
    }
    const all = await sessions.list();
    if (ids.length === 0 && all.length > 1) {
      const answer = await askHowMany(all.length);
      if (answer !== 'one') return answer === 'all' ? all : [];
    }
    const session = await pickSession(
      sessions,
      target,
      l10n.t('Which org should be audited?'),
      FOLLOW_UP,
    );
    return session ? [session] : [];
  }

  /**
   * None if the user has cancelled. Orgs that cannot be read are named, and do not stop the others.
   * @throws UserFacingError if none can be read
   */
  async #auditsOf(sessions: readonly Session[]): Promise<readonly Audit[]> {
    const { catalogs, messages } = this.#context;
    if (sessions.length === 0) return [];
    const settled = await withCancel(
      l10n.t`Auditing ${orgsText(sessions.map(labelOf))}`,
      async (signal) => {
        const outcomes = await Promise.all(
          sessions.map(
            async (one) => [one, await catalogs.readIfNeeded(one.id, { signal })] as const,
          ),
        );
        if (signal.aborted) return [];
        return Promise.allSettled(outcomes.map(([one, outcome]) => this.#judge(one, outcome)));
      },
    );
    const audits = settled.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    const failures = sessions.flatMap((session, place) => {
      const look = settled[place];
      return look?.status === 'rejected' ? [{ session, reason: look.reason as unknown }] : [];
    });
    if (failures.length === 0) return audits;
    if (audits.length === 0) throw failures[0]?.reason;
    for (const { reason } of failures) messages.logError(reason);
    const names = failures.map(({ session }) => labelOf(session)).join(', ');
    void messages.warn(
      l10n.t`Not in the report, as they could not be read: ${names}. Refresh them to see why.`,
    );
    return audits;
  }

  /** Judges what was read just now; what is kept from before a reading that failed is not passed off as new. */
  async #judge(session: Session, outcome: ReadOutcome): Promise<Audit> {
    if (outcome.kind === 'failed') throw outcome.error;
    const audit = outcome.kind === 'ready' ? await this.#context.audits.of(session.id) : undefined;
    if (audit) return audit;
    throw notReadError(session);
  }
}

/** Where an accepted finding is kept, and can be taken back. */
async function tellAccepted(where: 'workspace' | 'user'): Promise<void> {
  const open = l10n.t('Open Settings');
  const picked = await showInformationMessage(
    where === 'workspace'
      ? l10n.t(
          'The finding is accepted. It is kept with its reason in the settings of the workspace, which others may see; delete it there to take it back.',
        )
      : l10n.t(
          'The finding is accepted. It is kept with its reason in your user settings; delete it there to take it back.',
        ),
    open,
  );
  if (picked !== open) return;
  const command = where === 'workspace' ? 'openWorkspaceSettings' : 'openSettings';
  await vscode.commands.executeCommand(`workbench.action.${command}`, {
    query: 'salesforcePkce.suppressions',
  });
}

/** More names than that are a number: titles and messages have one line. */
const MOST_NAMES = 3;

function orgsText(names: readonly string[]): string {
  return names.length > MOST_NAMES ? count(names.length, 'org') : names.join(', ');
}

/** With several orgs: one of them, or all in one report. Undefined if the user left. */
async function askHowMany(orgs: number): Promise<'one' | 'all' | undefined> {
  const items: readonly (vscode.QuickPickItem & { readonly answer: 'one' | 'all' })[] = [
    { label: `$(cloud) ${l10n.t('One Org...')}`, answer: 'one' },
    {
      label: `$(globe) ${l10n.t`All ${orgs} Orgs`}`,
      detail: l10n.t('In one report.'),
      answer: 'all',
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: l10n.t('Audit'),
    placeHolder: l10n.t('What should be audited?'),
  });
  return picked?.answer;
}
