/** What is shown when the mouse rests on a row of the org tree. Made for the row under the mouse alone. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { nameOf } from '../../audit/reports/words.ts';
import { KIND_TEXT } from '../../salesforce/app.ts';
import { nameInUse } from '../../salesforce/appNames.ts';
import { escapeMarkdown } from '../../salesforce/escapeMarkdown.ts';
import { labelOf, type Session } from '../../session/session.ts';
import { countsText, usageText } from '../appTexts.ts';
import { moment } from '../moment.ts';
import { pkceLookOf } from '../pkceLook.ts';
import type { Node } from './nodes.ts';
import {
  countsOf,
  MISSING_TODO,
  MISSING_WHY,
  orgWideText,
  findingsText,
  UNLISTED_WHY,
  valueOf,
  wayOn,
  type TreeKnowledge,
} from './rowTexts.ts';

export async function tooltipOf(
  node: Node,
  known: TreeKnowledge,
): Promise<vscode.MarkdownString | undefined> {
  switch (node.type) {
    case 'org': {
      const session = await known.session(node.sessionId);
      return session && orgTooltip(session, known);
    }
    case 'missing':
      return paragraphs(labelOf(node.account), MISSING_WHY, MISSING_TODO);
    case 'orgWide':
      return paragraphs('Setup > OAuth and OpenID Connect Settings', orgWideText(node, known)[1]);
    case 'kind':
      return paragraphs(KIND_TEXT[node.kind].many, countsOf(node, known));
    case 'app': {
      const { app } = node;
      return paragraphs(
        app.label,
        `${KIND_TEXT[app.kind].one} ${app.fullName}`,
        `${pkceLookOf(app).text}: ${app.pkceReason}`,
        app.originReason,
        usageText(app.usage, known.now()),
      );
    }
    case 'findings':
      return paragraphs(l10n.t('Findings of the audit'), findingsText(node.audit));
    case 'findingGroup': {
      const [{ title, why, remedy, control }] = node.findings;
      return paragraphs(title, why, remedy, ...(control === null ? [] : [control]));
    }
    case 'finding': {
      const { subject, title, evidence, remedy } = node.finding;
      return paragraphs(`${nameOf(subject)}: ${title}`, ...evidence, remedy);
    }
    case 'unlisted':
      return paragraphs(UNLISTED_WHY);
    case 'unlistedApp':
      return paragraphs(nameInUse(node.count), countsText(node.count, known.now()), UNLISTED_WHY);
    case 'setting': {
      const { label, explanation, place } = node.setting;
      return paragraphs(label, valueOf(node), explanation, place);
    }
    case 'note':
      return paragraphs(node.text, node.detail);
    case 'failed': {
      const { happened, todo } = node.error;
      return paragraphs(happened, todo, wayOn(node.error).hint);
    }
    default:
      return undefined;
  }
}

function orgTooltip(session: Session, known: TreeKnowledge): vscode.MarkdownString {
  const last = known.catalogs.lastRead(session.id);
  const trouble = known.troubleOf(session.id);
  return paragraphs(
    labelOf(session),
    l10n.t`User: ${session.username}`,
    l10n.t`Org: ${session.orgId} at ${new URL(session.instanceUrl).host}`,
    l10n.t`Client app: ${session.clientId}`,
    l10n.t`Scopes: ${session.scopes.join(' ') || l10n.t('not told by the server')}`,
    last
      ? l10n.t`Apps read at ${moment(last.readAtMilliseconds, known.now())} with API ${last.catalog.snapshot.apiVersion}`
      : l10n.t('Apps not read yet'),
    ...(trouble ? [trouble.message] : []),
  );
}

/** Server text stays text: nothing of it is rendered as markup. */
function paragraphs(...texts: readonly string[]): vscode.MarkdownString {
  // VS Code's own appendText() writes blanks that no line can be broken at.
  return new vscode.MarkdownString(texts.map(escapeMarkdown).join('\n\n'));
}
