/** `salesforcePkce.createClientApp`: the source of a client app in a Salesforce project, or the steps in Setup. */
import { posix } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { UserFacingError } from '../oauth/userFacingError.ts';
import {
  apiNameOf,
  clientAppFiles,
  deployCommandOf,
  PLAIN_PATH,
} from '../salesforce/clientAppSource.ts';
import { PRODUCTION } from '../salesforce/loginHost.ts';
import { setupLink } from '../salesforce/setupLinks.ts';
import type { Sessions } from '../session/sessions.ts';
import { copyCallbackUrls, redirectSettings, situationFor } from '../signIn/browser.ts';
import { openClientAppGuide } from '../signIn/guide.ts';
import { callbackUrlsToRegister, wayFor, type RedirectWay } from '../signIn/redirect.ts';
import { findFiles } from '../views/findFiles.ts';
import { FOLLOW_UP } from '../views/followUp.ts';
import { showInformationMessage } from '../views/notifications.ts';
import { openPage } from '../views/openPage.ts';
import { withCancel } from '../views/progress.ts';

const PROJECT = '**/sfdx-project.json';
const MOST_PROJECTS = 50;
const TITLE = l10n.t('Create Client App');

/** A package directory of a Salesforce project. */
interface PackageDirectory {
  readonly label: string;
  /** Folder of the project. */
  readonly project: vscode.Uri;
  /** Where its metadata folders are. */
  readonly folder: vscode.Uri;
  readonly isDefault: boolean;
}

export async function createClientApp(sessions: Sessions): Promise<void> {
  const directories = await withCancel(
    l10n.t('Looking for Salesforce projects'),
    async (signal) => {
      const found = await packageDirectories(signal);
      return signal.aborted ? undefined : found;
    },
  );
  const place = directories && (await pickPlace(directories));
  if (place === undefined) return;
  if (place === 'setup') {
    await showSteps(sessions);
    return;
  }
  const label = await vscode.window.showInputBox({
    title: l10n.t`${TITLE}: Name`,
    value: 'PKCE for Salesforce',
    prompt: l10n.t('What people will call the external client app in the org.'),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? l10n.t('A name is needed.') : undefined),
  });
  if (label === undefined) return;
  const contactEmail = await vscode.window.showInputBox({
    title: l10n.t`${TITLE}: Contact Email`,
    prompt: l10n.t('Salesforce wants an address that admins can write to.'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim())
        ? undefined
        : l10n.t('Write an email address.'),
  });
  if (contactEmail === undefined) return;
  await write(place, label.trim(), contactEmail.trim());
}

async function write(place: PackageDirectory, label: string, contactEmail: string): Promise<void> {
  const files = clientAppFiles({ label, contactEmail, callbackUrls: await ownCallbackUrls() }).map(
    ({ path, text }) => ({ uri: vscode.Uri.joinPath(place.folder, path), text }),
  );
  for (const { uri } of files) {
    if (await exists(uri)) {
      throw new UserFacingError({
        code: 'file_exists',
        happened: l10n.t`${vscode.workspace.asRelativePath(uri)} is there already.`,
        todo: l10n.t`Take another name than "${label}": nothing was written.`,
      });
    }
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { uri, text } of files) {
    // One edit, that Undo takes back as a whole, and that nothing is overwritten by.
    edit.createFile(uri, { overwrite: false, contents: new TextEncoder().encode(text) });
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new UserFacingError({
      code: 'not_written',
      happened: l10n.t`The files could not be written to ${vscode.workspace.asRelativePath(place.folder)}.`,
      todo: l10n.t('Check that the folder can be written to, and try again.'),
    });
  }
  const [, settings] = files;
  if (settings) await vscode.window.showTextDocument(settings.uri);
  const copy = l10n.t('Copy Deploy Command');
  const signIn = l10n.t('Sign In with It...');
  const written = l10n.t`The source of ${apiNameOf(label)} was written: PKCE required, no secret, refresh tokens rotated. Deploy it to an org that has no external client app of that name, since it would take on these settings; wait up to 30 minutes, then copy its consumer key from Setup and sign in through the My Domain of that org.`;
  const picked = await showInformationMessage(written, copy, signIn);
  if (picked === copy) {
    const paths = files.map(({ uri }) => posix.relative(place.project.path, uri.path));
    await vscode.env.clipboard.writeText(deployCommandOf(paths));
    vscode.window.setStatusBarMessage(l10n.t`Copied. Run it in ${place.project.fsPath}.`, 10_000);
  }
  if (picked === signIn) await vscode.commands.executeCommand('salesforcePkce.signIn');
}

