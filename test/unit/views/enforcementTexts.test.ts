/** What is said before and after a change to an org. */
import assert from 'node:assert/strict';
import type { Impact } from '../../../src/audit/impact.ts';
import type { TokenCount } from '../../../src/salesforce/catalog/usage.ts';
import type { FlagOutcome, FlagResult } from '../../../src/salesforce/enforcement/flagChange.ts';
import {
  leftAloneText,
  nothingLeftText,
  notReadyMarkdown,
  preflightText,
  outcomesMarkdown,
  requireDetail,
  requireOfOrgDetail,
  summaryText,
  undoDetail,
  type Preflight,
} from '../../../src/views/enforcementTexts.ts';
import { catalogWith } from '../support/apps.ts';

const tokensOf = (name: string): TokenCount => ({
  name,
  appId: null,
  tokens: 1,
  users: 1,
  uses: 1,
  lastUsed: null,
});
const preflight = (label: string, parts: Partial<Impact> = {}, provenOn?: string): Preflight => ({
  impact: {
    app: `connectedApp:${label}`,
    label,
    pkce: 'notRequired',
    client: 'confidential',
    actor: 'org',
    who: 'Your org.',
    isInUse: true,
    use: '2 refresh tokens of 1 user, last used 2026-11-20.',
    what: 'New log-ins fail.',
    ...parts,
  },
  provenOn,
});
const outcome = (result: FlagResult, otherChanges: readonly string[] = []): FlagOutcome => ({
  target: { type: 'ConnectedApp', fullName: 'A' },
  result,
  before: false,
  words: 'Because <img> | of it.',
  otherChanges,
});

