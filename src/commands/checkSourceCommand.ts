/** `salesforcePkce.checkSource`: looks at all source files and code of the workspace. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { count } from '../salesforce/count.ts';
import { showInformationMessage } from '../views/notifications.ts';
import { withCancel } from '../views/progress.ts';
import type { SourceDiagnostics } from '../views/sourceDiagnostics.ts';

export async function checkSource(diagnostics: SourceDiagnostics): Promise<void> {
  if (vscode.workspace.name === undefined) {
    void showInformationMessage(
      l10n.t(
        'No folder is open. Open a Salesforce project or the code of a client, and check it then.',
      ),
    );
    return;
  }
  const done = await withCancel(l10n.t('Checking source files and code'), (signal, report) =>
    diagnostics.checkWorkspace(signal, report),
  );
  if (!done) return;
  const limits = [
    ...(done.notRead > 0
      ? [l10n.t`Not looked at, as they could not be read: ${count(done.notRead, 'file')}.`]
      : []),
    ...(done.isIncomplete ? [l10n.t('There are more files than were looked at.')] : []),
  ];
  const show = l10n.t('Show Problems');
  const picked = await showInformationMessage(
    [l10n.t`${count(done.problems, 'problem')} in ${count(done.files, 'file')}.`, ...limits].join(
      ' ',
    ),
    ...(done.problems > 0 ? [show] : []),
  );
  if (picked === show) await vscode.commands.executeCommand('workbench.actions.view.problems');
}