/** Callback URLs for the ways of this editor, other editors among them. */
async function ownCallbackUrls(): Promise<readonly string[]> {
  return callbackUrlsToRegister(await bestWay(), vscode.env.uriScheme, redirectSettings());
}

async function bestWay(): Promise<RedirectWay> {
  return wayFor(await situationFor(PRODUCTION), 'auto');
}

interface PackageDirectories {
  /** How many projects are open. */
  readonly projects: number;
  readonly usable: readonly PackageDirectory[];
}

async function pickPlace(
  directories: PackageDirectories,
): Promise<PackageDirectory | 'setup' | undefined> {
  const items: readonly (vscode.QuickPickItem & {
    readonly place: PackageDirectory | 'setup';
  })[] = [
    ...directories.usable.map((place) => ({
      label: `$(folder) ${place.label}`,
      description: place.isDefault ? l10n.t('default package directory') : '',
      detail: l10n.t('Writes three source files to deploy.'),
      place,
    })),
    {
      label: `$(list-ordered) ${l10n.t('Show the Steps in Setup')}`,
      detail:
        directories.usable.length > 0
          ? l10n.t('For an admin who makes it by hand.')
          : directories.projects === 0
            ? l10n.t('No Salesforce project (sfdx-project.json) is open here.')
            : l10n.t(
                'The project that is open (sfdx-project.json) names no package directory that could be used here.',
              ),
      place: 'setup',
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    ...FOLLOW_UP,
    title: TITLE,
    placeHolder: l10n.t('Where should the external client app for this extension be made?'),
  });
  return picked?.place;
}

async function showSteps(sessions: Sessions): Promise<void> {
  await openClientAppGuide();
  const session = await sessions.active();
  const copy = l10n.t('Copy Callback URLs');
  const setup = l10n.t('Open Setup');
  const picked = await showInformationMessage(
    l10n.t('The walkthrough has the steps. The callback URLs must be registered letter by letter.'),
    copy,
    ...(session ? [setup] : []),
  );
  if (picked === copy) await copyCallbackUrls(await bestWay());
  if (picked === setup && session) {
    const url = setupLink(session.instanceUrl, 'externalClientApps');
    await openPage(url);
  }
}

/** Package directories of all Salesforce projects of the workspace. Whatever a project file says is hostile. */
async function packageDirectories(signal: AbortSignal): Promise<PackageDirectories> {
  const projects = await findFiles(PROJECT, MOST_PROJECTS, signal);
  const found = await Promise.all(projects.map(directoriesIn));
  const usable = found.flat().sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  return { projects: projects.length, usable };
}

async function directoriesIn(project: vscode.Uri): Promise<readonly PackageDirectory[]> {
  const root = vscode.Uri.joinPath(project, '..');
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(project)));
  } catch {
    return [];
  }
  const { packageDirectories: entries } = (content ?? {}) as { packageDirectories?: unknown };
  if (!Array.isArray(entries)) return [];
  return (entries as unknown[]).flatMap((entry) => {
    const { path: named, default: isDefault } = (entry ?? {}) as {
      path?: unknown;
      default?: unknown;
    };
    if (typeof named !== 'string') return [];
    // `./force-app/` is force-app. Nothing outside of the project is written to.
    const path = posix.normalize(named).replace(/\/$/, '');
    if (!PLAIN_PATH.test(path) || path.includes('..')) return [];
    const folder = vscode.Uri.joinPath(root, path, 'main', 'default');
    return [
      {
        label: vscode.workspace.asRelativePath(vscode.Uri.joinPath(root, path)),
        project: root,
        folder,
        isDefault: isDefault === true,
      },
    ];
  });
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
