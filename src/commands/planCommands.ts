/** The migration plan of an org's apps: what is done, what comes next, checked against the org at each look. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { dayOf } from '../audit/day.ts';
import {
  doneIn,
  PLAN_STEPS,
  plansOf,
  standingText,
  STEP_TEXTS,
  TOLD_STEPS,
  type AppPlan,
  type PlanStep,
  type StepState,
  type ToldStep,
} from '../audit/migration.ts';
import { planCsv, planMarkdown } from '../audit/reports/plan.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import type { OrgCatalogs } from '../session/orgCatalogs.ts';
import type { PlanStore } from '../session/planStore.ts';
import type { ProofStore } from '../session/proofStore.ts';
import { labelOf, type Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { saveFile, type Documents } from '../views/documents.ts';
import { FOLLOW_UP } from '../views/followUp.ts';
import { pickSession } from '../views/orgPicker.ts';
import { appRow, isNode } from '../views/orgsTree/nodes.ts';
import { freshCatalog } from './freshCatalog.ts';

export interface PlanCommandsContext {
  readonly sessions: Sessions;
  readonly catalogs: OrgCatalogs;
  readonly plans: PlanStore;
  readonly proofs: ProofStore;
  readonly documents: Documents;
  /** This computer's clock, in milliseconds. */
  readonly now: () => number;
}

const ICONS: Readonly<Record<StepState['state'], string>> = {
  done: '$(pass)',
  open: '$(circle-large-outline)',
  unknown: '$(question)',
};

type Choice = AppPlan | 'page' | 'export';

export class PlanCommands {
  readonly #context: PlanCommandsContext;

  constructor(context: PlanCommandsContext) {
    this.#context = context;
  }

  /** `salesforcePkce.migrationPlan`: of the app of the row it was called on, else of an org's apps. */
  async migrationPlan(target?: unknown): Promise<void> {
    const { sessions, catalogs } = this.#context;
    const session = await pickSession(sessions, target, l10n.t('The migration plan of which org?'));
    if (!session) return;
    const title = l10n.t`Checking the plan against ${labelOf(session)}`;
    if (!(await freshCatalog(catalogs, session, title))) return;
    const appId = isNode(target) && target.type === 'app' ? target.app.id : undefined;
    if (appId !== undefined && (await this.#planOf(session, appId))) {
      await this.#showApp(session, appId);
      return;
    }
    for (;;) {
      const plans = await this.#plans(session);
      const catalog = catalogs.lastRead(session.id)?.catalog;
      if (!catalog) return;
      const choice = await pickPlan(session, plans, catalog);
      if (choice === undefined) return;
      if (choice === 'page') {
        const title = l10n.t`Migration Plan of ${labelOf(session)}`;
        await this.#context.documents.show(title, planMarkdown(labelOf(session), plans, catalog));
        return;
      }
      if (choice === 'export') {
        await saveFile({
          title: l10n.t('Export Migration Plan'),
          what: l10n.t`The migration plan of ${labelOf(session)}`,
          name: `pkce-migration-${dayOf(this.#context.now())}`,
          formatName: 'CSV',
          extension: 'csv',
          text: () => planCsv(labelOf(session), plans),
        });
        return;
      }
      if ((await this.#showApp(session, choice.app)) === 'left') return;
    }
  }

  /** The steps of one app, until the user goes back or leaves. */
  async #showApp(session: Session, appId: string): Promise<'back' | 'left'> {
    for (;;) {
      const plan = await this.#planOf(session, appId);
      if (!plan) return 'back';
      const items: (vscode.QuickPickItem & { readonly step?: PlanStep })[] = [
        ...PLAN_STEPS.map((step, index) => ({
          label: `${ICONS[plan.steps[step].state]} ${index + 1}. ${STEP_TEXTS[step]}`,
          description: step === plan.next ? l10n.t('next') : '',
          detail: plan.steps[step].words,
          step,
        })),
        { label: `$(arrow-left) ${l10n.t('Back')}` },
      ];
      const picked = await vscode.window.showQuickPick(items, {
        ...FOLLOW_UP,
        title: l10n.t`Migration of ${plan.label} in ${labelOf(session)}`,
        placeHolder: l10n.t('Select a step to say that it is done, or to do it now.'),
      });
      if (!picked) return 'left';
      if (!picked.step) return 'back';
      if (!(await this.#act(session, plan, picked.step))) return 'left';
    }
  }

  /** @returns false where another question has taken over */
  async #act(session: Session, plan: AppPlan, step: PlanStep): Promise<boolean> {
    const { plans, catalogs, now } = this.#context;
    if (isTold(step)) {
      const isDone = (await plans.of(session.orgId))[plan.app]?.[step] !== undefined;
      const day = isDone ? undefined : dayOf(now());
      await plans.tell(session.orgId, plan.app, step, day);
      return true;
    }
    if (plan.steps[step].state === 'done') return true;
    const app = catalogs.apps(session.id).find(({ id }) => id === plan.app);
    if (step === 'requiredOrgWide') {
      const org = { type: 'org', sessionId: session.id };
      await vscode.commands.executeCommand('salesforcePkce.enforceOrgPkce', org);
    } else if (app) {
      await vscode.commands.executeCommand('salesforcePkce.enforcePkce', appRow(session.id, app));
    }
    return false;
  }

  async #planOf(session: Session, appId: string): Promise<AppPlan | undefined> {
    return (await this.#plans(session)).find(({ app }) => app === appId);
  }

  async #plans(session: Session): Promise<readonly AppPlan[]> {
    const { catalogs, plans, proofs } = this.#context;
    const catalog = catalogs.lastRead(session.id)?.catalog;
    if (!catalog) return [];
    const [told, proven] = await Promise.all([plans.of(session.orgId), proofs.of(session.orgId)]);
    return plansOf(catalog, told, proven);
  }
}

async function pickPlan(
  session: Session,
  plans: readonly AppPlan[],
  catalog: Catalog,
): Promise<Choice | undefined> {
  const items: (vscode.QuickPickItem & { readonly choice: Choice })[] = [
    {
      label: `$(preview) ${l10n.t('Show as a Page')}`,
      detail: l10n.t('All apps with all steps.'),
      choice: 'page' as const,
    },
    {
      label: `$(export) ${l10n.t('Export as CSV...')}`,
      detail: l10n.t('For spreadsheets.'),
      choice: 'export' as const,
    },
    ...plans.map((plan) => ({
      label: plan.label,
      description: l10n.t`${doneIn(plan)} of ${PLAN_STEPS.length} done`,
      detail:
        plan.next === undefined ? l10n.t('All done.') : l10n.t`Next: ${STEP_TEXTS[plan.next]}`,
      choice: plan,
    })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    ...FOLLOW_UP,
    title: l10n.t`Migration Plan of ${labelOf(session)}`,
    placeHolder:
      plans.length === 0
        ? standingText(catalog)
        : l10n.t('Clients first, then each app, the whole org last.'),
  });
  return picked?.choice;
}

function isTold(step: PlanStep): step is ToldStep {
  return (TOLD_STEPS as readonly string[]).includes(step);
}
