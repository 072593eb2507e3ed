/** The questions before PKCE is required: of which apps; of the whole org, with what is not ready, and which way to go. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { locale } from '../oauth/language.ts';
import { count } from '../salesforce/count.ts';
import { labelOf, placeOf, type Session } from '../session/session.ts';
import { preflightText, type Preflight } from './enforcementTexts.ts';
import { FOLLOW_UP } from './followUp.ts';

type FirstStep = 'apps' | 'details' | 'org';

/** The apps that are not ready, and the way that breaks nothing (seed 000): clients, apps, the org last. */
export async function askWhatFirst(
  session: Session,
  notReady: readonly Preflight[],
  changeable: number,
): Promise<FirstStep | undefined> {
  const separator = (label: string): vscode.QuickPickItem & { readonly step?: FirstStep } => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
  });
  const items: (vscode.QuickPickItem & { readonly step?: FirstStep })[] = [
    ...(changeable > 0
      ? [
          {
            label: `$(list-ordered) ${l10n.t('Require PKCE of the Apps First...')}`,
            detail: l10n.t`Recommended: clients, then apps, then the org. ${changeable} of them your org can change.`,
            step: 'apps' as const,
          },
        ]
      : []),
    {
      label: `$(preview) ${l10n.t('Show the Apps That Are Not Ready')}`,
      detail: l10n.t('A page to read and to pass on: who uses each, who has to act.'),
      step: 'details',
    },
    {
      label: `$(warning) ${l10n.t('Require It of the Whole Org Now, All the Same...')}`,
      detail: l10n.t(
        'Every client of these apps that sends no code challenge is refused at its next log-in.',
      ),
      step: 'org',
    },
    separator(l10n.t`${notReady.length.toLocaleString(locale())} not ready`),
    ...notReady.map((one) => ({
      label: one.impact.label,
      description: one.impact.isInUse === true ? l10n.t('in use') : '',
      detail: preflightText(one),
      step: 'details' as const,
    })),
  ];
  const open = notReady.filter(({ impact }) => impact.pkce !== 'unknown').length;
  const unknown = notReady.length - open;
  const standing =
    unknown === 0
      ? l10n.t`Without PKCE of their own: ${count(open, 'app')}.`
      : l10n.t`Without PKCE of their own: ${count(open, 'app')}; not known: ${count(unknown, 'app')}.`;
  const picked = await vscode.window.showQuickPick(items, {
    ...FOLLOW_UP,
    title: l10n.t`Require PKCE of Every App of ${placeOf(session)}`,
    placeHolder: `${standing} ${l10n.t('What should happen?')}`,
  });
  return picked?.step;
}

/**
 * Of which apps PKCE should be required.
 * @param notYours how many more there are that the org may not change
 * @returns nothing if the user left
 */
export async function askWhichApps<
  T extends {
    readonly label: string;
    readonly description: string;
    readonly preflight: Preflight;
  },
>(session: Session, candidates: readonly T[], notYours: number): Promise<readonly T[]> {
  const picked = await vscode.window.showQuickPick(
    candidates.map((candidate) => ({
      label: candidate.label,
      description: candidate.description,
      detail: preflightText(candidate.preflight),
      candidate,
    })),
    {
      ...FOLLOW_UP,
      title: l10n.t`Require PKCE of Apps in ${labelOf(session)}`,
      placeHolder:
        notYours === 0
          ? l10n.t('Of which apps?')
          : l10n.t`Of which apps? Not yours to change: ${count(notYours, 'moreApp')}.`,
      canPickMany: true,
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  return picked?.map(({ candidate }) => candidate) ?? [];
}