describe('texts of enforcement', () => {
  it('the question names the apps, who uses them, what breaks, and that it may not be undone', () => {
    const detail = requireDetail([preflight('A'), preflight('B', {}, '2026-11-01')]);
    assert.match(detail, /^A: 2 refresh tokens.*handshake not proven\.$/m);
    assert.match(detail, /^B: .*handshake proven on 2026-11-01\.$/m);
    assert.match(detail, /What may break: new log-ins/);
    assert.match(detail, /Refresh tokens that exist go on working/);
    assert.match(detail, /No handshake was proven here of A\./);
    const proven = requireDetail([preflight('B', {}, '2026-11-01')]);
    assert.match(proven, /ask whoever runs them\.$/m, 'a handshake says nothing of the client');
    assert.match(detail, /may be impossible to undo/);
  });

  it('a long list is cut short, and says so', () => {
    const many = Array.from({ length: 12 }, (_, index) => preflight(`App${index}`));
    assert.match(requireDetail(many), /^and 4 more apps\.$/m);
    assert.match(
      undoDetail(
        many.map(({ impact }) => impact.label),
        false,
      ),
      /App7 and 4 more/,
    );
  });

  it('the question about the org counts who is hit, and names what is in use and not installed', () => {
    const notReady = [preflight('A'), preflight('B', { isInUse: false })];
    const catalog = catalogWith([], { unlisted: [tokensOf('Old Mobile')] });
    const detail = requireOfOrgDetail(notReady, catalog);
    assert.match(detail, /^2 apps may be hit \(1 in use/);
    assert.match(detail, /In use and not installed.*Old Mobile/);
    const ready = requireOfOrgDetail([], catalogWith([]));
    assert.match(ready, /^All OAuth apps of the org/);
    assert.doesNotMatch(ready, /not known|could not|may be in use/);
  });

  it('the question about the org says what could not be listed and whose tokens were not counted', () => {
    const catalog = catalogWith([]);
    const lacking = {
      ...catalog.snapshot,
      unavailable: ['ConnectedApp', 'ExtlClntAppOauthSettings'],
    };
    const detailOf = (parts: Parameters<typeof catalogWith>[1]) =>
      requireOfOrgDetail([], catalogWith([], parts));
    assert.match(
      requireOfOrgDetail([], { ...catalog, snapshot: lacking }),
      /^Could not be listed, or not all of them, so that nothing is known of their settings: Connected Apps\.$/m,
    );
    assert.match(
      detailOf({ unclear: [tokensOf('Ghost'), tokensOf('')] }),
      /^In use, and it is not known whether they are installed: Ghost, \(no name\)\.$/m,
    );
    const known = { kind: 'known', counts: [], withMenuItem: [] } as const;
    for (const [usage, words] of [
      [{ kind: 'unknown', reason: 'The list could not be read.' }, 'The list could not be read.'],
      [
        { ...known, isOnlyOwn: true, isIncomplete: false },
        'Only your own tokens could be counted: the permission "Customize Application" shows all.',
      ],
      [
        { ...known, isOnlyOwn: null, isIncomplete: false },
        'Whether other users have more is not known.',
      ],
      [
        { ...known, isOnlyOwn: false, isIncomplete: true },
        'There are more tokens than could be counted.',
      ],
    ] as const) {
      assert.ok(
        detailOf({ usage }).includes(
          `\n\n${words} Other apps that are not installed may be in use.\n\n`,
        ),
        detailOf({ usage }),
      );
    }
  });

  it('where nothing is left to require, what could not be listed does not count as ready', () => {
    assert.equal(nothingLeftText('Acme', 0, true), 'All OAuth apps of Acme require PKCE.');
    assert.equal(
      nothingLeftText('Acme', 0, false),
      'Not all apps could be listed: whether every OAuth app requires PKCE is not known.',
    );
    assert.match(nothingLeftText('Acme', 2, true), /^No app of Acme is left .* not readable: 2\.$/);
    assert.match(nothingLeftText('Acme', 2, false), /Not all apps could be listed\.$/);
  });

  it('a question names the first of those that are left alone, and counts the rest', () => {
    const some = Array.from({ length: 300 }, (_, index) => ({
      label: `App ${index}`,
      reason: 'Not yours.',
    }));
    assert.match(leftAloneText(some), /^App 0 \(Not yours\.\) .*App 7 \(Not yours\.\) 292 more$/);
    assert.equal(leftAloneText(some.slice(0, 1)), 'App 0 (Not yours.)');
  });

  it('the end is told in one sentence, and for each app on a page without markup of others', () => {
    const one = (result: FlagResult) =>
      summaryText([{ label: 'A', outcome: outcome(result) }], true);
    assert.equal(one('done'), 'A: PKCE is required.');
    assert.equal(one('noEffect'), 'A: Because <img> | of it.');
    const changes = [
      { label: '<img>', outcome: outcome('done', ['isIntrospectAllTokens']) },
      { label: 'B', outcome: outcome('refused') },
    ];
    assert.equal(
      summaryText(changes, true),
      '1 done, 1 refused. Other settings of <img> are different from before, changed by somebody else or by the org: see the details.',
    );
    assert.match(
      summaryText(changes.slice(0, 1), true),
      /^<img>: PKCE is required\. Also different from before.*isIntrospectAllTokens\.$/,
    );
    const page = outcomesMarkdown('Changes', changes, [{ label: '<img>', reason: 'Not yours.' }]);
    assert.doesNotMatch(page, /(?<!\\)<img/);
    assert.match(page, /Also different from before.*isIntrospectAllTokens/);
    assert.match(page, /## Left alone/);
    const unknown = preflight('Dark', { pkce: 'unknown' });
    assert.match(preflightText(unknown), /^Whether it requires PKCE is not known\. /);
    assert.doesNotMatch(preflightText(preflight('A')), /not known\. /);
    assert.match(notReadyMarkdown('Org', [unknown], 1), /not known to require PKCE themselves/);
    assert.doesNotMatch(notReadyMarkdown('<img>', [preflight('<img>')], 1), /(?<!\\)<img/);
  });

  it('an undo tells what is open again, and that nothing is while the org requires PKCE itself', () => {
    const stolen = /a stolen authorization code can be exchanged for a token again/;
    const still = /org still requires PKCE of every app/;
    assert.match(undoDetail(['A'], false), stolen);
    assert.doesNotMatch(undoDetail(['A'], false), still);
    assert.match(undoDetail(['A'], true), still);
    assert.doesNotMatch(undoDetail(['A'], true), stolen);
    assert.match(undoDetail(['A'], undefined), stolen);
    assert.match(
      undoDetail(['A'], undefined),
      /Whether the org requires PKCE of every app is not known/,
    );
    for (const isByOrg of [true, false, undefined]) {
      assert.match(undoDetail(['A'], isByOrg), /^A\n\n.*The org may refuse/s);
    }
  });

  it('what an undo has done is said of the app alone: the org may require PKCE still', () => {
    const undone = (result: FlagResult, target = outcome(result).target) =>
      summaryText([{ label: 'A', outcome: { ...outcome(result), target } }], false);
    for (const result of ['done', 'alreadySo'] as const) {
      assert.equal(undone(result), 'A: The app itself does not require PKCE any more.');
      assert.equal(
        undone(result, { type: 'OauthOidcSettings', fullName: 'OauthOidc' }),
        'A: PKCE is not required of every app any more.',
      );
    }
  });

  it('who can change an app is told where that is not plainly the org, and once on the page', () => {
    const who = 'An unlocked package has brought it.';
    const unlocked = preflight('A', { actor: 'unknown', who });
    assert.ok(preflightText(unlocked).endsWith(` ${who}`));
    assert.doesNotMatch(preflightText(preflight('A')), /Your org/);
    assert.equal(notReadyMarkdown('Org', [unlocked], 0).split(who).length, 2);
  });
});
