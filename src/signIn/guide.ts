/** The walkthrough's page on how a client app is registered. */
import * as vscode from 'vscode';
import { EXTENSION_ID } from './redirect.ts';

/** Opens the page beside what is open. */
export function openClientAppGuide(): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openWalkthrough', {
    category: `${EXTENSION_ID}#gettingStarted`,
    step: 'clientApp',
  });
}
