/** What the manifest promises, checked against itself and the code. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { EXTENSION_ID } from '../../src/signIn/redirect.ts';

interface MenuEntry {
  /** Absent where it is a submenu. */
  readonly command?: string;
  readonly submenu?: string;
  readonly when: string;
  readonly group: string;
}
interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly main: string;
  readonly engines: { readonly vscode: string };
  readonly activationEvents: readonly string[];
  readonly extensionKind: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: string;
      readonly restrictedConfigurations: readonly string[];
    };
    readonly virtualWorkspaces: boolean;
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category: string;
      readonly icon?: string;
      readonly enablement?: string;
    }[];
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly when: string;
      readonly contents: string;
    }[];
    readonly submenus: readonly { readonly id: string }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly {
        readonly id: string;
        readonly description: string;
        readonly media: { readonly markdown: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          {
            readonly default?: unknown;
            readonly scope: string;
            readonly order?: number;
            readonly description?: string;
            readonly markdownDescription?: string;
            readonly enum?: readonly string[];
            readonly markdownEnumDescriptions?: readonly string[];
          }
        >
      >;
    };
  };
  readonly devDependencies: Readonly<Record<string, string>>;
}
/** The manifest as an English editor shows it: each `%key%` is a text of package.nls.json. */
const texts = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Readonly<
  Record<string, string>
>;
const manifest = JSON.parse(readFileSync('package.json', 'utf8'), (_, value: unknown) =>
  typeof value === 'string' && /^%.+%$/.test(value) ? texts[value.slice(1, -1)] : value,
) as Manifest;
const { contributes } = manifest;

/** Commands that need no session. */
const FREE = [
  'signIn',
  'signInDemo',
  'createClientApp',
  'checkSource',
  'explainError',
  'showJournal',
  'exportJournal',
  'showLog',
];
/** Commands with a narrower condition, that only ever holds with a session. */
const WITH_SESSION_ONLY: Readonly<Record<string, string>> = {
  stopReading: 'salesforcePkce.reading',
  clearFilter: 'salesforcePkce.filtered',
};

/** What the rows of the tree are for the menus. */
const ROWS = [
  ...['org', 'org.active', 'missing', 'failed', 'orgWide', 'orgWide.open'],
  ...['app', 'app.plan', 'app.oauth', 'app.oauth.plan', 'app.oauth.plan.open'],
  ...['findings', 'finding', 'finding.app', 'unlisted', 'setting'],
];
/** The editor's own commands that a menu of ours may hold. */
const OF_THE_EDITOR = new Set(['workbench.action.reloadWindow']);
/** Commands of rows alone, which the palette does not show. */
const OF_ROWS = [
  ...['copyAsMarkdown', 'copyCallbackUrls', 'copyConsumerKey', 'copyId', 'copyName'],
  ...['copySetupLink', 'refreshAllOrgs', 'showFinding', 'showMoreApps', 'suppressFinding'],
];

