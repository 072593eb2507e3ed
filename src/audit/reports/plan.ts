/** The way of an org to PKCE, to read and to pass on. */
import * as l10n from '@vscode/l10n';
import type { Catalog } from '../../salesforce/catalog/catalog.ts';
import { listsBothKinds } from '../../salesforce/catalog/completeness.ts';
import { escapeMarkdown as escape } from '../../salesforce/escapeMarkdown.ts';
import { tableMarkdown } from '../../salesforce/tableMarkdown.ts';
import {
  NOT_ALL_LISTED,
  PLAN_STEPS,
  standingText,
  STEP_TEXTS,
  type AppPlan,
  type StepState,
} from '../migration.ts';
import { csvText } from './csv.ts';

const SIGNS: Readonly<Record<StepState['state'], string>> = {
  done: l10n.t('yes'),
  open: l10n.t('no'),
  unknown: l10n.t('not known'),
};

/**
 * The plans of an org, to read and to pass on.
 * @param catalog that they are of
 */
export function planMarkdown(
  orgLabel: string,
  plans: readonly AppPlan[],
  catalog: Catalog,
): string {
  const head = `# ${l10n.t`Migration to PKCE: ${escape(orgLabel)}`}`;
  if (plans.length === 0) return `${head}\n\n${standingText(catalog)}\n`;
  const columns = [l10n.t('App'), ...PLAN_STEPS.map((step) => STEP_TEXTS[step]), l10n.t('Next')];
  const rows = plans.map(({ label, steps, next }) =>
    [
      label,
      ...PLAN_STEPS.map((step) => SIGNS[steps[step].state]),
      next === undefined ? l10n.t('All done.') : steps[next].words,
    ].map(escape),
  );
  return [
    head,
    l10n.t('Clients first, then each app, the whole org last.'),
    ...(listsBothKinds(catalog.snapshot) ? [] : [NOT_ALL_LISTED]),
    tableMarkdown(columns, rows),
    '',
  ].join('\n\n');
}

/** Of the CSV: part of the format, the same in every language. */
const COLUMNS = [
  'Org',
  'App',
  'The client sends PKCE',
  'Tested in a sandbox',
  'PKCE required of the app',
  'Users and integrations logged in anew',
  'PKCE required of the whole org',
  'Next',
];

/** The same as a table for spreadsheets. */
export function planCsv(orgLabel: string, plans: readonly AppPlan[]): string {
  const rows = plans.map(({ label, steps, next }) => [
    orgLabel,
    label,
    ...PLAN_STEPS.map((step) => steps[step].state),
    next === undefined ? '' : steps[next].words,
  ]);
  return csvText(COLUMNS, rows);
}
