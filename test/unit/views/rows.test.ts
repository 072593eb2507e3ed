/** The rows of the org tree in every state. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DemoOrg } from '../../../src/demo/demoOrg.ts';
import { parseFault } from '../../../src/demo/switches.ts';
import { AppListing } from '../../../src/session/appListing.ts';
import type { OrgCatalogs } from '../../../src/session/orgCatalogs.ts';
import type { Session } from '../../../src/session/session.ts';
import { idOf, type Node, type OrgNode } from '../../../src/views/orgsTree/nodes.ts';
import { countsOf, wayOn, type TreeKnowledge } from '../../../src/views/orgsTree/rowTexts.ts';
import { childrenOf, PAGE_LENGTH, type RowsContext } from '../../../src/views/orgsTree/rows.ts';
import { messageOf } from '../../../src/views/orgsTree/viewMessage.ts';
import { openAudits, openCatalogs, withOrg } from '../support/catalogs.ts';
import { memento } from '../support/memento.ts';
import { signedIn } from '../support/signedIn.ts';
import { newMachine, openWindow } from '../support/window.ts';

describe('rows of the org tree', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkce-rows-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  interface Tree {
    readonly session: Session;
    readonly org: OrgNode;
    readonly catalogs: OrgCatalogs;
    readonly listing: AppListing;
    readonly pages: Map<string, number>;
    readonly children: (node: Node) => Promise<readonly Node[]>;
    /** The row of a type below another. */
    readonly find: <T extends Node['type']>(
      below: Node,
      type: T,
    ) => Promise<Node & { readonly type: T }>;
  }

  async function treeOf(org: DemoOrg): Promise<Tree> {
    const window = openWindow(newMachine());
    const session = await signedIn(org, window);
    const catalogs = openCatalogs(window, folder);
    const listing = new AppListing(memento(), () => Date.now());
    const pages = new Map<string, number>();
    const audits = openAudits(window, catalogs);
    const context: RowsContext = {
      catalogs,
      audits,
      listing,
      pagesOf: (id) => pages.get(id) ?? 1,
      now: () => Date.now(),
    };
    const children = (node: Node): Promise<readonly Node[]> => childrenOf(node, context);
    return {
      session,
      org: { type: 'org', sessionId: session.id },
      catalogs,
      listing,
      pages,
      children,
      find: async <T extends Node['type']>(below: Node, type: T) => {
        const found = (await children(below)).find((node) => node.type === type);
        assert.ok(found, `no row ${type}`);
        return found as Node & { readonly type: T };
      },
    };
  }

  it('E1, E23: an org that nobody has opened is not asked; the row to read it says so', () =>
    withOrg({}, async (org) => {
      const { children, org: node } = await treeOf(org);
      const requests = org.requests.length;
      const [only, ...rest] = await children(node);
      assert.ok(only?.type === 'note' && only.command?.id === 'salesforcePkce.refreshApps');
      assert.equal(rest.length, 0);
      assert.equal(org.requests.length, requests);
    }));

  it('org settings, both kinds of apps, and apps in use that are not installed', () =>
    withOrg({}, async (org) => {
      const { session, children, find, org: node, catalogs } = await treeOf(org);
      await catalogs.read(session.id);
      assert.deepEqual(
        (await children(node)).map(({ type }) => type),
        ['findings', 'orgWide', 'kind', 'kind', 'unlisted'],
      );
      const settings = await children(await find(node, 'orgWide'));
      assert.ok(
        settings.some((row) => row.type === 'setting' && row.setting.label.includes('PKCE')),
      );
      const unlisted = await children(await find(node, 'unlisted'));
      assert.ok(unlisted.length > 0 && unlisted.every(({ type }) => type === 'unlistedApp'));
    }));

  it('findings of the audit: one row for each rule, worst first, and below it what it is about', () =>
    withOrg({}, async (org) => {
      const { session, children, find, org: node, catalogs } = await treeOf(org);
      await catalogs.read(session.id);
      const groups = await children(await find(node, 'findings'));
      assert.ok(groups.length > 5);
      const [first] = groups;
      assert.ok(first?.type === 'findingGroup');
      assert.equal(first.findings[0].rule, 'pkce-not-required');
      assert.equal(first.findings[0].severity, 'critical');
      const findings = await children(first);
      assert.equal(findings.length, 6);
      assert.ok(findings.every(({ type }) => type === 'finding'));
    }));

  it('an app shows who uses it, and its settings in groups', () =>
    withOrg({}, async (org) => {
      const { session, children, find, org: node, catalogs } = await treeOf(org);
      await catalogs.read(session.id);
      const app = await find(await find(node, 'kind'), 'app');
      const rows = await children(app);
      assert.ok(rows[0]?.type === 'note' && /users?/.test(rows[0].text));
      const group = await find(app, 'settingGroup');
      assert.equal(group.group, 'Security');
      assert.ok((await children(group)).every(({ type }) => type === 'setting'));
    }));

  it('E32: a long list comes in pages', () =>
    withOrg({ apps: 4 * PAGE_LENGTH + 300 }, async (org) => {
      const { session, children, find, org: node, catalogs, pages } = await treeOf(org);
      await catalogs.read(session.id);
      const kind = await find(node, 'kind');
      const all = catalogs.apps(session.id).filter((app) => app.kind === kind.kind).length;
      assert.ok(all > PAGE_LENGTH);
      const first = await children(kind);
      assert.equal(first.length, PAGE_LENGTH + 1);
      const more = first.at(-1);
      assert.ok(more?.type === 'more' && more.hidden === all - PAGE_LENGTH);
      pages.set(idOf(kind), 2);
      const second = await children(kind);
      assert.deepEqual(second.slice(0, PAGE_LENGTH).map(idOf), first.slice(0, -1).map(idOf));
      assert.equal(
        second.filter(({ type }) => type === 'app').length,
        Math.min(all, 2 * PAGE_LENGTH),
      );
    }));

  it('E26: ids stay the same at every read, and are all different', () =>
    withOrg({}, async (org) => {
      const { session, children, org: node, catalogs } = await treeOf(org);
      const allIds = async (below: Node): Promise<string[]> =>
        (
          await Promise.all(
            (await children(below)).map(async (child) => [idOf(child), ...(await allIds(child))]),
          )
        ).flat();
      await catalogs.read(session.id);
      const first = await allIds(node);
      await catalogs.read(session.id, { everything: true });
      assert.deepEqual(await allIds(node), first);
      assert.equal(new Set(first).size, first.length);
    }));

  it('E31: the filter is told with how many apps pass it; where none does, a row clears it', () =>
    withOrg({}, async (org) => {
      const { session, children, find, org: node, catalogs, listing } = await treeOf(org);
      await catalogs.read(session.id);
      const message = (): string => messageOf([session], catalogs, listing, Date.now());
      assert.doesNotMatch(message(), /Filter/);
      listing.filters = ['unknown'];
      const count = catalogs.apps(session.id).filter(({ pkce }) => pkce === 'unknown').length;
      const all = catalogs.apps(session.id).length;
      assert.match(message(), new RegExp(`Filter: PKCE unknown \\(${count} of ${all} apps\\)`));
      listing.filters = ['unknown', 'installed'];
      const [row] = await children(await find(node, 'kind'));
      assert.ok(row?.type === 'note' && row.command?.id === 'salesforcePkce.clearFilter');
      await listing.setOrder('status');
      assert.match(message(), /Sorted by PKCE status/);
      // Signed out of all: the view's welcome needs the place.
      assert.equal(messageOf([], catalogs, listing, Date.now()), '');
    }));

  it('E23, E25, E34: a reading that failed has a row with what to do, and what was known stays with its age', () =>
    withOrg({}, async (org) => {
      const { session, children, org: node, catalogs, listing } = await treeOf(org);
      await catalogs.read(session.id);
      org.switches.faults = [parseFault('list:INSUFFICIENT_ACCESS')];
      await catalogs.read(session.id, { everything: true });
      const types = (await children(node)).map(({ type }) => type);
      assert.deepEqual(types.slice(0, 6), [
        'failed',
        'note',
        'findings',
        'orgWide',
        'kind',
        'kind',
      ]);
      assert.match(messageOf([session], catalogs, listing, Date.now()), /read at/);
    }));

  it('E23, E26: also where it has no apps of its own, while it is read again as well', async () => {
    // In use, but not installed, and the org's own settings are all that is known.
    const empty = mkdtempSync(join(folder, 'no-apps-'));
    await withOrg({ appsDir: empty }, async (org) => {
      const { session, children, org: node, catalogs } = await treeOf(org);
      await catalogs.read(session.id);
      const known = (await children(node)).map(({ type }) => type);
      assert.ok(known.includes('orgWide'));
      const reading = catalogs.read(session.id);
      while (catalogs.state(session.id).kind !== 'reading') await setImmediate();
      assert.deepEqual(
        (await children(node)).map(({ type }) => type),
        known,
      );
      await reading;
      org.switches.faults = [parseFault('list:INSUFFICIENT_ACCESS')];
      await catalogs.read(session.id, { everything: true });
      const types = (await children(node)).map(({ type }) => type);
      assert.deepEqual(types.slice(0, 2 + known.length), ['failed', 'note', ...known]);
    });
  });

  it('E23: the number of apps of a kind says where the org did not list them', async () => {
    await withOrg({ switches: { externalClientApps: false } }, async (org) => {
      const { session, children, org: node, catalogs, listing } = await treeOf(org);
      await catalogs.read(session.id);
      const kinds = (await children(node)).filter((row) => row.type === 'kind');
      const texts = kinds.map((kind) => countsOf(kind, { catalogs, listing } as TreeKnowledge));
      assert.deepEqual(texts, ['not listed', '8 apps, 4 without required PKCE']);
      const [, connected] = kinds;
      assert.ok(connected);
      const some = { ...connected, isListed: false };
      assert.match(countsOf(some, { catalogs, listing } as TreeKnowledge), /PKCE, not all listed$/);
    });
  });

  it('E23: a kind of app that could not be listed is not said to be empty', async () => {
    const rowsOf = async (org: DemoOrg, kind: string): Promise<readonly string[]> => {
      const { session, children, org: node, catalogs } = await treeOf(org);
      await catalogs.read(session.id);
      const rows = await children(node);
      const row = rows.find((one) => one.type === 'kind' && one.kind === kind);
      assert.ok(row);
      return (await children(row)).map((one) => (one.type === 'note' ? one.text : one.type));
    };
    await withOrg({ switches: { externalClientApps: false } }, async (org) => {
      assert.deepEqual(await rowsOf(org, 'externalClientApp'), [
        'External client apps could not be listed',
      ]);
    });
    await withOrg({ apps: 0 }, async (org) => {
      assert.deepEqual(await rowsOf(org, 'connectedApp'), ['No connected apps']);
    });
  });

  it('E25: below a demo org that ended with its window there is a way to start it again', () =>
    withOrg({}, async (org) => {
      const { session, find, org: node, catalogs } = await treeOf(org);
      await catalogs.read(session.id);
      await org.close();
      await catalogs.read(session.id);
      const { error } = await find(node, 'failed');
      assert.equal(error.happened, 'The demo org ended with its window.');
      assert.equal(wayOn(error).command, 'salesforcePkce.signInDemo');
    }));

  it('E34: what an earlier window has kept is marked as such', () =>
    withOrg({}, async (org) => {
      const { session, catalogs } = await treeOf(org);
      await catalogs.read(session.id);
      const later = await treeOf(org);
      await later.catalogs.recall(session.id);
      const message = messageOf([session], later.catalogs, later.listing, Date.now());
      assert.match(message, /as of .+, not read again yet/);
      const fresh = await later.catalogs.read(session.id);
      assert.equal(fresh.kind, 'ready');
      // Of another org nothing was read again.
      const last = catalogs.lastRead(session.id);
      assert.ok(last);
      const both = {
        apps: () => [],
        lastRead: (id: string) =>
          id === 'other' ? { ...last, isRemembered: true } : later.catalogs.lastRead(session.id),
      } as unknown as OrgCatalogs;
      const other = { ...session, id: 'other' };
      assert.match(
        messageOf([session, other], both, later.listing, Date.now()),
        /^Apps of 2 orgs; not read again yet: 1 org, as of /,
      );
      assert.ok((await later.children(later.org)).some(({ type }) => type === 'kind'));
    }));
});