describe('manifest', () => {
  it('E24: signed out is a welcome view with a sign-in button, a demo button and a guide', () => {
    const welcome = contributes.viewsWelcome.find(({ when }) =>
      when.includes('!salesforcePkce.signedIn && !'),
    );
    assert.ok(welcome);
    assert.match(welcome.contents, /^\[Sign In to Org\.\.\.\]\(command:salesforcePkce\.signIn\)$/m);
    assert.match(
      welcome.contents,
      /^\[Try It with the Demo Org\]\(command:salesforcePkce\.signInDemo\)$/m,
    );
    const [, argument = ''] = /\.openWalkthrough\?([^)]+)/.exec(welcome.contents) ?? [];
    const page = JSON.parse(decodeURIComponent(argument)) as { category: string; step: string };
    const [walkthrough] = contributes.walkthroughs;
    assert.equal(EXTENSION_ID, `${manifest.publisher}.${manifest.name}`);
    assert.equal(page.category, `${EXTENSION_ID}#${walkthrough?.id ?? ''}`);
    assert.ok(walkthrough?.steps.some(({ id }) => id === page.step));
    // What the code opens is the same page.
    const source = readFileSync('src/signIn/guide.ts', 'utf8');
    assert.ok(source.includes(`#${walkthrough?.id ?? ''}\``) && source.includes(`'${page.step}'`));
  });

  it('E28: at most three inline actions a row, the rest grouped, each only where it applies', () => {
    const entries = contributes.menus['view/item/context'] ?? [];
    const used = new Set<string>();
    const offered = (row: string): string[] =>
      entries.flatMap(({ command, when, group }) => {
        const [, is, like = ''] =
          /viewItem (?:== (\S+)|=~ \/(.+)\/)(?: && !listMultiSelection)?$/.exec(when) ?? [];
        if (is === undefined ? !new RegExp(like).test(row) : is !== row) return [];
        used.add(when);
        return [`${group} ${command?.split('.').at(-1) ?? ''}`];
      });
    const rows = new Map(ROWS.map((row) => [row, offered(row)]));
    for (const [row, entriesOfRow] of rows) {
      assert.ok(entriesOfRow.filter((entry) => entry.startsWith('inline')).length <= 3, row);
      assert.equal(new Set(entriesOfRow).size, entriesOfRow.length, row);
    }
    for (const { when, group } of entries) {
      assert.ok(used.has(when), `${when} is of no row`);
      assert.match(group, /@\d+$/);
    }
    const lacks = (row: string, pattern: RegExp): boolean =>
      !rows.get(row)?.some((entry) => pattern.test(entry));
    assert.ok(lacks('finding', /showFinding/), 'a finding about the org leads to no app');
    for (const row of ['app', 'app.plan'])
      assert.ok(
        lacks(row, /probeApp|testHandshake/),
        'without OAuth settings nothing can be asked',
      );
    for (const row of ['app', 'app.plan', 'app.oauth', 'app.oauth.plan', 'orgWide'])
      assert.ok(lacks(row, / enforce/), 'what requires PKCE, or is not ours to change');
    assert.ok(lacks('app.oauth', /migrationPlan/), 'what requires PKCE has no way to go');
    assert.ok(lacks('org.active', /setActiveOrg/));
  });

  it('E28: the rows of the tree are those that the menus know', () => {
    const source = readFileSync('src/views/orgsTree/treeItems.ts', 'utf8');
    const values = source.match(/contextValue = [^;]*;/g)?.join('') ?? '';
    for (const row of ROWS) {
      const parts = row.split('.').filter((part) => !values.includes(part));
      assert.deepEqual(parts, [], row);
    }
  });

  it('E29: every command has the category, and one that needs a session is off without', () => {
    for (const { command, category, enablement } of contributes.commands) {
      assert.equal(category, 'Salesforce PKCE');
      const [, name = ''] = command.split('.');
      assert.equal(
        enablement,
        FREE.includes(name) ? undefined : (WITH_SESSION_ONLY[name] ?? 'salesforcePkce.signedIn'),
        command,
      );
    }
  });

  it('E29: every command of the manifest has something that it does', () => {
    const source = readFileSync('src/parts.ts', 'utf8');
    for (const { command } of contributes.commands)
      assert.ok(
        source.includes(`command('${command}'`) || source.includes(`  '${command}': '`),
        command,
      );
  });

  it('E45: every action of a menu or button is a command, in the palette unless it is about rows alone', () => {
    const commands = new Set(contributes.commands.map(({ command }) => command));
    const submenus = contributes.submenus.map(({ id }) => id);
    for (const entries of Object.values(contributes.menus)) {
      for (const { command, submenu } of entries) {
        if (command === undefined) assert.ok(submenus.includes(submenu ?? ''));
        else assert.ok(commands.has(command) || OF_THE_EDITOR.has(command), command);
      }
    }
  });

  it('E29: commands of rows are not in the palette, all others are', () => {
    const hidden = contributes.menus.commandPalette ?? [];
    for (const { when } of hidden) assert.equal(when, 'false');
    assert.deepEqual(
      hidden.map(({ command }) => command?.replace('salesforcePkce.', '')).sort(),
      OF_ROWS,
    );
  });

  it('E28: what works on one row is not offered for several that are selected', () => {
    const source = readFileSync('src/parts.ts', 'utf8');
    for (const { command = '', when, group } of contributes.menus['view/item/context'] ?? []) {
      if (!command.startsWith('salesforcePkce.') || group.startsWith('inline')) continue;
      const takesOne = source.includes(`command('${command}', async (row) =>`);
      assert.equal(when.endsWith(' && !listMultiSelection'), takesOne, command);
    }
  });

  it('E28: what can be copied of apps is a submenu', () => {
    const entries = contributes.menus['view/item/context'] ?? [];
    assert.ok(entries.some(({ submenu }) => submenu === 'salesforcePkce.copy'));
    assert.equal(contributes.menus['salesforcePkce.copy']?.length, 6);
  });

  it('E47: icons are codicons', () => {
    for (const { icon } of contributes.commands)
      if (icon !== undefined) assert.match(icon, /^\$\([a-z-]+\)$/);
  });

  it('E54: the lowest VS Code is the one whose types the code is checked against', () => {
    assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode'] ?? ''}`);
  });

  it('E54: activates for a link and once after start-up, nothing more', () => {
    assert.deepEqual(manifest.activationEvents, ['onStartupFinished', 'onUri']);
  });

  it('E49: every setting has a default, a description, an order and a scope', () => {
    const settings = Object.entries(contributes.configuration.properties);
    const orders = new Set<number>();
    for (const [name, setting] of settings) {
      assert.notEqual(setting.default, undefined, name);
      assert.ok((setting.description ?? setting.markdownDescription ?? '').length > 20, name);
      assert.ok(['application', 'window'].includes(setting.scope), name);
      orders.add(setting.order ?? 0);
      if (setting.enum)
        assert.equal(setting.enum.length, setting.markdownEnumDescriptions?.length, name);
    }
    assert.equal(orders.size, settings.length);
  });

  it('E49: a setting that names another one links to it', () => {
    const names = Object.keys(contributes.configuration.properties);
    const linked = new Set<string>();
    for (const [key, text] of Object.entries(texts)) {
      if (!key.startsWith('settings.') || key.startsWith('settings.clients.')) continue;
      for (const [name] of text.matchAll(/salesforcePkce\.\w+/g)) {
        assert.ok(text.includes(`\`#${name}#\``) || text.includes(`(command:${name})`), key);
        if (names.includes(name)) linked.add(name);
      }
    }
    assert.ok(linked.size >= 3);
  });

  it('E49, E50: a workspace can set the API version, hide the status bar item, accept findings, switch off diagnostics, and nothing else', () => {
    const open = Object.entries(contributes.configuration.properties)
      .filter(([, { scope }]) => scope !== 'application')
      .map(([name]) => name);
    const accepting = 'salesforcePkce.suppressions';
    assert.deepEqual(open, [
      'salesforcePkce.apiVersion',
      'salesforcePkce.statusBar',
      accepting,
      'salesforcePkce.sourceDiagnostics',
    ]);
    // So a workspace that is not trusted can do no harm: it cannot accept findings, all else works in it.
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.deepEqual([supported, restrictedConfigurations], ['limited', [accepting]]);
  });

  it('E51: nothing needs a folder of the disk', () => {
    assert.equal(manifest.capabilities.virtualWorkspaces, true);
    for (const file of globSync('src/**/*.ts')) {
      const source = readFileSync(file, 'utf8');
      assert.doesNotMatch(source, /rootPath/);
      // A report is offered to the first folder, if there is one.
      if (!file.endsWith('documents.ts')) assert.doesNotMatch(source, /workspaceFolders/);
    }
  });

  it("E52: it runs on the user's side, and where there is none, beside the workspace", () => {
    assert.deepEqual(manifest.extensionKind, ['ui', 'workspace']);
  });

  it('E55: one walkthrough of five steps at most, each with something to do and a way to be done', () => {
    assert.equal(contributes.walkthroughs.length, 1);
    const steps = contributes.walkthroughs.flatMap((one) => one.steps);
    const signIn = steps.find(({ id }) => id === 'signIn');
    assert.deepEqual(signIn?.completionEvents, ['onContext:salesforcePkce.realOrg']);
    assert.ok(steps.length <= 5);
    for (const { description, completionEvents } of steps) {
      assert.match(description, /\]\(command:salesforcePkce\./);
      assert.ok(completionEvents.length > 0);
    }
  });

  it('E24, E55: the pages of the walkthrough are there', () => {
    for (const { steps } of contributes.walkthroughs) {
      assert.ok(steps.length <= 5);
      for (const { media, completionEvents } of steps) {
        assert.ok(existsSync(media.markdown), media.markdown);
        assert.ok(completionEvents.length > 0);
      }
    }
  });
});
