/** The app that a command is about. */
import type { OrgCatalogs } from '../session/orgCatalogs.ts';
import type { Sessions } from '../session/sessions.ts';
import { pickApp, type FoundApp } from '../views/appPicker.ts';
import { isNode, sessionIdOf } from '../views/orgsTree/nodes.ts';

/**
 * The app of the row that a command was called on, else one that is found.
 * @param title what the box says that is picked for
 * @returns undefined if the user left
 */
export async function appOf(
  target: unknown,
  context: { readonly sessions: Sessions; readonly catalogs: OrgCatalogs },
  title: string,
): Promise<FoundApp | undefined> {
  const { sessions } = context;
  if (!isNode(target) || target.type !== 'app') return pickApp(context, title);
  const session = await sessions.get(sessionIdOf(target));
  return session && { session, app: target.app };
}
