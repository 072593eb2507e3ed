/** The walkthrough's page on how a client app is registered. */
import * as vscode from 'vscode';

/** Opens the page beside what is open. */
export function openClientAppGuide(): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openWalkthrough', {
    category: 'pkce-tools.salesforce-pkce#gettingStarted',
    step: 'clientApp',
  });
}
