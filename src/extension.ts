/**
 * activate(): what VS Code must find at once, namely the commands, the view and the exported API. Everything else
 * is in parts.ts, which is loaded right after, or as soon as somebody asks for it.
 */
import * as vscode from 'vscode';
import type { PkceForSalesforceApi } from './api.ts';
import type { Parts } from './parts.ts';
import type { Node } from './views/orgsTree/nodes.ts';

/** The parts, once somebody has asked for them. */
let started: Promise<Parts> | undefined;

export async function deactivate(): Promise<void> {
  await (await started)?.stop();
}

export function activate(context: vscode.ExtensionContext): PkceForSalesforceApi {
  const changed = new vscode.EventEmitter<Node | undefined>();
  const parts = (): Promise<Parts> => {
    started ??= start();
    return started;
  };
  /** Texts are made as the parts are loaded: a translation has to be there before. */
  const start = async (): Promise<Parts> => {
    const { bundle } = vscode.l10n;
    if (bundle) (await import('./language.ts')).speak(vscode.env.language, bundle);
    const { startParts } = await import('./parts.ts');
    return startParts(context, view, changed);
  };
  const view = vscode.window.createTreeView<Node>('salesforcePkce.orgs', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (node) => (await parts()).tree.getChildren(node),
      getTreeItem: async (node) => (await parts()).tree.getTreeItem(node),
      getParent: async (node) => (await parts()).tree.getParent(node),
      resolveTreeItem: async (item, node) => (await parts()).tree.resolveTreeItem(item, node),
    },
    showCollapseAll: true,
    canSelectMany: true,
  });
  context.subscriptions.push(changed, view);
  const { contributes } = context.extension.packageJSON as Manifest;
  for (const { command } of contributes.commands) {
    context.subscriptions.push(
      vscode.commands.registerCommand(command, async (...given: unknown[]) =>
        (await parts()).run(command, given),
      ),
    );
  }
  setImmediate(() => void parts());
  return {
    version: 1,
    listOrgs: async () => (await parts()).api.listOrgs(),
    listApps: async (orgId, options) => (await parts()).api.listApps(orgId, options),
    audit: async (orgId) => (await parts()).api.audit(orgId),
  };
}

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}
