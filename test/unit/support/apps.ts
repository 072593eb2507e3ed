/** Apps for tests of what is made of them. */
import type { App, AppUsage } from '../../../src/salesforce/app.ts';
import type { Catalog } from '../../../src/salesforce/catalog/catalog.ts';

/** A connected app with PKCE required, where nothing else is said. */
export function someApp(parts: Partial<App>): App {
  return {
    id: 'connectedApp:Some_App',
    kind: 'connectedApp',
    fullName: 'Some_App',
    label: 'Some App',
    namespace: null,
    origin: 'local',
    originReason: 'Made in this org.',
    pkce: 'required',
    pkceReason: "Required by the app's own setting.",
    oauth: {},
    apiVersion: '68.0',
    componentId: null,
    lastModified: null,
    usage: null,
    ...parts,
  };
}

/** Two tokens of one user, of which everything is known. */
export function someUsage(parts: Partial<AppUsage>): AppUsage {
  return {
    tokens: 2,
    users: 1,
    uses: 5,
    lastUsed: '2026-11-20T12:00:00.000Z',
    isOnlyOwn: false,
    isIncomplete: false,
    isShared: false,
    ...parts,
  };
}

/** A catalog with just these apps, read completely. */
export function catalogWith(
  apps: readonly App[],
  parts: Partial<Pick<Catalog, 'orgWide' | 'usage' | 'unlisted' | 'unclear' | 'problems'>> = {},
): Catalog {
  const orgWide = parts.orgWide ?? { isPkceRequired: false, values: {} };
  const usage: Catalog['usage'] = parts.usage ?? {
    kind: 'known',
    counts: [],
    withMenuItem: [],
    isOnlyOwn: false,
    isIncomplete: false,
  };
  const problems = parts.problems ?? [];
  return {
    apps,
    orgWide,
    usage,
    unlisted: parts.unlisted ?? [],
    unclear: parts.unclear ?? [],
    problems,
    snapshot: {
      apiVersion: '68.0',
      own: { orgId: '00D5g0000DemoOrgEA', namespace: null },
      listed: [],
      records: [],
      unread: {},
      orgWide,
      usage,
      problems,
      unavailable: [],
    },
  };
}
