/**
 * The way from an app without PKCE to an org that requires it, in the order that breaks nothing (seed 000): the client,
 * a sandbox, the app, the log-ins, the org last. What the org tells is taken from the org; the rest somebody has said.
 */
import * as l10n from '@vscode/l10n';
import type { App } from '../salesforce/app.ts';
import { distinctLabels } from '../salesforce/appNames.ts';
import type { Catalog } from '../salesforce/catalog/catalog.ts';
import { listsBothKinds } from '../salesforce/catalog/completeness.ts';
import { provenHandshake, type Proof } from '../salesforce/proof.ts';
import { ownPkceFlagOf } from './appFacts.ts';

export const PLAN_STEPS = [
  'clientUpdated',
  'testedInSandbox',
  'requiredOnApp',
  'reauthenticated',
  'requiredOrgWide',
] as const;
export type PlanStep = (typeof PLAN_STEPS)[number];

/** Steps that nobody but a person can tell. */
export const TOLD_STEPS = ['clientUpdated', 'testedInSandbox', 'reauthenticated'] as const;
export type ToldStep = (typeof TOLD_STEPS)[number];

export const STEP_TEXTS: Readonly<Record<PlanStep, string>> = {
  clientUpdated: l10n.t('The client sends PKCE'),
  testedInSandbox: l10n.t('Tested in a sandbox'),
  requiredOnApp: l10n.t('PKCE required of the app'),
  reauthenticated: l10n.t('Users and integrations logged in anew'),
  requiredOrgWide: l10n.t('PKCE required of the whole org'),
};

/** What somebody has said of an app: the day of each step, `2026-11-21`. */
export type ToldProgress = Readonly<Partial<Record<ToldStep, string>>>;

export interface StepState {
  readonly state: 'done' | 'open' | 'unknown';
  /** One sentence: how it is known, or what is to be done. */
  readonly words: string;
}

export interface AppPlan {
  /** `App.id` */
  readonly app: string;
  readonly label: string;
  readonly steps: Readonly<Record<PlanStep, StepState>>;
  /** The first step that is not done; undefined if all are. */
  readonly next: PlanStep | undefined;
}

/**
 * The plan of each app that does not require PKCE itself, or that somebody has begun with.
 * @param told by `App.id`
 */
export function plansOf(
  { apps, orgWide }: Catalog,
  told: Readonly<Record<string, ToldProgress>>,
  proofs: readonly Proof[],
): readonly AppPlan[] {
  const labelOf = distinctLabels(apps);
  return apps
    .filter(
      ({ id, pkce }) =>
        pkce !== 'notApplicable' && (pkce !== 'required' || Object.keys(told[id] ?? {}).length > 0),
    )
    .map((app) => ({
      label: labelOf(app),
      ...planOf(app, told[app.id] ?? {}, proofs, orgWide.isPkceRequired),
    }));
}

function planOf(
  app: App,
  told: ToldProgress,
  proofs: readonly Proof[],
  isOrgWide: boolean | undefined,
): Omit<AppPlan, 'label'> {
  const proven = provenHandshake(proofs, app.id);
  const byOthers = app.origin === 'installed';
  const saidOn = (step: ToldStep, todo: string): StepState => {
    const day = told[step];
    return day === undefined
      ? { state: 'open', words: todo }
      : { state: 'done', words: l10n.t`Said on ${day}.` };
  };
  const steps: Readonly<Record<PlanStep, StepState>> = {
    clientUpdated: saidOn(
      'clientUpdated',
      [
        byOthers
          ? l10n.t('Ask the author of the package whether their client sends a code challenge.')
          : l10n.t('Deploy a client that sends code_challenge and code_verifier.'),
        ...(proven
          ? [
              l10n.t`The handshake that was proven on ${proven.at.slice(0, 10)} shows that the app takes PKCE, not that its client sends it.`,
            ]
          : []),
      ].join(' '),
    ),
    testedInSandbox: saidOn(
      'testedInSandbox',
      byOthers
        ? l10n.t(
            'Require PKCE of a whole sandbox org first, since the app is not yours to change; then restart the client, and log in through it.',
          )
        : l10n.t('Require PKCE in a sandbox first, restart the client, and log in through it.'),
    ),
    requiredOnApp: requiredState(app),
    reauthenticated: saidOn(
      'reauthenticated',
      l10n.t('Refresh tokens go on working; vendors such as Okta ask for a new log-in once.'),
    ),
    requiredOrgWide:
      isOrgWide === undefined
        ? { state: 'unknown', words: l10n.t('The setting of the org could not be read.') }
        : isOrgWide
          ? { state: 'done', words: l10n.t('The org requires it of every app.') }
          : { state: 'open', words: l10n.t('The last step, when every app of the org is ready.') },
  };
  return {
    app: app.id,
    steps,
    next: PLAN_STEPS.find((step) => steps[step].state !== 'done'),
  };
}

function requiredState(app: App): StepState {
  const { pkce, pkceReason, origin, originReason } = app;
  if (pkce === 'required') return { state: 'done', words: pkceReason };
  if (ownPkceFlagOf(app) === undefined) return { state: 'unknown', words: pkceReason };
  return {
    state: 'open',
    words:
      origin === 'installed'
        ? originReason
        : [
            l10n.t('Require PKCE of the app.'),
            ...(origin === 'unknown' ? [originReason] : []),
          ].join(' '),
  };
}

/** How many steps of a plan are done. */
export function doneIn({ steps }: AppPlan): number {
  return PLAN_STEPS.filter((step) => steps[step].state === 'done').length;
}

export const NOT_ALL_LISTED = l10n.t(
  'Not all apps could be listed: whether every OAuth app requires PKCE is not known.',
);

/** How an org stands where no app has a plan: its apps, and the last step, which is the org's alone. */
export function standingText({ apps, snapshot, orgWide }: Catalog): string {
  if (!listsBothKinds(snapshot)) return NOT_ALL_LISTED;
  const ofApps = apps.some(({ pkce }) => pkce !== 'notApplicable')
    ? l10n.t('Every OAuth app requires PKCE.')
    : l10n.t('The org has no OAuth apps.');
  return `${ofApps} ${lastStepText(orgWide.isPkceRequired)}`;
}

function lastStepText(isOrgWide: boolean | undefined): string {
  if (isOrgWide === undefined) {
    return l10n.t('Whether the org requires PKCE of every app is not known.');
  }
  return isOrgWide
    ? l10n.t('The org requires PKCE of every app.')
    : l10n.t('Only the last step is left: require PKCE of the whole org.');
}
