/** What the manifest promises, checked against itself and the code. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';

interface MenuEntry {
  /** Absent where it is a submenu. */
  readonly command?: string;
  readonly submenu?: string;
  readonly when: string;
  readonly group: string;
}
interface Manifest {
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
      readonly steps: readonly {
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
            readonly enumDescriptions?: readonly string[];
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
    assert.match(welcome.contents, /Walkthrough/);
  });

  it('E28: at most three inline actions a row, the rest grouped, each only where it applies', () => {
    const entries = contributes.menus['view/item/context'] ?? [];
    const inline = new Map<string, number>();
    for (const { when, group } of entries) {
      assert.match(when, /viewItem/);
      assert.match(group, /@\d+$/);
      if (group.startsWith('inline')) inline.set(when, (inline.get(when) ?? 0) + 1);
    }
    assert.ok([...inline.values()].every((count) => count <= 3));
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
        assert.ok(command === undefined ? submenus.includes(submenu ?? '') : commands.has(command));
      }
    }
    for (const { command, when } of contributes.menus.commandPalette ?? []) {
      assert.equal(when, 'false');
      assert.match(command ?? '', /\.(copy[A-Z]|showMoreApps|showFinding|suppressFinding)/);
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
      if (setting.enum) assert.equal(setting.enum.length, setting.enumDescriptions?.length, name);
    }
    assert.equal(orders.size, settings.length);
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
