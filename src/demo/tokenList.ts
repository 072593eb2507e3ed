/** Who uses which app of a demo org, beside those who have signed in to it: the rows of its OauthToken. */
import type { MetadataStore } from './metadataStore.ts';

export interface TokenRow {
  readonly appName: string;
  readonly appMenuItemId: string | null;
  readonly userId: string;
  readonly createdAtMilliseconds: number;
  readonly lastUsedAtMilliseconds: number | null;
  readonly useCount: number;
  readonly refreshToken: string;
}

const DAY = 24 * 60 * 60_000;

/** Menu items of connected apps; external client apps often have none (SALESFORCE.md 4.4). */
export function menuItemsOf(
  store: MetadataStore,
): readonly { id: string; applicationId: string }[] {
  return store.list('ConnectedApp').map(({ id }) => ({ id: menuItemIdOf(id), applicationId: id }));
}

/** App, users, days since it was used last. The last two belong to nobody that the org has installed. */
const BUILT_IN: readonly (readonly [app: string, users: number, days: number])[] = [
  ['Data_Loader_Nightly', 1, 0],
  ['Field_Service_Tablet', 12, 1],
  ['Legacy_Portal', 3, 203],
  ['mailhub__MailHub', 41, 0],
  ['Billing Connector', 2, 2],
  ['Partner Upload', 1, 9],
  ['Postman', 2, 34],
  ['Data Import Wizard Pro', 1, 120],
];

export function builtInTokens(store: MetadataStore): readonly TokenRow[] {
  const now = Date.now();
  return BUILT_IN.flatMap(([app, users, days]) =>
    Array.from({ length: users }, (_, user) =>
      rowOf(store, app, {
        userId: userIdOf(user),
        createdAtMilliseconds: now - (300 + user) * DAY,
        lastUsedAtMilliseconds: now - days * DAY - user * 60_000,
        useCount: 10 * (user + 1),
      }),
    ),
  );
}

/** `count` tokens over the apps of a generated org; several are made within one second, as in real ones. */
export function generatedTokens(store: MetadataStore, count: number): readonly TokenRow[] {
  const apps = store.list('ConnectedApp').map(({ fullName }) => fullName);
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const createdAtMilliseconds = now - 400 * DAY + Math.floor(index / 7) * 1000;
    return rowOf(store, apps[index % apps.length] ?? 'App', {
      userId: userIdOf(index),
      createdAtMilliseconds,
      lastUsedAtMilliseconds: index % 11 === 0 ? null : createdAtMilliseconds + DAY,
      useCount: index % 11 === 0 ? 0 : 1 + (index % 50),
    });
  });
}

function menuItemIdOf(appId: string): string {
  return `0DS${appId.slice(3)}`;
}

function userIdOf(index: number): string {
  return `0055g00${String(index).padStart(8, '0')}AAA`;
}

function rowOf(
  store: MetadataStore,
  app: string,
  rest: Omit<TokenRow, 'appName' | 'appMenuItemId' | 'refreshToken'>,
): TokenRow {
  const component = store.get('ConnectedApp', app);
  return {
    appName: component?.content.textOf('label') ?? app,
    appMenuItemId: component ? menuItemIdOf(component.id) : null,
    refreshToken: '5Aep861.not.one.that.works',
    ...rest,
  };
}
