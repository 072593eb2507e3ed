/** A probe or a handshake as a page to read and to pass on. */
import * as l10n from '@vscode/l10n';
import { proofTitle } from '../audit/reports/words.ts';
import { escapeMarkdown as escape } from '../salesforce/escapeMarkdown.ts';
import { CHECK_TEXTS, isHandshakeProven, VERDICT_TEXTS, type Proof } from '../salesforce/proof.ts';
import { tableMarkdown } from '../salesforce/tableMarkdown.ts';

/** One sentence for the message. */
export function proofSummary(proof: Proof): string {
  const of = (verdict: string): number =>
    proof.steps.filter((step) => step.verdict === verdict).length;
  if (proof.kind === 'handshake') {
    return isHandshakeProven(proof)
      ? l10n.t`${proof.label}: the handshake is proven.`
      : l10n.t`${proof.label}: the handshake is not proven.`;
  }
  const challenge = proof.steps.find(({ check }) => check === 'noChallenge');
  const words =
    challenge?.verdict === 'proven'
      ? l10n.t('PKCE is enforced')
      : challenge?.verdict === 'refuted'
        ? l10n.t('PKCE is not enforced before the log-in')
        : l10n.t('whether PKCE is enforced cannot be told');
  return l10n.t`${proof.label}: ${words} (${of('proven')} yes, ${of('refuted')} no, ${of('unknown')} cannot tell).`;
}

/**
 * @param end how it ended beside what was seen: whether all that was granted is known to be revoked, and whether the
 *   result could be kept
 */
export function proofMarkdown(
  proof: Proof,
  { isRevoked, isKept }: { readonly isRevoked: boolean; readonly isKept: boolean },
): string {
  const rows = proof.steps.map(({ check, verdict, seen }) => [
    CHECK_TEXTS[check],
    `**${VERDICT_TEXTS[verdict]}**`,
    escape(seen),
  ]);
  const sent = proof.steps.map(
    ({ check, sent: text }) => `- ${CHECK_TEXTS[check]}: ${escape(text)}`,
  );
  const head =
    proof.kind === 'probe'
      ? l10n.t('Three requests without a user, none of them followed.')
      : isRevoked
        ? l10n.t(
            'A test sign-in as this app. What was granted was revoked; nothing of it was kept.',
          )
        : l10n.t(
            'A test sign-in as this app. Nothing of it was kept, but the org did not confirm that what was granted is revoked: look in Setup > Connected Apps OAuth Usage.',
          );
  return [
    `# ${escape(proof.label)}: ${escape(proofTitle(proof))}`,
    head,
    tableMarkdown([l10n.t('Question'), l10n.t('Answer'), l10n.t('What came back')], rows),
    `## ${l10n.t('What was sent')}`,
    sent.join('\n'),
    ...(isKept ? [l10n.t('It is part of the audit report from now on.')] : []),
    '',
  ].join('\n\n');
}
